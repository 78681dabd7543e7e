"""Rows in which something stands that no value can be made of: which, and in which column.

Comes in: a query of which a row could not be read, or a table. Goes out: the rows that can be read, and for each other
one its table, key and column. What stands there is not repeated: whoever put it there would choose the words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Dialect, Select, select, type_coerce
from sqlalchemy.types import TypeDecorator

from detector.store.db.column_types import kept_as

FAULTS = (ValueError, TypeError, LookupError, AttributeError)
"""What reading a value raises that the column cannot hold."""
_CHUNK = 500
_SHOWN = 80

Load = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableCell:
    """One place that cannot be read.

    Attributes:
        table: Its table.
        key: The key of its row, its parts separated by spaces; cut after 80 characters.
        column: Which.
        incident_id: The case that the row belongs to; empty: the table names none.
    """

    table: str
    key: str
    column: str
    incident_id: str = ""

    def __str__(self) -> str:
        return f"table {self.table}, row {self.key!a}, column {self.column}"


@dataclass(frozen=True, slots=True)
class Sifted:
    """The rows of a query: those that could be read, with the names of their columns, and what could not."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    bad: tuple[UnreadableCell, ...]


def sift(connection: Connection, statement: Select[Any]) -> Sifted:
    """Run a query again and read each cell by itself.

    Args:
        connection: Inside a transaction.
        statement: A query over columns of tables.
    """
    columns = list(statement.selected_columns)
    loaders = [_loader(column, connection.dialect) for column in columns]
    sqlite = connection.dialect.name == "sqlite"
    kept = [type_coerce(column, kept_as(column.type, sqlite)).label(str(column.key)) for column in columns]
    names = tuple(str(column.key) for column in columns)
    rows: list[tuple[Any, ...]] = []
    bad: list[UnreadableCell] = []
    for raw in connection.execute(statement.with_only_columns(*kept, maintain_column_froms=True)):
        read, wrong = _read(columns, loaders, tuple(raw))
        if wrong:
            bad += wrong
        else:
            rows.append(read)
    return Sifted(names, tuple(rows), tuple(bad))


def unreadable_cells(connection: Connection, columns: Sequence[Column[Any]]) -> Iterator[UnreadableCell]:
    """Yield what cannot be read of columns of one table, a few hundred rows at a time in memory."""
    sqlite = connection.dialect.name == "sqlite"
    # What is any text reads as it stands, and may be long: the bytes of documents.
    columns = [
        each
        for each in columns
        if each.primary_key or each.name == "incident_id" or _loader(each, connection.dialect) is not None
    ]
    loaders = [_loader(column, connection.dialect) for column in columns]
    kept = [type_coerce(column, kept_as(column.type, sqlite)).label(column.name) for column in columns]
    found = connection.execute(select(*kept), execution_options={"yield_per": _CHUNK})
    for rows in found.partitions():
        for raw in rows:
            yield from _read(columns, loaders, tuple(raw))[1]


def _loader(column: Any, dialect: Dialect) -> Load | None:
    kind = column.type
    if isinstance(kind, Boolean):  # SQLite has none
        return {0: False, 1: True, None: None}.__getitem__ if dialect.name == "sqlite" else None
    return kind.result_processor(dialect, None) if isinstance(kind, TypeDecorator) else None


def _read(
    columns: Sequence[Any], loaders: Sequence[Load | None], raw: tuple[Any, ...]
) -> tuple[tuple[Any, ...], list[UnreadableCell]]:
    read: list[Any] = []
    bad: list[str] = []
    for column, load, value in zip(columns, loaders, raw, strict=True):
        try:
            read.append(value if load is None else load(value))
        except FAULTS:
            read.append(None)
            bad.append(str(column.key))
    if not bad:
        return tuple(read), []
    table = getattr(columns[0], "table", None)
    of = [getattr(column, "table", None) for column in columns]
    keyed = [value for column, value in zip(columns, raw, strict=True) if getattr(column, "primary_key", False)]
    owner = _owner([str(column.key) for column in columns], raw, str(getattr(of[0], "name", "")))
    name = str(getattr(table, "name", "?"))
    cell = partial(UnreadableCell, table=name, key=" ".join(map(str, keyed))[:_SHOWN], incident_id=owner)
    return tuple(read), [cell(column=each) for each in bad]


def _owner(names: Sequence[str], raw: Sequence[Any], table: str) -> str:
    named = "id" if table == "incidents" else "incident_id"
    return str(raw[names.index(named)]) if named in names else ""
