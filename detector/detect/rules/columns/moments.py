"""Times that events hold as texts.

Comes in: a text. Goes out: microseconds since 1970 in UTC, or a part of that time. ISO 8601 without a zone is UTC.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_time(text: str | None) -> int | None:
    """Return a time written as ISO 8601 or as seconds, milli-, micro- or nanoseconds of the epoch, in microseconds."""
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        return _iso(text)
    for digits, factor in ((1e11, 1e6), (1e14, 1e3), (1e17, 1.0)):
        if abs(number) < digits:
            return round(number * factor)
    return round(number / 1e3)


def _iso(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip().replace(" UTC", "+00:00"))
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    whole = aware - EPOCH
    return (whole.days * 86400 + whole.seconds) * 1_000_000 + whole.microseconds


def part_of(text: str, part: str) -> int | None:
    """Return the minute, hour, day, week (ISO 8601), month or year of a time; None when it is none."""
    moment = read_time(text)
    try:
        at = None if moment is None else EPOCH + timedelta(microseconds=moment)
    except OverflowError:
        return None
    if at is None:
        return None
    number: int = at.isocalendar().week if part == "week" else getattr(at, part)
    return number
