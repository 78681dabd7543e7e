"""Appending to the chain: one record a case and transaction, hashed with all that went before.

Comes in: what changed, inside a write transaction. Goes out: rows of the table ``chain``. A record's hash covers the
record before it of its case and the record before it of all: so neither can be cut out, put in or exchanged, and the
newest hash stands for everything.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from detector.schema.case.chain import ChainHead
from detector.store.chain.case_tables import CaseTable
from detector.store.chain.recorded_rows import Cell, Key, RowCells, canonical_json, digest_of
from detector.store.db import tables
from detector.store.db.column_types import kept_moment
from detector.store.db.session import Session

BEFORE = "before"
"""The kind of a record that holds what stood there before the chain, or before the chain covered it."""
CHAIN = CaseTable(table=tables.chain, owner="incident_id")
_HASHED = ("number", "incident_id", "sequence", "at", "kind", "by", "data", "previous", "previous_all")

Change = tuple[str, Key, RowCells | None]
"""A table, the key of a row, and the values that changed; None: the row is gone, or left the case."""


def record_hash(record: Mapping[str, Cell]) -> str:
    """Return the hash of a record, whose fields are as rows hold them."""
    return digest_of(canonical_json({name: record[name] for name in _HASHED}))


def newest_head(session: Session, incident_id: str | None = None) -> ChainHead | None:
    """Return the newest record, of a case or of all; None: nothing was recorded."""
    chain = tables.chain.c
    return _head(session) if incident_id is None else _head(session, chain.incident_id == incident_id)


def heads_since(session: Session, number: int) -> list[ChainHead]:
    """Return of each case that was written since the record ``number`` the newest record, the newest last."""
    chain = tables.chain.c
    columns = (chain.incident_id, chain.number, chain.sequence, chain.hash)
    rows = session.rows(select(*columns).where(chain.number > number).order_by(chain.number))
    newest = {row[0]: ChainHead(incident_id=row[0], number=row[1], sequence=row[2], hash=row[3]) for row in rows}
    return sorted(newest.values(), key=lambda head: head.number)


def _head(session: Session, *where: Any) -> ChainHead | None:
    chain = tables.chain.c
    wanted = select(chain.number, chain.hash, chain.incident_id, chain.sequence).where(*where)
    row = session.one(wanted.order_by(chain.number.desc()).limit(1))
    return None if row is None else ChainHead(number=row[0], hash=row[1], incident_id=row[2], sequence=row[3])


class ChainWriter:
    """Appends records inside one write transaction.

    Args:
        session: The transaction, which holds the writers' lock.
        now: Tells when something is recorded.
    """

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session, self._now = session, now

    def append(self, incident_id: str, changes: Sequence[Change], *, kind: str, by: str) -> None:
        """Record what changed of a case."""
        last, mine = newest_head(self._session), newest_head(self._session, incident_id)
        record: dict[str, Any] = {
            "number": last.number + 1 if last else 1,
            "incident_id": incident_id,
            "sequence": mine.sequence + 1 if mine else 1,
            "kind": kind,
            "by": by,
            "data": canonical_json([[table, list(key), values] for table, key, values in changes]),
            "previous": mine.hash if mine else "",
            "previous_all": last.hash if last else "",
        }
        now = self._now()
        hashed = record_hash({**record, "at": kept_moment(now)})
        self._session.upsert(tables.chain, [{**record, "at": now, "hash": hashed}], update=False)
