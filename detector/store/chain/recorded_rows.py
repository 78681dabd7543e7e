"""Rows as the chain records them: the same on every engine, whatever was written into them.

Comes in: a table of a case, and which of its rows. Goes out: rows as texts, whole numbers, fractions and None. Columns
are read as they stand in the database and not as values of the vocabulary: what was forged need not be a value.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Double,
    Select,
    Text,
    exists,
    literal,
    select,
    true,
    tuple_,
    type_coerce,
    union_all,
)

from detector.schema.case.chain import COMPANY
from detector.store.chain.case_tables import CaseTable
from detector.store.db.column_types import kept_as, kept_moment
from detector.store.db.session import Session

Cell = str | int | float | None
Key = tuple[str | int, ...]
RowCells = dict[str, Cell]
_CHUNK = 200


def canonical_json(value: Any) -> str:
    """Return JSON with sorted keys and without spaces: the same value always gives the same bytes."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class RowReader:
    """Reads rows of tables of cases inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._sqlite = session.connection.dialect.name == "sqlite"

    def by_keys(self, case: CaseTable, keys: Sequence[Key]) -> dict[Key, RowCells]:
        """Return the rows of these keys, those that are there; of a table that names the case, those of some case."""
        named = case.owner is not None and case.through is None and case.owner not in case.key
        owned = case.table.c[case.owner or ""] != COMPANY if named else true()
        columns = [case.table.c[name] for name in case.key]
        found: dict[Key, RowCells] = {}
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            among = columns[0].in_([key[0] for key in some]) if len(columns) == 1 else tuple_(*columns).in_(some)
            found |= self._read(case, _whole(case, self._sqlite).where(among, owned))
        return found

    def of_case(self, case: CaseTable, incident_id: str) -> dict[Key, RowCells]:
        """Return the rows that belong to a case; of ``COMPANY`` all of a table that belongs to none."""
        if case.owner is None:
            return self._read(case, _whole(case, self._sqlite)) if incident_id == COMPANY else {}
        return {} if incident_id == COMPANY else self.owned(case, incident_id)

    def owned(self, case: CaseTable, owner: str) -> dict[Key, RowCells]:
        """Return the rows whose owner is called so."""
        return self._read(case, _whole(case, self._sqlite).where(_owned(case, owner)))

    def tables_with_rows(self, cases: Mapping[str, CaseTable], incident_id: str) -> set[str]:
        """Return the names of those tables that have rows of a case, by one statement."""
        if incident_id == COMPANY:
            return set(cases)
        asked = [
            select(literal(name)).where(exists().select_from(case.table).where(_owned(case, incident_id)))
            for name, case in cases.items()
            if case.owner is not None
        ]
        return {str(row[0]) for row in self._session.rows(union_all(*asked))}

    def owners(self, case: CaseTable) -> set[str]:
        """Return the cases that rows of a table belong to."""
        if case.owner is None:
            return {COMPANY}
        column = case.table.c[case.owner] if case.through is None else case.through[1]
        found = {str(row[0]) for row in self._session.rows(select(type_coerce(column, Text)).distinct())}
        return found - {COMPANY}

    def owner_of(self, case: CaseTable, rows: Mapping[Key, RowCells | None]) -> dict[Key, str | None]:
        """Return for each row the case it belongs to; None: there is no row, or it belongs to none."""
        if case.owner is None:
            return {key: None if row is None else COMPANY for key, row in rows.items()}
        named = {key: None if row is None else self._named(case, key, row) for key, row in rows.items()}
        if case.through is not None:
            known = self._through(case.through, {name for name in named.values() if name})
            named = {key: known.get(name or "") for key, name in named.items()}
        return {key: name or None for key, name in named.items()}

    def each(self, case: CaseTable) -> Iterator[tuple[Key, RowCells]]:
        """Yield all rows of a table in the order of their keys, a few hundred at a time in memory."""
        order = [case.table.c[name] for name in case.key]
        statement = _whole(case, self._sqlite).order_by(*order)
        for row in self._session.each_row(statement):
            yield self._cells(case, row)

    def _named(self, case: CaseTable, key: Key, row: RowCells) -> str:
        owner = case.owner or ""
        return str(key[case.key.index(owner)] if owner in case.key else row[owner])

    def _through(self, through: tuple[Column[str], Column[str]], names: Collection[str]) -> dict[str, str]:
        wanted, found = sorted(names), dict[str, str]()
        for start in range(0, len(wanted), _CHUNK):
            among = through[0].in_(wanted[start : start + _CHUNK])
            found |= {row[0]: row[1] for row in self._session.rows(select(*through).where(among))}
        return found

    def _read(self, case: CaseTable, statement: Select[Any]) -> dict[Key, RowCells]:
        return dict(self._cells(case, row) for row in self._session.rows(statement))

    @staticmethod
    def _cells(case: CaseTable, row: Sequence[Any]) -> tuple[Key, RowCells]:
        size = len(case.key)
        makers = _makers(case)
        return tuple(row[:size]), {
            name: make(cell) for name, make, cell in zip(case.covered, makers, row[size:], strict=True)
        }


def _owned(case: CaseTable, owner: str) -> ColumnElement[bool]:
    column = case.table.c[case.owner or ""]
    if case.through is None:
        return column == owner
    return column.in_(select(case.through[0]).where(case.through[1] == owner))


@cache
def _whole(case: CaseTable, sqlite: bool) -> Select[Any]:
    """Return the query for all rows, with columns as they are kept."""
    columns = [case.table.c[name] for name in (*case.key, *case.covered)]
    return select(*(type_coerce(column, kept_as(column.type, sqlite)).label(column.name) for column in columns))


@cache
def _makers(case: CaseTable) -> tuple[Callable[[Any], Cell], ...]:
    return tuple(
        _hashed if name in case.hashed else _number if isinstance(case.table.c[name].type, Double) else _cell
        for name in case.covered
    )


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return kept_moment(value)
    return int(value) if isinstance(value, bool) else value


def _number(value: Any) -> Cell:
    return float(value) if isinstance(value, int | float) else _cell(value)


def _hashed(value: Any) -> Cell:
    return None if value is None else f"sha256:{digest_of(str(value))}"
