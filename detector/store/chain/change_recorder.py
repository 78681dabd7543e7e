"""What a transaction changes of cases, recorded when it ends: nobody who writes has to think of it.

Comes in: from the session, which rows are about to be written. Goes out: records of the chain in the same transaction,
so that state and chain become true together. A row is read before it is written and once more at the end; what differs
is recorded.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy import Table

from detector.store.chain.case_tables import CASE_TABLES, CaseTable
from detector.store.chain.chain_writer import ChainWriter, Change
from detector.store.chain.recorded_rows import Key, RowCells, RowReader
from detector.store.db.session import Session

NABAT = "nabat"
_WRITTEN = "written"


class ChangeRecorder:
    """Watches one write transaction.

    Args:
        session: The transaction.
        now: Tells when it is recorded.
    """

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._rows, self._writer = RowReader(session), ChainWriter(session, now)
        self._before: dict[str, dict[Key, RowCells | None]] = {}
        session.watch(CASE_TABLES, self._about_to_write)

    def write(self) -> None:
        """Record what the transaction changed; to be called last in it."""
        before, self._before = self._before, {}
        changes: dict[str, list[Change]] = defaultdict(list)
        for name in sorted(before):
            self._compare(CASE_TABLES[name], before[name], changes)
        for incident_id, its in sorted(changes.items()):
            kinds = [values for table, _, values in its if table == "entries" and values]
            kind = "+".join(dict.fromkeys(str(values.get("kind", "")) for values in kinds)) or _WRITTEN
            by = next((str(values["by"]) for values in kinds if values.get("by")), NABAT)
            self._writer.append(incident_id, its, kind=kind, by=by)

    def _about_to_write(self, table: Table, keys: Collection[Key]) -> None:
        known = self._before.setdefault(table.name, {})
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            there = self._rows.by_keys(CASE_TABLES[table.name], new)
            known.update((key, there.get(key)) for key in new)

    def _compare(
        self, case: CaseTable, before: Mapping[Key, RowCells | None], changes: dict[str, list[Change]]
    ) -> None:
        there = self._rows.by_keys(case, list(before))
        after = {key: there.get(key) for key in before}
        old_owners, owners = self._rows.owner_of(case, before), self._rows.owner_of(case, after)
        for key in sorted(before):
            old, new, left, owner = before[key], after[key], old_owners[key], owners[key]
            if left is not None and left != owner:
                changes[left].append((case.table.name, key, None))
            if new is None or owner is None:
                continue
            known = old if old is not None and left == owner else {}
            changed = {name: cell for name, cell in new.items() if name not in known or known[name] != cell}
            if changed or not known:
                changes[owner].append((case.table.name, key, changed))
