"""Correlations as arrays against the same thing written down row by row."""

import itertools
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import Acts, FrameView, marks_of
from detector.detect.rules.correlation import episodes, sliding_windows
from detector.detect.rules.correlation.episodes import CorrelationState, correlate
from detector.detect.rules.ruleset import About, CorrelationRule

SECOND = 1_000_000


def rule_of(kind: str, operation: str, count: int, bases: tuple[str, ...] = ("b",)) -> CorrelationRule:
    return CorrelationRule(
        about=About(id="c", title="c"),
        kind=kind,
        bases=bases,
        group_by=(("who", tuple((base, "who") for base in bases)),),
        values=tuple(
            (name, tuple((base, name) for base in bases))
            for name in {"value_count": ("what",), "value_sum": ("much",)}.get(kind, ())
        ),
        span=timedelta(seconds=60),
        conditions=((operation, count),),
    )


def plainly(rule: CorrelationRule, rows: list[tuple[int, str | None, list[str]]], most: int) -> list[tuple]:
    """Return (row, group, began, first, peak) of every row behind a statement; each group has a window of its own."""
    holds = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "eq": int.__eq__}[rule.conditions[0][0]]
    groups: dict[str, dict] = {}
    stated = []
    for row, (time, who, what) in enumerate(rows):
        brought = what if rule.kind == "value_count" else [row]
        if who is None or not brought:
            continue
        group = groups.setdefault(who, {"window": OrderedDict(), "last": 0, "true": False})
        window = group["window"]
        for value in brought:
            window.pop(value, None)
            window[value] = time
        while len(window) > most or next(iter(window.values())) < time - rule.span_us:
            window.popitem(last=False)
        if not holds(len(window), rule.limit):
            group["true"] = False
        elif group["true"] and time - group["last"] <= rule.span_us:
            group["peak"] = max(group["peak"], len(window))
        else:
            group |= {"true": True, "began": time, "first": next(iter(window.values())), "peak": len(window)}
        if group["true"]:
            stated.append((row, who, group["began"], group["first"], group["peak"]))
        group["last"] = time
    return stated


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 5, 20, 59, 60, 61, 200]),
        st.sampled_from(["a", "a", "b", "c", None]),
        st.lists(st.sampled_from("uvwxyz"), max_size=3),
    ),
    max_size=80,
)


@settings(max_examples=300, deadline=None)
@given(
    rows=ROWS,
    cuts=st.lists(st.integers(0, 100), max_size=6),
    kind=st.sampled_from(["value_count", "event_count"]),
    limit=st.sampled_from([("gt", 1), ("gte", 2), ("gt", 4), ("lt", 2), ("eq", 3)]),
    held=st.sampled_from([2, 5, 20_000]),
    room=st.sampled_from([1, 8, 4_096]),
    snapshot=st.booleans(),
)
def test_a_batch_as_arrays_states_what_going_through_it_row_by_row_states(
    rows, cuts, kind, limit, held, room, snapshot
):
    """Values that come again, before and after they left the window; windows over the bound; a log that is full."""
    rule = replace(rule_of(kind, *limit), most_values=held)
    times = np.cumsum([gap for gap, _, _ in rows], dtype=np.int64) * SECOND
    state, stated = CorrelationState(), []
    edges = [0, *sorted({cut % (len(rows) + 1) for cut in cuts}), len(rows)]
    for low, high in itertools.pairwise(edges):
        if snapshot:
            state = episodes.from_tables(episodes.to_tables({"c": state})).get("c", CorrelationState())
        state.sweep_at = state.windows.full_at = state.windows.room = room
        part = rows[low:high]
        columns = {"who": [who for _, who, _ in part], "what": [what for _, _, what in part]}
        frame = pl.DataFrame(columns, schema={"who": pl.String(), "what": pl.List(pl.String())})
        found = correlate(rule, state, FrameView(frame), {"b": np.arange(high - low)}, times[low:high])
        who = [found.texts[group] for group in found.groups.tolist()]
        each = (found.rows + low, who, found.began, found.first, found.peak)
        stated += zip(*(list(values) for values in each), strict=True)
    plain = [(time, who, what) for time, (_, who, what) in zip(times.tolist(), rows, strict=True)]
    assert sorted(stated) == plainly(rule, plain, sliding_windows.capacity(rule))


def plain_sums(rule: CorrelationRule, rows: list[tuple[int, str | None, int | None, int | None]]) -> list[tuple]:
    """The same for a sum: the acts of each group with their amounts; the higher counts of two that tell of one."""
    groups: dict[str, dict] = {}
    stated = []
    for row, (time, who, much, act) in enumerate(rows):
        if who is None or much is None or much <= 0:
            continue
        group = groups.setdefault(who, {"window": OrderedDict(), "last": 0, "true": False})
        window = group["window"]
        for old in [old for old, (at, _) in window.items() if at < time - rule.span_us]:
            del window[old]
        value = ("row", row) if act is None else act
        known = window.pop(value, (0, 0))[1]
        window[value] = (time, max(much, known))
        total = sum(amount for _, amount in window.values())
        oldest = next(iter(window.values()))[0]
        if not (total > rule.limit if rule.conditions[0][0] == "gt" else total >= rule.limit):
            group["true"] = False
        elif group["true"] and time - group["last"] <= rule.span_us:
            group["peak"] = max(group["peak"], total)
        else:
            group |= {"true": True, "began": time, "first": oldest, "peak": total}
        if group["true"]:
            stated.append((row, who, group["began"], group["first"], group["peak"]))
        group["last"] = time
    return stated


SUMMED = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 5, 20, 59, 60, 61, 200]),
        st.sampled_from(["a", "a", "b", "c", None]),
        st.sampled_from([None, 0, 1, 2, 7, 900, 1 << 39]),
        st.sampled_from([1, 2, 3, 4, 5, 6]),
    ),
    max_size=80,
)


@example(rows=[(0, "a", 7, 1), (61, "a", 1, 1)], cuts=[], limit=("gte", 3), room=1, snapshot=False, acts=True)
@settings(max_examples=300, deadline=None)
@given(
    rows=SUMMED,
    cuts=st.lists(st.integers(0, 100), max_size=6),
    limit=st.sampled_from([("gt", 0), ("gte", 3), ("gt", 8), ("gte", 1_000)]),
    room=st.sampled_from([1, 8, 4_096]),
    snapshot=st.booleans(),
    acts=st.booleans(),
)
def test_sums_as_arrays_are_what_adding_up_row_by_row_gives(rows, cuts, limit, room, snapshot, acts):
    """Amounts of nothing; acts that several logs tell of, each with another amount; a snapshot at each cut."""
    rule = rule_of("value_sum", *limit)
    times = np.cumsum([gap for gap, *_ in rows], dtype=np.int64) * SECOND
    state, stated = CorrelationState(), []
    edges = [0, *sorted({cut % (len(rows) + 1) for cut in cuts}), len(rows)]
    for low, high in itertools.pairwise(edges):
        if snapshot:
            state = episodes.from_tables(episodes.to_tables({"c": state})).get("c", CorrelationState())
        state.sweep_at = state.windows.full_at = state.windows.room = room
        part = rows[low:high]
        columns = {"who": [who for _, who, *_ in part], "much": [much for _, _, much, _ in part]}
        view = FrameView(pl.DataFrame(columns, schema={"who": pl.String(), "much": pl.Int64()}))
        if acts:
            ids = np.array([act for *_, act in part], dtype=np.uint64)
            view.acts = Acts(ids, np.zeros(ids.size, np.bool_), np.zeros(ids.size, np.bool_))
        found = correlate(rule, state, view, {"b": np.arange(high - low)}, times[low:high])
        who = [found.texts[group] for group in found.groups.tolist()]
        each = (found.rows + low, who, found.began, found.first, found.peak)
        stated += zip(*(list(values) for values in each), strict=True)
    plain = [
        (time, who, much, act if acts else None) for time, (_, who, much, act) in zip(times.tolist(), rows, strict=True)
    ]
    assert sorted(stated) == [(*one[:4], min(one[4], sliding_windows.MOST_AMOUNT)) for one in plain_sums(rule, plain)]


def test_an_overlay_of_sums_adds_to_what_is_known_and_changes_nothing_in_it():
    rule, at = rule_of("value_sum", "gte", 10), np.array([1, 2]) * SECOND
    state = CorrelationState()
    view = FrameView(pl.DataFrame({"who": ["a", "b"], "much": [6, 9]}))
    assert correlate(rule, state, view, {"b": np.arange(2)}, at).rows.size == 0
    for _ in range(2):
        more = FrameView(pl.DataFrame({"who": ["a"], "much": [5]}))
        found = correlate(rule, state.overlay(), more, {"b": np.arange(1)}, np.array([3]) * SECOND)
        assert (found.rows.tolist(), found.first.tolist(), found.peak.tolist()) == ([0], [SECOND], [11])


def test_of_more_groups_and_amounts_than_there_may_be_the_smallest_sums_are_forgotten_first():
    rule = replace(rule_of("value_sum", "gte", 100), most_groups=3, most_values=5)
    state = CorrelationState(windows=sliding_windows.SlidingWindows(full_at=8, room=8), sweep_at=3)
    who = ["thief", *(f"passer{number}" for number in range(20)), *["thief"] * 20]
    much = [95, *[1] * 20, *[0] * 10, *[1] * 4, *[0] * 5, 1]
    stated = []
    for row, (name, amount) in enumerate(zip(who, much, strict=True)):
        view = FrameView(pl.DataFrame({"who": [name], "much": [amount]}))
        stated += correlate(rule, state, view, {"b": np.arange(1)}, np.array([row]) * SECOND).peak.tolist()
    assert stated == [100]
    assert state.groups.size <= 4


def test_an_event_behind_two_bases_is_one_event_with_the_values_of_both():
    frame = pl.DataFrame({"who": ["a", "a", "b"], "what": ["x", "y", "x"]})
    rows_of = {"b": np.array([0, 1]), "d": np.array([1, 2])}
    rule = rule_of("event_count", "gte", 2, ("b", "d"))
    found = correlate(rule, CorrelationState(), FrameView(frame), rows_of, np.array([1, 2, 3]) * SECOND)
    assert found.rows.tolist() == [1]
    rule = rule_of("value_count", "gte", 2, ("b", "d"))
    found = correlate(rule, CorrelationState(), FrameView(frame), rows_of, np.array([1, 2, 3]) * SECOND)
    assert (found.rows.tolist(), found.first.tolist(), found.peak.tolist()) == ([1], [SECOND], [2])
    rule = rule_of("value_sum", "gte", 5, ("b", "d"))
    view = FrameView(frame.with_columns(much=pl.Series([2, 3, 9])))
    found = correlate(rule, CorrelationState(), view, rows_of, np.array([1, 2, 3]) * SECOND)
    assert (found.rows.tolist(), found.first.tolist(), found.peak.tolist()) == ([1, 2], [SECOND, 3 * SECOND], [5, 9])


@pytest.mark.parametrize(
    "cuts", [[], [1], [2], [3], [5], [1, 2, 3, 4, 5, 6, 7]], ids=lambda cuts: "-".join(map(str, cuts)) or "whole"
)
def test_two_groups_whose_keys_are_one_text_are_one_group_however_the_rows_are_cut(cuts):
    """An attacker can write the mark between the parts of a key into a part of it."""
    who, where = ["a", "a\x1fb"] * 4, ["b\x1fc", "c"] * 4
    rule = replace(rule_of("event_count", "gte", 3), group_by=(("who", (("b", "who"),)), ("at", (("b", "at"),))))
    times = np.array([1, 2, 3, 4, 100, 101, 102, 103]) * SECOND
    state, stated = CorrelationState(), []
    for low, high in itertools.pairwise([0, *cuts, 8]):
        view = FrameView(pl.DataFrame({"who": who[low:high], "at": where[low:high]}))
        found = correlate(rule, state, view, {"b": np.arange(high - low)}, times[low:high])
        stated += zip((found.rows + low).tolist(), found.first.tolist(), found.peak.tolist(), strict=True)
    assert stated == [(2, 1 * SECOND, 3), (3, 1 * SECOND, 4), (6, 100 * SECOND, 3), (7, 100 * SECOND, 4)]


def test_what_keeps_the_values_of_groups_apart_is_not_saved():
    """It is another one in every process, so that nobody can make up names whose values are taken for each other."""
    values = ["x", "y", "x"]
    view = FrameView(pl.DataFrame({"who": ["a", "a", "b"], "what": values}))
    state = CorrelationState()
    correlate(rule_of("value_count", "gt", 9), state, view, {"b": np.arange(3)}, np.array([1, 2, 3]) * SECOND)
    saved = episodes.to_tables({"c": state})["rules.sights"]
    assert saved["value"].to_list() == marks_of(pl.Series(values)).tolist()
    held = state.windows.keys[:3].tolist()
    assert len({*held, *saved["value"].cast(pl.Int64, wrap_numerical=True).to_list()}) == 5
