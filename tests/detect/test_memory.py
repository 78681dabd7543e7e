"""Whoever fills the memory with names that come once or twice pushes nobody out who is at work."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from detector.detect.core import Core, CoreState
from detector.detect.hash_index import weightiest
from detector.detect.lanes import Lane
from detector.detect.rules import RuleDetector
from detector.detect.rules import fair_share as fairly
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.fact_maker import FactMaker, FactState
from detector.detect.rules.facts.novelty import NoveltyState
from detector.detect.rules.rule_checks import events_frame
from detector.schema.detection.findings import Finding
from detector.settings import Settings
from tests.detect.thefts import BURST, SEQUENTIAL, START, card, core

PASSING = 1_500


def theft(step: int, reads: int) -> pl.DataFrame:
    """Return 75 and 75 clients by one account, and between them names that read a few each."""
    events = [card(n, "mallory", 5_000 + n * step) for n in range(75)]
    for number in range(PASSING if reads else 0):
        many = [card(75 + number * 0.2, f"p{number}", 90_000 + 100 * number + 7 * each) for each in range(reads)]
        events += many
    return events_frame([*events, *(card(400 + n, "mallory", 5_000 + (75 + n) * step) for n in range(75))])


def short() -> tuple[Core, CoreState]:
    """Return a core and its state with room for a third of the passers-by."""
    most, usual = PASSING // 3, core()
    few = tuple(replace(rule, most_groups=most) for rule in usual.rules.rules.correlations)
    made = replace(usual, rules=RuleDetector(replace(usual.rules.rules, correlations=few), Settings(), 1))
    state = made.empty()
    for memory in (state.rules.ledger, state.rules.facts.runs, state.rules.facts.runs_by_address):
        memory.most = memory.sweep_at = most
    return made, state


def said(rows: pl.DataFrame, *, live: bool) -> tuple[dict[str, Finding], set[str]]:
    (core, state), found, forgotten = short(), dict[str, Finding](), set[str]()
    for begin in range(0, rows.height, 100):
        batch = rows[begin : begin + 100]
        now = batch.item(-1, "@timestamp") if live else None
        state, judged = core.step(state, [batch], now=now, final=begin + 100 >= rows.height and not live)
        forgotten |= judged.forgotten.keys()
        found |= {each.id: each for each in judged.findings if each.actor_id == "user:mallory"}
    return found, forgotten


@pytest.mark.parametrize("live", [True, False], ids=["live", "replay"])
@pytest.mark.parametrize("reads", [1, 2, 6])
@pytest.mark.parametrize(("step", "rule"), [(1, SEQUENTIAL), (37, BURST)], ids=["in order", "scattered"])
def test_a_theft_in_two_halves_is_found_whoever_passes_by_between_them(
    step: int, rule: str, reads: int, live: bool
) -> None:
    alone, nothing = said(theft(step, 0), live=live)
    beside, forgotten = said(theft(step, reads), live=live)
    assert rule in {each.rule_id for each in alone.values()}
    assert not nothing
    assert beside.keys() == alone.keys()
    assert "windows" in forgotten


def test_an_account_known_for_days_stays_known_whoever_comes_once() -> None:
    seen = NoveltyState(sweep_at=100, most=100)

    def came(second: float, who: str, address: str) -> dict[str, Any]:
        return card(second, who, 1) | {"source.ip": address}

    day = 86_400
    seen.step(FrameView(events_frame([came(0, "anna", "192.0.2.1")]), 1))
    seen.step(FrameView(events_frame([came(5 * day, "anna", "192.0.2.1")]), 1))
    for wave in range(10):
        names = [came(5 * day + 1 + wave, f"n{wave}.{n}", "198.51.100.7") for n in range(100)]
        seen.step(FrameView(events_frame(names), 1))
    new = seen.step(FrameView(events_frame([came(5 * day + 60, "anna", "203.0.113.7")]), 1))
    told = new["nabat.network_new"]
    assert told is not None
    assert told.to_list() == [True]
    assert seen.forgotten > 0


def test_failures_of_one_address_stay_counted_whatever_names_fail_once() -> None:
    maker, state = FactMaker(Settings(), {"nabat.failures_before"}), FactState.empty()
    state.failures.sweep_at = state.failures.most = 50

    def login(second: float, who: str, address: str, outcome: str) -> dict[str, Any]:
        at = START + timedelta(seconds=second)
        about = {"user.name": who, "source.ip": address, "event.action": "login", "event.outcome": outcome}
        return {"@timestamp": at, **about}

    def took(events: list[dict[str, Any]]) -> list[Any]:
        columns = {each.name: each for each in maker.step(state, FrameView(events_frame(events), 1))}
        return columns["nabat.failures_before"].to_list()

    took([login(n, "anna", "203.0.113.7", "failure") for n in range(20)])
    for wave in range(5):
        took([login(30 + wave, f"n{wave}.{n}", f"198.51.{wave}.{n}", "failure") for n in range(100)])
    assert took([login(60, "anna", "203.0.113.7", "success")]) == [20]
    assert len(state.failures.of) <= 50 + 200 + 10
    assert state.failures.forgotten > 0


def test_of_rows_remembered_for_late_lines_those_of_somebody_at_work_stay_before_passers_by() -> None:
    passing = [card(100 + n, f"p{n % 2_000}", n) for n in range(4_000)]
    rows = events_frame([*(card(n, "mallory", n) for n in range(75)), *passing])
    kept = rows.filter(pl.Series(fairly.fair(fairly.Claims.of(rows), 1_000)))
    assert kept.filter(pl.col("user.id") == "mallory").height == 75
    busy = [card(100 + n, f"b{n % 10}", n) for n in range(20_000)]
    rows = events_frame([*(card(n, "mallory", n) for n in range(75)), *busy])
    kept = rows.filter(pl.Series(fairly.fair(fairly.Claims.of(rows), 2_000)))
    assert kept.filter(pl.col("user.id") == "mallory").height == 75


def test_whom_a_nightly_copy_names_often_is_not_forgotten_for_whom_it_names_once() -> None:
    lane = Lane(core().rules.empty(), None, most_actors=100)
    lane.add(events_frame([card(n, "mallory", n) for n in range(75)]))
    for wave in range(10):
        lane.add(events_frame([card(100 + wave, f"p{wave}.{n}", n) for n in range(100)]))
    assert "user:mallory" in lane.actors
    assert len(lane.actors) <= 125
    assert lane.forgotten > 0


def test_what_weighs_most_stays_and_of_equals_what_came_later() -> None:
    counts, times = np.array([3, 1, 1, 2, 1]), np.array([0, 5, 4, 1, 5])
    assert weightiest(3, counts, times).tolist() == [0, 3, 4]
    assert weightiest(9, counts, times).tolist() == [0, 1, 2, 3, 4]
