"""Streams that are in order but far behind the others: a nightly copy beside a log that is written now.

Comes in: rows that lie behind the watermark though they are in order in their own stream, and more than
``LONGEST_WAIT`` old when they were read. Goes out: the findings that judging them anew among the rows around them
cannot make: by rules over more than an hour, by what is new for an account, and by behaviour.

Every source with such rows has a *lane*: its rows are put into the total order by the marks of its own streams and
folded, with the ordinary folds, into a state of its own. So what a lane says of a stream is what a replay of that
stream says. A row is counted either in the common order or in a lane, never in both, whatever becomes of its stream
meanwhile. A lane's watermark is moved by lines alone: the clock lets go what waits when its source has been silent for
as long as it usually is, but never makes a line late that is newer than those before it.

What an account came with in the common order is known in every lane; counts of the two are not added up. There are at
most ``MOST_LANES``; one is forgotten ``KEPT`` after its last row, or after ``QUIET`` where another source needs one. A
lane in use is never given up: a source for which none is free is left in the common order, and named
(``InLanes.left_out``). While no stream is far behind there is none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import polars as pl

from detector import frames
from detector.detect.behaviour import Behaviour, BehaviourState, Stats
from detector.detect.marks import BEGINNING
from detector.detect.reorder_buffer import Affected, ReorderBuffer, instants
from detector.detect.rules import Provisional, RuleDetector, RuleState, preview
from detector.detect.sequence import MOST_WAITING, Sequenced, instant
from detector.schema.findings import Finding

MOST_LANES = 32
KEPT = timedelta(days=4)
# A nightly copy is in use from one night to the next, though it be some hours later then.
QUIET = timedelta(hours=36)
# Rows that wait in all lanes together.
MOST_IN_LANES = 8 * MOST_WAITING
_MICROSECOND = timedelta(microseconds=1)
_LANES = {"source": pl.String(), "watermark": frames.TIME, "newest": frames.TIME, "read": frames.TIME}


@dataclass(slots=True)
class Lane:
    """What is known of one source's rows that are far behind. Changed in place.

    Attributes:
        watermark: Every row before it has been judged.
        newest: Event time of its newest row. read: when a row of it was read last.
    """

    rules: RuleState
    behaviour: BehaviourState | None
    waiting: ReorderBuffer = field(default_factory=ReorderBuffer)
    watermark: datetime = BEGINNING
    newest: datetime = BEGINNING
    read: datetime = BEGINNING
    said: Provisional = field(default_factory=Provisional)

    def add(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Let rows wait; return those that do: what lies behind its watermark is not counted here."""
        rows = rows.filter(pl.Series(instants(rows) >= instant(self.watermark)))
        newest = rows.get_column("@timestamp").max()
        if isinstance(newest, datetime):
            self.newest = max(self.newest, newest)
            self.read = max(self.read, rows.item(-1, "event.ingested"))
            self.waiting.add([rows])
        return rows

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


@dataclass(slots=True)
class InLanes:
    """What a step said of rows in lanes.

    Attributes:
        stats: None: nothing is far behind.
        left_out: Sources with rows that are far behind, for which no lane was free.
    """

    findings: list[Finding] = field(default_factory=list)
    stats: Stats | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FarBehind:
    """Judges the rows of lanes.

    Attributes:
        rules: Those that judging late rows anew does not serve (``RuleDetector.beyond_the_hour``).
    """

    rules: RuleDetector
    behaviour: Behaviour | None = None

    def step(
        self, lanes: Lanes, common: RuleState, rows: Sequenced, now: datetime | None, *, final: bool = False
    ) -> InLanes:
        """Judge the rows of a step that are far behind, and what waits in lanes.

        Args:
            lanes: Changed.
            common: What rules know of rows in the common order.
            rows: Of this step.
            now: When this is, where lines are followed.
            final: Everything has been read.
        """
        new: dict[str, list[pl.DataFrame]] = {}
        for batch in rows.far:
            if batch.height:
                new.setdefault(batch.item(0, "log.source"), []).append(batch)
        if not lanes and not new:
            return InLanes()
        if now is not None:
            self._begin(lanes, common, new, now)
        stats = Stats()
        done = InLanes(stats=stats, left_out=tuple(source for source in new if source not in lanes))
        most = min(MOST_WAITING, MOST_IN_LANES // max(len(lanes), 1))
        for source, lane in lanes.items():
            came = frames.concat([lane.add(batch) for batch in new.get(source, ())])
            if lane.waiting.height:
                ordered = lane.release(None if final else rows.moments.get(source), most)
                done.findings += self._judged(lane, came, ordered, stats)
        return done

    def _begin(self, lanes: Lanes, common: RuleState, sources: Mapping[str, object], now: datetime) -> None:
        """Forget what has been quiet for too long, and begin lanes for sources that have none.

        Where every lane is taken, the one that has been quiet for longest goes, but none that is in use.
        """
        for source in _quiet(lanes, now - KEPT):
            del lanes[source]
        needed = [source for source in sources if source not in lanes]
        over = len(lanes) + len(needed) - MOST_LANES
        if over > 0:
            idle = [source for source in _quiet(lanes, now - QUIET) if source not in sources]
            for source in idle[:over]:
                del lanes[source]
        for source in needed[: max(MOST_LANES - len(lanes), 0)]:
            behaviour = self.behaviour.empty() if self.behaviour else None
            lanes[source] = self._lane(common, self.rules.empty(), behaviour)

    @staticmethod
    def _lane(common: RuleState, rules: RuleState, behaviour: BehaviourState | None) -> Lane:
        rules.facts.seen = rules.facts.seen.upon(common.facts.seen)
        return Lane(rules, behaviour)

    def _judged(self, lane: Lane, came: pl.DataFrame, ordered: pl.DataFrame, stats: Stats) -> list[Finding]:
        """Judge rows of a lane that came now and those that were let go."""
        _, settled = self.rules.step(lane.rules, ordered)
        lane.rules.recent.parts.clear()  # nothing is judged anew here
        unusual: list[Finding] = []
        if self.behaviour and lane.behaviour is not None:
            counted = self.rules.without_repeated(ordered)
            lane.behaviour, unusual, done = self.behaviour.step(lane.behaviour, counted, lane.watermark)
            stats.add(done)
        new = frames.concat([came, *([lane.waiting.to_frame()] if lane.said.restored else [])])
        lane.said.restored, affected, previewed = False, None, list[Finding]()
        if new.height:
            affected = Affected.of(new, everyone=bool(self.rules.wide))
            previewed = preview(self.rules, lane.rules, affected, lane.waiting)
        return unusual + lane.said.correct(settled, previewed, [], affected, instant(lane.watermark))

    def to_tables(self, lanes: Lanes) -> dict[str, pl.DataFrame]:
        """Return lanes as tables, for a snapshot."""
        if not lanes:
            return {}
        told = [(source, lane.watermark, lane.newest, lane.read) for source, lane in lanes.items()]
        tables = {"lanes": pl.DataFrame(told, schema=_LANES, orient="row")}
        for number, lane in enumerate(lanes.values()):
            tables[f"{number}.waiting"] = frames.known(lane.waiting.to_frame())
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
            said = Provisional(restored=True)
            lanes[source] = replace(lane, waiting=waiting, said=said, **dict(zip(names, times, strict=True)))
        return lanes


def _quiet(lanes: Lanes, since: datetime) -> list[str]:
    """Return the sources nothing was read of since, and of which nothing waits; the quietest first."""
    quiet = [source for source, lane in lanes.items() if lane.read < since and not lane.waiting.height]
    return sorted(quiet, key=lambda source: lanes[source].read)


def _under(tables: Mapping[str, pl.DataFrame], begin: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the tables whose names begin so, without that."""
    return ((name.removeprefix(begin), table) for name, table in tables.items() if name.startswith(begin))
