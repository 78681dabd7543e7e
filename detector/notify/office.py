"""Office hours: when a message that can wait is sent.

Comes in: a moment and a zone. Goes out: whether people work then, and when they next do. Monday to Friday, nine to six
by the clocks of the zone; public holidays are not known here.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo

OPENS, CLOSES = time(9), time(18)
_SATURDAY = 5


def next_office_moment(now: datetime, zone: tzinfo) -> datetime:
    """Return ``now`` where people work at that moment, else when they begin next; UTC."""
    local = now.astimezone(zone)
    day = local.date()
    if day.weekday() < _SATURDAY and OPENS <= local.time() < CLOSES:
        return now
    if local.time() >= OPENS:
        day += timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, zone).astimezone(UTC)
