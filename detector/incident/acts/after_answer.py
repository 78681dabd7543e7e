"""What calls a team again after somebody has answered: more became known, or what was stopped goes on.

Comes in: a ``Dossier`` and what has changed. Goes out: ``IncidentChanges`` that take the answer back, say why, and open
the step again that turns out not to be done. A closed incident is open again by it.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from detector.incident.case.changes.again import because, called, kinds, said
from detector.incident.case.changes.containment import is_watched, stopped_since, watched_until
from detector.incident.case.changes.reopened import as_before_the_close, reopened
from detector.incident.case.present_team import who_left
from detector.incident.case.stand_ins import who_fills
from detector.incident.dossier import Dossier, as_one
from detector.incident.playbook.checklist import NABAT
from detector.incident.ports import IncidentChanges
from detector.incident.status_machine import AT_REST, roused
from detector.schema.case.incidents import IncidentKind, IncidentStatus, Step
from detector.schema.detection.findings import Reason
from detector.settings import TeamSettings

_HOUR = timedelta(hours=1)


def call_again(dossier: Dossier, why: Sequence[Reason], now: datetime, *, flow: Step | None = None) -> IncidentChanges:
    """Call the team again.

    Args:
        dossier: The incident.
        why: What has changed since the answer.
        now: When that is known.
        flow: Step that says the flow is stopped and turns out not to be done.
    """
    before = dossier.incident
    pause = dossier.notify.again.of(before.severity.value)
    after = called(before, why, now, pause, answered=before.acknowledged_at is not None)
    steps = dossier.steps
    if before.status is IncidentStatus.CLOSED:
        after = replace(reopened(after), called_at=now)
        steps = as_before_the_close(before, steps, dossier.playbook)
    else:
        after = roused(after)
    changes = dossier.changes(
        after,
        steps,
        at=now,
        kind="unacknowledged" if before.status is not IncidentStatus.CLOSED else "reopened",
        by=NABAT,
        text=said(why, dossier.words, before.acknowledged_by),
        data=(("why", " ".join(kinds(why))),),
        flow=flow,
    )
    return replace(changes, raised=(before.id,))


def containment_broken(dossier: Dossier, *, at: datetime, count: int, now: datetime) -> IncidentChanges:
    """Say that an actor of an incident touched client data after the flow was said to be stopped.

    Args:
        dossier: The incident, closed or not.
        at: Event time of the first such touch.
        count: How many there are so far.
        now: When it is known.

    Returns:
        No changes when nothing is said to be stopped, or when it is over.
    """
    playbook = dossier.playbook
    stopped = stopped_since(dossier.steps, dossier.facts, playbook)
    if stopped is None or playbook is None or not is_watched(dossier.incident):
        return IncidentChanges()
    step_id, since = stopped
    if not since < at <= watched_until(step_id, since, playbook, dossier.terms):
        return IncidentChanges()
    flow = next((step for step in dossier.steps if step.step_id == step_id), None)
    why = [because("containment", step=step_id, count=count)]
    if dossier.incident.status is IncidentStatus.CLOSED:
        why.append(because("closed"))
    return call_again(dossier, why, now, flow=flow)


def lapse(dossier: Dossier, *, since: datetime, now: datetime) -> IncidentChanges:
    """Take back an answer after which nothing happened.

    Args:
        dossier: The incident.
        since: When a person last did or noted something in it.
        now: When that is too long ago.

    Returns:
        No changes when nobody has it, or when it rests or is over.
    """
    incident = dossier.incident
    if incident.acknowledged_at is None or incident.status in (*AT_REST, IncidentStatus.CLOSED):
        return IncidentChanges()
    still = now - since
    if still < 2 * _HOUR:
        return call_again(dossier, [because("lapsed-minutes", minutes=round(still / timedelta(minutes=1)))], now)
    return call_again(dossier, [because("lapsed", hours=round(still / _HOUR))], now)


def end_hold(dossier: Dossier, *, now: datetime) -> IncidentChanges:
    """Put an incident in progress whose hold is over, and call its team again.

    Returns:
        No changes when it is not on hold.
    """
    if dossier.incident.status is not IncidentStatus.ON_HOLD:
        return IncidentChanges()
    return call_again(dossier, [because("held")], now)


def team_left(dossier: Dossier, names: Collection[str], present: TeamSettings, now: datetime) -> IncidentChanges:
    """Say who of a case's team left, and who fills the roles that nobody of it is left in.

    Args:
        dossier: The case, open.
        names: Who left the team since it was last looked at.
        present: The team of the case as it can be called now.
        now: When that is known.

    Returns:
        No changes where none of them was called about it.
    """
    incident = dossier.incident
    gone = who_left(dossier.team, dossier.configured_team, incident.suspects).intersection(names)
    people = [each.name for each in dossier.team.people if each.name in gone]
    if not people:
        return IncidentChanges()
    absent = frozenset(each.name for each in present.people) - set(present.paged) | present.excluded(incident.suspects)
    lost = [role for role, held in dossier.team.roles.items() if gone.intersection(held)]
    filled = {role: ", ".join(present.holders(role, absent)) for role in lost}
    roles = who_fills(filled, dossier.words) if filled else "none"
    text = dossier.words.wording("incident-entry-left", people=", ".join(people), roles=roles)
    data = (("people", " ".join(people)), *filled.items())
    changes = dossier.changes(incident, dossier.steps, at=now, kind="left", by=NABAT, text=text, data=data)
    rests = incident.status in AT_REST or incident.kind is IncidentKind.HISTORY
    if incident.acknowledged_by not in gone or rests:
        return changes
    return as_one(dossier, changes, call_again(dossier.after(changes), [because("left")], now))
