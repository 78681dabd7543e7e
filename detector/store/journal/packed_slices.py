"""Slices of the access journal for many incidents, read in one pass and kept packed until each has its turn.

Comes in: the journal, and for each slice which touches it asks for. Goes out: the slices, one at a time. What a journal
holds is written by time and asked for by actor: nearly every file holds touches of every slice, and opening all of them
for each would cost more than all that is done with what they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import starmap
from typing import Any

import polars as pl

from detector import frames
from detector.frames import REASONS
from detector.store.journal.access_journal import Journal, narrowed_to
from detector.store.journal.journal_schema import KEYS, LINE_KEY
from detector.store.journal.journal_slice import JournalSlice
from detector.store.journal.returned_touches import each_once, returned

_REASONS = {LINE_KEY: pl.UInt64(), REASONS: frames.TOUCH_SCHEMA[REASONS]}


def read_slices(journal: Journal, asked: Sequence[Mapping[str, Any]], *, skip_bad: bool) -> Iterator[JournalSlice]:
    """Yield a slice for each set of conditions (``narrowed_to``) of those that are asked for.

    Raises:
        StoreError: The journal cannot be read.
    """
    span = {"since": min(each["since"] for each in asked), "until": max(each["until"] for each in asked)}
    conditions = [narrowed_to(**each) for each in asked]

    def touches() -> tuple[list[list[bytes]], pl.DataFrame]:
        found: list[list[bytes]] = [[] for _ in asked]
        lines: list[pl.DataFrame] = []
        for lazy in journal.pieces(skip_bad=skip_bad, **span):
            # Nothing else holds the piece: the next is read when it is gone.
            for at, its in enumerate(starmap(returned(lazy).filter, conditions)):
                found[at].append(_packed(its))
                lines.append(its.select("@timestamp", LINE_KEY, at=pl.lit(at, pl.Int32())))
        return found, pl.concat(lines)

    found, lines = journal.read_files(touches)
    reasons = _reasons(journal, lines, span, len(asked))
    del lines
    for its, why in zip(found, reasons, strict=True):
        known = pl.concat([pl.DataFrame(schema=_REASONS), *map(_unpacked, why)])
        yield JournalSlice(each_once(pl.concat(map(_unpacked, its))), known.unique(LINE_KEY, keep="any"))


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
