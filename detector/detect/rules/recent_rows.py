"""Rows that were judged lately and may have to be judged again, because a line that belongs before them came later.

Comes in: frames, and which of their rows matter to rules. Goes out: the rows of some actors and addresses. Rows are
taken out of a frame only when they are asked for, or when many small frames become one: most never are. Memory is
bounded by rows, fairly (``detector.detect.rules.fair_share``), and, where it is given, by event time; the last hour of
a log that tells nothing just now stays apart (``detector.detect.rules.pauses``).
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.reorder_buffer import Affected, Piece, in_order, instants
from detector.detect.rules.fair_share import fair
from detector.detect.rules.pauses import before_pauses

Ints = npt.NDArray[np.int64]

MOST_ROWS: Final = 60_000
# Of logs that tell nothing just now.
MOST_BEFORE_PAUSES: Final = 20_000
_PIECES: Final = 64


@dataclass(slots=True)
class _Part:
    """Some rows of a frame; ``last`` is their newest time; ``own``: their memory is theirs alone."""

    frame: pl.DataFrame
    rows: Ints | None
    size: int
    last: int
    piece: Piece | None = None
    own: bool = False

    def taken(self) -> Piece:
        """Return the rows by themselves."""
        if self.piece is None:
            rows = self.frame if self.rows is None else self.frame[pl.Series(self.rows.astype(np.uint32))]
            self.piece = Piece.of(rows)
            self.frame, self.rows = self.piece.rows, None
        return self.piece

    def times_of_streams(self) -> pl.DataFrame:
        """Return the rows' ``log.stream`` and ``@timestamp``."""
        rows = self.frame.select("log.stream", "@timestamp")
        return rows if self.rows is None else rows[pl.Series(self.rows.astype(np.uint32))]


@dataclass(slots=True)
class RecentRows:
    """The latest rows, in the order they were judged. Changed in place.

    Attributes:
        span: How far back in event time rows count, in microseconds; None: as many as there may be.
        since: Rows of this moment and later count, too, however old they are by now; None: none is asked for.
        dropped: How many rows that counted still were let go because there were too many, since ``take_dropped``.
        paused: Older rows, of logs that tell nothing since.
    """

    span: int | None = None
    since: int | None = None
    parts: list[_Part] = field(default_factory=list)
    dropped: int = 0
    paused: _Part | None = None

    @property
    def height(self) -> int:
        """How many rows there are."""
        return sum(part.size for part in self._all())

    def _all(self) -> list[_Part]:
        return self.parts if self.paused is None else [self.paused, *self.parts]

    def add(self, frame: pl.DataFrame, rows: Ints, times: Ints) -> None:
        """Remember some rows of a frame; ``times`` are those of all its rows.

        What is too old now counts until more is added: a line that came with these may belong before them.
        """
        oldest = self._oldest()
        gone = [] if oldest is None else [part for part in self.parts if part.last < oldest]
        if gone:
            self.parts = [part for part in self.parts if part.last >= (oldest or 0)]
        if rows.size:
            self.parts.append(_Part(frame, rows, rows.size, int(times[rows].max())))
        if gone:
            self._keep(frames.concat([part.taken().rows for part in gone]))
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
        edge = self._edge()
        return edge if edge is None or self.since is None else min(edge, self.since)

    def _bound(self) -> None:
        """Of more rows than there may be by a quarter, let go of those that are too old, then of too many fairly."""
        if sum(part.size for part in self.parts) <= MOST_ROWS + MOST_ROWS // 4:
            return
        rows = frames.concat([part.taken().rows for part in self.parts])
        old = gone = frames.empty_events()
        edge, oldest = self._edge(), self._oldest()
        if edge is not None and oldest is not None:
            times = instants(rows)
            old = rows.filter(pl.Series((times >= oldest) & (times < edge)))
            gone = rows.filter(pl.Series(times < oldest))
            rows = rows.filter(pl.Series(times >= edge))
        kept = rows.filter(pl.Series(fair(rows, MOST_ROWS)))
        self.dropped += rows.height - kept.height
        # What is older than the span has what room is left.
        kept = frames.own(frames.concat([old.filter(pl.Series(fair(old, MOST_ROWS - kept.height))), kept]))
        self.parts = [_Part(kept, None, kept.height, int(instants(kept).max()), own=True)]
        if gone.height:
            self._keep(gone)

    def _keep(self, gone: pl.DataFrame) -> None:
        """Of rows that are too old now keep those in the last hour of a log that tells nothing since."""
        old = gone if self.paused is None else frames.concat([self.paused.taken().rows, gone])
        edge = self._edge()
        if edge is None or self.span is None:
            return
        rows = [old, *(part.times_of_streams() for part in self.parts)]
        streams = pl.concat([each.get_column("log.stream") for each in rows])
        times = np.concatenate([instants(each) for each in rows])
        kept = old.filter(pl.Series(before_pauses(streams, times, old.height, edge, self.span // 2)))
        kept = frames.own(in_order(kept.filter(pl.Series(fair(kept, MOST_BEFORE_PAUSES)))))
        self.paused = _Part(kept, None, kept.height, int(instants(kept).max()), own=True) if kept.height else None

    def take_dropped(self) -> int:
        """Return how many rows that counted still were let go since the last call."""
        dropped, self.dropped = self.dropped, 0
        return dropped

    def of_those(self, affected: Affected) -> pl.DataFrame:
        """Return the rows of some actors and addresses."""
        return frames.concat([part.taken().of_those(affected) for part in self._all()])

    def between(self, first: int, end: int) -> pl.DataFrame:
        """Return the rows from a moment on and before another one."""
        found = []
        for part in self._all():
            if part.last >= first:
                piece = part.taken()
                low, high = np.searchsorted(piece.times, [first, end])
                found.append(piece.rows[low:high])
        return frames.concat(found)

    def to_frame(self) -> pl.DataFrame:
        """Return all rows."""
        return frames.concat([part.taken().rows for part in self._all()])

    def restore(self, rows: pl.DataFrame) -> "RecentRows":
        """Take rows in that a snapshot holds."""
        if rows.height:
            piece = Piece.of(frames.complete(rows))
            self.parts = [_Part(piece.rows, None, piece.times.size, int(piece.times[-1]), piece)]
        return self
