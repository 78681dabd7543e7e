"""When somebody is away, or the company is closed: whole days, or hours of a day."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, order=True)
class Leave:
    """Days somebody is away, the last one included."""

    begin: date
    until: date


@dataclass(frozen=True, slots=True, order=True)
class HoursAway:
    """Hours somebody is away, from one moment (UTC) up to another."""

    begin: datetime
    end: datetime


Absence = Leave | HoursAway
"""Days, where the file names no hours."""


def in_order(found: set[Absence]) -> tuple[Absence, ...]:
    """Return days in order, and hours behind them."""
    days = sorted(each for each in found if isinstance(each, Leave))
    return (*days, *sorted(each for each in found if isinstance(each, HoursAway)))
