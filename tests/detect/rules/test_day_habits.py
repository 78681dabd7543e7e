"""Lists that show somebody far more than ever, and exports that are usual, counted as arrays and row by row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.correlation.same_act import ActState
from detector.detect.rules.facts.fact_maker import FactState, from_tables, to_tables
from detector.detect.rules.facts.habits.busiest_days import SETTLES
from detector.detect.rules.facts.habits.day_habits import EXPORTS, LISTS, DayHabits
from detector.detect.rules.facts.novelty import (
    EXPORTED_TODAY,
    EXPORTED_USUAL,
    LISTED_MORE,
    SERVICE_MORE,
    NoveltyState,
)
from detector.detect.rules.rule_checks import events_frame

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANNA = {"@timestamp": START - timedelta(days=4), "user.id": "anna", "source.ip": "192.0.2.7"}
LIST = {
    "user.id": "vera",
    "source.ip": "192.0.2.8",
    "event.action": "list",
    "event.outcome": "success",
    "object.type": "client",
    "record.count": 100,
}
EXPORT = LIST | {"event.action": "export"}


def lists(days: dict[int, int], **more: Any) -> list[dict[str, Any]]:
    """Return so many lists of a hundred records on each day."""
    return [
        LIST | more | {"@timestamp": START + timedelta(days=day, seconds=n)}
        for day, count in days.items()
        for n in range(count)
    ]


def beyond(rows: list[dict[str, Any]], cut: int = 10_000) -> int:
    """Return how many rows lie beyond what their account may be shown."""
    frame, seen, found = events_frame([ANNA, *rows]), NoveltyState(), 0
    for at in range(0, frame.height, cut):
        marked = seen.step(FrameView(frame[at : at + cut], 1))[LISTED_MORE]
        found += 0 if marked is None else int(marked.sum())
    return found


@pytest.mark.parametrize("cut", [7, 150, 10_000])
def test_many_small_lists_in_a_day_lie_beyond_what_anybody_is_shown(cut: int) -> None:
    assert beyond(lists({0: 400}), cut) == 400 - LISTS.least // 100
    assert beyond(lists({0: 400}, **{"event.category": "database", "record.count_basis": "estimated"}), cut) == 200


@pytest.mark.parametrize("cut", [7, 10_000])
def test_what_somebody_is_shown_every_day_is_usual_once_it_is_known(cut: int) -> None:
    days = dict.fromkeys(range(4), 300)
    assert beyond(lists(days), cut) == SETTLES * 100
    assert beyond(lists(days | {4: 300 * LISTS.times + 5}), cut) == SETTLES * 100 + 5


@pytest.mark.parametrize(
    "more",
    [
        {"actor.type": "service"},
        {"event.action": "update"},
        {"event.outcome": "failure"},
        {"object.type": None},
        {"record.count": None},
        {"record.count": 0},
    ],
    ids=str,
)
def test_what_shows_nobody_records_is_not_counted(more: dict[str, Any]) -> None:
    assert beyond(lists({0: 400}, **more)) == 0


def test_a_large_answer_counts_as_a_part_of_it() -> None:
    assert beyond(lists({0: LISTS.least // LISTS.largest}, **{"record.count": 9_999})) == 0
    assert beyond(lists({0: LISTS.least // LISTS.largest + 2}, **{"record.count": 9_999})) == 2


def test_before_accounts_are_known_nothing_is_more_than_ever() -> None:
    assert beyond(lists({-3: 400})) == 0


def exported(days: dict[int, list[int]], cut: int = 10_000, **more: Any) -> list[tuple[int | None, bool | None]]:
    """Return for each export, so many records on each day, what was taken that day and whether it is usual."""
    rows = [
        EXPORT | {"record.count": count} | more | {"@timestamp": START + timedelta(days=day, minutes=n)}
        for day, counts in days.items()
        for n, count in enumerate(counts)
    ]
    frame, state, found = events_frame(rows), FactState(), list[tuple[int | None, bool | None]]()
    for at in range(0, frame.height, cut):
        view = FrameView(frame[at : at + cut], 1)
        made = state.seen.step(view)
        today, usual = made[EXPORTED_TODAY], made[EXPORTED_USUAL]
        nothing = [None] * view.height
        found += zip(
            nothing if today is None else today.to_list(),
            [False] * view.height if usual is None else usual.to_list(),
            strict=True,
        )
        state = from_tables(to_tables(state))
    return found


@pytest.mark.parametrize("cut", [1, 3, 10_000])
def test_exports_are_usual_up_to_twice_the_busiest_day_once_it_is_three_days_old(cut: int) -> None:
    days = {0: [400, 600], 1: [300], 2: [200], 3: [1500, 500, 1], 4: [2001]}
    told = exported(days, cut)
    assert [today for today, _ in told] == [400, 1000, 300, 200, 1500, 2000, 2001, 2001]
    assert [usual for _, usual in told] == [False, False, False, False, True, True, False, False]


def test_a_days_exports_raise_the_bar_no_more_than_once_in_three_days() -> None:
    busier = {0: [1000], 3: [2000], 4: [4000], 5: [4001], 6: [8000, 3]}
    assert [usual for _, usual in exported(busier)] == [False, True, False, False, True, False]


def test_exports_beyond_what_is_usual_of_nobody_are_not_usual() -> None:
    assert [usual for _, usual in exported({0: [900_000], 3: [EXPORTS.most, 1]})] == [False, True, False]


@pytest.mark.parametrize(
    "more", [{"actor.type": "service"}, {"event.outcome": "failure"}, {"object.type": None}], ids=str
)
def test_what_is_no_export_of_a_person_is_not_counted(more: dict[str, Any]) -> None:
    assert exported({0: [400], 3: [500]}, **more) == [(None, False)] * 2


def test_an_export_that_the_edge_and_the_application_tell_of_counts_once() -> None:
    rows = [EXPORT | {"@timestamp": START + timedelta(days=day)} for day in (0, 3)]
    assert beyond_in_two_logs(told_by_both(rows, {}, {}), EXPORTED_USUAL, 10_000, saved=True) == 2
    rows[1]["record.count"] = 150
    assert beyond_in_two_logs(told_by_both(rows, {}, {}), EXPORTED_USUAL, 10_000, saved=True) == 2


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 1, 2, 3]),
        st.integers(1, 3),
        st.sampled_from([1, 100, LISTS.largest, 5 * LISTS.largest]),
    ),
    max_size=30,
)


@given(ROWS, st.integers(1, 30))
def test_any_cut_counts_as_row_by_row(rows: list[tuple[int, int, int]], cut: int) -> None:
    days = np.cumsum([gap for gap, _, _ in rows], dtype=np.int64)
    keys = np.array([who for _, who, _ in rows], dtype=np.uint64)
    counts = np.array([many for _, _, many in rows], dtype=np.int64)
    habits, found, known = DayHabits(measure=LISTS), list[bool](), dict[int, list[int]]()
    for at in range(0, len(rows), cut):
        habits = DayHabits.from_table(habits.to_table(), measure=LISTS)
        habits.overlay().step(keys[at : at + cut], days[at : at + cut], counts[at : at + cut])
        found += LISTS.beyond(habits.step(keys[at : at + cut], days[at : at + cut], counts[at : at + cut])).tolist()
    expected = []
    for day, who, many in zip(days.tolist(), keys.tolist(), counts.tolist(), strict=True):
        one = known.setdefault(who, [day, 0, 0, 0, day])  # day, today, recent, settled, turned
        if day > one[0]:
            one[2] = max(one[2], one[1])
            if day - one[4] >= SETTLES:
                one[2:] = [0, max(one[3], one[2]), day]
            one[:2] = [day, 0]
        one[1] += min(many, LISTS.largest)
        expected.append(one[1] > max(LISTS.least, LISTS.times * one[3]))
    assert found == expected


def test_those_that_were_shown_least_are_let_go_of_first() -> None:
    habits = DayHabits(measure=LISTS, most=8)
    keys = np.arange(1, 10, dtype=np.uint64)
    habits.step(keys, np.ones(9, dtype=np.int64), keys.astype(np.int64))
    kept = habits.to_table()
    assert sorted(kept["today"].to_list()) == [4, 5, 6, 7, 8, 9]


EDGE = {"event.dataset": "nginx.access", "log.stream": "/var/log/edge.log", "log.source": "edge"}
APP = {"event.dataset": "app.audit", "log.stream": "/var/log/app.log", "log.source": "app"}


def beyond_in_two_logs(rows: list[dict[str, Any]], name: str, cut: int, *, saved: bool) -> int:
    """Return how many rows are marked where acts are told apart from events."""
    frame = events_frame([ANNA, *rows]).sort("@timestamp").with_columns(pl.int_range(pl.len()).alias("log.offset"))
    state, acts, found = FactState(), ActState(), 0
    for at in range(0, frame.height, cut):
        view = FrameView(frame[at : at + cut], 1)
        view.acts = acts.step(view)
        marked = state.seen.step(view)[name]
        found += 0 if marked is None else int(marked.sum())
        if saved:
            state = from_tables(to_tables(state))
    return found


def told_by_both(rows: list[dict[str, Any]], edge: dict[str, Any], app: dict[str, Any]) -> list[dict[str, Any]]:
    both = [(EDGE | edge, timedelta(0)), (APP | app, timedelta(seconds=0.4))]
    return [
        row | {"service.name": "crm", "@timestamp": row["@timestamp"] + late} | log
        for row in rows
        for log, late in both
    ]


@pytest.mark.parametrize(("cut", "saved"), [(7, False), (150, True), (10_000, False)])
@pytest.mark.parametrize("known", [100, 97, None])
def test_lists_that_the_edge_and_the_application_tell_of_count_once(cut: int, saved: bool, known: int | None) -> None:
    rows = told_by_both(lists({0: LISTS.least // 100}), {"record.count": known}, {})
    assert beyond_in_two_logs(rows, LISTED_MORE, cut, saved=saved) == 0
    more = told_by_both(lists({0: LISTS.least // 100 + 5}), {"record.count": known}, {})
    assert beyond_in_two_logs(more, LISTED_MORE, cut, saved=saved) >= 5


def test_a_service_does_no_more_on_the_day_a_second_log_begins_to_tell_of_it() -> None:
    days = lists(dict.fromkeys(range(12), 100), **{"actor.type": "service", "user.id": "svc-sync"})
    last = START + timedelta(days=11)
    before, after = ([row for row in days if (row["@timestamp"] < last) is old] for old in (True, False))
    one = [row | EDGE | {"service.name": "crm"} for row in before]
    assert beyond_in_two_logs([*one, *told_by_both(after, {}, {})], SERVICE_MORE, 10_000, saved=False) == 0
    twice = [row | EDGE | {"service.name": "crm"} for row in after for _ in range(2)]
    assert beyond_in_two_logs([*one, *twice], SERVICE_MORE, 10_000, saved=False) > 0
