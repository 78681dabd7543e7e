"""Who has an incident: taken over, handed over, put off until a moment.

Comes in: a ``Dossier``, a grant, what and when. Goes out: ``IncidentChanges``. Nobody is handed an incident
about an account of hers. What is put off calls again by itself, and at once when it gets
worse.
"""

from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.granted import granted
from detector.incident.acts.transitions import acknowledge
from detector.incident.case.again import because
from detector.incident.case.opening import suspected
from detector.incident.dossier import Dossier
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean, rfc3339
from detector.schema.grants import Grant, PersonAct
from detector.schema.incidents import IncidentStatus
from detector.settings.types import duration_text


def take_over(dossier: Dossier, grant: Grant, *, now: datetime) -> IncidentChanges:
    """Have an incident that somebody else has, from now on; one that nobody has is acknowledged.

    Returns:
        No changes when the person has it already.

    Raises:
        ConflictError: It is closed.
    """
    by = granted(dossier, grant, PersonAct.ACKNOWLEDGE)
    dossier.must_be_open("there is nothing to take over")
    if dossier.incident.acknowledged_at is None:
        return acknowledge(dossier, grant, via="cli", now=now)
    if dossier.incident.acknowledged_by == grant.person:
        return IncidentChanges()
    return _held(dossier, "taken-over", by=by, to=grant.person, now=now)


def hand_over(dossier: Dossier, grant: Grant, *, to: str, now: datetime) -> IncidentChanges:
    """Give an incident to somebody else of the team, who is told at once; without progress the answer lapses.

    Raises:
        ConflictError: It is closed, nobody has it, or it is about an account of the other one.
        InputError: The other one is not on the team.
    """
    dossier.must_be_open("there is nothing to hand over")
    by, to = granted(dossier, grant, PersonAct.ACKNOWLEDGE), clean(to)
    names = sorted(person.name for person in dossier.team.people)
    if to not in names:
        raise InputError(Problem(what=f"{to!r} is not on the team", fix=f"hand it to one of {', '.join(names)}"))
    if suspected(dossier.incident, to, dossier.team):
        raise ConflictError(
            Problem(what=f"{to} cannot have it: it is about an account of theirs", fix="hand it to somebody else")
        )
    if dossier.incident.acknowledged_at is None:
        raise ConflictError(
            Problem(what=f"nobody has {dossier.name}", fix="acknowledge it first, or let the one who takes it do so")
        )
    if dossier.incident.acknowledged_by == to:
        return IncidentChanges()
    return _held(dossier, "handed-over", by=by, to=to, now=now)


def snooze(dossier: Dossier, grant: Grant, *, until: datetime, reason: str, now: datetime) -> IncidentChanges:
    """Put an incident off: nobody has it and nobody is paged until a moment, or until it gets worse.

    Raises:
        ConflictError: It is closed.
        InputError: No reason, a moment that is over, or one further away than an answer lasts (``notify.lapse``).
    """
    dossier.must_be_open("there is nothing to put off")
    by = granted(dossier, grant, PersonAct.STATUS)
    incident, reason = dossier.incident, clean(reason)
    longest = dossier.notify.lapse.of(incident.severity.value)
    problems = []
    if not reason:
        problems.append(Problem(what="why it is put off is missing", fix="give it in words"))
    if until <= now:
        problems.append(Problem(what=f"{rfc3339(until)} is over", fix="give a moment that is still to come"))
    if until > now + longest:
        problems.append(
            Problem(
                what=f"{rfc3339(until)} is too far: {dossier.name} is {incident.severity.value}",
                fix=f"put it off for {duration_text(longest)} at most (notify.lapse), until {rfc3339(now + longest)}",
            )
        )
    if problems:
        raise InputError(problems)
    return dossier.changes(
        replace(
            incident,
            status=IncidentStatus.IN_PROGRESS if incident.status is IncidentStatus.NEW else incident.status,
            acknowledged_at=None,
            acknowledged_by="",
            called_at=until,
            called_for=(because("snoozed"),),
        ),
        dossier.steps,
        at=now,
        kind="snoozed",
        by=by,
        text=dossier.words.text("incident-entry-snoozed", by=by, until=rfc3339(until), reason=reason),
        data=(("until", rfc3339(until)),),
    )


def _held(dossier: Dossier, kind: str, *, by: str, to: str, now: datetime) -> IncidentChanges:
    """Return the incident in somebody else's hands: what is known until now is what she has to know."""
    before = dossier.incident
    return dossier.changes(
        replace(before, acknowledged_at=now, acknowledged_by=to, called_for=(), people_heard=None),
        dossier.steps,
        at=now,
        kind=kind.replace("-", "_"),
        by=by,
        text=dossier.words.text(f"incident-entry-{kind}", by=by, to=to, before=before.acknowledged_by),
        data=(("to", to),),
    )
