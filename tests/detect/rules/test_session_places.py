"""Sessions used in two places at once, as arrays and row by row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.session_places import SPAN, SessionPlaces
from detector.detect.rules.rule_checks import events_frame

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
READ = {
    "user.id": "vera",
    "session.id": "s1",
    "event.action": "read",
    "event.outcome": "success",
    "object.type": "client",
    "subject.ids": ["7"],
}


def read(minute: float, network: str | None, **more: Any) -> dict[str, Any]:
    return READ | {"@timestamp": START + timedelta(minutes=minute), "network.name": network} | more


def back(rows: list[dict[str, Any]], cut: int = 10_000) -> list[bool]:
    """Return which rows belong to a session that came back; what is known is saved between cuts."""
    frame, places, found = events_frame(rows), SessionPlaces(), list[bool]()
    for at in range(0, frame.height, cut):
        view = FrameView(frame[at : at + cut], 1)
        ahead = places.overlay().step(view)
        marked = places.step(view)
        assert (ahead is None) == (marked is None)
        found += [False] * view.height if marked is None else marked.to_list()
        places = SessionPlaces.from_table(places.to_table())
    return found


def plain(rows: list[tuple[int, str, str | None]]) -> list[bool]:
    """Go through the reads one by one, with all of each session's past in sight."""
    found, visits, returned = list[bool](), dict[str, list[tuple[str, int]]](), dict[str, int]()
    for minute, session, network in rows:
        stays = visits.setdefault(session, [])
        if network is not None:
            if stays and stays[-1][0] == network:
                stays[-1] = (network, minute)
            else:
                if len(stays) > 1 and stays[-2][0] == network and minute - stays[-2][1] <= 120:
                    returned[session] = minute
                stays.append((network, minute))
        found.append(network is not None and session in returned and minute - returned[session] < 120)
    return found


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_session_that_is_used_in_two_places_by_turns_came_back(cut: int) -> None:
    rows = [read(0, "office"), read(5, "internet"), read(6, "office"), read(7, "internet"), read(240, "internet")]
    assert back(rows, cut) == [False, False, True, True, False]


def test_work_that_goes_on_at_home_does_not_come_back() -> None:
    assert not any(back([read(n, "office") for n in range(30)] + [read(60 + n, "internet") for n in range(30)]))
    assert not any(back([read(0, "office"), read(5, "internet"), read(126, "office")]))


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"session.id": "s2"},
        {"user.id": "anna"},
        {"network.name": "this machine"},
        {"event.outcome": "failure"},
        {"object.type": None},
    ],
)
def test_what_is_no_use_of_the_session_elsewhere_is_left_out(elsewhere: dict[str, Any]) -> None:
    assert not any(back([read(0, "office"), read(5, "internet", **elsewhere), read(6, "office")]))


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([0, 1, 60, 119, 120, 121]),
            st.sampled_from(["s1", "s2"]),
            st.sampled_from(["office", "internet", "vpn", None]),
        ),
        max_size=40,
    ),
    cut=st.integers(1, 20),
)
def test_any_cut_tells_as_row_by_row(rows: list[tuple[int, str, str | None]], cut: int) -> None:
    assert SPAN == 120 * 60_000_000
    minute, told = 0, list[tuple[int, str, str | None]]()
    for gap, session, network in rows:
        minute += gap
        told.append((minute, session, network))
    if told:
        assert back([read(at, network, **{"session.id": session}) for at, session, network in told], cut) == plain(told)


def test_sessions_not_used_for_longest_are_let_go_of_first() -> None:
    places = SessionPlaces(most=8)
    rows = [read(n, "office", **{"session.id": f"s{n}"}) for n in range(9)]
    places.step(FrameView(events_frame(rows), 1))
    assert (
        places.to_table()["last"].sort().to_list()
        == sorted(events_frame(rows)["@timestamp"].dt.epoch("us").to_list())[-6:]
    )
    assert isinstance(places.to_table(), pl.DataFrame)


def test_a_row_that_comes_late_is_marked_as_in_its_place_and_turns_nothing_back() -> None:
    turns = [(0, "office"), (3, "internet"), (5, "office"), (6, "internet"), (9, "internet"), (11, "office")]
    rows = [read(minute, network) for minute, network in turns]
    for late, there in ((4, False), (7, True)):  # before it came back for the first time, and after
        places, found = SessionPlaces(), list[bool]()
        for row in (*rows, read(late, "internet"), read(12, "internet"), read(late, "internet")):
            marked = places.step(FrameView(events_frame([row]), 1))
            found.append(marked is not None and marked.item())
        assert found == [False, False, True, True, True, True, there, True, there]


def test_a_table_of_an_older_version_is_gone_on_with() -> None:
    places = SessionPlaces()
    turns = [(0, "office"), (3, "internet"), (5, "office")]
    places.step(FrameView(events_frame([read(minute, network) for minute, network in turns]), 1))
    older = SessionPlaces.from_table(places.to_table().drop("since"))
    marked = older.step(FrameView(events_frame([read(6, "internet")]), 1))
    assert marked is not None
    assert marked.to_list() == [True]
