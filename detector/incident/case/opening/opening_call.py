"""What one call has at hand: alerts and findings that came, the past, and what people said of which belongs where."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from detector.incident.case.changes.merging import MovedByHand
from detector.incident.case.frozen_terms import CaseTerms
from detector.incident.case.stand_ins import stand_in_entries
from detector.incident.playbook.playbooks import Playbook
from detector.incident.ports import IncidentStore
from detector.messages import Messages, MessageText
from detector.schema.case.incidents import Incident, IncidentStatus, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.levels import Severity
from detector.settings import Settings


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind an incident: its alerts, their findings (the worst first), and those known before, by id."""

    alerts: Sequence[Alert]
    findings: Sequence[Finding]
    past: Mapping[str, Finding]


@dataclass(frozen=True, slots=True)
class OpeningCall:
    """One call of ``open_incidents``: its arguments, and what follows from them."""

    findings: Mapping[str, Finding]
    changed: Mapping[str, Mapping[str, Alert]]
    of_call: set[str]
    known: IncidentStore
    playbooks: Mapping[str, Playbook]
    settings: Settings
    configured: Callable[[], CaseTerms]
    words: Messages
    now: datetime
    leads: Mapping[str, str]
    left: Mapping[str, str]
    event_time: bool
    moved: MovedByHand | None

    def alerts_of(self, incident_id: str) -> list[Alert]:
        """Return the alerts of an incident: those it had and has still, and those of this call."""
        had = (alert for alert in self.known.incident_alerts(incident_id) if alert.id not in self.of_call)
        return sorted(
            (*had, *self.changed.get(incident_id, {}).values()), key=lambda alert: (alert.opened_at, alert.id)
        )

    def behind(self, alerts: Sequence[Alert]) -> Behind:
        """Return what stands behind an incident with these alerts."""
        ids = {each for alert in alerts for each in alert.finding_ids}
        past = self.known.findings(ids)
        found = past | {each: self.findings[each] for each in ids if each in self.findings}
        worst_first = sorted(
            found.values(), key=lambda finding: (-finding.severity.rank, -finding.score, finding.at, finding.id)
        )
        return Behind(alerts, worst_first, past)

    def followed(self, alerts: Iterable[Alert]) -> list[Incident]:
        """Return the closed incidents that go on in these alerts; one that was opened again goes on as itself."""
        ids = sorted({alert.follows for alert in alerts if alert.follows not in ("", alert.incident_id)})
        known = filter(None, map(self.known.find, ids))
        return [each for each in known if each.status is IncidentStatus.CLOSED]

    def ends(self, before: Incident) -> bool:
        """Tell whether a person said that an incident goes on as another one."""
        return self.moved is not None and self.moved.gone is not None and self.moved.gone.id == before.id

    def goes_on_in(self, incident_id: str) -> str:
        """Return where an incident goes on that has no alerts left; empty: nowhere."""
        if self.moved is not None:
            return self.moved.into
        seen = {incident_id}
        while (incident_id := self.left.get(incident_id, "")) and incident_id not in seen:
            if self.alerts_of(incident_id):
                return incident_id
            seen.add(incident_id)
        return ""

    def merged_with(self, incident_id: str) -> list[Incident]:
        """Return the incidents that go on in this one from now on."""
        if self.moved is not None:
            return [self.moved.gone] if self.moved.gone is not None and self.moved.into == incident_id else []
        gone = (each for each in self.left if not self.alerts_of(each) and self.goes_on_in(each) == incident_id)
        known = [each for each in map(self.known.find, sorted(gone)) if each is not None and each.named is None]
        return [each for each in known if each.status is not IncidentStatus.CLOSED]

    def number_of(self, incident_id: str) -> str:
        """Return what people call an incident."""
        known = self.known.find(incident_id)
        return known.number if known is not None else incident_id[:6]

    def severity_word(self, severity: Severity) -> MessageText:
        """Return a severity as texts of the timeline say it."""
        return self.words.wording(f"incident-severity-{severity.value}")

    def stand_ins(
        self, last: TimelineEntry | None, before: Incident | None, after: Incident, at: datetime
    ) -> tuple[TimelineEntry, ...]:
        """Say who stands in for whom the incident is about; in a replay nobody acts."""
        return () if self.event_time else stand_in_entries(last, before, after, self.settings.team, self.words, at)
