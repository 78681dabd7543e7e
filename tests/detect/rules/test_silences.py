"""An account that wakes up is known as one for a day, and leave is no silence, whatever the cut of the rows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.fact_maker import FactMaker, FactState, from_tables, to_tables
from detector.detect.rules.facts.silences import HOLIDAY, LEAST, ON_LEAVE, SILENT_DAYS, UNUSED, Absences, Silences
from detector.detect.rules.rule_checks import events_frame
from detector.settings import Settings
from detector.settings.lists.absence import HoursAway, Leave
from detector.settings.lists.company_lists import CompanyLists

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
WANTED = {SILENT_DAYS, UNUSED, ON_LEAVE, HOLIDAY}


def read(day, who="anna", hour=0.0, **more):
    at = START + timedelta(days=day, hours=hour)
    return {
        "@timestamp": at, "user.id": who, "event.action": "read", "object.type": "client", "subject.ids": ["7"], **more
    }  # fmt: skip


def facts(rows, cut=100, leave=None, fact=SILENT_DAYS, zone="UTC", holidays=()):
    maker = FactMaker(Settings(timezone=zone), WANTED, CompanyLists(leave=leave or {}, holidays=holidays))
    state, frame, found = FactState(), events_frame(rows), []
    for at in range(0, frame.height, cut):
        view = FrameView(frame[at : at + cut], 1)
        view.add(maker.step(state, view))
        found += view.column(fact).to_list()
        state = from_tables(to_tables(state))
    return found


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_an_account_is_awake_for_a_day_after_a_long_silence(cut):
    rows = [read(0), read(9), read(30), read(30, hour=5), read(30, hour=23.9), read(31, hour=0.1), read(52)]
    assert facts(rows, cut) == [None, None, 21, 21, 21, None, 20]


@pytest.mark.parametrize("cut", [1, 100])
def test_one_of_the_directory_that_was_never_seen_is_silent_since_the_first_event(cut):
    role = {"user.roles": ["teller"]}
    rows = [read(0), read(5, "boris", **role), read(12, "olga", **role), read(12, "cust-1"), read(13, hour=1)]
    assert facts(rows, cut) == [None, None, 12, None, 13]
    assert facts(rows, cut, fact=UNUSED) == [False, False, True, False, False]


@pytest.mark.parametrize("cut", [1, 100])
def test_an_account_that_was_used_months_ago_is_no_unused_one(cut):
    rows = [read(0, **{"user.roles": ["teller"]}), read(1, "boris"), read(200, **{"user.roles": ["teller"]})]
    assert facts(rows, cut) == [None, None, 200]
    assert facts(rows, cut, fact=UNUSED) == [False, False, False]


def test_only_sign_ins_and_client_data_are_activity():
    nothing = {"object.type": None, "subject.ids": []}
    rows = [
        read(0), read(8, **nothing), read(9, **{"event.outcome": "failure"}), read(10, **{"record.count": 0}),
        read(21, **nothing, **{"event.action": "login"}), read(21, hour=1),
    ]  # fmt: skip
    assert facts(rows) == [None, None, None, None, 21, 21]


def test_days_of_leave_are_no_silence():
    rows = [read(0), read(25)]
    away = Leave(date(2026, 3, 4), date(2026, 3, 20))
    assert facts(rows, leave={"anna": (away,)}) == [None, None]
    assert facts(rows, leave={"anna": (Leave(date(2026, 3, 4), date(2026, 3, 10)),)}) == [None, 18]
    assert facts(rows, leave={"boris": (away,)}) == [None, 25]


def test_leave_counts_once_where_rows_of_the_file_overlap():
    twice = (Leave(date(2026, 3, 4), date(2026, 3, 10)), Leave(date(2026, 3, 4), date(2026, 3, 6)))
    assert facts([read(0), read(25)], leave={"anna": twice}) == [None, 18]


def test_a_day_of_leave_is_one_of_the_time_zone():
    rows = [read(0, hour=16.9), read(0, hour=17.1), read(1, who="boris"), read(1, hour=4.9), read(1, hour=5.1)]
    away = {"anna": (Leave(date(2026, 3, 3), date(2026, 3, 3)),)}
    assert facts(rows, leave=away, fact=ON_LEAVE, zone="Asia/Tokyo") == [False, True, False, True, False]


def test_a_night_shift_may_last_into_the_first_day_of_leave():
    rows = [read(1, hour=-4), read(1, hour=3), read(2, hour=-4)]
    days = (Leave(date(2026, 3, 3), date(2026, 3, 3)), Leave(date(2026, 3, 4), date(2026, 3, 5)))
    assert facts(rows, leave={"anna": days}, fact=ON_LEAVE) == [False, True, True]


def test_hours_of_leave_are_those_and_no_days():
    noon = datetime(2026, 3, 3, 12, tzinfo=UTC)
    away = {"anna": (Leave(date(2026, 3, 5), date(2026, 3, 5)), HoursAway(noon, noon + timedelta(hours=2)))}
    rows = [read(0, who="boris"), *(read(1, hour=hour) for hour in (1.9, 2.1, 3.9, 4.1)), read(3, hour=4)]
    assert facts(rows, leave=away, fact=ON_LEAVE) == [False, False, True, True, False, True]


def test_a_holiday_is_that_of_everybody_from_midnight_to_midnight():
    days = (Leave(date(2026, 3, 3), date(2026, 3, 4)),)
    rows = [read(0, hour=13.9), read(0, hour=14.1), read(1, who="boris"), read(2, hour=13.9), read(2, hour=14.1)]
    assert facts(rows, fact=HOLIDAY, holidays=days) == [False, True, True, True, False]
    assert facts(rows, fact=ON_LEAVE, holidays=days) == [False] * 5
    assert facts(rows[:2], fact=HOLIDAY, holidays=days, zone="Asia/Tokyo") == [True, True]


def test_holidays_are_no_silence_and_count_once_beside_leave():
    rows = [read(0), read(25)]
    shut = (Leave(date(2026, 3, 4), date(2026, 3, 10)),)
    assert facts(rows, holidays=shut) == [None, 18]
    away = {"anna": (Leave(date(2026, 3, 9), date(2026, 3, 12)),)}
    assert facts(rows, leave=away, holidays=shut) == [None, 16]


def test_rows_that_are_judged_again_wake_nobody_else():
    maker = FactMaker(Settings(), WANTED)
    state, frame = FactState(), events_frame([read(0), read(30), read(30, hour=5), read(33)])
    view = FrameView(frame, 1)
    maker.step(state, view)
    for at in range(frame.height):
        again = FrameView(frame[at:], 1)
        again.add(maker.late(again, state.seen))
        assert again.column(SILENT_DAYS).to_list() == [None, 30, 30, None][at:]
    known = state.seen.silences.to_table()
    maker.late(FrameView(events_frame([read(90)]), 1), state.seen)
    assert state.seen.silences.to_table().equals(known)


def test_beyond_the_bound_those_seen_over_days_stay():
    silences = Silences(most=8)
    silences.step(FrameView(events_frame([read(0), *(read(0, "olga", hour=n) for n in range(3))]), 1), Absences())
    silences.step(FrameView(events_frame([read(5), *(read(5, f"made-up{n}") for n in range(7))]), 1), Absences())
    assert silences.to_table().height == 6
    last = silences.step(FrameView(events_frame([read(40)]), 1), Absences())[SILENT_DAYS]
    assert last.to_list() == [35]


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0, 0.5, 1, 6, 9.9, 10, 10.1, 21]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["success", "failure"]),
        st.booleans(),
    ),
    max_size=25,
)


def plain(rows):
    """The same, row by row."""
    day, found, last, woke, begun = 0.0, [], {}, {}, None
    for gap, who, outcome, role in rows:
        day += gap
        begun = day if begun is None else begun
        if outcome == "failure":
            found.append(None)
            continue
        before = last.get(who, begun if role else day)
        if day - before >= LEAST - 1e-9:
            woke[who] = (day, int(day - before + 1e-9))
        last[who] = day
        since, days = woke.get(who, (-99.0, 0))
        found.append(days if day - since < 1 - 1e-9 else None)
    return found


@pytest.mark.share(2)
@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(1, 25))
def test_any_cut_gives_what_is_found_row_by_row(rows, cut):
    day, events = 0.0, []
    for gap, who, outcome, role in rows:
        day += gap
        events.append(read(day, who, **{"event.outcome": outcome, "user.roles": ["x"] if role else None}))
    assert facts(events, cut) == plain(rows)
