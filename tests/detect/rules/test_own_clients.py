"""Cards of the actor's own clients, counted against the busiest day of its own: over cuts, saving and old snapshots."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.correlation.same_act import ActState
from detector.detect.rules.facts import touch_facts
from detector.detect.rules.facts.fact_maker import FactMaker, FactState
from detector.detect.rules.facts.habits.busiest_days import SETTLES
from detector.detect.rules.facts.habits.reopened_days import KNOWN, REOPENED, SEEN
from detector.detect.rules.rule_checks import events_frame
from detector.detect.touches import READY
from detector.settings import Settings

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = 86_400
FACT = "nabat.reopened_more"
TOLD_FROM = READY // (DAY * 1_000_000)


def opened(clients: range, day: int, pace: int = 100, begin: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "@timestamp": START + timedelta(days=day, seconds=begin + pace * place), "user.id": "anna",
            "event.action": "read", "object.type": "client", "subject.ids": [f"c{client}1111"], "log.source": "crm",
            "source.ip": "192.0.2.7", "user.roles": ["clerk"], **more,
        }
        for place, client in enumerate(clients)
    ]  # fmt: skip


def beyond(rows: list[dict[str, Any]], cuts: int = 1, save: bool = False) -> list[int]:
    """Return the places, in order of time, of the rows that lie beyond what is usual of their account."""
    maker, state, acts = FactMaker(Settings(), [FACT]), FactState(), ActState()
    frame, found = events_frame(sorted(rows, key=lambda row: row["@timestamp"])), list[bool]()
    for part in np.array_split(np.arange(frame.height), cuts):
        view = FrameView(frame[part[0] : part[-1] + 1], 1)
        view.acts = acts.step(view)
        ahead = maker.step(state.overlay(), view)
        view.add(maker.step(state, view))
        assert [each.to_list() for each in ahead] == [view.column(each.name).to_list() for each in ahead]
        found += view.column(FACT).fill_null(value=False).to_list()
        if save:
            state.seen.touches = touch_facts.from_tables(touch_facts.to_tables(state.seen.touches))
    return np.flatnonzero(found).tolist()


SERVED = opened(range(400), 0)
AGAIN = opened(range(10), 2)  # the busiest day so far
BEFORE = [*SERVED, *AGAIN]
LATER = 14


@pytest.mark.parametrize(("cuts", "save"), [(1, False), (7, False), (7, True)])
def test_who_opens_the_clients_of_old_once_more_lies_beyond_what_is_usual(cuts: int, save: bool) -> None:
    rows = [*BEFORE, *opened(range(120), LATER)]
    assert beyond(rows, cuts, save) == list(range(len(BEFORE) + REOPENED.least, len(rows)))


@pytest.mark.parametrize(("known", "told"), [(SEEN - 1, False), (SEEN, True)])
def test_who_hardly_ever_went_back_to_clients_has_no_busiest_day_to_compare_with(known: int, told: bool) -> None:
    rows = [*SERVED, *opened(range(known), 2), *opened(range(120), LATER)]
    assert bool(beyond(rows)) is told


def test_work_between_makes_no_difference_and_new_clients_are_not_counted() -> None:
    mixed = opened(range(120), LATER, 200) + opened(range(500, 900), LATER, 60, 30)
    assert len(beyond([*BEFORE, *mixed])) == 120 - REOPENED.least
    assert beyond([*BEFORE, *opened(range(500, 900), LATER)]) == []


def test_four_times_the_busiest_day_is_usual_once_that_day_counts() -> None:
    busy = opened(range(30), LATER - SETTLES)
    assert beyond([*BEFORE, *busy, *opened(range(30 * REOPENED.times), LATER)]) == []
    assert len(beyond([*BEFORE, *busy, *opened(range(30 * REOPENED.times + 5), LATER)])) == 5
    early = opened(range(30), LATER - SETTLES + 1)
    assert len(beyond([*BEFORE, *early, *opened(range(120), LATER)])) == 120 - REOPENED.least


def test_a_card_that_is_open_still_is_opened_once() -> None:
    reloaded = [row for n in range(40) for row in opened(range(5), LATER, 60, 300 * n)]
    assert beyond([*BEFORE, *reloaded]) == []


@pytest.mark.parametrize(("cuts", "save"), [(1, False), (7, False), (7, True)])
def test_a_list_of_clients_that_is_gone_through_twice_holds_no_more_of_them(cuts: int, save: bool) -> None:
    some = range(REOPENED.least - 10)
    twice = [*opened(some, LATER), *opened(some, LATER, begin=12_000)]
    assert beyond([*BEFORE, *twice], cuts, save) == []
    others = opened(range(60, 80), LATER, begin=20_000)
    assert len(beyond([*BEFORE, *twice, *others], cuts, save)) == 10
    assert len(beyond([*BEFORE, *opened(some, LATER), *opened(range(70), LATER + 1)], cuts, save)) == 10, "another day"


def test_two_logs_that_tell_of_it_count_it_once() -> None:
    told = opened(range(REOPENED.least), LATER) + [
        row | {"log.source": "b"} for row in opened(range(REOPENED.least), LATER, begin=3)
    ]
    assert beyond([*BEFORE, *told]) == []


def test_clients_of_others_and_those_only_listed_are_not_ones_own() -> None:
    olga = [row | {"user.id": "olga"} for row in SERVED]
    mine = opened(range(1000, 1020), 1) + opened(range(1000, 1010), 2)
    assert beyond([*olga, *mine, *opened(range(200), LATER)]) == []
    listed = [row | {"event.action": "search", "subject.ids": [*row["subject.ids"], "x1y"]} for row in SERVED]
    assert beyond([*listed, *mine, *opened(range(200), LATER)]) == []


def test_services_may_and_so_may_who_is_new() -> None:
    assert beyond([row | {"actor.type": "service"} for row in [*BEFORE, *opened(range(120), LATER)]]) == []
    vera = [row | {"user.id": "vera"} for row in opened(range(3), -14)]
    assert beyond([*vera, *BEFORE, *opened(range(120), 2 + KNOWN - 1)]) == []
    assert len(beyond([*vera, *BEFORE, *opened(range(120), 2 + KNOWN)])) == 120 - REOPENED.least


def test_it_is_told_once_the_source_is_ten_days_old() -> None:
    assert beyond([*BEFORE, *opened(range(120), TOLD_FROM - 1)]) == []
    assert beyond([*BEFORE, *opened(range(120), TOLD_FROM)])


def test_a_state_saved_before_it_was_counted_says_nothing_until_habits_are_known() -> None:
    """Who goes back to a hundred clients every day must not page on the day of an upgrade, nor on those after it."""
    maker, state = FactMaker(Settings(), [FACT]), FactState()
    days = [opened(range(100), day) for day in range(20)]

    def step(rows: list[dict[str, Any]]) -> int:
        view = FrameView(events_frame(rows), 1)
        view.acts = ActState().step(view)
        return int(pl.DataFrame(maker.step(state, view))[FACT].fill_null(value=False).sum())

    for rows in days[:15]:
        step(rows)
    saved = touch_facts.to_tables(state.seen.touches)
    del saved["facts.touches.reopened"]
    state.seen.touches = touch_facts.from_tables(saved)
    assert [step(rows) for rows in days[15:]] == [0] * 5


def test_a_state_saved_before_clients_counted_once_counts_those_of_the_day_once_more() -> None:
    state = FactState()
    maker = FactMaker(Settings(), [FACT])
    view = FrameView(events_frame(sorted(BEFORE, key=lambda row: row["@timestamp"])), 1)
    view.acts = ActState().step(view)
    maker.step(state, view)
    saved = touch_facts.to_tables(state.seen.touches)
    assert saved.pop("facts.touches.counted").height == len(AGAIN)

    again = touch_facts.from_tables(saved)

    assert touch_facts.to_tables(again)["facts.touches.reopened"].equals(saved["facts.touches.reopened"])
