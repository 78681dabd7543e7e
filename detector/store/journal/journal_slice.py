"""A slice of the access journal: the touches of some actors within a span of time, read once into memory.

Comes in: touches and their reasons. Goes out: those that an incident asks for, so that the files are opened once for
many incidents. What fails, or was sent nothing, is not in it.
"""

from collections.abc import Collection
from datetime import datetime

import polars as pl

from detector.store.journal.access_journal import Anyone, Journal, narrowed_to


class JournalSlice:
    """Touches in memory.

    Args:
        touches: As ``scope_query`` reads them from the journal.
        reasons: Of their lines, ``frames.TOUCH_SCHEMA``, each once.
    """

    def __init__(self, touches: pl.DataFrame, reasons: pl.DataFrame) -> None:
        self._touches = touches
        self.reasons = reasons
        self._rows: dict[str, list[int]] = dict(
            touches.with_row_index("row").group_by("actor.id").agg("row").iter_rows()
        )

    def touches(
        self, *, either: Anyone, since: datetime, until: datetime, subjects: Collection[str] | None = None
    ) -> pl.DataFrame:
        """Return the touches by one of some, within a span of time, and of some subjects where these are given."""
        if either.others:
            return self._touches.filter(*narrowed_to(since, until, subjects=subjects, either=either))
        rows = [row for actor in sorted(either.actors) for row in self._rows.get(actor, ())]
        return self._touches[rows].filter(*narrowed_to(since, until, subjects=subjects))


TouchSource = Journal | JournalSlice
"""What touches are read from."""
