"""Parts of the access journal: Parquet files, and the table that says which of them exist.

Comes in: journal frames and a session. Goes out: files with their rows in ``journal_parts``, in one transaction: a file
without a row does not exist for a reader, whatever lies in the folder. What a file will hold can be packed beforehand,
and elsewhere, without a database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl
from sqlalchemy import delete, func, select

from detector.schema.ids import derive
from detector.store import atomic_file
from detector.store.db import tables
from detector.store.db.session import Session

ASIDE = "aside"
_MAGIC = b"PAR1"
_CHUNK = 500
_FIRST_WRITTEN = datetime(2025, 1, 1, tzinfo=UTC).timestamp()
"""No part is older: a file's time before this one is of a file system, or a machine, that had no clock."""


class PartKind(StrEnum):
    """What a part holds; its file's name begins so."""

    TOUCHES = "part"
    REASONS = "why"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One day's touches, or their reasons, as they will stand in a file that is not written yet.

    Attributes:
        raw: The file's content.
        rows: Touches in it.
        first_at / last_at: Span of its events.
        kind: What is in it.
    """

    raw: bytes
    rows: int
    first_at: datetime
    last_at: datetime
    kind: PartKind = PartKind.TOUCHES


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPart:
    """One Parquet file of the journal.

    Attributes:
        id: Derived from the content.
        day: The day of its events, ``YYYY-MM-DD``, UTC.
        path: Relative to the journal's folder.
        rows: Touches in it. bytes: its size. sha256: its fingerprint.
        first_at / last_at: Span of its events.
        kind: What is in it, a ``PartKind``.
    """

    id: str
    day: str
    path: str
    rows: int
    bytes: int
    sha256: str
    first_at: datetime
    last_at: datetime
    kind: str = PartKind.TOUCHES.value


def pack(ordered: pl.DataFrame, kind: PartKind = PartKind.TOUCHES) -> Packed:
    """Return one day's touches, or their reasons, given in order, as a file's content."""
    buffer = BytesIO()
    # A higher level makes these files hardly smaller: what fills them are hashes, which nothing makes smaller.
    ordered.write_parquet(buffer, compression="zstd", compression_level=1, row_group_size=64 * 1024)
    times = ordered.get_column("@timestamp")
    return Packed(
        raw=buffer.getvalue(),
        rows=ordered.height,
        first_at=times.item(0).astimezone(UTC),
        last_at=times.item(-1).astimezone(UTC),
        kind=kind,
    )


def write(session: Session, folder: Path, packed: Packed, *, durable: bool) -> JournalPart:
    """Write one day's touches as a part and register it; without its row, the file is swept later."""
    mark = sha256(packed.raw).hexdigest()
    day = f"{packed.first_at:%Y-%m-%d}"
    key = derive("part", day, mark)
    part = JournalPart(
        id=key,
        day=day,
        path=f"day={day}/{packed.kind}-{key}.parquet",
        rows=packed.rows,
        bytes=len(packed.raw),
        sha256=mark,
        first_at=packed.first_at,
        last_at=packed.last_at,
        kind=packed.kind.value,
    )
    atomic_file.write_whole(folder / part.path, lambda file: file.write(packed.raw), durable=durable)
    session.upsert_values(tables.journal_parts, [part], update=False)
    return part


def registered(
    session: Session,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    day: str | None = None,
    kind: PartKind | None = None,
) -> list[JournalPart]:
    """Return the parts that may hold events from ``since`` up to but not including ``until``, in order of time."""
    table = tables.journal_parts
    wanted = select(table).order_by(table.c.first_at, table.c.id)
    if since is not None:
        wanted = wanted.where(table.c.last_at >= since)
    if until is not None:
        wanted = wanted.where(table.c.first_at < until)
    if kind is not None:
        wanted = wanted.where(table.c.kind == kind.value)
    if day is not None:
        wanted = wanted.where(table.c.day == day)
    return session.values(JournalPart, wanted)


def first_at(session: Session) -> datetime | None:
    """Return the event time of the oldest touch in any part; None: there is no part of touches."""
    table = tables.journal_parts
    found = session.one(select(func.min(table.c.first_at)).where(table.c.kind == PartKind.TOUCHES.value))
    return found[0] if found else None


def unregister(session: Session, folder: Path, parts: Sequence[JournalPart]) -> None:
    """Take parts out of the table; their files go once that is committed."""
    table = tables.journal_parts
    keys = [part.id for part in parts]
    for start in range(0, len(keys), _CHUNK):
        session.run(delete(table).where(table.c.id.in_(keys[start : start + _CHUNK])))
    paths = [folder / part.path for part in parts]
    session.after_commit(lambda: atomic_file.remove(paths))


def sweep(session: Session, folder: Path) -> int:
    """Take files that nothing refers to out of the way; return how many.

    They come from a crash between writing and committing. Inside a write transaction no other process stands between
    the two, so what has no row here never will. Whole ones are set aside and not removed, because a database that was
    restored from a backup does not know its own newest parts either; ``expire`` removes them with age.
    """
    known = {part.path for part in registered(session)}
    found = [path for path in folder.glob("day=*/*") if path.relative_to(folder).as_posix() not in known]
    atomic_file.remove(path for path in found if path.suffix == atomic_file.TEMPORARY)
    atomic_file.set_aside((path for path in found if path.suffix != atomic_file.TEMPORARY), folder / ASIDE)
    atomic_file.remove_empty(folder.glob("day=*"))
    return len(found)


def latest(folder: Path, part: JournalPart) -> datetime:
    """Return when the newest touch of a part happened at the latest: no line was written after the file it is in."""
    written = atomic_file.modified(folder / part.path)
    credible = _FIRST_WRITTEN < written < part.last_at.timestamp()
    return datetime.fromtimestamp(written, UTC) if credible else part.last_at


def forget_aside(folder: Path, before: datetime) -> None:
    """Remove what was set aside and was written before a moment."""
    atomic_file.remove(path for path in (folder / ASIDE).glob("*") if atomic_file.modified(path) < before.timestamp())


def complaint(folder: Path, part: JournalPart, *, thorough: bool = False) -> str:
    """Return what is wrong with a part's file, or nothing; ``thorough`` reads all of it."""
    path = folder / part.path
    try:
        if path.stat().st_size != part.bytes:
            return f"{path} has not the size it was written with"
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
            file.seek(-len(_MAGIC), 2)
            whole = head == _MAGIC == file.read()
        if not whole or (thorough and atomic_file.fingerprint(path) != part.sha256):
            return f"{path} is damaged"
    except FileNotFoundError:
        return f"{path} is missing"
    except OSError as error:
        return f"{path} cannot be read ({error.strerror or type(error).__name__})"
    return ""


def scan(folder: Path, parts: Iterable[JournalPart]) -> list[pl.LazyFrame]:
    """Return the parts as one lazy frame, or none."""
    paths = [folder / part.path for part in parts]
    return [pl.scan_parquet(paths, hive_partitioning=False, glob=False)] if paths else []
