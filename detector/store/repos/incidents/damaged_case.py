"""Reading of a case what can be read, where something of it cannot.

Comes in: a transaction, the id of an incident, the columns by which people are kept out of it. Goes out: a
``DamagedCase``. Every row of it is looked at by itself; what stands where nothing can be read is never repeated.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select, Table, select

from detector.schema.case.case_facts import CaseFact
from detector.schema.case.damaged_cases import DamagedCase
from detector.schema.case.duties import Duty
from detector.schema.case.incidents import Incident, Step, TimelineEntry
from detector.schema.detection.alerts import Alert
from detector.store.db import tables
from detector.store.db.db_errors import unreadable
from detector.store.db.session import Session


def read_damaged(session: Session, incident: Incident, needed: Collection[str]) -> DamagedCase:
    """Return what can be read of a case.

    Args:
        session: The transaction.
        incident: What can be read of its own row.
        needed: Columns of that row without which nobody can be kept out of it.

    Raises:
        UnreadableRowError: One of these cannot be read.
    """
    bad = [cell for wanted in _rows(session, incident.id) for cell in session.unreadable_in(wanted)]
    lost = [cell for cell in bad if cell.table == tables.incidents.name and cell.column in needed]
    if lost:
        raise unreadable(session.place, lost)
    return DamagedCase(
        incident=incident,
        steps=tuple(session.readable_values(Step, _of(tables.steps, incident.id, "position"))),
        duties=tuple(session.readable_values(Duty, _of(tables.duties, incident.id, "position"))),
        facts=tuple(session.readable_values(CaseFact, _of(tables.case_facts, incident.id, "number"))),
        entries=tuple(session.readable_values(TimelineEntry, _of(tables.entries, incident.id, "number"))),
        unread=tuple(map(str, bad)),
    )


def _rows(session: Session, incident_id: str) -> Iterator[Select[Any]]:
    """Yield the queries for all that belongs to a case."""
    yield select(tables.incidents).where(tables.incidents.c.id == incident_id)
    for table in tables.METADATA.sorted_tables:
        if "incident_id" in table.c:
            yield select(table).where(table.c.incident_id == incident_id)
    alerts = session.readable_values(Alert, _of(tables.alerts, incident_id, "opened_at"))
    named = [each for alert in alerts for each in alert.finding_ids]
    yield select(tables.findings).where(tables.findings.c.id.in_(named))


def _of(table: Table, incident_id: str, order: str) -> Select[Any]:
    return select(table).where(table.c.incident_id == incident_id).order_by(table.c[order])
