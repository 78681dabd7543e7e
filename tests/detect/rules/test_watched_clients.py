"""Watched clients that an account never dealt with are counted, whatever the cut of the rows."""

from datetime import UTC, datetime, timedelta

import pytest

from detector.detect.rules import RuleDetector, RuleSet, RuleState
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts.fact_maker import FactMaker, FactState, from_tables, to_tables
from detector.detect.rules.facts.listed_ids import ListedIds
from detector.detect.rules.facts.watched_clients import WATCHED_NEW, WatchedClients
from detector.detect.rules.rule_checks import events_frame
from detector.resources import shipped
from detector.settings import RecordMap, Settings
from detector.settings.lists.company_lists import CompanyLists

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
LISTS = CompanyLists(watched=frozenset({"0077", "78", "acme/5", *(f"w{n}" for n in range(40))}))
NO_ROUTES = RecordMap()
MEDIUM = "One actor looks at several watched clients"
HIGH = "One actor looks at many watched clients"
FAST = "One actor looks at watched clients one after another"


def read(*clients, day=0, minute=0, who="anna", **more):
    at = START + timedelta(days=day, minutes=minute)
    return {
        "@timestamp": at, "user.id": who, "event.action": "read", "object.type": "client", "subject.ids": list(clients),
        "source.ip": "192.0.2.7", **more,
    }  # fmt: skip


def facts(*rows, cut=100, records=NO_ROUTES, late=False):
    maker, state, frame = FactMaker(Settings(records=records), lists=LISTS), FactState(), events_frame(rows)
    watched, new = [], []
    for at in range(0, frame.height, cut):
        view = FrameView(frame[at : at + cut], 1)
        view.add(maker.late(view, state.seen) if late else maker.step(state, view))
        watched += view.column("nabat.watched").to_list()
        new += view.column(WATCHED_NEW).to_list()
        state = from_tables(to_tables(state))
    return watched, new


def test_a_watched_client_is_known_in_the_form_in_which_events_have_it():
    assert facts(read("77"), read("78", "79", minute=1), read("79", minute=2))[0] == [True, True, False]


def test_a_client_of_a_tenant_is_no_other_ones():
    records = RecordMap(routes=({"path": "/{t}/{id}", "object": "client", "subject": "{id}", "tenant": "{t}"},))
    rows = [read(each, minute=n) for n, each in enumerate(["acme/5", "other/5", "other/78", "5"])]
    assert facts(*rows, records=records)[0] == [True, False, True, False]


def test_where_zeros_belong_to_ids_they_tell_clients_apart():
    records = RecordMap(routes=({"path": "/a/{id}", "object": "client", "subject": "{id}", "ids": "text"},))
    assert facts(read("0077"), read("77", minute=1), records=records)[0] == [True, False]


@pytest.mark.parametrize("cut", [1, 2, 100])
def test_a_client_is_new_for_a_day_and_for_each_account(cut):
    rows = [
        read("77", "1"), read("77", "78", minute=5), read("77", minute=6, who="boris"),
        read("77", "78", day=1, minute=1), read("77", day=80), read("w1", day=80, minute=1),
    ]  # fmt: skip
    assert facts(*rows, cut=cut)[1] == [["77"], ["77", "78"], ["77"], ["78"], None, ["w1"]]


def test_what_failed_or_sent_nothing_is_no_touch():
    rows = [read("77", **{"event.outcome": "failure"}), read("77", minute=1, **{"record.count": 0}), read("77", day=2)]
    assert facts(*rows)[1] == [None, None, ["77"]]


def test_whoever_saw_a_client_in_a_list_never_dealt_with_them():
    seen = [read("77", "78", **{"event.action": each}) for each in ("list", "search")]
    assert facts(*seen, read("77", day=3))[1] == [None, None, ["77"]]


def test_what_comes_late_is_compared_with_what_is_known_and_changes_nothing():
    assert facts(read("77"), read("77", day=3), cut=1, late=True)[1] == [["77"], ["77"]]


def test_beyond_the_bound_those_touched_over_days_stay():
    listed, seen = ListedIds(LISTS.watched, RecordMap()), WatchedClients(most=8)
    frames = [
        events_frame([read("w0")]),
        events_frame([read("w0", day=5), *(read(f"w{n}", day=5) for n in range(1, 9))]),
    ]
    for frame in frames:
        seen.step(FrameView(frame, 1), listed.named(FrameView(frame, 1), "subject.ids"))
    assert seen.to_table().height == 6
    assert seen.to_table()["first"].min() == int(START.timestamp() * 1_000_000)


@pytest.fixture(scope="module")
def rules():
    return RuleSet.load([shipped("rules", "access")])


def titles(rules, rows, cut=1000):
    detector, frame, found = RuleDetector(rules, Settings(), 1, lists=LISTS), events_frame(rows), {}
    state = detector.empty()
    for at in range(0, frame.height, cut):
        state, told = detector.step(state, frame[at : at + cut])
        state = RuleState.from_tables(state.to_tables(), 1)
        found |= {finding.title: finding for finding in told}
    assert not detector.take_errors()
    return set(found)


@pytest.mark.parametrize("cut", [1, 4, 1000])
def test_many_are_high_and_several_are_medium(rules, cut):
    day = [read(f"w{n}", minute=n * 25) for n in range(9)]
    assert titles(rules, day[:5], cut) == set()
    assert titles(rules, day[:6], cut) == {MEDIUM}
    assert titles(rules, day, cut) == {MEDIUM, HIGH}


@pytest.mark.parametrize("cut", [1, 4, 1000])
def test_four_within_an_hour_are_high(rules, cut):
    assert titles(rules, [read(f"w{n}", minute=n * 30) for n in range(4)], cut) == set()
    assert titles(rules, [read(f"w{n}", minute=n * 19) for n in range(4)], cut) == {FAST}


def test_whoever_looks_after_watched_clients_goes_on_doing_so(rules):
    before = [read(f"w{n}", day=n) for n in range(20)]
    assert titles(rules, [*before, *(read(f"w{n}", day=22, minute=n) for n in range(20))]) == set()


@pytest.mark.parametrize("action", ["update", "create", "other"])
def test_whoever_changes_a_record_to_be_known_there_is_told_of_then(rules, action):
    before = [read(f"w{n}", minute=n, **{"event.action": action}) for n in range(9)]
    assert titles(rules, [*before, *(read(f"w{n}", day=2, minute=n) for n in range(9))]) == {MEDIUM, HIGH, FAST}


def test_other_clients_in_a_list_do_not_count(rules):
    export = {"event.action": "export"}
    for watched, told in ((3, set()), (4, {FAST}), (5, {FAST}), (6, {FAST, MEDIUM})):
        assert titles(rules, [read(*(f"w{n}" for n in range(watched)), *map(str, range(100, 160)), **export)]) == told


def test_programs_and_customers_are_no_snoopers(rules):
    day = [read(f"w{n}", minute=n, **{"actor.type": "service"}) for n in range(20)]
    assert titles(rules, day) == set()
    assert titles(rules, [read(f"w{n}", minute=n, **{"user.roles": ["customer"]}) for n in range(20)]) == set()


def test_what_is_split_over_two_days_is_counted_together(rules):
    assert HIGH in titles(rules, [read(f"w{n}", day=n % 2, minute=n) for n in range(9)])
