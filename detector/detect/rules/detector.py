"""The rule detector: events in order → findings, as a fold.

Comes in: frames of events, late ones apart. Goes out: findings, the state (changed in place), and which rules failed. A
rule that fails is counted by id and the others go on; a failure of the facts or of the ledger is counted under the name
of that part. The runtime makes a blind spot of either. No clock and no I/O here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.rules import facts, ledger, statements
from detector.detect.rules.columns import part_of, times
from detector.detect.rules.condition import fields_of
from detector.detect.rules.facts import FACT_TYPES, FactMaker, FactState
from detector.detect.rules.ledger import Entry, LedgerState, enter
from detector.detect.rules.match import Matcher
from detector.detect.rules.members import Members
from detector.detect.rules.ruleset import CorrelationRule, EventRule, Rules
from detector.detect.rules.statements import CorrelationState, StatedRow, correlate
from detector.detect.rules.stating import state_findings
from detector.schema.findings import Finding
from detector.settings import Settings

Ints = npt.NDArray[np.int64]

FACTS: Final = "facts"
LEDGER: Final = "ledger"
_DAY = 86_400_000_000
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
    """What the rules carry from frame to frame. Hand it to one step only: it is changed in place."""

    facts: FactState = field(default_factory=FactState.empty)
    ledger: LedgerState = field(default_factory=LedgerState.empty)
    correlations: dict[str, CorrelationState] = field(default_factory=dict)

    def to_tables(self) -> dict[str, pl.DataFrame]:
        """Return the state as tables, for a snapshot; later steps do not change them."""
        return {
            **facts.to_tables(self.facts),
            **ledger.to_tables(self.ledger),
            **statements.to_tables(self.correlations),
        }

    @staticmethod
    def from_tables(tables: Mapping[str, pl.DataFrame]) -> "RuleState":
        """Return the state held in tables; what is missing is empty."""
        return RuleState(
            facts=facts.from_tables(tables),
            ledger=ledger.from_tables(tables),
            correlations=statements.from_tables(tables),
        )


class RuleDetector:
    """Judges events by rules.

    Attributes:
        errors: How often each rule failed, by id (``FACTS`` and ``LEDGER`` for those parts), since ``take_errors``.
    """

    def __init__(self, rules: Rules, settings: Settings) -> None:
        self.rules = rules
        self._types = {**frames.EVENT_SCHEMA, **FACT_TYPES}
        self._matcher = Matcher(rules.events, self._types)
        self._facts = FactMaker(settings, _fields(rules) & set(FACT_TYPES))
        self._risk = dict(settings.group.risk)
        self._by_id: dict[str, EventRule | CorrelationRule] = {rule.about.id: rule for rule in rules.events}
        self._by_id.update({rule.about.id: rule for rule in rules.correlations})
        spans = [_span(rule.span) for rule in rules.correlations]
        self._kept_for = max([_DAY, *spans, *(_span(about.dedup) for about in rules.abouts())])
        self.errors: Counter[str] = Counter()

    def empty(self) -> RuleState:
        """Return the state before the first event."""
        return RuleState()

    def take_errors(self) -> Counter[str]:
        """Return how often each rule failed since the last call, by id."""
        taken, self.errors = self.errors, Counter()
        return taken

    def judge_late(self, frame: pl.DataFrame) -> list[Finding]:
        """Judge events that came behind the watermark by rules about single events; findings by (at, id)."""
        if not frame.height:
            return []
        ready = self._ready(None, frame)
        return self._findings(LedgerState.empty(), ready, self._single(ready, self._events(ready)))

    def step(self, state: RuleState, frame: pl.DataFrame) -> tuple[RuleState, list[Finding]]:
        """Judge events in total order; return the state and the findings stated, by (at, id)."""
        if not frame.height:
            return state, []
        ready = self._ready(state.facts, frame)
        rows_of = self._events(ready)
        entries = self._single(ready, rows_of)
        entries += self._correlated(state, ready, rows_of)
        return state, self._findings(state.ledger, ready, entries)

    def _ready(self, state: FactState | None, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the frame with facts; without them when they fail, so that rules that need none still judge."""
        try:
            return self._facts.late(frame) if state is None else self._facts.step(state, frame)
        except _FAILURES:
            self.errors[FACTS] += 1
            return frame.hstack([facts.constant(name, frame.height, value=None) for name in FACT_TYPES])

    def _events(self, frame: pl.DataFrame) -> dict[str, Ints]:
        matches = self._matcher.match(frame)
        for number in matches.failed:
            self.errors[self.rules.events[number].about.id] += 1
        return {self.rules.events[number].about.id: rows for number, rows in sorted(matches.rows.items())}

    def _correlated(self, state: RuleState, frame: pl.DataFrame, rows_of: dict[str, Ints]) -> list[Entry]:
        entries: list[Entry] = []
        shared: dict[object, Members] = {}
        time: Ints | None = None
        for rule in self.rules.correlations:
            if not any(base in rows_of for base in rule.bases):
                continue
            time = times(frame) if time is None else time
            name = rule.about.id
            try:
                own = state.correlations.setdefault(name, CorrelationState())
                stated = correlate(rule, own, frame, rows_of, time, shared)
            except _FAILURES:
                self.errors[name] += 1
                continue
            if stated.begun.size:
                rows_of[name] = stated.begun
            if rule.reported and stated.rows:
                entries.extend(_stated(name, stated.rows, _span(rule.about.dedup)))
        return entries

    def _single(self, frame: pl.DataFrame, rows_of: Mapping[str, Ints]) -> list[Entry]:
        entries: list[Entry] = []
        for rule in self.rules.events:
            if rule.reported and rule.about.id in rows_of:
                entries.extend(_entries(rule, frame, rows_of[rule.about.id]))
        return entries

    def _findings(self, state: LedgerState, frame: pl.DataFrame, entries: Sequence[Entry]) -> list[Finding]:
        try:
            told = enter(state, frame, entries, kept_for=self._kept_for)
            return state_findings(frame, told, self._by_id, self._risk)
        except _FAILURES:
            self.errors[LEDGER] += 1
            return []


def _fields(rules: Rules) -> set[str]:
    """Return every column some rule reads."""
    fields = {field for rule in rules.events for field in fields_of(rule.condition)}
    for rule in rules.correlations:
        fields.update(rule.values, (column for _, columns in rule.group_by for _, column in columns))
    return fields


def _span(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1_000_000)


def _entries(rule: EventRule, frame: pl.DataFrame, rows: Ints) -> list[Entry]:
    dedup, name = _span(rule.about.dedup), rule.about.id
    by_address = rule.about.actor == "source.ip"
    part = part_of(frame, ("actor.id", "source.ip"), rows)
    actors, addresses = part["actor.id"].to_list(), part["source.ip"].to_list()
    return [
        Entry(
            row,
            name,
            (f"ip:{address}" if by_address and address is not None else actor) or "",
            time // dedup * dedup,
            time,
            time,
            0,
        )
        for row, time, actor, address in zip(rows.tolist(), times(frame)[rows].tolist(), actors, addresses, strict=True)
    ]


def _stated(rule: str, rows: Sequence[StatedRow], dedup: int) -> list[Entry]:
    return [
        Entry(each.row, rule, each.group, each.began // dedup * dedup, each.began, each.first, each.peak)
        for each in rows
    ]
