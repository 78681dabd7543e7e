"""Cards that are opened in haste, as arrays and row by row, over cuts and restarts; and what is no haste."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.correlation.same_act import ActState
from detector.detect.rules.facts import touch_facts
from detector.detect.rules.facts.fact_maker import FactMaker, FactState
from detector.detect.rules.facts.habits.busiest_days import SETTLES
from detector.detect.rules.facts.habits.paced_days import HASTE, SCRIPTED, PacedDays
from detector.detect.rules.rule_checks import events_frame
from detector.settings import Settings

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECOND, DAY, LEAST = 1_000_000, 86_400, HASTE.day.least


def card(client: object, second: float = 0, **more: Any) -> dict[str, Any]:
    return {
        "@timestamp": START + timedelta(seconds=second), "user.id": "anna", "event.action": "read",
        "object.type": "client", "subject.ids": [f"c{client}x"], "source.ip": "192.0.2.7", "log.source": "crm",
        "user.roles": ["clerk"], **more,
    }  # fmt: skip


def run(count: int, pace: float, begin: float = 0, first: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [card(first + n, begin + n * pace, **more) for n in range(count)]


BEFORE = card("before", -14 * DAY, **{"user.id": "vera"})


def beyond(rows: list[dict[str, Any]], cuts: int = 1, fact: str = "nabat.hasty_more") -> int:
    """Return how many cards lie beyond what is usual of their account; of another fact: how many have it."""
    maker, state = FactMaker(Settings(), [fact]), FactState()
    acts, found = ActState(), 0
    rows = sorted(rows, key=lambda row: row["@timestamp"])
    for part in np.array_split(np.arange(len(rows) + 1), cuts):
        view = FrameView(events_frame([BEFORE, *rows])[part[0] : part[-1] + 1], 1)
        view.acts = acts.step(view)
        view.add(maker.step(state, view))
        found += view.column(fact).fill_null(value=False).sum()
        state.seen.touches = touch_facts.from_tables(touch_facts.to_tables(state.seen.touches))
    return found


@pytest.mark.parametrize("cuts", [1, 7])
def test_card_after_card_lies_beyond_what_anybody_does_in_a_day(cuts: int) -> None:
    assert beyond(run(LEAST + 21, 4), cuts) == 20


@pytest.mark.parametrize("pace", [HASTE.fastest - 1, HASTE.slowest + 1, 0])
def test_work_is_slower_and_programs_and_pages_of_many_cards_are_faster(pace: int) -> None:
    assert beyond(run(200, pace)) == 0


@pytest.mark.parametrize("cuts", [1, 7])
def test_who_opens_cards_all_day_is_no_thief_where_some_of_them_come_soon_after_others(cuts: int) -> None:
    """Four cards at work, a minute each, to one that is opened soon; and the same day with a copy at its end."""
    day = [card(5 * n + part, 250 * n + 60 * part - 56 * (part == 4)) for n in range(150) for part in range(5)]
    assert beyond(day, cuts) == 0
    assert beyond([*day, *run(200, 4, 250 * 150, 5000)], cuts) > 100


def test_two_logs_that_tell_of_it_count_it_once() -> None:
    rows = run(LEAST, 8) + run(LEAST, 8, begin=3, **{"log.source": "audit"})
    assert beyond(rows) == 0
    assert beyond(run(LEAST + 21, 4) + run(LEAST + 21, 4, begin=1, **{"log.source": "audit"})) == 20


def test_neighbours_and_a_card_that_is_open_anyway_are_no_haste() -> None:
    numbers = [card(0, 4 * n, **{"subject.ids": [str(7000 + n)]}) for n in range(200)]
    again = [card(n % 2, 4 * n) for n in range(200)]
    assert beyond(numbers) == beyond(again) == 0


def test_services_may_and_who_does_so_every_day_may_once_that_is_known() -> None:
    assert beyond(run(200, 4, **{"actor.type": "service"})) == 0
    usual = run(41, 4)
    assert beyond(usual + run(101, 4, SETTLES * DAY, 1000)) == 0
    assert beyond(usual + run(131, 4, SETTLES * DAY, 1000)) == 130 - HASTE.day.times * 40
    assert beyond(usual + run(101, 4, DAY, 1000)) == 100 - LEAST


def test_it_is_told_once_the_source_is_ten_days_old() -> None:
    assert beyond(run(200, 4, -5 * DAY)) == 0


@pytest.mark.parametrize("cuts", [1, 7])
def test_as_fast_as_scripts_is_usual_up_to_twice_the_busiest_day(cuts: int) -> None:
    def usual(many: int, pace: float, first: int = 100) -> int:
        return beyond(run(first, 0.5) + run(many, pace, SETTLES * DAY, 1000), cuts, "nabat.scripted_usual")

    assert usual(150, 0.5) == 149
    assert usual(300, 0.5) == 2 * 99
    assert usual(150, 4) == usual(150, 0.5, first=1) == 0
    assert usual(1500, 0.5, first=900) == SCRIPTED.day.most


@given(
    rows=st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9)), max_size=80),
    cuts=st.integers(1, 5),
)
def test_it_is_counted_like_row_by_row_however_rows_are_cut(rows: list[tuple[int, int]], cuts: int) -> None:
    keys = np.array([key for key, _ in rows], dtype=np.uint64)
    time = np.cumsum([pause for _, pause in rows], dtype=np.int64) * SECOND
    expected, last, counted = [], dict[int, int](), dict[int, int]()
    for key, moment in zip(keys.tolist(), (time // SECOND).tolist(), strict=True):
        hasty = HASTE.fastest <= moment - last.get(key, -DAY) <= HASTE.slowest
        counted[key], last[key] = counted.get(key, 0) + hasty, moment
        expected.append(counted[key])
    memory, found = PacedDays(), list[int]()
    for part in np.array_split(np.arange(keys.size), cuts):
        ahead = memory.overlay().open(keys[part], time[part]).days.today.tolist()
        found += memory.open(keys[part], time[part]).days.today.tolist()
        assert found[len(found) - len(ahead) :] == ahead
        memory = PacedDays.from_table(memory.to_table())
    assert found == expected
