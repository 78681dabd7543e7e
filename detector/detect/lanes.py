"""Streams that are in order but far behind the others: a nightly copy beside a log that is written now.

Comes in: rows that lie behind the watermark though they are in order in their own stream, and more than
``LONGEST_WAIT`` old when they were read. Goes out: the findings that judging them anew among the rows around them
cannot make: by rules over more than an hour, by what is new for an account, and by behaviour.

Every source with such rows has a *lane*: its rows are put into the total order by the marks of its own streams and
folded, with the ordinary folds, into a state of its own, together with what other logs tell of the same time and rules
count (``RuleState.recent``, which reaches back to the lanes' watermarks, and ``RuleState.behind``). So what a lane
says of an account is what a replay of all logs says of it; of accounts that its source never names it says nothing.
Behaviour goes back for what is no more than two hours old when it is read (``detector.detect.rewind``); what is older,
and whatever a copy brings, is judged here, by the source's own rows alone. A lane's watermark is moved by lines alone:
the clock lets go what waits when its source has been silent for as long as it usually is, but never makes a line late
that is newer than those before it. What others go on to tell behind a lane's newest row is judged there beforehand,
when it comes and again when the common order has settled it: then it is sure, though more may come (``_sure``).

The first rows of a copy may be read, and counted in the common order, before another log has shown that it is far
behind: those that were old when they were read, and are remembered still, are handed to the lane when it begins. What
was counted in the common order, of this source or another, adds nothing once more to what accounts are known for
in a lane.

What an account came with in the common order is known in every lane. There are at most ``most_lanes``; one is
forgotten ``KEPT`` after its last row, or after ``QUIET`` where another source needs one. A lane in use is never given
up: a source for which none is free is left in the common order, and named (``InLanes.left_out``). While no stream is
far behind there is none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.behaviour import Behaviour, BehaviourState, Stats
from detector.detect.ordering.buffer import Affected, ReorderBuffer, in_order, instants
from detector.detect.ordering.reorder import LONGEST_WAIT, MOST_WAITING, PAST_US, Reordered, instant
from detector.detect.ordering.watermark import BEGINNING
from detector.detect.rewind import REACH
from detector.detect.rules import Provisional, RuleDetector, RuleState, preview, recent_rows
from detector.detect.rules.recent_rows import RecentRows
from detector.schema.detection.findings import Finding
from detector.schema.events.columns import ADDRESS

MOST_LANES = 32
KEPT = timedelta(microseconds=recent_rows.KEPT)
# A nightly copy is in use from one night to the next, though it be some hours later then.
QUIET = timedelta(hours=36)
# A log may be held up for so long; what is older is a copy's.
HELD_UP = timedelta(hours=12)
# Rows that wait in all lanes together.
MOST_IN_LANES = 8 * MOST_WAITING
# Accounts and addresses that a lane has rows of.
MOST_ACTORS = 50_000
# Of more rows than this that a lane has not settled, what a live log adds is said when the lane comes there.
MOST_AT_ONCE = 5_000
_MICROSECOND = timedelta(microseconds=1)
_ACTORS = {"actor": pl.String(), "rows": pl.Int64()}
_LANES = {"source": pl.String(), "watermark": frames.TIME, "newest": frames.TIME, "read": frames.TIME}


@dataclass(slots=True)
class Lane:
    """What is known of one source's rows that are far behind. Changed in place.

    Attributes:
        copied: A row of it was over ``HELD_UP`` old when it was read: it is a copy, brought now and then, and its rows
            are counted here alone. Counted where others are as well, the last hours of it were another statement.
        watermark: Every row before it has been judged.
        newest: Event time of its newest row. read: when a row of it was read last.
        actors: Whom its rows name, accounts and addresses, and by how many rows; of too many those with the fewest
            are forgotten first, of equals those named first.
        forgotten: How many of these were forgotten, since ``LaneDetector.take_forgotten``.
        most_actors: How many of them there may be; a fourth more for a while.
    """

    rules: RuleState
    behaviour: BehaviourState | None
    copied: bool = False
    waiting: ReorderBuffer = field(default_factory=ReorderBuffer)
    watermark: datetime = BEGINNING
    newest: datetime = BEGINNING
    read: datetime = BEGINNING
    actors: dict[str, int] = field(default_factory=dict)
    forgotten: int = 0
    said: Provisional = field(default_factory=Provisional)
    most_actors: int = MOST_ACTORS

    def add(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Let rows wait; return those that do: what lies behind its watermark is not counted here."""
        rows = rows.filter(pl.Series(instants(rows) >= instant(self.watermark)))
        newest = rows.get_column("@timestamp").max()
        if isinstance(newest, datetime):
            self.newest = max(self.newest, newest)
            self.read = max(self.read, rows.item(-1, "event.ingested"))
            self.waiting.add([rows])
            self._name(rows)
        return rows

    def _name(self, rows: pl.DataFrame) -> None:
        """Remember whom rows name."""
        places = (ADDRESS + each for each in (frames.counted_addresses(rows), frames.wide_networks(rows)))
        names = pl.concat([rows.get_column("actor.id"), *places])
        for name, rows_of_it in names.drop_nulls().value_counts().sort("count", names.name).iter_rows():
            self.actors[name] = self.actors.pop(name, 0) + rows_of_it
        if len(self.actors) > self.most_actors + self.most_actors // 4:
            fewest = sorted(self.actors, key=self.actors.__getitem__)[: len(self.actors) - self.most_actors]
            self.forgotten += len(fewest)
            for name in fewest:
                del self.actors[name]

    def release(self, moment: datetime | None, most: int) -> pl.DataFrame:
        """Return the rows before a moment, or all, in the total order; no more than ``most`` wait on.

        The watermark moves.
        """
        last = self.newest + _MICROSECOND
        self.watermark = max(self.watermark, last if moment is None else min(moment, last))
        crowded = self.waiting.limit(most)
        if crowded is not None and crowded >= instant(self.watermark):
            self.watermark += (crowded + 1 - instant(self.watermark)) * _MICROSECOND
        return self.waiting.release(instant(self.watermark))


Lanes = dict[str, Lane]
"""By source."""
Came = dict[str, list[pl.DataFrame]]
"""Rows that are far behind, by source."""


@dataclass(slots=True)
class InLanes:
    """What a step said of rows in lanes.

    Attributes:
        stats: None: nothing is far behind.
        touches: Why clients were touched in lanes.
        left_out: Sources with rows that are far behind, for which no lane was free.
    """

    findings: list[Finding] = field(default_factory=list)
    stats: Stats | None = None
    touches: list[pl.DataFrame] = field(default_factory=list)
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneDetector:
    """Judges the rows of lanes.

    Attributes:
        rules: Those that judging late rows anew does not serve (``RuleDetector.beyond_the_hour``).
        most_lanes: How many lanes there are.
    """

    rules: RuleDetector
    behaviour: Behaviour | None = None
    most_lanes: int = MOST_LANES

    def open_lanes(
        self, lanes: Lanes, common: RuleState, rows: Reordered, waiting: ReorderBuffer, now: datetime | None
    ) -> Came:
        """Return the rows of a step that are far behind, by source; lanes are begun for those that have none.

        To be called before the rows in the common order are judged.

        Args:
            lanes: Changed.
            common: What rules know of rows in the common order.
            rows: Of this step.
            waiting: Rows that wait in the common order.
            now: When this is, where lines are followed.
        """
        came: Came = {}
        if now is None:  # a replay, where all logs wait for each other
            return came
        for batch in rows.far:
            came.setdefault(batch.item(0, "log.source"), []).append(batch)
        if not (lanes or came):
            return came
        known = set(lanes)
        self._begin(lanes, common, came, now)
        for source in came.keys() & lanes.keys():
            lanes[source].copied = lanes[source].copied or any(map(_is_copy, came[source]))
        begun = [source for source in came if source in lanes and source not in known]
        if begun:
            counted = frames.concat([common.recent.to_frame(), rows.ordered, waiting.to_frame()])
            for source in begun:
                came[source].insert(0, counted.filter(_old(counted, source)))
        return came

    @staticmethod
    def takes(lanes: Lanes, rows: Reordered) -> npt.NDArray[np.bool_]:
        """Say which late rows lanes judge: those far behind, but none behind what their lane has judged already.

        To be called before ``step``. What a lane leaves out is judged anew like any other belated row.
        """
        taken = np.zeros(rows.late.height, dtype=np.bool_)
        if not (lanes and taken.size):
            return taken
        sources, times = rows.late.get_column("log.source"), instants(rows.late)
        for source, lane in lanes.items():
            taken |= (sources == source).fill_null(value=False).to_numpy() & (times >= instant(lane.watermark))
        return taken & rows.is_far

    @staticmethod
    def is_counted_back(lanes: Lanes, rows: Reordered) -> pl.Series:
        """Say which late rows common behaviour goes back for: those no further behind their own stream than ``PAST``.

        Not those whose behaviour is judged in their lane.
        """
        apart = pl.repeat(value=False, n=rows.late.height, eager=True)
        for source, lane in lanes.items():
            apart |= _old(rows.late, source, _too_far(lane))
        near = (rows.late_by >= 0) & (rows.late_by <= PAST_US)
        return pl.Series(near) & ~(apart & pl.Series(rows.is_far))

    def step(
        self,
        lanes: Lanes,
        common: RuleState,
        came: Came,
        rows: Reordered,
        waiting: ReorderBuffer,
        *,
        final: bool = False,
    ) -> InLanes:
        """Judge the rows of a step that are far behind, and what waits in lanes.

        To be called when the rows in the common order have been judged.

        Args:
            lanes: Changed.
            common: What rules know of rows in the common order; what it remembers of them reaches back to the lanes.
            came: As ``begin`` returned it.
            rows: Of this step.
            waiting: Rows that wait in the common order.
            final: Everything has been read.
        """
        if not lanes and not came:
            common.recent.since = None
            return InLanes()
        done = InLanes(stats=Stats(), left_out=tuple(source for source in came if source not in lanes))
        most = min(MOST_WAITING, MOST_IN_LANES // max(len(lanes), 1))
        beside = _beside(common, waiting)
        others = frames.concat([rows.new, rows.ordered])  # said at once, and again when it is sure
        for source, lane in lanes.items():
            new = frames.concat([lane.add(batch) for batch in came.get(source, ())])
            here = self._completing(lane, others)
            if lane.waiting.height or here.height:
                before = lane.watermark
                moment = None if final else min(rows.moments.get(source, rows.upto), rows.upto)
                own = lane.release(moment, most)
                between = instant(before), instant(lane.watermark)
                near = frames.concat([part.between(*between) for part in (common.recent, *common.behind)])
                ordered = in_order(frames.concat([own, near.filter(~_old(near, source))]))
                found = self._judged(source, lane, (new, here), ordered, common, beside, done)
                done.findings += _sure(found, lane, rows.upto)
        common.recent.since = _reach(lanes)
        return done

    def recalled(self, lanes: Lanes, common: RuleState, waiting: ReorderBuffer) -> list[Finding]:
        """Return what was said before a snapshot of rows that wait in lanes (``Core._recalled``)."""
        found: list[Finding] = []
        for source, lane in lanes.items():
            previewed, affected = self._previewed(
                source, lane, lane.waiting.to_frame(), common, _beside(common, waiting)
            )
            found += lane.said.correct([], previewed, [], affected)
        return found

    def _begin(self, lanes: Lanes, common: RuleState, sources: Mapping[str, object], now: datetime) -> None:
        """Forget what has been quiet for too long and is so still, and begin lanes for sources that have none.

        Where every lane is taken, the one that has been quiet for longest goes, but none that is in use.
        """
        for source in _quiet(lanes, now - KEPT):
            if source not in sources:  # else it was the service that was away
                del lanes[source]
        needed = [source for source in sources if source not in lanes]
        over = len(lanes) + len(needed) - self.most_lanes
        if over > 0:
            idle = [source for source in _quiet(lanes, now - QUIET) if source not in sources]
            for source in idle[:over]:
                del lanes[source]
        for source in needed[: max(self.most_lanes - len(lanes), 0)]:
            behaviour = self.behaviour.empty() if self.behaviour else None
            lanes[source] = self._lane(common, self.rules.empty(), behaviour)

    @staticmethod
    def _lane(common: RuleState, rules: RuleState, behaviour: BehaviourState | None) -> Lane:
        rules.facts.seen = rules.facts.seen.upon(common.facts.seen)
        return Lane(rules, behaviour)

    def _completing(self, lane: Lane, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of other logs that may complete a count in a lane: near its newest, of whom it names."""
        if not rows.height:
            return rows
        rows = rows.filter(pl.Series(instants(rows) <= instant(lane.newest) + self.rules.reach))
        return rows.filter(rows.get_column("actor.id").is_in(list(lane.actors))) if rows.height else rows

    def _judged(
        self,
        source: str,
        lane: Lane,
        came: tuple[pl.DataFrame, pl.DataFrame],
        ordered: pl.DataFrame,
        common: RuleState,
        beside: Iterable[RecentRows | ReorderBuffer],
        done: InLanes,
    ) -> list[Finding]:
        """Judge rows that came now, the lane's and others, and those that were let go, each with those beside them."""
        _, told = self.rules.step(lane.rules, ordered, _known(common, ordered))
        settled = [each for each in told if each.actor_id in lane.actors or each.rule_id in self.rules.wide]
        if self.rules.touches is not None:
            own = ordered.filter(_old(ordered, source)).select(frames.LINE)
            done.touches.append(self.rules.touches.join(own, on=frames.LINE, how="semi"))
        unusual: list[Finding] = []
        if self.behaviour and lane.behaviour is not None:
            counted = self.rules.without_repeated(ordered)
            counted = counted.filter(_old(counted, source, _too_far(lane)))
            lane.behaviour, unusual, stats = self.behaviour.step(lane.behaviour, counted, lane.watermark)
            if done.stats is not None:
                done.stats.add(stats)
        previewed, affected = self._previewed(
            source, lane, frames.concat(came), common, beside, sparing=not came[0].height
        )
        return unusual + lane.said.correct(settled, previewed, [], affected, instant(lane.watermark))

    def _previewed(
        self,
        source: str,
        lane: Lane,
        new: pl.DataFrame,
        common: RuleState,
        beside: Iterable[RecentRows | ReorderBuffer],
        *,
        sparing: bool = False,
    ) -> tuple[list[Finding], Affected | None]:
        """Judge beforehand what waits in a lane of those who did something in ``new``, and return of whom that is.

        ``sparing``: not where there is much; nobody then.
        """
        if not new.height:
            return [], None
        affected = Affected.of(new, everyone=bool(self.rules.wide))
        others = frames.concat([part.of_those(affected) for part in beside])
        later = pl.Series(instants(others) >= instant(lane.watermark))
        waiting = ReorderBuffer(list(lane.waiting.pieces))
        waiting.add([others.filter(later & ~_old(others, source))])
        if sparing and waiting.height > MOST_AT_ONCE:
            return [], None
        return preview(self.rules, lane.rules, affected, waiting, partial(_known, common)), affected

    @staticmethod
    def take_forgotten(lanes: Lanes) -> Counter[str]:
        """Return how much lanes let go of because there was too much, by memory, since the last call."""
        taken: Counter[str] = Counter()
        for lane in lanes.values():
            taken += lane.rules.take_forgotten()
            taken["lanes"] += lane.forgotten
            lane.forgotten = 0
        return +taken

    def to_tables(self, lanes: Lanes) -> dict[str, pl.DataFrame]:
        """Return lanes as tables, for a snapshot."""
        if not lanes:
            return {}
        told = [(source, lane.watermark, lane.newest, lane.read) for source, lane in lanes.items()]
        copied = pl.Series("copied", [lane.copied for lane in lanes.values()])
        tables = {"lanes": pl.DataFrame(told, schema=_LANES, orient="row").with_columns(copied)}
        for number, lane in enumerate(lanes.values()):
            tables[f"{number}.waiting"] = frames.known(lane.waiting.to_frame())
            tables[f"{number}.replaced"] = lane.said.to_table()
            tables[f"{number}.actors"] = pl.DataFrame(list(lane.actors.items()), schema=_ACTORS, orient="row")
            tables |= {f"{number}.rules.{name}": table for name, table in lane.rules.to_tables().items()}
            if lane.behaviour is not None:
                tables |= {f"{number}.behaviour.{name}": table for name, table in lane.behaviour.tables().items()}
        return tables

    def from_tables(self, tables: Mapping[str, pl.DataFrame], common: RuleState) -> Lanes:
        """Return the lanes a snapshot holds; none where it has no such tables.

        Raises:
            ValueError: Behaviour or rules were written under another seed or shape.
        """
        lanes: Lanes = {}
        for number, (source, *times) in enumerate(tables["lanes"].select(*_LANES).iter_rows() if tables else ()):
            rules = RuleState.from_tables(dict(_under(tables, f"{number}.rules.")), self.rules.seed)
            known = dict(_under(tables, f"{number}.behaviour."))
            behaviour = None
            if self.behaviour:
                seed = self.behaviour.seed
                behaviour = BehaviourState.from_tables(known, seed) if known else self.behaviour.empty()
            lane = self._lane(common, rules, behaviour)
            waiting = ReorderBuffer.from_frame(frames.complete(tables[f"{number}.waiting"]))
            names = ("watermark", "newest", "read")
            named = tables.get(f"{number}.actors")
            actors = dict(named.select(*_ACTORS).iter_rows()) if named is not None else {}
            read = dict(zip(names, times, strict=True))
            said = Provisional.from_table(tables.get(f"{number}.replaced"))
            copied = "copied" in tables["lanes"].columns and bool(tables["lanes"].item(number, "copied"))
            lanes[source] = replace(lane, copied=copied, waiting=waiting, actors=actors, said=said, **read)
        common.recent.since = _reach(lanes)
        return lanes


def _beside(common: RuleState, waiting: ReorderBuffer) -> list[RecentRows | ReorderBuffer]:
    """Return what is remembered of rows in the common order."""
    return [common.recent, *common.behind, waiting]


def _known(common: RuleState, rows: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which rows were counted in the common order: what accounts came with there, these came with, too."""
    found = np.zeros(rows.height, dtype=np.bool_)
    if rows.height:
        times = instants(rows)
        counted = common.recent.between(int(times.min()), int(times.max()) + 1)
        at = rows.select(frames.LINE).with_row_index("at")
        found[at.join(counted.select(frames.LINE), on=frames.LINE, how="semi", nulls_equal=True)["at"]] = True
    return found


def _sure(findings: Iterable[Finding], lane: Lane, upto: datetime) -> list[Finding]:
    """Return what a lane says, sure where neither in it nor in the common order a row waits that is no later."""
    first, end = lane.waiting.first, instant(upto)
    end = end if first is None else min(end, first)
    return [replace(each, provisional=each.provisional and instant(each.last_event_at) >= end) for each in findings]


def _reach(lanes: Lanes) -> int | None:
    """Return how far back rows in the common order have to be remembered."""
    return min((instant(lane.watermark) - PAST_US for lane in lanes.values()), default=None)


def _too_far(lane: Lane) -> timedelta:
    """Return how old rows of a lane are when they are read that common behaviour does not go back for."""
    return LONGEST_WAIT if lane.copied else REACH


def _old(rows: pl.DataFrame, source: str, age: timedelta = LONGEST_WAIT) -> pl.Series:
    """Say which rows are a source's and were far behind when they were read, and no first reading of old lines."""
    old = rows.get_column("event.ingested") - rows.get_column("@timestamp") > age
    mine = (rows.get_column("log.source") == source).fill_null(value=False)
    return mine & old.fill_null(value=False) & ~rows.get_column("log.history").fill_null(value=False)


def _is_copy(rows: pl.DataFrame) -> bool:
    """Say whether a row was too old when it was read to be one of a log that was held up for once."""
    return bool((rows.get_column("event.ingested") - rows.get_column("@timestamp") > HELD_UP).any())


def _quiet(lanes: Lanes, since: datetime) -> list[str]:
    """Return the sources nothing was read of since, and of which nothing waits; the quietest first."""
    quiet = [source for source, lane in lanes.items() if lane.read < since and not lane.waiting.height]
    return sorted(quiet, key=lambda source: lanes[source].read)


def _under(tables: Mapping[str, pl.DataFrame], begin: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the tables whose names begin so, without that."""
    return ((name.removeprefix(begin), table) for name, table in tables.items() if name.startswith(begin))
