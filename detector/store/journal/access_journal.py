"""The access journal: every touch of client data, kept for years in little room and read lazily.

Comes in: event frames. Goes out: lazy frames of ``JOURNAL_SCHEMA``. Touches wait in memory until ``flush`` writes them
in the transaction of a snapshot, so that a crash repeats exactly those that were not kept. It judges nothing.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import polars as pl
from polars.exceptions import PolarsError

from detector import frames
from detector.errors import StoreError
from detector.frames import REASONS
from detector.schema.events.columns import ACCOUNT
from detector.store import atomic_file, journal_owner
from detector.store.database import Store
from detector.store.db.session import Session
from detector.store.journal import journal_parts
from detector.store.journal.journal_buffer import JournalBuffer
from detector.store.journal.journal_parts import JournalPart, Packed, PartKind
from detector.store.journal.journal_schema import KEYS, LINE, LINE_KEY, ORDER, SAME, empty, readable
from detector.store.unit_of_work import UnitOfWork

# Parts are joined when so many of one size have gathered; each joining makes the next size, so that a day's touches
# are rewritten a handful of times however often they are flushed. Beyond MAX_ROWS a part is left as it is.
GATHER = 16
MAX_ROWS = 1_000_000

IN_PIECE = 64_000
_ROWS = attrgetter("rows")
_HEIGHT = attrgetter("height")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anyone:
    """Touches by one of some actors, in one of some sessions, from one of some addresses or networks, or by nobody.

    Attributes:
        actors / sessions / addresses: Whose they are.
        places: Addresses and networks from which those count that name no account, in whatever session.
        hosts / services: Where those count that name no actor.
    """

    actors: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()

    @classmethod
    def of_all(cls, some: Sequence["Anyone"]) -> "Anyone":
        """Return whoever is one of several."""
        return cls(**{each.name: frozenset().union(*(getattr(one, each.name) for one in some)) for each in fields(cls)})

    @property
    def others(self) -> bool:
        """Whether more than actors are meant."""
        return bool(self.sessions or self.addresses or self.places or self.hosts or self.services)

    @property
    def touching(self) -> pl.Expr:
        """Which rows they are; null or false for others."""
        return self.named | frames.from_addresses(self.addresses) if self.addresses else self.named

    @property
    def named(self) -> pl.Expr:
        """Which rows they are, but for those of the addresses."""
        actor = pl.col("actor.id")
        named = {"session.id": self.sessions, "host.name": self.hosts, "service.name": self.services}
        among = {name: pl.col(name).is_in(sorted(some)) for name, some in named.items() if some}
        found = [actor.is_in(sorted(self.actors))] if self.actors else []
        if self.places:
            found.append(frames.from_addresses(self.places) & ~actor.str.starts_with(ACCOUNT))
        found += [each if name == "session.id" else actor.is_null() & each for name, each in among.items()]
        return pl.any_horizontal(each.fill_null(value=False) for each in found) if found else pl.lit(False)


class Journal:
    """The journal in one folder, with its table of parts in a store. Appending and flushing belong to one thread.

    Args:
        folder: Where its files lie; made if need be.
        store: Holds the table.
        durable: False for a journal that can be made anew: it does not wait for the disk.
        in_piece: So many touches, or one part, are read in one piece.
    """

    def __init__(self, folder: Path, store: Store, *, durable: bool = True, in_piece: int = IN_PIECE) -> None:
        self._folder = folder
        self._in_piece = in_piece
        self._durable = durable
        self._store = store
        self._gathered = JournalBuffer()
        self._swept = False
        atomic_file.make_folder(folder)

    @property
    def pending(self) -> int:
        """How many touches wait to be written."""
        return self._gathered.rows

    def append(self, frame: pl.DataFrame) -> int:
        """Keep the touches among events, with the hashes of their lines; return how many they are."""
        return self._gathered.append(frame)

    def append_reasons(self, frames: Sequence[pl.DataFrame]) -> None:
        """Keep why touches were made (``frames.TOUCH_SCHEMA``): it is known later than that they were."""
        self._gathered.append_reasons(frames)

    def flush(self, unit: UnitOfWork) -> None:
        """Write what waits as one part a day, visible when ``unit`` commits; if it does not, everything waits on."""
        waiting = [*self._gathered.frames, *self._gathered.reasons]
        self.write(unit, self._gathered.pack())
        unit.session.after_commit(lambda: self._gathered.drop(waiting))

    def write(self, unit: UnitOfWork, packed: Iterable[Packed]) -> None:
        """Write touches that were gathered and packed, here or elsewhere, visible when ``unit`` commits."""
        self._sweep(unit)
        for each in packed:
            journal_parts.write(unit.session, self._folder, each, durable=self._durable)

    def scan(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        actors: Collection[str] | None = None,
        source_ips: Collection[str] | None = None,
        subjects: Collection[str] | None = None,
        skip_bad: bool = False,
    ) -> pl.LazyFrame:
        """Return touches lazily, those that wait included; every condition given narrows.

        Args:
            since: From this event time on.
            until: Before this event time.
            actors: By one of these actors.
            source_ips: From one of these addresses, or networks.
            subjects: Of one of these subjects.
            skip_bad: Leave out parts that are missing or damaged (``problems`` names them) instead of raising.

        Raises:
            StoreError: A part is missing or damaged; the message names all of them.
        """
        conditions = narrowed_to(since, until, actors, source_ips, subjects)
        return readable(pl.concat(self._lying(since, until, skip_bad, sys.maxsize))).filter(*conditions)

    def pieces(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        actors: Collection[str] | None = None,
        source_ips: Collection[str] | None = None,
        either: Anyone | None = None,
        skip_bad: bool = False,
        subjects: Collection[str] | None = None,
        which: pl.Expr | None = None,
    ) -> Iterator[pl.LazyFrame]:
        """Yield what ``scan`` returns in pieces, at least one, so that years need not be read at once.

        Keep none of them: each holds what polars has learnt of its files, 100 kB a file. ``either`` narrows to touches
        by one of some actors, in one of some sessions or from one of some addresses; ``which`` to any others.

        Raises:
            StoreError: As ``scan``.
        """
        conditions = narrowed_to(since, until, actors, source_ips, subjects, either, which)
        for each in self._lying(since, until, skip_bad, self._in_piece):
            yield readable(each).filter(*conditions)

    def reasons(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[pl.LazyFrame]:
        """Yield why touches were made (``frames.TOUCH_SCHEMA``) in pieces; a touch may stand there twice.

        Parts that are missing or damaged are left out: their touches are of unknown reason then, and are told of
        where touches are read.
        """
        waiting = self._gathered.reasons
        chosen = self._usable(since, until, skip_bad=True, kind=PartKind.REASONS)
        pieces = _in_pieces(chosen, self._in_piece, _ROWS)
        conditions = narrowed_to(since, until)
        for each in pieces:
            for lazy in journal_parts.scan(self._folder, each):
                yield lazy.filter(*conditions)
        for some in _in_pieces(waiting, self._in_piece, _HEIGHT):
            yield pl.concat(some).lazy().filter(*conditions)

    def reasons_of(self, lines: pl.Series, since: datetime, until: datetime) -> pl.DataFrame:
        """Return why touches of some lines (``LINE_KEY``) were made (``frames.REASONS``), each line once.

        Raises:
            StoreError: As ``read_files``.
        """
        named = pl.col(LINE_KEY).is_in(lines.implode())

        def read() -> list[pl.DataFrame]:
            pieces = self.reasons(since=since, until=until) if lines.len() else ()
            return [lazy.select(KEYS[0], REASONS).filter(named).collect() for lazy in pieces]

        schema = {LINE_KEY: lines.dtype, REASONS: frames.TOUCH_SCHEMA[REASONS]}
        return pl.concat([pl.DataFrame(schema=schema), *self.read_files(read)]).unique(LINE_KEY, keep="any")

    def most(self, since: datetime, until: datetime) -> int:
        """Return how many touches there are at most between two moments: no file is read for it."""
        with self._store.read() as unit:
            lying = journal_parts.registered(unit.session, since=since, until=until, kind=PartKind.TOUCHES)
        return self.pending + sum(part.rows for part in lying)

    def read_files(self, reading: Callable[[], T]) -> T:
        """Return what a function reads of the files lazy frames tell of.

        Where parts were joined between looking at the table and opening the files, it is called again, once: it has to
        look at the table itself.

        Raises:
            StoreError: The journal cannot be read; the message names the parts that are missing or damaged.
        """
        try:
            return reading()
        except (PolarsError, OSError):
            pass
        try:
            return reading()
        except (PolarsError, OSError) as error:
            damaged = "; ".join(self.problems()) or "look at free memory and the folder's permissions"
            raise StoreError(f"the access journal cannot be read: {damaged}") from error

    def most_since(self, moments: Sequence[datetime], until: datetime, *, opening: int = 0) -> list[int]:
        """Return how many touches there are at most from each of some moments until one; no file is read for it.

        Opening a file counts as ``opening`` touches more.
        """
        if not moments:
            return []
        with self._store.read() as unit:
            lying = journal_parts.registered(unit.session, since=min(moments), until=until, kind=PartKind.TOUCHES)
        return [self.pending + sum(part.rows + opening for part in lying if part.last_at >= since) for since in moments]

    def kept(self, now: datetime, *, skip_bad: bool = False) -> frames.KeptTouches:
        """Return the touches for whoever reads all of them; parts may be joined meanwhile.

        Args:
            now: As ``newest``.
            skip_bad: As ``scan``.
        """

        def between(since: datetime, until: datetime) -> pl.DataFrame:
            return self.read_files(lambda: self.scan(since=since, until=until, skip_bad=skip_bad).collect())

        return frames.KeptTouches(first=self.begins(), last=self.newest(now), between=between)

    def begins(self) -> datetime | None:
        """Return the event time of the oldest touch that is kept; None: nothing is."""
        waiting = [frame.get_column("@timestamp").min() for frame in self._gathered.frames]
        with self._store.read() as unit:
            first = journal_parts.first_at(unit.session)
        moments = [each.astimezone(UTC) for each in (first, *waiting) if isinstance(each, datetime)]
        return min(moments, default=None)

    def newest(self, now: datetime) -> datetime | None:
        """Return the moment of the newest touch that was written; None where none was.

        One line dated ahead must not hide all that has happened: ``now`` is the latest, where any touch is of before.
        """
        with self._store.read() as unit:
            lying = journal_parts.registered(unit.session)
        credible = [min(part.last_at, now) for part in lying if part.first_at <= now]
        return max(credible or [part.last_at for part in lying], default=None)

    def problems(self) -> list[str]:
        """Read every part and return what is wrong with those that are missing or damaged."""
        with self._store.read() as unit:
            known = journal_parts.registered(unit.session)
        return [said for part in known if (said := journal_parts.complaint(self._folder, part, thorough=True))]

    def compact(self, unit: UnitOfWork) -> int:
        """Join small parts of a day into larger ones; return how many went. Repeated touches become one.

        A damaged part is left alone.
        """
        self._sweep(unit)
        return sum(self._join(unit.session, group) for group in _groups(journal_parts.registered(unit.session)))

    def expire(self, unit: UnitOfWork, before: datetime) -> int:
        """Remove the parts all of whose events happened, or were written, before a moment; return how many.

        What is dated ahead would else outlive its retention by as much.
        """
        known = journal_parts.registered(unit.session)
        old = [part for part in known if journal_parts.latest(self._folder, part) < before]
        journal_parts.unregister(unit.session, self._folder, old)
        unit.session.after_commit(lambda: journal_parts.forget_aside(self._folder, before))
        return len(old)

    def _join(self, session: Session, group: list[JournalPart]) -> int:
        sound = [part for part in group if not journal_parts.complaint(self._folder, part, thorough=True)]
        if len(sound) < GATHER:
            return 0
        kind = PartKind(group[0].kind)
        same, order = (SAME, ORDER) if kind is PartKind.TOUCHES else (LINE, LINE[::-1])
        joined = pl.concat(journal_parts.scan(self._folder, sound)).unique(same, keep="any", maintain_order=False)
        packed = journal_parts.pack(joined.collect().sort(order), kind)
        journal_parts.write(session, self._folder, packed, durable=self._durable)
        journal_parts.unregister(session, self._folder, sound)
        return len(sound)

    def _sweep(self, unit: UnitOfWork) -> None:
        """Sweep at the first writing, and at the one after a failure.

        Not at the failure itself: when the connection is lost at the commit, the rows may be there, and then so must
        be the files.
        """
        if not self._swept:
            journal_owner.claim(unit, self._folder)
            journal_parts.sweep(unit.session, self._folder)
            self._swept = True
        unit.session.after_rollback(self._doubt)

    def _doubt(self) -> None:
        self._swept = False

    def _lying(
        self, since: datetime | None, until: datetime | None, skip_bad: bool, rows: int
    ) -> Iterator[pl.LazyFrame]:
        """Yield so many touches at a time as they lie in files, then what waits; an empty frame where nothing is."""
        waiting = self._gathered.frames  # before the table: a flush in between shows twice rather than never
        chosen = self._usable(since, until, skip_bad=skip_bad)
        for each in _in_pieces(chosen, rows, _ROWS):
            yield from journal_parts.scan(self._folder, each)
        for some in _in_pieces(waiting, rows, _HEIGHT):
            yield pl.concat(some).lazy()
        if not chosen and not waiting:
            yield empty().lazy()

    def _usable(
        self,
        since: datetime | None,
        until: datetime | None,
        *,
        skip_bad: bool,
        kind: PartKind = PartKind.TOUCHES,
    ) -> list[JournalPart]:
        with self._store.read() as unit:
            chosen = journal_parts.registered(unit.session, since=since, until=until, kind=kind)
        bad = {part.id: said for part in chosen if (said := journal_parts.complaint(self._folder, part))}
        if bad and not skip_bad:
            raise StoreError(
                f"the access journal is not whole: {'; '.join(bad.values())}; restore the file from a backup, "
                "or read the rest knowing that it is not all"
            )
        return [part for part in chosen if part.id not in bad]


def narrowed_to(
    since: datetime | None,
    until: datetime | None,
    actors: Collection[str] | None = None,
    source_ips: Collection[str] | None = None,
    subjects: Collection[str] | None = None,
    either: Anyone | None = None,
    which: pl.Expr | None = None,
) -> list[pl.Expr]:
    """Return the conditions on columns of the journal that narrow it, as ``Journal.pieces`` takes them."""
    conditions = [pl.lit(True)]
    if since is not None:
        conditions.append(pl.col("@timestamp") >= since.astimezone(UTC))
    if until is not None:
        conditions.append(pl.col("@timestamp") < until.astimezone(UTC))
    if actors is not None:
        conditions.append(pl.col("actor.id").is_in(sorted(actors)))
    if source_ips is not None:
        conditions.append(frames.from_addresses(source_ips))
    if subjects is not None:
        conditions.append(frames.names_one_of(subjects))
    if either is not None:
        conditions.append(either.touching)
    if which is not None:
        conditions.append(which)
    return conditions


def _in_pieces(parts: Iterable[T], most: int, rows: Callable[[T], int]) -> list[list[T]]:
    """Return parts in pieces of no more than so many rows, or of one part."""
    found: list[list[T]] = []
    for part in parts:
        if not found or sum(map(rows, found[-1])) + rows(part) > most:
            found.append([])
        found[-1].append(part)
    return found


def _groups(known: list[JournalPart]) -> list[list[JournalPart]]:
    """Return parts of one kind, day and size that are many enough to be joined, never more than MAX_ROWS together."""
    by_size: dict[tuple[str, str, int], list[JournalPart]] = {}
    for part in known:
        if part.rows * 2 <= MAX_ROWS:
            by_size.setdefault((part.kind, part.day, _size_class(part.rows)), []).append(part)
    return [_fitting(group) for group in by_size.values() if len(group) >= GATHER]


def _size_class(rows: int) -> int:
    return (rows.bit_length() + 3) // 4  # each class holds sixteen times the rows of the one before


def _fitting(group: list[JournalPart]) -> list[JournalPart]:
    taken: list[JournalPart] = []
    for part in group:
        if sum(each.rows for each in taken) + part.rows > MAX_ROWS:
            break
        taken.append(part)
    return taken
