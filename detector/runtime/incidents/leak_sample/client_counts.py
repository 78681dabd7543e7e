"""How many clients were touched at all, and by whom: counted over the access journal in bounded memory.

Comes in: the journal, a span of time, actors. Goes out: numbers. Of each client a hash of eight bytes is held, once for
all and once for each actor that is asked about; of touches nothing is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.frames import REASONS
from detector.schema.events.touches import TouchReason
from detector.store import RETURNED_DATA, Journal

Hashes = npt.NDArray[np.uint64]
Span = tuple[datetime, datetime]
_NONE: Hashes = np.empty(0, np.uint64)
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCounts:
    """What was counted.

    Attributes:
        clients: Different clients that anybody touched. actors: How many touched any.
        of: By actor the clients it touched. in_spans: Likewise in each of its spans.
        unexplained: By actor its touches that nothing explained.
    """

    clients: int
    actors: int
    of: Mapping[str, int]
    in_spans: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    unexplained: Mapping[str, int] = field(default_factory=dict)


def count_clients(
    journal: Journal, since: datetime, until: datetime, actors: Mapping[str, Sequence[Span]], *, tenants: bool
) -> ClientCounts:
    """Return how many clients were touched between two moments.

    Args:
        journal: Where touches are kept.
        since: From this event time on.
        until: Before this one.
        actors: Those who are counted one by one, each with spans of time of its own.
        tenants: Ids of events may have a tenant before them, up to the last slash.

    Raises:
        StoreError: The journal cannot be read.
    """

    def read() -> tuple[Hashes, set[str], dict[tuple[str, int], Hashes]]:
        everybody, names, found = _NONE, set[str](), dict[tuple[str, int], Hashes]()
        for lazy in journal.pieces(since=since, until=until, skip_bad=True):
            rows = _touched(lazy, tenants)
            everybody = np.union1d(everybody, rows.get_column("client").unique().to_numpy())
            names.update(rows.get_column("actor.id").drop_nulls().unique())
            for (actor,), part in rows.filter(pl.col("actor.id").is_in(list(actors))).group_by("actor.id"):
                _add(found, str(actor), part, actors[str(actor)])
        return everybody, names, found

    clients, names, found = journal.read_files(read)
    return ClientCounts(
        clients=clients.size,
        actors=len(names),
        of={actor: found.get((actor, 0), _NONE).size for actor in actors},
        in_spans={
            actor: tuple(found.get((actor, number), _NONE).size for number in range(1, len(spans) + 1))
            for actor, spans in actors.items()
        },
        unexplained=_unexplained(journal, since, until, list(actors)),
    )


def clients_of(column: str, *, tenants: bool) -> pl.Expr:
    """Return an expression for the client in a column of single ids, without the tenant before it."""
    return pl.col(column).str.replace(r"(?s)^.*/", "") if tenants else pl.col(column)


def _touched(lazy: pl.LazyFrame, tenants: bool) -> pl.DataFrame:
    """Return which actor touched which client when, the client as a hash."""
    return (
        lazy.filter(RETURNED_DATA)
        .select("actor.id", pl.col("@timestamp").alias("at"), pl.col("subject.ids").alias("client"))
        .explode("client")
        .drop_nulls("client")
        .with_columns(clients_of("client", tenants=tenants).hash(_SEED))
        .collect()
    )


def _add(found: dict[tuple[str, int], Hashes], actor: str, rows: pl.DataFrame, spans: Sequence[Span]) -> None:
    moments = ((since.astimezone(UTC), until.astimezone(UTC)) for since, until in spans)
    parts = [rows, *(rows.filter(pl.col("at").is_between(since, until, closed="left")) for since, until in moments)]
    for number, part in enumerate(parts):
        if part.height:
            key = (actor, number)
            found[key] = np.union1d(found.get(key, _NONE), part.get_column("client").unique().to_numpy())


def _unexplained(journal: Journal, since: datetime, until: datetime, actors: list[str]) -> dict[str, int]:
    """Return how many touches of each actor nothing explained."""
    nobody = pl.col(REASONS).list.eval(pl.element() == TouchReason.NOBODY.value).list.sum().sum()

    def read() -> dict[str, int]:
        counted: dict[str, int] = {}
        for lazy in journal.reasons(since=since, until=until) if actors else ():
            part = lazy.filter(pl.col("actor.id").is_in(actors)).group_by("actor.id").agg(nobody.alias("n")).collect()
            for actor, number in part.iter_rows():
                counted[actor] = counted.get(actor, 0) + int(number or 0)
        return counted

    return journal.read_files(read)
