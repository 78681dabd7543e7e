"""What was worked out a moment ago and is shown again, so that a page that is looked at often costs little.

Comes in: what an answer is about, and how it is worked out. Goes out: the answer, as it was within ``KEPT_FOR``.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from detector.clock import passed

KEPT_FOR = timedelta(minutes=1)
T = TypeVar("T")


@dataclass(slots=True)
class RecentAnswers(Generic[T]):
    """Answers by what they are about; of so many the oldest go."""

    most: int
    _known: dict[str, tuple[Hashable, datetime, T]] = field(default_factory=dict)

    def get(self, about: str, now: datetime, make: Callable[[], T], *, state: Hashable = None) -> T:
        """Return an answer; made anew when it is older, or when what it depends on (``state``) is another."""
        known = self._known.get(about)
        if known is not None and known[0] == state and not passed(now, known[1], KEPT_FOR):
            return known[2]
        made = make()
        self._known.pop(about, None)
        self._known[about] = (state, now, made)
        while len(self._known) > self.most:
            self._known.pop(next(iter(self._known)), None)
        return made
