"""What the record map makes of some decoded lines, in one sentence.

Comes in: decoded batches of one source. Goes out: counts and words. It loads nothing of the database or the metrics, so
that ``nabat decode`` starts fast.
"""

from detector.decode import RequestCounts, count_requests
from detector.frames import EventBatch
from detector.runtime.heavy_hitters import HeavyHitters

SHOWN = 5
"""Patterns shown for each source."""


class Fit:
    """What the record map makes of some lines."""

    def __init__(self) -> None:
        self.counts = RequestCounts()
        self.events = 0
        self._unmapped = HeavyHitters()

    def add(self, batch: EventBatch) -> None:
        """Count a batch of one source."""
        self.events += batch.frame.height
        for counts in count_requests([batch]).values():
            self._unmapped.add(counts.unmapped)
            counts.unmapped.clear()
            self.counts.add(counts)

    @property
    def top(self) -> list[tuple[str, int]]:
        """The most frequent patterns no route names."""
        return self._unmapped.top(SHOWN)

    def in_words(self) -> str:
        """Return one line; empty where there is no request."""
        counts = self.counts
        if not counts.requests:
            return ""
        percent = 100 * counts.touched / counts.requests
        shown = "" if percent in (0, 100) else f" ({percent:.1f} %)"
        top = "; ".join(f"{pattern} {count}" for pattern, count in self.top)
        rest = f"; most frequent that no route names: {top}" if top else ""
        return f"{counts.touched} of {counts.requests} requests touch client data{shown}{rest}"
