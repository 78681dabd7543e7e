"""What people say of factors of the severity by ENISA's method, inside one transaction: rows are added, never changed.

Comes in and goes out: values of the vocabulary.
"""

from detector.schema.case.severity_assessments import SeverityCorrection
from detector.store.db import tables
from detector.store.db.session import Session


class SeverityRepo:
    """Corrections, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, incident_id: str) -> tuple[SeverityCorrection, ...]:
        """Return all corrections of an incident, the oldest first."""
        return tuple(self._session.numbered(SeverityCorrection, tables.severity_corrections, incident_id))

    def add(self, correction: SeverityCorrection) -> None:
        """Add one."""
        self._session.upsert_values(tables.severity_corrections, [correction], update=False)
