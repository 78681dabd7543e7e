"""One day as numbers: counted in one go as somebody would count them by hand."""

from datetime import UTC, datetime, timedelta
from math import exp, log

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.behaviour import (
    DAY_NUMBERS,
    SLOT,
    DayNumbers,
    above_usual,
    count_days,
    day_columns,
    days_apart,
    touches_data,
    usual_day,
)
from tests.store.values import events

MIDNIGHT = datetime(2026, 3, 2, 21, tzinfo=UTC)  # in Moscow
HOUR = timedelta(hours=1)


def counted(*rows: dict[str, object]) -> DayNumbers:
    """Return the days of anna (0) and boris (1)."""
    kept = events(*rows).filter(touches_data())
    who = pl.when(pl.col("actor.id") == "user:boris").then(1).otherwise(0).cast(pl.Int64).alias("who")
    return count_days(kept.select(who, *day_columns(MIDNIGHT)), 2)


def named(day: DayNumbers, who: int = 0) -> dict[str, int]:
    return dict(zip(DAY_NUMBERS, day.values[who].tolist(), strict=True))


def test_a_day_is_counted_by_what_was_done() -> None:
    at = MIDNIGHT + timedelta(hours=10, minutes=2)
    day = counted(
        {"@timestamp": at, "subject.ids": ["1"], "record.count": 3},
        {"@timestamp": at + HOUR / 2, "subject.ids": ["2"], "record.ids": ["a", "b"]},
        {"@timestamp": at + 2 * HOUR, "subject.ids": ["1"], "object.type": "passport_scan"},
        {"@timestamp": at, "event.action": "list", "subject.ids": ["3", "4"], "record.count": 50},
        {"@timestamp": at, "event.action": "export", "record.count": 1000},
        {"@timestamp": at, "event.action": "print", "record.count": None},
        {"@timestamp": at, "event.action": "download", "record.count": 20, "subject.ids": ["1", "2"]},
        {"@timestamp": at, "event.action": "download", "record.count": 1, "subject.ids": ["5"]},
        {"@timestamp": at, "event.outcome": "failure", "subject.ids": ["6"]},
        {"@timestamp": at, "record.count": 0, "subject.ids": ["7"]},
        {"@timestamp": at, "object.type": None, "subject.ids": ["8"]},
        {"@timestamp": at, "actor.id": "user:boris", "subject.ids": ["9"]},
    )
    assert named(day) == {
        "events": 7, "records": 6, "shown": 50, "exports": 3, "documents": 1, "clients": 3,
        "shown_day": 50, "exports_day": 3, "documents_day": 1, "clients_day": 3, "taken_day": 1020,
    }  # fmt: skip
    assert (day.taken[0], day.uncounted[0], day.clients[0]) == (1020, 1, 3)
    assert named(day, 1)["clients_day"] == 1
    slots = {(at - MIDNIGHT) // SLOT: 6, (at + HOUR / 2 - MIDNIGHT) // SLOT: 1, (at + 2 * HOUR - MIDNIGHT) // SLOT: 1}
    assert {int(slot): int(day.touches[0, slot]) for slot in np.flatnonzero(day.touches[0])} == slots


TOUCHES = st.lists(
    st.tuples(st.integers(0, 24 * 3600 - 1), st.sampled_from("abcde"), st.sampled_from(["user:anna", "user:boris"])),
    max_size=40,
)


@given(TOUCHES)
def test_the_busiest_hour_is_that_of_a_window_moved_by_five_minutes(told: list[tuple[int, str, str]]) -> None:
    rows = [
        {"@timestamp": MIDNIGHT + timedelta(seconds=at), "subject.ids": [client], "actor.id": actor}
        for at, client, actor in told
    ]
    if not rows:
        return
    day = counted(*rows)
    for who, actor in enumerate(("user:anna", "user:boris")):
        mine = [(at // 300, client) for at, client, each in told if each == actor]
        windows = [[(slot, client) for slot, client in mine if end - 12 <= slot < end] for end in range(1, 289)]
        assert named(day, who)["events"] == max(map(len, windows))
        assert named(day, who)["clients"] == max(len({client for _, client in each}) for each in windows)
        assert named(day, who)["clients_day"] == len({client for _, client in mine})


def of(**numbers: int) -> np.ndarray:
    return np.array([numbers.get(name, 0) for name in DAY_NUMBERS], dtype=np.int64)


def test_days_are_as_far_apart_as_their_numbers_differ_on_average() -> None:
    day = of(clients=30, clients_day=90)
    twice = of(clients=63, clients_day=90)  # of (1 + number / 3): 11 and 22
    factors = days_apart(np.stack([day, twice, of(), of(clients=30, clients_day=90, exports_day=7)]), day)
    assert factors[0] == 1.0
    assert factors[1] == pytest.approx(exp(log(2) / 2))  # what is 0 on both days says nothing
    assert factors[2] == pytest.approx(exp((log(11) + log(31)) / 2))
    assert factors[3] == pytest.approx(exp(log(8) / 3))
    assert days_apart(of()[None], of()).tolist() == [1.0]


def test_a_usual_day_is_the_mean_on_the_scale_and_what_is_above_it_stands_out() -> None:
    usual = usual_day(np.stack([of(clients_day=0), of(clients_day=24)]))  # 1 and 9: 3 between
    assert usual[DAY_NUMBERS.index("clients_day")] == pytest.approx(6)
    above = above_usual(of(clients_day=24, documents_day=0), usual)
    assert above[DAY_NUMBERS.index("clients_day")] == pytest.approx(log(3))
    assert not above_usual(of(clients_day=5), usual).any()
