"""A private PostgreSQL cluster for the tests: started once a test run on a socket of its own, gone at its end.

Import the fixture ``postgres_url`` into a conftest; each test that asks for it gets an empty database.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

_NUMBERS = count()
_SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "30",
    "log_min_messages": "fatal",
}


def binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


def _owner() -> list[str] | None:
    """Return the words that run a command as an account PostgreSQL accepts (it refuses root); None: there are none."""
    if os.geteuid():
        return []
    if shutil.which("runuser"):
        return ["runuser", "-u", "postgres", "--"]
    if shutil.which("setpriv"):
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
    return None


def missing() -> str:
    """Return why no cluster can be started here; empty when one can."""
    if binaries() is None:
        return "PostgreSQL is not installed: no initdb under /usr/lib/postgresql/*/bin or in PATH"
    if _owner() is None:
        return "PostgreSQL does not run as root, and neither runuser nor setpriv (Debian package util-linux) is there"
    if os.geteuid() == 0 and not _account():
        return "PostgreSQL does not run as root, and there is no account called postgres"
    return ""


def _account() -> bool:
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return False
    return True


def as_owner(*command: str) -> None:
    subprocess.run(
        [*(_owner() or []), *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/"
    )


@cache
def cluster() -> Path | None:
    """Start the cluster, once; return the folder of its socket, or None where there can be none."""
    there = binaries()
    if there is None or missing():
        return None
    folder = Path(tempfile.mkdtemp(prefix="nabat-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    as_owner(str(there / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "--no-locale", "-EUTF8")
    options = " ".join(f"-c {name}={value}" for name, value in {**_SETTINGS, "unix_socket_directories": folder}.items())
    control = (str(there / "pg_ctl"), "-D", str(data))
    as_owner(*control, "-w", "-l", str(folder / "server.txt"), "-o", options, "start")

    @atexit.register
    def stop() -> None:
        as_owner(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    return folder


def administer(folder: Path, statement: str) -> None:
    """Run one statement as the cluster's owner."""
    with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def new_database() -> str:
    """Make an empty database and return its URL; the test is skipped where it cannot run."""
    folder = cluster()
    if folder is None:
        pytest.skip(missing())
    name = f"nabat{next(_NUMBERS)}"
    administer(folder, f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Return the URL of an empty PostgreSQL database."""
    url = new_database()
    yield url
    folder = cluster()
    assert folder is not None
    administer(folder, f"DROP DATABASE {url.rpartition('@/')[2].partition('?')[0]} WITH (FORCE)")
