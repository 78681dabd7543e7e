"""Steps of the checklist: done, left out, opened again; and a second person's word where a gate asks for two.

Comes in: a ``Dossier``, the grant, what shows it. Goes out: ``IncidentChanges``. What needs two people is asked for by
one and decided by another, each by their own grant: nobody types the other's name.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from detector.errors import ConflictError, InputError, Problem
from detector.incident.acts.record_fact import flow_not_stopped_by, flow_stopped_by
from detector.incident.acts.second_word import agreed, ask_word, decided, second_problems
from detector.incident.acts.transitions import said
from detector.incident.dossier import Dossier
from detector.incident.duty.owed import steps_of_others, steps_ruled_out
from detector.incident.granted import granted, signature
from detector.incident.letters.told_clients import TELL_STEP, without_problems
from detector.incident.playbook.checklist import done, undone
from detector.incident.playbook.proof_kinds import ProofKind, proof_problems
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import clean
from detector.messages import MessageText
from detector.schema.case.incidents import Step, StepStatus
from detector.schema.team.grants import Approval, ApprovalStatus, Grant, PersonAct, SkipReason


def complete_step(
    dossier: Dossier, step_id: str, grant: Grant, *, now: datetime, proof: str = "", second: Grant | None = None
) -> IncidentChanges:
    """Mark a step done; what waits for it gets its due time.

    Args:
        dossier: The incident.
        step_id: ``C2``.
        grant: Of whoever did it.
        now: When.
        proof: Text or reference that shows it, of the kind the step asks for.
        second: Grant of the second person to approve, where the step asks for two.

    Returns:
        No changes when it was done before in these words, or nothing is said.

    Raises:
        NotFoundError: No such step.
        ConflictError: It was done before in other words, or a gate does not hold: all that is missing is named.
        InputError: The proof is missing, or not of the kind asked for.
    """
    by = granted(dossier, grant, PersonAct.DO_STEP)
    step = dossier.step(step_id)
    if step.status is StepStatus.DONE:
        _must_say_no_more(step, clean(proof))
        return IncidentChanges()
    proof = _proven(dossier, step, proof)
    missing = [*person_problems(dossier, step, grant, second), *_waits_for(dossier, step)]
    if missing:
        raise ConflictError(missing)
    approver = signature(dossier, second) if second is not None else ""
    facts = flow_stopped_by(dossier, step, by=by, approver=approver, proof=proof, now=now)
    shown = _agreed(dossier, proof, second)
    changes = dossier.changes(
        dossier.incident,
        _swapped(dossier.steps, done(step, now, by, shown.text)),
        at=now,
        kind="step_done",
        by=by,
        text=dossier.words.wording("incident-entry-step-done", step=step.step_id, proof=shown if shown.text else "–"),
        data=(("step", step.step_id),),
    )
    return replace(changes, facts=facts)


def skip_step(
    dossier: Dossier,
    step_id: str,
    grant: Grant,
    *,
    reason: SkipReason,
    words: str,
    now: datetime,
    second: Grant | None = None,
) -> IncidentChanges:
    """Record that a step is not needed, and why; what takes two persons to do takes two to leave out.

    Args:
        dossier: The incident.
        step_id: ``C2``.
        grant: Of whoever says so.
        reason: From the closed list.
        words: The same in words.
        now: When.
        second: Grant of the second person to approve, where the step asks for two.

    Raises:
        NotFoundError: No such step.
        ConflictError: It is done, or its gate does not hold.
        InputError: No words were given.
    """
    by = granted(dossier, grant, PersonAct.SKIP_STEP)
    step = dossier.step(step_id)
    _must_not_be_done(step)
    missing = [*person_problems(dossier, step, grant, second), *_waits_for(dossier, step)]
    words = said(words, "why the step is not needed")
    if missing:
        raise ConflictError(missing)
    text = _agreed(dossier, dossier.words.wording("incident-skip", reason=reason.value, words=words), second)
    skipped = replace(step, status=StepStatus.SKIPPED, done_at=now, done_by=by, proof=text.text)
    return _with(dossier, skipped, "step_skipped", by=by, reason=text, now=now)


def reopen_step(dossier: Dossier, step_id: str, grant: Grant, *, reason: str, now: datetime) -> IncidentChanges:
    """Open a step again that was done or skipped.

    Raises:
        NotFoundError: No such step.
        ConflictError: It is open, or the incident is closed.
        InputError: No reason was given.
    """
    by = granted(dossier, grant, PersonAct.REOPEN_STEP)
    step = dossier.step(step_id)
    dossier.must_be_open("its steps stay as they are")
    if step.status is StepStatus.OPEN:
        raise ConflictError(Problem(what=f"step {step.step_id} is open already"))
    reason = said(reason, "why it is opened again")
    facts = flow_not_stopped_by(dossier, step, by=by, reason=reason, now=now)
    return replace(_with(dossier, undone(step), "step_reopened", by=by, reason=reason, now=now), facts=facts)


def needs_second(dossier: Dossier, step_id: str, grant: Grant) -> bool:
    """Tell whether a step takes another person's word besides this one's.

    Raises:
        NotFoundError: No such step.
    """
    step = dossier.step(step_id)
    return step.status is not StepStatus.DONE and bool(person_problems(dossier, step, grant, None))


def ask_approval(
    dossier: Dossier, step_id: str, grant: Grant, *, proof: str, reason: SkipReason | None = None, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on a step that one has done, or wants to leave out; it stays open until then.

    Args:
        dossier: The incident.
        step_id: ``S6``.
        grant: Of whoever has done it (``do_step``) or says that it is not needed (``skip_step``).
        proof: What shows it, or why, in words.
        reason: Why it is not needed; None: it is done.
        now: When.

    Raises:
        NotFoundError: No such step.
        ConflictError: It is done, or waits for other steps.
        InputError: The proof is missing, or not of the kind asked for.
    """
    act = PersonAct.DO_STEP if reason is None else PersonAct.SKIP_STEP
    granted(dossier, grant, act)
    step = dossier.step(step_id)
    _must_not_be_done(step)
    missing = _waits_for(dossier, step)
    if missing:
        raise ConflictError(missing)
    kept = _proven(dossier, step, proof) if reason is None else said(proof, "why the step is not needed")
    skip = dossier.words.wording("incident-skip", reason=reason.value, words=kept) if reason is not None else None
    data = (("reason", reason.value),) if reason else ()
    return ask_word(dossier, step.step_id, grant, proof=kept, shown=skip or kept, now=now, data=data)


def approve_step(
    dossier: Dossier, approval: Approval, author: Grant, second: Grant, *, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Do what was asked for, by the word of a second person.

    Args:
        dossier: The incident.
        approval: As it was asked for.
        author: Grant of whoever asked, as it is given now.
        second: Grant of the second person to approve.
        now: When.

    Raises:
        ConflictError: The second is no second, or a gate does not hold any more.
    """
    if approval.act is PersonAct.SKIP_STEP:
        reason = SkipReason(str(dict(approval.data)["reason"]))
        words = approval.proof
        changes = skip_step(dossier, approval.step_id, author, reason=reason, words=words, now=now, second=second)
    else:
        changes = complete_step(dossier, approval.step_id, author, now=now, proof=approval.proof, second=second)
    return changes, decided(approval, second, ApprovalStatus.APPROVED, now)


def person_problems(dossier: Dossier, step: Step, grant: Grant, second: Grant | None) -> list[Problem]:
    """Return what keeps these people from deciding about a step; nothing when its gate lets them."""
    configured = dossier.configured(step.step_id)
    if configured is None:
        return []
    two = configured.gate.two_persons
    found = second_problems(dossier, f"step {step.step_id}", grant, second) if two else []
    roles = {*grant.roles, *(second.roles if second else ())}
    return found + _missing_roles(dossier, step, configured.gate.roles, roles)


def closing_step_problems(
    dossier: Dossier, grant: Grant, second: Grant | None, *, still_open: bool = False
) -> list[Problem]:
    """Return what keeps these people from closing, or from taking a close back, by the gates of the closing steps.

    Args:
        dossier: The incident.
        grant: Of whoever closes it.
        second: Grant of the second person.
        still_open: Leave out closing steps that are done or skipped: these passed their gate.
    """
    playbook = dossier.playbook
    bound = playbook.done_when("closed") if playbook else frozenset[str]()
    closing = [step for step in dossier.steps if step.step_id in bound]
    if still_open:
        closing = [step for step in closing if step.status is StepStatus.OPEN]
    return [problem for step in closing for problem in person_problems(dossier, step, grant, second)]


def open_problems(dossier: Dossier, required: Iterable[str], what: str) -> list[Problem]:
    """Return a problem for each of the required steps that is still open, but for those of laws that are ruled out."""
    of_laws = dossier.playbook.steps_of_laws if dossier.playbook else frozenset()
    wanted = set(required) - (of_laws & steps_ruled_out(dossier.duties)) - steps_of_others(dossier.duties)
    return [
        Problem(
            what=f"{what} waits for {step.step_id}: {step.title}",
            fix=f"mark {step.step_id} done with its proof, or skip it with a reason",
        )
        for step in dossier.steps
        if step.step_id in wanted and step.status is StepStatus.OPEN
    ]


def _waits_for(dossier: Dossier, step: Step) -> list[Problem]:
    configured, what = dossier.configured(step.step_id), f"step {step.step_id}"
    clients = without_problems(dossier, what) if step.step_id == TELL_STEP else []
    return clients + (open_problems(dossier, configured.gate.requires, what) if configured else [])


def _agreed(dossier: Dossier, text: str | MessageText, second: Grant | None) -> MessageText:
    """Return what shows that a step is done or not needed, with whose second word it has."""
    if second is None:
        return agreed(dossier.words, text, "")
    return agreed(dossier.words, text or "–", granted(dossier, second, PersonAct.APPROVE))


def _proven(dossier: Dossier, step: Step, proof: str) -> str:
    configured = dossier.configured(step.step_id)
    kinds = configured.proof if configured else (ProofKind.WORDS,)
    proof = clean(proof)
    problems = list(proof_problems(step.step_id, kinds, proof))
    if problems:
        raise InputError(problems)
    return proof


def _must_say_no_more(step: Step, proof: str) -> None:
    """Refuse words that would be kept nowhere: two people found something out at once, and not the same."""
    if proof not in step.proof:
        what = f"step {step.step_id} was done by {step.done_by} already, in other words"
        raise ConflictError(Problem(what=what, fix="add yours as a note, or reopen it first, with a reason"))


def _must_not_be_done(step: Step) -> None:
    if step.status is StepStatus.DONE:
        raise ConflictError(Problem(what=f"step {step.step_id} is done", fix="reopen it first, with a reason"))


def _missing_roles(dossier: Dossier, step: Step, roles: Iterable[str], held: set[str]) -> list[Problem]:
    """Roles nobody holds in the configuration cannot be asked for; the two-person rule still holds."""
    excluded = dossier.team.excluded(dossier.incident.suspects)
    holders = {role: dossier.team.holders(role, excluded) for role in roles}
    return [
        Problem(what=f"step {step.step_id} needs the role {role}", fix=f"let one of {', '.join(sorted(names))} do it")
        for role, names in holders.items()
        if names and role not in held
    ]


def _with(
    dossier: Dossier, step: Step, kind: str, *, by: str, reason: str | MessageText, now: datetime
) -> IncidentChanges:
    """Return the changes that give a step another state for a reason, with the entry that says so."""
    return dossier.changes(
        dossier.incident,
        _swapped(dossier.steps, step),
        at=now,
        kind=kind,
        by=by,
        text=dossier.words.wording(f"incident-entry-{kind.replace('_', '-')}", step=step.step_id, reason=reason),
        data=(("step", step.step_id),),
    )


def _swapped(steps: Iterable[Step], new: Step) -> tuple[Step, ...]:
    return tuple(new if step.step_id == new.step_id else step for step in steps)
