"""What people do to an incident: acknowledge, mark steps, note, set T1, change status, take in the scope.

Comes in: a ``Dossier``, who does what and when. Goes out: ``IncidentChanges`` to be written. Each transition leaves one
timeline entry (two where an incident becomes a graver one by it); what is not possible is refused with what to do
instead.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.after_answer import call_again
from detector.incident.case.again import because
from detector.incident.case.containment import flow_step
from detector.incident.case.escalate_kind import as_kind, worse_entry
from detector.incident.case.nature import fitting, kind_of
from detector.incident.case.opening import main_alert, suspected
from detector.incident.case.severity import doubled, people_at_most, severity_of
from detector.incident.case.titles import title
from detector.incident.dossier import Dossier
from detector.incident.duty.compute_duties import changed_duties
from detector.incident.playbook.checklist import NABAT, changed, done
from detector.incident.playbook.playbooks import Event
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean, rfc3339
from detector.schema.findings import Finding, Reason
from detector.schema.incidents import Incident, IncidentKind, IncidentStatus, Scope, Step, StepStatus
from detector.settings.records import DataClass

# People may know from outside before the logs show anything; what is far earlier is a slip of the pen.
EARLIEST_AWARE = timedelta(days=30)
_VIA = ("cli", "link", "page")
_LOCKED = (IncidentStatus.NEW, IncidentStatus.CLOSED)


def acknowledge(dossier: Dossier, *, by: str, via: str, now: datetime) -> IncidentChanges:
    """Record that a person has it; the first acknowledgement counts, and the incident is in progress.

    Args:
        dossier: The incident.
        by: Who.
        via: How: ``cli``, ``link``, ``page``, or another channel's name.
        now: When.

    Returns:
        No changes when it was acknowledged before.

    Raises:
        ConflictError: It is closed, or it is about the person's own account: her "I have it" would end the paging.
    """
    incident = dossier.incident
    dossier.must_be_open("there is nothing to acknowledge")
    must_not_be_about(dossier, by)
    if incident.acknowledged_at is not None:
        return IncidentChanges()
    by = _said(by, "who acknowledges")
    words = dossier.words.text(f"incident-via-{via}") if via in _VIA else clean(via)
    new = incident.status is IncidentStatus.NEW
    return dossier.changes(
        replace(
            incident,
            acknowledged_at=now,
            acknowledged_by=by,
            called_for=(),
            people_heard=None,
            status=IncidentStatus.IN_PROGRESS if new else incident.status,
        ),
        when(dossier, "acknowledged", now, by, dossier.words.text("incident-proof-acknowledged", via=words)),
        at=now,
        kind="acknowledged",
        by=by,
        text=dossier.words.text("incident-entry-acknowledged", by=by, via=words),
        data=(("via", clean(via)),),
    )


def must_not_be_about(dossier: Dossier, *persons: str) -> None:
    """Refuse what a person decides about an incident that concerns an account of hers.

    Raises:
        ConflictError: It concerns one of theirs.
    """
    for by in persons:
        if any(suspected(dossier.incident, clean(by), team) for team in (dossier.team, dossier.configured_team)):
            raise ConflictError(
                Problem(
                    what=f"{clean(by)} cannot take this incident: it is about an account of theirs",
                    fix="let somebody else on the team do it",
                )
            )


def complete_step(
    dossier: Dossier, step_id: str, *, by: str, now: datetime, proof: str = "", approved_by: str = ""
) -> IncidentChanges:
    """Mark a step done; what waits for it gets its due time.

    Args:
        dossier: The incident.
        step_id: ``C2``.
        by: Who did it.
        now: When.
        proof: Text or reference that shows it.
        approved_by: The second person, where the step asks for two.

    Returns:
        No changes when it was done before.

    Raises:
        NotFoundError: No such step.
        ConflictError: A gate does not hold (all that is missing is named), or it is about an account of these people.
    """
    step = dossier.step(step_id)
    must_not_be_about(dossier, by, approved_by)
    if step.status is StepStatus.DONE:
        return IncidentChanges()
    by, approver, proof = _said(by, "who did it"), clean(approved_by), clean(proof)
    missing = gate_problems(dossier, step, by, approver)
    if missing:
        raise ConflictError(missing)
    if approver:
        proof = dossier.words.text("incident-proof-approved", proof=proof or "–", approver=approver)
    return dossier.changes(
        dossier.incident,
        _swapped(dossier.steps, done(step, now, by, proof)),
        at=now,
        kind="step_done",
        by=by,
        text=dossier.words.text("incident-entry-step-done", step=step.step_id, proof=proof or "–"),
        data=(("step", step.step_id),),
    )


def skip_step(
    dossier: Dossier, step_id: str, *, by: str, reason: str, now: datetime, approved_by: str = ""
) -> IncidentChanges:
    """Record that a step is not needed, and why; what takes two persons to do takes two to leave out.

    Raises:
        NotFoundError: No such step.
        ConflictError: It is done, two persons must say so, or it is about an account of these people.
        InputError: No reason was given.
    """
    step = dossier.step(step_id)
    must_not_be_about(dossier, by, approved_by)
    if step.status is StepStatus.DONE:
        raise ConflictError(Problem(what=f"step {step.step_id} is done", fix="reopen it first, with a reason"))
    by, reason = _said(by, "who skips it"), _said(reason, "why the step is not needed")
    approver = clean(approved_by)
    missing = person_problems(dossier, step, by, approver)
    if missing:
        raise ConflictError(missing)
    if approver:
        reason = dossier.words.text("incident-proof-approved", proof=reason, approver=approver)
    skipped = replace(step, status=StepStatus.SKIPPED, done_at=now, done_by=by, proof=reason)
    return _with(dossier, skipped, "step_skipped", by=by, reason=reason, now=now)


def reopen_step(dossier: Dossier, step_id: str, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    """Open a step again that was done or skipped.

    Raises:
        NotFoundError: No such step.
        ConflictError: It is open, the incident is closed, or it is about an account of the person's.
        InputError: No reason was given.
    """
    step = dossier.step(step_id)
    must_not_be_about(dossier, by)
    dossier.must_be_open("its steps stay as they are")
    if step.status is StepStatus.OPEN:
        raise ConflictError(Problem(what=f"step {step.step_id} is open already"))
    by, reason = _said(by, "who reopens it"), _said(reason, "why it is opened again")
    again = replace(step, status=StepStatus.OPEN, done_at=None, done_by="", proof="")
    return _with(dossier, again, "step_reopened", by=by, reason=reason, now=now)


def add_note(dossier: Dossier, *, by: str, text: str, now: datetime) -> IncidentChanges:
    """Add a person's words to the timeline; possible even after the close.

    Raises:
        InputError: The note is empty.
    """
    by, text = _said(by, "who writes"), _said(text, "the note")
    return dossier.changes(dossier.incident, dossier.steps, at=now, kind="note", by=by, text=text)


def say_client_data(dossier: Dossier, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    """Record that client data is concerned because a person says so: the clocks of the law begin, people are called.

    There is no way back: who was wrong closes the incident as a false alarm, and says why.

    Returns:
        No changes when that was known before.

    Raises:
        ConflictError: It is closed, or a digest of history.
        InputError: No reason was given.
    """
    dossier.must_be_open("what happens anew opens an incident of its own")
    _must_be_no_digest(dossier)
    if dossier.incident.kind is IncidentKind.LEAK:
        return IncidentChanges()
    by, reason = _said(by, "who says so"), _said(reason, "why client data is concerned")
    return _worse(dossier, IncidentKind.LEAK, now=now, by=by, reason=reason)


def set_aware(dossier: Dossier, *, at: datetime, by: str, reason: str, now: datetime) -> IncidentChanges:
    """Set T1: the moment from which we are aware that client data is concerned. Open clocks are counted anew.

    Of an incident in which client data was not known to be concerned it says that too.

    Raises:
        ConflictError: It is closed, a digest of history, from which no law counts, or about an account of the person's.
        InputError: No reason, or a moment in the future or too long before the first event.
    """
    must_not_be_about(dossier, by)
    dossier.must_be_open("T1 cannot be set any more")
    _must_be_no_digest(dossier)
    by, reason = _said(by, "who says so"), _said(reason, "why this is the moment")
    if at > now:
        raise InputError(Problem(what=f"T1 {rfc3339(at)} is in the future", fix="give the moment people knew"))
    first = min(dossier.incident.first_event_at, dossier.incident.opened_at)
    if at < first - EARLIEST_AWARE:
        what = f"T1 {rfc3339(at)} lies more than {EARLIEST_AWARE.days} days before the first event, {rfc3339(first)}"
        fix = "look at year and month; give the moment people knew of this incident"
        raise InputError(Problem(what=what, fix=fix))
    known = dossier.incident.kind.breach
    said = IncidentChanges() if known else say_client_data(dossier, by=by, reason=reason, now=now)
    before, dossier = dossier, dossier.after(said)
    moment = rfc3339(at)
    changes = dossier.changes(
        replace(dossier.incident, aware_at=at),
        when(dossier, "aware", now, by, dossier.words.text("incident-proof-aware", at=moment, reason=reason)),
        at=now,
        kind="aware",
        by=by,
        text=dossier.words.text("incident-entry-aware", at=moment, reason=reason),
        data=(("at", moment),),
    )
    return _together(before, said, changes) if said else changes


def set_status(dossier: Dossier, status: IncidentStatus, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    """Change where the incident stands: in progress, on hold, resolved. Resolving starts what counts from the close.

    Returns:
        No changes when it stands there already.

    Raises:
        ConflictError: It is closed, the status is not one to be set by hand, or it is about an account of the person's.
        InputError: No reason was given.
    """
    must_not_be_about(dossier, by)
    dossier.must_be_open("its status stays")
    old = dossier.incident.status
    if status in _LOCKED:
        raise ConflictError(
            Problem(
                what=f"the status {status.value!r} is not set by hand",
                fix="use acknowledge or close; in_progress, on_hold and resolved are set by hand",
            )
        )
    if status is old:
        return IncidentChanges()
    by, reason = _said(by, "who says so"), _said(reason, "why the status changes")
    return dossier.changes(
        replace(dossier.incident, status=status),
        dossier.steps,
        at=now,
        kind="status",
        by=by,
        text=dossier.words.text("incident-entry-status", old=old.value, new=status.value, reason=reason),
        data=(("old", old.value), ("new", status.value)),
        resolved=now if status is IncidentStatus.RESOLVED else None,
    )


def keep_terms(dossier: Dossier, *, now: datetime) -> IncidentChanges:
    """Let a case from before terms were kept keep those that are configured now."""
    text = dossier.words.text("incident-entry-terms-kept")
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
    severity = severity_of((), scope, classes or {}, before.severity, broken_in=broken_in)
    findings = tuple(findings)
    heard = before.people_heard
    if heard is None and before.acknowledged_at is not None:
        heard = people_at_most(findings, before.scope)
    after = _titled(dossier, replace(before, scope=scope, severity=severity, people_heard=heard))
    changes = dossier.changes(
        after,
        dossier.steps,
        at=now,
        kind="scope",
        by=NABAT,
        text=dossier.words.text(
            "incident-entry-scope",
            subjects=scope.subjects,
            low=scope.record_low,
            high=scope.record_high,
            uncounted=scope.uncounted,
        ),
        data=(
            ("subjects", scope.subjects),
            ("record_low", scope.record_low),
            ("record_high", scope.record_high),
            ("uncounted", scope.uncounted),
            ("severity", severity.value),
        ),
    )
    kind = kind_of(scope, before.kind, broken_in=before.follow_until is not None)
    if kind is not None and 0 < before.kind.gravity < kind.gravity:
        reason = dossier.words.text("incident-reason-touches")
        worse = _worse(dossier.after(changes), kind, now=now, by=NABAT, reason=reason)
        return _together(dossier, changes, worse)
    if before.status is IncidentStatus.CLOSED:
        return changes
    flow = _flow_goes_on(dossier, scope)
    why = _more_than_heard(dossier, after, people_at_most(findings, scope), flow)
    if why:
        return _together(dossier, changes, call_again(dossier.after(changes), why, now, flow=flow))
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


def _more_than_heard(dossier: Dossier, after: Incident, people: int, flow: Step | None) -> tuple[Reason, ...]:
    """Return what a grown scope changes for whoever has answered; what goes on after the flow was stopped, always."""
    before, found = dossier.incident, list[Reason]()
    heard = after.people_heard if after.people_heard is not None else before.scope.subjects
    if flow is not None:
        found.append(because("flow", step=flow.step_id, before=heard, after=people))
    if before.acknowledged_at is None:
        return tuple(found)
    if after.severity.rank > before.severity.rank:
        found.append(because("severity", old=before.severity.value, new=after.severity.value))
    if doubled(heard, people):
        found.append(because("more", before=heard, after=people))
    return tuple(found)


def _must_be_no_digest(dossier: Dossier) -> None:
    """No law counts from a digest: what is in it is opened row by row, and each counts for itself."""
    if dossier.incident.kind is IncidentKind.HISTORY:
        raise ConflictError(
            Problem(
                what=f"{dossier.name} is a digest of history: no law counts from it",
                fix="open its row as an incident: `nabat incidents promote`, or the button on the page",
            )
        )


def _worse(dossier: Dossier, kind: IncidentKind, *, now: datetime, by: str, reason: str) -> IncidentChanges:
    """Return what makes an incident one about client data."""
    before = dossier.incident
    playbook = fitting(kind, before.playbook, dossier.playbooks)
    after = _titled(dossier, as_kind(before, kind, playbook, now))
    entry = worse_entry(dossier.last, before, after, dossier.words, at=now, by=by, reason=reason)
    return replace(dossier.changed(after, dossier.steps, entry), raised=(before.id,))


def _titled(dossier: Dossier, incident: Incident) -> Incident:
    """Return the incident called what it is now; one that no alert is left of keeps its title."""
    if not dossier.alerts:
        return incident
    main, touched = main_alert(incident.actor_id, dossier.alerts), incident.scope.events > 0
    return replace(
        incident,
        title=title("en", incident.kind, main, touched=touched),
        title_ru=title("ru", incident.kind, main, touched=touched),
    )


def _together(dossier: Dossier, first: IncidentChanges, second: IncidentChanges) -> IncidentChanges:
    """Return two transitions of one incident as one: the entries of both, one version on."""
    after = dossier.after(first).after(second)
    return IncidentChanges(
        incidents=(replace(after.incident, version=dossier.incident.version + 1),),
        steps=changed(dossier.steps, after.steps),
        entries=(*first.entries, *second.entries),
        alerts=(*first.alerts, *second.alerts),
        raised=tuple(dict.fromkeys((*first.raised, *second.raised))),
        duties=changed_duties(dossier.kept_duties, after.kept_duties),
        frozen=(*first.frozen, *second.frozen),
    )


def gate_problems(dossier: Dossier, step: Step, by: str, approved_by: str) -> list[Problem]:
    """Return what keeps a step from being marked done; nothing when its gate holds."""
    configured = dossier.configured(step.step_id)
    if configured is None:
        return []
    persons = person_problems(dossier, step, by, approved_by)
    return persons + open_problems(dossier, configured.gate.requires, f"step {step.step_id}")


def person_problems(dossier: Dossier, step: Step, by: str, approved_by: str) -> list[Problem]:
    """Return what keeps these people from deciding about a step; nothing when its gate lets them."""
    configured = dossier.configured(step.step_id)
    if configured is None:
        return []
    gate, found = configured.gate, []
    if gate.two_persons and approved_by in ("", by):
        found.append(
            Problem(
                what=f"step {step.step_id} needs two persons",
                fix="name a second one who approved it, other than the one who did it",
            )
        )
    if gate.two_persons:
        found += _strangers(dossier, step, {by, approved_by} - {""})
    return found + _missing_roles(dossier, step, gate.roles, {by, approved_by})


def open_problems(dossier: Dossier, required: Iterable[str], what: str) -> list[Problem]:
    """Return a problem for each of the required steps that is still open."""
    wanted = set(required)
    return [
        Problem(
            what=f"{what} waits for {step.step_id}: {step.title}",
            fix=f"mark {step.step_id} done with its proof, or skip it with a reason",
        )
        for step in dossier.steps
        if step.step_id in wanted and step.status is StepStatus.OPEN
    ]


def when(dossier: Dossier, event: Event, now: datetime, by: str, proof: str) -> tuple[Step, ...]:
    """Return the steps, with those done that the playbook binds to an event."""
    bound = {step.id for step in dossier.playbook.steps if step.done_when == event} if dossier.playbook else set()
    return tuple(
        done(step, now, by, proof) if step.step_id in bound and step.status is StepStatus.OPEN else step
        for step in dossier.steps
    )


def _strangers(dossier: Dossier, step: Step, persons: set[str]) -> list[Problem]:
    """Two invented names are no four eyes: both must be of the team, where one is configured."""
    names = {person.name for person in dossier.team.people}
    return [
        Problem(
            what=f"step {step.step_id} needs members of the team; {name} is not on the team",
            fix=f"one of {', '.join(sorted(names))}; a team that changed since counts once it is adopted",
        )
        for name in sorted(persons - names)
        if names
    ]


def _missing_roles(dossier: Dossier, step: Step, roles: Iterable[str], persons: set[str]) -> list[Problem]:
    """Roles nobody holds in the configuration cannot be asked for; the two-person rule still holds."""
    held = {role: set(dossier.team.roles.get(role, ())) for role in roles}
    return [
        Problem(what=f"step {step.step_id} needs the role {role}", fix=f"let one of {', '.join(sorted(holders))} do it")
        for role, holders in held.items()
        if holders and not holders & persons
    ]


def _with(dossier: Dossier, step: Step, kind: str, *, by: str, reason: str, now: datetime) -> IncidentChanges:
    """Return the changes that give a step another state for a reason, with the entry that says so."""
    return dossier.changes(
        dossier.incident,
        _swapped(dossier.steps, step),
        at=now,
        kind=kind,
        by=by,
        text=dossier.words.text(f"incident-entry-{kind.replace('_', '-')}", step=step.step_id, reason=reason),
        data=(("step", step.step_id),),
    )


def _swapped(steps: Iterable[Step], new: Step) -> tuple[Step, ...]:
    return tuple(new if step.step_id == new.step_id else step for step in steps)


def _said(text: str, what: str) -> str:
    kept = clean(text)
    if not kept:
        raise InputError(Problem(what=f"{what} is missing", fix="give it in words"))
    return kept
