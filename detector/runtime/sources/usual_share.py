"""Which share of a source's requests usually touches client data, by hour of the day.

Comes in: requests of each hour. Goes out: for a moment, what is usual then: the median of the same hour on days of the
same kind (``habit.day_kind``), so that one bad day, or a night of nothing but monitoring, moves nothing. Until there
are enough days nothing is said. It does no I/O: what it remembers is a text that somebody else keeps.
"""

from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from detector.runtime.sources.silence_baseline import ENOUGH_DAYS, HOURS, REMEMBERED, day_kind

_FEWEST = 30
"""Requests an hour must have had to say something about the share."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual.

    Attributes:
        share: Of requests, those that touch client data.
        requests / touched: In an hour.
    """

    share: float
    requests: float
    touched: float


@dataclass(slots=True)
class UsualShare:
    """What is remembered of one source.

    Attributes:
        days: By day (its ordinal, local) and hour: requests, and how many of them touched client data.
    """

    days: dict[int, dict[int, tuple[int, int]]] = field(default_factory=dict)

    def add(self, local: datetime, requests: int, touched: int) -> None:
        """Remember requests of an hour."""
        hours = self.days.setdefault(local.toordinal(), {})
        before = hours.get(local.hour, (0, 0))
        hours[local.hour] = (before[0] + requests, before[1] + touched)
        while len(self.days) > REMEMBERED:
            del self.days[min(self.days)]

    def at(self, local: datetime) -> Usual | None:
        """Return what is usual at this local time; None while that is not known.

        People come and go a little earlier or later, so the hours before and after have to agree.
        """
        usual = self._of_hour(local, local.hour)
        around = [self._of_hour(local, (local.hour + step) % HOURS) for step in (-1, 1)]
        for other in around if usual else ():
            if usual and other:
                usual = Usual(
                    share=min(usual.share, other.share),
                    requests=max(usual.requests, other.requests),
                    touched=min(usual.touched, other.touched),
                )
        return usual

    def _of_hour(self, local: datetime, hour: int) -> Usual | None:
        today = local.toordinal()
        seen = [
            hours[hour]
            for day, hours in self.days.items()
            if day != today and day_kind(day) == day_kind(today) and hours.get(hour, (0, 0))[0] >= _FEWEST
        ]
        if len(seen) < ENOUGH_DAYS:
            return None
        return Usual(
            share=median(touched / requests for requests, touched in seen),
            requests=median(requests for requests, _ in seen),
            touched=median(touched for _, touched in seen),
        )

    def to_json(self) -> Any:
        """Return it as plain values."""
        return {day: {hour: list(pair) for hour, pair in hours.items()} for day, hours in self.days.items()}

    @classmethod
    def from_json(cls, raw: Any) -> "UsualShare":
        """Read what ``to_json`` returned.

        Raises:
            ValueError, TypeError, AttributeError: It is something else.
        """
        days: dict[int, dict[int, tuple[int, int]]] = {}
        for day, hours in raw.items():
            for hour, (requests, touched) in hours.items():
                if not 0 <= int(hour) < HOURS:
                    raise ValueError("not an hour")
                days.setdefault(int(day), {})[int(hour)] = (int(requests), int(touched))
        return cls(days)
