"""A drill's incidents, read together, and its end: by the clock, by a person's word, or because something is real.

Comes in: an open unit of work, the drill, why it ends. Goes out: what was written. Whoever was told anything of it is
told once that it is over, and nothing that waits to be sent of it is sent any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from detector.incident import Playbook, Regulation, dossier
from detector.incident.drills import DrillCase, end_drill_case, ended_words, measure_drill
from detector.messages import Messages, messages
from detector.notify import Roster, drill_over
from detector.schema.case.incidents import Incident, IncidentKind, IncidentStatus
from detector.schema.levels import Severity
from detector.schema.team.delivery import MessageStatus
from detector.schema.team.drills import Drill, DrillStatus
from detector.settings import Settings
from detector.store import UnitOfWork

NABAT = "nabat"
_APART = frozenset({IncidentKind.DRILL, IncidentKind.HISTORY})
_UNREACHED = ("blind-spot.role",)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillEnd:
    """How a drill ends.

    Attributes:
        status: Which it has then.
        by: Who ends it. why: in words; empty where the service ends it.
        about: Whom what is real is about: they are not told that there is such a thing.
    """

    status: DrillStatus
    by: str = NABAT
    why: str = ""
    about: frozenset[str] = frozenset()


def cases_of(unit: UnitOfWork, drill: Drill) -> list[DrillCase]:
    """Return the incidents of a drill with what shows how they were dealt with, the oldest first."""
    return [
        DrillCase(
            incident=each,
            steps=unit.incidents.steps(each.id),
            messages=unit.outbox.messages(each.id),
            entries=unit.incidents.entries(each.id),
            documents=unit.documents.of(each.id),
        )
        for each in unit.incidents.of_matter(drill.matter)
    ]


def comes_first(incident: Incident, settings: Settings) -> bool:
    """Tell whether people are called about something real, before which a drill makes way.

    That a role reaches nobody is told like any blind spot, but it may be what the drill has found: it goes on.
    """
    if incident.kind in _APART or incident.rules == _UNREACHED:
        return False
    return incident.severity.rank >= Severity(settings.notify.min_severity).rank


def real_since(unit: UnitOfWork, since: datetime, settings: Settings, now: datetime) -> Incident | None:
    """Return an open incident that is real and about which people are called since a moment; None: there is none.

    About one whose moment lies ahead nobody is called yet: it waits, or was opened by a clock that stood ahead.
    """
    found = (
        each
        for each in unit.incidents.open_incidents()
        if since <= each.called_since <= now and comes_first(each, settings)
    )
    return next(found, None)


def end_drill(
    unit: UnitOfWork,
    drill: Drill,
    end: DrillEnd,
    *,
    settings: Settings,
    playbooks: Mapping[str, Playbook],
    regulations: Mapping[str, Regulation],
    now: datetime,
) -> Drill:
    """End a drill: measure it, close its incidents, take back what waits to be sent, and say so."""
    cases = cases_of(unit, drill)
    words = messages(settings.language)
    why = ended_words(end.status, words, number=drill.number, by=end.by, why=end.why)
    known = measure_drill(drill, cases, now)
    told = {each.person for case in cases for each in case.messages}
    for case in cases:
        if case.incident.status is not IncidentStatus.CLOSED:
            found = dossier(unit.incidents, case.incident.id, playbooks, settings, regulations)
            unit.incidents.save(end_drill_case(found, why, now))
        for each in case.messages:
            if each.status is MessageStatus.PENDING:
                unit.outbox.save(replace(each, status=MessageStatus.CANCELLED))
    asked = {role for each in unit.drills.injects(drill.number) if each.sent_at is not None for role in each.roles}
    roster = Roster(settings, (), now)
    told |= {name for role in asked for name in roster.holders(role)} | {drill.asked_by}
    ended = replace(known, status=end.status, ended_at=now, ended_by=end.by, ended_why=end.why)
    unit.drills.save(ended)
    barred = told & settings.team.excluded(end.about)
    unit.outbox.add(drill_over(ended, told - barred, settings, now))
    unit.outbox.add(drill_over(without_what_is_real(ended, words), barred, settings, now))
    return ended


def without_what_is_real(drill: Drill, words: Messages) -> Drill:
    """Return a drill as it is told to whoever an incident is about: that one made way for it would tell of it."""
    if drill.status is not DrillStatus.INTERRUPTED:
        return drill
    return replace(drill, status=DrillStatus.STOPPED, ended_by=NABAT, ended_why=words.text("drill-given-up"))
