"""Rows that were judged lately and may have to be judged again, because a line that belongs before them came later.

Comes in: frames, and which of their rows matter to rules. Goes out: the rows of some actors and addresses. Rows are
taken out of a frame only when they are asked for, or when many small frames become one: most never are. Memory is
bounded by rows, fairly (``detector.detect.rules.fair_share``). Where it is given how far back in event time rows count,
those have the room; but for a fourth of it, at most, which the last hour before a pause of its log may have
(``before_pauses``). Older ones have what is left, for ``KEPT``: another log may have been held up since.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.ordering.buffer import Affected, SortedRows
from detector.detect.rules.fair_share import NEEDED, fair

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_ROWS: Final = 60_000
KEPT: Final = 96 * 3_600_000_000
"""So long is remembered what there is room for, in microseconds of event time: as long as a lane is."""
_PIECES: Final = 64
_LOOKED_AT: Final = ("log.stream", *NEEDED)


@dataclass(slots=True)
class _Part:
    """Some rows of a frame; ``last`` is their newest time; ``own``: their memory is theirs alone."""

    frame: pl.DataFrame
    rows: Ints | None
    size: int
    last: int
    piece: SortedRows | None = None
    own: bool = False

    def taken(self) -> SortedRows:
        """Return the rows by themselves."""
        if self.piece is None:
            rows = self.frame if self.rows is None else self.frame[pl.Series(self.rows.astype(np.uint32))]
            self.piece = SortedRows.of(rows)
            self.frame, self.rows = self.piece.rows, None
        return self.piece

    def only(self, stays: Mask) -> "_Part":
        """Return some of its rows, in memory of their own."""
        piece = self.taken()
        if self.own and stays.all():
            return self
        rows = frames.own(piece.rows.filter(pl.Series(stays)))
        return _Part(rows, None, rows.height, int(piece.times[stays].max()), own=True)


@dataclass(slots=True)
class RecentRows:
    """The latest rows, in the order they were judged. Changed in place.

    Attributes:
        span: How far back in event time rows count, in microseconds; None: as many as there may be.
        since: Rows of this moment and later count, too, however old they are by now; None: none is asked for.
        dropped: How many rows that counted still were let go because there were too many, since ``take_dropped``.
        most: How many rows there may be; a fourth more for a while.
    """

    span: int | None = None
    since: int | None = None
    parts: list[_Part] = field(default_factory=list)
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
        if rows.size:
            self.parts.append(_Part(frame, rows, rows.size, int(times[rows].max())))
        if len(self.parts) > _PIECES:
            self._join()
        self._bound()

    def _join(self) -> None:
        """Make one part of the small ones."""
        last = max(part.last for part in self.parts)
        small = frames.own(frames.concat([part.taken().rows for part in self.parts if not part.own]))
        large = [part.taken().rows for part in self.parts if part.own]
        rows = frames.concat([*large, small]).rechunk()
        self.parts = [_Part(rows, None, rows.height, last, own=True)]

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
        """Of more rows than there may be by a quarter, let go of those that are too old, then of too many fairly."""
        if self.height <= self.most + self.most // 4:
            return
        # Of whole rows there are never two copies: what stays is settled by a few columns.
        pieces = [part.taken() for part in self.parts]
        rows = pl.concat([frames.chosen(piece.rows, _LOOKED_AT) for piece in pieces])
        stays = self._staying(rows, np.concatenate([piece.times for piece in pieces]))
        ends = np.cumsum([piece.times.size for piece in pieces])
        self.parts = [
            part.only(own) for part, own in zip(self.parts, np.split(stays, ends[:-1]), strict=True) if own.any()
        ]

    def _staying(self, rows: pl.DataFrame, times: Ints) -> Mask:
        """Say which rows stay, and count those that counted still and do not."""
        old = needed = np.empty(0, np.int64)
        recent = np.arange(times.size)
        edge, oldest = self._edge(), self._oldest()
        if edge is not None and oldest is not None and self.span is not None:
            last = before_pauses(rows.get_column("log.stream"), times, edge, self.span // 2) & (times >= oldest)
            needed = _fair(rows, np.flatnonzero(last), self.most // 4)
            old = np.flatnonzero((times >= oldest) & (times < edge) & ~last)
            recent = np.flatnonzero(times >= edge)
        kept = _fair(rows, recent, self.most - needed.size)
        self.dropped += recent.size - kept.size
        # What is older than the span has what room is left.
        old = _fair(rows, old, self.most - needed.size - kept.size)
        stays = np.zeros(times.size, np.bool_)
        stays[np.concatenate([old, needed, kept])] = True
        return stays

    def take_dropped(self) -> int:
        """Return how many rows that counted still were let go since the last call."""
        dropped, self.dropped = self.dropped, 0
        return dropped

    def of_those(self, affected: Affected) -> pl.DataFrame:
        """Return the rows of some actors and addresses."""
        return frames.concat([part.taken().of_those(affected) for part in self.parts])

    def between(self, first: int, end: int) -> pl.DataFrame:
        """Return the rows from a moment on and before another one."""
        found = []
        for part in self.parts:
            if part.last >= first:
                piece = part.taken()
                low, high = np.searchsorted(piece.times, [first, end])
                found.append(piece.rows[low:high])
        return frames.concat(found)

    def to_frame(self) -> pl.DataFrame:
        """Return all rows."""
        return frames.concat([part.taken().rows for part in self.parts])

    def restore(self, rows: pl.DataFrame) -> "RecentRows":
        """Take rows in that a snapshot holds."""
        if rows.height:
            piece = SortedRows.of(frames.complete(rows))
            self.parts = [_Part(piece.rows, None, piece.times.size, int(piece.times[-1]), piece)]
        return self


def _fair(rows: pl.DataFrame, some: Ints, most: int) -> Ints:
    """Return of some rows no more than may stay."""
    if some.size <= most:
        return some
    return some[fair(rows[pl.Series(some.astype(np.uint32))], most)]


def before_pauses(streams: pl.Series, times: Ints, edge: int, span: int) -> Mask:
    """Say which rows before ``edge`` lie within ``span`` before a longer pause that goes on or ended behind it.

    A log that was held up for hours tells what happened from the beginning of the pause on. Rules about an hour count
    that with the hour before, which is long over in other logs by then; so that is needed until the log has gone on for
    as long as rows are recent.

    Args:
        streams: ``log.stream`` of the rows.
        times: Their times, in microseconds.
        edge: What is older is not recent, in microseconds.
        span: An hour, in microseconds.
    """
    of = streams.rank("dense").fill_null(0).to_numpy()
    order = np.lexsort((times, of))
    of, at = of[order], times[order]
    last = np.append((of[1:] != of[:-1]) | (at[1:] - at[:-1] > span), True)  # in its stream before a pause
    ends = np.flatnonzero(last)
    end = ends[np.searchsorted(ends, np.arange(at.size))]
    after = np.minimum(end + 1, at.size - 1)
    needed = (of[after] != of[end]) | (after == end) | (at[after] >= edge)
    found = np.empty(at.size, np.bool_)
    found[order] = needed & (at < edge) & (at >= at[end] - span)
    return found
