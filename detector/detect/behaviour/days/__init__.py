"""One actor's days as numbers, from touches that were kept: what they come to, and how far two of them are apart.

Comes in: touches of one local day. Goes out: the numbers of ``features`` that a day tells by itself. Nothing of a
model or of a running state is needed.
"""

from detector.detect.behaviour.days.compare import above_usual, amount_of_day, days_apart, usual_day
from detector.detect.behaviour.days.day_numbers import (
    DAY_NUMBERS,
    KNOWN_DAYS,
    SLOT,
    SLOTS,
    DayNumbers,
    count_days,
    day_columns,
    facet_of,
    touches_data,
)

__all__ = [
    "DAY_NUMBERS",
    "KNOWN_DAYS",
    "SLOT",
    "SLOTS",
    "DayNumbers",
    "above_usual",
    "amount_of_day",
    "count_days",
    "day_columns",
    "days_apart",
    "facet_of",
    "touches_data",
    "usual_day",
]
