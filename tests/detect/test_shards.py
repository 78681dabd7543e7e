"""Rows that are cut into shards by what each part of the state sees lead to the same findings, byte for byte.

Memories have bounds over everybody, and let go of what weighs least when they are full: whole and cut, these would
forget differently. Each comparison asserts that nothing was forgotten.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector import frames
from detector.detect import hash_index
from detector.detect.core import CoreState
from detector.detect.ordering.reorder import Reordered, Reorderer, ReorderState
from detector.detect.rules import RuleDetector, RuleSet
from detector.detect.rules.columns.frame_view import Acts, FrameView
from detector.detect.rules.correlation import episodes, sliding_windows
from detector.detect.rules.correlation.same_act import ActState
from detector.detect.rules.facts.constant_sessions import ConstantSessions, without_sessions
from detector.detect.rules.facts.fact_maker import FACT_SCOPES, FACT_TYPES, FactMaker, FactState
from detector.detect.rules.rule_checks import CANARY, LISTS, events_frame, read_samples
from detector.detect.state_scopes import StateScope, declared
from detector.resources import shipped
from detector.settings import Settings
from tests.detect.shards import SEED, Cut, RulesByKey, keys_of, texts

pytestmark = pytest.mark.share(3)

RULES = Path(shipped("rules"))
TOLD_APART = ("user.id", "user.name", "actor.id", "session.id")
SHARDS = (1, 4, 16)
READ_AT = datetime(2027, 3, 2, tzinfo=UTC)


@cache
def about(sources: int) -> Settings:
    """Return the settings of a company with so many logs."""
    named = [{"name": f"log{n}", "paths": [f"/{n}"], "format": "json", "service": "crm"} for n in range(sources)]
    return Settings.model_validate({"records": {"canaries": [CANARY]}, "sources": named})


@cache
def detector(sources: int) -> RuleDetector:
    return RuleDetector(RuleSet.load([RULES]), about(sources), SEED, lists=LISTS)


@cache
def by_key(sources: int) -> RulesByKey:
    return RulesByKey.of(detector(sources), about(sources))


@cache
def cases() -> list[pl.DataFrame]:
    """Return the events of every sample that must match a shipped rule, each with accounts and sessions of its own."""
    told = [case.events for path in sorted(RULES.rglob("*.samples")) for case in read_samples(path) if case.must_match]
    return [events_frame(_apart(rows, number)) for number, rows in enumerate(told)]


def _apart(rows: Sequence[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    def own(name: str, value: Any) -> Any:
        return f"{value}-{number}" if name in TOLD_APART and value and value != "on-leave" else value

    return [{name: own(name, value) for name, value in row.items()} for row in rows]


def logs(chosen: Sequence[int], sources: int, late: Sequence[tuple[int, int]] = ()) -> list[pl.DataFrame]:
    """Return samples as two logs, every seventh line in both; some lines of them come seconds too late."""
    rows = pl.concat([cases()[number % len(cases())] for number in chosen]).sort("@timestamp", maintain_order=True)
    numbers = np.arange(rows.height)
    both = pl.Series(numbers % 7 == 0)
    found = []
    for log in (0, 1):
        kind = rows["event.dataset"] if log == 0 else rows["event.dataset"].zip_with(~both, pl.Series(["audit"]))
        mine = rows.with_columns(kind.alias("event.dataset")).filter(pl.Series(numbers % 2 == log) | both)
        order = np.arange(mine.height, dtype=np.int64) * 10
        for at, behind in late:
            order[at % mine.height] += 10 * behind + 5  # so many lines later than it was written
        name = pl.lit(f"log{log}" if sources > 1 else "log0")
        found.append(
            mine[np.argsort(order, kind="stable")].with_columns(
                name.alias("log.source"), pl.lit(f"s{log}").alias("log.stream"),
                pl.lit(f"f{log}").alias("log.file.identity"),
                pl.lit(READ_AT).cast(frames.EVENT_SCHEMA["event.ingested"]).alias("event.ingested"),
                (pl.int_range(pl.len(), dtype=frames.EVENT_SCHEMA["log.offset"]) * 100).alias("log.offset"),
            )
        )  # fmt: skip
    return found


def in_total_order(streams: Sequence[pl.DataFrame]) -> Reordered:
    """Return what the marks of the streams, read together, make of their lines: late or in order."""
    ordering = Reorderer({f"log{n}": timedelta(minutes=1) for n in (0, 1)})
    return ordering.step(ReorderState(), list(streams), final=True)[1]


def judged_whole(rows: Reordered, rules: RuleDetector) -> list[str]:
    state, no = rules.empty(), np.zeros(rows.late.height, dtype=np.bool_)
    found = rules.judge_late(state, rows.late, rows.late_by, no, no)
    found += rules.step(state, rows.ordered)[1]
    assert not rules.take_errors()
    assert not state.take_forgotten()
    return texts(found)


def judged_cut(rows: Reordered, sources: int, shards: int, salt: int, pieces: int) -> list[str]:
    judge = Cut(by_key(sources), shards, salt)
    found = judge.judge_late(rows.late, rows.late_by)
    size = max(-(-rows.ordered.height // pieces), 1)
    for at in range(0, rows.ordered.height, size):
        found += judge.step(rows.ordered[at : at + size])
    assert not judge.forgotten
    return texts(found)


@pytest.fixture(scope="module")
def everything() -> Reordered:
    """Return all samples of the shipped rules, as two logs tell of them."""
    return in_total_order(logs(range(len(cases())), 2))


@pytest.fixture(scope="module")
def found_whole(everything: Reordered) -> list[str]:
    return judged_whole(everything, detector(2))


@pytest.fixture(scope="module")
def facts_whole(everything: Reordered) -> tuple[Acts, pl.DataFrame]:
    rows = everything.ordered
    constant = ConstantSessions().step(FrameView(rows, SEED))
    view = FrameView(without_sessions(rows, constant) if constant.any() else rows, SEED)
    view.acts = ActState().step(view)
    return view.acts, pl.DataFrame(FactMaker(about(2), None, LISTS).step(FactState(), view))


def test_what_is_found_is_no_function_of_the_hashes_that_each_process_draws(
    everything: Reordered, found_whole: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, drawn in ((hash_index, "_FACTOR"), (episodes, "_SALT"), (sliding_windows, "_ONCE")):
        monkeypatch.setattr(module, drawn, type(getattr(module, drawn))(0x9E3779B97F4A7C15))
    other = RuleDetector(detector(2).rules, about(2), SEED + 1, lists=LISTS)
    assert judged_whole(everything, other) == found_whole


@pytest.mark.parametrize("shards", SHARDS)
def test_all_shipped_rules_find_over_shards_what_they_find_over_all_rows(
    shards: int, everything: Reordered, found_whole: list[str]
) -> None:
    assert len(found_whole) > 300
    reported = {rule.about.id for rule in (*detector(2).rules.events, *detector(2).rules.correlations) if rule.reported}
    assert len({name for name in reported if any(name in text for text in found_whole)}) > 0.9 * len(reported)
    assert judged_cut(everything, 2, shards, 7, 1) == found_whole


@pytest.mark.parametrize("shards", [4, 16])
def test_facts_made_in_shards_are_those_made_of_all_rows(
    shards: int, everything: Reordered, facts_whole: tuple[Acts, pl.DataFrame]
) -> None:
    _, facts, acts = Cut(by_key(2), shards, 7).known(everything.ordered)
    acts_whole, whole = facts_whole
    assert acts is not None
    assert all((mine == theirs).all() for mine, theirs in zip(acts[:3], acts_whole[:3], strict=True))
    assert {*whole.columns} == {*facts.columns}
    assert [name for name in whole.columns if not facts[name].cast(whole[name].dtype).equals(whole[name])] == []


@settings(max_examples=12, deadline=None)
@given(
    chosen=st.lists(st.integers(0, 10_000), min_size=1, max_size=8, unique=True),
    late=st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 400)), max_size=12),
    shards=st.sampled_from(SHARDS),
    salt=st.integers(0, 2**32),
    pieces=st.integers(1, 3),
)
def test_any_cut_of_rows_into_shards_gives_the_same_findings_late_lines_included(
    chosen: list[int], late: list[tuple[int, int]], shards: int, salt: int, pieces: int
) -> None:
    rows = in_total_order(logs(chosen, 1, late))
    assert judged_cut(rows, 1, shards, salt, pieces) == judged_whole(rows, detector(1))


def test_lateness_is_a_stream_s_and_lost_where_each_shard_has_marks_of_its_own() -> None:
    streams = logs(range(60), 1, [(at, 300) for at in range(0, 4_000, 130)])
    places = ["log.stream", "log.offset"]
    whole = in_total_order(streams).late.select(places).rows()
    own: list[Any] = []
    for shard in range(16):
        parts = [rows.filter(keys_of(rows, StateScope.ACTOR).hash(1) % 16 == shard) for rows in streams]
        own += in_total_order(parts).late.select(places).rows()
    assert {*whole} - {*own}


_TOUCHES = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"), st.sampled_from(["x", "y", "z"]),
        st.sampled_from(["read", "read", "search", "export"]), st.sampled_from([1, 20, 45, 2_000]),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(drawn=_TOUCHES, shards=st.sampled_from(SHARDS), salt=st.integers(0, 2**32))
def test_touches_are_explained_by_their_team_and_by_when_their_source_began(
    drawn: list[tuple[str, str, str, int]], shards: int, salt: int
) -> None:
    """Clients here have no numbers: how far apart these lie is the company's (``Density``)."""
    minute, rows = 0, []
    for who, client, act, step in drawn:
        minute += step
        at, role = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=minute), f"role{ord(who) % 3}"
        rows.append({
            "@timestamp": at, "user.id": who, "user.roles": [role], "event.action": act, "object.type": "client",
            "subject.ids": [client],
        })  # fmt: skip
    frame = events_frame(rows)
    maker = FactMaker(Settings(), ["nabat.touch_reason"])

    def reasons(part: pl.DataFrame) -> list[Any]:
        state = FactState()
        first = np.array([frame["@timestamp"].dt.epoch("us")[0]])
        state.seen.touches.memory.state.begin_sources(["sample"], np.zeros(1, dtype=np.int64), first)
        view = FrameView(part, SEED)
        view.add(maker.step(state, view))
        return list(view.column("nabat.touch_reason").to_list())

    of = frame["user.roles"].list.first().hash(salt) % shards
    cut: list[Any] = [None] * frame.height
    for shard in range(shards):
        places = np.flatnonzero((of == shard).to_numpy())
        for place, reason in zip(places, reasons(frame[places]) if places.size else [], strict=True):
            cut[place] = reason
    assert cut == reasons(frame)


def test_every_part_of_the_state_says_what_it_sees() -> None:
    parts = [each.part for each in declared(CoreState)]
    assert len(parts) == len({*parts})
    assert {"sequence.marks", "rules.facts.runs_by_address", "rules.correlations", "behaviour"} <= {*parts}


def test_every_fact_says_whose_rows_it_is_made_from() -> None:
    assert {*FACT_TYPES} == {name for name in FACT_SCOPES if not name.startswith("$")}
    assert {*FACT_SCOPES.values()} - {None} <= {*StateScope}
