"""Put events into event-time order behind a watermark, whatever order and batches they came in.

Comes in: event frames in the order their lines stand in the logs. Goes out: rows in the total order (@timestamp,
log.stream, log.offset), each exactly once, and apart from them the late ones. It judges nothing.

How it stays independent of batches: every stream has a *mark*, the newest event time seen in it less its lateness.
A line is late when it lies behind the mark its own predecessors made, which depends on the order of lines alone. Rows
are released up to the *watermark*, the least mark of all open streams, so a stream with a backlog holds the others back
instead of making them late. Of a stream read to its end the caller says that nothing older is waiting there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.marks import BEGINNING, Mark, Marks

ORDER = ("@timestamp", "log.stream", "log.offset")

# A line dated further ahead of the moment it was read than this must not drag the watermark along: one wrong clock
# would make every honest line late.
FUTURE_TOLERANCE = timedelta(minutes=5)

_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 30, tzinfo=UTC)

_MARKS = {
    "stream": pl.String(),
    "source": pl.String(),
    "newest": frames.TIME,
    "closed": pl.Boolean(),
    "subsecond": pl.Boolean(),
}

Instants = npt.NDArray[np.int64]
_NONE: Instants = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class SequenceState:
    """Rows waiting for the watermark, and the marks of all streams. Hand it to one step only: the marks are changed."""

    waiting: pl.DataFrame = field(default_factory=frames.empty_events)
    marks: Marks = field(default_factory=Marks)
    watermark: datetime = BEGINNING


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Result of one step.

    Attributes:
        ordered: Released rows in the total order.
        late: Rows behind the watermark, or dated in the future; in order of arrival.
        late_by: How far each of them lies behind the newest row before it in its stream, in microseconds; below 0 for a
            row from the future.
        upto: Every event before this moment has been released.
    """

    ordered: pl.DataFrame
    late: pl.DataFrame
    late_by: Instants
    upto: datetime


@dataclass(frozen=True, slots=True)
class Sequencer:
    """The ordering step.

    Attributes:
        lateness: Allowed lateness by source name.
        ties_wait: Release only rows strictly before the watermark, so that rows of one instant are never cut apart:
            for replay. Live, rows of the watermark's own instant go at once; what follows in the same instant of the
            same stream has a larger offset and so comes after them anyway.
    """

    lateness: Mapping[str, timedelta] = field(default_factory=dict)
    ties_wait: bool = False

    def step(
        self,
        state: SequenceState,
        batches: Sequence[pl.DataFrame],
        *,
        idle: Mapping[str, datetime] | None = None,
        heard: Mapping[str, datetime] | None = None,
        closed: Sequence[str] = (),
        opened: Mapping[str, str] | None = None,
        final: bool = False,
    ) -> tuple[SequenceState, Sequenced]:
        """Take new events in and release what the watermark allows.

        Args:
            state: From the step before.
            batches: Event frames, each of one stream, in the order read.
            idle: For streams read to their end: the moment up to which they have been heard, lateness allowed for.
            heard: The same by source (all that have marks), for every stream that is not ``opened``; ``idle`` is not
                looked at then. So speaks a reader that follows many.
            closed: Streams that are complete.
            opened: Streams that exist but have not given a line yet, or not all, with their sources: they hold the
                watermark back.
            final: Everything has been read; release all.
        """
        marks = state.marks
        for stream, source in (opened or {}).items():
            if stream not in marks:
                marks.put(stream, Mark(source=source))
        kept, late, late_by = [], [], [_NONE]
        for batch in batches:
            if batch.height:
                on_time, behind, by = self._admit(marks, state.watermark, batch)
                kept.append(on_time)
                late.append(behind)
                late_by.append(by)
        for stream in closed:
            mark = marks.get(stream)
            if mark is not None and not mark.closed:
                marks.put(stream, replace(mark, closed=True))
        moment = self._watermark(marks, idle or {}) if heard is None else self._live(marks, heard, opened or {})
        watermark = _END if final else max(state.watermark, moment)
        rows = frames.compact(frames.concat([state.waiting, frames.compact(frames.concat(kept))]))
        ordered, waiting = self._release(rows, watermark, everything=final)
        upto = watermark if not final else _newest(ordered, state.watermark)
        return (
            SequenceState(waiting=waiting, marks=marks, watermark=upto),
            Sequenced(ordered=ordered, late=frames.concat(late), late_by=np.concatenate(late_by), upto=upto),
        )

    def _admit(
        self, marks: Marks, watermark: datetime, batch: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame, Instants]:
        """Split one stream's batch into rows on time and late rows, with how late; and move the stream's mark."""
        stream, source = batch.item(0, "log.stream"), batch.item(0, "log.source")
        mark = marks.get(stream) or Mark(source=source)
        instants = _instants(batch)
        if not mark.subsecond and (instants % _SECOND).any():
            mark = replace(mark, subsecond=True)
        horizon = batch.item(0, "event.ingested") + FUTURE_TOLERANCE
        lateness = self._late(source)
        floor = max(watermark, mark.own(lateness))
        first, last = batch.item(0, "@timestamp"), batch.item(-1, "@timestamp")
        if _rising(instants) and first >= floor and last <= horizon:
            marks.put(stream, replace(mark, newest=max(mark.newest, last)))
            return batch, batch[:0], _NONE
        times = batch.get_column("@timestamp")
        future = times > horizon
        seen = pl.select(pl.when(future).then(None).otherwise(times)).to_series().fill_null(strategy="forward")
        newest = pl.select(pl.max_horizontal(seen.cum_max(), pl.lit(mark.newest, dtype=frames.TIME))).to_series()
        before = newest.shift(1, fill_value=mark.newest)
        behind = future | (times < watermark) | (times + lateness < before)
        marks.put(stream, replace(mark, newest=newest[-1]))
        late = np.flatnonzero(behind.to_numpy())
        newer = np.maximum(_microseconds(before)[late], _instant(watermark))
        return batch.filter(~behind), batch[late], newer - instants[late]

    def _watermark(self, marks: Marks, idle: Mapping[str, datetime]) -> datetime:
        """Return the least moment any open stream may still give."""
        return min(
            (mark.heard(self._late(mark.source), idle.get(stream)) for stream, mark in marks.open()),
            default=BEGINNING,
        )

    def _live(self, marks: Marks, heard: Mapping[str, datetime], opened: Mapping[str, str]) -> datetime:
        """Return the same where all streams but ``opened`` have been heard up to a moment of their source.

        Of the streams of a source that were heard, the least is known by the one that has come least far.
        """
        least: list[datetime] = []
        behind: Counter[str] = Counter()
        for stream in opened:
            mark = marks[stream]
            if not mark.closed:
                behind[mark.source] += 1
                least.append(mark.own(self._late(mark.source)))
                if least[-1] == BEGINNING:
                    return BEGINNING
        for source, many in marks.sources():
            if many > behind[source]:
                moment = heard[source]
                moment = moment.replace(microsecond=0) if marks.whole(source) else moment
                least.append(max(moment, marks.least(source).own(self._late(source))))
        return min(least, default=BEGINNING)

    def _late(self, source: str) -> timedelta:
        return self.lateness.get(source, timedelta(0))

    def _release(
        self, rows: pl.DataFrame, watermark: datetime, *, everything: bool
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        if not rows.height:
            return rows, rows
        if everything:
            return _sorted(rows), rows[:0]
        instants = _instants(rows)
        limit = _instant(watermark)
        if _rising(instants):
            # The common case: one cut, no row moved.
            cut = int(np.searchsorted(instants, limit, side="left" if self.ties_wait else "right"))
            return _sorted(rows[:cut]), rows[cut:]
        free = pl.Series(instants < limit if self.ties_wait else instants <= limit)
        return _sorted(rows.filter(free)), rows.filter(~free)


def _instants(rows: pl.DataFrame) -> Instants:
    """Return event times as whole microseconds: numpy compares a batch in the time polars needs to plan it."""
    return _microseconds(rows.get_column("@timestamp"))


def _microseconds(times: pl.Series) -> Instants:
    return times.to_numpy().astype("datetime64[us]", copy=False).view(np.int64)


def _instant(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _rising(instants: Instants) -> bool:
    return bool((instants[1:] >= instants[:-1]).all())


def _newest(ordered: pl.DataFrame, watermark: datetime) -> datetime:
    """Return the moment just behind the last row: what a finished reading has heard."""
    if not ordered.height:
        return watermark
    last: datetime = ordered.item(-1, "@timestamp")
    return max(watermark, last + timedelta(microseconds=1))


def _sorted(rows: pl.DataFrame) -> pl.DataFrame:
    """Sort only what is not sorted yet: one stream's lines nearly always are, and moving 50 columns costs."""
    if rows.height < 2:
        return rows
    stream = rows.item(0, "log.stream")
    if (
        _rising(_instants(rows))
        and rows.item(-1, "log.stream") == stream
        and _rising(rows.get_column("log.offset").to_numpy())
        and bool((rows.get_column("log.stream") == stream).all())
    ):
        return rows
    return rows.sort(ORDER)


def to_tables(state: SequenceState) -> dict[str, pl.DataFrame]:
    """Return the state as tables for a snapshot."""
    marks = [mark for _, mark in state.marks.items()]
    columns = {name: [getattr(mark, name) for mark in marks] for name in Mark.__slots__}
    table = pl.DataFrame({"stream": [stream for stream, _ in state.marks.items()], **columns}, schema=_MARKS)
    watermark = pl.DataFrame({"watermark": [state.watermark]}, schema={"watermark": frames.TIME})
    return {"waiting": state.waiting, "marks": table, "watermark": watermark}


def from_tables(tables: Mapping[str, pl.DataFrame]) -> SequenceState:
    """Return the state a snapshot holds."""
    return SequenceState(
        waiting=frames.complete(tables["waiting"]),
        marks=Marks((stream, Mark(*rest)) for stream, *rest in tables["marks"].select(*_MARKS).iter_rows()),
        watermark=tables["watermark"].item(),
    )
