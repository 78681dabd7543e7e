"""The threshold: as many findings as people can read.

Comes in: each day's most surprising windows, an actor counted once a day. Goes out: which of them become findings.
The threshold is the quantile of the last fourteen days at which about ``budget`` actors a day lie above it, mixed with
the model's own until there are so many days. A cap holds on days that drift: from ``budget`` actors on, the next one
has to be worse than the ``budget``-th worst of the day, from twice as many on worse than all of them. An actor that has
been stated once is free for the rest of its day: its further windows belong to the same matter.
"""

import math
from collections import deque
from dataclasses import dataclass, field

DAYS = 14
# How many times the budget is remembered of a day, and how far below the threshold peaks are kept.
_KEPT, _MARGIN = 8, 3.0
_PEAKS = 10_000


@dataclass(slots=True)
class Budget:
    """What the past days gave and what this day has used."""

    day: int = -1
    days: deque[tuple[int, tuple[float, ...]]] = field(default_factory=lambda: deque(maxlen=DAYS))
    peaks: dict[str, float] = field(default_factory=dict)
    stated: dict[str, float] = field(default_factory=dict)
    level: tuple[float, float, float] | None = None

    def threshold(self, budget: float, model: float) -> float:
        """Return the threshold of this day."""
        if self.level is None or self.level[:2] != (budget, model):
            self.level = (budget, model, self._rolling(budget, model))
        return self.level[2]

    def _rolling(self, budget: float, model: float) -> float:
        known = len(self.days)
        if not known:
            return model
        all_peaks = sorted((peak for _, peaks in self.days for peak in peaks), reverse=True)
        place = max(int(budget * known), 1) - 1
        rolling = all_peaks[place] if place < len(all_peaks) else model - _MARGIN
        return (known * rolling + (DAYS - known) * model) / DAYS

    def turn(self, day: int, budget: float) -> None:
        """Begin a new day, if it is one."""
        if day == self.day:
            return
        if self.day >= 0:
            kept = sorted(self.peaks.values(), reverse=True)[: math.ceil(budget * _KEPT)]
            self.days.append((self.day, tuple(kept)))
        self.day, self.peaks, self.stated, self.level = day, {}, {}, None

    def admit(self, actor: str, surprise: float, budget: float, threshold: float) -> bool | None:
        """Return whether this window becomes a finding: yes, no, or None when only the cap forbids it."""
        if surprise > threshold - _MARGIN and (actor in self.peaks or len(self.peaks) < _PEAKS):
            self.peaks[actor] = max(surprise, self.peaks.get(actor, surprise))
        if surprise < threshold:
            return False
        if actor not in self.stated and surprise <= self._bar(budget):
            return None
        self.stated[actor] = max(surprise, self.stated.get(actor, surprise))
        return True

    def _bar(self, budget: float) -> float:
        used, allowed = len(self.stated), math.ceil(budget)
        if used < allowed:
            return -math.inf
        worst = sorted(self.stated.values(), reverse=True)
        return worst[allowed - 1] if used < 2 * allowed else worst[0]
