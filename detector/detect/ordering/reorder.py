"""Put events into event-time order behind a watermark, whatever order and batches they came in.

Comes in: event frames in the order their lines stand in the logs. Goes out: rows in the total order (@timestamp,
log.stream, place in it), each exactly once, and apart from them the late ones. It judges nothing.

How it stays independent of batches: every stream has a *mark*, which only its own events move: the newest event time
seen in it less how far its lines may lie behind each other (a floor, or twice what was seen of late). No single line
moves it by more than ``LEAP``: a time further ahead counts when ``IN_A_ROW`` lines one after the other have reached it.
So a wrong date, of tomorrow or of ten years ahead, waits for its time and makes nobody late, live as in a replay, which
has no clock to compare with; and a pause costs a few lines' waiting. A line is late
when it lies behind the mark its own predecessors made, which depends on the order of lines alone. Rows are released up
to the *watermark*, the least mark of all open streams, so a stream with a backlog holds the others back instead of
making them late. Rows of the watermark's own instant wait, so that those of several streams are never cut apart.

The wall clock speaks only for streams read to their end, and only after the lag their source has shown: a stream whose
lines always come five minutes late is idle when nothing came for five minutes longer. Waiting costs no page its time,
because what waits is judged beforehand (``detector.detect.rules.provisional``); it is bounded by ``LONGEST_WAIT`` and
``MOST_WAITING``.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.ordering.buffer import ReorderBuffer, instants, rising
from detector.detect.ordering.watermark import BEGINNING, Lag, StreamMark, StreamMarks
from detector.detect.state_scopes import StateScope, seen_by
from detector.schema.events.lines import IN_A_ROW

# A line dated further ahead of the moment it was read than this must not drag the watermark along: one wrong clock
# would make every honest line late.
FUTURE_TOLERANCE = timedelta(minutes=10)
# Where nobody follows, what is read may be of a clock in another zone: it is compared with itself alone.
REPLAYED_TOLERANCE = timedelta(days=1)
# A line moves the mark of its stream by so much at most (by the source's lateness, where that is more); of what lies
# further ahead the least time of ``IN_A_ROW`` lines counts.
LEAP = timedelta(minutes=1)
# Lines further behind their own stream than this are judged one by one, and among themselves.
PAST = timedelta(hours=1)
PAST_US = PAST // timedelta(microseconds=1)
# How far behind the stream that has come furthest, by its lines or by the clock, another may hold rows back, however
# disordered or slow it has been.
LONGEST_WAIT = timedelta(minutes=10)
# A lag that is learned is no longer than this: daily copies come by then.
LONGEST_LAG = timedelta(days=3)
# Of more rows than this the oldest go, though others might still come before them: of lines that come as they are
# written, and where several logs are being caught up with.
MOST_WAITING = 50_000
MOST_CATCHING_UP = 200_000
# Where lines are followed no more rows than this are let go in a step, unless twice as many came in it: what waited for
# a pause to be over is worked off step by step, and nobody waits meanwhile.
MOST_RELEASED = 10_000

_SECOND = 1_000_000
_HOUR = 3_600 * _SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_MARKS = {
    "stream": pl.String(),
    "source": pl.String(),
    "newest": frames.TIME,
    "reached": frames.TIME,
    "closed": pl.Boolean(),
    "subsecond": pl.Boolean(),
    "hour": pl.Int64(),
    "disorder": pl.Int64(),
    "disorder_before": pl.Int64(),
    "ahead": pl.List(pl.Int64()),
}
_LAGS = {"source": pl.String(), "hour": pl.Int64(), "most": pl.Duration("us"), "most_before": pl.Duration("us")}

Instants = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_NONE: Instants = np.empty(0, np.int64)
_NO: Mask = np.empty(0, np.bool_)
_WAIT = LONGEST_WAIT // _MICROSECOND


@dataclass(frozen=True, slots=True)
class ReorderState:
    """Rows waiting for the watermark, and the marks of all streams. Hand it to one step only: both are changed.

    Attributes:
        behind: Streams that had a backlog after the step before: the age of their lines says nothing of their lag.
    """

    waiting: ReorderBuffer = field(
        default_factory=ReorderBuffer, metadata=seen_by(StateScope.STREAM, StateScope.COMPANY)
    )
    marks: StreamMarks = field(default_factory=StreamMarks, metadata=seen_by(StateScope.STREAM))
    watermark: datetime = field(default=BEGINNING, metadata=seen_by(StateScope.COMPANY))
    behind: frozenset[str] = field(default=frozenset(), metadata=seen_by(StateScope.STREAM))


@dataclass(frozen=True, slots=True)
class Reordered:
    """Result of one step.

    Attributes:
        ordered: Released rows in the total order.
        new: Rows of this step that are on time; some of them wait still.
        late: Rows behind the watermark, or dated in the future; in order of arrival.
        late_by: How far each of them lies behind the newest row before it in its own stream, in microseconds: 0 in a
            stream that is in order; below 0 for a row from the future.
        upto: Every event before this moment has been released.
        is_far: Which of the late rows are in order in their own stream and were more than ``LONGEST_WAIT`` old when
            they were read.
        moments: By source, the moment before which its streams give nothing more; none in a replay.
    """

    ordered: pl.DataFrame
    new: pl.DataFrame
    late: pl.DataFrame
    late_by: Instants
    upto: datetime
    is_far: Mask
    moments: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def far(self) -> list[pl.DataFrame]:
        """The late rows that are far behind, in the order read; frames of one stream each."""
        if not self.is_far.any():
            return []
        return self.late.filter(pl.Series(self.is_far)).partition_by("log.stream", maintain_order=True)

    @property
    def held_by(self) -> str:
        """The source for which the others wait; empty where none is followed."""
        return min(self.moments, key=lambda source: (self.moments[source], source), default="")

    @property
    def belated(self) -> int:
        """How many rows came late, but not by more than ``PAST``."""
        return int(np.count_nonzero((self.late_by >= 0) & (self.late_by <= PAST_US)))

    def late_of(self) -> dict[str, tuple[int, timedelta]]:
        """Return of each source how many rows came late by more than ``PAST``, and how late at most.

        Rows with ``log.history`` are not among them: what stood in a log before it was first opened cannot come late.
        """
        found: dict[str, tuple[int, timedelta]] = {}
        for source, old, by in self._far_out():
            if not old:
                many, most = found.get(source, (0, timedelta(0)))
                found[source] = many + 1, max(most, by * _MICROSECOND)
        return found

    def ahead_of(self) -> Counter[str]:
        """Return of each source how many rows are dated too far in the future to be counted."""
        ahead = self.late_by < 0
        if not ahead.any():
            return Counter()
        return Counter(self.late.get_column("log.source").filter(pl.Series(ahead)).to_list())

    def unordered_history(self) -> Counter[str]:
        """Return of each source how many rows with ``log.history`` lie behind their own stream by more than ``PAST``.

        They are judged as late rows are.
        """
        return Counter(source for source, old, _ in self._far_out() if old)

    def _far_out(self) -> Iterator[tuple[str, bool | None, int]]:
        """Return source, ``log.history`` and lateness in microseconds of each row late by more than ``PAST``."""
        behind = np.flatnonzero(self.late_by > PAST_US)
        if behind.size:
            rows = self.late.select("log.source", "log.history")[behind]
            yield from ((*row, by) for row, by in zip(rows.iter_rows(), self.late_by[behind].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Reorderer:
    """The ordering step.

    Attributes:
        lateness: How far out of order lines may come at least, by source name.
        most_waiting: How many rows wait where lines come as they are written.
        most_released: How many rows are let go in a step, unless twice as many came in it.
        in_a_row: So many lines one after the other have to reach a time that lies far ahead, for it to count.
    """

    lateness: Mapping[str, timedelta] = field(default_factory=dict)
    most_waiting: int = MOST_WAITING
    most_released: int = MOST_RELEASED
    in_a_row: int = IN_A_ROW

    def step(
        self,
        state: ReorderState,
        batches: Iterable[pl.DataFrame],
        *,
        idle_until: Mapping[str, datetime] | None = None,
        now: datetime | None = None,
        closed: Sequence[str] = (),
        backlog: Mapping[str, str] | None = None,
        far: Collection[str] = (),
        final: bool = False,
    ) -> tuple[ReorderState, Reordered]:
        """Take new events in and release what the watermark allows.

        Args:
            state: From the step before.
            batches: Event frames, each of one stream, in the order read.
            idle_until: For streams that give nothing before a moment: that moment.
            now: When this is, where lines are followed: every stream that is not in ``backlog`` was read to its end.
            closed: Streams that are complete.
            backlog: Streams that exist but have not given a line yet, or not all, with their sources: they hold the
                watermark back.
            far: Sources that are far behind: what is more than ``LONGEST_WAIT`` old when it is read is late there even
                where nobody else has come further, so that such a source is not counted now here, now there.
            final: Everything has been read; release all.
        """
        marks, backlog = state.marks, backlog or {}
        for stream, source in backlog.items():
            if stream not in marks:
                marks.advance(stream, StreamMark(source=source))
        new, late, late_by, is_far = [], [], [_NONE], [_NO]
        for batch in batches:
            if batch.height:
                tolerance = REPLAYED_TOLERANCE if now is None else FUTURE_TOLERANCE
                on_time, behind, by, mine = self._admit(marks, state.watermark, batch, far, tolerance)
                if now is not None:
                    times = on_time.get_column("@timestamp"), behind.get_column("@timestamp")
                    telling = pl.concat([times[0], times[1].filter(pl.Series(by <= _WAIT))])
                    self._learn_lag(state, batch, telling, backlog)
                new.append(on_time)
                late.append(behind)
                late_by.append(by)
                is_far.append(mine)
        for stream in closed:
            marks.close(stream)
        state.waiting.add(new)
        moment, moments = self._replayed(marks, idle_until or {}) if now is None else self._live(marks, now, backlog)
        most = MOST_CATCHING_UP if backlog or now is None else self.most_waiting
        if now is not None:
            moment = self._step_by_step(state, moment, sum(rows.height for rows in new))
        watermark, ordered = self._released(state, moment, most, final=final)
        return (
            ReorderState(waiting=state.waiting, marks=marks, watermark=watermark, behind=frozenset(backlog)),
            Reordered(
                ordered=ordered,
                new=frames.concat(new),
                late=frames.concat(late),
                late_by=np.concatenate(late_by),
                upto=watermark,
                is_far=np.concatenate(is_far),
                moments=moments,
            ),
        )

    def _step_by_step(self, state: ReorderState, moment: datetime, came: int) -> datetime:
        """Return a moment before which no more rows wait than may be let go in one step."""
        left = state.waiting.height - max(self.most_released, 2 * came)
        last = state.waiting.limit(left) if left > 0 else None
        return moment if last is None else min(moment, moment_at(last + 1))

    def _released(
        self, state: ReorderState, moment: datetime, most: int, *, final: bool
    ) -> tuple[datetime, pl.DataFrame]:
        """Return the new watermark, and the rows it lets go."""
        if final:
            ordered = state.waiting.release_all()
            return _newest(ordered, state.watermark), ordered
        watermark = max(state.watermark, moment)
        crowded = state.waiting.limit(most)
        if crowded is not None:
            watermark = max(watermark, moment_at(crowded + 1))
        return watermark, state.waiting.release(instant(watermark))

    def _admit(
        self,
        marks: StreamMarks,
        watermark: datetime,
        batch: pl.DataFrame,
        far: Collection[str],
        tolerance: timedelta,
    ) -> tuple[pl.DataFrame, pl.DataFrame, Instants, Mask]:
        """Split one stream's batch into rows on time and late rows, with how late and which of these are far behind.

        The stream's mark is moved.
        """
        stream, source = batch.item(0, "log.stream"), batch.item(0, "log.source")
        mark = marks.get(stream) or StreamMark(source=source)
        times = instants(batch)
        if not mark.subsecond and (times % _SECOND).any():
            mark = replace(mark, subsecond=True)
        read = instant(batch.item(0, "event.ingested"))
        horizon, old = read + tolerance // _MICROSECOND, read - _WAIT
        least = self._floor(source) // _MICROSECOND
        floor, newest = instant(watermark), instant(mark.newest)
        if source in far:
            floor = max(floor, old)
        if rising(times) and times[0] >= max(floor, newest) and times[-1] <= horizon:
            credible, ahead = _credible(mark, times, np.zeros(times.size, dtype=np.bool_), batch, least, self.in_a_row)
            marks.advance(stream, replace(_moved(mark, int(credible[-1]), least), ahead=ahead))
            return batch, batch[:0], _NONE, _NO
        future = times > horizon
        credible, ahead = _credible(mark, times, future, batch, least, self.in_a_row)
        before = credible[:-1]
        reached, mark = _reached(mark, times, before, future, least)
        late = np.flatnonzero(future | (times < np.maximum(reached, floor)))
        marks.advance(stream, replace(_moved(mark, int(credible[-1]), least), ahead=ahead))
        if not late.size:
            return batch, batch[:0], _NONE, _NO
        on_time = np.ones(times.size, dtype=np.bool_)
        on_time[late] = False
        return (
            batch.filter(pl.Series(on_time)),
            batch[late],
            np.where(future, horizon - times, np.maximum(before - times, 0))[late],
            (~future & (times >= reached) & (times < old))[late],
        )

    @staticmethod
    def _learn_lag(state: ReorderState, batch: pl.DataFrame, telling: pl.Series, backlog: Mapping[str, str]) -> None:
        """Learn how old the lines of a source are when they are read, unless they stood there for long.

        The times ``telling`` it are of lines no further behind their own stream than it may be waited for: one that
        tells when a long request began says nothing of how lines travel.
        """
        stream, source = batch.item(0, "log.stream"), batch.item(0, "log.source")
        if stream in backlog or stream in state.behind or batch.get_column("log.history").any():
            return
        read, lags = batch.item(0, "event.ingested"), state.marks.lags
        oldest = telling.min()
        if isinstance(oldest, datetime):
            lags[source] = lags.get(source, Lag()).seen(min(read - oldest, LONGEST_LAG), read)

    def patience(self, marks: StreamMarks, source: str) -> timedelta:
        """Return how long the streams of a source must be silent before the clock speaks for them."""
        lag = marks.lags.get(source, Lag()).learned
        return max(self._floor(source), lag * 1.25 + timedelta(seconds=1) if lag else lag)

    def longest_wait(self, marks: StreamMarks, source: str) -> timedelta:
        """Return how long others wait for a source that was read to its end."""
        return min(self.patience(marks, source), LONGEST_WAIT)

    def _replayed(self, marks: StreamMarks, idle_until: Mapping[str, datetime]) -> tuple[datetime, dict[str, datetime]]:
        """Return the least moment any open stream may still give; by source nothing is asked for."""
        return min((mark.heard(idle_until.get(stream)) for stream, mark in marks.open()), default=BEGINNING), {}

    def _live(
        self, marks: StreamMarks, now: datetime, backlog: Mapping[str, str]
    ) -> tuple[datetime, dict[str, datetime]]:
        """Return the same where all streams not in ``backlog`` are read to their end, and what each source may give.

        Of the streams of a source that were, the least is known by the one that has come least far. None holds the
        others back by more than ``LONGEST_WAIT``, whether these go on or have nothing to give.
        """
        least: dict[str, datetime] = {}
        behind: Counter[str] = Counter()
        for stream in backlog:
            mark = marks[stream]
            if not mark.closed:
                behind[mark.source] += 1
                least[mark.source] = min(mark.reached, least.get(mark.source, mark.reached))
        for source, many in marks.sources():
            if many > behind[source]:
                moment = now - self.patience(marks, source)
                moment = moment.replace(microsecond=0) if marks.whole(source) else moment
                moment = max(moment, marks.least(source).reached)
                least[source] = min(moment, least.get(source, moment))
        moment = min(least.values(), default=BEGINNING)
        # Where all are quiet no line moves the front, but the clock does: who has nothing to give is further by then.
        front = max([marks.front, *least.values()])
        return moment if behind else max(moment, _before(min(front, now), LONGEST_WAIT)), least

    def _floor(self, source: str) -> timedelta:
        return self.lateness.get(source, timedelta(0))


def _before(moment: datetime, span: timedelta) -> datetime:
    return moment - span if moment > BEGINNING + span else BEGINNING


def _moved(mark: StreamMark, newest: int, least: int) -> StreamMark:
    """Return the mark of a stream that has come up to a moment."""
    if newest < instant(mark.newest):
        return mark
    mark = _turned(mark, newest // _HOUR)
    reached = newest - _wait(mark.disorder, mark.disorder_before, least)
    return replace(mark, newest=moment_at(newest), reached=max(mark.reached, moment_at(reached)))


def _credible(
    mark: StreamMark, times: Instants, future: Mask, batch: pl.DataFrame, least: int, in_a_row: int
) -> tuple[Instants, tuple[int, ...]]:
    """Return the newest time that counts before the first row and behind each, and what lies ahead of the last.

    Row by row, so that it does not depend on the batches. Rows of one line are one.
    """
    newest, most = instant(mark.newest), max(least, LEAP // _MICROSECOND)
    found = np.maximum.accumulate(np.concatenate([[newest], np.where(future, newest, times)]))
    leaps = np.flatnonzero(np.diff(found) > most)
    if not leaps.size:
        return found, mark.ahead if future.all() else ()
    begin = int(leaps[0])
    newest, ahead = int(found[begin]), list(mark.ahead) if future[:begin].all() else []
    rows = (part[begin:].tolist() for part in (times, future, batch.get_column("log.offset").to_numpy()))
    counts: list[int] = []
    before: int | None = None
    for time, wrong, line in zip(*rows, strict=True):
        if not wrong and time <= newest + most:
            newest, ahead = max(newest, time), []
        elif not wrong and line != before:
            ahead.append(time)
            if len(ahead) == in_a_row:
                newest = min(ahead)
                ahead = [each for each in ahead if each > newest + most]
        before = line
        counts.append(newest)
    found[begin + 1 :] = counts
    return found, tuple(ahead)


def _turned(mark: StreamMark, hour: int) -> StreamMark:
    """Return the mark in an hour of event time: what was seen before the hour before it is forgotten."""
    if hour <= mark.hour:
        return mark
    return replace(mark, hour=hour, disorder=0, disorder_before=mark.disorder if hour == mark.hour + 1 else 0)


def _wait(disorder: int, before: int, least: int) -> int:
    """Return how far behind the newest line others are waited for."""
    return max(least, min(2 * max(disorder, before), LONGEST_WAIT // _MICROSECOND))


def _reached(
    mark: StreamMark, times: Instants, before: Instants, future: Mask, least: int
) -> tuple[Instants, StreamMark]:
    """Return the mark in front of each row, and the mark with the disorder of all of them.

    Row by row: what a line shows of disorder counts for those behind it, wherever the batch was cut.
    """
    late_by = np.where(future, 0, before - times)
    late_by[late_by > PAST_US] = 0  # from another time: no disorder that waiting would mend
    reached = np.empty(times.size, dtype=np.int64)
    hours = before // _HOUR
    starts = np.flatnonzero(np.append(True, hours[1:] != hours[:-1])) if times.size else _NONE
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), times.size], strict=True):
        mark = _turned(mark, int(hours[start]))
        seen = np.maximum.accumulate(np.concatenate([[mark.disorder], late_by[start:end]]))
        most = np.maximum(seen[:-1], mark.disorder_before)
        wait = np.maximum(least, np.minimum(2 * most, LONGEST_WAIT // _MICROSECOND))
        reached[start:end] = before[start:end] - wait
        mark = replace(mark, disorder=int(seen[-1]))
    reached = np.maximum.accumulate(np.concatenate([[instant(mark.reached)], reached]))[1:]
    last = int(reached[-1]) if reached.size else instant(mark.reached)
    return reached, replace(mark, reached=max(mark.reached, moment_at(last)))


def instant(moment: datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_at(at: int) -> datetime:
    """Return the moment so many microseconds after 1970, none before ``BEGINNING``."""
    return _EPOCH + timedelta(microseconds=at) if at > instant(BEGINNING) else BEGINNING


def _newest(ordered: pl.DataFrame, watermark: datetime) -> datetime:
    """Return the moment just behind the last row: what a finished reading has heard."""
    if not ordered.height:
        return watermark
    last: datetime = ordered.item(-1, "@timestamp")
    return max(watermark, last + _MICROSECOND)


def to_tables(state: ReorderState) -> dict[str, pl.DataFrame]:
    """Return the state as tables for a snapshot."""
    marks = [mark for _, mark in state.marks.items()]
    columns = {name: [getattr(mark, name) for mark in marks] for name in _MARKS if name != "stream"}
    table = pl.DataFrame({"stream": [stream for stream, _ in state.marks.items()], **columns}, schema=_MARKS)
    lags = [(source, lag.hour, lag.most, lag.most_before) for source, lag in sorted(state.marks.lags.items())]
    return {
        "waiting": frames.known(state.waiting.to_frame()),
        "marks": table,
        "lags": pl.DataFrame(lags, schema=_LAGS, orient="row"),
        "watermark": pl.DataFrame({"watermark": [state.watermark]}, schema={"watermark": frames.TIME}),
        "behind": pl.DataFrame({"stream": sorted(state.behind)}, schema={"stream": pl.String()}),
    }


def from_tables(tables: Mapping[str, pl.DataFrame]) -> ReorderState:
    """Return the state a snapshot holds."""
    names = [name for name in _MARKS if name != "stream"]
    marks = (
        (stream, StreamMark(**dict(zip(names, rest, strict=True)) | {"ahead": tuple(rest[-1])}))
        for stream, *rest in tables["marks"].select(*_MARKS).iter_rows()
    )
    lags = {source: Lag(*rest) for source, *rest in tables["lags"].select(*_LAGS).iter_rows()}
    return ReorderState(
        waiting=ReorderBuffer.from_frame(frames.complete(tables["waiting"])),
        marks=StreamMarks(marks, lags),
        watermark=tables["watermark"].item(),
        behind=frozenset(tables["behind"]["stream"]),
    )
