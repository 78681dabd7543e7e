"""Alerts: findings of one fingerprint, open over time; and the decisions made about findings, each with its reason."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from detector.schema.levels import Severity


class AlertStatus(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    MUTED = "muted"
    CLOSED = "closed"


class MutedBy(StrEnum):
    """Why an alert is recorded and shown but not sent: a closed list, the same in metrics and on pages."""

    SILENCE = "silence"
    INHIBITION = "inhibition"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Findings of one fingerprint (actor, matter, rule), open over time.

    Attributes:
        id: ``derive("alert", fingerprint, id of the finding that opened it)``.
        fingerprint: ``derive("fingerprint", actor, matter, rule id)``.
        opened_at: Event time of the earliest finding's ``at``.
        finding_ids: The earliest finding first, the others as they came. Empty: a late finding showed that what stood
            here belongs to another alert, which has taken it over; this one is closed.
        risk: Points of the actor within the risk horizon, at the moment of the last change.
        incident_id: The incident it belongs to, empty while risk is below the threshold.
        muted_by: Empty, or why it is muted.
        exception_id: The exception, silence or inhibition that mutes it; empty: none.
        digest: The digest that reports it, of the first reading in which it was found; empty for what was found live.
        storm: How many findings this alert stands for when it is a storm; 0 otherwise.
        addresses: Addresses its findings saw, sorted, each with the ``at`` of the earliest that did.
        follows: The closed incident whose finding has outgrown what the close covers; empty: it follows none. What
            follows an incident is one itself, whatever its points.
        reached_at: Event time at which the points of its actor and matter reached the threshold; None while they have
            not, also where it belongs to the incident of somebody else.
    """

    id: str
    fingerprint: str
    actor_id: str
    actor_type: str
    matter: str
    rule_id: str
    title: str
    title_ru: str = ""
    severity: Severity
    score: float
    risk: int
    status: AlertStatus = AlertStatus.OPEN
    muted_by: MutedBy | None = None
    service: str = ""
    playbook: str
    opened_at: datetime
    first_event_at: datetime
    last_event_at: datetime
    finding_ids: tuple[str, ...]
    incident_id: str = ""
    storm: int = 0
    digest: str = ""
    addresses: tuple[tuple[str, datetime], ...] = ()
    reached_at: datetime | None = None
    follows: str = ""
    exception_id: str = ""
