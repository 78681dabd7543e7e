"""Whether detection forgets more than it should, because too many names came for its memory.

Comes in: how much each of its memories let go of, turn by turn. Goes out: blind spots. Every memory is bounded and
forgets the least suspicious first: names that came once. Some of that is usual where a site is public; beyond ``MOST``
an hour somebody may be making names up to push others out.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from detector.runtime.visibility.blind_spots import Blind, BlindSpot

MEMORIES: Final = ("windows", "matters", "runs", "failures", "habits", "touches", "behaviour", "lanes")
SPAN: Final = timedelta(hours=1)
MOST: Final = 10_000


@dataclass(slots=True)
class Evictions:
    """What was let go of lately, by minute."""

    _minutes: deque[tuple[datetime, Counter[str]]] = field(default_factory=deque)

    def add(self, forgotten: Mapping[str, int], now: datetime) -> None:
        """Note what a turn let go of, by memory."""
        if not forgotten:
            return
        minute = now.replace(second=0, microsecond=0)
        if not self._minutes or self._minutes[-1][0] != minute:
            self._minutes.append((minute, Counter()))
        self._minutes[-1][1].update(forgotten)

    def spots(self, now: datetime) -> list[BlindSpot]:
        """Return the memories that let go of more than ``MOST`` within ``SPAN``."""
        while self._minutes and now - self._minutes[0][0] > SPAN:
            self._minutes.popleft()
        total = sum((counts for _, counts in self._minutes), Counter[str]())
        return [
            BlindSpot(kind=Blind.MEMORY, name=name, why="forgotten", count=total[name])
            for name in MEMORIES
            if total[name] > MOST
        ]
