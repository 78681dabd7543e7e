"""What people decide about duties and what they send: owed or not, receipts, and which laws apply.

Comes in: a ``Dossier``, grants, when. Goes out: ``IncidentChanges``. Whether something is owed is decided by two
different people of the case's team, one asking and one agreeing; a receipt is recorded by one, unless it is corrected
so that what was late was not. What was said before stays on the timeline.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.reopening import open_again
from detector.incident.acts.second_word import agreed, ask_word, eased_duties, must_be_two, second_if_needed
from detector.incident.acts.transitions import moment_problems, said
from detector.incident.case.changes.again import because
from detector.incident.dossier import Dossier
from detector.incident.duty.compute_duties import duties_of, eased, with_decision
from detector.incident.duty.occasions import answering
from detector.incident.duty.regulations import law_and_stage
from detector.incident.granted import granted
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import MAX_TEXT, clean, rfc3339
from detector.messages import MessageText
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import IncidentStatus
from detector.schema.team.grants import Approval, Grant, PersonAct

_SHORT = 8
DUTY = "duty:"
"""How the subject of a second person's word on a duty begins."""
RECEIPT = "receipt:"
"""How the subject of a second person's word on a corrected receipt begins."""
LAWS = "laws"
"""Which laws apply: the subject of a second person's word."""


def decide_duty(
    dossier: Dossier,
    ref: str,
    grant: Grant,
    *,
    owed: bool,
    second: Grant | None,
    reason: str,
    now: datetime,
    memo: str = "",
    occasion: datetime | None = None,
) -> IncidentChanges:
    """Record whether a duty is owed.

    Args:
        dossier: The incident.
        ref: ``us-hipaa/hipaa-media``, or its stage alone.
        grant: Of whoever decides.
        owed: Whether it is.
        second: Grant of the second person to approve.
        reason: Why, in a sentence.
        now: When.
        memo: What was weighed, at length.
        occasion: When what starts it happened, for a duty that waits for a request or complaint.

    Raises:
        NotFoundError: No such duty.
        ConflictError: It is fulfilled, the incident closed, or two persons did not agree.
        InputError: No reason was given, or a moment that cannot be.
    """
    by = granted(dossier, grant, PersonAct.DUTY)
    duty = _decidable(dossier, ref, owed=owed, occasion=occasion, now=now)
    reason = said(reason, "the reason of the decision")
    approver = must_be_two(dossier, f"the duty {duty.ref}", grant, second)
    decided = with_decision(
        replace(duty, occasion_at=occasion or duty.occasion_at),
        DutyState.OWED if owed else DutyState.NOT_OWED,
        dossier.incident.people_high,
        by=by,
        approver=approver,
        reason=reason,
        memo=clean(memo),
        now=now,
    )
    text = dossier.words.wording(
        "incident-entry-duty-decided",
        duty=duty.ref,
        owed="yes" if owed else "no",
        approver=approver,
        reason=" ".join(filter(None, (reason, decided.memo))),
    )
    data = (("duty", duty.ref), ("owed", int(owed)), ("approved_by", approver))
    return _with(dossier, [decided], now, "duty_decided", by, text, data)


def ask_decision(
    dossier: Dossier,
    ref: str,
    grant: Grant,
    *,
    owed: bool,
    reason: str,
    now: datetime,
    memo: str = "",
    occasion: datetime | None = None,
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on whether a duty is owed; nothing is decided until then.

    Raises:
        NotFoundError: No such duty.
        ConflictError: It is fulfilled, or the incident closed.
        InputError: No reason was given, or a moment that cannot be.
    """
    granted(dossier, grant, PersonAct.DUTY)
    duty = _decidable(dossier, ref, owed=owed, occasion=occasion, now=now)
    reason = said(reason, "the reason of the decision")
    data = (("owed", int(owed)), ("memo", clean(memo)), ("occasion", rfc3339(occasion) if occasion else ""))
    shown = dossier.words.wording("incident-duty-asked", owed="yes" if owed else "no", reason=reason)
    return ask_word(dossier, f"{DUTY}{duty.ref}", grant, proof=reason, shown=shown, now=now, data=data)


def approve_decision(dossier: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime) -> IncidentChanges:
    """Decide about a duty as it was asked for, by the word of a second person."""
    data = dict(asked.data)
    occasion = str(data.get("occasion", ""))
    return decide_duty(
        dossier,
        asked.step_id.removeprefix(DUTY),
        author,
        owed=bool(data.get("owed")),
        second=second,
        reason=asked.proof,
        now=now,
        memo=str(data.get("memo", "")),
        occasion=datetime.fromisoformat(occasion) if occasion else None,
    )


def ask_confirmation(
    dossier: Dossier, grant: Grant, *, now: datetime, note: str = ""
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on which laws apply, as computed when it is given.

    Raises:
        ConflictError: The incident is closed.
    """
    granted(dossier, grant, PersonAct.DUTY)
    dossier.must_be_open("its duties stay as they are")
    return ask_word(dossier, LAWS, grant, proof=clean(note), shown=clean(note), now=now)


def _decidable(dossier: Dossier, ref: str, *, owed: bool, occasion: datetime | None, now: datetime) -> Duty:
    """Return a duty about which something may be decided.

    Raises:
        NotFoundError: No such duty.
        ConflictError: It is fulfilled, or the incident closed.
        InputError: What starts it is not known, or cannot be.
    """
    duty = _open_duty(dossier, ref)
    if duty.state is DutyState.DONE:
        raise ConflictError(Problem(what=f"the duty {duty.ref} is fulfilled", fix="add a note, or correct its receipt"))
    if occasion is not None:
        _must_be_possible(dossier, "the occasion", occasion, now)
    if owed and occasion is None:
        _must_have_come(duty)
    return duty


def _must_have_come(duty: Duty) -> None:
    if duty.basis == "occasion" and duty.occasion_at is None:
        what = f"the duty {duty.ref} starts with a request or a complaint, and none is recorded"
        raise InputError(
            Problem(what=what, fix="say when it came: nabat duties decide --since, or the field of the page")
        )


def file_receipt(
    dossier: Dossier,
    ref: str,
    grant: Grant,
    *,
    number: str,
    at: datetime,
    now: datetime,
    version: str = "",
    reason: str = "",
    second: Grant | None = None,
) -> IncidentChanges:
    """Record what shows that a duty was fulfilled: its clock ends, and no other.

    Args:
        dossier: The incident.
        ref: The duty.
        grant: Of whoever records it.
        number: Of the receipt, or where it is kept.
        at: When it was sent.
        now: When.
        version: Which version of the notice was sent.
        reason: Why an earlier receipt is corrected; without one there must be none.
        second: Grant of the second person to approve, where ``receipt_eases`` names a duty.

    Raises:
        NotFoundError: No such duty.
        ConflictError: It has a receipt and no reason was given, the incident is closed, two persons did not agree, or
            it goes on from a notice to the same reader that has no receipt yet.
        InputError: The number is missing, or the moment cannot be: in the future, before anybody knew of the case, or
            before the receipt of the stage that it counts from.
    """
    by = granted(dossier, grant, PersonAct.RECEIPT)
    duty, number, reason = _receivable(dossier, ref, number, at, reason, now)
    less = receipt_eases(dossier, ref, at)
    what = f"the receipt of {duty.ref} at {rfc3339(at)}, by which less is late or due later: {', '.join(less)},"
    approver = second_if_needed(dossier, what, grant, second, needed=bool(less))
    sent = replace(
        duty,
        state=DutyState.DONE,
        receipt_number=number,
        receipt_at=at,
        receipt_by=by,
        notice_version=clean(version),
    )
    text = dossier.words.wording(
        "incident-entry-duty-receipt",
        duty=duty.ref,
        number=number,
        at=rfc3339(at),
        version=sent.notice_version or "none",
        reason=agreed(dossier.words, reason or "none", approver),
    )
    data = (("duty", duty.ref), ("receipt", number), ("at", rfc3339(at)))
    return _with(dossier, [sent], now, "duty_receipt", by, text, data)


def receipt_eases(dossier: Dossier, ref: str, at: datetime) -> list[str]:
    """Return which duties a corrected receipt makes ones in time that were late, or due later; a first one none."""
    duty = dossier.duty(ref)
    if duty.state is not DutyState.DONE:
        return []
    sent = replace(duty, receipt_at=at)
    known = [sent if each.ref == duty.ref else each for each in dossier.duties]
    others = [each for each in dossier.duties if each.ref != duty.ref and not each.moot]
    return [
        *([duty.ref] if duty.late(at) and not sent.late(at) else []),
        *eased(others, duties_of(dossier.incident, dossier.terms, known)),
    ]


def ask_receipt(
    dossier: Dossier,
    ref: str,
    grant: Grant,
    *,
    number: str,
    at: datetime,
    now: datetime,
    version: str = "",
    reason: str = "",
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on a corrected receipt; the one there is counts until then.

    Raises as ``file_receipt``.
    """
    granted(dossier, grant, PersonAct.RECEIPT)
    duty, number, reason = _receivable(dossier, ref, number, at, reason, now)
    data = (("number", number), ("at", rfc3339(at)), ("version", version))
    said = {"number": number, "at": rfc3339(at), "reason": reason}
    eased = eased_duties(receipt_eases(dossier, ref, at))
    shown = dossier.words.wording("incident-asked-receipt", **said, duties=eased)
    return ask_word(dossier, f"{RECEIPT}{duty.ref}", grant, proof=reason, shown=shown, now=now, data=data)


def approve_receipt(dossier: Dossier, asked: Approval, author: Grant, second: Grant, now: datetime) -> IncidentChanges:
    """Correct a receipt as it was asked for, by the word of a second person."""
    data = {name: str(value) for name, value in asked.data}
    return file_receipt(
        dossier,
        asked.step_id.removeprefix(RECEIPT),
        author,
        number=data["number"],
        at=datetime.fromisoformat(data["at"]),
        now=now,
        version=data["version"],
        reason=asked.proof,
        second=second,
    )


def _receivable(
    dossier: Dossier, ref: str, number: str, at: datetime, reason: str, now: datetime
) -> tuple[Duty, str, str]:
    """Return the duty, the number and the reason of a receipt that can be recorded."""
    duty = _open_duty(dossier, ref)
    number, reason = said(number, "the receipt's number"), clean(reason)
    _must_be_possible(dossier, "the time of sending", at, now)
    _must_follow(dossier, duty, at)
    if duty.state is DutyState.DONE and not reason:
        what = f"the duty {duty.ref} has the receipt {duty.receipt_number!r}"
        raise ConflictError(Problem(what=what, fix="say why it is corrected: --reason"))
    return duty, number, reason


def confirm_duties(
    dossier: Dossier, grant: Grant, *, second: Grant | None, now: datetime, note: str = ""
) -> IncidentChanges:
    """Confirm what was computed: duties the facts call for are owed, those they rule out are not.

    What only a person can judge stays undecided, and so does what was decided before.

    Returns:
        No changes when nothing is left to confirm.

    Raises:
        ConflictError: The incident is closed, or two persons did not agree.
    """
    by = granted(dossier, grant, PersonAct.DUTY)
    dossier.must_be_open("its duties stay as they are")
    note = clean(note)
    approver = must_be_two(dossier, "which laws apply", grant, second)
    settled = [
        with_decision(
            duty,
            DutyState.OWED if duty.verdict is DutyVerdict.YES else DutyState.NOT_OWED,
            dossier.incident.people_high,
            by=by,
            approver=approver,
            reason="; ".join(map(dossier.words.reason, duty.reasons)) or note,
            memo=note,
            now=now,
        )
        for duty in dossier.duties
        if duty.state is DutyState.UNDECIDED and duty.verdict is not DutyVerdict.ASK and not duty.moot
    ]
    if not settled:
        return IncidentChanges()
    owed = [duty.ref for duty in settled if duty.state is DutyState.OWED]
    left = [duty.ref for duty in settled if duty.state is DutyState.NOT_OWED]
    text = dossier.words.wording(
        "incident-entry-duties-confirmed",
        owed=", ".join(owed) or "none",
        left=", ".join(left) or "none",
        approver=approver,
        note=note or "none",
    )
    data = (("owed", len(owed)), ("not_owed", len(left)), ("approved_by", approver))
    return _with(dossier, settled, now, "duties_confirmed", by, text, data)


def record_occasion(
    dossier: Dossier,
    ref: str,
    grant: Grant,
    *,
    at: datetime,
    what: str | MessageText,
    now: datetime,
    elsewhere: Collection[str] = (),
) -> IncidentChanges:
    """Record that a request or complaint came: its clock runs from then, beside those of all others that came.

    A closed incident is open again by it: an answer is owed, and somebody has to see to it.

    Args:
        dossier: The incident.
        ref: ``uk-gdpr/uk-complaint``, or the stage alone.
        grant: Of whoever records it.
        at: When it came.
        what: Which one it is: from whom, its number.
        now: When it is recorded.
        elsewhere: As ``reopen`` has it.

    Raises:
        NotFoundError: No such duty.
        ConflictError: The incident is part of another, the duty starts with something else, or it is recorded already.
        InputError: What came is missing, or the moment cannot be.
    """
    by = granted(dossier, grant, PersonAct.FACT)
    duty, into = dossier.duty(ref), dossier.incident.merged_into
    if into:
        fix = f"record it there: nabat duties received {into[:_SHORT]} {duty.ref} --what ... --at ..."
        raise ConflictError(Problem(what=f"{dossier.name} is part of another incident", fix=fix))
    first = dossier.duty(duty.of_ref)
    if first.basis != "occasion":
        why = f"the duty {first.ref} starts with {first.basis}, and with no request or complaint"
        raise ConflictError(Problem(what=why, fix="see what each starts with: nabat duties list"))
    _must_be_possible(dossier, "the occasion", at, now)
    shown = what if isinstance(what, MessageText) else MessageText(what, ())
    what = said(shown.text[:MAX_TEXT], "which request or complaint it is").replace("\n", " ")
    stages = (each for each in dossier.duties if each.of_ref == first.ref)
    same = [each.ref for each in stages if (each.occasion_at, each.occasion) == (at, what)]
    if same:
        raise ConflictError(Problem(what=f"{same[0]} is about this one already", fix="there is nothing to record"))
    new = answering(dossier.duties, first, at, what)
    text = dossier.words.wording(
        "incident-entry-duty-received", duty=new.ref, at=rfc3339(at), what=shown if shown.said else what
    )
    data = (("duty", new.ref), ("at", rfc3339(at)))
    if dossier.incident.status is not IncidentStatus.CLOSED:
        return _with(dossier, [new], now, "duty_received", by, text, data)
    calls = because("received", duty=new.ref)
    text += dossier.words.worded(calls)
    duties = _among(dossier, [new])
    return open_again(dossier, calls, by=by, text=text, now=now, elsewhere=elsewhere, data=data, duties=duties)


def duty_problems(dossier: Dossier, *, handled: bool = True) -> list[Problem]:
    """Return a problem for each duty that keeps the incident from being closed.

    Args:
        dossier: The incident.
        handled: It is closed as handled: nothing may be undecided either. For another reason only what two people have
            agreed is owed keeps it open: one person alone must not end that.
    """
    number = dossier.incident.number
    fixes = {
        DutyState.UNDECIDED: f"decide it: nabat duties decide {number}",
        DutyState.OWED: f"send it and record its receipt: nabat duties receipt {number}",
    }
    if not handled:
        fixes = {
            DutyState.OWED: f"record its receipt, or decide by two that it is not owed: nabat duties decide {number}"
        }
    return [
        Problem(
            what=f"closing {dossier.name} waits for the duty {duty.ref}: {_stands(duty)}",
            fix=f"{fixes[duty.state]} {duty.ref}",
        )
        for duty in dossier.duties
        if duty.open and duty.state in fixes
    ]


def _stands(duty: Duty) -> str:
    return "nobody has decided about it" if duty.state is DutyState.UNDECIDED else "it is owed and has no receipt"


def _open_duty(dossier: Dossier, ref: str) -> Duty:
    duty = dossier.duty(ref)
    dossier.must_be_open("its duties stay as they are")
    return duty


def _must_be_possible(dossier: Dossier, what: str, at: datetime, now: datetime) -> None:
    if problems := moment_problems(dossier, at, now, what):
        raise InputError(problems)


def _must_follow(dossier: Dossier, duty: Duty, at: datetime) -> None:
    """Nothing is sent before somebody knew of the case, nor before what starts its clock; to the minute."""
    _must_have_come(duty)
    if (
        duty.basis == "occasion"
        and duty.occasion_at is not None
        and at < duty.occasion_at.replace(second=0, microsecond=0)
    ):
        what = f"the time of sending {rfc3339(at)} lies before the request or complaint, {rfc3339(duty.occasion_at)}"
        raise InputError(Problem(what=what, fix="give the moment it was sent"))
    incident = dossier.incident
    known = min(incident.t0, incident.opened_at, incident.aware_at or incident.opened_at)
    if at < known.replace(second=0, microsecond=0):
        what = f"the time of sending {rfc3339(at)} lies before the case began, {rfc3339(known)}"
        fix = "give the moment it was sent; if people knew before, set T1 first: nabat incidents fact"
        raise InputError(Problem(what=what, fix=fix))
    starts = _starts(dossier, duty)
    start = next((each for each in starts if each.receipt_at is not None), None)
    if start is None and (first := next((each for each in starts if _goes_before(each, duty)), None)) is not None:
        what = f"{duty.ref} follows {first.ref}, and of that no receipt is recorded yet: its clock runs on"
        fix = (
            f"if this is the receipt of the first notice, record it there, else record that one before: "
            f"nabat duties receipt {dossier.incident.number} {first.ref}"
        )
        raise ConflictError(Problem(what=what, fix=fix))
    if start is not None and start.receipt_at is not None and at < start.receipt_at.replace(second=0, microsecond=0):
        what = f"the time of sending {rfc3339(at)} lies before the receipt of {start.ref}, {rfc3339(start.receipt_at)}"
        fix = f"{duty.ref} counts from it: give the moment it was sent, or correct that receipt first, with a reason"
        raise InputError(Problem(what=what, fix=fix))


def _starts(dossier: Dossier, duty: Duty) -> list[Duty]:
    """Return the duties whose receipts start the clock of one: of the same country, where each has its own."""
    owed = law_and_stage(duty, dossier.terms.regulations)
    names = () if owed is None else (owed[1].start, owed[1].or_from)
    of_law = [each for each in dossier.duties if each.regulation == duty.regulation and each.of_stage in names]
    return [each for each in of_law if each.country == duty.country] or of_law


def _goes_before(first: Duty, duty: Duty) -> bool:
    """Tell whether its reader has to have heard of the case by another duty before, which still runs."""
    return first.counting and first.recipient == duty.recipient


def _with(
    dossier: Dossier,
    new: Iterable[Duty],
    now: datetime,
    kind: str,
    by: str,
    text: MessageText,
    data: tuple[tuple[str, str | int | float], ...],
) -> IncidentChanges:
    duties = _among(dossier, new)
    return dossier.changes(
        dossier.incident, dossier.steps, at=now, kind=kind, by=by, text=text, data=data, duties=duties
    )


def _among(dossier: Dossier, new: Iterable[Duty]) -> tuple[Duty, ...]:
    """Return the duties of an incident with those that are new or changed."""
    known = {duty.ref: duty for duty in dossier.duties} | {duty.ref: duty for duty in new}
    return tuple(known.values())
