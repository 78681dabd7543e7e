"""The agenda: what people owe, and when each of it speaks next.

Comes in and goes out: values of the vocabulary. What is owed no more has no row.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import case, delete, func, or_, select

from detector.schema.case.agenda import AgendaItem
from detector.schema.case.incidents import IncidentStatus
from detector.store.db import tables
from detector.store.db.session import Session

_CHUNK = 500


class AgendaRepo:
    """What is owed, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self, incident_ids: Collection[str] | None = None) -> list[AgendaItem]:
        """Return all of it, or what is owed in some incidents and in none, the first due first."""
        table = tables.agenda
        wanted = select(table).order_by(table.c.due_at, table.c.id)
        if incident_ids is not None:
            wanted = wanted.where(table.c.incident_id.in_({"", *incident_ids}))
        return self._session.values(AgendaItem, wanted)

    def first_due(self, person: str) -> list[str]:
        """Return the incidents in which something is owed: those where a person owes it by name, then the first due."""
        table = tables.agenda.c
        theirs = case((or_(table.owner == person, table.what == person), 0), else_=1)
        wanted = select(table.incident_id).where(table.incident_id != "").group_by(table.incident_id)
        ordered = wanted.order_by(func.min(theirs), func.min(table.due_at), table.incident_id)
        return [str(each[0]) for each in self._session.rows(ordered)]

    def of(self, incident_id: str) -> dict[str, AgendaItem]:
        """Return what is owed in an incident, by id."""
        table = tables.agenda
        found = self._session.values(AgendaItem, select(table).where(table.c.incident_id == incident_id))
        return {item.id: item for item in found}

    def due(self, now: datetime) -> list[AgendaItem]:
        """Return what speaks now, the longest waiting first."""
        table = tables.agenda
        wanted = select(table).where(table.c.next_at <= now).order_by(table.c.next_at, table.c.id)
        return self._session.values(AgendaItem, wanted)

    def next_at(self) -> datetime | None:
        """Return when anything speaks next; None: nothing will."""
        found = self._session.one(select(func.min(tables.agenda.c.next_at)))
        return found[0] if found else None

    def incident_ids(self) -> set[str]:
        """Return the incidents in which something is owed."""
        return {each[0] for each in self._session.rows(select(tables.agenda.c.incident_id).distinct())}

    def closed_versions(self) -> dict[str, int]:
        """Return the versions of the closed incidents in which something is owed, by id."""
        incident, owing = tables.incidents.c, select(tables.agenda.c.incident_id)
        wanted = select(incident.id, incident.version).where(
            incident.status == IncidentStatus.CLOSED, incident.id.in_(owing)
        )
        return {each[0]: each[1] for each in self._session.rows(wanted)}

    def save(self, items: Iterable[AgendaItem]) -> None:
        """Insert or update by id."""
        items = list(items)
        if items:
            self._session.upsert_values(tables.agenda, items)

    def remove(self, ids: Collection[str]) -> None:
        """Remove what is owed no more."""
        wanted = list(ids)
        for start in range(0, len(wanted), _CHUNK):
            self._session.run(delete(tables.agenda).where(tables.agenda.c.id.in_(wanted[start : start + _CHUNK])))
