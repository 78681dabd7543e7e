"""Who may be in an incident beside its actor, and who honestly is not, against a journal written by hand."""

from collections.abc import Iterator
from datetime import timedelta
from math import exp, log
from pathlib import Path

import pytest

from detector.runtime.incidents.companions.hypergeometric import log_chance
from detector.schema.case.incidents import CloseReason, IncidentStatus
from detector.schema.events.touches import TouchReason
from detector.store import Store
from detector.web.companions import SharedWay
from tests.runtime.companions.work import COLLEAGUES, MEIER, THIEF, Office, Row, only, opened, trace
from tests.store.values import NOON, incident

STOLEN = [300_000 + 41 * number for number in range(120)]
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(tmp_path: Path, sqlite_store: Store) -> Office:
    return Office(sqlite_store, tmp_path / "journal")


def theft(**changes: object) -> Iterator[Row]:
    return opened(THIEF, NOON, STOLEN, **changes)  # type: ignore[arg-type]


# -- the same clients


def test_who_opened_the_same_clients_without_a_reason_is_named_with_numbers(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:40], every=90))
    office.wrote(opened(MEIER, NOON + A_DAY, STOLEN[40:42], TouchReason.DEALT_BEFORE))
    for number, each in enumerate(COLLEAGUES[:3], 1):
        office.wrote(opened(each, NOON - A_DAY, STOLEN[-number:]))
    found = office.around(last=NOON + timedelta(seconds=119 * 20))
    shared = trace(found)
    assert (only(found).actor_id, only(found).role) == (MEIER, "human:operator")
    assert (shared.way, shared.count, shared.unexplained, shared.of) == (SharedWay.CLIENTS, 42, 40, 120)
    assert (shared.others, shared.most) == (len(COLLEAGUES), 3)
    assert (shared.first_at, shared.last_at) == (NOON + A_DAY, NOON + A_DAY + timedelta(seconds=39 * 90))
    assert shared.log_chance is not None
    assert shared.log_chance < log(1e-9)
    assert found.compared == 1 + len(COLLEAGUES)
    assert (found.whole, found.fewer, found.unexplained_known) == (True, False, True)


def test_a_book_that_colleagues_share_is_no_sign(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:60], TouchReason.COLLEAGUES, every=90))
    office.wrote(opened(COLLEAGUES[0], NOON + A_DAY, STOLEN[:60], TouchReason.DEALT_BEFORE, every=90))
    office.wrote(opened(COLLEAGUES[1], NOON + A_DAY, STOLEN[:60], TouchReason.FROM_LIST, every=90))
    assert office.around().listed == ()


def test_whose_own_clients_most_of_them_are_is_not_named_for_those_that_are_new_to_it(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:40], TouchReason.DEALT_BEFORE, every=90))
    office.wrote(opened(MEIER, NOON + A_DAY, STOLEN[40:60], every=90))
    assert office.around().listed == ()


def test_clients_whom_everybody_opens_are_no_sign(office: Office) -> None:
    famous = [700_000 + number for number in range(12)]
    office.wrote(opened(THIEF, NOON, famous))
    for each in (MEIER, *COLLEAGUES):
        office.wrote(opened(each, NOON - A_DAY, famous, every=90))
    assert office.around().listed == ()


def test_who_shares_as_much_of_the_other_work_sits_at_the_next_desk(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:60], every=90))
    for ago in (-2, -1, 1, 2, 3):
        callers = [800_000 + 5_000 * ago + 37 * number for number in range(60)]
        office.wrote(opened(THIEF, NOON - ago * A_DAY, callers, every=90))
        office.wrote(opened(MEIER, NOON - ago * A_DAY, callers[:40], every=90))
    assert office.around().listed == ()


def test_what_both_opened_on_one_other_day_may_be_the_same_matter(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:60], every=90))
    more = [800_000 + 37 * number for number in range(60)]
    office.wrote(opened(THIEF, NOON - A_DAY, more, every=90), opened(MEIER, NOON - A_DAY, more, every=90))
    assert trace(office.around()).way is SharedWay.CLIENTS


def test_few_in_common_are_no_sign(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:4], every=90))
    assert office.around().listed == ()


@pytest.mark.parametrize(
    "changes",
    [{"actor.type": "service"}, {"actor.type": "anonymous"}, {"actor.id": "ip:192.0.2.250"}],
)
def test_programs_and_those_without_an_account_are_not_named(office: Office, changes: dict[str, str]) -> None:
    office.wrote(theft(), opened("user:crm-sync", NOON + A_DAY, STOLEN, every=90, **changes))
    assert office.around().listed == ()


def test_a_customer_who_opens_what_is_its_own_is_not_named(office: Office) -> None:
    at_home = {"source.ip": "203.0.113.80"}
    office.wrote(theft(**at_home), opened("user:customer", NOON, STOLEN[:1], **at_home))
    assert office.around().listed == ()


# -- the same place


def test_who_is_in_the_same_session_is_named(office: Office) -> None:
    office.wrote(
        theft(), opened(MEIER, NOON + AN_HOUR, [1, 2], TouchReason.DEALT_BEFORE, **{"session.id": f"s-{THIEF}"})
    )
    shared = trace(office.around())
    assert (shared.way, shared.count, shared.first_at) == (SharedWay.SESSION, 2, NOON + AN_HOUR)


def test_a_session_that_everybody_has_is_what_a_log_writes_for_none(office: Office) -> None:
    none = {"session.id": "-"}
    office.wrote(theft(**none), *(opened(each, NOON, [1], TouchReason.DEALT_BEFORE, **none) for each in COLLEAGUES))
    assert office.around().listed == ()


def test_who_is_at_an_address_that_few_use_is_named(office: Office) -> None:
    there = {"source.ip": "203.0.113.80"}
    office.wrote(theft(**there), opened(MEIER, NOON + AN_HOUR, [1, 2, 3], TouchReason.DEALT_BEFORE, **there))
    shared = trace(office.around())
    assert (shared.way, shared.where, shared.count, shared.of) == (SharedWay.ADDRESS, "203.0.113.80", 3, 2)
    assert not shared.own_before


def test_a_theft_from_somebodys_own_desk_says_whose_it_is(office: Office) -> None:
    there = {"source.ip": "203.0.113.80"}
    office.wrote(theft(**there), opened(MEIER, NOON - 5 * A_DAY, [1], TouchReason.DEALT_BEFORE, **there))
    office.wrote(opened(MEIER, NOON + AN_HOUR, [1], TouchReason.DEALT_BEFORE, **there))
    assert trace(office.around()).own_before


def test_a_reception_desk_that_both_always_use_is_no_sign(office: Office) -> None:
    desk = {"source.ip": "203.0.113.80"}
    for who in (THIEF, MEIER):
        office.wrote(opened(who, NOON - 3 * A_DAY, [1], TouchReason.DEALT_BEFORE, **desk))
    office.wrote(theft(**desk), opened(MEIER, NOON, [1], TouchReason.DEALT_BEFORE, **desk))
    assert office.around().listed == ()


def test_an_address_at_another_time_is_no_sign(office: Office) -> None:
    there = {"source.ip": "203.0.113.80"}
    office.wrote(theft(**there), opened(THIEF, NOON + A_DAY, [1]))
    office.wrote(opened(MEIER, NOON + timedelta(hours=12), [1], TouchReason.DEALT_BEFORE, **there))
    assert office.around(last=NOON + A_DAY).listed == ()


def test_an_office_behind_one_address_is_no_sign_but_a_program_few_there_use_is(office: Office) -> None:
    nat = {"source.ip": "203.0.113.1"}
    office.wrote(*(opened(each, NOON, [1], TouchReason.DEALT_BEFORE, **nat) for each in (MEIER, *COLLEAGUES)))
    office.wrote(theft(**nat))
    assert office.around().listed == ()
    curl = {**nat, "user_agent.name": "curl"}
    office.wrote(theft(**curl), opened(MEIER, NOON, [1, 2], TouchReason.DEALT_BEFORE, **curl))
    shared = trace(office.around())
    assert (shared.way, shared.where, shared.agent, shared.of) == (SharedWay.AGENT, "203.0.113.1", "curl", 2)


def test_where_little_is_kept_from_before_addresses_are_not_looked_at(tmp_path: Path, sqlite_store: Store) -> None:
    office = Office(sqlite_store, tmp_path / "journal")
    there = {"source.ip": "203.0.113.80"}
    first = NOON - timedelta(days=5)
    office.wrote(opened(THIEF, first, STOLEN, **there), opened(MEIER, first, [1], **there))
    found = office.around(first, first + AN_HOUR)
    assert (found.listed, found.places_known) == ((), False)


# -- the next slice, the same pace


def walk(who: str, numbers: range, minutes: float = 0, every: float = 8) -> Iterator[Row]:
    start = NOON + timedelta(minutes=minutes)
    yield from opened(who, start, numbers[:1])
    yield from opened(who, start + timedelta(seconds=every), numbers[1:], TouchReason.NEIGHBOUR, every=every)


def test_who_takes_up_where_the_other_left_off_is_named(office: Office) -> None:
    office.wrote(walk(THIEF, range(40_000, 40_150)), walk(MEIER, range(40_150, 40_290), minutes=10))
    shared = trace(office.around())
    assert (shared.way, shared.count, shared.of) == (SharedWay.SLICE, 140, 150)
    assert (shared.seconds, shared.own_seconds) == (8, 8)


@pytest.mark.parametrize(
    ("numbers", "minutes", "every"),
    [(range(90_000, 90_140), 10, 8), (range(40_150, 40_290), 60 * 9, 8), (range(40_150, 40_290), 10, 40)],
    ids=["elsewhere in the register", "hours later", "at another pace"],
)
def test_another_walk_is_no_sign(office: Office, numbers: range, minutes: float, every: float) -> None:
    office.wrote(walk(THIEF, range(40_000, 40_150)), walk(MEIER, numbers, minutes, every))
    assert office.around().listed == ()


def test_a_list_that_many_work_through_at_once_is_a_campaign(office: Office) -> None:
    office.wrote(walk(THIEF, range(40_000, 40_150)))
    for place, each in enumerate(COLLEAGUES[:4], 1):
        office.wrote(walk(each, range(40_000 + 150 * place, 40_150 + 150 * place), minutes=place))
    assert office.around().listed == ()


def test_who_walks_through_the_register_on_other_days_does_its_work(office: Office) -> None:
    office.wrote(walk(THIEF, range(40_000, 40_150)), walk(MEIER, range(40_150, 40_290), minutes=10))
    office.wrote(walk(MEIER, range(41_150, 41_290), minutes=-60 * 24))
    assert office.around().listed == ()


def test_who_does_as_much_in_the_same_hours_at_the_same_pace_is_named(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + timedelta(minutes=10), [600_000 + 31 * n for n in range(90)], every=25))
    shared = trace(office.around())
    assert (shared.way, shared.count, shared.of) == (SharedWay.PACE, 91, 121)  # and one of each one's usual work
    assert (shared.seconds, shared.own_seconds) == (25, 20)
    assert shared.most == 1


def test_two_who_go_on_together_on_the_days_after_are_busy_on_none_as_usual(office: Office) -> None:
    for ago in range(3):
        at = NOON + ago * A_DAY
        office.wrote(opened(THIEF, at, range(700_000 + 9000 * ago, 703_000 + 9000 * ago, 25)))
        office.wrote(opened(MEIER, at + timedelta(minutes=10), range(600_000 + 9000 * ago, 602_700 + 9000 * ago, 30)))
    (named,) = office.around().listed
    assert (named.actor_id, named.shared[0].way) == (MEIER, SharedWay.PACE)


def test_a_busy_hour_of_everybody_is_no_sign(office: Office) -> None:
    office.wrote(theft())
    for place, each in enumerate((MEIER, *COLLEAGUES)):
        office.wrote(opened(each, NOON, range(600_000 + 1000 * place, 603_000 + 1000 * place, 40), every=25))
    assert office.around().listed == ()


def test_who_is_as_busy_in_other_hours_does_its_work(office: Office) -> None:
    office.wrote(theft())
    for ago in (-1, 0, 1, 2):
        at = NOON - ago * A_DAY
        office.wrote(opened(MEIER, at, range(600_000 + 9000 * ago, 603_600 + 9000 * ago, 40), every=25))
    assert office.around().listed == ()


# -- all of them


def test_at_most_five_are_named_the_most_suspicious_first(office: Office) -> None:
    session = {"session.id": f"s-{THIEF}"}
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:40], every=90))
    office.wrote(opened(MEIER, NOON, [1], TouchReason.DEALT_BEFORE, **session))
    for number, each in enumerate(COLLEAGUES[:6]):
        there = {"source.ip": f"203.0.113.{number}"}
        office.wrote(opened(THIEF, NOON, [1], **there), opened(each, NOON, [1], TouchReason.DEALT_BEFORE, **there))
    found = office.around()
    assert (len(found.listed), found.more) == (5, 2)
    assert [each.way for each in found.listed[0].shared] == [SharedWay.SESSION, SharedWay.CLIENTS]
    assert {each.shared[0].way for each in found.listed[1:]} == {SharedWay.ADDRESS}


def test_two_open_incidents_about_such_a_pair_show_each_other(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:60], every=90))
    about = {"first_event_at": NOON, "last_event_at": NOON + A_DAY + AN_HOUR * 2}
    office.past = [incident("a", actor_id=THIEF, **about), incident("b", actor_id=MEIER, **about)]
    first = office.around()
    second = office.around(NOON + A_DAY, NOON + A_DAY + 2 * AN_HOUR, MEIER)
    assert [number for number, *_ in only(first).incidents] == [office.past[1].number]
    assert [number for number, *_ in only(second).incidents] == [office.past[0].number]
    closed = incident(
        "b",
        actor_id=MEIER,
        status=IncidentStatus.CLOSED,
        close_reason=CloseReason.HANDLED,
        closed_at=NOON + A_DAY,
        **about,
    )
    office.past = [closed]
    assert only(office.around()).incidents == ()


def test_nothing_is_said_of_clients_before_it_is_known_what_explains_them(office: Office) -> None:
    early = TouchReason.TOO_EARLY
    office.wrote(theft(reason=early), opened(MEIER, NOON + A_DAY, STOLEN, early, every=90))
    found = office.around()
    assert (found.listed, found.unexplained_known) == ((), False)


def test_of_more_than_may_be_read_the_incident_itself_is_and_that_is_said(office: Office) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:40], every=90))
    whole = office.journal.most(NOON - 3 * A_DAY, NOON + 3 * A_DAY)
    found = office.around(most_touches=whole - 1)
    assert (found.fewer, found.since, only(found).actor_id) == (True, NOON - A_DAY, MEIER)
    least = office.around(most_touches=1)
    assert (least.fewer, least.listed) == (True, ())


def test_of_a_damaged_journal_the_rest_is_read_and_that_is_said(office: Office, tmp_path: Path) -> None:
    office.wrote(theft(), opened(MEIER, NOON + A_DAY, STOLEN[:40], every=90))
    office.wrote(opened(COLLEAGUES[0], NOON - A_DAY, [1]))
    touches = [each for each in (tmp_path / "journal").rglob("*.parquet") if not each.name.startswith("why-")]
    max(touches, key=lambda each: each.stat().st_mtime_ns).unlink()
    found = office.around()
    assert (found.whole, only(found).actor_id) == (False, MEIER)


def test_of_a_time_of_which_nothing_is_kept_nobody_is_named(tmp_path: Path, sqlite_store: Store) -> None:
    office = Office(sqlite_store, tmp_path / "journal")
    found = office.around(NOON + 90 * A_DAY, NOON + 91 * A_DAY)
    assert (found.listed, found.compared, found.unexplained_known) == ((), 0, True)


@pytest.mark.parametrize("numbers", [(3, 10, 20, 100), (1, 1, 1, 2), (40, 90, 45, 4000), (0, 5, 5, 10), (7, 7, 7, 7)])
def test_the_chance_is_that_of_the_hypergeometric_distribution(numbers: tuple[int, int, int, int]) -> None:
    from scipy.stats import hypergeom

    hits, drawn, marked, total = numbers
    expected = hypergeom.logsf(hits - 1, total, marked, drawn)
    assert log_chance(*numbers) == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert exp(log_chance(3, 2, 2, 10)) == 0.0
