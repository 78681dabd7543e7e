"""Saying it when the rota turns: a row of the agenda holds who was last said to be on call, and when to look again.

Comes in: a transaction, the settings, the time. Goes out: messages to whoever is on call and whoever was. A turn that
went by while the service was down is said at the next start, whatever made it: the hour, an override, somebody's leave,
another configuration.
"""

from datetime import datetime

from detector.incident import settings_of
from detector.notify import OnCallRota, turned
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.ids import derive
from detector.schema.team.delivery import Message
from detector.settings import Settings
from detector.store import UnitOfWork

_ROTA = derive("agenda", "rota")
_OPEN = 100


def say_turn(unit: UnitOfWork, settings: Settings, now: datetime) -> tuple[Message, ...]:
    """Return what is to be said because somebody else is on call than was said last; keep who is."""
    rota = OnCallRota(settings)
    known = unit.agenda.of("").get(_ROTA)
    if not rota.plans:
        if known is not None:
            unit.agenda.remove([_ROTA])
        return ()
    found = rota.at(now)
    following = rota.next_change(now)
    item = AgendaItem(
        id=_ROTA,
        incident_id="",
        kind=AgendaKind.TURN,
        what=found.person,
        roles=(settings.notify.oncall_role,),
        since=known.since if known is not None and known.what == found.person else now,
        due_at=found.end,
        next_at=following,
    )
    if item != known:
        unit.agenda.save([item])
    if known is None or known.what == found.person:
        return ()
    cases = [
        (each, settings_of(each, unit.incidents, settings))
        for each in unit.incidents.listed(open_only=True, limit=_OPEN)
    ]
    return turned(known.what, found, cases, settings, now)
