"""What is said when the rota turns: to whoever is on call from now on, and to whoever was.

Comes in: who was and who is on call, the incidents that are open, the team, the time. Goes out: messages with derived
ids. Pure. Nobody is told of an incident about an account of theirs. Where nobody is on call from now on, whoever leads
is told so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from detector.notify.ladder import LEAD_ROLE, Roster
from detector.notify.on_call import OnCall
from detector.notify.private_targets import targets_of
from detector.notify.render import Text, language_of, turn_text
from detector.schema.case.incidents import Incident
from detector.schema.ids import derive
from detector.schema.levels import Severity
from detector.schema.team.delivery import Message, MessageKind
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
        said.append(_message(person, found, text, mine, settings, now))
    return tuple(said)


def _seen_by(person: str, cases: Iterable[OpenCase], now: datetime) -> list[Incident]:
    """Return the incidents in which somebody may be called, and is not overheard by whom they are about."""
    rosters = [(incident, Roster(there, incident.suspects, now)) for incident, there in cases]
    return [incident for incident, roster in rosters if person in roster.able and person not in roster.overheard]


def _message(
    person: str, found: OnCall, text: Text, named: Iterable[Incident], settings: Settings, now: datetime
) -> Message:
    target = targets_of(person, settings, frozenset[str]().union(*(each.suspects for each in named)))[0]
    return Message(
        id=derive("message", "rota", found.person, person, now.isoformat(), target),
        kind=MessageKind.REMINDER,
        role=settings.notify.oncall_role,
        person=person,
        target=target,
        language=language_of(settings, person),
        title=text.title,
        body=text.body,
        severity=Severity.LOW.value,
        created_at=now,
        due_at=now,
        next_attempt_at=now,
    )
