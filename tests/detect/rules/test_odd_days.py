"""Days on which an account takes out far more than ever, counted as arrays and day by day."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules import RuleSet
from detector.detect.rules.facts.habits.odd_days import KNOWN, LEAST, SPAN, TIMES, OddDays
from detector.resources import shipped

ROWS = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 30), st.sampled_from([1, 350, 1_001, 1_400, 4_300])), max_size=60
)


def counted(rows: list[tuple[int, int, int]], begun: int) -> list[int]:
    """Return the same row by row, from all days there were."""
    taken: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    found = []
    for key, day, records in rows:
        taken[key][day] += records
        busiest = max((many for at, many in taken[key].items() if at <= day - SPAN), default=0)
        last = [at for at in taken[key] if at > day - SPAN]
        found.append(sum(at - begun >= KNOWN and taken[key][at] > max(TIMES * busiest, LEAST) for at in last))
    return found


def stepped(rows: list[tuple[int, int, int]], begun: int, cuts: int) -> list[int]:
    memory, found = OddDays(), list[int]()
    for part in np.array_split(np.array(rows, dtype=np.int64).reshape(-1, 3), cuts):
        key, day, records = part.T
        found += memory.step(key.astype(np.uint64), day, records, np.full(day.size, begun)).tolist()
        memory = OddDays.from_table(memory.to_table())
    return found


@given(rows=ROWS, begun=st.integers(-20, 10), cuts=st.integers(1, 4))
def test_odd_days_are_counted_like_day_by_day_however_rows_are_cut(
    rows: list[tuple[int, int, int]], begun: int, cuts: int
) -> None:
    rows.sort(key=lambda row: row[1])
    assert stepped(rows, begun, cuts) == counted(rows, begun)


@pytest.mark.parametrize(
    ("days", "odd"),
    [
        ({20: 2_000, 21: 2_000, 22: 2_000}, 3),
        ({20: 2_000, 24: 2_000, 26: 2_000}, 3),
        ({20: 2_000, 24: 2_000, 27: 2_000}, 0),
        ({20: 1_000, 21: 1_000, 22: 1_000}, 0),
        ({1: 100, 20: 1_001, 21: 1_001, 22: 1_000}, 2),
        (dict.fromkeys(range(20, 40), 2_000), 0),
    ],
)
def test_three_within_a_week_are_another_habit_and_what_goes_on_is_usual(days: dict[int, int], odd: int) -> None:
    assert stepped([(1, day, records) for day, records in days.items()], 0, 1)[-1] == odd


def test_of_too_many_accounts_those_that_take_least_are_forgotten() -> None:
    memory = OddDays(most=4)
    for key in range(1, 6):
        memory.step(np.array([key], np.uint64), np.array([20]), np.array([key * 1_000]), np.array([0]))
    assert memory.of.size == 3
    assert memory.step(np.array([5], np.uint64), np.array([21]), np.array([9_000]), np.array([0])).tolist() == [2]


def test_a_rule_that_adds_up_over_days_says_over_how_many() -> None:
    files = {Path(each.about.file).stem: each.days for each in RuleSet.load([shipped("rules")]).events}
    assert {name: days for name, days in files.items() if days} == {
        "export-days": SPAN, "night-export-large": 1, "night-export-new-network": 1, "list-more": 1,
        "service-more": 1, "haste": 1, "own-clients": 1,
    }  # fmt: skip
