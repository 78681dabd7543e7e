"""What the owner of a silence is told of its end: once before it, and once when it has come.

Comes in: the store, the settings, the time, once a second. Goes out: reminders in the outbox. How often an owner was
told lies with the order, so a restart tells nobody twice, and what ended meanwhile is told at the start.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from detector.notify import order_notice
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.detection.mute_orders import MuteOrder
from detector.schema.team.delivery import Message
from detector.settings import Settings
from detector.store import Store

_BEFORE = timedelta(hours=1)
SOON, OVER = 1, 2


def tell_owners(store: Store, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return what owners are told now; it is in the outbox."""
    with store.read() as unit:
        if not any(_level(each, now) > each.notices for each in unit.mute_orders.to_tell()):
            return ()
    said: list[Message] = []
    with store.begin() as unit:
        for order in unit.mute_orders.to_tell():
            level = _level(order, now)
            if level <= order.notices:
                continue
            unit.mute_orders.save(replace(order, notices=level))
            muted = unit.incidents.findings_of_exception(order.id)
            # Whoever has ended it knows.
            if order.ended_by != order.made_by:
                said += order_notice(order, len(muted), settings, now, over=level == OVER)
        unit.outbox.add(said)
    return tuple(said)


def order_item(order: MuteOrder, now: datetime) -> AgendaItem:
    """Return a silence as the agenda lists it: it ends by itself, and its owner is told before."""
    next_at = order.ends_at - _BEFORE if order.ends_at - order.starts_at > 2 * _BEFORE else order.ends_at
    return AgendaItem(
        id=order.id,
        incident_id="",
        kind=AgendaKind.SILENCE,
        what=order.id[:8],
        title=order.reason,
        title_ru=order.reason,
        since=order.starts_at,
        due_at=order.until,
        level=order.notices,
        next_at=next_at if next_at > now else order.until,
    )


def _level(order: MuteOrder, now: datetime) -> int:
    """Return how often the owner is to have been told by a moment; before the end only of a long one."""
    if order.until <= now:
        return OVER
    long = order.ends_at - order.starts_at > 2 * _BEFORE
    return SOON if long and order.ends_at - _BEFORE <= now else 0
