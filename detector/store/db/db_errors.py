"""What goes wrong with a database, in a sentence that says the consequence and what to do.

Comes in: an error of a driver. Goes out: ``StoreError``. The driver's own text is left out: it could quote a
value.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError

from detector.errors import StoreError, UnreadableRowError
from detector.store.db.unreadable_rows import UnreadableCell

# So many places are named in one message.
_NAMED = 3

_CAUSES: tuple[tuple[str, str], ...] = (
    ("SQLITE_FULL", "the disk is full: free some space"),
    ("SQLITE_IOERR", "the disk refuses to read or write: look at free space and the system's messages"),
    ("SQLITE_READONLY", "it is read-only: give the service's account the right to write the file and its folder"),
    ("SQLITE_CANTOPEN", "it cannot be opened: look at the folder's existence and permissions"),
    ("SQLITE_BUSY", "another process has been writing for too long: find what holds it, then try again"),
    ("SQLITE_LOCKED", "another process has been writing for too long: find what holds it, then try again"),
    ("SQLITE_CORRUPT", "the file is damaged: stop the service and restore a backup"),
    ("SQLITE_NOTADB", "the file is not a database: move it away or restore a backup"),
    ("SQLITE_PERM", "access is not permitted: look at the file's permissions"),
    ("SQLITE_CONSTRAINT", "a row contradicts another one, which is a defect of the program"),
    ("53100", "the server's disk is full: free some space there"),
    ("53", "the server is out of resources: look at its memory, disk and connection limit"),
    ("25006", "the server is read-only: connect to the primary"),
    ("55P03", "another process has been writing for too long: find what holds it, then try again"),
    ("40", "another process was in the way: try again"),
    ("28", "the server refuses the account or its password: look at database.url"),
    ("3D", "the server has no such database: create it or look at database.url"),
    ("42501", "the account lacks a right: grant it the database's schema"),
    ("57", "the server ended the connection: it is restarting or was told to"),
    ("08", "the connection is lost: look at the server and the way to it"),
    ("23", "a row contradicts another one, which is a defect of the program"),
)


def sentence(error: SQLAlchemyError) -> str:
    """Return why the database could not serve, and what to do about it."""
    if isinstance(error, TimeoutError):
        return "all connections are in use"
    if not isinstance(error, DBAPIError):
        return f"the program used it wrongly ({type(error).__name__})"
    code = str(getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or "")
    for prefix, words in _CAUSES:
        if code.startswith(prefix):
            return words
    if not code:
        return "no connection: look at the server and the way to it"
    return f"it refused ({type(error.orig).__name__}, {code})"


@contextmanager
def as_store_error(place: str) -> Iterator[None]:
    """Turn errors of the database inside the block into ``StoreError`` naming ``place`` (without secrets)."""
    try:
        yield
    except SQLAlchemyError as error:
        raise StoreError(f"nothing was committed to the database {place}: {sentence(error)}") from error


def unreadable(place: str, cells: Sequence[UnreadableCell]) -> UnreadableRowError:
    """Return the error for rows of which no values can be made."""
    named = "; ".join(map(str, cells[:_NAMED])) + (f"; and {len(cells) - _NAMED} more" if len(cells) > _NAMED else "")
    return UnreadableRowError(
        f"{named}: what stands there cannot be read; the database {place} was altered or is damaged: "
        "look at `nabat verify`, and put the recorded value or a backup in its place"
    )


def broken(place: str, error: OSError) -> StoreError:
    """Return the error for a file or folder that cannot be used."""
    return StoreError(
        f"cannot use {place}: {error.strerror or type(error).__name__}; look at free space and permissions"
    )
