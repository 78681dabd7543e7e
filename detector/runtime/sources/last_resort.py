"""The share of a source's lines that only a last resort read: kept as text, or with parts missing.

Comes in: counts of decoded batches. Goes out: blind spots. Such lines are events, so that nothing is lost, but they say
little of who did what: a source most of whose lines are read so is as good as not read.
"""

from collections import Counter, deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from detector.runtime.visibility.blind_spots import Blind, BlindSpot

_LINES = 1_000
"""So many of the last lines of a source count."""
_LEAST = 20
"""Fewer say nothing."""
_PERCENT = 100


@dataclass(slots=True)
class RecentLines:
    """The last lines of one source, by batches."""

    batches: deque[tuple[int, Mapping[str, int]]] = field(default_factory=deque)
    lines: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, lines: int, counts: Mapping[str, int]) -> None:
        """Take in a batch, and forget the oldest that the last lines can spare."""
        self.batches.append((lines, counts))
        self.lines += lines
        self.counts.update(counts)
        while self.lines - self.batches[0][0] >= _LINES:
            gone, of_gone = self.batches.popleft()
            self.lines -= gone
            self.counts.subtract(of_gone)


class LastResort:
    """What a last resort read, source by source."""

    def __init__(self) -> None:
        self._windows: dict[str, RecentLines] = {}

    def add(self, source: str, lines: int, counts: Mapping[str, int]) -> None:
        """Take in how many lines a batch had, and how many of them each format read as a last resort."""
        if lines:
            self._windows.setdefault(source, RecentLines()).add(lines, counts)

    def spots(self, sources: Collection[str]) -> list[BlindSpot]:
        """Return the sources, of those given, most of whose last lines were read so."""
        found = []
        for source, window in self._windows.items():
            total = sum(window.counts.values())
            if source in sources and window.lines >= _LEAST and 2 * total > window.lines:
                name = max(window.counts, key=lambda one: (window.counts[one], one))
                share = _PERCENT * total // window.lines
                about = (("format", name),)
                found.append(BlindSpot(kind=Blind.FORMAT, name=source, why="last-resort", count=share, args=about))
        return found
