"""When what is owed speaks: at its due time, or at parts of it; then again, louder; then in the morning's digest only.

Comes in: what is owed, what is known of it already, the time. Goes out: the same with the next moment at which it
speaks. Pure. After a pause nothing speaks twice: of the moments that went by the latest counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from detector.incident.duty.standing import announced_at
from detector.schema.case.agenda import AgendaItem, AgendaKind

_PARTS: Final = (0.5, 0.8, 0.95, 1.0)
"""Of its time a duty of a law speaks at; the last says that it is missed."""
_WEEK, _WEEKS = timedelta(days=7), 4 * 52
"""What comes round by the calendar, and an action, speak beforehand, when due, and each week after, for four years."""
_TWICE: Final = (
    AgendaKind.STEP,
    AgendaKind.APPROVAL,
    AgendaKind.ROLE,
    AgendaKind.QUESTION,
    AgendaKind.BRIEFING,
    AgendaKind.FOLLOW_UP,
    AgendaKind.CHANNEL_TEST,
)
_WEEKLY: Final = (AgendaKind.STANDING, AgendaKind.ACTION, AgendaKind.TRAINING)
_LONGEST_WAIT: Final = timedelta(days=1)
"""What waits for the morning waits for so long at most."""
ESCALATES: Final = {
    **dict.fromkeys((*_TWICE, AgendaKind.REPORT), 2),
    **dict.fromkeys((AgendaKind.DUTY, AgendaKind.WITHDRAWAL, *_WEEKLY), 3),
}
"""From so many reminders on others hear of it, too: a step's second, a duty's at 95 %, an action's a week late."""


def merged(
    owed: Iterable[AgendaItem], known: Mapping[str, AgendaItem], pace: timedelta, now: datetime
) -> tuple[AgendaItem, ...]:
    """Return what is owed now with what it has said already; whose due time has moved begins anew.

    Args:
        owed: As computed.
        known: Rows by id.
        pace: How long after its due time a step speaks again.
        now: What is new has not missed what went by before it was known, except the last of it.
    """
    found = []
    for item in owed:
        old = known.get(item.id)
        if old is not None and (old.since, old.due_at) == (item.since, item.due_at):
            found.append(_set_right(replace(item, level=old.level, next_at=old.next_at), pace, now))
        else:
            missed = sum(moment <= now for moment in _moments(item, pace))
            found.append(_at_level(item, max(0, missed - 1), pace))
    return tuple(found)


def spoken(item: AgendaItem, pace: timedelta, now: datetime) -> AgendaItem:
    """Return the item after it has spoken: all its moments that went by are over."""
    return _at_level(item, max(item.level + 1, sum(moment <= now for moment in _moments(item, pace))), pace)


def caught_up(item: AgendaItem, pace: timedelta, now: datetime) -> AgendaItem:
    """Return the item that waited, as loud as it would be by now: of the moments that went by the latest counts."""
    return replace(item, level=max(item.level, sum(moment <= now for moment in _moments(item, pace)) - 1))


def put_off(item: AgendaItem, until: datetime, pace: timedelta) -> AgendaItem:
    """Return the item speaking later; a duty of a law no later than at 95 % of its time, which waits for no morning."""
    loud = _moments(item, pace)[ESCALATES[item.kind] - 1] if item.kind is AgendaKind.DUTY else until
    return replace(item, next_at=min(until, loud))


def _set_right(item: AgendaItem, pace: timedelta, now: datetime) -> AgendaItem:
    """Return the item as it was, unless a clock that stood ahead let it speak, or put it off, beyond its time."""
    moments = _moments(item, pace)
    went_by = sum(moment <= now for moment in moments)
    if item.level > went_by:
        return _at_level(item, went_by, pace)
    put_off_too_far = item.next_at is not None and item.next_at > max(moments[item.level], now) + _LONGEST_WAIT
    return replace(item, next_at=moments[item.level]) if put_off_too_far else item


def _moments(item: AgendaItem, pace: timedelta) -> tuple[datetime, ...]:
    if item.kind is AgendaKind.DUTY:
        return tuple(item.since + (item.due_at - item.since) * part for part in _PARTS)
    if item.kind in _WEEKLY:
        return (announced_at(item), *(item.due_at + _WEEK * number for number in range(_WEEKS)))
    if item.kind is AgendaKind.REPORT:  # at once, when it is due, and again
        return (item.since, item.due_at, item.due_at + pace)
    if item.kind is AgendaKind.WITHDRAWAL:  # at half its time, when it is due, and again
        return (item.since + (item.due_at - item.since) / 2, item.due_at, item.due_at + pace)
    if item.kind in _TWICE:
        return (item.due_at, item.due_at + pace)
    return (item.due_at,)


def _at_level(item: AgendaItem, level: int, pace: timedelta) -> AgendaItem:
    moments = _moments(item, pace)
    return replace(item, level=level, next_at=moments[level] if level < len(moments) else None)
