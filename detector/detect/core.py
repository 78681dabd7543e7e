"""The pure core: a fold from (state, event batches, marks) to (state, findings).

Comes in: event frames in the order their lines stand in the logs. Goes out: findings in the order of their moments, and
counts of what happened. No clock, no I/O, no engine types: the daemon, replay and training call the same ``step``, and
any cut of the same lines into batches gives the same findings.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from detector import frames
from detector.detect.behaviour import Behaviour, BehaviourState, Stats
from detector.detect.lanes import MOST_LANES, LaneDetector, Lanes
from detector.detect.ordering import reorder
from detector.detect.ordering.buffer import Affected, ReorderBuffer
from detector.detect.ordering.reorder import PAST_US, Reordered, Reorderer, ReorderState
from detector.detect.rewind import BehaviourPast, RewindingBehaviour
from detector.detect.rules import (
    Provisional,
    RuleDetector,
    RulePast,
    RuleState,
    again,
    among_themselves,
    preview,
    unfinished_late,
)
from detector.detect.state_scopes import StateScope, made_of, seen_by
from detector.errors import Cause, NabatError
from detector.schema.detection.findings import Finding

STATE_VERSION = "11"
READABLE_VERSIONS = frozenset(("10", STATE_VERSION))
"""Of which versions a saved state can be gone on with: in an older one nothing is kept that rules can go back to."""


@dataclass(frozen=True, slots=True)
class CoreState:
    """Everything detection remembers. Hand a state to one step only: the large tables in it are changed in place.

    Attributes:
        rules_past: What rules go back to for events that come late.
        behaviour_past: What behaviour goes back to for them.
        unfinished: Events of records that may go on, judged beforehand; a snapshot holds none, for they are read again.
    """

    sequence: ReorderState = field(metadata=made_of(ReorderState))
    rules: RuleState = field(metadata=made_of(RuleState))
    rules_past: RulePast = field(default_factory=RulePast, metadata=seen_by(StateScope.COMPANY))
    behaviour: BehaviourState | None = field(default=None, metadata=seen_by(StateScope.COMPANY))
    behaviour_past: BehaviourPast = field(default_factory=BehaviourPast, metadata=seen_by(StateScope.COMPANY))
    provisional: Provisional = field(default_factory=Provisional, metadata=seen_by(StateScope.COMPANY))
    of_stragglers: Provisional = field(default_factory=Provisional, metadata=seen_by(StateScope.COMPANY))
    lanes: Lanes = field(default_factory=dict, metadata=seen_by(StateScope.SOURCE, StateScope.COMPANY))
    unfinished: pl.DataFrame = field(default_factory=frames.empty_events, metadata=seen_by(StateScope.COMPANY))


@dataclass(frozen=True, slots=True)
class Judged:
    """Result of one step.

    Attributes:
        findings: Ordered by (``at``, ``id``), each id once.
        ordered: Rows judged in order. belated: Rows that came behind others that had been judged, and are judged again
            with them.
        late: Rows judged by rules about single events only, being from the future, or these and among themselves, being
            over an hour behind their own stream.
        late_of: By source, how many of those lay behind, and how far at most; without those of a first reading.
        ahead_of: By source, how many of those are dated too far in the future to be counted with any.
        unordered_history: By source, how many of those belong to a first reading.
        left_out: Sources far behind the others for which no lane was free: rules over more than an hour and what is new
            for an account do not count their rows, nor does behaviour those over two hours old.
        dropped: Rows judged lately (by behaviour: of an actor and bucket) that were let go because there were too many:
            lines that belong among them and come later are judged without them.
        forgotten: How much was let go of in this step because there was too much, by memory
            (``RuleState.take_forgotten``; ``behaviour``: actors; ``lanes``: names in lanes).
        waiting: Rows held back for the watermark.
        upto: The watermark: every event before it has been judged. held_by: The source for which the others wait.
        rule_errors: Failures by rule id, in this step. rule_causes: why each failed last.
        behaviour: What the behaviour detector says of itself; None when it is off.
        touches: Why clients were touched in the rows judged in order, in common or in a lane (``frames.TOUCH_SCHEMA``).
    """

    findings: tuple[Finding, ...]
    ordered: int
    late: int
    waiting: int
    upto: datetime
    held_by: str = ""
    belated: int = 0
    late_of: Mapping[str, tuple[int, timedelta]] = field(default_factory=dict)
    ahead_of: Mapping[str, int] = field(default_factory=dict)
    unordered_history: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    dropped: int = 0
    forgotten: Mapping[str, int] = field(default_factory=dict)
    rule_errors: Mapping[str, int] = field(default_factory=dict)
    rule_causes: Mapping[str, Cause] = field(default_factory=dict)
    behaviour: Stats | None = None
    touches: tuple[pl.DataFrame, ...] = ()


def _take_dropped(state: CoreState) -> int:
    rules = state.rules
    memories = (rules.recent, *rules.behind, rules.stragglers)
    return sum(memory.take_dropped() for memory in memories) + state.behaviour_past.take_dropped()


def _end_of(moment: datetime, tick: int) -> datetime:
    """Return the moment at which the tick ends that a moment lies in; ``tick``: how long each is, in microseconds."""
    return reorder.moment_at(-(-reorder.instant(moment) // tick) * tick)


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings by moment and id, statements of one id merged."""
    merged: dict[str, Finding] = {}
    for finding in findings:
        known = merged.get(finding.id)
        merged[finding.id] = known.merge(finding) if known else finding
    return tuple(sorted(merged.values(), key=lambda f: (f.at, f.id)))


@dataclass(frozen=True, slots=True)
class Core:
    """The detectors behind one door."""

    sequencer: Reorderer
    rules: RuleDetector
    behaviour: Behaviour | None = None
    most_lanes: int = MOST_LANES
    far: LaneDetector = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "far", LaneDetector(self.rules.beyond_the_hour(), self.behaviour, self.most_lanes))

    def empty(self) -> CoreState:
        """Return the state of a core that has seen nothing."""
        return CoreState(
            sequence=ReorderState(),
            rules=self.rules.empty(),
            behaviour=self.behaviour.empty() if self.behaviour else None,
        )

    def step(
        self,
        state: CoreState,
        batches: Iterable[pl.DataFrame],
        *,
        idle_until: Mapping[str, datetime] | None = None,
        now: datetime | None = None,
        closed: Sequence[str] = (),
        backlog: Mapping[str, str] | None = None,
        final: bool = False,
        unfinished: pl.DataFrame | None = None,
    ) -> tuple[CoreState, Judged]:
        """Judge new events; the arguments are the sequencer's (``Reorderer.step``).

        With ``now``, where lines are followed, what still waits for the watermark is judged beforehand. So are the
        events of records that may go on: all of these, ``unfinished``, in each step until they come whole. None: as in
        the step before.
        """
        before = state.unfinished
        if unfinished is not None:
            state = replace(state, unfinished=unfinished)
        turned = frames.empty_events() if unfinished is None else frames.concat([before, unfinished])
        recalled = self._recalled(state, live=now is not None)
        state.rules_past.begin(state.rules, state.sequence.watermark, now)
        sequenced_state, rows = self.sequencer.step(
            state.sequence,
            batches,
            idle_until=idle_until,
            now=now,
            closed=closed,
            backlog=backlog,
            far=state.lanes,
            final=final,
        )
        waiting = sequenced_state.waiting
        far = self.far.open_lanes(state.lanes, state.rules, rows, waiting, now)
        if now is None and not (state.lanes or rows.late.height or state.rules.has_belated):
            rows = replace(rows, new=frames.empty_events())  # nobody asks for them: why have them lie in memory
        findings = recalled + self._by_rules(state, waiting, rows, turned, now=now, final=final)
        touches = [] if self.rules.touches is None else [self.rules.touches]
        findings += self._of_stragglers(state, rows)
        behaviour_state, unusual, stats = self._by_behaviour(
            state, rows, at_once=now is not None and not backlog, final=final
        )
        findings += unusual
        in_lanes = self.far.step(state.lanes, state.rules, far, rows, waiting, final=final)
        findings += in_lanes.findings
        touches += in_lanes.touches
        if stats is not None and in_lanes.stats is not None:
            stats.add(in_lanes.stats)
        rules, corrected, explained = self._by_rules_again(state, rows.upto, now, final=final)
        findings += corrected
        touches += explained
        state = replace(state, rules=rules)
        forgotten = state.rules.take_forgotten() + self.far.take_forgotten(state.lanes)
        if stats is not None:
            forgotten += Counter(behaviour=stats.forgotten + stats.refused)
        return (
            replace(state, sequence=sequenced_state, behaviour=behaviour_state),
            Judged(
                findings=in_order(findings),
                ordered=rows.ordered.height,
                late=rows.late.height - rows.belated,
                belated=rows.belated,
                late_of=rows.late_of(),
                ahead_of=rows.ahead_of(),
                unordered_history=rows.unordered_history(),
                left_out=in_lanes.left_out,
                dropped=_take_dropped(state),
                waiting=waiting.height + sum(lane.waiting.height for lane in state.lanes.values()),
                upto=rows.upto,
                held_by=rows.held_by,
                forgotten=forgotten,
                rule_errors=self.rules.take_errors() + self.far.rules.take_errors(),
                rule_causes=self.far.rules.take_causes() | self.rules.take_causes(),
                behaviour=stats,
                touches=tuple(touches),
            ),
        )

    def _by_behaviour(
        self, state: CoreState, rows: Reordered, *, at_once: bool, final: bool
    ) -> tuple[BehaviourState | None, Sequence[Finding], Stats | None]:
        """Judge by behaviour, where a model does; return its state, what it found, and its figures."""
        if self.behaviour is None or state.behaviour is None:
            return state.behaviour, (), None
        return RewindingBehaviour(self.behaviour).step(
            state.behaviour,
            state.behaviour_past,
            self.rules.without_repeated(rows.ordered),
            rows.late.filter(self.far.is_counted_back(state.lanes, rows) & self.rules.first_told(rows.late)),
            # The service goes on, and judges the window that the last lines lie in when it is over.
            _end_of(rows.upto, state.behaviour.tick) if final else rows.upto,
            at_once=at_once,
            final=final,
        )

    def _recalled(self, state: CoreState, *, live: bool) -> list[Finding]:
        """Return what was said before a snapshot of rows that are not settled.

        So that what is said otherwise from now on names what it replaces.
        """
        said, rules, waiting = state.provisional, state.rules, state.sequence.waiting
        if not said.restored:
            return []
        said.restored = False
        everyone = bool(self.rules.wide)
        affected = Affected.of(
            frames.concat([waiting.to_frame(), *(memory.to_frame() for memory in rules.behind)]), everyone=everyone
        )
        changed = again(self.rules, rules, affected, waiting, said.replaced)
        previewed = preview(self.rules, rules, affected, waiting) if live else []
        stragglers = Affected.of(rules.stragglers.to_frame(), everyone=everyone)
        of_stragglers = among_themselves(self.rules, rules, stragglers)
        told = said.correct([], previewed, changed, affected)
        state.rules_past.note(told)
        return [
            *told,
            *state.of_stragglers.correct([], of_stragglers, [], stragglers),
            *self.far.recalled(state.lanes, rules, waiting),
        ]

    def _by_rules(
        self,
        state: CoreState,
        waiting: ReorderBuffer,
        rows: Reordered,
        turned: pl.DataFrame,
        *,
        now: datetime | None,
        final: bool,
    ) -> list[Finding]:
        """Judge what was let go, what came late, and, where lines are followed, what waits and what is ``unfinished``.

        Of the latter, those that have changed (``turned``) say whose rows are judged beforehand once more.
        """
        # Late rows first: what they join may be forgotten by what is let go now.
        live = now is not None
        in_lanes = copied = np.zeros(rows.late.height, dtype=np.bool_)
        if rows.late.height:
            in_lanes = self.far.takes(state.lanes, rows)
            copies = [source for source, lane in state.lanes.items() if lane.copied]
            copied = in_lanes & rows.late.get_column("log.source").is_in(copies).to_numpy()
        singly = self.rules.judge_late(state.rules, rows.late, rows.late_by, in_lanes, copied)
        _, settled = self.rules.step(state.rules, rows.ordered)
        state.rules_past.add(rows.ordered, rows.late, rows.late_by, now)
        singly += self.rules.place(state.rules, None if final else reorder.instant(rows.upto))
        said, affected = state.provisional, None
        previewed: list[Finding] = []
        changed: list[Finding] = []
        new = frames.concat([rows.new, rows.late, turned])
        if new.height and (live or state.rules.has_belated):
            affected = Affected.of(new, everyone=bool(self.rules.wide))
            waiting, belated = waiting.beside(state.unfinished, reorder.instant(rows.upto))
            changed = again(self.rules, state.rules, affected, waiting, said.replaced, belated)
            if live:
                previewed = preview(self.rules, state.rules, affected, waiting)
                previewed += unfinished_late(self.rules, state.rules, belated)
        found = singly + said.correct(settled, previewed, changed, affected, reorder.instant(rows.upto))
        state.rules_past.note(found)
        return found

    def _by_rules_again(
        self, state: CoreState, upto: datetime, now: datetime | None, *, final: bool
    ) -> tuple[RuleState, list[Finding], list[pl.DataFrame]]:
        """Count again what late events lie among, once that pays; while there are lanes, which look on, never."""
        past, rules = state.rules_past, state.rules
        found: list[Finding] = []
        touches: list[pl.DataFrame] = []
        if state.lanes:
            past.clear()
            return rules, found, touches
        if past.is_due(upto, now, final=final):
            rules, found, touches = past.again(self.rules, rules, state.provisional, upto)
        if final:
            past.clear()
        else:
            past.advance(rules, upto, now)
        return rules, found, touches

    def _of_stragglers(self, state: CoreState, rows: Reordered) -> list[Finding]:
        """Judge what came over an hour behind its own stream among its like, once the rules know of it."""
        straggling, said = rows.late_by > PAST_US, state.of_stragglers
        if not straggling.any():
            return []
        new = rows.late.filter(pl.Series(straggling))
        affected = Affected.of(new, everyone=bool(self.rules.wide))
        found = among_themselves(self.rules, state.rules, affected)
        return said.correct([], found, [], affected)

    def to_tables(self, state: CoreState) -> dict[str, pl.DataFrame]:
        """Return the state as named tables, for a snapshot."""
        tables = {f"sequence.{name}": table for name, table in reorder.to_tables(state.sequence).items()}
        tables |= self._rule_tables(state)
        if state.behaviour is not None:
            saved = state.behaviour_past.tables(state.behaviour)
            tables |= {f"behaviour.{name}": table for name, table in saved.items()}
        tables |= {"said.common": state.provisional.to_table(), "said.stragglers": state.of_stragglers.to_table()}
        return tables | {f"far.{name}": table for name, table in self.far.to_tables(state.lanes).items()}

    @staticmethod
    def _rule_tables(state: CoreState) -> dict[str, pl.DataFrame]:
        """Return what the rules know: of what they can go back to the older state, and what came since."""
        past = state.rules_past
        came = past.to_tables() if past.stretches else {}
        counted = past.stretches[0].tables if past.stretches else state.rules.counted_tables()
        rules = {f"rules.{name}": table for name, table in {**counted, **state.rules.row_tables()}.items()}
        return rules | {f"past.{name}": table for name, table in came.items()}

    def from_tables(self, tables: Mapping[str, pl.DataFrame]) -> CoreState:
        """Return the state a snapshot holds.

        Raises:
            NabatError: The tables are not of this version's shape; begin with ``empty``.
        """
        parts: dict[str, dict[str, pl.DataFrame]] = {
            "sequence": {},
            "rules": {},
            "past": {},
            "behaviour": {},
            "far": {},
            "said": {},
        }
        for name, table in tables.items():
            part, _, rest = name.partition(".")
            parts.setdefault(part, {})[rest] = table
        try:
            behaviour = None
            if self.behaviour:
                known = parts["behaviour"]
                seed = self.behaviour.seed
                behaviour = BehaviourState.from_tables(known, seed) if known else self.behaviour.empty()
            sequence = reorder.from_tables(parts["sequence"])
            past, rules = RulePast.from_tables(parts["past"], parts["rules"], self.rules, sequence.watermark)
            return CoreState(
                sequence=sequence,
                rules=rules,
                rules_past=past,
                behaviour=behaviour,
                provisional=Provisional.from_table(parts["said"].get("common")),
                of_stragglers=Provisional.from_table(parts["said"].get("stragglers")),
                lanes=self.far.from_tables(parts["far"], rules),
            )
        except NabatError:
            raise
        except Exception as error:  # whatever is wrong with it, the service begins anew rather than not at all
            cause = Cause.of(error)
            what = f"the saved detection state does not fit this version ({cause.kind} at {cause.place})"
            raise NabatError(what) from error
