"""Findings, alerts, incidents, steps and timeline entries: written by id, found by what people and stages ask for.

Comes in and goes out: values of the vocabulary. Merging is ``Finding.merge``; no other decision is made here.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from detector.errors import ConflictError, Problem
from detector.schema.alerts import Alert, AlertStatus
from detector.schema.findings import Finding
from detector.schema.incidents import Entry, Incident, IncidentStatus, Step
from detector.store import tables
from detector.store.session import Session, row
from detector.store.types import holdable

_FOLDED = ("code_name_folded", "code_name_ru_folded")
_INCIDENT = [column.name for column in tables.incidents.columns if column.name not in _FOLDED]
_PREFIX = re.compile(r"[0-9a-f]{4,}")


def _incidents() -> Select[Any]:
    return select(*(tables.incidents.c[name] for name in _INCIDENT))


def _incident_row(incident: Incident) -> dict[str, Any]:
    return {
        **row(incident, _INCIDENT),
        "code_name_folded": incident.code_name.casefold(),
        "code_name_ru_folded": incident.code_name_ru.casefold(),
    }


class Matters(Session):
    """What was stated, what people work on, and what they did about it."""

    # --- findings and alerts

    def findings(self, ids: Collection[str]) -> dict[str, Finding]:
        """Return the findings of these ids, those that are there."""
        return {found.id: found for found in self.by_key(Finding, tables.findings.c.id, ids)}

    def findings_of(self, actor_id: str, since: datetime) -> list[Finding]:
        """Return what was stated about an actor and went on at or after ``since``, oldest first."""
        table = tables.findings
        wanted = select(table).where(table.c.actor_id == actor_id, table.c.last_event_at >= since)
        return self.values(Finding, wanted.order_by(table.c.at, table.c.id))

    def incident_findings(self, incident_id: str) -> list[Finding]:
        """Return the findings behind an incident's alerts, oldest first."""
        wanted = [found for alert in self.incident_alerts(incident_id) for found in alert.finding_ids]
        return sorted(self.findings(wanted).values(), key=lambda found: (found.at, found.id))

    def all_findings(self) -> list[Finding]:
        """Return every finding, in the order of their moments: what a replay writes out."""
        return self.values(Finding, select(tables.findings).order_by(tables.findings.c.at, tables.findings.c.id))

    def all_alerts(self) -> list[Alert]:
        """Return every alert, in the order they were opened: what a replay writes out."""
        return self.values(Alert, select(tables.alerts).order_by(tables.alerts.c.opened_at, tables.alerts.c.id))

    def alerts(self, ids: Collection[str]) -> dict[str, Alert]:
        """Return the alerts of these ids, those that are there."""
        return {alert.id: alert for alert in self.by_key(Alert, tables.alerts.c.id, ids)}

    def open_alerts(self, actor_id: str) -> list[Alert]:
        """Return the alerts of an actor that are not closed (muted ones are open), oldest first."""
        table = tables.alerts
        wanted = select(table).where(table.c.actor_id == actor_id, table.c.status != AlertStatus.CLOSED)
        return self.values(Alert, wanted.order_by(table.c.opened_at, table.c.id))

    def alerts_opened_since(self, since: datetime) -> int:
        """Return how many alerts were opened at or after ``since``."""
        table = tables.alerts
        found = self.one(select(func.count()).select_from(table).where(table.c.opened_at >= since))
        return int(found[0]) if found else 0

    def incident_alerts(self, incident_id: str) -> list[Alert]:
        """Return the alerts that belong to an incident, oldest first."""
        table = tables.alerts
        wanted = select(table).where(table.c.incident_id == incident_id)
        return self.values(Alert, wanted.order_by(table.c.opened_at, table.c.id))

    # --- incidents

    def incident(self, ref: str) -> Incident | None:
        """Return the incident a person means by its id, a unique start of it, its number or its code name.

        What fits several is nobody's: acknowledging the wrong incident would be worse than asking again. Of several
        with one code name the only one not closed is meant.
        """
        name, table = ref.strip().casefold(), tables.incidents
        if not name:
            return None
        said = or_(*(table.c[folded] == name for folded in _FOLDED))
        as_written = (ref.strip(), name)
        for condition in (table.c.id.in_(as_written), table.c.number.in_(as_written), said):
            found = self.values(Incident, _incidents().where(condition).limit(50))
            still = [incident for incident in found if incident.status is not IncidentStatus.CLOSED]
            if found:
                return found[0] if len(found) == 1 else still[0] if len(still) == 1 else None
        if not _PREFIX.fullmatch(name):
            return None
        found = self.values(Incident, _incidents().where(table.c.id.startswith(name)).limit(2))
        return found[0] if len(found) == 1 else None

    def incidents(self, *, open_only: bool = False, limit: int = 100, offset: int = 0) -> list[Incident]:
        """Return incidents, newest first."""
        table = tables.incidents
        wanted = _incidents().order_by(table.c.opened_at.desc(), table.c.id).limit(limit).offset(offset)
        if open_only:
            wanted = wanted.where(table.c.status != IncidentStatus.CLOSED)
        return self.values(Incident, wanted)

    def open_incidents(self, actor_id: str | None = None) -> list[Incident]:
        """Return the incidents that are not closed, of one actor (itself or joined to it) or of all, newest first."""
        table = tables.incidents
        wanted = _incidents().where(table.c.status != IncidentStatus.CLOSED)
        if actor_id is not None:
            wanted = wanted.where(or_(table.c.actor_id == actor_id, table.c.related_actors != ()))
        found = self.values(Incident, wanted.order_by(table.c.opened_at.desc(), table.c.id))
        if actor_id is None:
            return found
        stored = holdable(actor_id)
        return [each for each in found if stored == each.actor_id or actor_id in each.related_actors]

    def steps(self, incident_id: str) -> list[Step]:
        """Return an incident's checklist in its order."""
        table = tables.steps
        wanted = select(table).where(table.c.incident_id == incident_id)
        return self.values(Step, wanted.order_by(table.c.position, table.c.step_id))

    def entries(self, incident_id: str, *, first: int | None = None) -> list[Entry]:
        """Return an incident's timeline in its order, from number ``first`` on."""
        table = tables.entries
        wanted = select(table).where(table.c.incident_id == incident_id).order_by(table.c.number)
        return self.values(Entry, wanted if first is None else wanted.where(table.c.number >= first))

    def last_entry(self, incident_id: str) -> Entry | None:
        """Return the newest entry of an incident's timeline."""
        table = tables.entries
        wanted = select(table).where(table.c.incident_id == incident_id).order_by(table.c.number.desc()).limit(1)
        return next(iter(self.values(Entry, wanted)), None)

    # --- writing

    def _write_findings(self, findings: Iterable[Finding]) -> None:
        merged: dict[str, Finding] = {}
        for finding in findings:
            merged[finding.id] = merged[finding.id].merge(finding) if finding.id in merged else finding
        before = self.findings(merged)
        after = {key: before[key].merge(new) if key in before else new for key, new in merged.items()}
        changed = [new for key, new in after.items() if before.get(key) != new]
        self.put(tables.findings, [row(finding, tables.findings.columns.keys()) for finding in changed])

    def _write_incidents(self, incidents: Sequence[Incident]) -> None:
        if not incidents:
            return
        wanted = _incidents().where(tables.incidents.c.id.in_([incident.id for incident in incidents]))
        there = {incident.id: incident for incident in self.values(Incident, wanted)}
        changed: dict[str, Incident] = {}
        for incident in incidents:
            before = changed.get(incident.id, there.get(incident.id))
            if before == incident:
                continue
            if before is not None and incident.version != before.version + 1:
                raise ConflictError(
                    Problem(
                        what=f"incident {incident.number} was changed by somebody else meanwhile",
                        fix="look at it again and repeat",
                    )
                )
            changed[incident.id] = incident
        self.put(tables.incidents, [_incident_row(incident) for incident in changed.values()])

    def _write_entries(self, entries: Sequence[Entry]) -> None:
        there: dict[tuple[str, int], Entry] = {}
        for key in {entry.incident_id for entry in entries}:
            first = min(entry.number for entry in entries if entry.incident_id == key)
            there.update({(key, entry.number): entry for entry in self.entries(key, first=first)})
        fresh: list[Entry] = []
        for entry in entries:
            before = there.setdefault((entry.incident_id, entry.number), entry)
            if before is entry:
                fresh.append(entry)
            elif before != entry:
                raise ConflictError(
                    Problem(
                        what=f"entry {entry.number} of the timeline was written by somebody else meanwhile",
                        fix="look at the incident again and repeat",
                    )
                )
        self.put(tables.entries, [row(entry, tables.entries.columns.keys()) for entry in fresh], update=False)
