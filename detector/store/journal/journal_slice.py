"""A slice of the access journal: the touches of some actors within a span of time, read once into memory.

Comes in: touches and their reasons. Goes out: those that an incident asks for, so that the files are opened once for
many incidents. What fails, or was sent nothing, is not in it.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property

import polars as pl

from detector import frames
from detector.store.journal.access_journal import Anyone, Journal, narrowed_to
from detector.store.journal.client_rows import client_rows
from detector.store.journal.journal_schema import COMMON, COMMON_KEY

ClientRows = Callable[[pl.DataFrame], pl.DataFrame]
"""Makes rows of clients of touches."""
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)


class JournalSlice:
    """Touches in memory.

    Args:
        touches: As they are read from the journal (``returned_touches``), with why they were made (``frames.REASONS``),
            and with ``COMMON_KEY`` instead of ``COMMON``.
        common: What that stands for, in its order.
        rows: Makes the rows of ``clients``, once for all who ask.
    """

    def __init__(self, touches: pl.DataFrame, common: pl.DataFrame, rows: ClientRows = client_rows) -> None:
        self._touches, self._common, self._rows = _ByActor(touches), common, rows

    def touches(
        self,
        *,
        either: Anyone,
        since: datetime,
        until: datetime,
        subjects: Collection[str] | None = None,
        columns: Iterable[str] | None = None,
    ) -> pl.DataFrame:
        """Return the touches by one of some, within a span of time, and of some subjects where these are given.

        What explains each stands beside it (``frames.REASONS``), null where that is not known. ``columns``: those of
        them that are asked for, ``COMMON`` aside; None: all.
        """
        found = self._touches.of(either, since, until, columns)
        if subjects is not None:
            found = found.filter(*narrowed_to(None, None, subjects=subjects))
        if columns is not None:
            return found
        # Where each stands is looked up: a join would write all the other columns anew.
        places = self._common.get_column(COMMON_KEY).search_sorted(found.get_column(COMMON_KEY))
        return found.drop(COMMON_KEY).hstack(self._common.select(COMMON)[places])

    def clients(self, *, either: Anyone, since: datetime, until: datetime) -> pl.DataFrame:
        """Return a row for each client that these touches name (``client_rows``)."""
        return self._clients.of(either, since, until)

    @cached_property
    def _clients(self) -> "_ByActor":
        return _ByActor(self._rows(self._touches.rows))


class _ByActor:
    """Rows in the order of their actors, so that those of one are a stretch of them."""

    def __init__(self, rows: pl.DataFrame) -> None:
        ordered = rows.get_column("actor.id").is_sorted()
        self.rows = rows if ordered else rows.sort("actor.id", maintain_order=True)
        heights = self.rows.group_by("actor.id", maintain_order=True).len()
        ends = heights.get_column("len").cum_sum()
        of_actors = zip(heights.iter_rows(), ends, strict=True)
        self._places = {actor: (end - height, height) for (actor, height), end in of_actors}

    def of(
        self, either: Anyone, since: datetime, until: datetime, columns: Iterable[str] | None = None
    ) -> pl.DataFrame:
        """Return the rows by one of some, within a span of time; ``columns``: those of them that are asked for."""
        if either.others:
            found = self.rows.filter(either.touching)
        else:
            actors = [actor for actor in sorted(either.actors) if actor in self._places]
            stretches = [self.rows.slice(*self._places[actor]) for actor in actors] or [self.rows.clear()]
            found = stretches[0] if len(stretches) == 1 else pl.concat(stretches)
        if columns is not None:
            found = frames.chosen(found, columns)
        times = found.get_column("@timestamp").to_physical().to_numpy()
        # Mostly all of them lie within, and a filter plans a query.
        inside = (times >= (since - _BEGIN) // _INSTANT) & (times < (until - _BEGIN) // _INSTANT)
        return found if inside.all() else found.filter(pl.Series(inside))


TouchSource = Journal | JournalSlice
"""What touches are read from."""
