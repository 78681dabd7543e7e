"""Comparing the state of cases with the chain: the tables are rebuilt from its records, and every difference is told.

Comes in: a transaction that reads, and heads of the chain kept elsewhere. Goes out: ``ChainDifference``. Nothing is
trusted: a record, a row or a value may be anything that can be written into a database.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from detector.schema.case.chain import SEAL_DIGITS, ChainDifference, ChainFlaw
from detector.store.chain.begin_chain import has_chain
from detector.store.chain.case_tables import CASE_TABLES
from detector.store.chain.chain_writer import BEFORE, CHAIN, record_hash
from detector.store.chain.recorded_rows import Cell, Key, RowCells, RowReader
from detector.store.db import tables
from detector.store.db.session import Session
from detector.store.repos.kv import KeyValues

_SHOWN = 80
State = dict[str, dict[Key, RowCells]]


def check_everything(session: Session, known_heads: Iterable[tuple[int | None, str]] = ()) -> Iterator[ChainDifference]:
    """Yield every difference between database and chain.

    Args:
        session: A transaction that reads.
        known_heads: Numbers of records (None: not known) with their hashes, or the beginnings of such, as they were
            kept elsewhere.
    """
    rows = RowReader(session)
    if not has_chain(KeyValues(session)):
        yield _difference(ChainFlaw.NO_CHAIN)
    known: dict[int | None, set[str]] = defaultdict(set)
    for number, digits in known_heads:
        known[number].add(digits)
    seals = known.pop(None, set())
    yield from _links(rows, {number: digits for number, digits in known.items() if number is not None}, seals)
    yield from _unreadable(session)
    cases = {str(row[0]) for row in session.rows(select(tables.chain.c.incident_id).distinct())}
    for case in CASE_TABLES.values():
        cases |= rows.owners(case)
    for incident_id in sorted(cases):
        yield from check_case(session, incident_id)


def check_case(session: Session, incident_id: str) -> Iterator[ChainDifference]:
    """Yield the differences of one case: of its part of the chain, and of its rows."""
    rows = RowReader(session)
    records = [{"number": key[0], **row} for key, row in rows.owned(CHAIN, incident_id).items()]
    state: State = {name: {} for name in CASE_TABLES}
    yield from _fold(incident_id, sorted(records, key=lambda record: _whole(record["sequence"])), state)
    held = rows.tables_with_rows(CASE_TABLES, incident_id)
    for name, case in CASE_TABLES.items():
        yield from _compared(incident_id, name, state[name], rows.of_case(case, incident_id) if name in held else {})


def is_chained(session: Session) -> bool:
    """Tell whether a database has a chain to compare with."""
    kept = session.one(select(tables.chain.c.number).limit(1)) is not None
    return kept or has_chain(KeyValues(session))


def _unreadable(session: Session) -> Iterator[ChainDifference]:
    """Yield what no value can be made of, in any table but the chain, which is read as texts only."""
    for table in tables.METADATA.sorted_tables:
        if table is not tables.chain:
            for cell in session.unreadable(table):
                args = {"table": cell.table, "key": cell.key, "column": cell.column}
                yield _difference(ChainFlaw.UNREADABLE, cell.incident_id, **args)


def _links(rows: RowReader, known: dict[int, set[str]], seals: set[str]) -> Iterator[ChainDifference]:
    """Follow the chain over everything from its first record to its last; ``seals``: of records of any number."""
    previous, expected = "", 1
    for key, row in rows.each(CHAIN):
        number, record = _whole(key[0]), {"number": key[0], **row}
        if number != expected:
            yield _difference(ChainFlaw.RECORD_MISSING, number=expected)
        elif record["previous_all"] != previous:
            yield _difference(ChainFlaw.RECORD_UNLINKED, str(record["incident_id"]), number=number)
        if record_hash(record) != record["hash"]:
            yield _difference(ChainFlaw.RECORD_ALTERED, str(record["incident_id"]), number=number)
        if not all(str(record["hash"]).startswith(digits) for digits in known.pop(number, ())):
            yield _difference(ChainFlaw.HEAD_MISSING, number=number)
        previous, expected = str(record["hash"]), number + 1
        seals.discard(previous[:SEAL_DIGITS])
    for number in sorted(known):
        yield _difference(ChainFlaw.HEAD_MISSING, number=number)
    for seal in sorted(seals):
        yield _difference(ChainFlaw.SEAL_MISSING, seal=seal)


def _fold(incident_id: str, records: Iterable[Mapping[str, Cell]], state: State) -> Iterator[ChainDifference]:
    """Rebuild a case's rows from its records, following its own part of the chain."""
    previous, expected = "", 1
    for record in records:
        number = _whole(record["number"])
        if record["sequence"] != expected or record["previous"] != previous or record_hash(record) != record["hash"]:
            yield _difference(ChainFlaw.RECORD_UNLINKED, incident_id, number=number)
        previous, expected = str(record["hash"]), _whole(record["sequence"]) + 1
        for table, key, values in _changes(record["data"]):
            if table in state:
                yield from _apply(incident_id, state, record, (table, key, values))


def _apply(
    incident_id: str, state: State, record: Mapping[str, Cell], change: tuple[str, Key, RowCells | None]
) -> Iterator[ChainDifference]:
    table, key, values = change
    rows = state[table]
    if values is None:
        rows.pop(key, None)
        return
    known = rows.setdefault(key, {})
    if record["kind"] == BEFORE:
        # Such a record adds what was not covered: one that says again what was recorded hides what became of it.
        for name in sorted(known.keys() & values.keys()):
            args: dict[str, str | int] = {
                "number": _whole(record["number"]),
                "table": table,
                "key": _name(key),
                "column": name,
            }
            yield _difference(ChainFlaw.RESTATED, incident_id, **args)
    known.update(values)


def _changes(data: Cell) -> Iterator[tuple[str, Key, RowCells | None]]:
    """Yield what a record holds; of one that was altered beyond reading nothing, for its hash says so already."""
    try:
        read: Any = json.loads(str(data))
        found = [(str(table), tuple(key), None if values is None else dict(values)) for table, key, values in read]
    except (ValueError, TypeError):
        return
    yield from found


def _compared(
    incident_id: str, table: str, recorded: Mapping[Key, RowCells], found: Mapping[Key, RowCells]
) -> Iterator[ChainDifference]:
    for key in sorted(recorded.keys() | found.keys(), key=_name):
        about = {"table": table, "key": _name(key)}
        if key not in found:
            yield _difference(ChainFlaw.ROW_MISSING, incident_id, **about)
        elif key not in recorded:
            yield _difference(ChainFlaw.ROW_ADDED, incident_id, **about)
        else:
            for name, cell in found[key].items():
                said = recorded[key].get(name)
                if said != cell or type(said) is not type(cell):
                    shown = {"column": name, "found": _shown(cell), "recorded": _shown(said)}
                    yield _difference(ChainFlaw.VALUE, incident_id, **about, **shown)


def _name(key: Key) -> str:
    return " ".join(map(str, key))


def _shown(cell: Cell) -> str:
    text = "–" if cell is None else str(cell)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _whole(value: Cell) -> int:
    return value if isinstance(value, int) else 0


def _difference(flaw: ChainFlaw, incident_id: str = "", **args: str | int) -> ChainDifference:
    return ChainDifference(flaw=flaw, incident_id=incident_id, args=tuple(args.items()))
