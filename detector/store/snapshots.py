"""Snapshots of the detection state: the tables, and the positions they stand at.

Comes in: state tables. Goes out: the newest snapshot that is whole, or none with the reason. A snapshot is one file (a
zip without compression of its own, holding one Arrow file a table) whose fingerprint stands in the database, in the
same transaction as the decisions made up to there. The last two are kept: if the newest is damaged, the one before
serves and more lines are read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import polars as pl
from polars.exceptions import PolarsError
from sqlalchemy import Row, delete, select

from detector.schema.events.lines import Position
from detector.store import atomic_file
from detector.store.database import Store
from detector.store.db import tables
from detector.store.db.session import Session
from detector.store.unit_of_work import UnitOfWork

FORMAT = 1
KEPT = 2
_SUFFIX = ".arrow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The detection state at one moment.

    Attributes:
        number: Grows by one with each snapshot.
        tables: The state, by name.
        positions: How far the lines behind it were read.
        meta: What the saver noted with it (versions, event time).
    """

    number: int
    tables: dict[str, pl.DataFrame]
    positions: tuple[Position, ...]
    meta: dict[str, str]


class Snapshots:
    """The snapshots in one folder, with their rows in a store.

    Attributes:
        problem: Why the last ``load`` could not give the newest snapshot; empty when it could or there is none.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder
        self._store = store
        self._swept = False
        self.problem = ""
        atomic_file.make_folder(folder)

    def save(
        self,
        unit: UnitOfWork,
        state: Mapping[str, pl.DataFrame],
        positions: Sequence[Position],
        meta: Mapping[str, str],
    ) -> None:
        """Write a snapshot that counts when ``unit`` commits; older ones than the last two go then."""
        known = _rows(unit.session)
        with atomic_file.using(self._folder):
            self._sweep(unit.session, known)
        number = known[0].number + 1 if known else 1
        path = self._folder / f"snapshot-{number:012d}.zip"
        atomic_file.write_whole(path, lambda file: _pack(file, state))
        with atomic_file.using(path):
            size, sha256 = path.stat().st_size, atomic_file.fingerprint(path)
        fresh = {
            "number": number,
            "path": path.name,
            "format": FORMAT,
            "bytes": size,
            "sha256": sha256,
            "positions": tuple(positions),
            "meta": dict(meta),
        }
        unit.session.upsert(tables.snapshots, [fresh])
        table, old = tables.snapshots, known[KEPT - 1 :]
        if old:
            unit.session.run(delete(table).where(table.c.number <= old[0].number))
            paths = [self._folder / each.path for each in old]
            unit.session.after_commit(lambda: atomic_file.remove(paths))

    def load(self) -> Snapshot | None:
        """Return the newest snapshot that is whole; ``problem`` says what was wrong with newer ones."""
        with self._store.read() as unit:
            known = _rows(unit.session)
        complaints: list[str] = []
        found: Snapshot | None = None
        for each in known:
            said, found = self._open(each)
            if found is not None:
                break
            complaints.append(said)
        self.problem = "; ".join(complaints)
        return found

    def _open(self, each: Row[*tuple[Any, ...]]) -> tuple[str, Snapshot | None]:
        """Return the snapshot of a row, or what is wrong with it."""
        path = self._folder / each.path
        if each.format != FORMAT:
            return f"snapshot {each.path} has form {each.format}, this program reads {FORMAT}", None
        try:
            raw = path.read_bytes()
            if atomic_file.fingerprint_of(raw) != each.sha256:
                return f"snapshot {each.path} is damaged", None
            state = _unpack(raw)
        except (OSError, BadZipFile, PolarsError) as error:
            return f"snapshot {each.path} cannot be read ({type(error).__name__})", None
        return "", Snapshot(number=each.number, tables=state, positions=each.positions, meta=each.meta)

    def _sweep(self, session: Session, known: Sequence[Row[*tuple[Any, ...]]]) -> None:
        """Remove what a crash or a failure has left, as the journal does."""
        if not self._swept:
            names = {each.path for each in known}
            atomic_file.remove(path for path in self._folder.glob("snapshot-*") if path.name not in names)
            self._swept = True
        session.after_rollback(self._doubt)

    def _doubt(self) -> None:
        self._swept = False


def _rows(session: Session) -> Sequence[Row[*tuple[Any, ...]]]:
    return session.rows(select(tables.snapshots).order_by(tables.snapshots.c.number.desc()))


def _pack(file: BinaryIO, state: Mapping[str, pl.DataFrame]) -> None:
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, table in state.items():
            buffer = BytesIO()
            table.write_ipc(buffer, compression="zstd")
            archive.writestr(name + _SUFFIX, buffer.getbuffer())


def _unpack(raw: bytes) -> dict[str, pl.DataFrame]:
    with ZipFile(BytesIO(raw)) as archive:
        return {name.removesuffix(_SUFFIX): pl.read_ipc(BytesIO(archive.read(name))) for name in archive.namelist()}
