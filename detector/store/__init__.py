"""The database behind the stages' protocols, the access journal, and the snapshots of the detection state.

Comes in: decisions, event frames, state tables. Goes out: the same again after any crash.
Nothing here decides anything.
"""

from detector.store.database import Store
from detector.store.engine import parse as parse_database_url
from detector.store.gathered import Gathered
from detector.store.journal import Journal
from detector.store.scope import Reach, compute_scope, compute_scopes, reached, safe_cells, subjects_table, write_csv
from detector.store.snapshots import Snapshot, Snapshots
from detector.store.unit import Unit

__all__ = [
    "Gathered",
    "Journal",
    "Reach",
    "Snapshot",
    "Snapshots",
    "Store",
    "Unit",
    "compute_scope",
    "compute_scopes",
    "parse_database_url",
    "reached",
    "safe_cells",
    "subjects_table",
    "write_csv",
]
