"""What was done and what is planned, as the checklist says."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from detector.incident.notices.notice_facts import FieldAnswer, NoticeFacts, estimated, filled, missing
from detector.schema.case.incidents import Step, StepStatus
from detector.schema.letters.mailings import LetterState

MEASURE_STEPS = ("B4", "C1", "C2", "C3", "C4", "C5", "I1", "K1", "K2", "K3", "K5", "N4", "N8", "R1", "R2", "R3", "L3")
"""Steps that are measures to whoever is told; each has two sentences (``notice-done-…``, ``notice-planned-…``)."""
_PROTECTING = frozenset({"C5", "K1", "K2", "K3", "K5", "N4"})
_TO_PEOPLE = frozenset({"K1", "K3", "N4"})
"""What is said and offered to the people concerned: of a controller's clients that is the controller's to decide."""
_LATER = frozenset({"I1", "R1", "R2", "R3", "L3"})
_DONE = 'nabat incidents step {incident} STEP --proof "..."'


def measures(facts: NoticeFacts) -> FieldAnswer:
    """Say what was done so far."""
    done = list(_done(facts, frozenset(MEASURE_STEPS) - _TO_PEOPLE if facts.controller else MEASURE_STEPS))
    return filled("\n".join(done)) if done else missing("own", "soc", command=_DONE)


def all_measures(facts: NoticeFacts) -> FieldAnswer:
    """Say what was done, and what is planned."""
    return _done_and_planned(facts, MEASURE_STEPS) or missing("own", "soc", command=_DONE)


def protecting(facts: NoticeFacts) -> FieldAnswer:
    """Say what is done so that it does less harm to the people concerned."""
    return _done_and_planned(facts, _PROTECTING) or missing("own", "care", command=_DONE)


def later_measures(facts: NoticeFacts) -> FieldAnswer:
    """Say what is done against a repetition."""
    return _done_and_planned(facts, _LATER) or missing("own", "soc", "lead")


def _done_and_planned(facts: NoticeFacts, ids: Collection[str]) -> FieldAnswer | None:
    ids = frozenset(ids) - _TO_PEOPLE if facts.controller else ids
    done, planned = list(_done(facts, ids)), list(_planned(facts, ids))
    if not done and not planned:
        return None
    text = "\n".join((*done, *planned))
    return filled(text) if done else estimated(text, facts.t("why-planned"), command=_DONE)


def _done(facts: NoticeFacts, ids: Collection[str]) -> Iterator[str]:
    done = [(at, step.step_id) for step in facts.steps if step.step_id in ids and (at := _done_at(facts, step))]
    for at, step_id in sorted(done, key=lambda one: one[0]):
        yield facts.t("done-at", time=facts.moment(at), what=facts.t(f"done-{step_id.lower()}{_part(facts, step_id)}"))


def _part(facts: NoticeFacts, step_id: str) -> str:
    """Return the end of a sentence's name that says that only some people are told: by letters, and some have none."""
    return "-part" if step_id == "N4" and facts.letters.planned and facts.letters.without else ""


def _done_at(facts: NoticeFacts, step: Step) -> datetime | None:
    """Return since when a step is done: by what is stated of the case, where that says it better than the tick."""
    if step.step_id == "N4":
        return facts.people_told
    done = step.done_at if step.status is StepStatus.DONE else None
    return facts.flow_stopped or done if done is not None and step.step_id == "C2" else done


def _planned(facts: NoticeFacts, ids: Collection[str]) -> Iterator[str]:
    opened = (facts.open_step(each) for each in ids)
    waiting = [(step.due_at, step) for step in opened if step and step.due_at and not _settled(facts, step)]
    for due, step in sorted(waiting, key=lambda one: (one[0], one[1].position)):
        what = facts.t(f"planned-{step.step_id.lower()}")
        late = due <= facts.now  # nobody is told of a plan for a moment that has passed
        yield facts.t("still-open", what=what) if late else facts.t("planned-by", time=facts.day(due), what=what)


def _settled(facts: NoticeFacts, step: Step) -> bool:
    """Tell whether what an open step plans has come about already."""
    return (step.step_id == "N4" and facts.people_told is not None) or (
        step.step_id == "C2" and facts.flow_stopped is not None
    )


def investigation(facts: NoticeFacts) -> FieldAnswer:
    """Say by which decision the internal investigation was ordered."""
    ordered = facts.done("I1")
    if ordered is None or not ordered.proof:
        return missing("exe", "hr", command='nabat incidents step {incident} I1 --proof "order no. ..., of ..."')
    return filled(ordered.proof)


def evidence_kept(facts: NoticeFacts) -> FieldAnswer:
    """Say what is kept as evidence and can be handed over."""
    if not facts.evidence_lines:
        return missing("soc", "own", command="nabat evidence show {incident}")
    return filled(facts.t("evidence", count=facts.evidence_lines))


def people_told(facts: NoticeFacts) -> FieldAnswer:
    """Say whether the people concerned were told, and when."""
    letters, found = facts.letters, _done_and_planned(facts, ("N4",)) or missing("com", "care", "dpo")
    if facts.controller or not found.text:
        return found
    more = []
    if over := letters.count(LetterState.GIVEN_UP):
        more.append(facts.t("told-but-given-up", over=over))
    if letters.withdrawn:
        more.append(facts.t("told-but-withdrawn", withdrawn=letters.withdrawn, left=letters.informed))
    return replace(found, text="; ".join((found.text, *more)))
