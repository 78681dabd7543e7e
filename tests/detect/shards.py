"""Rules over rows that are cut into shards, as a cluster would: sessions, facts and rules each by what they see."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.core import in_order
from detector.detect.rules import RuleDetector, RuleState
from detector.detect.rules.columns.frame_view import Acts, FrameView
from detector.detect.rules.correlation.same_act import ActState
from detector.detect.rules.facts.constant_sessions import ConstantSessions, without_sessions
from detector.detect.rules.facts.fact_maker import FACT_SCOPES, FACT_TYPES, FactMaker, FactState
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.rule_checks import LISTS
from detector.detect.rules.ruleset import CorrelationRule, EventRule, Rules
from detector.detect.state_scopes import StateScope
from detector.schema.detection.findings import Finding
from detector.settings import Settings

Ints = npt.NDArray[np.int64]
SEED = 1
_TYPES = {**frames.EVENT_SCHEMA, **FACT_TYPES}
_NOBODY = pl.lit("")


def keys_of(frame: pl.DataFrame, scope: StateScope | str) -> pl.Series:
    """Return by what rows are cut: a scope, or the column that rules group by."""
    address = frames.counted_addresses(frame).alias("address")
    actor = pl.coalesce("actor.id", "host.name", _NOBODY)
    wide = frames.wide_networks(frame).alias("wide")
    of = {
        StateScope.ACTOR: actor,
        StateScope.ADDRESS: pl.coalesce("address", actor),
        StateScope.SESSION: pl.coalesce("session.id", _NOBODY),
        StateScope.NETWORK: pl.coalesce("wide", _NOBODY),
        StateScope.SOURCE: pl.coalesce("log.source", _NOBODY),
        StateScope.COMPANY: _NOBODY,
    }
    scopes = {"actor.id": StateScope.ACTOR, "nabat.address": StateScope.ADDRESS, "nabat.network": StateScope.NETWORK}
    key = (
        of[scopes.get(scope, scope)]
        if scope in scopes or scope in of
        else (pl.coalesce(str(scope), _NOBODY) if scope else _NOBODY)
    )
    return frame.with_columns(address, wide).with_columns(key.alias("key")).get_column("key")


def cut(frame: pl.DataFrame, scope: StateScope | str, shards: int, salt: int) -> list[Ints]:
    """Return the rows of each shard, in order."""
    of = keys_of(frame, scope).hash(salt).to_numpy() % np.uint64(shards)
    return [np.flatnonzero(of == np.uint64(shard)) for shard in range(shards)]


def beats(frame: pl.DataFrame) -> Ints:
    """Return the rows every shard is given, to tell since when anybody was seen: the first and last of each day.

    Of all, of those with an account, and of touches. What is made of them there is thrown away.
    """
    done = pl.col("event.outcome").is_not_null() & (pl.col("event.outcome") != "failure")
    account = done & pl.col("user.id").is_not_null()
    touch = done & pl.col("object.type").is_not_null() & (pl.col("record.count") != 0).fill_null(value=True)
    days = frame.with_row_index("row").with_columns(pl.col("@timestamp").dt.date().alias("day"))
    found = [
        days.filter(which).group_by("day").agg(pl.col("row").min(), pl.col("row").max().alias("last"))
        for which in (pl.lit(value=True), account, touch)
    ]
    rows = pl.concat([pl.concat([each["row"], each["last"]]) for each in found])
    return np.unique(rows.to_numpy().astype(np.int64))


@dataclass(frozen=True)
class RulesByKey:
    """A company's rules by what they are cut by, made ready once for any number of cuts.

    Attributes:
        judges: Of each key the rules that are cut by it, and what says which rows they match.
        facts: Of each scope what makes the facts that are worked out from its rows; None: from each event alone.
    """

    settings: Settings
    judges: dict[str, tuple[RuleDetector, RuleMatcher]]
    facts: dict[StateScope | None, FactMaker]

    @classmethod
    def of(cls, detector: RuleDetector, settings: Settings) -> "RulesByKey":
        """Cut a detector's rules; the settings are the detector's."""
        judges = {}
        for key in sorted({*detector.rules.cut_by().values()}):
            rules = of_key(detector.rules, key)
            judge = RuleDetector(rules, settings, SEED, lists=LISTS, remembers=False)
            judges[key] = judge, RuleMatcher(rules.events, _TYPES)
        facts = {
            scope: FactMaker(settings, {name for name, of in FACT_SCOPES.items() if of is scope}, LISTS)
            for scope in {*FACT_SCOPES.values()}
        }
        return cls(settings, judges, facts)


@dataclass
class Cut:
    """A company's rules over shards.

    Args:
        rules: The rules; nothing of what they saw stays in them.
        shards: How many. salt: Of the cut.
    """

    rules: RulesByKey
    shards: int
    salt: int
    forgotten: int = 0
    _sessions: list[ConstantSessions] = field(default_factory=list)
    _facts: dict[StateScope, list[FactState]] = field(default_factory=dict)
    _acts: dict[StateScope, list[ActState]] = field(default_factory=dict)
    _states: dict[str, list[RuleState]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sessions = [ConstantSessions() for _ in range(self.shards)]
        for scope in {each for each in FACT_SCOPES.values() if each is not None}:
            self._facts[scope] = [FactState.empty() for _ in range(self.shards)]
        for scope in (StateScope.ACTOR, StateScope.ADDRESS):
            self._acts[scope] = [ActState() for _ in range(self.shards)]
        for key, (judge, _) in self.rules.judges.items():
            self._states[key] = [judge.empty() for _ in range(self.shards)]

    def step(self, rows: pl.DataFrame) -> list[Finding]:
        """Judge further rows, in total order."""
        if not rows.height:
            return []
        frame, facts, acts = self.known(rows)
        found: list[Finding] = []
        whole = FrameView(frame, SEED)
        whole.add(facts.get_columns())
        for key, (detector, matcher) in self.rules.judges.items():
            matched = [part for part in matcher.match(whole).rows.values() if part.size]
            copies = np.unique(np.concatenate(matched)) if matched else np.empty(0, dtype=np.int64)
            shards = self.shards if key else 1
            for shard, mine in enumerate(cut(frame[copies], key, shards, self.salt) if copies.size else []):
                if not mine.size:
                    continue
                some = copies[mine]
                view = FrameView(frame[some], SEED)
                view.add(facts[some].get_columns())
                view.acts = None if acts is None else Acts(*(each[some] for each in acts[:3]))
                found += detector.judge(self._states[key][shard], view)
            assert not detector.take_errors()
        for states in self._states.values():
            self.forgotten += sum(state.take_forgotten().total() for state in states)
        return found

    def judge_late(self, rows: pl.DataFrame, late_by: Ints) -> list[Finding]:
        """Judge rows that lie behind their own streams, each by itself."""
        found: list[Finding] = []
        for key, (detector, _) in self.rules.judges.items():
            shards = self.shards if key else 1
            for shard, mine in enumerate(cut(rows, key, shards, self.salt)):
                no = np.zeros(mine.size, dtype=np.bool_)
                found += detector.judge_late(self._states[key][shard], rows[mine], late_by[mine], no, no)
        return found

    def known(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, Acts | None]:
        """Return rows without sessions that are none, their facts, and which acts they tell of."""
        constant = np.zeros(rows.height, dtype=np.bool_)
        for shard, mine in enumerate(cut(rows, StateScope.SESSION, self.shards, self.salt)):
            if mine.size:
                constant[mine] = self._sessions[shard].step(FrameView(rows[mine], SEED))
        frame = without_sessions(rows, constant) if constant.any() else rows
        told = beats(frame)
        acts = self._acts_of(frame) if len(self.rules.settings.sources) > 1 else None
        columns: dict[str, pl.Series] = {}
        for scope, states in self._facts.items():
            shards = 1 if scope is StateScope.COMPANY else self.shards
            parts = []
            for shard, mine in enumerate(cut(frame, scope, shards, self.salt)):
                some = np.union1d(mine, told)
                view = FrameView(frame[some], SEED)
                if acts is not None:
                    view.acts = Acts(*(each[some] for each in acts[:3]))
                made = pl.DataFrame(self.rules.facts[scope].step(states[shard], view)).with_columns(
                    pl.Series("row", some)
                )
                parts.append(made.filter(pl.Series(np.isin(some, mine))))
            together = pl.concat(parts, how="diagonal_relaxed").sort("row")
            columns |= {name: together[name] for name in together.columns if FACT_SCOPES.get(name) is scope}
        made = pl.DataFrame(self.rules.facts[None].late(FrameView(frame, SEED)))  # what needs no history
        columns |= {name: made[name] for name in made.columns if name in FACT_SCOPES and FACT_SCOPES[name] is None}
        return frame, pl.DataFrame(list(columns.values())), acts

    def _acts_of(self, frame: pl.DataFrame) -> Acts:
        found: dict[StateScope, Acts] = {}
        for scope, states in self._acts.items():
            ids, (repeated, at_address) = np.zeros(frame.height, dtype=np.uint64), np.zeros((2, frame.height), np.bool_)
            for shard, mine in enumerate(cut(frame, scope, self.shards, self.salt)):
                if mine.size:
                    acts = states[shard].step(FrameView(frame[mine], SEED))
                    ids[mine], repeated[mine], at_address[mine] = acts.ids, acts.repeated, acts.at_address
            found[scope] = Acts(ids, repeated, at_address)
        logins = (frame["event.action"] == "login").fill_null(value=False).to_numpy()
        logins &= frame["source.ip"].is_not_null().to_numpy()
        actor, address = found[StateScope.ACTOR], found[StateScope.ADDRESS]
        return Acts(actor.ids, actor.repeated, np.where(logins, address.at_address, actor.repeated))


def of_key(rules: Rules, key: str) -> Rules:
    """Return the rules that are cut by a key, with what they count."""
    keys = rules.cut_by()
    needed = {rule.about.id for rule in rules.correlations if keys[rule.about.id] == key}
    for rule in reversed(rules.correlations):
        needed.update(rule.bases if rule.about.id in needed else ())

    def reported(rule: EventRule | CorrelationRule) -> bool:
        return rule.reported and keys[rule.about.id] == key

    return Rules(
        events=tuple(
            replace(rule, reported=reported(rule)) for rule in rules.events if rule.about.id in needed or reported(rule)
        ),
        correlations=tuple(
            replace(rule, reported=reported(rule)) for rule in rules.correlations if rule.about.id in needed
        ),
    )


def texts(findings: Sequence[Finding]) -> list[str]:
    """Return findings as texts, in order, to compare them byte for byte."""
    return [repr(finding) for finding in in_order(findings)]
