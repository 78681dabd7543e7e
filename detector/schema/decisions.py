"""What was decided about findings, alerts and incidents: it becomes true together, in one transaction."""

from dataclasses import dataclass

from detector.schema.alerts import Alert
from detector.schema.findings import Finding
from detector.schema.incidents import Incident, Step, TimelineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """One transaction's worth: inserted or updated by id, so that a repetition is silent.

    Attributes:
        findings: Merged statements, by id.
        alerts: New or changed.
        incidents: New or changed; ``version`` is checked, a conflict raises and nothing is committed.
        steps: New or changed, by (incident, step).
        entries: Timeline entries to append.
    """

    findings: tuple[Finding, ...] = ()
    alerts: tuple[Alert, ...] = ()
    incidents: tuple[Incident, ...] = ()
    steps: tuple[Step, ...] = ()
    entries: tuple[TimelineEntry, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything is to be written."""
        return any((self.findings, self.alerts, self.incidents, self.steps, self.entries))
