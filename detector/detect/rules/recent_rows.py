"""Rows that were judged lately and may have to be judged again, because a line that belongs before them came later.

Comes in: frames, and which of their rows matter to rules. Goes out: the rows of some actors and addresses. Most are
never asked for, so they are packed (``detector.detect.rules.packed_rows``). Memory is bounded by rows, fairly
(``detector.detect.rules.fair_share``). Where it is given how far back in event time rows count, those have the room;
but for a fourth of it, at most, which the last hour before a pause of its log may have (``before_pauses``). Older ones
have what is left, for ``KEPT``: another log may have been held up since.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.hash_index import Keys
from detector.detect.ordering.buffer import Affected, SortedRows
from detector.detect.rules.fair_share import fair
from detector.detect.rules.packed_rows import Marks, PackedRows

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_ROWS: Final = 60_000
KEPT: Final = 96 * 3_600_000_000
"""So long is remembered what there is room for, in microseconds of event time: as long as a lane is."""
_OF_STREAM: Final = ("log.stream", *frames.LINE)
_PIECES: Final = 64
_TOGETHER: Final = 8_192
"""Rows that are packed together, at most: some 900 kB of a web log. They live for two hours, and many small pieces cut
the heap of the C library up."""
_HELD: Final = 8_192
"""So many rows of frames, or ``_PIECES`` frames, are kept alive by rows that wait to be packed."""


@dataclass(slots=True)
class _Loose:
    """Some rows of a frame as it was judged; ``last`` is their newest time."""

    frame: pl.DataFrame
    rows: Ints
    last: int
    piece: SortedRows | None = None

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self.rows.size

    def sorted(self) -> SortedRows:
        """Return the rows by themselves."""
        if self.piece is None:
            self.piece = SortedRows.of(self.unpacked())
        return self.piece

    def unpacked(self) -> pl.DataFrame:
        """Return the rows, in the order they were judged."""
        if self.piece is not None:
            return self.piece.rows
        return frames.gather(self.frame, pl.Series(self.rows.astype(np.uint32)))


@dataclass(slots=True)
class RecentRows:
    """The latest rows, in the order they were judged. Changed in place.

    Attributes:
        span: How far back in event time rows count, in microseconds; None: as many as there may be.
        since: Rows of this moment and later count, too, however old they are by now; None: none is asked for.
        dropped: How many rows that counted still were let go because there were too many, since ``take_dropped``.
        most: How many rows there may be; twice as many for a while, for settling which go looks at all of them.
    """

    span: int | None = None
    since: int | None = None
    parts: list[_Loose | PackedRows] = field(default_factory=list)
    dropped: int = 0
    most: int = MOST_ROWS

    @property
    def height(self) -> int:
        """How many rows there are."""
        return sum(part.size for part in self.parts)

    def add(self, frame: pl.DataFrame, rows: Ints, times: Ints) -> None:
        """Remember some rows of a frame; ``times`` are those of all its rows.

        What is too old now counts until more is added: a line that came with these may belong before them.
        """
        oldest = self._oldest()
        if oldest is not None:
            self.parts = [part for part in self.parts if part.last >= oldest]
        for part in self._packed():
            part.rest()
        for begin in range(0, rows.size, _TOGETHER):
            some = rows[begin : begin + _TOGETHER]
            self.parts.append(_Loose(frame, some, int(times[some].max())))
        held = sum(part.frame.height for part in self.parts if isinstance(part, _Loose))
        if held >= _HELD or len(self.parts) > _PIECES:
            self._pack()
        self._bound()

    def _packed(self) -> Iterator[PackedRows]:
        return (part for part in self.parts if isinstance(part, PackedRows))

    def _pack(self) -> None:
        """Pack what is loose, small pieces that follow each other together."""
        groups: list[list[_Loose | PackedRows]] = []
        together = 0
        for part in self.parts:
            together += part.size
            if not groups or together > _TOGETHER:
                groups.append([])
                together = part.size
            groups[-1].append(part)
        self.parts = [*map(_as_one, groups)]

    def _edge(self) -> int | None:
        """Return the moment before which rows are older than they count; None: none are."""
        return None if self.span is None or not self.parts else max(part.last for part in self.parts) - self.span

    def _oldest(self) -> int | None:
        """Return the moment before which none is remembered."""
        edge = self._edge()
        if edge is None or self.span is None:
            return None
        oldest = edge + self.span - KEPT
        return oldest if self.since is None else min(oldest, self.since)

    def _bound(self) -> None:
        """Of twice as many rows as there may be, let go of those that are too old, then of too many fairly."""
        if self.height <= 2 * self.most:
            return
        self._pack()
        parts = list(self._packed())
        stays = self._staying(Marks.joined([part.marks for part in parts]))
        ends = np.cumsum([part.size for part in parts])
        self.parts = [part.only(own) for part, own in zip(parts, np.split(stays, ends[:-1]), strict=True) if own.any()]

    def _staying(self, marks: Marks) -> Mask:
        """Say which rows stay, and count those that counted still and do not."""
        times = marks.times
        old = needed = np.empty(0, np.int64)
        recent = np.arange(times.size)
        edge, oldest = self._edge(), self._oldest()
        if edge is not None and oldest is not None and self.span is not None:
            last = before_pauses(marks.streams, times, edge, self.span // 2) & (times >= oldest)
            needed = _fair(marks, np.flatnonzero(last), self.most // 4)
            old = np.flatnonzero((times >= oldest) & (times < edge) & ~last)
            recent = np.flatnonzero(times >= edge)
        kept = _fair(marks, recent, self.most - needed.size)
        self.dropped += recent.size - kept.size
        # What is older than the span has what room is left.
        old = _fair(marks, old, self.most - needed.size - kept.size)
        stays = np.zeros(times.size, np.bool_)
        stays[np.concatenate([old, needed, kept])] = True
        return stays

    def take_dropped(self) -> int:
        """Return how many rows that counted still were let go since the last call."""
        dropped, self.dropped = self.dropped, 0
        return dropped

    def of_those(self, affected: Affected) -> pl.DataFrame:
        """Return the rows of some actors and addresses."""
        return frames.concat([part.sorted().of_those(affected) for part in self.parts])

    def between(self, first: int, end: int) -> pl.DataFrame:
        """Return the rows from a moment on and before another one."""
        found = []
        for part in self.parts:
            if part.last >= first:
                piece = part.sorted()
                low, high = np.searchsorted(piece.times, [first, end])
                found.append(piece.rows[low:high])
        return frames.concat(found)

    def remove(self, lines: pl.DataFrame) -> None:
        """Forget the rows of some lines; those that are left are gone through, so there should be few."""
        rows = self.to_frame()
        left = rows.join(lines.select(_OF_STREAM), on=_OF_STREAM, how="anti", nulls_equal=True, maintain_order="left")
        if left.height < rows.height:
            self.parts = []
            self.restore(left)

    def to_frame(self) -> pl.DataFrame:
        """Return all rows."""
        return frames.concat([part.unpacked() for part in self.parts])

    def restore(self, rows: pl.DataFrame) -> "RecentRows":
        """Take rows in that a snapshot holds."""
        if rows.height:
            piece = SortedRows.of(frames.complete(rows))
            self.parts = [PackedRows.of(piece)]
        return self


def _as_one(parts: list[_Loose | PackedRows]) -> PackedRows:
    """Return pieces that follow each other as one."""
    if len(parts) == 1 and isinstance(parts[0], PackedRows):
        return parts[0]
    # Nothing of it stays with the parts, or all pieces lay in memory until the last one is packed.
    return PackedRows.of(SortedRows.of(frames.concat([part.unpacked() for part in parts])))


def _fair(marks: Marks, some: Ints, most: int) -> Ints:
    """Return of some rows no more than may stay."""
    return some if some.size <= most else some[fair(marks.claims.at(some), most)]


def before_pauses(streams: Keys, times: Ints, edge: int, span: int) -> Mask:
    """Say which rows before ``edge`` lie within ``span`` before a longer pause that goes on or ended behind it.

    A log that was held up for hours tells what happened from the beginning of the pause on. Rules about an hour count
    that with the hour before, which is long over in other logs by then; so that is needed until the log has gone on for
    as long as rows are recent.

    Args:
        streams: Keys of the logs the rows stand in.
        times: Their times, in microseconds.
        edge: What is older is not recent, in microseconds.
        span: An hour, in microseconds.
    """
    order = np.lexsort((times, streams))
    of, at = streams[order], times[order]
    last = np.append((of[1:] != of[:-1]) | (at[1:] - at[:-1] > span), True)  # in its stream before a pause
    ends = np.flatnonzero(last)
    end = ends[np.searchsorted(ends, np.arange(at.size))]
    after = np.minimum(end + 1, at.size - 1)
    needed = (of[after] != of[end]) | (after == end) | (at[after] >= edge)
    found = np.empty(at.size, np.bool_)
    found[order] = needed & (at < edge) & (at >= at[end] - span)
    return found
