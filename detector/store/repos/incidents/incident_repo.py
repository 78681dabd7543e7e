"""Findings, alerts, incidents, steps, duties and timeline entries: written together, and counted.

Comes in: ``Decisions``. Goes out: what is there, and whether it is still what it was.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from detector.schema.case.incidents import CaseMerge, Decisions, IncidentKind, IncidentStatus, StepStatus
from detector.store.db import tables
from detector.store.db.session import Session
from detector.store.repos.incidents.cache import WriteCache
from detector.store.repos.incidents.cached_reads import CachedReads
from detector.store.repos.incidents.incident_reads import IncidentReads, incident_row
from detector.store.repos.kv import KeyValues

# The name under which the number of the last change of findings, alerts and incidents stands.
INCIDENTS_VERSION = "matters"
_REAL = tables.incidents.c.kind != IncidentKind.DRILL


class IncidentRepo(IncidentReads):
    """What people work on, inside one transaction.

    Args:
        session: The transaction.
        kv: Where the number of the last change stands.
        cache: What the store remembers from one transaction that writes to the next.
    """

    def __init__(self, session: Session, kv: KeyValues, cache: WriteCache) -> None:
        super().__init__(session)
        self._kv, self._cache = kv, cache
        self._cached: CachedReads | None = None
        self._version = 0

    def cached_reads(self) -> CachedReads:
        """Return the reads that remember what they read; inside a transaction that writes."""
        if self._cached is None:
            self._version = self._kv.number(INCIDENTS_VERSION)
            self._cached = CachedReads(self._session, self._cache, self._version)
            self._session.after_rollback(self._cache.forget)
        return self._cached

    def save(self, decisions: Decisions) -> None:
        """Insert or update everything decided, by id; a repetition changes nothing.

        Raises:
            ConflictError: An incident or a timeline was changed since it was read. Nothing may be committed then.
            StoreError: The database cannot serve.
        """
        if not decisions:
            return
        cached, session = self.cached_reads(), self._session
        findings = cached.changed_findings(decisions.findings)
        incidents = cached.changed_incidents(decisions.incidents)
        entries = cached.new_entries(decisions.entries)
        seen = [(address, alert.id) for alert in decisions.alerts for address, _ in alert.addresses]
        session.upsert_values(tables.findings, findings)
        session.upsert(tables.incidents, [incident_row(incident) for incident in incidents])
        session.upsert_values(tables.alerts, decisions.alerts)
        session.upsert(
            tables.alert_addresses, [{"address": address, "alert_id": key} for address, key in seen], update=False
        )
        session.upsert_values(tables.steps, decisions.steps)
        session.upsert_values(tables.duties, decisions.duties)
        session.upsert_values(tables.frozen_parts, decisions.frozen, update=False)
        session.upsert_values(tables.case_facts, decisions.facts, update=False)
        session.upsert_values(tables.role_assignments, decisions.assignments)
        session.upsert_values(tables.entries, entries, update=False)
        cached.wrote(findings, decisions.alerts, incidents, decisions.steps, entries, decisions.duties)
        self._raise_version()

    def save_merge(self, merge: CaseMerge) -> None:
        """Insert or replace a person's word that two incidents are one."""
        self._session.upsert_values(tables.case_merges, [merge])

    def _raise_version(self) -> None:
        """Tell every other process, once a transaction, that what it remembers is out of date."""
        if self._cache.version == self._version:
            self._cache.version = self._version + 1
            self._kv.set(INCIDENTS_VERSION, str(self._cache.version))

    def open_by_severity(self) -> tuple[tuple[str, int], ...]:
        """Return how many incidents are not closed, by severity, the least first; a drill's count nowhere."""
        incident = tables.incidents.c
        still = select(incident.severity, func.count()).where(incident.status != IncidentStatus.CLOSED, _REAL)
        found = self._session.rows(still.group_by(incident.severity))
        return tuple((severity.value, count) for severity, count in sorted(found, key=lambda each: each[0].rank))

    def unacknowledged(self) -> int:
        """Return how many incidents that are not closed nobody has acknowledged."""
        incident = tables.incidents.c
        still = (incident.status != IncidentStatus.CLOSED, incident.acknowledged_at.is_(None), _REAL)
        found = self._session.one(select(func.count()).where(*still))
        return int(found[0]) if found else 0

    def overdue_steps(self, now: datetime) -> tuple[int, datetime | None]:
        """Return how many steps of incidents that are not closed are overdue, and since when the first is."""
        step, incident = tables.steps.c, tables.incidents.c
        found: Any = self._session.one(
            select(func.count(), func.min(step.due_at))
            .select_from(tables.steps.join(tables.incidents, step.incident_id == incident.id))
            .where(incident.status != IncidentStatus.CLOSED, step.status == StepStatus.OPEN, step.due_at < now, _REAL)
        )
        return (int(found[0]), found[1]) if found else (0, None)
