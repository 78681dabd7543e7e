"""Beginning the chain in a database that holds cases already: what stands there is recorded, marked as from before.

Comes in: a write transaction. Goes out: one record a case of the kind ``before``. Likewise for a table or a column that
a newer program covers for the first time. What was there before could have been altered before: the mark says so.
"""

import json
from collections.abc import Callable, Collection
from datetime import datetime

from detector.store.chain.case_tables import CASE_TABLES, CaseTable
from detector.store.chain.chain_writer import BEFORE, ChainWriter, Change
from detector.store.chain.change_recorder import NABAT
from detector.store.chain.recorded_rows import RowReader, canonical_json
from detector.store.db.session import Session
from detector.store.repos.kv import KeyValues

_KEY, _NONE = "chain.columns", "none"


def _covered() -> dict[str, list[str]]:
    return {name: list(case.covered) for name, case in CASE_TABLES.items()}


def covers_all(kv: KeyValues) -> bool:
    """Say whether the chain of this database covers every table and column it should, or there is to be none."""
    return kv.get(_KEY) in (canonical_json(_covered()), _NONE)


def leave_unchained(kv: KeyValues) -> None:
    """Note that a database that can be made anew, such as a replay's, has no chain, whoever opens it later."""
    if kv.get(_KEY) is None:
        kv.set(_KEY, _NONE)


def has_chain(kv: KeyValues) -> bool:
    """Say whether this database says that it has a chain."""
    return kv.get(_KEY) not in (None, _NONE)


def begin_chain(session: Session, kv: KeyValues, now: Callable[[], datetime]) -> None:
    """Record what the chain does not cover yet."""
    known, writer = json.loads(kv.get(_KEY) or "{}"), ChainWriter(session, now)
    for name, case in CASE_TABLES.items():
        new = [column for column in case.covered if column not in known.get(name, ())]
        if new or name not in known:
            _record(RowReader(session), writer, case, new)
    kv.set(_KEY, canonical_json(_covered()))


def _record(rows: RowReader, writer: ChainWriter, case: CaseTable, columns: Collection[str]) -> None:
    for incident_id in sorted(rows.owners(case)):  # one case after the other: all at once may not fit into memory
        found = sorted(rows.of_case(case, incident_id).items())
        its: list[Change] = [(case.table.name, key, {name: row[name] for name in columns}) for key, row in found]
        if its:
            writer.append(incident_id, its, kind=BEFORE, by=NABAT)
