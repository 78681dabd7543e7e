"""Working days as a law counts them: those of its country, in its zone, wherever the server stands.

Comes in: the code of a country or of a part of one. Goes out: what tells of a day whether people work on it. Moved
weekends count as the country moves them; beyond the years for which that is published only fixed holidays are known.
"""

from collections.abc import Callable
from datetime import date
from functools import cache

from detector.incident.offsets import on_weekday


@cache
def working_days(calendar: str) -> Callable[[date], bool]:
    """Return what tells whether a day is a working day of a calendar: ``KZ``, ``US-CA``; empty: weekends only.

    Raises:
        ValueError: No such calendar is known.
    """
    if not calendar:
        return on_weekday
    import holidays  # noqa: PLC0415 - takes a tenth of a second, and few laws count working days

    country, _, part = calendar.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None).is_working_day
    except RuntimeError:  # it has none of that name; asking for the list would load every country
        what = f"no calendar of working days is known for {calendar!r}; write a code like KZ or US-CA"
        raise ValueError(what) from None
