"""A service account that does far more than it ever did is treated as anybody."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.fact_maker import FactState, from_tables, to_tables
from detector.detect.rules.facts.habits.service_habits import LEAST, TIMES, ServiceHabits
from detector.detect.rules.facts.novelty import SERVICE_MORE, SERVICE_NEW, NoveltyState
from detector.detect.rules.rule_checks import events_frame

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANNA = {"@timestamp": START, "user.id": "anna", "actor.type": "human", "source.ip": "192.0.2.7"}
SERVICE = {"user.id": "svc-report", "actor.type": "service", "source.ip": "192.0.2.8", "event.outcome": "success"}


def reads(days, **more):
    """Return the reads of a service: so many clients on each day, one an event."""
    return [
        {**SERVICE, "@timestamp": START + timedelta(days=day, seconds=n), "object.type": "client",
         "subject.ids": [str(n)], **more}
        for day, count in days.items()
        for n in range(count)
    ]  # fmt: skip


def beyond(rows, cut=10_000, seen=None, fact=SERVICE_NEW):
    frame, seen = events_frame([ANNA, *rows]), NoveltyState() if seen is None else seen
    found = []
    for at in range(0, frame.height, cut):
        part = frame[at : at + cut]
        marked = seen.step(FrameView(part, 1))[fact]
        found += [False] * part.height if marked is None else marked.to_list()
    return found[1:]


@pytest.mark.parametrize("cut", [7, 500, 10_000])
def test_a_name_that_was_seeded_for_days_may_not_take_everything_at_once(cut):
    days = {0: 0, 4: 1, 5: 1, 6: 1, 7: 1, 9: 400}
    assert sum(beyond(reads(days), cut)[-400:]) == 400 - LEAST


@pytest.mark.parametrize("cut", [100, 10_000])
def test_a_service_may_do_three_times_what_it_did_on_its_busiest_day(cut):
    days = dict.fromkeys(range(6), 200) | {6: TIMES * 200 + 5}
    assert sum(beyond(reads(days), cut)) == 5


def test_a_day_counts_three_days_later():
    days = dict.fromkeys(range(6), 10) | {6: LEAST + 300, 7: LEAST + 300, 9: LEAST + 300}
    found = beyond(reads(days))
    assert sum(found) == 600  # on the ninth day it is what the service did on the sixth


def test_a_service_that_touches_no_clients_is_not_counted():
    days = dict.fromkeys(range(6), 1) | {6: LEAST + 100}
    assert not any(beyond(reads(days, **{"object.type": None}))[10:])


def test_an_event_counts_the_records_it_names():
    usual, today = reads(dict.fromkeys(range(6), 1)), reads({6: 2}, **{"record.count": LEAST})
    assert beyond([*usual, *today])[-2:] == [False, True]


def test_what_is_only_tried_changes_nothing_and_a_table_keeps_all():
    habits, keys = ServiceHabits(), np.array([7, 7, 9], dtype=np.uint64)
    ones = np.ones(3, dtype=np.int64)
    habits.step(keys, 5 * ones, 100 * ones)
    habits.overlay().step(keys, 5 * ones, 900 * ones)
    again = ServiceHabits.from_table(habits.to_table())
    for each in (habits, again):
        assert each.overlay().step(keys, 5 * ones, 40 * ones).beyond.tolist() == [True, True, False]
    assert again.to_table().equals(habits.to_table())


def test_those_that_did_least_are_let_go_of_first():
    habits = ServiceHabits(most=8)
    keys = np.arange(1, 10, dtype=np.uint64)
    days = np.zeros(9, dtype=np.int64)
    habits.step(keys, days, np.where(keys == 1, 500, 1).astype(np.int64))
    assert habits.to_table().height == 6
    assert 1 in habits.to_table()["key"].to_list()


def more(counts, cut=10_000):
    """Return on which days a service does more than is likely, which does so much on each."""
    rows = [row for day, count in enumerate(counts) for row in reads({day: 1}, **{"record.count": count}) if count]
    found = iter(beyond(rows, cut, fact=SERVICE_MORE))
    return [day for day, count in enumerate(counts) if count and next(found)]


USUAL = [720, 700, 740, 715, 730, 690, 725, 710, 735, 705]


@pytest.mark.parametrize("cut", [1, 3, 10_000])
def test_twice_what_a_service_does_each_day_is_more_than_is_likely(cut):
    assert more([*USUAL, 1440], cut) == [10]
    assert more([*USUAL, 900], cut) == []


def test_ten_days_must_be_known():
    assert more([*USUAL[:9], 1440]) == []


def test_days_without_work_teach_nothing():
    assert more([*[0, 0, 720] * 9, 1440]) == []
    assert more([*[0, 0, 720] * 10, 1440]) == [30]


def test_what_varies_much_may_vary_on():
    varied = [200, 900, 300, 1500, 400, 700, 250, 1100, 500, 350]
    assert more([*varied, 2000]) == []


def test_a_weekend_is_no_measure_for_the_week():
    week = [720, 700, 740, 715, 730, 90, 100]
    assert more([100, 90, *week, 735, 735, 700, 90]) == []


def test_a_day_that_was_more_is_no_usual_one_until_it_settles():
    found = more([*USUAL, *[1440] * 9])
    assert found == list(range(10, 10 + len(found)))
    assert 1 <= len(found) <= 5


def test_a_job_that_runs_each_month_is_one_of_its_days():
    month = [*USUAL, *USUAL, *USUAL]
    assert more([*month, 3000, *month, 3100]) == [30]


def test_few_clients_more_are_no_matter():
    assert more([*[5] * 10, LEAST]) == []
    assert more([*[5] * 10, LEAST + 6]) == [10]


TABLE = {"event.action": "export", "event.category": "database", "subject.ids": [], "record.count": None}


def tables(days, cut=10_000, fact=SERVICE_MORE):
    """Return on which days a service takes more whole tables than is likely, which takes so many on each."""
    rows, days_of = [], []
    for day, count in enumerate(days):
        rows += [*reads({day: 5}), *reads({day: count}, **TABLE)]
        days_of += [day] * (5 + count)
    found = beyond(rows, cut, fact=fact)
    assert len(found) == len(days_of)
    return sorted({day for day, marked in zip(days_of, found, strict=True) if marked})


@pytest.mark.parametrize("cut", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("usual", "today", "found"),
    [(0, 30, True), (1, 30, True), (0, 10, False), (1, 3, False), (8, 16, False), (8, 30, True), (24, 48, False)],
)
def test_a_service_that_takes_whole_tables_far_more_often_than_ever_is_unlikely(usual, today, found, cut):
    assert tables([*[usual] * 12, today], cut) == ([12] if found else [])


def test_whole_tables_of_a_service_known_for_some_days_only_are_anybodys_beyond_three_times_the_busiest_day():
    assert tables([1, 1, 1, 1, 1, 1, 30], fact=SERVICE_NEW) == [6]
    assert tables([4, 4, 4, 4, 4, 4, 12], fact=SERVICE_NEW) == []


def test_tables_whose_rows_are_counted_are_no_more_than_their_rows():
    counted = [*[row for day in range(12) for row in reads({day: 5})], *reads({12: 30}, **{**TABLE, "record.count": 1})]
    assert not any(beyond(counted, fact=SERVICE_MORE))


def test_what_a_service_takes_is_kept_with_the_state():
    usual = [row for day in range(12) for row in [*reads({day: 5}), *reads({day: 1}, **TABLE)]]
    seen = FactState.empty()
    beyond(usual, seen=seen.seen)
    again = from_tables(to_tables(seen)).seen
    assert any(beyond(reads({12: 30}, **TABLE), seen=again, fact=SERVICE_MORE))
