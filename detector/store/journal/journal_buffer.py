"""Touches of client data, and why they were made, that wait in memory until there are enough of them for a file.

Comes in: event frames. Goes out: what the journal's files will hold. It knows neither folder nor database.
"""

from collections.abc import Sequence

import polars as pl

from detector.store.journal.journal_parts import Packed, PartKind, pack
from detector.store.journal.journal_schema import by_day, reasons_by_day, touches


class JournalBuffer:
    """What waits. Used by one thread."""

    def __init__(self) -> None:
        self._frames: list[pl.DataFrame] = []
        self._reasons: list[pl.DataFrame] = []

    @property
    def rows(self) -> int:
        """How many touches wait."""
        return sum(frame.height for frame in self._frames)

    @property
    def frames(self) -> list[pl.DataFrame]:
        """What waits, in the order it came."""
        return list(self._frames)

    @property
    def reasons(self) -> list[pl.DataFrame]:
        """Why touches were made, of what waits (``frames.TOUCH_SCHEMA``)."""
        return list(self._reasons)

    def append(self, frame: pl.DataFrame) -> int:
        """Take in the touches among events, with the hashes of their lines; return how many they are."""
        if frame.get_column("object.type").null_count() == frame.height:
            return 0
        kept = touches(frame)
        self._frames.append(kept)
        return kept.height

    def append_reasons(self, frames: Sequence[pl.DataFrame]) -> None:
        """Take in why touches were made, which may have been written before."""
        self._reasons += [frame for frame in frames if frame.height]

    def pack(self) -> list[Packed]:
        """Return what waits as one file a day, and one of reasons; it waits on."""
        packed = [pack(frame) for frame in by_day(pl.concat(self._frames))] if self._frames else []
        if self._reasons:
            packed += [pack(frame, PartKind.REASONS) for frame in reasons_by_day(pl.concat(self._reasons))]
        return packed

    def drop(self, written: Sequence[pl.DataFrame]) -> None:
        """Forget what need not wait any longer."""
        gone = {id(frame) for frame in written}
        self._frames = [frame for frame in self._frames if id(frame) not in gone]
        self._reasons = [frame for frame in self._reasons if id(frame) not in gone]

    def drain(self) -> list[Packed]:
        """Return what waits as one file a day, and forget it."""
        packed = self.pack()
        self._frames, self._reasons = [], []
        return packed
