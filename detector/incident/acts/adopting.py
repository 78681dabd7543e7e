"""A changed configuration for an open case: what would change, and adopting it.

Comes in: a ``Dossier`` and what is configured now. Goes out: the differences, or ``IncidentChanges``. None is adopted
by itself; what would take a duty or a step of the closing gate away takes two persons.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from detector.incident.acts.second_word import ask_word, second_if_needed
from detector.incident.acts.transitions import said
from detector.incident.case.frozen_terms import CaseTerms, keeping, part_of
from detector.incident.dossier import Dossier
from detector.incident.duty.compute_duties import changed_duties, duties_of, eased, with_decision
from detector.incident.duty.deadlines import with_due_times
from detector.incident.granted import granted
from detector.incident.playbook.checklist import changed, grown
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentChanges
from detector.incident.timeline import Data, append
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import Step
from detector.schema.team.grants import Approval, Grant, PersonAct

_KEYS = ("id", "name")
_SHOWN = 400
TERMS = "terms"
"""Adopting what is configured: the subject of a second person's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsChange:
    """One difference between what a case keeps and what is configured.

    Attributes:
        where: Dotted place: ``laws.eu-gdpr-33.stages.gdpr-72h.due``.
        old / new: What stands there, in JSON's words; empty: nothing.
    """

    where: str
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        """Return it as a line."""
        return f"{self.where}: {self.old or '-'} -> {self.new or '-'}"


def differences(dossier: Dossier, now: CaseTerms, playbook: Playbook | None) -> tuple[TermsChange, ...]:
    """Return what adopting the configuration would change in a case; the first some hundred of it."""
    before = dossier.case.model_dump(mode="json", by_alias=True, exclude={"format"})
    after = now.model_dump(mode="json", by_alias=True, exclude={"format"})
    found = [*_differing("", before, after)]
    if playbook is None:
        found.append(TermsChange(where="playbook", old=dossier.incident.playbook))
    elif dossier.playbook is not None:
        kept = dossier.playbook.model_dump(mode="json", by_alias=True)
        found += _differing("playbook", kept, playbook.model_dump(mode="json", by_alias=True))
    return tuple(found[:_SHOWN])


def _differing(where: str, before: Any, after: Any) -> Iterator[TermsChange]:
    if before == after:
        return
    old, new = _named(before), _named(after)
    if old is None or new is None:
        yield TermsChange(where=where, old=_text(before), new=_text(after))
        return
    for name in dict.fromkeys((*old, *new)):
        place = f"{where}.{name}" if where else str(name)
        if name in old and name in new:
            yield from _differing(place, old[name], new[name])
        elif name in old:
            yield TermsChange(where=place, old=_short(old[name]))
        else:
            yield TermsChange(where=place, new=_short(new[name]))


def _named(value: Any) -> Mapping[str, Any] | None:
    """Return a value by names: a mapping as it is, a list by the ids of what is in it; None: it has none."""
    if isinstance(value, Mapping):
        return value
    if value == []:
        return {}
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        for key in _KEYS:
            if all(key in each for each in value):
                return {each[key]: each for each in value}
    return None


def _text(value: Any) -> str:
    return str(value)[:120]


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        title = value.get("title")
        return str(title.get("en", "")) if isinstance(title, Mapping) else str(title or value.get("version") or "…")
    return _text(value)


def adopt(
    dossier: Dossier,
    grant: Grant,
    now_terms: CaseTerms,
    playbook: Playbook | None,
    *,
    reason: str,
    now: datetime,
    second: Grant | None = None,
) -> IncidentChanges:
    """Let a case go on under what is configured now.

    A playbook that is not configured any more stays. Steps that only the kept one knows stay, and so do duties: those
    of a law that fell away are not owed from now on, by the word of these people.

    Returns:
        No changes when nothing differs.

    Raises:
        ConflictError: The incident is closed, or a duty would fall away or be due later, or a gate ask for less, and
            two persons did not agree.
        InputError: No reason was given.
    """
    by = granted(dossier, grant, PersonAct.ADOPT)
    dossier.must_be_open("it keeps what it was closed under")
    reason = said(reason, "why it is adopted")
    told = differences(dossier, now_terms, playbook)
    told = tuple(each for each in told if playbook is not None or each.where != "playbook")
    if not told:
        return IncidentChanges()
    weaker = weakened(dossier, now_terms, playbook)
    what = f"adopting what takes away or loosens {', '.join(weaker)}"
    approver = second_if_needed(dossier, what, grant, second, needed=bool(weaker))
    playbook = playbook or dossier.playbook
    duties = _duties(dossier, now_terms, by, approver, reason, now)
    return _changes(dossier, now_terms, playbook, duties, told, by=by, reason=reason, approver=approver, now=now)


def weakened(dossier: Dossier, now_terms: CaseTerms, playbook: Playbook | None) -> list[str]:
    """Return what adopting would take away or loosen, which takes two persons; nothing where it would not."""
    duties = duties_of(dossier.incident, now_terms.terms, dossier.duties)
    loosened = sorted(_gates(dossier.playbook) - _gates(playbook or dossier.playbook))
    steps = _steps_later(dossier, now_terms, playbook) if playbook is not None else []
    return [*_gone(dossier, now_terms), *_later(dossier.duties, duties), *loosened, *steps]


def ask_adopting(
    dossier: Dossier, grant: Grant, now_terms: CaseTerms, playbook: Playbook | None, *, reason: str, now: datetime
) -> tuple[IncidentChanges, Approval]:
    """Ask for a second person's word on adopting what is configured now, and nothing that is configured later.

    Raises:
        ConflictError: The incident is closed.
        InputError: No reason was given.
    """
    granted(dossier, grant, PersonAct.ADOPT)
    dossier.must_be_open("it keeps what it was closed under")
    reason = said(reason, "why it is adopted")
    data = meant(now_terms, playbook)
    return ask_word(dossier, TERMS, grant, proof=reason, shown=reason, now=now, data=data)


def meant(now_terms: CaseTerms, playbook: Playbook | None) -> Data:
    """Return what tells one configuration from another: an approval holds for the one that was shown."""
    checklist = part_of("playbook", playbook).id if playbook is not None else ""
    return (("terms", part_of("terms", now_terms).id), ("checklist", checklist))


def _gone(dossier: Dossier, now_terms: CaseTerms) -> list[str]:
    """Return which open duties fall away under other laws."""
    still = {f"{law.id}/{stage.id}" for law in now_terms.laws for stage in law.stages}
    return [duty.ref for duty in dossier.duties if duty.of_ref not in still and duty.open]


def _duties(
    dossier: Dossier, now_terms: CaseTerms, by: str, approver: str, reason: str, now: datetime
) -> tuple[Duty, ...]:
    """Return the duties under other laws; those that fall away are not owed any more."""
    gone, most = _gone(dossier, now_terms), dossier.incident.people_high
    kept = [
        with_decision(duty, DutyState.NOT_OWED, most, by=by, approver=approver, reason=reason, memo=duty.memo, now=now)
        if duty.ref in gone
        else duty
        for duty in dossier.duties
    ]
    return duties_of(dossier.incident, now_terms.terms, kept)


def _later(before: Iterable[Duty], after: Iterable[Duty]) -> list[str]:
    """Return the duties that would be due later than they are, or were when sent, or be called for less."""
    return eased((duty for duty in before if not duty.moot and duty.state is not DutyState.NOT_OWED), after)


def _steps_later(dossier: Dossier, now_terms: CaseTerms, playbook: Playbook) -> list[str]:
    """Return the open steps that would be due later than they are, each as a person reads it."""
    after = with_due_times(dossier.incident, dossier.steps, playbook, now_terms.terms)
    return [
        f"the due time of {was.step_id}"
        for was, step in zip(dossier.steps, after, strict=True)
        if was.due_at is not None and (step.due_at is None or step.due_at > was.due_at)
    ]


def _gates(playbook: Playbook | None) -> frozenset[str]:
    """Return what the gates of a playbook ask for, each as a person reads it."""
    if playbook is None:
        return frozenset()
    two = {f"the two persons of {step.id}" for step in playbook.steps if step.gate.two_persons}
    roles = {f"the role {role} of {step.id}" for step in playbook.steps for role in step.gate.roles}
    return playbook.needed_to_close | two | roles


def _changes(
    dossier: Dossier,
    now_terms: CaseTerms,
    playbook: Playbook | None,
    duties: tuple[Duty, ...],
    told: tuple[TermsChange, ...],
    *,
    by: str,
    reason: str,
    approver: str,
    now: datetime,
) -> IncidentChanges:
    incident, parts = keeping(dossier.incident, now_terms, playbook)
    incident = replace(incident, version=incident.version + 1)
    steps = dossier.steps
    if playbook is not None:
        if playbook != dossier.playbook:
            steps = _regrown(dossier, playbook, now_terms)
        steps = with_due_times(incident, steps, playbook, now_terms.terms)
    text = dossier.words.wording(
        "incident-entry-adopted", reason=reason, approver=approver or "-", changes="; ".join(map(str, told))
    )
    entry = append(
        dossier.last,
        incident_id=incident.id,
        at=now,
        kind="adopted",
        by=by,
        text=text,
        data=(("terms", incident.terms), ("checklist", incident.checklist), ("changes", len(told))),
    )
    return IncidentChanges(
        incidents=(incident,),
        steps=changed(dossier.steps, steps),
        entries=(entry,),
        duties=changed_duties(dossier.kept_duties, duties),
        frozen=parts,
    )


def _regrown(dossier: Dossier, playbook: Playbook, now_terms: CaseTerms) -> tuple[Step, ...]:
    """Return the checklist of another version; that somebody has acknowledged stays said."""
    done = {step.step_id: step for step in dossier.steps}
    grown_steps = grown(dossier.incident, dossier.steps, playbook, now_terms.terms.regulations)
    again = playbook.done_when("acknowledged")
    return tuple(
        replace(step, status=was.status, done_at=was.done_at, done_by=was.done_by, proof=was.proof)
        if step.step_id in again and (was := done.get(step.step_id)) is not None
        else step
        for step in grown_steps
    )
