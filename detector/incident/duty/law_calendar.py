"""Working days as a law counts them: those of its country, in its zone, wherever the server stands.

Comes in: the code of a country or of a part of one. Goes out: what tells of a day whether people work on it. Moved
weekends count as the country moves them; beyond the years for which that is published only fixed holidays are known.
The library loads every country with the first: a fifth of a second, which is spent when working days are counted.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Final

from detector.incident.offsets import on_weekday

OF_SHIPPED_LAWS: Final = frozenset({"FR", "GB-ENG", "KZ", "RU", "US", "US-CA", "US-NY", "US-TX"})
"""Calendars that are known without a look."""


def working_days(calendar: str) -> Callable[[date], bool]:
    """Return what tells whether a day is a working day of a calendar: ``KZ``, ``US-CA``; empty: weekends only."""

    def works(day: date) -> bool:
        return load_calendar(calendar)(day)

    return works if calendar else on_weekday


def check_calendar(calendar: str) -> None:
    """Look whether a calendar is known.

    Raises:
        ValueError: It is not.
    """
    if calendar not in OF_SHIPPED_LAWS:
        load_calendar(calendar)


@cache
def load_calendar(calendar: str) -> Callable[[date], bool]:
    """Return the same as ``working_days``, loaded now.

    Raises:
        ValueError: No such calendar is known.
    """
    if not calendar:
        return on_weekday
    import holidays  # noqa: PLC0415 - few laws count working days

    country, _, part = calendar.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None).is_working_day
    except RuntimeError:  # it has none of that name; asking for the list would load every country
        what = f"no calendar of working days is known for {calendar!r}; write a code like KZ or US-CA"
        raise ValueError(what) from None
