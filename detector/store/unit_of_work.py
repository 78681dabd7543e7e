"""What can be done inside one transaction: everything becomes true together, or nothing does.

Comes in: ``Decisions``. Goes out: the answers the stages ask for (their protocols name these methods).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select

from detector.schema.alerts import Alert
from detector.schema.counts import StoreCounts, WriteCounts
from detector.schema.decisions import Decisions
from detector.schema.delivery import MessageStatus
from detector.schema.incidents import IncidentStatus, StepStatus
from detector.schema.levels import Severity
from detector.schema.lines import Position
from detector.store.db import tables
from detector.store.db.session import row
from detector.store.repos.cache import WriteCache
from detector.store.repos.cached_reads import CachedReads
from detector.store.repos.incident_repo import incident_row
from detector.store.repos.outbox import OUTBOX_VERSION, Outbox

Key = tuple[str, str, str]

# The name under which the number of the last change of findings, alerts and incidents stands.
_VERSION = "matters"


def _position_row(position: Position) -> dict[str, Any]:
    values = row(position, tables.positions.columns.keys())
    return {**values, "device": str(position.device), "inode": str(position.inode)}


class UnitOfWork(Outbox):
    """One transaction.

    ``positions_known`` are the positions the store knows to be committed: only those that moved are written, because a
    service that follows a hundred thousand files states all of them every turn. ``cache`` is what the store remembers
    of findings, alerts and incidents.
    """

    def __init__(
        self, connection: Connection, place: str, positions_known: dict[Key, Position], recall: WriteCache
    ) -> None:
        super().__init__(connection, place)
        self._known = positions_known
        self._recall = recall
        self._past: CachedReads | None = None
        self._version = 0

    def write(self, decisions: Decisions) -> None:
        """Insert or update everything decided, by id; a repetition changes nothing.

        Raises:
            ConflictError: An incident or a timeline was changed since it was read. Nothing may be committed then.
            StoreError: The database cannot serve.
        """
        if any((decisions.findings, decisions.alerts, decisions.incidents, decisions.steps, decisions.entries)):
            self._write_matters(decisions)
        self._write_messages(decisions.messages)
        self._write_positions(decisions.positions)

    def past(self) -> CachedReads:
        """Return the past with what is remembered of it; inside a transaction that writes."""
        if self._past is None:
            self._version = int(self.meta(_VERSION) or 0)
            self._past = CachedReads(self, self._recall, self._version)
            self.after_rollback(self._recall.forget)
        return self._past

    def _write_matters(self, decisions: Decisions) -> None:
        past = self.past()
        findings = past.changed_findings(decisions.findings)
        incidents = past.changed_incidents(decisions.incidents)
        entries = past.new_entries(decisions.entries)
        self.upsert_values(tables.findings, findings)
        self.upsert(tables.incidents, [incident_row(incident) for incident in incidents])
        self.upsert_values(tables.alerts, decisions.alerts)
        self._write_addresses(decisions.alerts)
        self.upsert_values(tables.steps, decisions.steps)
        self.upsert_values(tables.entries, entries, update=False)
        past.wrote(findings, decisions.alerts, incidents, decisions.steps, entries)
        self._raise_version()

    def _write_addresses(self, alerts: Sequence[Alert]) -> None:
        seen = [{"address": address, "alert_id": alert.id} for alert in alerts for address, _ in alert.addresses]
        self.upsert(tables.alert_addresses, seen, update=False)

    def _raise_version(self) -> None:
        """Tell every other process, once a transaction, that what it remembers is out of date."""
        if self._recall.version == self._version:
            self._recall.version = self._version + 1
            self.set_meta(_VERSION, str(self._recall.version))

    def _write_positions(self, positions: tuple[Position, ...]) -> None:
        keyed = {(position.source, position.stream, position.file_id): position for position in positions}
        moved = {key: position for key, position in keyed.items() if self._known.get(key) != position}
        self.upsert(tables.positions, [_position_row(position) for position in moved.values()])
        self.after_commit(lambda: self._known.update(moved))

    def positions(self) -> tuple[Position, ...]:
        """Return how far every file was read, by source, stream and file."""
        table = tables.positions
        wanted = select(table).order_by(table.c.source, table.c.stream, table.c.file_id)
        found = self.values(Position, wanted)
        return tuple(replace(position, device=int(position.device), inode=int(position.inode)) for position in found)

    def forget_positions(self, before: datetime) -> int:
        """Delete positions of finished files that were last seen before a moment; return how many."""
        table = tables.positions
        self.after_commit(self._known.clear)
        return self.run(delete(table).where(table.c.finished, table.c.seen_at < before))

    def changes(self) -> WriteCounts:
        """Return how often people's matters and messages about them were written; equal answers mean nothing was."""
        texts = tables.meta.c
        found = self.rows(select(texts.key, texts.value).where(texts.key.in_((_VERSION, OUTBOX_VERSION))))
        numbers = {key: int(value) for key, value in found}
        return WriteCounts(matters=numbers.get(_VERSION, 0), messages=numbers.get(OUTBOX_VERSION, 0))

    def counts(self, now: datetime | None = None) -> StoreCounts:
        """Return how things stand; what is overdue only when ``now`` is given."""
        incident, message = tables.incidents.c, tables.messages.c
        still = incident.status != IncidentStatus.CLOSED
        by_severity = self.rows(select(incident.severity, func.count()).where(still).group_by(incident.severity))
        unacknowledged = self.one(select(func.count()).where(still, incident.acknowledged_at.is_(None)))
        pending = self.one(select(func.count()).where(message.status == MessageStatus.PENDING))
        return StoreCounts(
            open_by_severity=_ranked({each[0]: each[1] for each in by_severity}),
            unacknowledged=int(unacknowledged[0]) if unacknowledged else 0,
            pending_messages=int(pending[0]) if pending else 0,
            **(self._overdue(now) if now is not None else {}),
        )

    def _overdue(self, now: datetime) -> dict[str, Any]:
        step, incident = tables.steps.c, tables.incidents.c
        found = self.one(
            select(func.count(), func.min(step.due_at))
            .select_from(tables.steps.join(tables.incidents, step.incident_id == incident.id))
            .where(incident.status != IncidentStatus.CLOSED, step.status == StepStatus.OPEN, step.due_at < now)
        )
        return {"overdue_steps": int(found[0]), "oldest_overdue": found[1]} if found else {}


def _ranked(counts: Mapping[Severity, int]) -> tuple[tuple[str, int], ...]:
    return tuple((severity.value, counts[severity]) for severity in sorted(counts, key=lambda each: each.rank))
