"""The days of an incident's actors and of their colleagues, read from the access journal a day at a time.

Comes in: the journal, actors, and days. Goes out: numbers. Touches of three days are in memory together, never more;
how many days are read depends on how much is kept (``choose``). What is damaged is left out, and that is said.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector import frames
from detector.detect.behaviour import DayNumbers, count_days, day_columns, touches_data
from detector.errors import StoreError
from detector.runtime.incidents.explain.local_days import LocalDay, day_of
from detector.store import Anyone, Journal

SHOWN_DAYS = 30
"""Days that are drawn."""
COMPARED_DAYS = 92
"""Days among which similar ones are looked for, where that many can be read: a quarter, with three ends of a month."""
MOST_COLLEAGUES = 1_000
_PLACE = ("log.file.identity", "log.offset")
_AT_ONCE = 3
# A file of a handful of touches costs as much as so many more in a large one.
_OPENING = 3_000
_SEED = 1
_ROLE = frames.first_role()
_KIND = pl.col("actor.type").fill_null("unknown")


@dataclass(frozen=True, slots=True)
class PeerRole:
    """What an actor is compared with: all of its kind and first role, as behaviour tells roles apart."""

    kind: str
    name: str

    @property
    def members(self) -> pl.Expr:
        """Which rows are of somebody of this role."""
        return _KIND.eq(self.kind) & _ROLE.eq(self.name) & pl.col("actor.id").is_not_null()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """How much is read at most, beyond the last day of an incident.

    Attributes:
        drawn: Touches of whomever, for the days that are drawn. compared: The same, for days before these.
        colleagues: The same, for days of which colleagues are read.
        days: Days that are read, of an incident that goes on for months.
    """

    drawn: int = 10_000_000
    compared: int = 6_000_000
    colleagues: int = 2_500_000
    days: int = 2 * COMPARED_DAYS


@dataclass(frozen=True, slots=True)
class DaysToRead:
    """Which days are read.

    Attributes:
        days: The newest first. with_others: Of the first so many colleagues are read as well.
        fewer: More are kept, and are too much to read.
    """

    days: Sequence[LocalDay]
    with_others: int
    fewer: bool


@dataclass(frozen=True, slots=True)
class _OneDay:
    """What was read of a day: of each actor, and of its colleagues with their names."""

    own: Mapping[str, DayNumbers]
    others: Mapping[PeerRole, tuple[Sequence[str], DayNumbers]]


@dataclass(slots=True)
class ReadDays:
    """What was read.

    Attributes:
        asked: Which days.
        own: By actor, the days on which it touched client data.
        roles: By actor, where known.
        others: By role, the days of colleagues. colleagues: who they are.
        whole: No part of the journal was damaged.
    """

    asked: DaysToRead
    own: dict[str, dict[date, DayNumbers]] = field(default_factory=dict)
    roles: dict[str, PeerRole] = field(default_factory=dict)
    others: dict[PeerRole, list[DayNumbers]] = field(default_factory=dict)
    colleagues: dict[PeerRole, set[str]] = field(default_factory=dict)
    whole: bool = True


def choose(
    journal: Journal, first: date, last: date, zone: ZoneInfo, limits: ReadingLimits | None = None
) -> DaysToRead:
    """Return the days to read.

    Args:
        journal: What is kept.
        first: Day of the incident: days before it are compared with it.
        last: The same; it is read in any case.
        zone: Where the company is.
        limits: How much is read at most.
    """
    limits = limits or ReadingLimits()
    begins = journal.begins()
    oldest = max(first - timedelta(days=COMPARED_DAYS - 1), day_of(begins, zone)) if begins else last
    days = [LocalDay(last - timedelta(days=ago), zone) for ago in range(max((last - oldest).days, 0) + 1)]
    rows = journal.most_since([day.start for day in days], days[0].end, opening=_OPENING)
    drawn, compared, crowd = (
        sum(each <= most for each in rows) for most in (limits.drawn, limits.compared, limits.colleagues)
    )
    fitting = min(max(min(drawn, SHOWN_DAYS), compared, 1), limits.days)
    return DaysToRead(days[:fitting], min(max(crowd, 1), SHOWN_DAYS), fewer=fitting < len(days))


def read(journal: Journal, whose: Mapping[str, Anyone], asked: DaysToRead) -> ReadDays:
    """Read days.

    Args:
        journal: What is kept.
        whose: By actor, which touches are its own.
        asked: Which days.

    Raises:
        StoreError: The journal cannot be read at all.
    """
    found = ReadDays(asked, own={actor: {} for actor in whose})
    reader = _Reader(journal, whose, found)
    for day in asked.days[:SHOWN_DAYS]:
        if len(found.roles) == len(whose):
            break
        reader.read_roles(day)
    found.others = {role: [] for role in found.roles.values()}
    found.colleagues = {role: set() for role in found.roles.values()}
    crowded = [at < asked.with_others for at in range(len(asked.days))]
    # Arrays are counted on one core while the next days are read on others.
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="explain") as pool:
        for day, one in zip(asked.days, pool.map(reader.read_day, asked.days, crowded), strict=True):
            for actor, numbers in one.own.items():
                found.own[actor][day.day] = numbers
            for role, (names, numbers) in one.others.items():
                found.others[role].append(numbers)
                found.colleagues[role].update(names)
    return found


class _Reader:
    """Reads days, several at once."""

    def __init__(self, journal: Journal, whose: Mapping[str, Anyone], found: ReadDays) -> None:
        self._journal, self._whose, self._found = journal, whose, found

    def read_roles(self, day: LocalDay) -> None:
        """Find out the role of those actors of whom it is not known, from the last they did that day."""
        unknown = [actor for actor in self._whose if actor not in self._found.roles]
        for actor in unknown:
            last = [_KIND.alias("kind"), _ROLE.alias("role")]
            rows = self._collected(day, _own(self._whose[actor]), last, tail=1)
            for kind, role in rows.iter_rows():
                self._found.roles[actor] = PeerRole(kind, role)

    def read_day(self, day: LocalDay, with_others: bool) -> _OneDay:
        """Count what the actors did on a day, and what their colleagues did."""
        roles = list(self._found.others) if with_others else []
        own = {f"own {at}": _own(each) for at, each in enumerate(self._whose.values())}
        others = {f"role {at}": role.members for at, role in enumerate(roles)}
        marks = {name: expr.fill_null(value=False) for name, expr in (own | others).items()}
        columns = ["actor.id", *day_columns(day.start), *(expr.alias(name) for name, expr in marks.items())]
        rows = self._once(day, reduce(or_, marks.values()) & touches_data(), columns)
        mine = {actor: _chosen(rows, name) for actor, name in zip(self._whose, own, strict=True)}
        theirs = {
            role: _numbered(_chosen(rows, name).filter(~pl.col("actor.id").is_in(list(self._whose))))
            for role, name in zip(roles, others, strict=True)
        }
        zero = pl.lit(0, dtype=pl.Int64()).alias("who")
        return _OneDay(
            {actor: count_days(each.with_columns(zero), 1) for actor, each in mine.items() if each.height},
            {role: (names, count_days(each, len(names))) for role, (names, each) in theirs.items() if names},
        )

    def _once(self, day: LocalDay, wanted: pl.Expr, columns: list[Any]) -> pl.DataFrame:
        """Return touches, each once; nearly always each stands there once, which is seen at little cost."""
        rows = self._collected(day, wanted, [*columns, "log.offset"])
        offsets = rows.get_column("log.offset").fill_null(-1).to_numpy()
        # Those of one log stand in order.
        if (offsets[1:] > offsets[:-1]).all() or np.unique(offsets).size == offsets.size:
            return rows
        rows = self._collected(day, wanted, [*columns, "event.hash", *_PLACE])
        return rows.unique((*_PLACE, "event.hash"), keep="any", maintain_order=False)

    def _collected(self, day: LocalDay, wanted: pl.Expr, columns: list[Any], tail: int | None = None) -> pl.DataFrame:
        """Return columns of the touches of a day; where a part is damaged, of the rest."""
        try:
            return self._tried(day, wanted, columns, tail, skip_bad=not self._found.whole)
        except StoreError:
            self._found.whole = False
            return self._tried(day, wanted, columns, tail, skip_bad=True)

    def _tried(
        self, day: LocalDay, wanted: pl.Expr, columns: list[Any], tail: int | None, *, skip_bad: bool
    ) -> pl.DataFrame:
        def rows() -> pl.DataFrame:
            lazy = self._journal.scan(since=day.start, until=day.end, skip_bad=skip_bad)
            found = lazy.filter(wanted).select(columns)
            return (found if tail is None else found.tail(tail)).collect()

        return self._journal.read_files(rows)


def _chosen(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows for which a column is true: the frame itself where all are, because copying texts costs."""
    return rows if rows.get_column(name).all() else rows.filter(pl.col(name))


def _own(whose: Anyone) -> pl.Expr:
    """Return which rows are somebody's; of an account's no other column is read than the one that names it."""
    return whose.touching if whose.others else pl.col("actor.id").is_in(sorted(whose.actors))


def _numbered(rows: pl.DataFrame) -> tuple[list[str], pl.DataFrame]:
    """Return the names of colleagues, and their touches with numbers for names; of very many colleagues some."""
    names = rows.select(pl.col("actor.id").unique()).with_columns(pl.col("actor.id").hash(_SEED).alias("key"))
    names = names.sort("key", "actor.id").head(MOST_COLLEAGUES).select("actor.id").with_row_index("who")
    numbered = rows.join(names, on="actor.id").with_columns(pl.col("who").cast(pl.Int64))
    return names.get_column("actor.id").to_list(), numbered
