"""Slices of the access journal for many incidents, read in one pass and kept packed until each has its turn.

Comes in: the journal, and for each slice which touches it asks for. Goes out: the slices, one at a time. What a journal
holds is written by time and asked for by actor: nearly every file holds touches of every slice, and opening all of them
for each would cost more than all that is done with what they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from detector import frames
from detector.frames import REASONS
from detector.store.journal.access_journal import Journal, narrowed_to
from detector.store.journal.journal_schema import JOURNAL_SCHEMA, KEYS, LINE_KEY
from detector.store.journal.journal_slice import JournalSlice
from detector.store.journal.returned_touches import each_once, returned

_REASONS = {LINE_KEY: pl.UInt64(), REASONS: frames.TOUCH_SCHEMA[REASONS]}


def read_slices(journal: Journal, asked: Sequence[Mapping[str, Any]], *, skip_bad: bool) -> Iterator[JournalSlice]:
    """Yield a slice for each set of conditions (``narrowed_to``: someone within a span) of those that are asked for.

    Raises:
        StoreError: The journal cannot be read.
    """
    span = {"since": min(each["since"] for each in asked), "until": max(each["until"] for each in asked)}
    places = _Places(asked)

    def touches() -> tuple[list[list[bytes]], pl.DataFrame]:
        found: list[list[bytes]] = [[] for _ in asked]
        lines: list[pl.DataFrame] = []
        for lazy in journal.pieces(skip_bad=skip_bad, **span):
            # Nothing else holds the piece: the next is read when it is gone.
            for at, its in places.parted(returned(lazy)):
                found[at].append(_packed(its))
                lines.append(its.select("@timestamp", LINE_KEY, at=pl.lit(at, pl.Int32())))
        return found, pl.concat(lines)

    found, lines = journal.read_files(touches)
    reasons = _reasons(journal, lines, span, len(asked))
    del lines
    for its, why in zip(found, reasons, strict=True):
        known = pl.concat([pl.DataFrame(schema=_REASONS), *map(_unpacked, why)])
        yield JournalSlice(each_once(pl.concat(map(_unpacked, its))), known.unique(LINE_KEY, keep="any"))


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

    def parted(self, frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
        """Yield the touches of each slice."""
        when, row = pl.col("@timestamp"), pl.int_range(pl.len(), dtype=pl.UInt32()).alias("row")
        met = frame.select("actor.id", "@timestamp", row).join(self._actors, on="actor.id")
        met = met.filter(when >= pl.col("since"), when < pl.col("until")).select("at", "row").sort("at", "row")
        starts = np.searchsorted(met.get_column("at").to_numpy(), np.arange(self._count + 1))
        for at, (first, end) in enumerate(pairwise(starts.tolist())):
            others = self._others.get(at)
            yield at, frame[met.get_column("row")[first:end]] if others is None else frame.filter(*others)


def _reasons(journal: Journal, lines: pl.DataFrame, span: Mapping[str, Any], count: int) -> list[list[bytes]]:
    """Return why the touches of each slice were made."""
    moments = lines.get_column("@timestamp")

    def read() -> list[list[bytes]]:
        found: list[list[bytes]] = [[] for _ in range(count)]
        for lazy in journal.reasons(**span):
            some = lazy.select("@timestamp", KEYS[0], REASONS).collect()
            if some.height:
                times = some.get_column("@timestamp")
                near = lines.filter(moments.is_between(times.min(), times.max()))
                named = some.join(near.select(LINE_KEY, "at"), on=LINE_KEY).drop("@timestamp")
                for (at,), its in named.partition_by("at", include_key=False, as_dict=True).items():
                    found[at].append(_packed(its))
        return found

    return journal.read_files(read)


def _packed(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_ipc(buffer, compression="zstd")
    return buffer.getvalue()


def _unpacked(packed: bytes) -> pl.DataFrame:
    return pl.read_ipc(packed)
