"""How well sources were watched, one row a source and hour.

Comes in and goes out: values of the vocabulary.
"""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import delete, select, update

from detector.schema.detection.source_hours import SourceHour
from detector.store.db import tables
from detector.store.db.session import Session

_TABLE = tables.source_hours
_SUMMED = tuple(each.name for each in fields(SourceHour) if each.name not in ("source", "hour", "silent"))


class SourceHourRepo:
    """Hours of sources, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, more: SourceHour) -> None:
        """Add to what is known of an hour: counts are summed, of silences the longest stays."""
        column = _TABLE.c
        mine = (column.source == more.source, column.hour == more.hour)
        self._session.upsert_values(_TABLE, [SourceHour(source=more.source, hour=more.hour)], update=False)
        changes = {name: column[name] + getattr(more, name) for name in _SUMMED if getattr(more, name)}
        if changes:
            self._session.run(update(_TABLE).where(*mine).values(changes))
        if more.silent:
            longer = (*mine, column.silent < more.silent)
            self._session.run(update(_TABLE).where(*longer).values(silent=more.silent))

    def between(self, since: datetime, until: datetime) -> list[SourceHour]:
        """Return the hours that begin at or after a moment and before another, by source."""
        wanted = select(_TABLE).where(_TABLE.c.hour >= since, _TABLE.c.hour < until)
        return self._session.values(SourceHour, wanted.order_by(_TABLE.c.source, _TABLE.c.hour))

    def expire(self, before: datetime) -> int:
        """Forget the hours that begin before a moment; return how many."""
        return self._session.run(delete(_TABLE).where(_TABLE.c.hour < before))
