"""Does the service work at this moment? Asked from another process, for ``nabat check``.

Comes in: the settings. Goes out: what does not work now, and what could not be asked. A file is written and removed
where the service keeps its state; the running service is asked whether it is ready, as a machine would.
"""

import os
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryFile

from detector.errors import ConfigError, Problem
from detector.settings import Settings
from detector.store import parse_database_url

_SIZE = 1 << 20
"""Bytes that are written to see whether there is room: a snapshot of a small service takes as much."""
_SECONDS = 5.0
_LONGEST = 4_000
_NOT_READY = 503


def unwritable(settings: Settings) -> Iterator[Problem]:
    """Yield the folders of the service's state that take no write, though the account may write there."""
    state = settings.state.absolute()
    told = set[tuple[int, str]]()
    for folder in dict.fromkeys((state, state / "journal", state / "snapshots", *_of_database(settings))):
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            continue
        why, disk = _refused(folder), folder.stat().st_dev
        if why and (disk, why) not in told:  # of each disk once
            told.add((disk, why))
            yield Problem(
                file=str(folder),
                what=f"the state cannot be written there: {why}; the service reads no further and tells nobody of "
                "anything new until it can",
                fix="free space, or make it writable; the logs keep what comes, so let none be deleted",
            )


def _of_database(settings: Settings) -> Iterator[Path]:
    try:
        url = parse_database_url(settings.database_url)
    except ConfigError:
        return  # told as a mistake of the configuration
    if url.get_backend_name() == "sqlite":
        yield Path(str(url.database)).absolute().parent


def _refused(folder: Path) -> str:
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_SIZE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def not_ready(settings: Settings) -> tuple[list[Problem], list[str]]:
    """Ask the running service whether it is ready; return what it says is wrong, and what could not be asked."""
    web = settings.web
    if settings.never_ran or not web.enabled or not web.port:
        return [], []
    # http.client: no proxy of the environment stands between us and this machine.
    connection = HTTPConnection(web.host, web.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        status, said = answer.status, answer.read(_LONGEST).decode(errors="replace").strip()
    except (OSError, HTTPException) as error:
        why = getattr(error, "strerror", "") or type(error).__name__
        return [], [f"whether the running service is ready ({web.host}:{web.port}/readyz: {why})"]
    finally:
        connection.close()
    if status == _NOT_READY:
        return [Problem(what=f"the running service is {said}", fix="it says on its first page what to do")], []
    return [], []
