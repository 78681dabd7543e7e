"""The past inside a write transaction, read once and remembered from one transaction to the next.

Comes in: a transaction and the store's ``WriteCache``. Goes out: what grouping and the incident stage ask for, the same
as the database would answer. Every transaction that writes findings, alerts or incidents raises a number in the
database; when it is not the number this process left there, somebody else has written and everything is forgotten.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from sqlalchemy import select

from detector.errors import ConflictError, Problem
from detector.schema.case.case_facts import CaseFact
from detector.schema.case.duties import Duty, FrozenPart
from detector.schema.case.incidents import Incident, Step, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.schema.detection.findings import Finding
from detector.schema.team.role_assignments import RoleAssignment
from detector.store.db import tables
from detector.store.db.column_types import HoldableText, holdable
from detector.store.db.session import Session, row
from detector.store.repos.incidents.cache import ActorRecords, OpenedAlerts, WriteCache
from detector.store.repos.incidents.incident_reads import LIVE, IncidentReads

T = TypeVar("T")

_CHUNK = 500
_ID_LENGTH = 32
# Findings are remembered for this much longer than was asked for: the next question may lie a little further back.
_SLACK = timedelta(hours=1)
_NEVER = datetime.max.replace(tzinfo=UTC)
_TEXTS: dict[type, tuple[str, ...]] = {
    kind: tuple(
        column.name for column in table.columns if isinstance(column.type, HoldableText) and hasattr(kind, column.name)
    )
    for kind, table in (
        (Finding, tables.findings),
        (Alert, tables.alerts),
        (Incident, tables.incidents),
        (Step, tables.steps),
        (TimelineEntry, tables.entries),
        (Duty, tables.duties),
    )
}


class CachedReads:
    """The past as one write transaction sees it: its own writings included.

    Args:
        session: The transaction, which holds the writers' lock.
        cache: What is remembered; must not be used by anybody else meanwhile.
        version: The number in the database.
    """

    def __init__(self, session: Session, cache: WriteCache, version: int) -> None:
        self._session, self._reads, self._cache = session, IncidentReads(session), cache
        self._absent: set[str] = set()
        if cache.version != version:
            cache.forget()
            cache.version = version
        cache.shrink()

    def expect(self, since: Mapping[str, datetime]) -> None:
        """Read in one go what will be asked about many actors: each with the moment since when."""
        people = self._cache.people
        asked = {holdable(actor): moment for actor, moment in since.items()}
        new = [actor for actor, moment in asked.items() if actor not in people or moment < people[actor].since]
        for start in range(0, len(new), _CHUNK):
            some = new[start : start + _CHUNK]
            self._meet(some, min(asked[actor] for actor in some))

    def findings(self, ids: Collection[str]) -> dict[str, Finding]:
        """Return the findings of these ids, those that are there."""
        found = self._cache.findings_among(ids)
        missing = [each for each in ids if each not in found and each not in self._absent]
        read = self._reads.findings(missing)
        self._absent.update(each for each in missing if each not in read)
        self._cache.remember(read.values())
        return found | read

    def alerted_findings(self, actor_id: str, since: datetime) -> list[Finding]:
        """Return an actor's findings that its open alerts name and that went on at or after ``since``, oldest first."""
        person = self._person(actor_id, since)
        found = [finding for finding in person.findings.values() if finding.last_event_at >= since]
        return sorted(found, key=lambda finding: (finding.at, finding.id))

    def alerts(self, ids: Collection[str]) -> dict[str, Alert]:
        """Return the alerts of these ids, those that are there."""
        return self._reads.alerts(ids)

    def open_alerts(self, actor_id: str) -> list[Alert]:
        """Return the alerts of an actor that are not closed (muted ones are open), oldest first."""
        person = self._person(actor_id, _NEVER)
        return sorted(person.alerts.values(), key=lambda alert: (alert.opened_at, alert.id))

    def alerts_at(self, addresses: Collection[str], since: datetime) -> list[Alert]:
        """Return alerts that are not closed, saw one of the addresses, and went on at or after ``since``.

        Those of an incident, and those of sessions and addresses: others join nobody by an address.
        """
        return self._reads.alerts_at(addresses, since)

    def open_incidents(self, actor_id: str | None = None) -> list[Incident]:
        """Return the incidents that are not closed, of one actor (itself or joined to it) or of all, newest first."""
        if actor_id is not None:
            return self._reads.open_incidents(actor_id)
        if self._cache.open is None:
            self._cache.open = {incident.id: incident for incident in self._reads.open_incidents()}
        found = sorted(self._cache.open.values(), key=lambda incident: incident.id)
        return sorted(found, key=lambda incident: incident.opened_at, reverse=True)

    def alerts_opened_since(self, since: datetime, rule: str) -> int:
        """Return how many alerts of a rule were opened at or after ``since``."""
        if self._cache.opened is None or since < self._cache.opened.since:
            table = tables.alerts
            wanted = select(table.c.id, table.c.opened_at, table.c.rule_id)
            wanted = wanted.where(table.c.opened_at >= since, LIVE)
            rows = (tuple(row) for row in self._session.rows(wanted))
            self._cache.opened = OpenedAlerts(since, rows, self._cache.limits.opened)
        return self._cache.opened.count(since, rule)

    def find(self, ref: str) -> Incident | None:
        """Return the incident a person means by its id, a unique start of it, its number or its code name."""
        found = (self._cache.open or {}).get(ref)
        if found is None and len(ref) == _ID_LENGTH:
            # A whole id, and what decisions ask most often: whether an incident is there already.
            return self._reads.by_ids([ref]).get(ref)
        return found or self._reads.find(ref)

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        """Return the alerts that belong to an incident, oldest first."""
        known = self._cache.incident(incident_id)
        if known.alerts is None:
            known.alerts = {alert.id: alert for alert in self._reads.incident_alerts(incident_id)}
        return sorted(known.alerts.values(), key=lambda alert: (alert.opened_at, alert.id))

    def steps(self, incident_id: str) -> list[Step]:
        """Return an incident's checklist in its order."""
        known = self._cache.incident(incident_id)
        if known.steps is None:
            known.steps = {step.step_id: step for step in self._reads.steps(incident_id)}
        return sorted(known.steps.values(), key=lambda step: (step.position, step.step_id))

    def duties(self, incident_id: str) -> list[Duty]:
        """Return an incident's duties in their order."""
        known = self._cache.incident(incident_id)
        if known.duties is None:
            known.duties = {duty.ref: duty for duty in self._reads.duties(incident_id)}
        return sorted(known.duties.values(), key=lambda duty: (duty.position, duty.ref))

    def facts(self, incident_id: str) -> list[CaseFact]:
        """Return what was stated of an incident, the oldest first; asked for seldom, and not remembered."""
        return self._reads.facts(incident_id)

    def assignments(self, incident_id: str) -> list[RoleAssignment]:
        """Return who was asked to hold which role of an incident; asked for seldom, and not remembered."""
        return self._reads.assignments(incident_id)

    def frozen(self, part_id: str) -> FrozenPart | None:
        """Return a piece of the configuration that cases keep."""
        found = self._cache.frozen.get(part_id) or self._reads.frozen(part_id)
        if found is not None:
            self._cache.frozen[part_id] = found
        return found

    def last_entry(self, incident_id: str) -> TimelineEntry | None:
        """Return the newest entry of an incident's timeline."""
        known = self._cache.incident(incident_id)
        if known.last is None:
            known.last = (self._reads.last_entry(incident_id),)
        return known.last[0]

    # --- what a writing changes

    def changed_findings(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings merged with what is there, those that are then other than it."""
        merged: dict[str, Finding] = {}
        for finding in findings:
            merged[finding.id] = merged[finding.id].merge(finding) if finding.id in merged else finding
        before = self.findings(merged)
        after = {key: before[key].merge(new) if key in before else new for key, new in merged.items()}
        return [new for key, new in after.items() if not _same(before.get(key), new)]

    def changed_incidents(self, incidents: Sequence[Incident]) -> list[Incident]:
        """Return the incidents that are other than what is there.

        Raises:
            ConflictError: One of them was changed since it was read.
        """
        known = self._cache.open or {}
        there = self._reads.by_ids([each.id for each in incidents if each.id not in known])
        changed: dict[str, Incident] = {}
        for incident in incidents:
            before = changed.get(incident.id) or known.get(incident.id) or there.get(incident.id)
            if before == incident:
                continue
            if before is not None and incident.version != before.version + 1:
                raise _conflict(f"incident {incident.number} was changed by somebody else meanwhile")
            changed[incident.id] = incident
        return list(changed.values())

    def new_entries(self, entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
        """Return the entries that are not there yet.

        Raises:
            ConflictError: Another entry stands in the place of one of them.
        """
        fresh: list[TimelineEntry] = []
        there: dict[tuple[str, int], TimelineEntry] = {}
        for key in {entry.incident_id for entry in entries}:
            there |= self._entries_from(key, min(entry.number for entry in entries if entry.incident_id == key))
        for entry in entries:
            before = there.setdefault((entry.incident_id, entry.number), entry)
            if before is entry:
                fresh.append(entry)
            elif before != entry:
                raise _conflict(f"entry {entry.number} of the timeline was written by somebody else meanwhile")
        return fresh

    def wrote(
        self,
        findings: Sequence[Finding],
        alerts: Sequence[Alert],
        incidents: Sequence[Incident],
        steps: Sequence[Step],
        entries: Sequence[TimelineEntry],
        duties: Sequence[Duty] = (),
    ) -> None:
        """Remember what was written, as the database keeps it."""
        self._absent.difference_update(finding.id for finding in findings)
        self._cache.wrote(_kept(findings), _kept(alerts), _kept(incidents), _kept(steps), _kept(entries))
        self._cache.wrote_duties(_kept(duties))

    def _entries_from(self, incident_id: str, first: int) -> dict[tuple[str, int], TimelineEntry]:
        last = self._cache.incident(incident_id).last
        if last is not None and (last[0] is None or last[0].number < first):
            return {}
        return {(incident_id, entry.number): entry for entry in self._reads.entries(incident_id, first=first)}

    def _person(self, actor_id: str, since: datetime) -> ActorRecords:
        actor = holdable(actor_id)
        person = self._cache.person(actor)
        if person is None or since < person.since:
            self._meet([actor], since)
            person = self._cache.people[actor]
        elif since < _NEVER and since - person.since > 2 * _SLACK:
            self._cache.thin(person, since - _SLACK)
        return person

    def _meet(self, actors: Sequence[str], since: datetime) -> None:
        findings: dict[str, list[Finding]] = {actor: [] for actor in actors}
        alerts: dict[str, list[Alert]] = {actor: [] for actor in actors}
        still = self._reads.open_alerts_of_all(actors)
        for alert in still:
            alerts[alert.actor_id].append(alert)
        if since < _NEVER:
            since -= _SLACK
            for finding in self._reads.alerted_findings_of_all(still, since):
                findings[finding.actor_id].append(finding)
        for actor in actors:
            self._cache.meet(actor, since, findings[actor], alerts[actor])


def _same(before: Finding | None, new: Finding) -> bool:
    return before == new and before.replaces == new.replaces


def _kept(values: Sequence[T]) -> Sequence[T]:
    """Return values of one kind with their texts as the database keeps them; nearly always they are so already."""
    if not values:
        return values
    names = _TEXTS[type(values[0])]
    together = "".join(map("".join, map(attrgetter(*names), values)))
    if holdable(together) is together:
        return values
    texts = [{name: holdable(text) for name, text in row(value, names).items()} for value in values]
    return [replace(value, **held) for value, held in zip(values, texts, strict=True)]  # type: ignore[type-var]


def _conflict(what: str) -> ConflictError:
    return ConflictError(Problem(what=what, fix="look at it again and repeat"))
