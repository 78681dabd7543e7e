"""The store: opening the database, and its transactions.

Comes in: a URL. Goes out: units, for writing one at a time across all processes, for reading as many as are asked for.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Engine

from detector.clock import Clock, SystemClock
from detector.errors import StoreError
from detector.schema.events.lines import Position
from detector.store import journal_owner, migrate
from detector.store.chain.begin_chain import begin_chain, covers_all, leave_unchained
from detector.store.chain.change_recorder import ChangeRecorder
from detector.store.db import db_errors, engine
from detector.store.db.database_file import DatabaseFile
from detector.store.db.session import Session
from detector.store.repos.incidents.cache import CacheLimits, WriteCache
from detector.store.repos.positions import Key
from detector.store.unit_of_work import UnitOfWork


class Store:
    """A database that is open and has the form this program knows. Safe to use from several threads.

    Attributes:
        place: Its address without secrets, for messages.
        commits: How many transactions of this process have changed it.
    """

    def __init__(
        self,
        opened: Engine,
        url: URL,
        file: DatabaseFile | None = None,
        *,
        busy_seconds: float = engine.BUSY_SECONDS,
        cached: CacheLimits | None = None,
        recorded: bool = True,
        clock: Clock | None = None,
    ) -> None:
        self._engine, self._file = opened, file
        self.place = url.render_as_string(hide_password=True)
        self.commits = 0
        self._turn = threading.Lock()
        self._positions: dict[Key, Position] = {}
        self._busy_seconds = busy_seconds
        self._cache = WriteCache(cached or CacheLimits())
        self._recorded, self._clock = recorded, clock or SystemClock()

    @classmethod
    def open(
        cls,
        url: str,
        *,
        durable: bool = True,
        upgrade: bool = True,
        make: bool = True,
        busy_seconds: float = engine.BUSY_SECONDS,
        cached: CacheLimits | None = None,
        clock: Clock | None = None,
    ) -> "Store":
        """Open the database; it is made or upgraded under the writers' lock, which nobody waits for otherwise.

        Args:
            url: ``sqlite:////path`` or ``postgresql://…``.
            durable: False for a database that can be made anew: SQLite then does not wait for the disk, and no chain is
                kept over the state of its cases.
            upgrade: False for who only looks: nothing is made or changed, and one of another form is refused.
            make: False for who works on what is there: a SQLite file that is missing is an error.
            busy_seconds: How long others who write are waited for.
            cached: How much of what it holds is remembered between transactions that write.
            clock: Tells when changes of cases are recorded; None: the machine's.

        Raises:
            ConfigError: The URL names no database Nabat can use.
            StoreError: The database cannot be reached or written, or a newer program has written it.
        """
        parsed = engine.parse(url)
        opened, file = engine.connect(parsed, durable=durable, make=make and upgrade, busy_seconds=busy_seconds)
        store = cls(opened, parsed, file, busy_seconds=busy_seconds, cached=cached, recorded=durable, clock=clock)
        try:
            if not upgrade:
                with store._transaction(write=False) as unit:
                    migrate.must_be_present(unit.session.connection, store.place)
                return store
            if parsed.get_backend_name() == "sqlite":
                with db_errors.as_store_error(store.place):
                    engine.use_wal(store._engine)
            with store._transaction(write=False) as unit:
                ready = (
                    migrate.is_current(unit.session.connection)
                    and journal_owner.is_named(unit.kv)
                    and covers_all(unit.kv)
                )
            if not ready:
                with store._transaction(write=True) as unit:
                    migrate.upgrade(unit.session.connection, store.place)
                    journal_owner.name(unit.kv)
                    if durable:
                        begin_chain(unit.session, unit.kv, store._clock.now)
                    else:
                        leave_unchained(unit.kv)
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
        if self._file is not None:
            self._file.close()

    def guard(self) -> None:
        """Hold the database from now on, so that ``put_back`` can, whoever removes its file. A server needs none."""
        if self._file is not None:
            self._file.hold()

    @property
    def put_back_because(self) -> str:
        """Why the file had to be put back since it was opened; empty when it never had to."""
        return self._file.put_back_because if self._file is not None else ""

    def put_back(self) -> None:
        """Put a guarded database's file back in its place, if it was removed or replaced; else nothing happens.

        Raises:
            StoreError: That cannot be done; nothing can be committed until it was.
        """
        if self._file is None or not self._file.displaced():
            return
        with self._my_turn():
            try:
                self._file.put_back()
            finally:
                self._engine.dispose()  # these connections lead to the file that is gone

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Begin a write transaction: committed at a normal end of the block, rolled back at an exception.

        Writers of all processes take turns, from the beginning of the block to its end: what is read inside cannot
        change before what is decided from it is written.

        Raises:
            StoreError: The database cannot serve; nothing was committed. The store is usable when the cause is gone.
                When a server's connection is lost at the very commit nobody can know whether it counted: do the same
                again, ids are derived and a repetition changes nothing.
        """
        with self._my_turn():
            with self._transaction(write=True) as unit:
                yield unit
            self.commits += 1

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Look at the database as it stands at one moment; it cannot be changed through this unit."""
        with self._transaction(write=False) as unit:
            yield unit

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self._busy_seconds):
            raise StoreError(f"another part of this process has been writing to {self.place} for too long")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[UnitOfWork]:
        session: Session | None = None
        try:
            with db_errors.as_store_error(self.place), self._engine.connect() as connection:
                connection.execution_options(**{engine.WRITES: write})
                with connection.begin() as transaction:
                    if self._file is not None:
                        self._file.must_be_in_place()
                    session = Session(connection, self.place)
                    recorder = ChangeRecorder(session, self._clock.now) if write and self._recorded else None
                    yield UnitOfWork(session, self._positions, self._cache)
                    if recorder is not None:
                        recorder.write()
                    if not write:
                        transaction.rollback()
        except BaseException:
            if session is not None:
                session.ended(committed=False)
            raise
        session.ended(committed=write)
