"""Offsets as people write them: ``5m``, ``4h``, ``30d``, ``1mo``, ``10wd``, or ISO 8601 ``PT24H``, ``P1M``.

Comes in: text. Goes out: an ``Offset``, which can be added to a moment. Minutes and hours are elapsed time, whatever
the clocks do. Days, months and working days are counted on the calendar of a zone and keep the time of day there. Only
a term in working days that begins on a day off ends with the last of them: none of them may be cut short.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

_SHORT = re.compile(r"(\d+)\s*(mo|wd|m|h|d|w)")
_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_SATURDAY = 5
END_OF_DAY = time(23, 59)


def on_weekday(day: date) -> bool:
    """Tell whether a day is none of a weekend: a working day where no calendar is known."""
    return day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """A span on the clock and the calendar.

    Attributes:
        minutes: Elapsed time.
        days: Calendar days. months: calendar months; the last day of a short month stands in for a missing one.
        working_days: Those of a calendar, from a moment to the same of the next; the day itself does not count. From a
            day off, when none has begun, the last of them counts to its end, 23:59.
    """

    minutes: int = 0
    days: int = 0
    months: int = 0
    working_days: int = 0

    def after(self, moment: datetime, zone: tzinfo = UTC, working: Callable[[date], bool] = on_weekday) -> datetime:
        """Return the moment this offset later, UTC.

        Args:
            moment: The beginning.
            zone: Where days begin and end.
            working: Tells of a day whether people work on it.
        """
        elapsed = timedelta(minutes=self.minutes)
        if not (self.days or self.months or self.working_days):
            return moment.astimezone(UTC) + elapsed  # most are hours, and a checklist counts fifty of them every turn
        local = moment.astimezone(zone)
        day = _plus_months(local.date(), self.months) + timedelta(days=self.days)
        at = END_OF_DAY if self.working_days and not working(day) else local.time()
        for _ in range(self.working_days):
            day = _next_working_day(day, working)
        if day != local.date():
            # A time of day that the clocks jump over becomes the moment they jump to, in the going through UTC.
            local = datetime.combine(day, at, zone)
        return local.astimezone(UTC) + elapsed


def parse_offset(value: Any) -> Any:
    """Read an offset as people write it.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, Offset):
        return value
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text == "0":
        return Offset()
    iso = _ISO.fullmatch(text)
    if iso and any(iso.groups()):
        years, months, weeks, days, hours, minutes = (int(part or 0) for part in iso.groups())
        return Offset(minutes=hours * 60 + minutes, days=weeks * 7 + days, months=years * 12 + months)
    parts = _SHORT.findall(text)
    if not parts or _SHORT.sub("", text).strip():
        raise ValueError("write an offset like 5m, 4h, 30d, 2w, 1mo, 10wd (working days), or ISO 8601 like PT24H, P1M")
    count = dict.fromkeys(("m", "h", "d", "w", "mo", "wd"), 0)
    for number, unit in parts:
        count[unit] += int(number)
    return Offset(
        minutes=count["m"] + count["h"] * 60,
        days=count["d"] + count["w"] * 7,
        months=count["mo"],
        working_days=count["wd"],
    )


def offset_text(offset: Offset) -> str:
    """Write an offset the way ``parse_offset`` reads it."""
    hours, minutes = divmod(offset.minutes, 60)
    parts = (
        (offset.months, "mo"),
        (offset.days, "d"),
        (offset.working_days, "wd"),
        (hours, "h"),
        (minutes, "m"),
    )
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0"


OffsetText = Annotated[
    Offset, BeforeValidator(parse_offset), PlainSerializer(offset_text, return_type=str, when_used="json")
]


def _plus_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _next_working_day(day: date, working: Callable[[date], bool]) -> date:
    day += timedelta(days=1)
    while not working(day):
        day += timedelta(days=1)
    return day
