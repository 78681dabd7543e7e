"""An incident becomes a graver one: client data is concerned, or an account seems to be in other hands.

Comes in: an incident, what it became, when. Goes out: the incident as that kind, and the entry that says so. From the
moment on it is dealt with as new: T0, due times, clocks and pages count from it, and whoever had it is asked again. A
law that begins to apply asks for its steps again: what was done or skipped before answers to no duty of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from detector.incident.duty.deadlines import Terms
from detector.incident.playbook.checklist import step_reopened_entry, undone
from detector.incident.status_machine import roused
from detector.incident.timeline import append, rfc3339
from detector.messages import Messages, MessageText
from detector.schema.case.incidents import Incident, IncidentKind, Step, StepStatus, TimelineEntry


def as_kind(incident: Incident, kind: IncidentKind, playbook: str, at: datetime) -> Incident:
    """Return the incident as one of a graver kind, known to be that since a moment.

    Found out in the moment of its opening, nothing was said of the lesser kind yet: then it opened as the graver one.
    """
    if at <= incident.opened_at:
        return replace(incident, kind=kind, playbook=playbook)
    if incident.called_at is not None:
        incident = replace(incident, called_at=min(incident.called_at, at))  # a storm's call may wait; this does not
    if incident.kind.breach:
        # The clocks of the law run already: they count from when the first breach was known.
        return replace(incident, kind=kind, playbook=playbook, acknowledged_at=None, acknowledged_by="")
    return replace(
        roused(incident),
        kind=kind,
        playbook=playbook,
        became_at=at,
        acknowledged_at=None,
        acknowledged_by="",
    )


def worse_entry(
    last: TimelineEntry | None,
    before: Incident,
    after: Incident,
    words: Messages,
    *,
    at: datetime,
    by: str,
    reason: str | MessageText,
) -> TimelineEntry:
    """Return the entry that says what an incident has become and why."""
    text = words.wording(
        "incident-entry-worse",
        old=words.wording(f"incident-kind-{before.kind.value}"),
        new=words.wording(f"incident-kind-{after.kind.value}"),
        reason=reason,
    )
    if after.kind.breach and not before.kind.breach:
        text += words.wording("incident-entry-clocks", at=rfc3339(after.t0))
    return append(
        last,
        incident_id=after.id,
        at=at,
        kind="worse",
        by=by,
        text=text,
        data=(("old", before.kind.value), ("new", after.kind.value)),
    )


def asked_again(
    before: Incident,
    after: Incident,
    steps: Iterable[Step],
    terms: Terms,
    last: TimelineEntry | None,
    words: Messages,
    at: datetime,
) -> tuple[tuple[Step, ...], tuple[TimelineEntry, ...]]:
    """Return the steps, those open again that stop a clock of a law that applies only now, and the entries that say so.

    Args:
        before: The incident as it was.
        after: As it is now: a law may apply that did not before.
        steps: All steps of the incident.
        terms: Regulations in force.
        last: Entry that the first new one follows.
        words: Language of the timeline.
        at: When.
    """
    laws = {
        stage.step: law.title.text(words.language)
        for law in terms.regulations.values()
        if law.begins(after) and not law.begins(before)
        for stage in law.stages
    }
    found: list[Step] = []
    entries: list[TimelineEntry] = []
    for step in steps:
        if step.step_id not in laws or step.status is StepStatus.OPEN:
            found.append(step)
            continue
        found.append(undone(step))
        reason = words.wording(
            "incident-reason-law", law=laws[step.step_id], how=step.status.value, by=step.done_by, proof=step.proof
        )
        last = step_reopened_entry(step, last, reason, words, at)
        entries.append(last)
    return tuple(found), tuple(entries)
