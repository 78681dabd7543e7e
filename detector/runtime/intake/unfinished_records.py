"""Events of records that may go on: what was told of each last, until it is read whole.

Comes in: batches, and the events of those that are provisional. Goes out: one frame of all such events. They are judged
beforehand and counted nowhere; it keeps nothing over a restart, for these records are read again.
"""

from collections.abc import Collection, Sequence

import polars as pl

from detector.frames import EventBatch, LineBatch, concat, mark_history


class UnfinishedRecords:
    """What there is of records that may go on, by the source and the file they stand in."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], pl.DataFrame] = {}
        self._changed = False

    def update(self, batches: Sequence[LineBatch], decoded: Sequence[EventBatch]) -> None:
        """Take in the batches of a turn, and the events of those that are provisional."""
        events = iter(decoded)
        for batch in batches:
            key = batch.source, batch.file_id
            known = self._events.pop(key, None)
            if batch.provisional:
                left = mark_history(next(events).frame, batch)
            elif known is not None:
                left = known.filter(pl.col("log.offset") >= batch.end)
            else:
                continue
            self._changed = True
            if left.height:
                self._events[key] = left

    def retain(self, sources: Collection[str]) -> None:
        """Forget those of sources that are not followed any more; what is left is told anew."""
        self._events = {key: events for key, events in self._events.items() if key[0] in sources}
        self._changed = True

    def changed(self) -> pl.DataFrame | None:
        """Return all events when they are not those of the last time, else None."""
        if not self._changed:
            return None
        self._changed = False
        return concat(list(self._events.values()))
