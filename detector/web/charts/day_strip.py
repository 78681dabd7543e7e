"""The last 24 hours of a source as a strip: lines by hour, hours without a line, hours that were not watched.

Comes in: what was measured of a source by hour, and the present hour. Goes out: a ``DayStrip``: across in per cent of
the width, down in pixels. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from detector.schema.detection.source_hours import SourceHour

STRIP_HOURS = 24
STRIP_HEIGHT = 18
_HOUR = timedelta(hours=1)
_GAP = 0.4
_LEAST = 2.0
# A restart takes a moment; this much of an hour without the service is a gap.
_OFF = timedelta(minutes=5)


class HourState(StrEnum):
    """What is known of an hour."""

    READ = "read"
    SILENT = "silent"
    OFF = "off"
    """The service did not run, or did not know the source, for more than a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StripBar:
    """One hour: where it stands, and what was read in it."""

    hour: datetime
    lines: int
    state: HourState
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class DayStrip:
    """The picture, the oldest hour first."""

    bars: tuple[StripBar, ...]

    @property
    def lines(self) -> int:
        """Lines of all hours."""
        return sum(each.lines for each in self.bars)

    @property
    def busiest(self) -> StripBar:
        """The hour with the most lines."""
        return max(self.bars, key=lambda each: each.lines)

    def spans(self, state: HourState) -> list[tuple[datetime, datetime]]:
        """Return from when to when it was so, one after the other."""
        found: list[tuple[datetime, datetime]] = []
        for each in self.bars:
            if each.state == state:
                begin = found.pop()[0] if found and found[-1][1] == each.hour else each.hour
                found.append((begin, each.hour + _HOUR))
        return found


def day_strip(hours: Iterable[SourceHour], now: datetime) -> DayStrip:
    """Return the hours up to now of one source."""
    present = now.replace(minute=0, second=0, microsecond=0)
    begins = [present - _HOUR * back for back in reversed(range(STRIP_HOURS))]
    known = {each.hour: each for each in hours if each.hour >= begins[0]}
    most = max((each.lines for each in known.values()), default=0)
    return DayStrip(tuple(_bar(begin, known.get(begin), index, most, now) for index, begin in enumerate(begins)))


def _bar(begin: datetime, found: SourceHour | None, index: int, most: int, now: datetime) -> StripBar:
    lines, watched = (found.lines, timedelta(seconds=found.watched)) if found is not None else (0, timedelta(0))
    off = min(now - begin, _HOUR) - watched > _OFF
    state = HourState.OFF if off else HourState.READ if lines else HourState.SILENT
    height = max(STRIP_HEIGHT * lines / most, _LEAST) if lines else _LEAST
    slot = 100 / STRIP_HOURS
    return StripBar(
        hour=begin,
        lines=lines,
        state=state,
        x=round(index * slot + _GAP / 2, 2),
        y=round(STRIP_HEIGHT - height, 1),
        width=round(slot - _GAP, 2),
        height=round(height, 1),
    )
