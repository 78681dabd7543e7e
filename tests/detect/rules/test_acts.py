"""Which events tell of the same act: two logs of one request, and never two requests of one log."""

import itertools
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.correlation.same_act import TOLERANCE, ActState
from detector.detect.rules.rule_checks import events_frame

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
EDGE = {"event.dataset": "nginx.access", "log.stream": "/var/log/edge.log", "log.source": "edge"}
APP = {"event.dataset": "app.audit", "log.stream": "/var/log/app.log", "log.source": "app"}
READ = {"event.action": "read", "event.outcome": "success", "object.type": "client", "service.name": "crm"}


def event(log, at=0.0, client="7", who="anna", **more):
    ids = {"subject.ids": [client], "record.ids": [client]} if client else {}
    return {**log, **READ, "@timestamp": START + timedelta(seconds=at), "user.id": who, "user.name": who, **ids, **more}


def login(log, at=0.0, who=None, address="203.0.113.9", **more):
    given = {"user.id": who, "user.name": who} if who else {"actor.id": f"ip:{address}"}
    what = {"event.action": "login", "event.outcome": "failure", "object.type": None}
    return {**event(log, at, None, None), **what, "source.ip": address, **given, **more}


def frame(events):
    """Return events in the total order, each at a place of its own unless it has one."""
    events = sorted(events, key=lambda one: one["@timestamp"])
    offsets = pl.Series("log.offset", [one.get("log.offset", 100 * n) for n, one in enumerate(events)])
    return events_frame(events).with_columns(offsets).sort("@timestamp", "log.stream", "log.offset")


def acts(events, name="repeated"):
    return getattr(ActState().step(FrameView(frame(events))), name)


def count(events, name="repeated"):
    return int((~acts(events, name)).sum())


@pytest.mark.parametrize("apart", [-2.9, -0.5, 0, 0.5, 2.9])
def test_a_request_in_two_logs_of_different_kinds_is_one_act(apart):
    events = [event(EDGE, 10), event(APP, 10 + apart)]
    assert count(events) == 1
    assert len(set(acts(events, "ids"))) == 1


def test_what_lies_further_apart_is_two_acts():
    assert count([event(EDGE, 0), event(APP, 3.1)]) == 2


def test_a_long_request_is_found_by_the_time_it_took_whichever_end_is_logged():
    took = {"event.duration": 40_000_000_000}
    assert count([event(APP, 0), event(EDGE, 40, **took)]) == 1
    assert count([event(EDGE, 0, **took), event(APP, 40)]) == 1


def test_ten_repeats_in_one_log_are_ten_acts_and_ten_in_two_logs_too():
    ten = [event(EDGE, 0.1 * n) for n in range(10)]
    assert count(ten) == 10
    assert count(ten + [event(APP, 0.1 * n + 0.05) for n in range(10)]) == 10
    assert count(ten + [event(APP, 0.1 * n + 0.05) for n in range(13)]) == 13


def test_requests_of_one_second_to_one_path_are_as_many_acts_as_there_are():
    assert count([event(EDGE, 0), event(EDGE, 0)]) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"subject.ids": ["8"], "record.ids": ["8"]},
        {"user.id": "bob", "user.name": "bob"},
        {"event.outcome": "failure"},
        {"event.action": "export"},
        {"object.type": "account"},
        {"service.name": "billing"},
        {"record.ids": ["7", "9"]},
    ],
)
def test_events_that_differ_in_what_matters_are_two_acts_even_with_one_request_id(other):
    same = {"http.request.id": "chosen-by-the-client"}
    assert count([event(EDGE, 0, **same), event(APP, 0, **same) | other]) == 2


def test_servers_behind_a_balancer_have_requests_of_their_own():
    replicas = [{**APP, "log.stream": f"/var/log/app{n}.log"} for n in range(4)]
    tries = [login(replicas[n % 4], 0.1 * n, "bob") for n in range(40)]
    assert count(tries) == 40
    edge = [login(EDGE, 0.1 * n + 0.01) for n in range(40)]
    assert count(tries + edge, "at_address") == 40


def test_a_log_followed_under_two_or_three_names_is_one_log():
    names = [{**APP, "log.stream": name, "log.source": name} for name in ("a", "b", "c")]
    once = [event(names[0], n // 3, who=f"u{n % 2}", **{"log.offset": 100 * n}) for n in range(30)]
    assert count(once) == 30
    for many in (2, 3):
        assert count([{**one, **name} for one in once for name in names[:many]]) == 30


def test_two_sources_that_follow_one_file_are_one_log():
    once = [event(APP, n // 3, **{"log.offset": 100 * n}) for n in range(30)]
    assert count(once + [{**one, "log.source": "other"} for one in once]) == 30


def test_an_address_without_an_account_tells_of_the_logins_of_an_account():
    app, edge = [login(APP, n, "bob") for n in range(20)], [login(EDGE, n + 0.3) for n in range(20)]
    assert count(app + edge, "at_address") == 20
    assert count(app + edge) == 40  # of the account and of the address twenty each


def test_logins_of_two_accounts_are_two_attempts_whatever_the_logs():
    events = [login(APP, 0, "bob"), login(EDGE, 0.1, "eve")]
    assert count(events, "at_address") == 2
    both = [login(APP, 0, "bob"), login(APP, 0, "eve"), login(EDGE, 0.1), login(EDGE, 0.1)]
    assert count(both, "at_address") == 2


def test_what_touches_no_client_data_is_compared_by_its_path():
    bare = {"object.type": None, "event.action": "other"}
    asked = [event(log, 0, None, **bare, **{"url.path": path}) for log in (EDGE, APP) for path in ("/a", "/b")]
    assert count(asked) == 2
    assert count([event(log, 0, None, **bare) for log in (EDGE, APP)]) == 2


def test_a_copy_that_comes_late_is_recognised():
    state = ActState()
    state.step(FrameView(frame([event(EDGE, n, str(n % 50)) for n in range(50)])))
    late = frame([event(APP, n + 0.2, str(n % 50)) for n in range(50)])
    for part in (late[30:], late[:10], late[10:30]):
        assert state.step(FrameView(part), late=True).repeated.all()
    again = frame([event(APP, n + 0.4, str(n % 50)) for n in range(50)])
    assert not state.step(FrameView(again), late=True).repeated.any()


def test_both_logs_late_are_one_act_too():
    state = ActState()
    state.step(FrameView(frame([event(EDGE, 900, "99")])))
    assert not state.step(FrameView(frame([event(EDGE, 5)])), late=True).repeated.any()
    assert state.step(FrameView(frame([event(APP, 5.2)])), late=True).repeated.all()


def plain(events):
    """Say of each event, in order, whether its act was told of: the same without arrays."""
    episodes, found = {}, []
    for one in events.iter_rows(named=True):
        key = (
            one["actor.id"],
            one["event.outcome"],
            *(tuple(one[name] or ()) for name in ("subject.ids", "record.ids")),
        )
        now, took = one["@timestamp"], timedelta(microseconds=(one["event.duration"] or 0) // 1_000)
        known = episodes.get(key)
        if known is None or now - took - known["reach"] > timedelta(microseconds=TOLERANCE):
            known = episodes[key] = {"reach": now + took, "logs": {}, "places": set()}
        known["reach"] = max(known["reach"], now + took)
        place, log = (now, one["log.offset"]), one["event.dataset"]
        if place in known["places"]:
            log += one["log.stream"]
        known["places"].add(place)
        before = max(known["logs"].values(), default=0)
        known["logs"][log] = known["logs"].get(log, 0) + 1
        found.append(known["logs"][log] <= before)
    return found


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0.5, 1, 2.9, 3, 3.1, 40]),
        st.sampled_from([EDGE, EDGE, APP, APP, {**APP, "log.stream": "second"}]),
        st.sampled_from(["7", "8"]),
        st.sampled_from(["anna", "anna", "bob"]),
        st.sampled_from(["success", "success", "failure"]),
        st.sampled_from([None, None, None, 5_000_000_000]),
        st.integers(0, 1),
    ),
    max_size=60,
)


@settings(max_examples=300, deadline=None)
@given(rows=ROWS, cuts=st.lists(st.integers(0, 60), max_size=6), snapshot=st.booleans())
def test_any_cut_gives_the_acts_that_going_through_the_events_one_by_one_gives(rows, cuts, snapshot):
    at, events, used = 0.0, [], set()
    for gap, log, client, who, outcome, took, offset in rows:
        at += gap
        place = (log["log.stream"], at, offset)
        more = {"event.outcome": outcome, "event.duration": took, "log.offset": offset}
        if place not in used:
            events.append(event(log, at, client, who, **more))
        used.add(place)
    if not events:
        return
    whole = frame(events)
    state, found = ActState(), []
    for low, high in itertools.pairwise([0, *sorted({cut % (whole.height + 1) for cut in cuts}), whole.height]):
        if snapshot:
            state = ActState.from_tables(state.to_tables())
        if high > low:
            found.append(state.step(FrameView(whole[low:high], 7)))
    assert [bool(told) for part in found for told in part.repeated] == plain(whole)
    ids = pl.Series([int(id_) for part in found for id_ in part.ids])
    assert ids.n_unique() == len(events) - sum(plain(whole))
