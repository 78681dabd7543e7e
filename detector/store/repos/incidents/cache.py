"""What the database is known to hold, so that decisions need not ask for it again and again.

Comes in: findings, alerts and incidents as they are read and written under the writers' lock. Goes out: the same again,
without a query. It is a copy and nothing more: ``CachedReads`` throws it away when anybody else has written, or when a
transaction was given up. Its size is bounded; who was not asked about for longest is forgotten first.
"""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from detector.schema.case.duties import Duty, FrozenPart
from detector.schema.case.incidents import Incident, IncidentStatus, Step, TimelineEntry
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Finding
from detector.schema.team.drills import is_of_drill


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLimits:
    """How much is remembered. A finding with its evidence takes a few kilobytes.

    Attributes:
        findings: With their actors; as many people.
        by_id: A replay writes 2,000 together, and the thousand a storm names must outlast that.
        opened: Alerts of which it is known when they were opened.
        incidents: Those of which it is known what is attached to them.
    """

    findings: int = 3_000
    by_id: int = 5_000
    opened: int = 10_000
    incidents: int = 64


@dataclass(slots=True)
class ActorRecords:
    """One actor: its alerts that are not closed, and its findings they name that went on at or after ``since``.

    A storm states thousands of findings about people without an alert of their own: those need not be remembered here.
    """

    since: datetime
    findings: dict[str, Finding] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)


@dataclass(slots=True)
class KnownIncident:
    """What is attached to an incident: alerts, steps, newest entry, duties; None where it was not read yet."""

    alerts: dict[str, Alert] | None = None
    steps: dict[str, Step] | None = None
    last: tuple[TimelineEntry | None] | None = None
    duties: dict[str, Duty] | None = None


class OpenedAlerts:
    """When alerts were opened, from a moment on, by rule."""

    def __init__(self, since: datetime, alerts: Iterable[tuple[str, datetime, str]], most: int) -> None:
        self.since, self._most = since, most
        self._at = {key: (opened, rule) for key, opened, rule in alerts}
        self._sort()

    def update(self, alert: Alert) -> None:
        """Take a new or changed alert in; one without findings, of a first reading or of a drill, is not counted."""
        before = self._at.get(alert.id)
        counts = bool(alert.finding_ids) and not alert.digest and not is_of_drill(alert.matter)
        if before == (alert.opened_at, alert.rule_id) and counts:
            return
        if before is not None:
            opened, rule = self._at.pop(alert.id)
            moments = self._sorted[rule]
            del moments[bisect_left(moments, opened)]
        if alert.opened_at >= self.since and counts:
            self._at[alert.id] = (alert.opened_at, alert.rule_id)
            insort(self._sorted.setdefault(alert.rule_id, []), alert.opened_at)
        if len(self._at) > self._most:
            self._forget_half()

    def count(self, since: datetime, rule: str) -> int:
        """Return how many of a rule were opened at or after a moment not before ``self.since``."""
        moments = self._sorted.get(rule, [])
        return len(moments) - bisect_left(moments, since)

    def _forget_half(self) -> None:
        self.since = sorted(opened for opened, _ in self._at.values())[len(self._at) // 2]
        self._at = {key: each for key, each in self._at.items() if each[0] >= self.since}
        self._sort()

    def _sort(self) -> None:
        self._sorted: dict[str, list[datetime]] = {}
        for opened, rule in sorted(self._at.values()):
            self._sorted.setdefault(rule, []).append(opened)


class WriteCache:
    """The copy. Used by one write transaction at a time."""

    def __init__(self, limits: CacheLimits) -> None:
        self.limits = limits
        self.forget()

    def forget(self) -> None:
        """Know nothing any more."""
        self.version: int | None = None
        self.people: dict[str, ActorRecords] = {}
        self._findings: dict[str, Finding] = {}  # by id, whoever they are about; the longest unused first
        self._with_people = 0
        self.open: dict[str, Incident] | None = None
        self.opened: OpenedAlerts | None = None
        self._incidents: dict[str, KnownIncident] = {}
        self.frozen: dict[str, FrozenPart] = {}  # never changes once written; forgotten when there are many

    def findings_among(self, ids: Iterable[str]) -> dict[str, Finding]:
        """Return those of the findings that are known; they were just asked about."""
        known = self._findings
        found = {each: known.pop(each) for each in ids if each in known}
        known |= found
        return found

    def remember(self, findings: Iterable[Finding]) -> None:
        """Take in findings as the database holds them."""
        known = self._findings
        for finding in findings:
            known.pop(finding.id, None)
            known[finding.id] = finding
        for key in list(islice(known, max(len(known) - self.limits.by_id, 0))):
            del known[key]

    def person(self, actor_id: str) -> ActorRecords | None:
        """Return what is known of an actor, who was just asked about."""
        person = self.people.pop(actor_id, None)
        if person is not None:
            self.people[actor_id] = person
        return person

    def incident(self, incident_id: str) -> KnownIncident:
        """Return what is known of an incident, to be read or filled in."""
        known = self._incidents.pop(incident_id, None) or KnownIncident()
        self._incidents[incident_id] = known
        return known

    def meet(
        self, actor_id: str, since: datetime, findings: Iterable[Finding], alerts: Iterable[Alert]
    ) -> ActorRecords:
        """Remember an actor, read from the database: everything since a moment."""
        self._leave(actor_id)
        person = ActorRecords(since, {each.id: each for each in findings}, {each.id: each for each in alerts})
        self.people[actor_id] = person
        self._with_people += len(person.findings)
        return person

    def thin(self, person: ActorRecords, since: datetime) -> None:
        """Forget what of an actor ended before a moment."""
        self._keep_only(person, {key for key, each in person.findings.items() if each.last_event_at >= since})
        person.since = max(person.since, since)

    def shrink(self) -> None:
        """Forget those who were not asked about for longest, until there is room."""
        while max(self._with_people, len(self.people)) > self.limits.findings:
            self._leave(next(iter(self.people)))
        while len(self._incidents) > self.limits.incidents:
            del self._incidents[next(iter(self._incidents))]
        while len(self.frozen) > self.limits.incidents:
            del self.frozen[next(iter(self.frozen))]

    def wrote(
        self,
        findings: Sequence[Finding],
        alerts: Iterable[Alert],
        incidents: Iterable[Incident],
        steps: Iterable[Step],
        entries: Sequence[TimelineEntry],
    ) -> None:
        """Take in what was written."""
        self.remember(findings)
        for incident in incidents:
            self._wrote_incident(incident)
        written = {finding.id for finding in findings}
        for alert in alerts:
            self._wrote_alert(alert, written)
        self._wrote_findings(findings)
        for step in steps:
            listed = self.incident(step.incident_id).steps
            if listed is not None:
                listed[step.step_id] = step
        for entry in sorted(entries, key=lambda entry: entry.number):
            self._wrote_entry(entry)

    def wrote_duties(self, duties: Iterable[Duty]) -> None:
        """Take in duties that were written."""
        for duty in duties:
            listed = self.incident(duty.incident_id).duties
            if listed is not None:
                listed[duty.ref] = duty

    def _wrote_findings(self, findings: Iterable[Finding]) -> None:
        """Remember with their actors the findings that their alerts name; the alerts were taken in before."""
        named: dict[str, set[str]] = {}
        for finding in findings:
            person = self.people.get(finding.actor_id)
            if person is None or not person.alerts:
                continue
            if finding.actor_id not in named:
                named[finding.actor_id] = _named(person)
            if finding.id in named[finding.actor_id]:
                self._with_people += finding.id not in person.findings
                person.findings[finding.id] = finding

    def _wrote_alert(self, alert: Alert, written: Collection[str]) -> None:
        self._put_with_person(alert, written)
        if self.opened is not None:
            self.opened.update(alert)
        for incident_id, known in self._incidents.items():
            if known.alerts is not None and incident_id != alert.incident_id:
                known.alerts.pop(alert.id, None)
        if alert.incident_id:
            listed = self.incident(alert.incident_id).alerts
            if listed is not None:
                listed[alert.id] = alert

    def _put_with_person(self, alert: Alert, written: Collection[str]) -> None:
        person = self.people.get(alert.actor_id)
        if person is None:
            return
        before = person.alerts.pop(alert.id, None)
        if alert.status is AlertStatus.CLOSED:
            self._keep_only(person, _named(person))
            return
        person.alerts[alert.id] = alert
        there = before.finding_ids if before is not None else ()
        if there != alert.finding_ids and not set(alert.finding_ids).difference(there) <= set(written):
            # It names what was written at another time: who it is about is read anew when next asked about.
            self._leave(alert.actor_id)

    def _keep_only(self, person: ActorRecords, ids: Collection[str]) -> None:
        kept = {key: finding for key, finding in person.findings.items() if key in ids}
        self._with_people -= len(person.findings) - len(kept)
        person.findings = kept

    def _wrote_incident(self, incident: Incident) -> None:
        if incident.version == 1:
            # It is new: what is attached to it comes with it.
            self._incidents[incident.id] = KnownIncident({}, {}, (None,), {})
        if self.open is None:
            return
        if incident.status is IncidentStatus.CLOSED:
            self.open.pop(incident.id, None)
        else:
            self.open[incident.id] = incident

    def _wrote_entry(self, entry: TimelineEntry) -> None:
        known = self.incident(entry.incident_id)
        if known.last is not None and (known.last[0] is None or known.last[0].number < entry.number):
            known.last = (entry,)

    def _leave(self, actor_id: str) -> None:
        person = self.people.pop(actor_id, None)
        self._with_people -= len(person.findings) if person is not None else 0


def _named(person: ActorRecords) -> set[str]:
    return {each for alert in person.alerts.values() for each in alert.finding_ids}
