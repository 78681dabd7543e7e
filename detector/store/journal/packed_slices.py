"""Slices of the access journal for many incidents, read in one pass and kept packed until each has its turn.

Comes in: the journal, and for each slice which touches it asks for. Goes out: the slices, one at a time. What a journal
holds is written by time and asked for by actor: nearly every file holds touches of every slice, and opening all of them
for each would cost more than all that is done with what they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from detector import frames
from detector.store.journal.access_journal import Journal, narrowed_to
from detector.store.journal.journal_schema import COMMON, COMMON_CODE, COMMON_KEY, JOURNAL_SCHEMA, LINE_KEY, TOUCH_KEY
from detector.store.journal.journal_slice import ClientRows, JournalSlice
from detector.store.journal.returned_touches import RETURNED_DATA, USED, each_once

_INSTANT = timedelta(microseconds=1)


def read_slices(
    journal: Journal, asked: Sequence[Mapping[str, Any]], rows: ClientRows, *, skip_bad: bool
) -> Iterator[JournalSlice]:
    """Yield a slice for each set of conditions (``narrowed_to``: someone within a span) of those that are asked for.

    ``rows`` is what a slice makes rows of clients with.

    Raises:
        StoreError: The journal cannot be read.
    """
    span = {"since": min(each["since"] for each in asked), "until": max(each["until"] for each in asked)}
    places = _Places(asked)

    def touches() -> tuple[list[list[bytes]], pl.DataFrame]:
        found: list[list[bytes]] = [[] for _ in asked]
        common: list[pl.DataFrame] = []
        for lazy in journal.pieces(skip_bad=skip_bad, **span):
            # Nothing else holds the piece: the next is read when it is gone.
            piece = lazy.filter(RETURNED_DATA).select(*USED, COMMON_CODE).collect()
            common.append(
                frames.copied(piece.select(COMMON_KEY, *COMMON).filter(pl.col(COMMON_KEY).is_first_distinct()))
            )
            parted, ends = places.parted(piece)
            explained = _explained(journal, piece.drop(COMMON)[parted], **span)
            for its, (first, end) in zip(found, pairwise(ends), strict=True):
                its.append(_packed(explained[first:end]))
        return found, pl.concat(common).unique(COMMON_KEY).sort(COMMON_KEY)

    found, common = journal.read_files(touches)
    for its in found:
        yield JournalSlice(each_once(pl.concat(map(_unpacked, its))).drop(TOUCH_KEY), common, rows)


class _Places:
    """Which touches belong to which slices. Those of actors alone are told by one join for all slices."""

    def __init__(self, asked: Sequence[Mapping[str, Any]]) -> None:
        self._others = {at: narrowed_to(**each) for at, each in enumerate(asked) if each["either"].others}
        self._count = len(asked)
        rows = [
            (at, actor, each["since"], each["until"])
            for at, each in enumerate(asked)
            if at not in self._others
            for actor in sorted(each["either"].actors)
        ]
        name, moment = JOURNAL_SCHEMA["actor.id"], JOURNAL_SCHEMA["@timestamp"]
        schema = {"at": pl.Int32(), "actor.id": name, "since": moment, "until": moment}
        self._actors = pl.DataFrame(rows, schema, orient="row")

    def parted(self, frame: pl.DataFrame) -> tuple[pl.Series, list[int]]:
        """Return the rows of the touches of each slice, one slice behind the other, and where each begins and ends."""
        when, row = pl.col("@timestamp"), pl.int_range(pl.len(), dtype=pl.UInt32()).alias("row")
        met = frame.select("actor.id", "@timestamp", row).join(self._actors, on="actor.id")
        met = met.filter(when >= pl.col("since"), when < pl.col("until")).select("at", "row")
        others = [
            frame.select(at=pl.lit(at, pl.Int32()), row=pl.arg_where(pl.all_horizontal(conditions)))
            for at, conditions in self._others.items()
        ]
        met = pl.concat([met, *others]).sort("at", "row")
        ends = np.searchsorted(met.get_column("at").to_numpy(), np.arange(self._count + 1))
        return met.get_column("row"), ends.tolist()


def _explained(journal: Journal, touches: pl.DataFrame, since: datetime, until: datetime) -> pl.DataFrame:
    """Return touches with why they were made."""
    first, last = touches.select(pl.col("@timestamp").min(), last=pl.col("@timestamp").max()).row(0)
    known = journal.reasons_of(touches.get_column(LINE_KEY), first or since, (last or until) + _INSTANT)
    return touches.join(known, on=LINE_KEY, how="left", maintain_order="left")


def _packed(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_ipc(buffer, compression="zstd")
    return buffer.getvalue()


def _unpacked(packed: bytes) -> pl.DataFrame:
    return pl.read_ipc(packed)
