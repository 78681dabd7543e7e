"""Opening a database: SQLite made durable and patient, PostgreSQL made to notice a dead peer.

Comes in: a URL. Goes out: a SQLAlchemy engine whose transactions begin the way the store needs them.

SQLite runs in WAL mode, so that people read while the service writes, with ``synchronous=FULL``: a commit that was
reported survives a power cut. NORMAL would keep the file whole too, but could forget the last commits, and with them
an acknowledgement somebody gave or a page somebody got. A database that can be made anew (replay) is opened with
``durable=False`` and does not wait for the disk.
"""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from detector.errors import ConfigError, Problem
from detector.store.db import db_errors
from detector.store.db.database_file import DatabaseFile

BUSY_SECONDS = 10
# Any number, so long as every Nabat uses the same: it names the lock that writers of one database take in turn.
WRITE_LOCK = 7_004_202_611_470_001
WRITES = "nabat_writes"
# How a transaction begins in SQLite: to write, to read, and not at all (the journal mode changes outside of one).
_SQLITE_BEGIN: dict[bool | None, tuple[str, ...]] = {
    True: ("PRAGMA query_only=OFF", "BEGIN IMMEDIATE"),
    False: ("PRAGMA query_only=ON", "BEGIN"),
    None: (),
}


def parse(url: str) -> URL:
    """Return the URL taken apart.

    Raises:
        ConfigError: It is not a URL of a database Nabat can use.
    """
    where = ("database", "url")
    fix = "write sqlite:////absolute/path/nabat.db or postgresql+psycopg://account@host/database"
    try:
        made = make_url(url)
    except ArgumentError:
        raise ConfigError(Problem(where=where, what="database.url is not a database URL", fix=fix)) from None
    if made.get_backend_name() == "postgresql":
        made = made.set(drivername="postgresql+psycopg")
    elif made.get_backend_name() != "sqlite" or made.database in (None, "", ":memory:"):
        raise ConfigError(Problem(where=where, what="database.url names neither a SQLite file nor PostgreSQL", fix=fix))
    return made


def connect(
    url: URL, *, durable: bool, make: bool = True, busy_seconds: float = BUSY_SECONDS
) -> tuple[Engine, DatabaseFile | None]:
    """Return the engine for ``url``, and the file of SQLite: made where it may be, readable by its owner only."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, busy_seconds, durable=durable, make=make)
    return _postgresql(url, busy_seconds), None


def _sqlite(url: URL, busy_seconds: float, *, durable: bool, make: bool) -> tuple[Engine, DatabaseFile]:
    path = Path(str(url.database)).absolute()
    try:
        if make:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600))
        found = path.stat()
        if found.st_mode & 0o077 and found.st_uid == os.geteuid():
            path.chmod(0o600)
    except OSError as error:
        raise db_errors.broken(str(path), error) from error
    file = DatabaseFile(path, busy_seconds)
    engine = create_engine(url, hide_parameters=True, creator=file.open)
    synchronous = "FULL" if durable else "OFF"

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        for pragma in (f"synchronous={synchronous}", "foreign_keys=ON", "trusted_schema=OFF", "secure_delete=FAST"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        for statement in _SQLITE_BEGIN[connection.get_execution_options().get(WRITES)]:
            connection.exec_driver_sql(statement)

    return engine, file


def use_wal(engine: Engine) -> None:
    """Switch a SQLite file to WAL mode, which it keeps; nothing happens when it is in that mode already."""
    with engine.connect() as connection:
        outside = connection.execution_options(**{WRITES: None})
        if outside.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
            outside.exec_driver_sql("PRAGMA journal_mode=WAL")


def _postgresql(url: URL, busy_seconds: float) -> Engine:
    patience = f"{round(busy_seconds * 1000)}ms"
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": BUSY_SECONDS,
            "application_name": "nabat",
            "options": f"-c timezone=UTC -c lock_timeout={patience} -c idle_in_transaction_session_timeout=5min",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        },
    )

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get(WRITES):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITE_LOCK})")
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    return engine
