"""What is known of archives of raw lines, inside one transaction.

Comes in and goes out: values of the vocabulary. The files themselves are ``store.segment_files``.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from detector.schema.case.evidence_archive import (
    CustodyAct,
    CustodyEntry,
    EvidenceSegment,
    EvidenceState,
    EvidenceSummary,
)
from detector.schema.case.incidents import IncidentKind, IncidentStatus
from detector.store.db import tables
from detector.store.db.session import Session

# A blind spot has no lines, a digest only those of its rows, which became incidents or were nobody's.
_WITHOUT = (IncidentKind.BLIND_SPOT, IncidentKind.DRILL, IncidentKind.HISTORY)


class EvidenceRepo:
    """Archives: their files, how far each is, their custody logs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def due(self, closed_since: datetime) -> list[str]:
        """Return the incidents that changed since their lines were looked for, the newest first.

        What was closed before a moment counts only where its archive was begun.
        """
        incident, state = tables.incidents.c, tables.evidence_states.c
        joined = tables.incidents.outerjoin(tables.evidence_states, state.incident_id == incident.id)
        begun = and_(state.version.is_not(None), state.version != incident.version)
        recent = or_(incident.status != IncidentStatus.CLOSED, incident.closed_at >= closed_since)
        wanted = select(incident.id).select_from(joined).where(or_(begun, and_(state.version.is_(None), recent)))
        wanted = wanted.where(incident.kind.not_in(_WITHOUT)).order_by(incident.opened_at.desc(), incident.id)
        return [str(row[0]) for row in self._session.rows(wanted)]

    def summary(self, incident_id: str) -> EvidenceSummary:
        """Return what is held of an incident."""
        state = tables.evidence_states
        return EvidenceSummary(
            state=self._session.value(EvidenceState, select(state).where(state.c.incident_id == incident_id)),
            segments=tuple(self.segments(incident_id)),
            custody=tuple(self.custody(incident_id)),
        )

    def segments(self, incident_id: str) -> list[EvidenceSegment]:
        """Return the files of an archive in their order."""
        return self._session.numbered(EvidenceSegment, tables.evidence_segments, incident_id)

    def all_segments(self) -> list[EvidenceSegment]:
        """Return the files of all archives."""
        return self._session.numbered(EvidenceSegment, tables.evidence_segments)

    def custody(self, incident_id: str) -> list[CustodyEntry]:
        """Return the custody log of an archive, oldest first."""
        return self._session.numbered(CustodyEntry, tables.custody, incident_id)

    def bytes(self) -> int:
        """Return how much room all archives take."""
        found = self._session.one(select(func.coalesce(func.sum(tables.evidence_segments.c.bytes), 0)))
        return int(found[0]) if found else 0

    def missing(self) -> dict[str, int]:
        """Return how many lines of incidents that are not closed are missing, by reason."""
        incident, state = tables.incidents.c, tables.evidence_states.c
        joined = tables.evidence_states.join(tables.incidents, state.incident_id == incident.id)
        counts: dict[str, int] = {}
        still = select(state.missing).select_from(joined).where(incident.status != IncidentStatus.CLOSED)
        for (missing,) in self._session.rows(still):
            for reason, count in missing:
                counts[reason] = counts.get(reason, 0) + int(count)
        return counts

    def states(self, incident_ids: Collection[str]) -> dict[str, EvidenceState]:
        """Return how far the archives of incidents are, of those that were begun."""
        found = self._session.by_key(EvidenceState, tables.evidence_states.c.incident_id, incident_ids)
        return {state.incident_id: state for state in found}

    def add(self, segment: EvidenceSegment) -> None:
        """Write down a file."""
        self._session.upsert_values(tables.evidence_segments, [segment])

    def save(self, state: EvidenceState) -> None:
        """Write down how far an archive is."""
        self._session.upsert_values(tables.evidence_states, [state])

    def log(self, incident_id: str, act: CustodyAct, *, by: str, at: datetime, detail: str = "") -> None:
        """Write down what was done with an archive."""
        table = tables.custody
        number = self._session.next_number(table, incident_id)
        entry = CustodyEntry(incident_id=incident_id, number=number, at=at, by=by, act=act, detail=detail)
        self._session.upsert_values(table, [entry], update=False)
