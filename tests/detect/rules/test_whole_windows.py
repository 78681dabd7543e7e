"""Order, presence, averages and percentiles of windows, against a window gone through event by event."""

import operator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules import RuleDetector, RuleSet, evaluate
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.correlation import whole_windows
from detector.detect.rules.correlation.whole_windows import WholeWindows
from detector.detect.rules.rule_checks import events_frame
from detector.detect.rules.ruleset import About, CorrelationRule
from detector.settings import Settings

SPAN = 60
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
COMPARE = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le, "eq": operator.eq}
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 5, 30, 59, 60, 61, 200]),  # seconds since the one before
        st.sampled_from(["a", "a", "b", None]),
        st.sets(st.sampled_from("xyz"), min_size=1),  # the rules it matches
        st.sampled_from(["3", "7", "-2.5", "0.1", "0.7", "1e3", "9007199254740993", "many", None]),
    ),
    max_size=40,
)
BASES = [
    {
        "title": name,
        "name": name,
        "id": f"{number}1111111-1111-4111-8111-111111111111",
        "logsource": {"category": "any"},
        "detection": {"s": {"is": name}, "condition": "s"},
    }
    for number, name in enumerate("xyz", 1)
]


def in_order(window: list[tuple[set[str], list[Fraction]]], wanted: list[str]) -> bool:
    """Say whether different events match the rules one after another."""
    place = 0
    for names, _ in window:
        if place < len(wanted) and wanted[place] in names:
            place += 1
    return place == len(wanted)


def number(text: str | None) -> list[Fraction]:
    try:
        return [Fraction(text or "none")]
    except ValueError:
        return []


def percentile(values: list[Fraction], of: int) -> Fraction:
    place = Fraction(of * (len(values) - 1), 100)
    low = int(place)
    ordered = sorted(values)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (place - low)


def statistic(kind: str, values: list[Fraction]) -> Fraction:
    if kind == "value_sum":
        return sum(values, Fraction(0))
    if kind == "value_avg":
        return sum(values, Fraction(0)) / len(values)
    return percentile(values, 50 if kind == "value_median" else 90)


def holds(body: dict[str, Any], window: list[tuple[set[str], list[Fraction]]]) -> bool:
    condition, seen = body.get("condition"), set().union(*(names for names, _ in window))
    if body["type"].startswith("value"):
        values = [value for names, each in window for value in each]
        limits = [(name, limit) for name, limit in condition.items() if name in COMPARE]
        return bool(values) and all(
            COMPARE[name](statistic(body["type"], values), Fraction(str(limit))) for name, limit in limits
        )
    if body["type"] == "temporal_ordered":
        if isinstance(condition, dict):
            return any(in_order(window, list(some)) for some in combinations(body["rules"], condition["gte"]))
        if condition == "x and y and not z":
            return "z" not in seen and in_order(window, ["x", "y"])
        if condition == "x and (y or z)":
            return in_order(window, ["x", "y"]) or in_order(window, ["x", "z"])
        return in_order(window, body["rules"])
    if isinstance(condition, dict):
        return len(seen) >= condition["gte"]
    return {
        None: seen == set("xyz"),
        "x and not y": "x" in seen and "y" not in seen,
        "x and (y or not z)": "x" in seen and ("y" in seen or "z" not in seen),
    }[condition]


RULES: list[dict[str, Any]] = [
    {"type": "temporal", "rules": ["x", "y", "z"]},
    {"type": "temporal", "rules": ["x", "y", "z"], "condition": {"gte": 2}},
    {"type": "temporal", "rules": ["x", "y"], "condition": "x and not y"},
    {"type": "temporal", "condition": "x and (y or not z)"},
    {"type": "temporal_ordered", "rules": ["x", "y", "z"]},
    {"type": "temporal_ordered", "rules": ["x", "y", "z"], "condition": {"gte": 2}},
    {"type": "temporal_ordered", "rules": ["x", "y", "z"], "condition": "x and y and not z"},
    {"type": "temporal_ordered", "condition": "x and (y or z)"},
    {"type": "temporal_ordered", "rules": ["x", "y", "x"]},
    {"type": "temporal_ordered", "rules": ["x", "x"]},
    {"type": "temporal_ordered", "rules": ["x", "y", "x", "z"], "condition": {"gte": 3}},
    {"type": "value_avg", "rules": ["x", "y", "z"], "condition": {"gt": 2.5, "field": "much"}},
    {"type": "value_avg", "rules": ["x", "y", "z"], "condition": {"gt": 0, "lte": 4, "field": "much"}},
    {"type": "value_median", "rules": ["x", "y", "z"], "condition": {"gte": 3, "field": "much"}},
    {
        "type": "value_percentile",
        "rules": ["x", "y", "z"],
        "condition": {"gte": 6, "field": "much", "percentile": 90},
    },
    {"type": "value_sum", "rules": ["x", "y", "z"], "condition": {"lt": 5, "field": "much"}},
    {"type": "value_sum", "rules": ["x", "y", "z"], "condition": {"gte": 10, "field": "much"}},
    {"type": "value_sum", "rules": ["x", "y", "z"], "condition": {"gte": 0.8, "field": "much"}},
    {"type": "value_sum", "rules": ["x", "y", "z"], "condition": {"gt": 9007199254740992, "field": "much"}},
    {"type": "value_sum", "rules": ["x", "y", "z"], "condition": {"gte": 0.5, "lt": 20, "field": "much"}},
]


def known(body: dict[str, Any]) -> set[str]:
    condition = body.get("condition")
    return set(body.get("rules") or [word for word in "xyz" if word in str(condition)])


def by_hand(body: dict[str, Any], events: list[tuple[int, str | None, set[str], str | None]]) -> list[int]:
    """Return the numbers of the events at which a statement begins."""
    groups: dict[str, dict[str, Any]] = {}
    begun, now = [], 0
    for at, (since, who, names, much) in enumerate(events, 1):
        now += since
        mine = names & known(body)
        if who is None or not mine:
            continue
        group = groups.setdefault(who, {"window": [], "last": 0, "true": False})
        group["window"].append((now, mine, number(much)))
        window = [(names, values) for time, names, values in group["window"] if time >= now - SPAN]
        true = holds(body, window)
        if true and not (group["true"] and now - group["last"] <= SPAN):
            begun.append(at)
        group |= {"true": true, "last": now}
    return begun


@pytest.mark.parametrize("body", RULES, ids=str)
@given(events=EVENTS)
def test_a_correlation_begins_where_going_through_its_window_by_hand_says(write, body, events):
    whole = {"title": "C", "name": "c", "correlation": {**body, "group-by": ["who"], "timespan": f"{SPAN}s"}}
    path = write(*BASES, whole, name="windows.yml")
    now, given_events = 0, []
    for since, who, names, much in events:
        now += since
        filled = {"ts": now, "is": sorted(names), "who": who, "much": much}
        given_events.append({name: value for name, value in filled.items() if value is not None})
    told = [each["event"] for each in evaluate([path], given_events, "ts") if each["kind"] == "correlation"]
    assert told == by_hand(body, events)


def rule_of(kind: str, **more: Any) -> CorrelationRule:
    return CorrelationRule(
        about=About(id="c", title="c"), kind=kind, bases=("x", "y"), span=timedelta(seconds=SPAN),
        group_by=(("who", (("x", "who"), ("y", "who"))),),
        values=(("much", (("x", "much"), ("y", "much"))),) if kind.startswith("value") else (),
        **{"conditions": (), **more},
    )  # fmt: skip


CUT = [
    rule_of("temporal", ways=((("x", "y"), ()),)),
    rule_of("temporal_ordered", ways=((("x", "y"), ()),)),
    rule_of("value_avg", conditions=(("gt", 2),)),
    rule_of("value_sum", conditions=(("gt", 9007199254740992),)),
    rule_of("value_median", conditions=(("gte", 3),)),
]


@pytest.mark.parametrize("rule", CUT, ids=lambda rule: rule.kind)
@given(events=EVENTS, cuts=st.lists(st.integers(0, 40)), saved=st.booleans())
def test_any_cut_and_a_snapshot_between_give_the_same(rule, events, cuts, saved):
    seconds = np.cumsum([0, *(since for since, *_ in events)])[1:]
    frame = pl.DataFrame(
        {
            "who": [who for _, who, _, _ in events],
            "much": [much for *_, much in events],
        },
        schema={"who": pl.String(), "much": pl.String()},
    )
    behind = {name: [at for at, (_, _, names, _) in enumerate(events) if name in names] for name in "xy"}

    def through(edges: list[int]) -> list[tuple[Any, ...]]:
        state, told = WholeWindows(), []
        for begin, end in pairwise(edges):
            rows = {
                name: np.array([at - begin for at in rows if begin <= at < end], np.int64)
                for name, rows in behind.items()
            }
            piece = frame[begin:end]
            found = whole_windows.correlate(rule, state, FrameView(piece), rows, seconds[begin:end] * 1_000_000)
            texts = [found.texts[group] for group in found.groups.tolist()]
            numbers = (found.rows + begin, found.began, found.first, found.peak)
            told += zip(*(each.tolist() for each in numbers), texts, strict=True)
            if saved:
                state = whole_windows.from_tables(whole_windows.to_tables({"c": state})).get("c", WholeWindows())
        return told

    assert through(sorted({0, len(events), *(cut for cut in cuts if cut < len(events))})) == through([0, len(events)])


def test_a_step_over_a_copy_leaves_the_state_as_it_is():
    rule, state = CUT[0], WholeWindows()
    frame = pl.DataFrame({"who": ["a"]})
    step = {"x": np.array([0])}
    whole_windows.correlate(rule, state, FrameView(frame), step, np.array([0]))
    over = state.overlay()
    found = whole_windows.correlate(rule, over, FrameView(frame), {"y": np.array([0])}, np.array([1_000_000]))
    assert found.begun.tolist() == [0]
    again = whole_windows.correlate(rule, state, FrameView(frame), step, np.array([2_000_000]))
    assert not again.begun.size


def test_groups_beyond_the_bound_are_let_go_of_and_counted():
    rule, state = rule_of("temporal", ways=((("x", "y"), ()),), most_groups=50), WholeWindows()
    frame = pl.DataFrame({"who": [f"a{number}" for number in range(200)]})
    whole_windows.correlate(rule, state, FrameView(frame), {"x": np.arange(200)}, np.arange(200))
    assert (len(state.groups), state.forgotten) == (50, 150)
    assert set(state.groups) == set(FrameView(frame[150:]).marks("who").tolist())


def test_a_login_from_elsewhere_and_then_an_export_is_one_finding_with_its_reason(tmp_path):
    (tmp_path / "r.yml").write_text(
        """
title: Login
name: login
logsource: {product: nabat}
detection: {s: {event.action: login}, condition: s}
---
title: Export
name: export
logsource: {product: nabat}
detection: {s: {event.action: export}, condition: s}
---
title: Export right after a login
level: high
correlation:
  type: temporal_ordered
  rules: [login, export]
  group-by: [actor.id]
  timespan: 10m
"""
    )
    detector = RuleDetector(RuleSet.load([tmp_path]), Settings())
    row = {"user.id": "anna", "source.ip": "192.0.2.1"}
    events = [
        {**row, "event.action": "export", "@timestamp": START},
        {**row, "event.action": "login", "@timestamp": START + timedelta(minutes=1)},
        {**row, "event.action": "export", "@timestamp": START + timedelta(minutes=5), "record.count": 7},
        {**row, "event.action": "export", "@timestamp": START + timedelta(minutes=30)},
    ]
    state, found = detector.empty(), []
    for event in events:  # each in a batch of its own
        state, more = detector.step(state, events_frame([event]))
        found += more
    (finding,) = found
    assert (finding.at, finding.first_event_at) == (events[2]["@timestamp"], events[1]["@timestamp"])
    assert finding.reasons[0].message == "rule-in-order"
    assert dict(finding.reasons[0].args)["count"] == 2


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        (["12.5"], [0]),
        (["10.0"], [0]),
        (["6.5", "3.5"], [1]),
        (["-15", "20"], []),
        (["20", "-15"], [0]),
        (["7.1", "2.9"], [1]),
        (["9.99"], []),
    ],
    ids=str,
)
def test_a_sum_of_what_a_log_writes_is_reckoned_as_written(write, amounts, found):
    base = {"title": "B", "name": "b", "logsource": {"product": "nabat"}}
    base["detection"] = {"s": {"event.action": "export"}, "condition": "s"}
    body = {"type": "value_sum", "rules": ["b"], "group-by": ["actor.id"], "timespan": "5m"}
    whole = {"title": "C", "name": "c", "correlation": {**body, "condition": {"gte": 10, "field": "labels.amt"}}}
    detector = RuleDetector(RuleSet.load([write(base, whole, name="sums.yml")]), Settings())
    state, told = detector.empty(), []
    for place, amount in enumerate(amounts):
        row = {"user.id": "a", "event.action": "export", "labels": {"amt": amount}}
        state, findings = detector.step(state, events_frame([{**row, "@timestamp": START + timedelta(seconds=place)}]))
        told += [place for finding in findings if finding.at == START + timedelta(seconds=place)]
    assert told == found
