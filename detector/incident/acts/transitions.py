"""What people do to an incident: acknowledge, note, change status, take in the scope.

Comes in: a ``Dossier``, the grant to do it, when. Goes out: ``IncidentChanges`` to be written. Each transition leaves
one timeline entry (two where an incident becomes a graver one by it); what is not possible is refused with what to do
instead. Steps and T1 have modules of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.after_answer import call_again
from detector.incident.case.assessment.nature import fitting, kind_of
from detector.incident.case.assessment.severity import as_judged, doubled, people_at_most, severity_of
from detector.incident.case.changes.again import because, waits
from detector.incident.case.changes.containment import flow_step
from detector.incident.case.changes.escalate_kind import as_kind, worse_entry
from detector.incident.case.opening import main_alert
from detector.incident.case.titles import title
from detector.incident.dossier import Dossier, as_one
from detector.incident.granted import granted
from detector.incident.playbook.checklist import NABAT, done
from detector.incident.playbook.playbooks import Event
from detector.incident.ports import IncidentChanges
from detector.incident.role_acts import accept_by_answer
from detector.incident.status_machine import ALLOWED, LONGEST_HOLD, begun, moved
from detector.incident.timeline import MAX_TEXT, clean, rfc3339
from detector.messages import MessageText
from detector.schema.case.incidents import (
    BY_HAND,
    SET_BY_HAND,
    Incident,
    IncidentKind,
    IncidentStatus,
    Scope,
    Step,
    StepStatus,
)
from detector.schema.detection.findings import Finding, Reason
from detector.schema.team.grants import Grant, PersonAct
from detector.settings.sections.records import DataClass

# People may know from outside before the logs show anything; what is far earlier is a slip of the pen.
EARLIEST_AWARE = timedelta(days=30)
_SLACK = timedelta(minutes=5)
_VIA = ("cli", "link", "page", "button")


def acknowledge(dossier: Dossier, grant: Grant, *, via: str, now: datetime) -> IncidentChanges:
    """Record that a person has it; the first acknowledgement counts, and the incident is in progress.

    Args:
        dossier: The incident.
        grant: Of the person to do so.
        via: How: ``cli``, ``link``, ``page``, or another channel's name.
        now: When.

    Returns:
        The roles that the person was asked for are accepted by it; nothing else when it was acknowledged before.

    Raises:
        ConflictError: It is closed.
    """
    incident = dossier.incident
    by = granted(dossier, grant, PersonAct.ACKNOWLEDGE, PersonAct.TAKE_OVER)
    dossier.must_be_open("there is nothing to acknowledge")
    if incident.acknowledged_at is not None:
        return accept_by_answer(dossier, grant, now=now)
    words = dossier.words.wording(f"incident-via-{via}") if via in _VIA else clean(via)
    answered = dossier.changes(
        replace(begun(incident), acknowledged_at=now, acknowledged_by=grant.person, called_for=(), people_heard=None),
        when(dossier, "acknowledged", now, by, dossier.words.wording("incident-proof-acknowledged", via=words).text),
        at=now,
        kind="acknowledged",
        by=by,
        text=dossier.words.wording("incident-entry-acknowledged", by=by, via=words),
        data=(("via", clean(via)),),
    )
    accepted = accept_by_answer(dossier.after(answered), grant, now=now)
    return as_one(dossier, answered, accepted) if accepted else answered


def add_note(dossier: Dossier, grant: Grant, *, text: str, now: datetime) -> IncidentChanges:
    """Add a person's words to the timeline; possible even after the close.

    Raises:
        InputError: The note is empty.
    """
    by, text = granted(dossier, grant, PersonAct.NOTE), said(text, "the note")
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind="note", by=by, text=text)


def record_look(dossier: Dossier, grant: Grant, *, clients: int, now: datetime) -> IncidentChanges:
    """Say on the timeline that somebody was shown client numbers, and how many."""
    by = granted(dossier, grant, PersonAct.CLIENTS)
    text = dossier.words.wording("incident-entry-looked", clients=clients)
    data = (("clients", clients),)
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind="looked", by=by, text=text, data=data)


def record_invitation(dossier: Dossier, grant: Grant, person: str, *, reason: str, now: datetime) -> IncidentChanges:
    """Say on the timeline that somebody was let into the incident.

    Raises:
        InputError: No reason was given.
    """
    by, reason = granted(dossier, grant, PersonAct.INVITE), said(reason, "why they are needed")
    text = dossier.words.wording("incident-entry-invited", person=clean(person), reason=reason)
    return dossier.changes(
        dossier.incident, dossier.steps, at=now, kind="invited", by=by, text=text, data=(("person", clean(person)),)
    )


def say_client_data(dossier: Dossier, grant: Grant, *, reason: str, now: datetime) -> IncidentChanges:
    """Record that client data is concerned because a person says so: the clocks of the law begin, people are called.

    There is no way back: who was wrong closes the incident as a false alarm, and says why.

    Returns:
        No changes when that was known before.

    Raises:
        ConflictError: It is closed, a digest of history, or a drill's.
        InputError: No reason was given.
    """
    by = granted(dossier, grant, PersonAct.CLIENT_DATA, PersonAct.AWARE)
    dossier.must_be_open("what happens anew opens an incident of its own")
    must_be_no_digest(dossier)
    must_be_no_drill(dossier, "no law counts from it")
    if dossier.incident.kind is IncidentKind.LEAK:
        return IncidentChanges()
    reason = said(reason, "why client data is concerned")
    return _worse(dossier, IncidentKind.LEAK, now=now, by=by, reason=reason)


def set_status(
    dossier: Dossier,
    grant: Grant,
    status: IncidentStatus,
    *,
    reason: str,
    now: datetime,
    until: datetime | None = None,
    second: Grant | None = None,
) -> IncidentChanges:
    """Change where the incident stands: in progress, on hold, resolved. Resolving starts what counts from the close.

    Args:
        dossier: The incident.
        grant: Of the person to do so.
        status: Where it is to stand.
        reason: Why.
        now: When.
        until: When a hold ends, 31 days from now at most: the team is called again then.
        second: Grant of the second person to approve, where it takes two.

    Returns:
        No changes when it stands there already, a hold until the same moment.

    Raises:
        ConflictError: It is closed, or the status is not one to be set by hand.
        InputError: No reason was given, a hold has no end that can be, or something else has one.
    """
    by = granted(dossier, grant, PersonAct.STATUS)
    dossier.must_be_open("its status stays")
    before = dossier.incident
    old, held = before.status, status is IncidentStatus.ON_HOLD
    if status not in SET_BY_HAND or (status is not old and status not in ALLOWED[old]):
        raise ConflictError(
            Problem(
                what=f"the status {status.value!r} is not set by hand",
                fix="use acknowledge, close or reopen; in_progress, on_hold and resolved are set by hand",
            )
        )
    if status is old and (not held or until in (None, before.hold_until)):
        return IncidentChanges()
    reason, problems = clean(reason), list(_hold_problems(until, now) if held else _no_hold(until))
    if not reason:
        problems.insert(0, Problem(what="why the status changes is missing", fix="give it in words"))
    if problems:
        raise InputError(problems)
    end = rfc3339(until) if until is not None else ""
    shown: str | MessageText = reason
    if second is not None:
        approver = granted(dossier, second, PersonAct.APPROVE)
        shown = dossier.words.wording("incident-proof-approved", proof=reason, approver=approver)
    return dossier.changes(
        moved(before, status, until=until),
        dossier.steps,
        at=now,
        kind="status",
        by=by,
        text=dossier.words.wording(
            "incident-entry-held" if held else "incident-entry-status",
            old=old.value,
            new=status.value,
            until=end,
            reason=shown,
        ),
        data=(("old", old.value), ("new", status.value), *((("until", end),) if held else ())),
        resolved=now if status is IncidentStatus.RESOLVED else None,
    )


def _hold_problems(until: datetime | None, now: datetime) -> Iterable[Problem]:
    """Yield why a hold cannot end at a moment."""
    if until is None:
        yield Problem(what="a hold needs an end", fix="say until when it waits; the team is called again then")
    elif until <= now:
        yield Problem(what=f"{rfc3339(until)} is over", fix="give a moment that is still to come")
    elif until > now + LONGEST_HOLD:
        what = f"{rfc3339(until)} is too far: a hold lasts {LONGEST_HOLD.days} days at most"
        yield Problem(what=what, fix=f"hold it until {rfc3339(now + LONGEST_HOLD)} at the latest")


def _no_hold(until: datetime | None) -> Iterable[Problem]:
    if until is not None:
        yield Problem(what="only a hold has an end", fix="leave the end out, or put it on hold")


def keep_terms(dossier: Dossier, *, now: datetime) -> IncidentChanges:
    """Let a case from before terms were kept keep those that are configured now."""
    text = dossier.words.wording("incident-entry-terms-kept")
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind="terms_kept", by=NABAT, text=text)


def with_scope(
    dossier: Dossier,
    scope: Scope,
    *,
    now: datetime,
    classes: dict[str, DataClass] | None = None,
    findings: Iterable[Finding] = (),
) -> IncidentChanges:
    """Take in a newly computed blast radius; kind and severity rise if it asks for it, they never fall.

    Args:
        dossier: The incident.
        scope: As the access journal shows it now.
        now: When it was computed.
        classes: The data classes as configured.
        findings: Behind it; what they have counted was known before.
    """
    if scope == dossier.incident.scope:
        return IncidentChanges()
    before = dossier.incident
    broken_in = scope.events > 0 and before.follow_until is not None
    findings = tuple(findings)
    computed = severity_of((), scope, classes or {}, broken_in=broken_in, people=before.persons)
    judged = as_judged(before, computed, max(people_at_most(findings, scope), before.persons or 0))
    severity = judged.severity
    heard = before.people_heard
    if heard is None and before.acknowledged_at is not None:
        heard = people_at_most(findings, before.scope)
    after = _titled(dossier, replace(judged, scope=scope, people_heard=heard))
    counts = {"low": scope.record_low, "high": scope.record_high, "uncounted": scope.uncounted}
    text = dossier.words.wording("incident-entry-scope", subjects=scope.subjects, **counts)
    if scope.imported_subjects:
        text += dossier.words.wording("scope-entry-imported", count=scope.imported_subjects)
    changes = dossier.changes(
        after,
        dossier.steps,
        at=now,
        kind="scope",
        by=NABAT,
        text=text,
        data=(
            ("subjects", scope.subjects),
            ("imported_subjects", scope.imported_subjects),
            ("record_low", scope.record_low),
            ("record_high", scope.record_high),
            ("uncounted", scope.uncounted),
            ("severity", severity.value),
        ),
    )
    kind = kind_of(scope, before.kind, broken_in=before.follow_until is not None)
    if kind is not None and 0 < before.kind.gravity < kind.gravity:
        reason = dossier.words.wording("incident-reason-touches")
        worse = _worse(dossier.after(changes), kind, now=now, by=NABAT, reason=reason)
        return as_one(dossier, changes, worse)
    if before.status is IncidentStatus.CLOSED:
        return changes
    flow = _flow_goes_on(dossier, scope)
    why = _more_than_heard(dossier, after, people_at_most(findings, scope), flow, now)
    if why:
        return as_one(dossier, changes, call_again(dossier.after(changes), why, now, flow=flow))
    return replace(changes, raised=(before.id,)) if severity is not before.severity else changes


def _flow_goes_on(dossier: Dossier, scope: Scope) -> Step | None:
    """Return the step that says the flow is stopped, where the scope has grown by touches after it was done."""
    flow, before = flow_step(dossier.steps, dossier.playbook), dossier.incident.scope
    if flow is None or flow.done_at is None or scope.last_event_at is None or scope.last_event_at <= flow.done_at:
        return None
    goes_on = before.last_event_at is None or scope.last_event_at > before.last_event_at
    grew = any(
        getattr(scope, each) > getattr(before, each) for each in ("subjects", "record_high", "uncounted", "changes")
    )
    return flow if goes_on and grew else None


def _more_than_heard(
    dossier: Dossier, after: Incident, people: int, flow: Step | None, now: datetime
) -> tuple[Reason, ...]:
    """Return what a grown scope changes for whoever has answered; what goes on after the flow was stopped, always."""
    before, found = dossier.incident, list[Reason]()
    heard = after.people_heard if after.people_heard is not None else before.scope.known_subjects
    if flow is not None:
        found.append(because("flow", step=flow.step_id, before=heard, after=people))
    if after.severity.rank > before.severity.rank and (before.acknowledged_at is not None or waits(before, now)):
        found.append(because("severity", old=before.severity.value, new=after.severity.value))
    if before.acknowledged_at is not None and doubled(heard, people):
        found.append(because("more", before=heard, after=people))
    return tuple(found)


def must_be_no_digest(dossier: Dossier) -> None:
    """No law counts from a digest: what is in it is opened row by row, and each counts for itself."""
    if dossier.incident.kind is IncidentKind.HISTORY:
        raise ConflictError(
            Problem(
                what=f"{dossier.name} is a digest of history: no law counts from it",
                fix="open its row as an incident: `nabat incidents promote`, or the button on the page",
            )
        )


def must_be_no_drill(dossier: Dossier, why: str) -> None:
    """Refuse what would carry a drill beyond the exercise.

    Raises:
        ConflictError: The incident is one of a drill.
    """
    if dossier.incident.kind is IncidentKind.DRILL:
        fix = "what is real gets an incident of its own: nabat incidents open"
        raise ConflictError(Problem(what=f"{dossier.name} is part of a drill: {why}", fix=fix))


def _worse(
    dossier: Dossier, kind: IncidentKind, *, now: datetime, by: str, reason: str | MessageText
) -> IncidentChanges:
    """Return what makes an incident one about client data."""
    before = dossier.incident
    playbook = fitting(kind, before.playbook, dossier.playbooks)
    after = _titled(dossier, as_kind(before, kind, playbook, now))
    entry = worse_entry(dossier.last, before, after, dossier.words, at=now, by=by, reason=reason)
    return replace(dossier.changed(after, dossier.steps, entry), raised=(before.id,))


def _titled(dossier: Dossier, incident: Incident) -> Incident:
    """Return the incident called what it is now; what a person called it, or no alert is left of, keeps its title."""
    if not dossier.alerts or incident.matter == BY_HAND:
        return incident
    main, touched = main_alert(incident.actor_id, dossier.alerts), incident.scope.events > 0
    return replace(
        incident,
        title=title("en", incident.kind, main, touched=touched),
        title_ru=title("ru", incident.kind, main, touched=touched),
    )


def when(dossier: Dossier, event: Event, now: datetime, by: str, proof: str) -> tuple[Step, ...]:
    """Return the steps, with those done that the playbook binds to an event."""
    bound = dossier.playbook.done_when(event) if dossier.playbook else frozenset[str]()
    return tuple(
        done(step, now, by, proof) if step.step_id in bound and step.status is StepStatus.OPEN else step
        for step in dossier.steps
    )


def moment_problems(dossier: Dossier | None, at: datetime, now: datetime, name: str = "") -> list[Problem]:
    """Return why something that people did cannot have been at a moment.

    Args:
        dossier: The incident it is about; None: none.
        at: The moment.
        now: When it is said.
        name: What the moment is called: ``the time of sending``.
    """
    said_at = f"{name} {rfc3339(at)}".strip()
    if at > now + _SLACK:
        return [Problem(what=f"{said_at} is in the future", fix="give the moment it happened")]
    if dossier is None:
        return []
    incident = dossier.incident
    first = min(incident.first_event_at, incident.t0, incident.opened_at, incident.aware_at or incident.opened_at)
    if at < first - EARLIEST_AWARE:
        what = f"{said_at} lies more than {EARLIEST_AWARE.days} days before the first event"
        return [Problem(what=what, fix="look at year and month")]
    return []


def said(text: str, what: str) -> str:
    """Return what a person wrote, fit to be kept.

    Raises:
        InputError: It is empty, or longer than what is kept.
    """
    if (length := len(text.strip())) > MAX_TEXT:
        fix = f"at most {MAX_TEXT}: attach the rest as a file, or say it in short"
        raise InputError(Problem(what=f"{what} has {length} characters", fix=fix))
    kept = clean(text)
    if not kept:
        raise InputError(Problem(what=f"{what} is missing", fix="give it in words"))
    return kept
