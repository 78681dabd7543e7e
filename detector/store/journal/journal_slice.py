"""A slice of the access journal: the touches of some actors within a span of time, read once into memory.

Comes in: touches and their reasons. Goes out: those that an incident asks for, so that the files are opened once for
many incidents. What fails, or was sent nothing, is not in it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cached_property

import polars as pl

from detector import frames
from detector.store.journal.access_journal import Anyone, Journal, narrowed_to
from detector.store.journal.client_rows import client_rows
from detector.store.journal.journal_schema import COMMON, COMMON_KEY


class JournalSlice:
    """Touches in memory.

    Args:
        touches: As they are read from the journal (``returned_touches``), with why they were made (``frames.REASONS``),
            and with ``COMMON_KEY`` instead of ``COMMON``.
        common: What that stands for, in its order.
    """

    def __init__(self, touches: pl.DataFrame, common: pl.DataFrame) -> None:
        self._touches, self._common = _ByActor(touches), common

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
        rows = self._touches.of(either)
        some = rows if columns is None else frames.chosen(rows, columns)
        found = some.filter(*narrowed_to(since, until, subjects=subjects))
        if columns is not None:
            return found
        # Where each stands is looked up: a join would write all the other columns anew.
        places = self._common.get_column(COMMON_KEY).search_sorted(found.get_column(COMMON_KEY))
        return found.drop(COMMON_KEY).hstack(self._common.select(COMMON)[places])

    def clients(self, *, either: Anyone, since: datetime, until: datetime) -> pl.DataFrame:
        """Return a row for each client that these touches name (``client_rows``)."""
        return self._clients.of(either).filter(*narrowed_to(since, until))

    @cached_property
    def _clients(self) -> "_ByActor":
        return _ByActor(client_rows(self._touches.rows))


class _ByActor:
    """Rows in the order of their actors, so that those of one are a stretch of them."""

    def __init__(self, rows: pl.DataFrame) -> None:
        ordered = rows.get_column("actor.id").is_sorted()
        self.rows = rows if ordered else rows.sort("actor.id", maintain_order=True)
        heights = self.rows.group_by("actor.id", maintain_order=True).len()
        ends = heights.get_column("len").cum_sum()
        of_actors = zip(heights.iter_rows(), ends, strict=True)
        self._places = {actor: (end - height, height) for (actor, height), end in of_actors}

    def of(self, either: Anyone) -> pl.DataFrame:
        """Return the rows by one of some."""
        if either.others:
            return self.rows.filter(either.touching)
        actors = [actor for actor in sorted(either.actors) if actor in self._places]
        found = [self.rows.slice(*self._places[actor]) for actor in actors] or [self.rows.clear()]
        return found[0] if len(found) == 1 else pl.concat(found)


TouchSource = Journal | JournalSlice
"""What touches are read from."""
