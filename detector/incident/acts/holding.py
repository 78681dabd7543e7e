"""Who has an incident: taken over, handed over, put off until a moment.

Comes in: a ``Dossier``, the grant to do it, when. Goes out: ``IncidentChanges``. Whom an incident is about gets no
grant and is handed none. What is put off calls again by itself, and at once when it gets worse.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.transitions import acknowledge
from detector.incident.case.changes.again import because
from detector.incident.dossier import Dossier
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.status_machine import begun
from detector.incident.timeline import clean, rfc3339
from detector.schema.team.grants import Grant, PersonAct
from detector.settings.types import duration_text


def take_over(dossier: Dossier, grant: Grant, *, via: str, now: datetime) -> IncidentChanges:
    """Have an incident that somebody else has, from now on; one that nobody has is acknowledged.

    Args:
        dossier: The incident.
        grant: Of the person to do so.
        via: How: ``cli`` or ``page``.
        now: When.

    Returns:
        No changes when the person has it already.

    Raises:
        ConflictError: It is closed.
    """
    by = granted(dossier, grant, PersonAct.TAKE_OVER)
    dossier.must_be_open("there is nothing to take over")
    incident = dossier.incident
    if incident.acknowledged_at is None:
        return acknowledge(dossier, grant, via=via, now=now)
    if incident.acknowledged_by == grant.person:
        return IncidentChanges()
    return _held(dossier, "taken-over", by=by, to=grant.person, now=now)


def hand_over(dossier: Dossier, grant: Grant, *, to: str, able: Collection[str], now: datetime) -> IncidentChanges:
    """Give an incident to somebody else, who is told at once; without progress the answer lapses.

    Args:
        dossier: The incident.
        grant: Of whoever gives it.
        to: Who is to have it.
        able: Who can: may take it over, and is reached.
        now: When.

    Raises:
        ConflictError: It is closed, or nobody has it.
        InputError: The other one cannot take it.
    """
    by = granted(dossier, grant, PersonAct.HAND_OVER)
    dossier.must_be_open("there is nothing to hand over")
    if to not in able:
        who = ", ".join(able) or "nobody"
        raise InputError(Problem(what=f"{clean(to)!r} cannot be handed {dossier.name}", fix=f"one of: {who}"))
    if dossier.incident.acknowledged_at is None:
        raise ConflictError(
            Problem(what=f"nobody has {dossier.name}", fix="acknowledge it first, or let the one who takes it do so")
        )
    if dossier.incident.acknowledged_by == to:
        return IncidentChanges()
    return _held(dossier, "handed-over", by=by, to=to, now=now)


def pass_on(dossier: Dossier, grant: Grant, *, to: Collection[str], now: datetime) -> IncidentChanges:
    """Say that a person cannot take an incident that nobody has; who is next was called at once.

    Args:
        dossier: The incident.
        grant: Of whoever cannot take it.
        to: Who was called.
        now: When.

    Raises:
        ConflictError: It is closed, somebody has it, or everybody else was called already.
    """
    by = granted(dossier, grant, PersonAct.HAND_OVER)
    dossier.must_be_open("there is nothing to hand over")
    holder = dossier.incident.acknowledged_by
    if holder:
        raise ConflictError(Problem(what=f"{holder} has {dossier.name}", fix=f"let {holder} hand it over"))
    if not to:
        fix = "acknowledge it, or call somebody by telephone"
        raise ConflictError(Problem(what=f"everybody else was called about {dossier.name}", fix=fix))
    names = ", ".join(to)
    return dossier.changes(
        dossier.incident,
        dossier.steps,
        at=now,
        kind="passed_on",
        by=by,
        text=dossier.words.wording("incident-entry-passed-on", by=by, to=names),
        data=(("to", names),),
    )


def snooze(dossier: Dossier, grant: Grant, *, until: datetime, reason: str, now: datetime) -> IncidentChanges:
    """Put an incident off: nobody has it and nobody is paged until a moment, or until it gets worse.

    Raises:
        ConflictError: It is closed.
        InputError: No reason, a moment that is over, or one further away than an answer lasts (``notify.lapse``).
    """
    by, reason = granted(dossier, grant, PersonAct.SNOOZE), clean(reason)
    dossier.must_be_open("there is nothing to put off")
    incident = dossier.incident
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
            begun(incident),
            acknowledged_at=None,
            acknowledged_by="",
            called_at=until,
            called_for=(because("snoozed"),),
        ),
        dossier.steps,
        at=now,
        kind="snoozed",
        by=by,
        text=dossier.words.wording("incident-entry-snoozed", by=by, until=rfc3339(until), reason=reason),
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
        text=dossier.words.wording(f"incident-entry-{kind}", by=by, to=to, before=before.acknowledged_by),
        data=(("to", to),),
    )
