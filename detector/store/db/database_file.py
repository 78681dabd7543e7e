"""A SQLite file that must stay where it was opened: who removes or replaces it takes nothing away.

Comes in: the path of a database that is open. Goes out: a refusal while another file, or none, lies there; and the file
put back. A connection that stays open holds what the file held, whatever becomes of its name, and it is copied from
there under the writers' lock, so that nothing written is left out. What lies in its place is moved aside, not deleted.
Without this, connections opened before and after would look at two databases.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from detector.errors import StoreError
from detector.store.db import db_errors

GONE, REPLACED = "database-gone", "database-replaced"


class DatabaseFile:
    """The file of one open database.

    Attributes:
        path: Where it lies.
        put_back_because: Why it had to be put back (``GONE``, ``REPLACED``); empty when it never had to.
    """

    def __init__(self, path: Path, busy_seconds: float) -> None:
        self.path = path
        self.put_back_because = ""
        self._busy_seconds = busy_seconds
        self._opened, self._folder = _identity(path), _identity(path.parent)
        self._held: tuple[sqlite3.Connection, ...] = ()
        self._beside: set[tuple[int, int] | None] = set()

    def open(self) -> sqlite3.Connection:
        """Open a connection to the file, and to no other; none is made.

        Raises:
            sqlite3.Error: It cannot be opened, or lies there no more.
        """
        uri = f"file:{quote(str(self.path))}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=self._busy_seconds, check_same_thread=False)
        if _identity(self.path) != self._opened:
            connection.close()
            raise sqlite3.OperationalError("the file was removed or replaced")
        return connection

    def hold(self) -> None:
        """Keep what the file holds within reach, whatever becomes of its name.

        Raises:
            StoreError: It cannot be opened.
        """
        if self._held:
            return
        try:
            # One to copy from, one to hold the writers' lock meanwhile: SQLite copies nothing of who writes.
            self._held = self._opened_fully(), self._opened_fully()
            self._beside = {_identity(each) for each in self._files_beside(self.path)}
        except sqlite3.Error as error:
            raise StoreError(f"the database {self.path} cannot be held open: {error}") from error

    def _opened_fully(self) -> sqlite3.Connection:
        connection = self.open()
        connection.isolation_level = None
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # only now are its files open
        return connection

    def displaced(self) -> str:
        """Return why the open file is no longer at its path; empty when it is, or was moved with its folder.

        A folder that was moved took the file along, and what lies in its place may be another service's.
        """
        there = _identity(self.path)
        if there != self._opened and _identity(self.path.parent) != self._folder:
            return ""
        return "" if there == self._opened else REPLACED if there else GONE

    def must_be_in_place(self) -> None:
        """Refuse to go on with a file that nobody else finds.

        Raises:
            StoreError: Nothing lies there, or another file.
        """
        why = self.displaced()
        if why:
            what = "is gone" if why == GONE else "was replaced by another file"
            raise StoreError(f"nothing was committed: the database {self.path} {what} while it was in use")

    def put_back(self) -> None:
        """Put the file back where it was, as far as anybody has written to it.

        Raises:
            StoreError: That cannot be done; it is tried again with the next call.
        """
        why = self.displaced()
        if not why or not self._held:
            return
        source, lock = self._held
        copy = self.path.with_name(f"{self.path.name}.back")
        try:
            lock.execute("BEGIN IMMEDIATE")
            try:
                _copy(source, copy)
                self._move_aside()
                self._opened = _identity(copy)
                copy.rename(self.path)
                _sync(self.path.parent)
            finally:
                lock.execute("ROLLBACK")
                copy.unlink(missing_ok=True)
        except OSError as error:
            raise db_errors.broken(str(self.path), error) from error
        except sqlite3.Error as error:
            raise StoreError(f"the database {self.path} cannot be put back: {error}") from error
        self.put_back_because = why
        self._held = ()
        try:
            self.hold()
        except StoreError:
            self._held = source, lock  # displaced again already: all is still within reach, and tried again
            raise
        source.close()
        lock.close()

    def _move_aside(self) -> None:
        """Make room: another database is kept beside ours, whole; what is left of ours is in the copy."""
        for each in self._files_beside(self.path):
            if _identity(each) in self._beside or not self.path.exists():
                each.unlink(missing_ok=True)
        if self.path.exists():
            aside = next(each for each in self._names() if not each.exists())
            for theirs, there in zip(self._files_beside(self.path), self._files_beside(aside), strict=True):
                with contextlib.suppress(FileNotFoundError):
                    theirs.rename(there)
            self.path.rename(aside)

    @staticmethod
    def _files_beside(path: Path) -> tuple[Path, ...]:
        return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm"))

    def _names(self) -> Iterator[Path]:
        number = 0
        while True:
            number += 1
            yield self.path.with_name(f"{self.path.name}.aside-{number}")

    def close(self) -> None:
        """Let go of what is held."""
        for connection in self._held:
            connection.close()
        self._held = ()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise db_errors.broken(str(path), error) from error
    return found.st_dev, found.st_ino


def _copy(source: sqlite3.Connection, to: Path) -> None:
    to.unlink(missing_ok=True)
    os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    with contextlib.closing(sqlite3.connect(to)) as made:
        source.backup(made)
    _sync(to)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
