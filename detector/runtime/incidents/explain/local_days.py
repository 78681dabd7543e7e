"""Days where the company is: when they begin, and which hour of the clock each part of them belongs to.

Comes in: a time zone. Goes out: moments in UTC. A day on which clocks are set has 23 or 25 hours: an hour that is left
out does not exist, and one that comes twice is one hour of the clock.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from detector.detect.behaviour import SLOT, SLOTS

HOURS = 24


@dataclass(frozen=True)
class LocalDay:
    """One day of the calendar.

    Attributes:
        start / end: UTC; the end is the start of the next day.
    """

    day: date
    zone: ZoneInfo

    @cached_property
    def start(self) -> datetime:
        """When it begins."""
        return datetime.combine(self.day, time(), self.zone).astimezone(UTC)

    @cached_property
    def end(self) -> datetime:
        """When the next one begins."""
        return LocalDay(self.day + timedelta(days=1), self.zone).start

    @cached_property
    def hour_of_slot(self) -> npt.NDArray[np.int64]:
        """Which hour of the clock each slot of five minutes begins in; -1 behind the day's end."""
        count = (self.end - self.start) // SLOT
        hours = [(self.start + at * SLOT).astimezone(self.zone).hour for at in range(count)]
        return np.array(hours + [-1] * (SLOTS - count), dtype=np.int64)

    def by_hour(self, slots: npt.NDArray[np.int64]) -> tuple[int | None, ...]:
        """Return a count by slots as one by hours of the clock; None for an hour that does not exist."""
        inside = self.hour_of_slot >= 0
        there = np.bincount(self.hour_of_slot[inside], minlength=HOURS)
        counts = np.bincount(self.hour_of_slot[inside], weights=slots[inside], minlength=HOURS)
        return tuple(int(count) if known else None for count, known in zip(counts, there, strict=True))

    def hours_within(self, since: datetime, until: datetime) -> frozenset[int]:
        """Return the hours of the clock that some moment from ``since`` to ``until`` (both included) lies in."""
        first, last = max(since, self.start), min(until, self.end - timedelta(microseconds=1))
        if last < first:
            return frozenset()
        slots = range((first - self.start) // SLOT, (last - self.start) // SLOT + 1)
        return frozenset(int(self.hour_of_slot[at]) for at in slots)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day of a moment."""
    return moment.astimezone(zone).date()
