"""The state folder: made private, locked against a second daemon."""

import fcntl
import os
import pwd
import stat
from collections.abc import Callable
from contextlib import ExitStack, suppress
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
        raise StoreError(f"the state folder {folder} cannot be made: {error.strerror}{_mended(folder)}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        why = "" if os.statvfs(folder).f_flag & os.ST_RDONLY else _mended(folder)
        raise StoreError(f"the state folder {folder} cannot be written to{why or ': its file system is read-only'}")


def _mended(path: Path) -> str:
    """Return whose a folder, or the nearest above it that can be seen, is, whom the service runs as, and what mends it.

    Empty where more rights would mend nothing.
    """
    us = os.geteuid()
    for near in (path, *path.parents):
        with suppress(OSError):
            found = near.stat()
            if os.access(near, os.W_OK | os.X_OK):
                return ""
            whose = f"{near} belongs to {_name(found.st_uid)}, mode {stat.S_IMODE(found.st_mode):04o}"
            made = "" if near == path else f"sudo mkdir -p {path} && "
            command = f"chmod u+rwx {near}" if found.st_uid == us else f"{made}sudo chown -R {_name(us)} {path}"
            return f"; {whose}, and the service runs as {_name(us)}: {command}"
    return ""


def _name(account: int) -> str:
    """Return the name of an account, or its number where it has none."""
    try:
        return pwd.getpwuid(account).pw_name
    except KeyError:
        return str(account)


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
