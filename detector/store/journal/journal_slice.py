"""A slice of the access journal: the touches of some actors within a span of time, read once into memory.

Comes in: a journal, and whose touches. Goes out: what answers the questions of many incidents as the journal does, so
that the files are opened once for all of them. What fails, or was sent nothing, is not in it.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

import polars as pl

from detector.store.journal.access_journal import Anyone, narrowed_to

T = TypeVar("T")


class TouchReader(Protocol):
    """What touches are read from: the journal, or a slice of it."""

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
        """Yield touches in pieces; every condition given narrows."""
        ...

    def reasons(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[pl.LazyFrame]:
        """Yield why touches were made, in pieces."""
        ...

    def most(self, since: datetime, until: datetime) -> int:
        """Return how many touches there are at most between two moments."""
        ...

    def read_files(self, reading: Callable[[], T]) -> T:
        """Return what a function reads of these."""
        ...


class JournalSlice:
    """Touches in memory, and the reasons of their lines.

    Args:
        touches: With columns of the journal.
        reasons: Of their lines, ``frames.TOUCH_SCHEMA``.
    """

    def __init__(self, touches: pl.DataFrame, reasons: pl.DataFrame) -> None:
        self._touches = touches
        self._reasons = reasons
        rows = touches.with_row_index("row").group_by("actor.id").agg("row")
        self._by_actor: dict[str, list[int]] = dict(rows.iter_rows())

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
        """Yield the touches that fulfil every condition, in one piece; nothing in it is damaged (``skip_bad``)."""
        del skip_bad
        frame = self._touches
        if either is not None and not either.others:
            rows = [row for actor in sorted(either.actors) for row in self._by_actor.get(actor, ())]
            frame, either = frame[rows], None
        yield frame.lazy().filter(*narrowed_to(since, until, actors, source_ips, subjects, either, which))

    def reasons(self, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[pl.LazyFrame]:
        """Yield the reasons of that time, in one piece."""
        yield self._reasons.lazy().filter(*narrowed_to(since, until))

    def most(self, since: datetime, until: datetime) -> int:
        """Return how many touches there are in all: no fewer than between the moments."""
        del since, until
        return self._touches.height

    def read_files(self, reading: Callable[[], T]) -> T:
        """Return what a function reads: no file is opened for it."""
        return reading()
