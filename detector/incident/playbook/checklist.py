"""An incident's checklist: a playbook made into steps, and a checklist that grows when the incident becomes graver.

Comes in: a playbook, the steps so far. Goes out: steps without due times yet, and the entry that says that one is open
again. Nothing that was done is lost: a step that both playbooks know (the same id, the same words) stays as it is, one
that only the old playbook knows stays too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from detector.incident.playbook.playbooks import Playbook
from detector.incident.timeline import append
from detector.messages import Messages, MessageText
from detector.schema.case.incidents import Basis, Incident, Step, StepStatus, TimelineEntry

NABAT = "nabat"


def new_steps(incident_id: str, playbook: Playbook, laws: Collection[str]) -> tuple[Step, ...]:
    """Return a playbook's steps, where these laws are in force, as an incident's checklist, without due times yet."""
    return tuple(
        Step(
            incident_id=incident_id,
            step_id=step.id,
            position=position,
            phase=step.phase,
            title=step.title.en,
            title_ru=step.title.ru,
            roles=step.roles,
            basis=Basis.NONE,
            due_text=step.due_text.en.removeprefix("— "),
            due_text_ru=step.due_text.ru.removeprefix("— "),
            evidence=step.evidence.en,
            evidence_ru=step.evidence.ru,
            automation=step.automation,
        )
        for position, step in enumerate(each for each in playbook.steps if each.serves(laws))
    )


def done(step: Step, at: datetime, by: str, proof: str) -> Step:
    """Return the step marked done."""
    return replace(step, status=StepStatus.DONE, done_at=at, done_by=by, proof=proof)


def undone(step: Step) -> Step:
    """Return the step open, with nothing of what was done."""
    return replace(step, status=StepStatus.OPEN, done_at=None, done_by="", proof="")


def step_reopened_entry(
    step: Step, last: TimelineEntry | None, reason: str | MessageText, words: Messages, at: datetime
) -> TimelineEntry:
    """Return the entry that says that the service opens a step again, and why."""
    return append(
        last,
        incident_id=step.incident_id,
        at=at,
        kind="step_reopened",
        by=NABAT,
        text=words.wording("incident-entry-step-reopened", step=step.step_id, reason=reason),
        data=(("step", step.step_id),),
    )


def grown(incident: Incident, before: Sequence[Step], playbook: Playbook, laws: Collection[str]) -> tuple[Step, ...]:
    """Return the checklist of an incident that goes over to a graver kind's playbook.

    To acknowledge is asked for again: people are called anew.
    """
    known = {step.step_id: step for step in before}
    again, opened = playbook.done_when("acknowledged"), playbook.done_when("opened")
    steps: list[Step] = []
    kept: list[Step] = []
    for step in new_steps(incident.id, playbook, laws):
        old = known.pop(step.step_id, None)
        if old is None and step.step_id in opened:
            steps.append(done(step, incident.opened_at, NABAT, incident.number))
        elif old is None or step.step_id in again:
            steps.append(step)
        elif old.title == step.title:
            steps.append(replace(step, status=old.status, done_at=old.done_at, done_by=old.done_by, proof=old.proof))
        else:
            steps.append(step)
            if old.status is not StepStatus.OPEN:
                kept.append(replace(old, step_id=f"{old.step_id}-{old.position}"))
    for step in sorted((*kept, *known.values()), key=lambda step: step.position):
        steps.insert(_place(steps, step, playbook), step)
    return tuple(replace(step, position=position) for position, step in enumerate(steps))


def _place(steps: Sequence[Step], step: Step, playbook: Playbook) -> int:
    """Return where a step of the old playbook belongs: behind those of its phase, else before the last phase."""
    same = [number for number, each in enumerate(steps) if each.phase == step.phase]
    if same:
        return same[-1] + 1
    last = playbook.phases[-1].id
    return next((number for number, each in enumerate(steps) if each.phase == last), len(steps))


def changed(before: Iterable[Step], after: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps that are new or differ."""
    known = {step.step_id: step for step in before}
    return tuple(step for step in after if known.get(step.step_id) != step)


def dropped(step: Step, now: datetime, by: str, proof: str) -> Step:
    """Return a step that is open and hangs on the incident as one that nobody has to do."""
    if step.status is not StepStatus.OPEN or step.basis is Basis.CALENDAR:
        return step
    return replace(step, status=StepStatus.SKIPPED, done_at=now, done_by=by, proof=proof)
