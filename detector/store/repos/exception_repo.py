"""Exceptions for planned work: kept, found by what people call them, and those that may cover somebody's findings.

Comes in and goes out: values of the vocabulary. Whether one covers a finding it does not know.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from detector.schema.detection.work_exceptions import WorkException
from detector.store.db import tables
from detector.store.db.session import Session


class ExceptionRepo:
    """Exceptions, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, *exceptions: WorkException) -> None:
        """Insert or update by id."""
        self._session.upsert_values(tables.exceptions, exceptions)

    def all(self) -> list[WorkException]:
        """Return all of them, those that end last first."""
        table = tables.exceptions
        wanted = select(table).order_by(table.c.ends_at.desc(), table.c.id)
        return self._session.values(WorkException, wanted)

    def find(self, ref: str) -> list[WorkException]:
        """Return those whose id begins so."""
        table = tables.exceptions
        begun = ref.strip().lower()
        return self._session.values(WorkException, select(table).where(table.c.id.startswith(begun, autoescape=True)))

    def reviewed(self, actors: Collection[str] | None = None, since: datetime | None = None) -> list[WorkException]:
        """Return those that were reviewed, of some actors (None: of all), that end at or after a moment; by id."""
        table = tables.exceptions
        wanted = select(table).where(table.c.reviewed_by != "").order_by(table.c.id)
        if since is not None:
            wanted = wanted.where(table.c.ends_at >= since)
        found = self._session.values(WorkException, wanted)
        return [each for each in found if actors is None or each.actor_id in actors]

    def over(self, now: datetime) -> list[WorkException]:
        """Return those that have ended by a moment, and of which that was not told."""
        table = tables.exceptions
        found = self._session.values(WorkException, select(table).where(table.c.told.is_(False)))
        return [each for each in found if min(each.ends_at, each.ended_at or each.ends_at) <= now]
