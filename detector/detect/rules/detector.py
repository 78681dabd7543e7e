"""The rule detector: events in order → findings, as a fold.

Comes in: frames of events, late ones apart. Goes out: findings, the state (changed in place), and which rules failed. A
rule that fails is counted by id and the others go on; a failure of the facts or of the ledger is counted under the name
of that part. The runtime makes a blind spot of either. No clock and no I/O here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.hash_index import FRESH
from detector.detect.ordering.buffer import ReorderBuffer
from detector.detect.ordering.reorder import PAST_US
from detector.detect.rules.columns.expressions import COUNTED, NETWORK
from detector.detect.rules.columns.frame_view import NONE, FrameView, TextCodes, marks_of
from detector.detect.rules.correlation import episodes, late_events, whole_windows
from detector.detect.rules.correlation.episodes import CorrelationState, Episodes, correlate
from detector.detect.rules.correlation.groups import Members
from detector.detect.rules.correlation.same_act import ActState
from detector.detect.rules.correlation.whole_windows import WholeWindows
from detector.detect.rules.facts import fact_maker
from detector.detect.rules.facts.constant_sessions import without_sessions
from detector.detect.rules.facts.fact_maker import FACT_TYPES, ORDERED, FactMaker, FactState
from detector.detect.rules.facts.novelty import FIRST_DAY, OF_HISTORY, TAKEN_ALONE
from detector.detect.rules.facts.touch_facts import HASTY_MORE, OF_WALKS
from detector.detect.rules.findings import aggregation
from detector.detect.rules.findings.aggregation import AggregationState, MatchedRows, enter
from detector.detect.rules.findings.finding_builder import FindingBuilder, state_findings
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.recent_rows import MOST_ROWS, RecentRows
from detector.detect.rules.ruleset import CorrelationRule, EventRule, Rules
from detector.detect.state_scopes import StateScope, made_of, no_state, seen_by
from detector.errors import Cause
from detector.schema.detection.findings import Finding
from detector.schema.events.columns import ADDRESS, HOST
from detector.settings import Settings
from detector.settings.lists.company_lists import NO_LISTS, CompanyLists

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

Rule = TypeVar("Rule", EventRule, CorrelationRule)

FACTS: Final = "facts"
LEDGER: Final = "ledger"
ACTS: Final = "acts"
SEARCH: Final = "search"
# What lies further behind its own stream than this, in microseconds, is counted apart: the matter it belonged to may be
# forgotten already, and whether it is depends on the batches.
APART: Final = PAST_US
_DAY = 86_400_000_000
_AT_ONCE: Final = 10_000
"""So many rows that are counted again lie in memory at a time with all that is worked out of them."""
_BY_GROUP: Final = seen_by(StateScope.GROUP)
# Late rows are judged again with all that their actors, addresses and accounts did, and by rules that see everybody.
_BY_ALL: Final = seen_by(StateScope.COMPANY)
# What one defect or one strange event can raise. A panic of polars is no PolarsError and no Exception of ours.
_FAILURES = (
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
)


@dataclass(frozen=True, slots=True)
class RuleState:
    """What the rules carry from frame to frame. Hand it to one step only: it is changed in place.

    Attributes:
        seed: Of the hashes by which names are known in it.
        recent: Rows judged in order within the last two hours of event time, and older ones where there is room.
        belated: Rows that came behind others that had been judged, by no more than ``APART`` behind their own stream.
        in_lanes: Those of them that are judged in a lane, too (``detector.detect.lanes``).
        stragglers: Those that came further behind it.
        to_place: Belated rows that long correlations count when everything before them has been judged.
    """

    seed: int = field(default=FRESH, metadata=no_state())
    facts: FactState = field(default_factory=FactState.empty, metadata=made_of(FactState))
    ledger: AggregationState = field(default_factory=AggregationState, metadata=_BY_GROUP)
    apart: AggregationState = field(default_factory=partial(AggregationState, apart=True), metadata=_BY_GROUP)
    correlations: dict[str, CorrelationState] = field(default_factory=dict, metadata=_BY_GROUP)
    windows: dict[str, WholeWindows] = field(default_factory=dict, metadata=_BY_GROUP)
    acts: ActState = field(default_factory=ActState, metadata=seen_by(StateScope.ACTOR, StateScope.ADDRESS))
    recent: RecentRows = field(default_factory=partial(RecentRows, span=2 * APART), metadata=_BY_ALL)
    belated: RecentRows = field(default_factory=RecentRows, metadata=_BY_ALL)
    in_lanes: RecentRows = field(default_factory=RecentRows, metadata=_BY_ALL)
    stragglers: RecentRows = field(default_factory=RecentRows, metadata=_BY_ALL)
    to_place: ReorderBuffer = field(default_factory=ReorderBuffer, metadata=_BY_GROUP)

    @property
    def behind(self) -> tuple[RecentRows, ...]:
        """What came behind others that had been judged."""
        return self.belated, self.in_lanes

    @property
    def has_belated(self) -> bool:
        """Whether there are such rows."""
        return any(memory.height for memory in self.behind)

    def overlay(self) -> "RuleState":
        """Return a state for one step that begins with what this one knows and changes nothing in it."""
        return RuleState(
            seed=self.seed,
            facts=self.facts.overlay(),
            ledger=self.ledger.overlay(),
            correlations={name: state.overlay() for name, state in self.correlations.items()},
            windows={name: state.overlay() for name, state in self.windows.items()},
            acts=self.acts.overlay(),
        )

    def take_forgotten(self) -> Counter[str]:
        """Return how much was let go of because there was too much, by memory, since the last call.

        What errs to the side of noticing when it is forgotten (which acts and records were counted) is not counted.
        """
        memories: tuple[tuple[str, Any], ...] = (
            *(("windows", state) for state in (*self.correlations.values(), *self.windows.values())),
            ("matters", self.ledger),
            ("matters", self.apart),
            ("runs", self.facts.runs),
            ("runs", self.facts.runs_by_source),
            ("runs", self.facts.runs_by_address),
            ("failures", self.facts.failures),
            ("habits", self.facts.seen),
            ("touches", self.facts.seen.touches.memory.state),
        )
        taken: Counter[str] = Counter()
        for name, memory in memories:
            if memory.forgotten:
                taken[name] += memory.forgotten
                memory.forgotten = 0
        return taken

    def to_tables(self) -> dict[str, pl.DataFrame]:
        """Return the state as tables, for a snapshot; later steps do not change them."""
        return self.counted_tables() | self.row_tables()

    def counted_tables(self) -> dict[str, pl.DataFrame]:
        """Return what was counted; the rows that are remembered are left out."""
        return {
            "probe": pl.DataFrame({"hash": _probe(self.seed)}),
            **fact_maker.to_tables(self.facts),
            **aggregation.to_tables(self.ledger, "rules"),
            **aggregation.to_tables(self.apart, "rules.apart"),
            **episodes.to_tables(self.correlations),
            **whole_windows.to_tables(self.windows),
            "to_place": late_events.to_table(self.to_place),
            **self.acts.to_tables(),
        }

    def row_tables(self) -> dict[str, pl.DataFrame]:
        """Return the rows that are remembered."""
        return {
            "recent": frames.known(self.recent.to_frame()),
            "belated": frames.known(self.belated.to_frame()),
            "in_lanes": frames.known(self.in_lanes.to_frame()),
            "stragglers": frames.known(self.stragglers.to_frame()),
        }

    def counting_from(self, earlier: "RuleState") -> "RuleState":
        """Return what another state has counted, with the rows that this one remembers."""
        return replace(
            earlier,
            recent=self.recent,
            belated=self.belated,
            in_lanes=self.in_lanes,
            stragglers=self.stragglers,
        )

    @staticmethod
    def from_tables(tables: Mapping[str, pl.DataFrame], seed: int = FRESH) -> "RuleState":
        """Return the state held in tables; what is missing is empty.

        Raises:
            ValueError: It was written under another seed or hash function: no name in it would be known again.
        """
        if "probe" in tables and not tables["probe"]["hash"].equals(_probe(seed)):
            raise ValueError("the hashes in it were made with another key, or by another version of polars")
        return RuleState(
            seed=seed,
            facts=fact_maker.from_tables(tables),
            ledger=aggregation.from_tables(tables, "rules"),
            apart=aggregation.from_tables(tables, "rules.apart", apart=True),
            correlations=episodes.from_tables(tables),
            windows=whole_windows.from_tables(tables),
            recent=RecentRows(span=2 * APART).restore(tables.get("recent", frames.empty_events())),
            belated=RecentRows().restore(tables.get("belated", frames.empty_events())),
            in_lanes=RecentRows().restore(tables.get("in_lanes", frames.empty_events())),
            stragglers=RecentRows().restore(tables.get("stragglers", frames.empty_events())),
            to_place=late_events.from_table(tables.get("to_place")),
            acts=ActState.from_tables(tables),
        )


class RuleDetector:
    """Judges events by rules.

    Args:
        lists: What the company's files say of its clients and people.
        remembers: What is judged in order may be judged again with what comes late (``RuleState.recent``).

    Attributes:
        seed: Of the hashes in its state.
        reach: How far apart events that it counts together may lie, in microseconds.
        ordered: Ids of the rules whose answer about an event hangs on the events of the time before it; not on whether
            its account was ever seen.
        wide: Ids of the correlations that bring the acts of several actors, addresses, accounts and sessions together.
        long: Ids of the rules that an hour around an event is too short for: correlations over more, and what is new
            for an account.
        placed: Ids of the correlations over more than an hour in which rows that come late are counted where they
            belong (``detector.detect.rules.correlation.late_events``).
        refutable: Ids of the rules that an event more may refute, and of those over them: what they say of
            events that wait is not known before these are counted in order.
        touches: Why clients were touched in the frame judged last (``frames.TOUCH_SCHEMA``); None: none was.
        errors: How often each rule failed, by id (``FACTS``, ``LEDGER`` and ``SEARCH`` for those parts), since
            ``take_errors``.
        causes: Why each of these failed last, since ``take_causes``.
    """

    def __init__(
        self,
        rules: Rules,
        settings: Settings,
        seed: int = FRESH,
        *,
        lists: CompanyLists = NO_LISTS,
        remembers: bool = True,
    ) -> None:
        self.rules = rules
        self.seed = seed
        self._remembers = remembers
        self._settings = settings
        self._lists = lists
        self._types = {**frames.EVENT_SCHEMA, **FACT_TYPES}
        self._facts = FactMaker(settings, _fields(rules) & set(FACT_TYPES), lists)
        self._several = _several(settings)
        self._repeated: Mask | None = None
        self.touches: pl.DataFrame | None = None
        self._repeated_late: Mask | None = None
        self._events_by_id = {rule.about.id: rule for rule in rules.events}
        # Whoever begins with nothing takes every account for new.
        anew = {rule.about.id for rule in rules.events if FIRST_DAY in rule.fields}
        self.ordered = frozenset(
            [rule.about.id for rule in rules.correlations if anew.isdisjoint(rule.bases)]
            + [rule.about.id for rule in rules.events if not ORDERED.isdisjoint(rule.fields)]
        )
        self.wide = frozenset(rule.about.id for rule in rules.correlations if not _by_whom(rule))
        self.long = _long(rules)
        self.refutable = _refutable(rules)
        told: tuple[EventRule | CorrelationRule, ...] = (*rules.events, *rules.correlations)
        # A sum and a count that are asked to be high only rise by what comes late.
        self.placed = frozenset(
            rule.about.id
            for rule in rules.correlations
            if _span(rule.span) > APART and rule.counts and rule.rises and rule.about.id in self.ordered
        )
        self._tellers = {rule.about.id: FindingBuilder(rule, settings.group.risk) for rule in told}
        self._points = {rule.about.id: settings.group.risk.get(rule.about.severity.value, 0) for rule in told}
        spans = [_span(rule.span) for rule in rules.correlations]
        self.reach = max(spans, default=0)
        # Whatever comes late, but not so late that it is counted apart, still finds the matter it belongs to.
        self._kept_for = max([_DAY, *spans, *(_span(about.dedup) for about in rules.abouts())]) + APART
        self.errors: Counter[str] = Counter()
        self.causes: dict[str, Cause] = {}

    @cached_property
    def _matcher(self) -> RuleMatcher:
        """Made with the first frame: one for what lies far behind seldom sees any."""
        return RuleMatcher(self.rules.events, self._types)

    def beyond_the_hour(self) -> "RuleDetector":
        """Return what judges by the rules that an hour is too short for alone."""
        needed = set(self.long)
        for rule in reversed(self.rules.correlations):
            needed.update(rule.bases if rule.about.id in needed else ())

        def reported(rule: Rule) -> Rule:
            return replace(rule, reported=rule.reported and rule.about.id in self.long)

        events = tuple(reported(rule) for rule in self.rules.events if rule.about.id in needed)
        correlations = tuple(reported(rule) for rule in self.rules.correlations if rule.about.id in needed)
        rules = Rules(events=events, correlations=correlations)
        return RuleDetector(rules, self._settings, self.seed, lists=self._lists, remembers=False)

    def empty(self) -> RuleState:
        """Return the state before the first event."""
        return RuleState(seed=self.seed)

    def take_errors(self) -> Counter[str]:
        """Return how often each rule failed since the last call, by id."""
        taken, self.errors = self.errors, Counter()
        return taken

    def take_causes(self) -> dict[str, Cause]:
        """Return why rules failed since the last call, by id."""
        taken, self.causes = self.causes, {}
        return taken

    def _failed(self, name: str, why: BaseException | Cause) -> None:
        self.errors[name] += 1
        self.causes[name] = why if isinstance(why, Cause) else Cause.of(why)

    def judge_late(
        self, state: RuleState, frame: pl.DataFrame, late_by: Ints, in_lanes: Mask, copied: Mask
    ) -> list[Finding]:
        """Judge events that came behind the watermark by rules about single events; findings by (at, id).

        Those no more than ``APART`` behind their own stream are kept to be counted by long correlations, too, unless a
        lane does (``place``), and remembered so that what was done around them can be judged again with them; others
        are remembered to be judged among themselves (``detector.detect.rules.provisional``).

        Args:
            state: The state; changed.
            frame: The events, in any order.
            late_by: How far behind its own stream each of them came, in microseconds; below 0 for those dated in the
                future.
            in_lanes: Which of them are judged in a lane, too.
            copied: Which of these are a copy's, which its lane alone counts by long correlations.
        """
        self._repeated_late = None
        if not frame.height:
            return []
        near, far = (late_by >= 0) & (late_by <= APART), late_by > APART
        memories = ((state.belated, near & ~in_lanes), (state.in_lanes, near & in_lanes), (state.stragglers, far))
        for memory, mask in memories:
            if mask.any():
                rows = frame.filter(pl.Series(mask))
                memory.add(rows, np.arange(rows.height), FrameView(rows).time)
        return self.judge_singly(state, frame, late_by, copied)

    def judge_singly(self, state: RuleState, frame: pl.DataFrame, late_by: Ints, copied: Mask) -> list[Finding]:
        """Judge events that came late as ``judge_late`` does, without remembering them; findings by (at, id)."""
        found = self._singly(state, frame, late_by, copied)
        return sorted(found, key=lambda finding: (finding.at, finding.id))

    def fold(self, state: RuleState, rows: pl.DataFrame, known: Mask | None = None) -> list[Finding]:
        """Judge events in total order; the state is changed, but for the rows it remembers.

        ``known``: as in ``step``.
        """
        return self.judge(state, self._ready(state, rows, known=known)) if rows.height else []

    def judge(self, state: RuleState, view: FrameView, remember: Callable[[Ints], None] | None = None) -> list[Finding]:
        """Judge events of which the facts are known, in total order; findings by (at, id).

        Where rows are cut into shards by what rules group by, facts are made before, by what these see
        (``fact_maker.FACT_SCOPES``): a shard by address does not hold all of an account.

        Args:
            state: The state; changed in what rules count and in the ledger.
            view: The events with their facts and acts.
            remember: Is given the rows that rules count, or may count.
        """
        rows_of = self._events(view)
        behind = self._single(view, rows_of)
        behind += self._correlated(state, view, rows_of)
        if remember is not None:
            remember(_relevant(view, rows_of))
        return self._findings(state.ledger, view, behind)

    def _singly(self, state: RuleState, frame: pl.DataFrame, late_by: Ints, copied: Mask) -> list[Finding]:
        """Judge events by rules about single events; those that are near are kept for long correlations."""
        order = frame.select(
            pl.arg_sort_by("@timestamp", "service.name", "actor.type", "log.stream", "log.offset")
        ).to_series()
        frame, late_by, copied = frame[order], late_by[order.to_numpy()], copied[order.to_numpy()]
        view = self._ready(state, frame, late=True)
        if view.acts is not None:
            repeated = view.acts.repeated if view.acts.unsure is None else view.acts.repeated | view.acts.unsure
            self._repeated_late = np.empty(frame.height, dtype=np.bool_)
            self._repeated_late[order.to_numpy()] = repeated
        behind = self._single(view, self._events(view))
        apart = late_by > APART
        joining = [part.only(~apart[part.rows]) for part in behind]
        others = [part.only(apart[part.rows]) for part in behind]
        read = view.column("event.ingested").to_numpy().astype("datetime64[us]", copy=False).view(np.int64)
        heard = np.where(late_by < 0, read, view.time)
        found = self._findings(state.ledger, view, joining, heard) + self._findings(state.apart, view, others, heard)
        # A lane knows nothing of the day before it: what a log brings that was held up for once is counted here, too.
        near = (late_by >= 0) & ~apart & ~copied
        if self.placed and near.any():
            acts = view.acts and view.acts.of(near)._replace(unsure=None)
            state.to_place.add([late_events.kept(frame.filter(pl.Series(near)), acts)])
        return found

    def place(self, state: RuleState, upto: int | None) -> list[Finding]:
        """Count late events in the correlations that are ``placed``; findings by (at, id).

        Args:
            state: The state; changed.
            upto: Of moments before this one, in microseconds, all events that came in time have been judged; None: of
                all.
        """
        rows = state.to_place
        if not rows.height:
            return []
        if upto is not None and (crowded := rows.limit(MOST_ROWS)) is not None:
            upto = max(upto, crowded + 1)
        late = rows.release_all() if upto is None else rows.release(upto)
        if not late.height:
            return []
        frame, acts = late_events.taken(late)
        view = self._view(state, frame, late=True)
        view.acts = acts if self._several else None
        self._add_facts(view, lambda: self._facts.late(view, state.facts.seen))
        behind = self._correlated(state, view, self._events(view), late=True)
        return self._findings(state.ledger, view, behind, view.time)

    def step(self, state: RuleState, frame: pl.DataFrame, known: Mask | None = None) -> tuple[RuleState, list[Finding]]:
        """Judge events in total order; return the state and the findings stated, by (at, id).

        ``known``: those that what is known of accounts was learned from already (``FactMaker.step``).
        """
        self.touches = None
        if not frame.height:
            return state, []
        view = self._ready(state, frame, keep=True, known=known)
        self.touches = self._facts.touches
        self._repeated = None if view.acts is None else view.acts.repeated
        remember = partial(state.recent.add, frame, times=view.time) if self._remembers else None
        return state, self.judge(state, view, remember)

    def count_again(self, state: RuleState, rows: pl.DataFrame) -> tuple[list[Finding], list[pl.DataFrame]]:
        """Judge many events in total order once more; the state is changed, but for the rows it remembers.

        Returns:
            The findings, and why clients were touched.
        """
        found: list[Finding] = []
        touches: list[pl.DataFrame] = []
        for some in rows.iter_slices(_AT_ONCE):
            found += self.judge(state, self._ready(state, some, keep=True))
            if self._facts.touches is not None:
                touches.append(self._facts.touches)
        return found, touches

    def without_repeated(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return of the frame judged last the events that no other log had told of before."""
        if self._repeated is None or self._repeated.size != frame.height or not self._repeated.any():
            return frame
        return frame.filter(pl.Series(~self._repeated))

    def first_told(self, late: pl.DataFrame) -> pl.Series:
        """Say which of the late events judged last no other log had told of before, as far as is known still."""
        repeated = self._repeated_late
        known = repeated is not None and repeated.size == late.height
        return pl.Series(~repeated if repeated is not None and known else np.ones(late.height, dtype=np.bool_))

    def _ready(
        self,
        state: RuleState,
        frame: pl.DataFrame,
        *,
        late: bool = False,
        keep: bool = False,
        known: Mask | None = None,
    ) -> FrameView:
        """Return the frame with facts; without them when they fail, so that rules that need none still judge."""
        view = self._view(state, frame, late=late)
        if self._several:
            try:
                view.acts = state.acts.step(view, late=late)
            except _FAILURES as error:
                self._failed(ACTS, error)
        facts = self._facts
        self._add_facts(
            view, lambda: facts.late(view) if late else facts.step(state.facts, view, keep=keep, known=known)
        )
        return view

    def _view(self, state: RuleState, frame: pl.DataFrame, *, late: bool) -> FrameView:
        """Return the frame, in which nobody bears a session that is everybody's."""
        view = FrameView(frame, self.seed)
        try:
            sessions = state.facts.seen.sessions
            constant = (sessions.overlay() if late else sessions).step(view)
        except _FAILURES as error:
            self._failed(FACTS, error)
            return view
        return FrameView(without_sessions(frame, constant), self.seed) if constant.any() else view

    def _add_facts(self, view: FrameView, make: Callable[[], list[pl.Series]]) -> None:
        try:
            view.add(make())
        except _FAILURES as error:
            self._failed(FACTS, error)
            self._facts.touches = None
            view.add([fact_maker.constant(name, view.height, value=None) for name in FACT_TYPES])

    def _events(self, view: FrameView) -> dict[str, Ints]:
        matches = self._matcher.match(view)
        if matches.search is not None:
            self._failed(SEARCH, matches.search)
        for number, cause in matches.failed.items():
            self._failed(self.rules.events[number].about.id, cause)
        return {self.rules.events[number].about.id: rows for number, rows in sorted(matches.rows.items())}

    def _correlated(
        self, state: RuleState, view: FrameView, rows_of: dict[str, Ints], *, late: bool = False
    ) -> list[MatchedRows]:
        behind: list[MatchedRows] = []
        shared: dict[object, Members | None] = {}
        for rule in self.rules.correlations:
            name = rule.about.id
            if not any(base in rows_of for base in rule.bases) or (late and name not in self.placed):
                continue
            try:
                stated = _take(state, rule, view, rows_of, shared, late=late)
            except _FAILURES as error:
                self._failed(name, error)
                continue
            if stated.rows.size:
                rows_of[name] = stated.holding_rows
            if rule.reported:
                behind.append(MatchedRows(name, _span(rule.about.dedup), *stated[:-1]))
        return behind

    def _single(self, view: FrameView, rows_of: Mapping[str, Ints]) -> list[MatchedRows]:
        """Return the rows behind rules about one event, grouped by actor or by address."""
        behind: list[MatchedRows] = []
        by: dict[bool, TextCodes] = {}
        for name, rows in rows_of.items():
            rule = self._events_by_id[name]
            if not rule.reported:
                continue
            by_address = rule.about.actor == "source.ip"
            groups = by.get(by_address) or by.setdefault(by_address, _actors(view, by_address=by_address))
            time = view.time[rows]
            run = rule.run if rule.run is not None and view.knows(rule.run.since) else None
            behind.append(
                MatchedRows(
                    rule=rule.about.id,
                    dedup=_span(rule.about.dedup),
                    rows=rows,
                    groups=groups.of[rows],
                    texts=groups.texts,
                    began=time,
                    # A run is a matter from its first id on, not from where it became long enough.
                    first=view.number(run.since)[rows] if run else time,
                    peak=view.number(run.fact)[rows] if run else np.zeros_like(time),
                )
            )
        return behind

    def _findings(
        self, state: AggregationState, view: FrameView, behind: Sequence[MatchedRows], heard: Ints | None = None
    ) -> list[Finding]:
        try:
            kept_for = None if state.apart else self._kept_for
            told = enter(state, view, behind, kept_for=kept_for, heard=heard, points=self._points)
            return state_findings(view, told, self._tellers)
        except _FAILURES as error:
            self._failed(LEDGER, error)
            return []


def _take(
    state: RuleState,
    rule: CorrelationRule,
    view: FrameView,
    rows_of: Mapping[str, Ints],
    shared: dict[object, Members | None],
    *,
    late: bool,
) -> Episodes:
    """Take the fold of a correlation one frame further; ``late``: its events belong before others."""
    name = rule.about.id
    if not rule.counts:
        windows = state.windows.setdefault(name, WholeWindows())
        return whole_windows.correlate(rule, windows, view, rows_of, view.time)
    counted = state.correlations.setdefault(name, CorrelationState())
    if late:
        return late_events.place(rule, counted, view, rows_of, shared)
    return correlate(rule, counted, view, rows_of, view.time, shared)


def _relevant(view: FrameView, rows_of: Mapping[str, Ints]) -> Ints:
    """Return the rows that some rule has counted, or may count when one before them comes late."""
    counts = view.holds("event.action", "login")
    if not view.empty("subject.ids"):
        counts |= view.lengths("subject.ids") > 0
    for rows in rows_of.values():
        counts[rows] = True
    return np.flatnonzero(counts)


def _long(rules: Rules) -> frozenset[str]:
    news = {*OF_HISTORY}
    found = {rule.about.id for rule in rules.events if not news.isdisjoint(rule.fields)}
    for rule in rules.correlations:
        if _span(rule.span) > APART or not found.isdisjoint(rule.bases):
            found.add(rule.about.id)
    return frozenset(found)


def _refutable(rules: Rules) -> frozenset[str]:
    asked = {TAKEN_ALONE, HASTY_MORE, OF_WALKS.fact}
    found = {rule.about.id for rule in rules.events if not asked.isdisjoint(rule.fields)}
    for rule in rules.correlations:
        if rule.is_refutable or not found.isdisjoint(rule.bases):
            found.add(rule.about.id)
    return frozenset(found)


def _by_whom(rule: CorrelationRule) -> bool:
    """Say whether a correlation looks at one actor, address, account, session or network, whichever rule fits."""
    whom = ("actor.id", COUNTED, "user.name", "session.id", NETWORK)
    return any(any(column in whom for _, column in columns) for _, columns in rule.group_by)


def _several(settings: Settings) -> bool:
    """Say whether there may be several logs; of one alone each event is an act."""
    patterns = [path for source in settings.sources for path in source.paths]
    return len(settings.sources) > 1 or any(set(path) & set("*?[{") for path in patterns)


def _probe(seed: int) -> pl.Series:
    """Return the hash of a fixed text."""
    return pl.Series("hash", marks_of(pl.Series(["nabat"]), seed))


def _fields(rules: Rules) -> set[str]:
    """Return every column some rule reads."""
    fields = {field for rule in rules.events for field in rule.fields}
    for rule in rules.correlations:
        fields.update(rule.counted, (column for _, columns in rule.group_by for _, column in columns))
    return fields


def _span(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1_000_000)


def _actors(view: FrameView, *, by_address: bool) -> TextCodes:
    """Return who is charged with each row: the actor, or the address where there is one.

    What names neither is the machine's where it names that; else the empty text's.
    """
    actors = view.codes("actor.id")
    numbers = {"": 0}
    number_of = np.array([numbers.setdefault(text, len(numbers)) for text in ("", *actors.texts)], dtype=np.int64)
    groups = number_of[actors.of + 1]
    if (groups == 0).any():
        hosts = view.codes("host.name")
        of_host = np.array([0, *(numbers.setdefault(f"{HOST}{each}", len(numbers)) for each in hosts.texts)])
        groups = np.where(groups == 0, of_host[hosts.of + 1], groups)
    if by_address:
        addresses = view.codes(COUNTED)
        texts = (f"{ADDRESS}{address}" for address in addresses.texts)
        of_address = np.array([0, *(numbers.setdefault(text, len(numbers)) for text in texts)], dtype=np.int64)
        groups = np.where(addresses.of == NONE, groups, of_address[addresses.of + 1])
    return TextCodes(groups, list(numbers))
