"""What the database is known to hold, so that decisions need not ask for it again and again.

Comes in: findings, alerts and incidents as they are read and written under the writers' lock. Goes out: the same again,
without a query. It is a copy and nothing more: ``Past`` throws it away when anybody else has written, or when a
transaction was given up. Its size is bounded; who was not asked about for longest is forgotten first.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from detector.schema.alerts import Alert, AlertStatus
from detector.schema.findings import Finding
from detector.schema.incidents import Entry, Incident, IncidentStatus, Step

# A finding with its evidence takes a few kilobytes.
MOST_FINDINGS = 3_000
MOST_OPENED = 10_000
MOST_INCIDENTS = 64


@dataclass(slots=True)
class Person:
    """One actor: its findings that went on at or after ``since``, and its alerts that are not closed."""

    since: datetime
    findings: dict[str, Finding] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """What is attached to an incident: all alerts, all steps, the newest entry; None where it was not read yet."""

    alerts: dict[str, Alert] | None = None
    steps: dict[str, Step] | None = None
    last: tuple[Entry | None] | None = None


class Opened:
    """When alerts were opened, from a moment on."""

    def __init__(self, since: datetime, alerts: Iterable[tuple[str, datetime]]) -> None:
        self.since = since
        self._at = dict(alerts)
        self._sorted = sorted(self._at.values())

    def put(self, alert: Alert) -> None:
        """Take a new or changed alert in."""
        before = self._at.get(alert.id)
        if before == alert.opened_at:
            return
        if before is not None:
            del self._sorted[bisect_left(self._sorted, before)]
            del self._at[alert.id]
        if alert.opened_at >= self.since:
            self._at[alert.id] = alert.opened_at
            insort(self._sorted, alert.opened_at)
        if len(self._sorted) > MOST_OPENED:
            self._forget_half()

    def count(self, since: datetime) -> int:
        """Return how many were opened at or after a moment that is not before ``self.since``."""
        return len(self._sorted) - bisect_left(self._sorted, since)

    def _forget_half(self) -> None:
        self.since = self._sorted[len(self._sorted) // 2]
        self._at = {key: at for key, at in self._at.items() if at >= self.since}
        self._sorted = sorted(self._at.values())


class Recall:
    """The copy. Used by one write transaction at a time."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nothing any more."""
        self.version: int | None = None
        self.findings: dict[str, Finding] = {}
        self.people: dict[str, Person] = {}
        self.open: dict[str, Incident] | None = None
        self.opened: Opened | None = None
        self._incidents: dict[str, Known] = {}

    def person(self, actor_id: str) -> Person | None:
        """Return what is known of an actor, who was just asked about."""
        person = self.people.pop(actor_id, None)
        if person is not None:
            self.people[actor_id] = person
        return person

    def incident(self, incident_id: str) -> Known:
        """Return what is known of an incident, to be read or filled in."""
        known = self._incidents.pop(incident_id, None) or Known()
        self._incidents[incident_id] = known
        return known

    def meet(self, actor_id: str, since: datetime, findings: Iterable[Finding], alerts: Iterable[Alert]) -> Person:
        """Remember an actor, read from the database: everything since a moment."""
        self._leave(actor_id)
        person = Person(since, {each.id: each for each in findings}, {each.id: each for each in alerts})
        self.people[actor_id] = person
        self.findings |= person.findings
        return person

    def thin(self, person: Person, since: datetime) -> None:
        """Forget what of an actor ended before a moment."""
        for key in [key for key, finding in person.findings.items() if finding.last_event_at < since]:
            del person.findings[key]
            del self.findings[key]
        person.since = max(person.since, since)

    def shrink(self) -> None:
        """Forget those who were not asked about for longest, until there is room."""
        while len(self.findings) > MOST_FINDINGS or len(self.people) > MOST_FINDINGS:
            self._leave(next(iter(self.people)))
        while len(self._incidents) > MOST_INCIDENTS:
            del self._incidents[next(iter(self._incidents))]

    def wrote(
        self,
        findings: Iterable[Finding],
        alerts: Iterable[Alert],
        incidents: Iterable[Incident],
        steps: Iterable[Step],
        entries: Sequence[Entry],
    ) -> None:
        """Take in what was written."""
        for finding in findings:
            self._wrote_finding(finding)
        for incident in incidents:
            self._wrote_incident(incident)
        for alert in alerts:
            self._wrote_alert(alert)
        for step in steps:
            listed = self.incident(step.incident_id).steps
            if listed is not None:
                listed[step.step_id] = step
        for entry in sorted(entries, key=lambda entry: entry.number):
            self._wrote_entry(entry)

    def _wrote_finding(self, finding: Finding) -> None:
        person = self.people.get(finding.actor_id)
        if person is not None:
            person.findings[finding.id] = self.findings[finding.id] = finding

    def _wrote_alert(self, alert: Alert) -> None:
        person = self.people.get(alert.actor_id)
        if person is not None:
            if alert.status is AlertStatus.CLOSED:
                person.alerts.pop(alert.id, None)
            else:
                person.alerts[alert.id] = alert
        if self.opened is not None:
            self.opened.put(alert)
        if alert.incident_id:
            listed = self.incident(alert.incident_id).alerts
            if listed is not None:
                listed[alert.id] = alert

    def _wrote_incident(self, incident: Incident) -> None:
        if incident.version == 1:
            # It is new: what is attached to it comes with it.
            self._incidents[incident.id] = Known({}, {}, (None,))
        if self.open is None:
            return
        if incident.status is IncidentStatus.CLOSED:
            self.open.pop(incident.id, None)
        else:
            self.open[incident.id] = incident

    def _wrote_entry(self, entry: Entry) -> None:
        known = self.incident(entry.incident_id)
        if known.last is not None and (known.last[0] is None or known.last[0].number < entry.number):
            known.last = (entry,)

    def _leave(self, actor_id: str) -> None:
        person = self.people.pop(actor_id, None)
        for key in person.findings if person is not None else ():
            del self.findings[key]
