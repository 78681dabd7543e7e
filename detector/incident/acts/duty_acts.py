"""What people decide about duties and what they send: owed or not, receipts, and which laws apply.

Comes in: a ``Dossier``, who does what and when. Goes out: ``IncidentChanges``. Whether something is owed is decided by
two different people of the case's team; a receipt is recorded by one. What was said before stays on the timeline.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.transitions import EARLIEST_AWARE, must_not_be_about
from detector.incident.dossier import Dossier
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean, rfc3339
from detector.schema.duties import Duty, DutyState, DutyVerdict

_SLACK = timedelta(minutes=5)


def decide_duty(
    dossier: Dossier,
    ref: str,
    *,
    owed: bool,
    by: str,
    approved_by: str,
    reason: str,
    now: datetime,
    memo: str = "",
    occasion: datetime | None = None,
) -> IncidentChanges:
    """Record whether a duty is owed.

    Args:
        dossier: The incident.
        ref: ``us-hipaa/hipaa-media``, or its stage alone.
        owed: Whether it is.
        by: Who decides.
        approved_by: The second person.
        reason: Why, in a sentence.
        now: When.
        memo: What was weighed, at length.
        occasion: When what starts it happened, for a duty that waits for a request or complaint.

    Raises:
        NotFoundError: No such duty.
        ConflictError: It is fulfilled, the incident closed, two persons of the team did not agree, or it is about an
            account of these people.
        InputError: No reason was given, or a moment that cannot be.
    """
    duty = _open_duty(dossier, ref, by, approved_by)
    by, approver, reason = clean(by), clean(approved_by), clean(reason)
    must_be_two(dossier, f"the duty {duty.ref}", by, approver)
    if not reason:
        raise InputError(Problem(what="the reason of the decision is missing", fix="give it in words"))
    if duty.state is DutyState.DONE:
        raise ConflictError(Problem(what=f"the duty {duty.ref} is fulfilled", fix="add a note, or correct its receipt"))
    if occasion is not None:
        _must_be_possible(dossier, "the occasion", occasion, now)
    if owed and duty.basis == "occasion" and occasion is None and duty.occasion_at is None:
        what = f"the duty {duty.ref} starts with a request or a complaint, and none is recorded"
        raise InputError(Problem(what=what, fix="say when it came: --since, or the field of the page"))
    decided = replace(
        duty,
        state=DutyState.OWED if owed else DutyState.NOT_OWED,
        decided_at=now,
        decided_by=by,
        approved_by=approver,
        decision_reason=reason,
        memo=clean(memo),
        decided_verdict=duty.verdict,
        decided_subjects=dossier.incident.scope.subjects,
        occasion_at=occasion or duty.occasion_at,
    )
    text = dossier.words.text(
        "incident-entry-duty-decided",
        duty=duty.ref,
        owed="yes" if owed else "no",
        approver=approver,
        reason=" ".join(filter(None, (reason, decided.memo))),
    )
    data = (("duty", duty.ref), ("owed", int(owed)), ("approved_by", approver))
    return _with(dossier, [decided], now, "duty_decided", by, text, data)


def file_receipt(
    dossier: Dossier,
    ref: str,
    *,
    number: str,
    at: datetime,
    by: str,
    now: datetime,
    version: str = "",
    reason: str = "",
) -> IncidentChanges:
    """Record what shows that a duty was fulfilled: its clock ends, and no other.

    Args:
        dossier: The incident.
        ref: The duty.
        number: Of the receipt, or where it is kept.
        at: When it was sent.
        by: Who records it.
        now: When.
        version: Which version of the notice was sent.
        reason: Why an earlier receipt is corrected; without one there must be none.

    Raises:
        NotFoundError: No such duty.
        ConflictError: It has a receipt and no reason was given, the incident is closed, or it is about an account of
            the person's.
        InputError: The number is missing, or the moment cannot be.
    """
    duty = _open_duty(dossier, ref, by)
    by, number, reason = clean(by), clean(number), clean(reason)
    missing = [what for what, text in (("who records it", by), ("the receipt's number", number)) if not text]
    if missing:
        raise InputError(Problem(what=f"{what} is missing", fix="give it in words") for what in missing)
    _must_be_possible(dossier, "the time of sending", at, now)
    if duty.state is DutyState.DONE and not reason:
        what = f"the duty {duty.ref} has the receipt {duty.receipt_number!r}"
        raise ConflictError(Problem(what=what, fix="say why it is corrected: --reason"))
    sent = replace(
        duty,
        state=DutyState.DONE,
        receipt_number=number,
        receipt_at=at,
        receipt_by=by,
        notice_version=clean(version),
    )
    text = dossier.words.text(
        "incident-entry-duty-receipt",
        duty=duty.ref,
        number=number,
        at=rfc3339(at),
        version=sent.notice_version or "-",
        reason=reason or "-",
    )
    data = (("duty", duty.ref), ("receipt", number), ("at", rfc3339(at)))
    return _with(dossier, [sent], now, "duty_receipt", by, text, data)


def confirm_duties(dossier: Dossier, *, by: str, approved_by: str, now: datetime, note: str = "") -> IncidentChanges:
    """Confirm what was computed: duties the facts call for are owed, those they rule out are not.

    What only a person can judge stays undecided, and so does what was decided before.

    Returns:
        No changes when nothing is left to confirm.

    Raises:
        ConflictError: The incident is closed, two persons of the team did not agree, or it is about an account of
            these people.
    """
    must_not_be_about(dossier, by, approved_by)
    dossier.must_be_open("its duties stay as they are")
    by, approver, note = clean(by), clean(approved_by), clean(note)
    must_be_two(dossier, "which laws apply", by, approver)
    settled = [
        replace(
            duty,
            state=DutyState.OWED if duty.verdict is DutyVerdict.YES else DutyState.NOT_OWED,
            decided_at=now,
            decided_by=by,
            approved_by=approver,
            decision_reason="; ".join(map(dossier.words.reason, duty.reasons)) or note,
            memo=note,
            decided_verdict=duty.verdict,
            decided_subjects=dossier.incident.scope.subjects,
        )
        for duty in dossier.duties
        if duty.state is DutyState.UNDECIDED and duty.verdict is not DutyVerdict.ASK and not duty.moot
    ]
    if not settled:
        return IncidentChanges()
    owed = [duty.ref for duty in settled if duty.state is DutyState.OWED]
    left = [duty.ref for duty in settled if duty.state is DutyState.NOT_OWED]
    text = dossier.words.text(
        "incident-entry-duties-confirmed",
        owed=", ".join(owed) or "-",
        left=", ".join(left) or "-",
        approver=approver,
        note=note or "-",
    )
    data = (("owed", len(owed)), ("not_owed", len(left)), ("approved_by", approver))
    return _with(dossier, settled, now, "duties_confirmed", by, text, data)


def duty_problems(dossier: Dossier) -> list[Problem]:
    """Return a problem for each duty that keeps the incident from being closed as handled."""
    number = dossier.incident.number
    fixes = {
        DutyState.UNDECIDED: f"decide it: nabat duties decide {number}",
        DutyState.OWED: f"send it and record its receipt: nabat duties receipt {number}",
    }
    return [
        Problem(
            what=f"closing {dossier.name} waits for the duty {duty.ref}: {_stands(duty)}",
            fix=f"{fixes[duty.state]} {duty.ref}",
        )
        for duty in dossier.duties
        if duty.open
    ]


def _stands(duty: Duty) -> str:
    return "nobody has decided about it" if duty.state is DutyState.UNDECIDED else "it is owed and has no receipt"


def _open_duty(dossier: Dossier, ref: str, *persons: str) -> Duty:
    duty = dossier.duty(ref)
    must_not_be_about(dossier, *persons)
    dossier.must_be_open("its duties stay as they are")
    return duty


def must_be_two(dossier: Dossier, what: str, by: str, approver: str) -> None:
    """Refuse what two different people of the case's team have not agreed on.

    Raises:
        ConflictError: They have not.
    """
    problems = []
    if not by or not approver or by == approver:
        problems.append(Problem(what=f"{what} needs two persons", fix="name a second one who agrees: --approved-by"))
    names = {person.name for person in dossier.team.people}
    problems += [
        Problem(
            what=f"{what} needs members of the team; {name} is not on the team",
            fix=f"one of {', '.join(sorted(names))}; a team that changed since counts once it is adopted",
        )
        for name in dict.fromkeys((by, approver))
        if names and name and name not in names
    ]
    if problems:
        raise ConflictError(problems)


def _must_be_possible(dossier: Dossier, what: str, at: datetime, now: datetime) -> None:
    incident = dossier.incident
    first = min(incident.first_event_at, incident.opened_at, incident.aware_at or incident.opened_at)
    if at > now + _SLACK:
        raise InputError(Problem(what=f"{what} {rfc3339(at)} is in the future", fix="give the moment it happened"))
    if at < first - EARLIEST_AWARE:
        raise InputError(
            Problem(
                what=f"{what} {rfc3339(at)} lies more than {EARLIEST_AWARE.days} days before the first event",
                fix="look at year and month",
            )
        )


def _with(
    dossier: Dossier,
    new: Iterable[Duty],
    now: datetime,
    kind: str,
    by: str,
    text: str,
    data: tuple[tuple[str, str | int | float], ...],
) -> IncidentChanges:
    known = {duty.ref: duty for duty in dossier.duties} | {duty.ref: duty for duty in new}
    return dossier.changes(
        dossier.incident, dossier.steps, at=now, kind=kind, by=by, text=text, data=data, duties=known.values()
    )
