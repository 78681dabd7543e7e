"""Orders of people to be quiet: kept, found by what people call them, and those in force at a moment.

Comes in and goes out: values of the vocabulary. What an order means is not known here.
"""

from datetime import datetime

from sqlalchemy import or_, select

from detector.schema.detection.mute_orders import MuteOrder
from detector.store.db import tables
from detector.store.db.session import Session

# So many times the owner of one is told of its end.
NOTICES = 2


class MuteOrderRepo:
    """Orders, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, *orders: MuteOrder) -> None:
        """Insert or update by id."""
        self._session.upsert_values(tables.mute_orders, orders)

    def all(self) -> list[MuteOrder]:
        """Return all of them, those that end last first."""
        table = tables.mute_orders
        return self._session.values(MuteOrder, select(table).order_by(table.c.ends_at.desc(), table.c.id))

    def find(self, ref: str) -> list[MuteOrder]:
        """Return those whose id begins so."""
        table = tables.mute_orders
        wanted = select(table).where(table.c.id.startswith(ref.strip().lower(), autoescape=True))
        return self._session.values(MuteOrder, wanted)

    def not_ended(self, now: datetime) -> list[MuteOrder]:
        """Return those that have not ended at a moment, by id."""
        table = tables.mute_orders
        wanted = select(table).where(table.c.ends_at > now, table.c.ended_at.is_(None))
        return self._session.values(MuteOrder, wanted.order_by(table.c.id))

    def between(self, since: datetime, until: datetime) -> list[MuteOrder]:
        """Return those that were in force at any time between two moments, by id."""
        table = tables.mute_orders
        early = or_(table.c.ended_at.is_(None), table.c.ended_at > since)
        wanted = select(table).where(table.c.starts_at <= until, table.c.ends_at > since, early)
        return self._session.values(MuteOrder, wanted.order_by(table.c.id))

    def to_tell(self) -> list[MuteOrder]:
        """Return those whose owner has not been told of the end."""
        table = tables.mute_orders
        return self._session.values(MuteOrder, select(table).where(table.c.notices < NOTICES).order_by(table.c.id))
