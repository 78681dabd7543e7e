"""One transaction's connection, with values in and out, and what has to happen when it ends.

Comes in: tables and values of the vocabulary. Goes out: rows. Every statement of the store goes through here, so that
every failure of a database becomes the same kind of error.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Dialect,
    Executable,
    Row,
    Select,
    Table,
    Update,
    func,
    select,
)

from detector.errors import UnreadableRowError
from detector.store.db import db_errors
from detector.store.db.column_types import Maker, column_loader, column_maker, holdable
from detector.store.db.unreadable_rows import FAULTS, UnreadableCell, sift, unreadable_cells

T = TypeVar("T")

# How several values are read from a thing: ``itemgetter`` from a row, ``attrgetter`` from a value.
Reading = Callable[..., Callable[[Any], Any]]

# Told which rows of a table are about to be written.
Watcher = Callable[[Table, Sequence[tuple[Any, ...]]], None]

# SQLite takes at most 32,766 variables a statement; small lists also keep the statement cache small.
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class _Upsert:
    """A statement that inserts rows, compiled once, and how the values of each column are handed to the driver."""

    text: str
    places: bool
    names: tuple[str, ...]
    makers: tuple[Maker, ...]

    def parameters(self, rows: Iterable[Sequence[Any]]) -> list[Any]:
        """Return what the driver takes for rows of values in the order of ``names``.

        That is tuples where parameters have places, else by name. Going by columns, a type is asked once for all.
        """
        columns = zip(*rows, strict=True)
        made = zip(*[make(values) for make, values in zip(self.makers, columns, strict=True)], strict=True)
        return list(made) if self.places else [dict(zip(self.names, each, strict=True)) for each in made]


@cache
def _upsert(table: Table, dialect: Dialect, update: bool) -> _Upsert:
    """Return the statement that inserts rows, and for a key already there updates or leaves the row.

    SQLAlchemy would look for the same things anew for every row, which costs as much as writing it.
    """
    # The engine has loaded its own dialect; the other one would be a twentieth of a second for nothing.
    statement = import_module(f"sqlalchemy.dialects.{dialect.name}").insert(table)
    keys = [column.name for column in table.primary_key.columns]
    rest = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    if update and rest:
        compiled = statement.on_conflict_do_update(index_elements=keys, set_=rest).compile(dialect=dialect)
    else:
        compiled = statement.on_conflict_do_nothing(index_elements=keys).compile(dialect=dialect)
    names = tuple(compiled.positiontup or ()) if compiled.positional else tuple(table.columns.keys())
    makers = tuple(column_maker(table.columns[name].type, dialect) for name in names)
    return _Upsert(str(compiled), compiled.positional, names, makers)


class Session:
    """A connection inside a transaction.

    Attributes:
        connection: It.
        place: The database's address without secrets, for messages.
    """

    def __init__(self, connection: Connection, place: str) -> None:
        self.connection = connection
        self._watched: Container[str] = ()
        self._watcher: Watcher | None = None
        self._after_commit: list[Callable[[], None]] = []
        self._after_rollback: list[Callable[[], None]] = []
        self.place = place

    def watch(self, tables: Container[str], watcher: Watcher) -> None:
        """Have ``watcher`` told, before rows of tables of these names are written, of their table and their keys."""
        self._watched, self._watcher = tables, watcher

    def after_commit(self, do: Callable[[], None]) -> None:
        """Have ``do`` called when the transaction has been committed."""
        self._after_commit.append(do)

    def after_rollback(self, do: Callable[[], None]) -> None:
        """Have ``do`` called when the transaction was given up."""
        self._after_rollback.append(do)

    def ended(self, *, committed: bool) -> None:
        """Do what was asked for the end of the transaction; the store calls this, nobody else."""
        due = self._after_commit if committed else self._after_rollback
        # Let go of at once: what was asked for holds on to this transaction and to whole parts of the journal.
        self._after_commit, self._after_rollback = [], []
        for do in due:
            do()

    def run(self, statement: Executable) -> int:
        """Run a statement that changes rows; return how many."""
        if self._watcher is not None and isinstance(statement, Update | Delete):
            self._tell_of(statement, self._watcher)
        with db_errors.as_store_error(self.place):
            return self.connection.execute(statement).rowcount

    def _tell_of(self, statement: Update | Delete, watcher: Watcher) -> None:
        table = statement.table
        if isinstance(table, Table) and table.name in self._watched:
            concerned = select(*table.primary_key.columns)
            if statement.whereclause is not None:
                concerned = concerned.where(statement.whereclause)
            watcher(table, [tuple(row) for row in self.rows(concerned)])

    def rows(self, statement: Executable) -> Sequence[Row[*tuple[Any, ...]]]:
        """Return all rows of a query."""
        with db_errors.as_store_error(self.place), self._named(statement):
            return self.connection.execute(statement).all()

    def each_row(self, statement: Executable) -> Iterator[Row[*tuple[Any, ...]]]:
        """Yield all rows of a query, a few hundred at a time in memory."""
        with db_errors.as_store_error(self.place):
            found = self.connection.execute(statement, execution_options={"yield_per": _CHUNK}).partitions()
            while True:
                with self._named(statement):
                    rows = next(found, None)
                if rows is None:
                    return
                yield from rows

    def one(self, statement: Executable) -> Row[*tuple[Any, ...]] | None:
        """Return the first row of a query."""
        with db_errors.as_store_error(self.place), self._named(statement):
            return self.connection.execute(statement).first()

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]], *, update: bool = True) -> None:
        """Insert rows; for keys already there update the row, or leave it."""
        self._put(table, rows, itemgetter, update)

    def upsert_values(self, table: Table, values: Sequence[Any], *, update: bool = True) -> None:
        """Insert values whose attributes are named as the columns, as ``upsert`` does rows."""
        self._put(table, values, attrgetter, update)

    def _put(self, table: Table, given: Sequence[Any], reading: Reading, update: bool) -> None:
        if given:
            statement = _upsert(table, self.connection.dialect, update)
            if self._watcher is not None and table.name in self._watched:
                keys = [reading(column.name) for column in table.primary_key.columns]
                self._watcher(table, [tuple(_as_kept(read(each)) for read in keys) for each in given])
            rows = map(reading(*statement.names), given)
            with db_errors.as_store_error(self.place):
                self.connection.exec_driver_sql(statement.text, statement.parameters(rows))

    def values(self, kind: type[T], statement: Executable) -> list[T]:
        """Return the rows of a query over one table as values of the vocabulary.

        Raises:
            UnreadableRowError: Something stands in a row of which no value can be made.
        """
        with db_errors.as_store_error(self.place), self._named(statement):
            found = self.connection.execute(statement)
            names = tuple(found.keys())
            return [kind(**dict(zip(names, row, strict=True))) for row in found]

    def value(self, kind: type[T], statement: Executable) -> T | None:
        """Return the first row of a query as ``values`` does; None: there is none."""
        return next(iter(self.values(kind, statement)), None)

    def numbered(self, kind: type[T], table: Table, incident_id: str | None = None) -> list[T]:
        """Return the rows that an incident numbers, in that order; None: those of all incidents, case by case."""
        wanted = select(table).order_by(table.c.incident_id, table.c.number)
        return self.values(kind, wanted if incident_id is None else wanted.where(table.c.incident_id == incident_id))

    def next_number(self, table: Table, incident_id: str) -> int:
        """Return the number of the next row of an incident, from 1."""
        found = self.one(select(func.max(table.c.number)).where(table.c.incident_id == incident_id))
        return int(found[0] or 0) + 1 if found else 1

    def readable_values(self, kind: type[T], statement: Select[Any]) -> list[T]:
        """Return the rows of a query as ``values`` does, without those of which no value can be made."""
        try:
            return self.values(kind, statement)
        except UnreadableRowError:
            with db_errors.as_store_error(self.place):
                found = sift(self.connection, statement)
            return [kind(**dict(zip(found.names, each, strict=True))) for each in found.rows]

    def each(self, kind: type[T], table: Table, *order: Column[Any]) -> Iterator[T]:
        """Yield all rows of a table as values in an order, a few hundred at a time in memory."""
        dialect = self.connection.dialect
        wanted = select(table).order_by(*order)
        statement = str(wanted.compile(dialect=dialect))
        names, loaders = table.columns.keys(), [column_loader(column.type, dialect) for column in table.columns]
        with db_errors.as_store_error(self.place):
            found = self.connection.execution_options(stream_results=True).exec_driver_sql(statement)
            for rows in found.partitions(_CHUNK):
                with self._named(wanted):
                    columns = [load(values) for load, values in zip(loaders, zip(*rows, strict=True), strict=True)]
                for row in zip(*columns, strict=True):
                    yield kind(**dict(zip(names, row, strict=True)))

    def unreadable_in(self, statement: Select[Any]) -> tuple[UnreadableCell, ...]:
        """Return each place in the rows of a query of which no value can be made."""
        with db_errors.as_store_error(self.place):
            return sift(self.connection, statement).bad

    def unreadable(self, table: Table) -> Iterator[UnreadableCell]:
        """Yield each place of a table of which no value can be made."""
        with db_errors.as_store_error(self.place):
            yield from unreadable_cells(self.connection, list(table.columns))

    def by_key(self, kind: type[T], column: Column[Any], keys: Collection[str], *more: ColumnElement[bool]) -> list[T]:
        """Return the values whose ``column`` is one of ``keys``, in any number, and that meet what ``more`` asks."""
        wanted = list(dict.fromkeys(keys))
        found: list[T] = []
        for start in range(0, len(wanted), _CHUNK):
            found += self.values(kind, select(column.table).where(column.in_(wanted[start : start + _CHUNK]), *more))
        return found

    @contextmanager
    def _named(self, statement: Executable) -> Iterator[None]:
        """Name the row and column of a query that could not be read."""
        try:
            yield
        except FAULTS as error:
            bad = sift(self.connection, statement).bad if isinstance(statement, Select) else ()
            if not bad:
                raise
            raise db_errors.unreadable(self.place, bad) from error


def _as_kept(part: Any) -> Any:
    return holdable(part) if isinstance(part, str) else part


def row(value: Any, fields: Iterable[str]) -> dict[str, Any]:
    """Return the attributes of ``value`` named by ``fields`` (at least two) as a row."""
    names = tuple(fields)
    return dict(zip(names, _getter(names)(value), strict=True))


@cache
def _getter(names: tuple[str, ...]) -> "attrgetter[Any]":
    return attrgetter(*names)
