"""What a closed incident is when it is open again: what the close itself did is taken back, and nothing else.

Comes in: the closed incident, its steps, alerts. Goes out: the same as before the close. Clocks of the law never
stopped by it; what counts from the close waits for the next one.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from detector.incident.playbook.checklist import undone
from detector.incident.playbook.playbooks import Playbook
from detector.incident.status_machine import moved
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, Step, StepStatus
from detector.schema.detection.alerts import Alert, AlertStatus


def reopened(incident: Incident) -> Incident:
    """Return a closed incident open again, in nobody's hands."""
    return replace(
        moved(incident, IncidentStatus.REOPENED),
        closed_at=None,
        close_reason=None,
        close_note="",
        acknowledged_at=None,
        acknowledged_by="",
    )


def as_before_the_close(incident: Incident, steps: Iterable[Step], playbook: Playbook | None) -> tuple[Step, ...]:
    """Return the steps of a closed incident, those open again that the close had done or dropped."""
    bound = playbook.done_when("closed") if playbook else frozenset[str]()
    drops = incident.close_reason is not CloseReason.HANDLED
    return tuple(
        undone(step)
        if step.done_at == incident.closed_at
        and (step.step_id in bound or (drops and step.status is StepStatus.SKIPPED))
        else step
        for step in steps
    )


def alerts_again(alerts: Sequence[Alert], elsewhere: Collection[str]) -> tuple[Alert, ...]:
    """Return the alerts that the close closed, open again: what goes on is this incident's once more.

    Args:
        alerts: Of the incident.
        elsewhere: Findings that another alert, which is open, has taken over since: those stay where they are.
    """
    taken = frozenset(elsewhere)
    return tuple(
        replace(alert, status=AlertStatus.MUTED if alert.muted_by else AlertStatus.OPEN)
        for alert in alerts
        if alert.status is AlertStatus.CLOSED and alert.finding_ids and taken.isdisjoint(alert.finding_ids)
    )
