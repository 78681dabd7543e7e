"""Drills: kept, found by their number, and the one that is not over.

Comes in and goes out: values of the vocabulary. What comes of a drill stands with the incidents.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from detector.schema.team.drills import GOING, Drill, DrillInject, DrillStatus
from detector.store.db import tables
from detector.store.db.session import Session


class DrillRepo:
    """Drills, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, drill: Drill) -> None:
        """Insert or update by number."""
        self._session.upsert_values(tables.drills, [drill])

    def save_injects(self, injects: Iterable[DrillInject]) -> None:
        """Insert or update by drill and number."""
        self._session.upsert_values(tables.drill_injects, list(injects))

    def next_number(self) -> int:
        """Return the number of the next drill."""
        found = self._session.one(select(func.max(tables.drills.c.number)))
        return (int(found[0]) if found and found[0] is not None else 0) + 1

    def find(self, number: int) -> Drill | None:
        """Return a drill."""
        return self._session.value(Drill, select(tables.drills).where(tables.drills.c.number == number))

    def newest(self, limit: int = 100) -> list[Drill]:
        """Return drills, the newest first."""
        table = tables.drills
        return self._session.values(Drill, select(table).order_by(table.c.number.desc()).limit(limit))

    def going(self) -> Drill | None:
        """Return the drill that is not over; None: there is none."""
        table = tables.drills
        wanted = select(table).where(table.c.status.in_(GOING)).order_by(table.c.number).limit(1)
        return self._session.value(Drill, wanted)

    def finished(self, since: datetime | None = None) -> list[Drill]:
        """Return the drills that were played to their end, the oldest first; since a moment, or all."""
        table = tables.drills
        wanted = select(table).where(table.c.status == DrillStatus.FINISHED).order_by(table.c.number)
        return self._session.values(Drill, wanted if since is None else wanted.where(table.c.ended_at >= since))

    def injects(self, number: int) -> list[DrillInject]:
        """Return what is asked in a drill, in its order."""
        table = tables.drill_injects
        wanted = select(table).where(table.c.drill == number).order_by(table.c.number)
        return self._session.values(DrillInject, wanted)
