"""What lies in the folder of a replay, by name.

Comes in: the folder. Goes out: one without an earlier replay's answers. Whatever else lies there stays, and a folder in
which a service works is refused: its decisions would be gone. One replay at a time writes there.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from detector.errors import InputError, Problem, StoreError

ANSWERS = ("findings.jsonl", "alerts.jsonl", "incidents.jsonl")
DATABASE = "nabat.db"
WAITING = "waiting.db"
JOURNAL = "journal"
# What an answer is called until all of them are whole.
UNFINISHED = ".part"

# What only a state folder holds.
_OF_SERVICE = ("lock", "snapshots")
# What a journal's folder holds.
_OF_JOURNAL = ("day=*", "aside", "journal.of*")


def is_of_service(folder: Path) -> bool:
    """Tell whether a folder is where a service keeps its own."""
    return any((folder / each).exists() for each in _OF_SERVICE)


def clear(out: Path, state: Path) -> None:
    """Make the folder, and take out of it what an earlier replay left: nobody shall read one's answers as another's.

    Args:
        out: The folder.
        state: Where the service keeps its own.

    Raises:
        InputError: The service's decisions lie there, another replay writes there, or the folder cannot be used.
    """
    try:
        if out.resolve() == state.resolve() or is_of_service(out):
            what = "is the state folder of a service, whose decisions a replay would overwrite"
            raise InputError(Problem(file=str(out), what=what, fix="name another folder with --out"))
        out.mkdir(parents=True, exist_ok=True)
        with exclusive(out):
            _clear(out)
    except OSError as error:
        what = f"cannot be used for the answers: {error.strerror or type(error).__name__}"
        fix = "name a folder that this account may write to"
        raise InputError(Problem(file=str(out), what=what, fix=fix)) from None


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Tell failures to write the answers.

    Raises:
        StoreError: They cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"the answers cannot be written to {out}: {error.strerror or type(error).__name__}; "
            "look at free space and permissions"
        ) from error


def publish(out: Path) -> None:
    """Give the answers their names, now that all of them are whole.

    Raises:
        StoreError: That cannot be done.
    """
    with writing(out):
        for name in ANSWERS:
            (out / (name + UNFINISHED)).replace(out / name)


@contextmanager
def exclusive(out: Path) -> Iterator[None]:
    """Keep other replays from writing into the folder meanwhile; the kernel lets go with the process.

    Raises:
        InputError: Another replay writes there: one of another terminal, or the rest of one that was killed.
    """
    descriptor = os.open(out, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # some network file systems lock no folder
            _lock(descriptor, out)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, out: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        what = "another replay is writing there"
        raise InputError(Problem(file=str(out), what=what, fix="wait for it, or name another --out")) from None


def remove_database(out: Path, database: str) -> None:
    """Remove a database of a replay; it may not be there."""
    for name in (database, f"{database}-wal", f"{database}-shm"):
        (out / name).unlink(missing_ok=True)


def _clear(out: Path) -> None:
    remove_database(out, DATABASE)
    remove_database(out, WAITING)
    for old in (*ANSWERS, *(each + UNFINISHED for each in ANSWERS)):
        (out / old).unlink(missing_ok=True)
    _clear_journal(out / JOURNAL)


def _clear_journal(folder: Path) -> None:
    """Remove a replay's journal, and nothing that somebody else keeps under such a name."""
    for old in [found for pattern in _OF_JOURNAL for found in folder.glob(pattern)]:
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        else:
            old.unlink()
    with suppress(OSError):  # it is not there, or holds something else
        folder.rmdir()
