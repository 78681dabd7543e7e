"""What "the flow is stopped" means afterwards: who is watched, how long, and the step that turns out not to be done.

Comes in: an incident's steps, its playbook, what was stated of it. Goes out: the step that says so, until when its word
is watched over, and the same step open again. Whoever states it before the step is done is watched over likewise. Who
are watched are the actors the incident is about, as they stand in it: an account, an address or a session. The
addresses of an account are not: colleagues may share them.
"""

from collections.abc import Iterable
from datetime import datetime

from detector.incident.case_facts.fact_readings import standing
from detector.incident.case_facts.fact_values import moment_of
from detector.incident.duty.deadlines import Terms
from detector.incident.playbook.checklist import step_reopened_entry, undone
from detector.incident.playbook.playbooks import Playbook
from detector.messages import Messages
from detector.schema.case.case_facts import CaseFact, CaseFactKind
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, Step, StepStatus, TimelineEntry


def flow_step(steps: Iterable[Step], playbook: Playbook | None) -> Step | None:
    """Return the step that says the flow is stopped, done last; None where none is done."""
    named = {step.id for step in playbook.steps if step.stops_flow} if playbook else set()
    done = [step for step in steps if step.step_id in named and step.status is StepStatus.DONE and step.done_at]
    return max(done, key=lambda step: (step.done_at, step.position), default=None)


def stopped_since(
    steps: Iterable[Step], facts: Iterable[CaseFact], playbook: Playbook | None
) -> tuple[str, datetime] | None:
    """Return which step says that the flow is stopped, and since when.

    While none is done it is the fact that says so, if one stands, and the step is the one it anticipates. None where
    neither says so, or the playbook has no such step.
    """
    done, fact = flow_step(steps, playbook), standing(CaseFactKind.FLOW_STOPPED, facts)
    if done is not None and done.done_at is not None:
        return done.step_id, done.done_at
    asked = next((step.id for step in playbook.steps if step.stops_flow), "") if playbook else ""
    since = moment_of(fact) if asked and fact is not None else None
    return None if since is None else (asked, since)


def watched_until(step_id: str, since: datetime, playbook: Playbook, terms: Terms) -> datetime:
    """Return until when what was stopped is watched: as long as the last step lasts that counts from the one named."""
    ends = (due.after.after(since, terms.zone) for each in playbook.steps for due in each.due if due.start == step_id)
    return max(ends, default=since)


def is_watched(incident: Incident) -> bool:
    """Tell whether what its actors do contradicts it: a close as false or authorised gave the account back."""
    return incident.status is not IncidentStatus.CLOSED or incident.close_reason is CloseReason.HANDLED


def opened_again(step: Step, last: TimelineEntry | None, words: Messages, at: datetime) -> tuple[Step, TimelineEntry]:
    """Return a step that turns out not to be done, open again, and the entry that says so."""
    reason = words.wording("incident-reason-flow", by=step.done_by, proof=step.proof or "–")
    return undone(step), step_reopened_entry(step, last, reason, words, at)
