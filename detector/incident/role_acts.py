"""Roles of one incident: somebody is asked to hold one, accepts or declines.

Comes in: a ``Dossier``, the grant to do it, when. Goes out: ``IncidentChanges``. Nobody gives a role to themselves who
does not lead, nor lets others lead or see clients who could not anyway; whom the incident is about is asked for none;
an answer is the person's own.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from detector.clock import passed
from detector.errors import InputError, NotFoundError, Problem
from detector.incident.dossier import Dossier, as_one
from detector.incident.duty.owed import LEADING
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean
from detector.messages import MessageText
from detector.schema.team.grants import Grant, PersonAct
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings.sections.response import ROLES

_HOUR = timedelta(hours=1)
AGAIN = timedelta(minutes=10)
"""So long nobody is asked again for a role of a case that they were asked for before: each request is a message."""
MOST_AN_HOUR = 20
"""So many requests one person makes in a case within an hour: every role once, and some again."""


def assign_role(
    dossier: Dossier,
    grant: Grant,
    role: str,
    person: str,
    *,
    able: Collection[str],
    trusted: Collection[str],
    reason: str,
    now: datetime,
) -> IncidentChanges:
    """Ask somebody to hold a role in an incident; whoever was asked for it before is not any more.

    Args:
        dossier: The incident.
        grant: Of whoever asks.
        role: One of the responder roles.
        person: Who is to hold it.
        able: Who can be asked: on the team, reached, and not whom the incident is about.
        trusted: Who of them can be asked for this role by somebody who does not lead.
        reason: Why.
        now: When.

    Returns:
        No changes when the person was asked for it, or holds it, already.

    Raises:
        ConflictError: It is closed.
        InputError: No such role, not this person, no reason, or asked too often.
    """
    by, reason, role = granted(dossier, grant, PersonAct.ASSIGN_ROLE), clean(reason), role.strip().lower()
    dossier.must_be_open("nobody is asked to hold a role in it")
    problems = _who_cannot(dossier, grant, role, person, able=able, trusted=trusted)
    if not reason:
        problems.append(Problem(what="why they are asked is missing", fix="give it in words"))
    before = [each for each in dossier.assignments if each.role == role]
    same = any(each.stands and each.person == person for each in before)
    if not same:
        problems += _too_often(dossier, grant, role, person, now)
    if problems:
        raise InputError(problems)
    if same:
        return IncidentChanges()
    ended = tuple(replace(each, ended_at=now, ended_by=grant.person) for each in before if each.stands)
    asked = RoleAssignment(
        incident_id=dossier.incident.id,
        role=role,
        number=len(before) + 1,
        person=person,
        by=grant.person,
        at=now,
        reason=reason,
    )
    text = dossier.words.wording(
        "incident-entry-role-asked", by=by, person=person, role=_called(dossier, role), reason=reason
    )
    return _written(dossier, "role_asked", (*ended, asked), by=by, text=text, now=now)


def _who_cannot(
    dossier: Dossier, grant: Grant, role: str, person: str, *, able: Collection[str], trusted: Collection[str]
) -> list[Problem]:
    """Return what keeps somebody from asking this person for this role."""
    problems, leads = list[Problem](), any(each in LEADING for each in grant.roles)
    if role not in ROLES:
        problems.append(Problem(what=f"{clean(role)!r} is no role of a case", fix=f"one of: {', '.join(ROLES)}"))
    if person not in able:
        who = ", ".join(able) or "nobody"
        problems.append(Problem(what=f"{clean(person)!r} cannot be asked to hold a role here", fix=f"one of: {who}"))
    elif person == grant.typed_by or (person == grant.person and not leads):
        problems.append(Problem(what="nobody gives a role to themselves", fix="let the lead or the deputy ask you"))
    elif grant.typed_by or not leads:
        problems += _without_leading(dossier, role, person, able=able, trusted=trusted)
    return problems


def _too_often(dossier: Dossier, grant: Grant, role: str, person: str, now: datetime) -> list[Problem]:
    """Return what keeps somebody from asking once more: a request is a message, and these must not come in a row."""
    minutes = AGAIN // timedelta(minutes=1)
    asked = [each for each in dossier.assignments if each.role == role and each.person == person]
    if any(not passed(now, each.at, AGAIN) for each in asked):
        what = f"{person} was asked for this role within {minutes} minutes"
        return [Problem(what=what, fix="telephone, or ask again when they are over")]
    mine = [each for each in dossier.assignments if each.by == grant.person and not passed(now, each.at, _HOUR)]
    if len(mine) >= MOST_AN_HOUR:
        what = f"{grant.person} has asked for roles here {len(mine)} times within an hour"
        return [Problem(what=what, fix="telephone, or let somebody else ask")]
    return []


def _without_leading(
    dossier: Dossier, role: str, person: str, *, able: Collection[str], trusted: Collection[str]
) -> list[Problem]:
    """Return what keeps somebody who does not lead, or types for who does, from asking a person for a role."""
    fix = "let the lead or the deputy ask"
    held = [each.person for each in dossier.assignments if each.role == role and each.holds and each.person in able]
    if held and person not in held:
        return [Problem(what=f"only who leads asks another than {held[0]}, who accepted this role", fix=fix)]
    if person not in trusted:
        return [Problem(what=f"only who leads asks {clean(person)} for this role", fix=fix)]
    return []


def accept_role(dossier: Dossier, grant: Grant, role: str, *, now: datetime) -> IncidentChanges:
    """Hold a role that one was asked for.

    Returns:
        No changes when it was accepted before.

    Raises:
        ConflictError: It is closed.
        NotFoundError: The person was not asked for this role.
    """
    by = granted(dossier, grant, PersonAct.ANSWER_ROLE)
    return _accepted(dossier, _asked(dossier, grant.person, role), by=by, now=now)


def accept_by_answer(dossier: Dossier, grant: Grant, *, now: datetime) -> IncidentChanges:
    """Return what an acknowledgement accepts: the roles the person was asked for; what others type accepts none."""
    found = IncidentChanges()
    waiting = [] if grant.typed_by else [each for each in dossier.assignments if each.waits]
    for each in waiting:
        if each.person == grant.person:
            changes = _accepted(dossier.after(found), each, by=clean(grant.person), now=now)
            found = as_one(dossier, found, changes) if found else changes
    return found


def decline_role(dossier: Dossier, grant: Grant, role: str, *, reason: str, now: datetime) -> IncidentChanges:
    """Say no to a role that one was asked for, or give one back: the team's own order counts again.

    Raises:
        ConflictError: It is closed.
        InputError: No reason.
        NotFoundError: The person was not asked for this role.
    """
    by, reason = granted(dossier, grant, PersonAct.ANSWER_ROLE), clean(reason)
    asked = _asked(dossier, grant.person, role)
    if not reason:
        raise InputError(Problem(what="why the role is declined is missing", fix="give it in words"))
    text = dossier.words.wording(
        "incident-entry-role-declined", by=by, role=_called(dossier, asked.role), reason=reason
    )
    declined = replace(asked, declined_at=now, declined_why=reason)
    return _written(dossier, "role_declined", (declined,), by=by, text=text, now=now)


def withdraw_role(dossier: Dossier, grant: Grant, role: str, *, reason: str, now: datetime) -> IncidentChanges:
    """Take back that somebody was asked for a role, or holds it by that: the team's own order counts again.

    Whoever asked takes back what nobody has accepted; who leads anything.

    Raises:
        ConflictError: It is closed.
        InputError: It is not for them to take back, or no reason.
        NotFoundError: Nobody was asked for this role.
    """
    by, reason, role = granted(dossier, grant, PersonAct.ASSIGN_ROLE), clean(reason), role.strip().lower()
    dossier.must_be_open("there is no role to take back")
    given = next((each for each in dossier.assignments if each.stands and each.role == role), None)
    if given is None:
        roles = ", ".join(each.role for each in dossier.assignments if each.stands) or "none"
        what = f"nobody was asked to be {role!r} in {dossier.name}"
        raise NotFoundError(Problem(what=what, fix=f"roles that somebody was asked for here: {roles}"))
    problems = []
    if not takes_back(given, grant):
        what = f"only who leads takes a role from {given.person}, who accepted it"
        if not given.holds:
            what = f"{given.by} asked for this role: only they or who leads take it back"
        problems.append(Problem(what=what, fix="let the lead or the deputy take it back"))
    if not reason:
        problems.append(Problem(what="why the role is taken back is missing", fix="give it in words"))
    if problems:
        raise InputError(problems)
    text = dossier.words.wording(
        "incident-entry-role-withdrawn", by=by, person=given.person, role=_called(dossier, role), reason=reason
    )
    ended = replace(given, ended_at=now, ended_by=grant.person)
    return _written(dossier, "role_withdrawn", (ended,), by=by, text=text, now=now)


def takes_back(given: RoleAssignment, grant: Grant) -> bool:
    """Tell whether somebody may take back that a role was asked for: who leads, and who asked while nobody accepted."""
    leads = not grant.typed_by and any(each in LEADING for each in grant.roles)
    return leads or (given.waits and given.by == grant.person)


def _asked(dossier: Dossier, person: str, role: str) -> RoleAssignment:
    dossier.must_be_open("there is no role to answer for")
    mine = [each for each in dossier.assignments if each.stands and each.person == person]
    for each in mine:
        if each.role == role.strip().lower():
            return each
    roles = ", ".join(each.role for each in mine) or "none"
    what = f"{clean(person)} was not asked to be {clean(role)!r} in {dossier.name}"
    raise NotFoundError(Problem(what=what, fix=f"roles that {clean(person)} was asked for here: {roles}"))


def _accepted(dossier: Dossier, asked: RoleAssignment, *, by: str, now: datetime) -> IncidentChanges:
    if asked.accepted_at is not None:
        return IncidentChanges()
    text = dossier.words.wording("incident-entry-role-accepted", by=by, role=_called(dossier, asked.role))
    return _written(dossier, "role_accepted", (replace(asked, accepted_at=now),), by=by, text=text, now=now)


def _written(
    dossier: Dossier, kind: str, rows: tuple[RoleAssignment, ...], *, by: str, text: MessageText, now: datetime
) -> IncidentChanges:
    data = (("role", rows[-1].role), ("person", rows[-1].person))
    changes = dossier.changes(dossier.incident, dossier.steps, at=now, kind=kind, by=by, text=text, data=data)
    return replace(changes, assignments=rows)


def _called(dossier: Dossier, role: str) -> MessageText:
    """Return what a role is called."""
    return dossier.words.wording(f"notify-role-{role}")
