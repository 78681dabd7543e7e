"""The state folder: made private, locked against a second daemon."""

import fcntl
import os
import stat
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from detector.errors import InputError, Problem, StoreError


def prepare(folder: Path) -> None:
    """Make the state folder, readable by the service's account only.

    Raises:
        StoreError: It cannot be made or written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the state folder {folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"the state folder {folder} cannot be written to")


def lock(folder: Path) -> Callable[[], None]:
    """Take the state folder for this process and return what gives it back.

    The folder itself is locked: a file in it may be deleted, and another one locked in its place. The file is locked
    as well, for file systems that lock no folder, and alone where anybody may open the folder: whoever can may lock it,
    and no service would start. The kernel drops both locks with the process, so a kill -9 leaves
    nothing to clean up.

    Raises:
        InputError: Another daemon works there.
        StoreError: The lock cannot be made or taken.
    """
    path = folder / "lock"
    try:
        with ExitStack() as held:
            _lock_folder(folder, held)
            file = held.enter_context(os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return held.pop_all().close  # given back twice, it closes nothing that took the number meanwhile
    except OSError as error:
        raise _refusal(path, error) from error


def _lock_folder(folder: Path, held: ExitStack) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    held.callback(os.close, descriptor)
    if os.fstat(descriptor).st_mode & stat.S_IROTH:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return  # some network file systems lock no folder


def _refusal(path: Path, error: OSError) -> InputError | StoreError:
    if not isinstance(error, BlockingIOError):
        return StoreError(f"the lock {path} cannot be taken: {error.strerror}; look at free space and permissions")
    return InputError(
        Problem(
            file=str(path.parent),
            what="another Nabat is running on this state folder",
            fix="stop it first, or give this one a `state` folder of its own",
        )
    )
