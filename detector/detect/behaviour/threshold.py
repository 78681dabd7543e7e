"""The threshold: as many findings as people can read.

Comes in: each day's most surprising windows, an actor counted once a day. Goes out: which of them become findings.
The threshold is the quantile of the last fourteen days at which about ``budget`` actors a day lie above it, mixed with
the model's own until there are so many days. A cap holds on days that drift: from ``budget`` actors on, the next one
has to be worse than the ``budget``-th worst of the day, from twice as many on worse than all of them. An actor that has
been stated once is free for the rest of its day: its further windows belong to the same matter.

Whoever has habits of its own has a budget that strangers do not use up: accounts invented to be noisy raise no
threshold for it and take none of its places. Strangers are measured against everybody, so that on a day without such
noise about ``budget`` actors are stated in all.
"""

import math
from collections import deque
from collections.abc import Iterator
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
        self.note(actor, surprise, threshold)
        if surprise < threshold:
            return False
        if actor not in self.stated and surprise <= self._bar(budget):
            return None
        self.state(actor, surprise)
        return True

    def note(self, actor: str, surprise: float, threshold: float) -> None:
        """Remember how surprising an actor was, if that may count on the days to come."""
        if surprise > threshold - _MARGIN and (actor in self.peaks or len(self.peaks) < _PEAKS):
            self.peaks[actor] = max(surprise, self.peaks.get(actor, surprise))

    def state(self, actor: str, surprise: float) -> None:
        """Remember that a window of an actor has become a finding."""
        self.stated[actor] = max(surprise, self.stated.get(actor, surprise))

    def _bar(self, budget: float) -> float:
        used, allowed = len(self.stated), math.ceil(budget)
        if used < allowed:
            return -math.inf
        worst = sorted(self.stated.values(), reverse=True)
        return worst[allowed - 1] if used < 2 * allowed else worst[0]


@dataclass(slots=True)
class Budgets:
    """The budget of everybody, and the one of those who have habits of their own."""

    everybody: Budget = field(default_factory=Budget)
    known: Budget = field(default_factory=Budget)

    def __iter__(self) -> Iterator[Budget]:
        """Yield both."""
        yield from (self.everybody, self.known)

    def turn(self, day: int, budget: float) -> None:
        """Begin a new day, if it is one."""
        for each in self:
            each.turn(day, budget)

    def of(self, *, own: bool) -> Budget:
        """Return the budget that a window counts against: ``own``, it was judged by habits of the actor itself."""
        return self.known if own else self.everybody

    def admit(self, actor: str, surprise: float, budget: float, model: float, *, own: bool) -> bool | None:
        """Return whether this window becomes a finding: yes, no, or None when only the cap forbids it."""
        mine = self.of(own=own)
        admitted = mine.admit(actor, surprise, budget, mine.threshold(budget, model))
        if own:
            self.everybody.note(actor, surprise, self.everybody.threshold(budget, model))
            if admitted:
                self.everybody.state(actor, surprise)
        return admitted
