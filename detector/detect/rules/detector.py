"""The rule detector: events in order → findings, as a fold.

Comes in: frames of events, late ones apart. Goes out: findings, the state, and which rules failed. A rule that fails is
counted by id and the others go on; the runtime makes a blind spot of it. No clock and no I/O here.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.rules import facts
from detector.detect.rules.facts import FACT_TYPES, FactMaker, FactState
from detector.detect.rules.ledger import INPUT, SUBJECTS, TOTALS, LedgerState, enter
from detector.detect.rules.match import Matcher
from detector.detect.rules.ruleset import CorrelationRule, EventRule, Rules
from detector.detect.rules.statements import OPEN, CorrelationState, correlate
from detector.detect.rules.windows import CARRIED
from detector.schema.findings import Finding
from detector.settings import Settings

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RuleState:
    """What the rules carry from frame to frame."""

    facts: FactState = field(default_factory=FactState.empty)
    ledger: LedgerState = field(default_factory=LedgerState.empty)
    correlations: Mapping[str, CorrelationState] = field(default_factory=dict)

    def to_tables(self) -> dict[str, pl.DataFrame]:
        """Return the state as tables, for a snapshot."""
        named = [(pl.lit(name).alias("rule"), state) for name, state in sorted(self.correlations.items())]
        windows = [state.window.select(name, pl.all()) for name, state in named]
        groups = [state.groups.select(name, pl.all()) for name, state in named]
        return {
            **facts.to_tables(self.facts),
            "rules.totals": self.ledger.totals,
            "rules.subjects": self.ledger.subjects,
            "rules.windows": pl.concat(windows) if windows else pl.DataFrame(schema={"rule": pl.String(), **CARRIED}),
            "rules.groups": pl.concat(groups) if groups else pl.DataFrame(schema={"rule": pl.String(), **OPEN}),
        }

    @staticmethod
    def from_tables(tables: Mapping[str, pl.DataFrame]) -> "RuleState":
        """Return the state held in tables; what is missing is empty."""
        windows = tables.get("rules.windows", pl.DataFrame(schema={"rule": pl.String(), **CARRIED}))
        groups = tables.get("rules.groups", pl.DataFrame(schema={"rule": pl.String(), **OPEN}))
        names = sorted({*windows["rule"], *groups["rule"]})
        return RuleState(
            facts=facts.from_tables(tables),
            ledger=LedgerState(
                tables.get("rules.totals", pl.DataFrame(schema=TOTALS)),
                tables.get("rules.subjects", pl.DataFrame(schema=SUBJECTS)),
            ),
            correlations={
                name: CorrelationState(
                    windows.filter(pl.col("rule") == name).select(*CARRIED),
                    groups.filter(pl.col("rule") == name).select(*OPEN),
                )
                for name in names
            },
        )


class RuleDetector:
    """Judges events by rules.

    Attributes:
        errors: How often each rule failed, by id, since ``take_errors`` was last called.
    """

    def __init__(self, rules: Rules, settings: Settings) -> None:
        self.rules = rules
        self._types = {**frames.EVENT_SCHEMA, **FACT_TYPES}
        self._matcher = Matcher(rules.events, self._types)
        self._facts = FactMaker(settings)
        self._risk = dict(settings.group.risk)
        self._by_id: dict[str, EventRule | CorrelationRule] = {rule.about.id: rule for rule in rules.events}
        self._by_id.update({rule.about.id: rule for rule in rules.correlations})
        self.errors: Counter[str] = Counter()

    def empty(self) -> RuleState:
        """Return the state before the first event."""
        return RuleState()

    def take_errors(self) -> Counter[str]:
        """Return how often each rule failed since the last call, by id."""
        taken, self.errors = self.errors, Counter()
        return taken

    def judge_late(self, frame: pl.DataFrame) -> list[Finding]:
        """Judge events that came behind the watermark by rules about single events."""
        if not frame.height:
            return []
        ready = self._facts.late(frame)
        rows_of = self._events(ready)
        return enter(LedgerState.empty(), ready, self._single(ready, rows_of), self._by_id, self._risk)[1]

    def step(self, state: RuleState, frame: pl.DataFrame) -> tuple[RuleState, list[Finding]]:
        """Judge events in total order; return the state and the findings stated, in order."""
        if not frame.height:
            return state, []
        remembered, ready = self._facts.step(state.facts, frame)
        rows_of = self._events(ready)
        inputs = [self._single(ready, rows_of)]
        carried = dict(state.correlations)
        time = ready["@timestamp"].dt.epoch("us")
        for rule in self.rules.correlations:
            before = carried.get(rule.about.id, CorrelationState.empty())
            try:
                carried[rule.about.id], stated = correlate(rule, before, ready, rows_of, time)
            except (pl.exceptions.PolarsError, ValueError, TypeError, IndexError):
                self.errors[rule.about.id] += 1
                continue
            rows_of[rule.about.id] = stated.begun
            if rule.reported and stated.rows.height:
                inputs.append(_stated(rule.about.id, stated.rows, _span(rule.about.dedup)))
        ledger, findings = enter(state.ledger, ready, pl.concat(inputs), self._by_id, self._risk)
        findings.sort(key=lambda finding: (finding.at, finding.id))
        return replace(state, facts=remembered, ledger=ledger, correlations=carried), findings

    def _events(self, frame: pl.DataFrame) -> dict[str, Ints]:
        matches = self._matcher.match(frame)
        for number in matches.failed:
            self.errors[self.rules.events[number].about.id] += 1
        return {self.rules.events[number].about.id: rows for number, rows in sorted(matches.rows.items())}

    def _single(self, frame: pl.DataFrame, rows_of: Mapping[str, Ints]) -> pl.DataFrame:
        parts = [
            _rows(rule, frame, rows_of[rule.about.id])
            for rule in self.rules.events
            if rule.reported and rule.about.id in rows_of
        ]
        return pl.concat(parts) if parts else pl.DataFrame(schema=INPUT)


def _span(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1_000_000)


def _rows(rule: EventRule, frame: pl.DataFrame, rows: Ints) -> pl.DataFrame:
    dedup = _span(rule.about.dedup)
    actor = pl.col("actor.id")
    if rule.about.actor == "source.ip":
        actor = pl.coalesce(pl.lit("ip:") + pl.col("source.ip"), "actor.id")
    time = pl.col("@timestamp").dt.epoch("us")
    return (
        frame[rows]
        .select(
            pl.Series(rows).cast(pl.Int64).alias("row"),
            pl.lit(rule.about.id).alias("rule"),
            actor.fill_null("").alias("group"),
            (time // dedup * dedup).alias("bucket"),
            time.alias("at"),
            time.alias("first"),
            pl.lit(0, dtype=pl.Int64()).alias("peak"),
        )
        .cast(INPUT)  # type: ignore[arg-type]
    )


def _stated(rule: str, rows: pl.DataFrame, dedup: int) -> pl.DataFrame:
    return rows.select(
        "row",
        pl.lit(rule).alias("rule"),
        "group",
        (pl.col("began") // dedup * dedup).alias("bucket"),
        pl.col("began").alias("at"),
        "first",
        "peak",
    ).cast(INPUT)  # type: ignore[arg-type]
