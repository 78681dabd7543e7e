"""What whoever asks for a simulated company may ask for.

Comes in: the arguments of a run. Goes out: nothing, or all that is wrong with them at once.
"""

from collections.abc import Callable
from datetime import datetime

from detector.errors import InputError, Problem

MOST_STAFF = 2000
Progress = Callable[[int, int], None]
"""Told (days done, days in all) after each day."""


def check(days: int, staff: int, leaks: int, start: datetime, *more: str, least_staff: int) -> None:
    """Refuse a run that makes no sense.

    Args:
        days: How many days.
        staff: About how many people work there.
        leaks: How many leaks.
        start: The first day.
        more: What else is wrong; empty texts say nothing.
        least_staff: So many people must work there.

    Raises:
        InputError: An argument is out of range.
    """
    said = [
        *more,
        "days must be at least 1" if days < 1 else "",
        f"staff must be between {least_staff} and {MOST_STAFF}" if not least_staff <= staff <= MOST_STAFF else "",
        "leaks must not be negative" if leaks < 0 else "",
        "the start needs a time zone" if start.tzinfo is None else "",
    ]
    if any(said):
        raise InputError(Problem(what=what) for what in said if what)
