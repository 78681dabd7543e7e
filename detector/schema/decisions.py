"""What one batch decided: everything that must become true together, in one transaction."""

from dataclasses import dataclass, field

from detector.schema.alerts import Alert
from detector.schema.delivery import Message
from detector.schema.findings import Finding
from detector.schema.incidents import Incident, Step, TimelineEntry
from detector.schema.lines import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """One transaction's worth: inserted or updated by id, so that a repetition is silent.

    Attributes:
        findings: Merged statements, by id.
        alerts: New or changed.
        incidents: New or changed; ``version`` is checked, a conflict raises and nothing is committed.
        steps: New or changed, by (incident, step).
        entries: Timeline entries to append.
        messages: Outbox rows to add; an existing id is left as it is.
        positions: How far the lines behind these decisions were read.
    """

    findings: tuple[Finding, ...] = ()
    alerts: tuple[Alert, ...] = ()
    incidents: tuple[Incident, ...] = ()
    steps: tuple[Step, ...] = ()
    entries: tuple[TimelineEntry, ...] = ()
    messages: tuple[Message, ...] = ()
    positions: tuple[Position, ...] = field(default=())
