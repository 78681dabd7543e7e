"""The store in memory, for tests of pure stages: it answers as the real one does (tests/contracts)."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from detector.errors import ConflictError, Problem
from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty, FrozenPart
from detector.schema.case.incidents import Decisions, Incident, IncidentStatus, Step, StepStatus, TimelineEntry
from detector.schema.detection.alerts import Alert, AlertStatus
from detector.schema.detection.findings import Finding
from detector.schema.events.lines import Position
from detector.schema.levels import Severity
from detector.schema.team.delivery import Delivery, Message, MessageKind, MessageStatus
from detector.schema.team.role_assignments import RoleAssignment
from detector.store import StoreCounts


@dataclass
class FakeIncidents:
    """Findings, alerts, incidents, steps and entries."""

    known_findings: dict[str, Finding] = field(default_factory=dict)
    known_alerts: dict[str, Alert] = field(default_factory=dict)
    known_incidents: dict[str, Incident] = field(default_factory=dict)
    known_steps: dict[tuple[str, str], Step] = field(default_factory=dict)
    known_entries: dict[tuple[str, int], TimelineEntry] = field(default_factory=dict)
    known_duties: dict[tuple[str, str], Duty] = field(default_factory=dict)
    known_parts: dict[str, FrozenPart] = field(default_factory=dict)
    known_facts: dict[tuple[str, int], CaseFact] = field(default_factory=dict)
    known_assignments: dict[tuple[str, str, int], RoleAssignment] = field(default_factory=dict)

    def save(self, decisions: Decisions) -> None:
        for finding in decisions.findings:
            before = self.known_findings.get(finding.id)
            self.known_findings[finding.id] = before.merge(finding) if before else finding
        for incident in decisions.incidents:
            self._write_incident(incident)
        self.known_alerts |= {alert.id: alert for alert in decisions.alerts}
        self.known_steps |= {(step.incident_id, step.step_id): step for step in decisions.steps}
        self.known_duties |= {(duty.incident_id, duty.ref): duty for duty in decisions.duties}
        self.known_parts |= {part.id: part for part in decisions.frozen}
        self.known_facts = {(fact.incident_id, fact.number): fact for fact in decisions.facts} | self.known_facts
        self.known_assignments |= {(each.incident_id, each.role, each.number): each for each in decisions.assignments}
        for entry in decisions.entries:
            there = self.known_entries.setdefault((entry.incident_id, entry.number), entry)
            if there != entry:
                raise ConflictError(Problem(what="the timeline was written by somebody else meanwhile"))

    def _write_incident(self, incident: Incident) -> None:
        before = self.known_incidents.get(incident.id)
        if before is not None and before != incident and incident.version != before.version + 1:
            raise ConflictError(Problem(what=f"incident {incident.number} was changed by somebody else meanwhile"))
        self.known_incidents[incident.id] = incident

    def findings(self, ids: Collection[str]) -> dict[str, Finding]:
        return {each: self.known_findings[each] for each in ids if each in self.known_findings}

    def alerted_findings(self, actor_id: str, since: datetime) -> list[Finding]:
        named = {each for alert in self.open_alerts(actor_id) for each in alert.finding_ids}
        found = [f for f in self.findings(named).values() if f.actor_id == actor_id and f.last_event_at >= since]
        return sorted(found, key=lambda f: (f.at, f.id))

    def incident_findings(self, incident_id: str) -> list[Finding]:
        ids = {each for alert in self.incident_alerts(incident_id) for each in alert.finding_ids}
        return sorted(self.findings(ids).values(), key=lambda f: (f.at, f.id))

    def alerts(self, ids: Collection[str]) -> dict[str, Alert]:
        return {each: self.known_alerts[each] for each in ids if each in self.known_alerts}

    def open_alerts(self, actor_id: str) -> list[Alert]:
        found = [a for a in self.known_alerts.values() if a.actor_id == actor_id and a.status is not AlertStatus.CLOSED]
        return sorted(found, key=lambda a: (a.opened_at, a.id))

    def alerts_at(self, addresses: Collection[str], since: datetime) -> list[Alert]:
        still = [a for a in self.known_alerts.values() if a.status is not AlertStatus.CLOSED]
        still = [a for a in still if a.incident_id or a.actor_id.startswith(("ip:", "session:"))]
        return [a for a in still if a.last_event_at >= since and set(addresses) & set(dict(a.addresses))]

    def alerts_opened_since(self, since: datetime, rule: str) -> int:
        alerts = (alert for alert in self.known_alerts.values() if alert.rule_id == rule)
        return sum(alert.opened_at >= since and bool(alert.finding_ids) for alert in alerts)

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        found = [alert for alert in self.known_alerts.values() if alert.incident_id == incident_id]
        return sorted(found, key=lambda a: (a.opened_at, a.id))

    def find(self, ref: str) -> Incident | None:
        name = ref.strip().casefold()
        every = list(self.known_incidents.values())
        for found in (
            [each for each in every if each.id == name],
            [each for each in every if each.number.casefold() == name],
            *(
                [each for each in every if name and said in (each.code_name.casefold(), each.code_name_ru.casefold())]
                for said in (name, name.replace("-", " "))
            ),
        ):
            still = [each for each in found if each.status is not IncidentStatus.CLOSED]
            if found:
                return found[0] if len(found) == 1 else still[0] if len(still) == 1 else None
        found = [each for each in every if re.fullmatch(r"[0-9a-f]{4,}", name) and each.id.startswith(name)]
        return found[0] if len(found) == 1 else None

    def newest(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        found = [i for i in self.known_incidents.values() if not open_only or i.status is not IncidentStatus.CLOSED]
        found.sort(key=lambda i: i.id)
        found.sort(key=lambda i: i.opened_at, reverse=True)
        return found[offset : offset + limit]

    def open_incidents(self, actor_id: str | None = None) -> list[Incident]:
        found = self.newest(open_only=True, limit=len(self.known_incidents))
        return [i for i in found if actor_id is None or actor_id in (i.actor_id, *i.related_actors)]

    def steps(self, incident_id: str) -> list[Step]:
        found = [step for step in self.known_steps.values() if step.incident_id == incident_id]
        return sorted(found, key=lambda step: (step.position, step.step_id))

    def duties(self, incident_id: str) -> list[Duty]:
        found = [duty for duty in self.known_duties.values() if duty.incident_id == incident_id]
        return sorted(found, key=lambda duty: (duty.position, duty.ref))

    def facts(self, incident_id: str) -> list[CaseFact]:
        found = [fact for fact in self.known_facts.values() if fact.incident_id == incident_id]
        return sorted(found, key=lambda fact: fact.number)

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        known = self.known_assignments
        return [known[key] for key in sorted(known) if key[0] == incident_id]

    def frozen(self, part_id: str) -> FrozenPart | None:
        return self.known_parts.get(part_id)

    def entries(self, incident_id: str) -> list[TimelineEntry]:
        found = [entry for entry in self.known_entries.values() if entry.incident_id == incident_id]
        return sorted(found, key=lambda entry: entry.number)

    def last_entry(self, incident_id: str) -> TimelineEntry | None:
        return next(reversed(self.entries(incident_id)), None)

    def last_act(self, incident_id: str) -> datetime | None:
        acts = (each for each in self.entries(incident_id) if each.by != "nabat" and each.kind != "looked")
        return max((each.at for each in acts), default=None)

    def last_noted(self, incident_id: str) -> datetime | None:
        notes = (each for each in self.entries(incident_id) if each.by != "nabat" and each.kind in ("note", "fact"))
        return max((each.at for each in notes), default=None)


def _urgency(message: Message, now: datetime) -> int:
    if message.next_attempt_at <= now - timedelta(hours=1):
        return 0
    if message.kind is not MessageKind.PAGE:
        return 9
    grave = {"critical": 0, "high": 1}.get(message.severity)
    return 4 if grave is None else grave + 2 * (message.round > 0)


@dataclass
class FakeOutbox:
    """Messages, tries, links used."""

    incidents: FakeIncidents
    known_messages: dict[str, Message] = field(default_factory=dict)
    known_deliveries: dict[tuple[str, int, str], Delivery] = field(default_factory=dict)
    links: set[str] = field(default_factory=set)

    def add(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.known_messages.setdefault(message.id, message)

    def messages(self, incident_id: str) -> list[Message]:
        found = [message for message in self.known_messages.values() if message.incident_id == incident_id]
        return sorted(found, key=lambda message: (message.due_at, message.id))

    def due(self, now: datetime, limit: int = 100) -> list[Message]:
        found = [
            message
            for message in self.known_messages.values()
            if message.status is MessageStatus.PENDING and message.next_attempt_at <= now and message.due_at <= now
        ]
        return sorted(found, key=lambda message: (_urgency(message, now), message.next_attempt_at, message.id))[:limit]

    def given_up(self) -> list[Message]:
        pages = [message for message in self.known_messages.values() if message.kind is MessageKind.PAGE]
        over = (MessageStatus.SENT, MessageStatus.PENDING)
        reached = {(page.incident_id, page.person) for page in pages if page.status in over}
        waiting = {each.id for each in self.incidents.open_incidents() if each.acknowledged_at is None}
        newest: dict[tuple[str, str, str], Message] = {}
        for page in sorted(sorted(pages, key=lambda m: m.id), key=lambda m: m.created_at, reverse=True):
            lost = page.status is MessageStatus.FAILED and (page.incident_id, page.person) not in reached
            if lost and page.incident_id in waiting:
                newest.setdefault((page.incident_id, page.person, page.target), page)
        return list(newest.values())

    def save(self, message: Message) -> None:
        before = self.known_messages.get(message.id)
        cancelled = before is not None and before.status is MessageStatus.CANCELLED
        if not (cancelled and message.status is MessageStatus.PENDING):
            self.known_messages[message.id] = message

    def add_delivery(self, delivery: Delivery) -> None:
        self.known_deliveries.setdefault((delivery.message_id, delivery.attempt, delivery.target), delivery)

    def deliveries(self, message_id: str) -> list[Delivery]:
        found = [delivery for delivery in self.known_deliveries.values() if delivery.message_id == message_id]
        return sorted(found, key=lambda delivery: (delivery.attempt, delivery.at, delivery.target))

    def use_link(self, token_id: str, at: datetime) -> bool:
        fresh = token_id not in self.links
        self.links.add(token_id)
        return fresh


@dataclass
class FakePositions:
    """Read positions."""

    known_positions: dict[tuple[str, str, str], Position] = field(default_factory=dict)

    def save(self, positions: Iterable[Position]) -> None:
        for position in positions:
            self.known_positions[position.source, position.stream, position.file_id] = position

    def all(self) -> tuple[Position, ...]:
        return tuple(self.known_positions[key] for key in sorted(self.known_positions))


@dataclass
class FakeKeyValues:
    """Texts under a name."""

    texts: dict[str, str] = field(default_factory=dict)

    def get(self, key: str) -> str | None:
        return self.texts.get(key)

    def set(self, key: str, value: str) -> None:
        self.texts[key] = value


class FakeUnit:
    """One transaction's view; also all that is kept."""

    def __init__(self) -> None:
        self.incidents = FakeIncidents()
        self.outbox = FakeOutbox(self.incidents)
        self.positions = FakePositions()
        self.kv = FakeKeyValues()

    def counts(self, now: datetime) -> StoreCounts:
        still = self.incidents.open_incidents()
        per = {severity: sum(i.severity is severity for i in still) for severity in Severity}
        late = [
            step.due_at
            for incident in still
            for step in self.incidents.steps(incident.id)
            if step.status is StepStatus.OPEN and step.due_at is not None and step.due_at < now
        ]
        return StoreCounts(
            open_by_severity=tuple((severity.value, count) for severity, count in per.items() if count),
            unacknowledged=sum(incident.acknowledged_at is None for incident in still),
            overdue_steps=len(late),
            oldest_overdue=min(late, default=None),
            pending_messages=sum(m.status is MessageStatus.PENDING for m in self.outbox.known_messages.values()),
        )


class FakeStore:
    """A store whose transactions commit by replacing what is kept, and roll back by not doing so."""

    def __init__(self) -> None:
        self.kept = FakeUnit()

    @contextmanager
    def begin(self) -> Iterator[FakeUnit]:
        unit = deepcopy(self.kept)
        yield unit
        self.kept = unit

    @contextmanager
    def read(self) -> Iterator[FakeUnit]:
        yield deepcopy(self.kept)

    def close(self) -> None:
        pass
