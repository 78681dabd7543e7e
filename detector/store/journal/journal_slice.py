"""A slice of the access journal: the touches of some actors within a span of time, read once into memory.

Comes in: touches and their reasons. Goes out: those that an incident asks for, so that the files are opened once for
many incidents. What fails, or was sent nothing, is not in it.
"""

from collections.abc import Collection
from datetime import datetime

import polars as pl

from detector.store.journal.access_journal import Anyone, Journal, narrowed_to
from detector.store.journal.journal_schema import LINE_KEY


class JournalSlice:
    """Touches in memory.

    Args:
        touches: As they are read from the journal (``returned_touches``).
        reasons: Why they were made (``frames.REASONS``), by line (``LINE_KEY``), each once.
    """

    def __init__(self, touches: pl.DataFrame, reasons: pl.DataFrame) -> None:
        told = touches.join(reasons, on=LINE_KEY, how="left")
        self._touches = told.sort("actor.id", maintain_order=True)
        heights = self._touches.group_by("actor.id", maintain_order=True).len()
        ends = heights.get_column("len").cum_sum()
        rows = zip(heights.iter_rows(), ends, strict=True)
        self._rows = {actor: (end - height, height) for (actor, height), end in rows}

    def touches(
        self, *, either: Anyone, since: datetime, until: datetime, subjects: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return the touches by one of some, within a span of time, and of some subjects where these are given.

        What explains each stands beside it (``frames.REASONS``), null where that is not known.
        """
        if either.others:
            return self._touches.filter(*narrowed_to(since, until, subjects=subjects, either=either))
        theirs = [self._touches.slice(*self._rows[actor]) for actor in sorted(either.actors) if actor in self._rows]
        rows = pl.concat([self._touches.clear(), *theirs], rechunk=False)
        return rows.filter(*narrowed_to(since, until, subjects=subjects))


TouchSource = Journal | JournalSlice
"""What touches are read from."""
