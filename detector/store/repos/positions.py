"""How far every file was read.

Comes in: positions to commit with the decisions behind them. Goes out: those committed. What they mean is the readers'
affair.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select

from detector.schema.events.lines import Position
from detector.store.db import tables
from detector.store.db.session import Session, row

Key = tuple[str, str, str]


class Positions:
    """The read positions.

    Args:
        session: The transaction.
        known: What the store knows to be committed: only positions that moved are written, because a service that
            follows a hundred thousand files states all of them every turn.
    """

    def __init__(self, session: Session, known: dict[Key, Position]) -> None:
        self._session, self._known = session, known

    def save(self, positions: Iterable[Position]) -> None:
        """Write the positions that moved."""
        keyed = {(position.source, position.stream, position.file_id): position for position in positions}
        moved = {key: position for key, position in keyed.items() if self._known.get(key) != position}
        self._session.upsert(tables.positions, [_row(position) for position in moved.values()])
        self._session.after_commit(lambda: self._known.update(moved))

    def all(self) -> tuple[Position, ...]:
        """Return how far every file was read, by source, stream and file."""
        table = tables.positions
        wanted = select(table).order_by(table.c.source, table.c.stream, table.c.file_id)
        return _whole(self._session.values(Position, wanted))

    def of_files(self, file_ids: Collection[str]) -> tuple[Position, ...]:
        """Return how far files of these identities were read."""
        return _whole(self._session.by_key(Position, tables.positions.c.file_id, file_ids))

    def forget(self, before: datetime) -> int:
        """Delete positions of files that were last seen before a moment, finished or empty; return how many."""
        table = tables.positions
        self._session.after_commit(self._known.clear)
        over = or_(table.c.finished, table.c.file_id == "")
        return self._session.run(delete(table).where(over, table.c.seen_at < before))


def _whole(found: Iterable[Position]) -> tuple[Position, ...]:
    return tuple(replace(position, device=int(position.device), inode=int(position.inode)) for position in found)


def _row(position: Position) -> dict[str, Any]:
    values = row(position, tables.positions.columns.keys())
    return {**values, "device": str(position.device), "inode": str(position.inode)}
