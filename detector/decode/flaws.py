"""Lines that were no clean text, and what could be mended of them, take their places among the others.

Comes in: a batch whose rejects tell what can be read of them. Goes out: the batch with these texts among its lines, and
for the events made of them the flag and the hash of the bytes as they stand in the log.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from detector.decode.columns.batch_builder import BatchBuilder
from detector.decode.columns.frame_ops import index
from detector.decode.parse_result import Rows
from detector.frames import EVENT_SCHEMA, LineBatch
from detector.schema.events.lines import LineReject

Flawed = Mapping[int, LineReject]
"""By their places in the lines, what was wrong with those that were mended."""


def with_mended(batch: LineBatch) -> tuple[LineBatch, Flawed]:
    """Return the batch with its mended lines among the others, in the order of the file."""
    found = [reject for reject in batch.rejects if reject.text]
    if not found:
        return batch, {}
    offsets = np.concatenate([batch.offsets.to_numpy(), [reject.offset for reject in found]]).astype(np.int64)
    order = np.argsort(offsets, kind="stable")
    texts = pl.Series("line", [reject.text for reject in found], dtype=pl.String())
    numbers = batch.numbers
    if numbers is not None:
        told = pl.Series("number", [reject.number for reject in found], dtype=pl.Int64())
        numbers = pl.concat([numbers.rename("number"), told])[index(order)]
    whole = replace(
        batch,
        lines=pl.concat([batch.lines.rename("line"), texts])[index(order)],
        offsets=pl.Series("offset", offsets[order], dtype=pl.Int64()),
        numbers=numbers,
        rejects=tuple(reject for reject in batch.rejects if not reject.text),
    )
    first = len(batch.lines)
    return whole, {at: found[was - first] for at, was in enumerate(order.tolist()) if was >= first}


def flag(columns: BatchBuilder, flawed: Flawed, places: Rows) -> None:
    """Add ``log.flags`` and ``event.hash`` to the events of mended lines."""
    if not flawed:
        return
    rejects = [flawed.get(place) for place in places.tolist()]
    said = columns["log.flags"].to_list() if "log.flags" in columns else [None] * len(rejects)
    flags = [
        known if reject is None else [reject.reason.value, *(known or ())]
        for reject, known in zip(rejects, said, strict=True)
    ]
    hashes = [None if reject is None else reject.line_hash for reject in rejects]
    columns.set_column(pl.Series("log.flags", flags, dtype=EVENT_SCHEMA["log.flags"]))
    columns.set_column(pl.Series("event.hash", hashes, dtype=EVENT_SCHEMA["event.hash"]))
