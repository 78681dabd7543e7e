"""How long each source is usually silent, by hour of the day: what tells a quiet night from a log that has died.

Comes in: the moments at which lines came. Goes out: for now and a source, the silence that would be unusual. A source
has a habit once it was watched on enough days of the same kind; until then nothing is said. A kind is told by whether
the day and the day before it are days of rest: the early hours of a Monday are as silent as the Sunday before.
Local hours count: offices live by them. It does no I/O: what it remembers is a text that somebody else keeps.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from detector.runtime.kept_text import SkipUnreadable

HOURS = 24
REMEMBERED = 35
"""Days that are remembered."""
ENOUGH_DAYS = 2
"""Days of the same kind that make a habit."""
_SATURDAY = 5
_FACTOR = 2.0
_LEAST = timedelta(minutes=15)


@dataclass(slots=True)
class SilenceBaselines:
    """What is remembered of every source.

    Attributes:
        longest: By source and day (its ordinal, local), for each hour the longest silence in seconds that was seen in
            it, -1 where nobody looked.
    """

    longest: dict[str, dict[int, list[int]]] = field(default_factory=dict)

    @classmethod
    def from_text(cls, text: str | None) -> "SilenceBaselines":
        """Read what ``to_text`` wrote; what cannot be read is forgotten, for it is learnt again in days."""
        with SkipUnreadable("habits"):
            raw = json.loads(text or "{}")
            return cls(
                {str(name): {int(day): _hours(hours) for day, hours in days.items()} for name, days in raw.items()}
            )
        return cls()

    def to_text(self) -> str:
        """Return it as text."""
        return json.dumps(self.longest, separators=(",", ":"))

    def watch(self, source: str, zone: tzinfo, last: datetime, now: datetime) -> timedelta | None:
        """Note how long a source has been silent; return the limit when that is unusual.

        Args:
            source: Its name.
            zone: Where its people live.
            last: When it last gave a line (or when watching began).
            now: The present, by the clock that stamps ``last``.
        """
        quiet, local = max(now - last, timedelta(0)), now.astimezone(zone)
        limit = self.limit(source, local)
        # A silence beyond the limit is an outage, and must not become the habit.
        seen = quiet if limit is None else min(quiet, limit)
        days = self.longest.setdefault(source, {})
        hours = days.setdefault(local.toordinal(), [-1] * HOURS)
        hours[local.hour] = max(hours[local.hour], int(seen.total_seconds()))
        while len(days) > REMEMBERED:
            del days[min(days)]
        return limit if limit is not None and quiet > limit else None

    def limit(self, source: str, local: datetime) -> timedelta | None:
        """Return the silence from which on it would be unusual at this local time; None while there is no habit."""
        today, kind = local.toordinal(), day_kind(local.toordinal())
        seen: list[int] = []
        days = 0
        for day, hours in self.longest.get(source, {}).items():
            if day == today or day_kind(day) != kind:
                continue
            # The hours around count as well: people come a little earlier or later.
            around = [hours[(local.hour + step) % HOURS] for step in (-1, 0, 1)]
            if around[1] >= 0:
                days += 1
                seen += around
        if days < ENOUGH_DAYS:
            return None
        return max(_LEAST, _FACTOR * timedelta(seconds=max(seen)))

    def retain(self, sources: Mapping[str, object]) -> None:
        """Forget sources that are not among these."""
        for name in self.longest.keys() - sources.keys():
            del self.longest[name]


def day_kind(day: int) -> tuple[bool, bool]:
    """Return whether a day and the one before it are days of rest."""
    return _rest(day - 1), _rest(day)


def _rest(day: int) -> bool:
    return date.fromordinal(day).weekday() >= _SATURDAY


def _hours(raw: object) -> list[int]:
    if not isinstance(raw, list) or len(raw) != HOURS:
        raise ValueError("not the hours of a day")
    return [int(each) for each in raw]
