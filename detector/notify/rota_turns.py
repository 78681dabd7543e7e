"""What is said when the rota turns: to whoever is on call from now on, and to whoever was.

Comes in: who was and who is on call, the incidents that are open, the team, the time. Goes out: messages with derived
ids. Pure. Nobody is told of an incident about an account of theirs. Where nobody is on call from now on, whoever leads
is told so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from detector.notify.ladder import LEAD_ROLE, Call, Roster
from detector.notify.on_call import OnCall
from detector.notify.reminders import reminder
from detector.notify.render import turn_text
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import Message
from detector.settings import Settings

OpenCase = tuple[Incident, Settings]
"""An open incident, and the settings with the team it keeps."""


def turned(
    before: str, found: OnCall, cases: Sequence[OpenCase], settings: Settings, now: datetime
) -> tuple[Message, ...]:
    """Return what is said now that somebody else is on call.

    Args:
        before: Who was; empty: nobody.
        found: Who is.
        cases: The incidents that are open.
        settings: The team.
        now: The moment.
    """
    roster = Roster(settings, (), now)
    told = [found.person] if found.person else roster.holders(LEAD_ROLE)[:1]
    told += [before] if before and before not in told else []
    said = []
    for person in told:
        if person not in roster.able:
            continue
        mine = _seen_by(person, cases, now) if person == found.person else []
        text = turn_text(person, before, found, mine, settings)
        call = Call(person=person, role=settings.notify.oncall_role)
        about = frozenset[str]().union(*(each.suspects for each in mine))
        key = ("rota", found.person, person, now.isoformat())
        said.append(reminder(key, call, text, settings, now, about=about))
    return tuple(said)


def _seen_by(person: str, cases: Iterable[OpenCase], now: datetime) -> list[Incident]:
    """Return the incidents in which somebody may be called, and is not overheard by whom they are about."""
    rosters = [(incident, Roster(there, incident.suspects, now)) for incident, there in cases]
    return [incident for incident, roster in rosters if person in roster.able and person not in roster.overheard]
