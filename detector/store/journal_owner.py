"""Which database a journal's folder belongs to: files are worth nothing without their table, and must outlive a mix-up.

Comes in: a folder and a unit. Goes out: agreement, or a refusal. Without it, a service started on an empty database
over the folder of another would take years of touches for the remains of a crash.
"""

from pathlib import Path
from secrets import token_hex

from detector.errors import StoreError
from detector.store import atomic_file
from detector.store.db import db_errors
from detector.store.repos.kv import KeyValues
from detector.store.unit_of_work import UnitOfWork

_MARK = "journal.of"
_KEY = "store.id"


def is_named(kv: KeyValues) -> bool:
    """Say whether the database has its name."""
    return kv.get(_KEY) is not None


def name(kv: KeyValues) -> None:
    """Give a new database its name. It is drawn, not derived: two databases of the same content are two."""
    if not is_named(kv):
        kv.set(_KEY, token_hex(16))


def claim(unit: UnitOfWork, folder: Path) -> None:
    """Make sure that folder and database belong together; a folder without touches is taken.

    Raises:
        StoreError: The folder holds the touches of another database.
    """
    mark, wanted = folder / _MARK, (unit.kv.get(_KEY) or "").encode()
    try:
        there = mark.read_bytes() if mark.exists() else b""
    except OSError as error:
        raise db_errors.broken(str(mark), error) from error
    if there == wanted:
        return
    if any(folder.glob("day=*/*.parquet")):
        raise StoreError(
            f"the access journal in {folder} belongs to another database than {unit.session.place}: "
            "give database.url of that one, or another state folder; nothing was changed"
        )
    atomic_file.write_whole(mark, lambda file: file.write(wanted))
