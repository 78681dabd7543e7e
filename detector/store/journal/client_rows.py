"""Clients that touches name: a row for each, with what explains that it was touched.

Comes in: touches with their reasons. Goes out: rows. Touches of which no reason is kept are of unknown class; a line
that another log had told of before has none, and the other one speaks for it.
"""

from typing import Final

import polars as pl

from detector import frames
from detector.frames import REASONS
from detector.schema.events.touches import CLASS_OF, RANK, TouchClass, TouchReason
from detector.store.journal.journal_schema import LINE_KEY

UNTOLD: Final = "untold"
"""The label of a touch of which no reason is kept."""
_RANKS: Final = {reason.value: RANK[of] for reason, of in CLASS_OF.items()}
_LABELS: Final = {reason.value: reason.label for reason in TouchReason}
_OF_EVENT: Final = (
    *(LINE_KEY, "@timestamp", "log.offset", "actor.id", "event.action", "source.ip", "service.name"),
    *("host.name", "session.id", "object.type"),
)
_TOLD: Final = "reason_kept"


def client_rows(touches: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each client that a touch names: ``client``, ``rank`` and ``label`` of the reason, and the event.

    ``named`` is how many clients the event names. Nothing speaks for another yet (``spoken_for``).
    """
    frame = touches.filter(pl.col("subject.ids").list.len() > 0).select(
        *_OF_EVENT,
        REASONS,
        pl.col("subject.ids").alias("client"),
        pl.col("subject.ids").list.n_unique().alias("named"),
    )
    # Hardly any list holds a null, and leaving them out costs more than all the rest.
    if frame.get_column("client").explode().null_count():
        frame = frame.with_columns(pl.col("client").list.drop_nulls())
    fits = (pl.col(REASONS).list.len() == pl.col("client").list.len()).fill_null(value=False)
    told = frame.filter(fits).explode("client", REASONS).with_columns(pl.lit(value=True).alias(_TOLD))
    others = frame.filter(~fits).explode("client")
    others = others.with_columns(pl.lit(None, dtype=pl.UInt8()).alias(REASONS), pl.lit(value=False).alias(_TOLD))
    rank, label = (
        pl.col(REASONS).replace_strict(of, default=default, return_dtype=kind)
        for of, default, kind in (
            (_RANKS, RANK[TouchClass.UNKNOWN], pl.Int64()),
            (_LABELS, UNTOLD, pl.String()),
        )
    )
    return pl.concat([told, others]).with_columns(rank=rank, label=label).drop(REASONS)


def spoken_for(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows without those of a second log's lines: the first one's speaks, if there is one of the same client."""
    told = pl.col(_TOLD)
    # Nearly always all are told, and looking for others plans a query.
    if not rows.get_column(_TOLD).all():
        others = rows.filter(~told)
        known = rows.filter(told)
        others = others.join(known.select("client", "actor.id").unique(), on=["client", "actor.id"], how="anti")
        rows = pl.concat([known, others])
    return frames.chosen(rows, [name for name in rows.columns if name != _TOLD])
