"""The search backwards: earlier traces of a case and others who did alike, each with its reason; usual work is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from detector.cli.incidents.retro import retro_lines
from detector.errors import DeniedError
from detector.runtime.incidents.retro import search_back
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes, ScopeCase, whose
from detector.schema.case.retro import RetroSearch, RetroTrace, RetroWay
from detector.schema.events.touches import TouchReason
from tests.fakes.story import a_finding
from tests.runtime.scopes.house import PLAYBOOKS, THIEF, ScopeHouse, later

DAY = 24 * 60
NOBODY, DEALT = TouchReason.NOBODY, TouchReason.DEALT_BEFORE
STOLEN = [str(n) for n in range(500, 530)]
DESK = "198.51.100.5"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[ScopeHouse]:
    """Thirty cards read at night by an account in a session of its own, and an export."""
    made = ScopeHouse(tmp_path)
    made.touched(0, STOLEN, why=NOBODY, **{"session.id": "s-night"})
    export(made, 0.9, THIEF, 300)
    made.found(1)
    yield made
    made.store.close()


def export(house: ScopeHouse, minute: float, by: str, size: int, **row: object) -> None:
    said = {"event.action": "export", "subject.ids": [], "record.ids": [], "record.count": size}
    house.touched(minute, ["-"], by, **{**said, **row})


def found(traces: tuple[RetroTrace, ...]) -> set[tuple[RetroWay, str]]:
    return {(each.way, each.actor_id) for each in traces}


def test_what_the_case_left_before_is_named_and_t0_follows_the_earliest_that_is_no_habit(house: ScopeHouse) -> None:
    house.touched(-3 * DAY, ["9"], **{"session.id": "s-night", "source.ip": DESK})
    house.touched(-2 * DAY, STOLEN[:4], why=NOBODY, **{"source.ip": DESK})
    export(house, -9 * DAY, THIEF, 280, **{"source.ip": DESK})
    search = house.by().retro(house.incident().id, 30)
    by_way = {each.way: each for each in search.earlier}
    assert set(by_way) == {RetroWay.SESSION, RetroWay.CLIENTS, RetroWay.EXPORT}
    assert by_way[RetroWay.SESSION].first_at == later(-3 * DAY)
    assert (by_way[RetroWay.CLIENTS].things, by_way[RetroWay.CLIENTS].of) == (4, 30)
    assert (by_way[RetroWay.EXPORT].things, by_way[RetroWay.EXPORT].first_at) == (280, later(-9 * DAY))
    assert search.began == by_way[RetroWay.EXPORT]
    lines = list(retro_lines(search, "amber-otter", house.settings))
    assert lines[-3].startswith("  nabat incidents fact amber-otter t0 2026-02-20T03:00:00+00:00 --source ")
    assert "up to 280 records" in lines[-3]
    assert not any("more than 30 days" in each for each in lines)
    for day in range(10, 14):
        export(house, -day * DAY, THIEF, 280, **{"source.ip": DESK})
    assert house.by().retro(house.incident().id, 30).began == by_way[RetroWay.SESSION], "five days are a habit"
    house.touched(-40 * DAY, ["9"], **{"session.id": "s-night", "source.ip": DESK})
    lines = list(retro_lines(house.by().retro(house.incident().id, 90), "amber-otter", house.settings))
    assert any("more than 30 days" in each for each in lines)
    assert (search.first_event_at, search.whole, search.others) == (later(0), True, ())
    assert house.by().retro(house.incident().id, 5).began == by_way[RetroWay.SESSION], "of the last five days"


def test_others_who_did_the_same_are_named_and_those_with_a_reason_are_not(house: ScopeHouse) -> None:
    for by, why in (("user:eve", NOBODY), ("user:clerk", DEALT)):
        house.touched(-DAY, STOLEN[:8], by, why=why, **{"source.ip": DESK})
    house.touched(-DAY, STOLEN[:2], "user:once", why=NOBODY, **{"source.ip": DESK})
    for day in range(1, 8):
        export(house, -day * DAY, "user:reports", 400, **{"source.ip": DESK})
    export(house, -DAY, "user:pavel", 350, **{"source.ip": DESK})
    export(house, -DAY, "user:small", 60, **{"source.ip": DESK})
    house.touched(-4 * DAY, ["77"], "user:guest")
    house.touched(-DAY, STOLEN[:8], "user:early", why=TouchReason.TOO_EARLY, **{"source.ip": DESK})
    search = house.by().retro(house.incident().id, 30)
    lines = list(retro_lines(search, "amber-otter", house.settings))
    assert (search.too_early, any("came in the first ten days" in each for each in lines)) == (8, True)
    assert found(search.others) == {
        (RetroWay.CLIENTS, "user:eve"),
        (RetroWay.EXPORT, "user:pavel"),
        (RetroWay.PLACE, "user:guest"),
    }
    assert [each.way for each in search.others] == [RetroWay.CLIENTS, RetroWay.EXPORT, RetroWay.PLACE]
    assert search.earlier == ()


def test_who_opens_many_without_a_reason_shares_some_by_chance_and_is_not_named(house: ScopeHouse) -> None:
    everybody = [str(n) for n in range(300, 600)]
    house.touched(-3 * DAY, everybody, "user:desk", why=DEALT, **{"source.ip": DESK})
    house.touched(-2 * DAY, everybody[::6], "user:newcomer", why=NOBODY, **{"source.ip": DESK})
    house.touched(-DAY, [*STOLEN[:8], *everybody[:8]], "user:eve", why=NOBODY, **{"source.ip": DESK})
    search = house.by().retro(house.incident().id, 30)
    # By the manner the newcomer is named all the same: as many strangers in an hour of the night.
    assert found(search.others) == {(RetroWay.CLIENTS, "user:eve"), (RetroWay.VOLUME, "user:newcomer")}


def test_others_whom_the_same_rules_found_or_who_did_as_much_at_such_hours_are_named(house: ScopeHouse) -> None:
    house.clock.advance(later(8 * DAY) - house.clock.now())
    with house.store.begin() as unit:
        others = [a_finding("bulk", later(DAY * day), by="user:eve") for day in (2, 3)]
        others += [a_finding("export", later(DAY), by="user:pavel"), a_finding("bulk", later(-40 * DAY), by="user:old")]
        house.decider.decide(unit, others, later(8 * DAY))
    cards = [str(n) for n in range(3000, 3025)]
    house.touched(2 * DAY + 40, cards, "user:night", why=NOBODY, **{"source.ip": DESK})
    house.touched(2 * DAY + 9 * 60, cards, "user:noon", why=NOBODY, **{"source.ip": DESK})
    house.touched(2 * DAY, cards[:15], "user:few", why=NOBODY, **{"source.ip": DESK})
    house.touched(2 * DAY, cards, "user:explained", why=DEALT, **{"source.ip": DESK})
    house.touched(2 * DAY, cards, "user:other", why=NOBODY, **{"source.ip": DESK, "event.action": "update"})
    for day in range(1, 7):
        house.touched(day * DAY, cards, "user:nightly", why=NOBODY, **{"source.ip": DESK})
    (case,) = [each for each in house.by().incidents() if each.actor_id == THIEF]
    search = house.by().retro(case.id, 30)
    assert found(search.others) == {(RetroWay.RULE, "user:eve"), (RetroWay.VOLUME, "user:night")}
    by_rule, by_volume = search.others
    assert (by_rule.things, by_rule.of, by_rule.events, by_rule.days) == (1, 1, 2, 2)
    assert (by_volume.things, by_volume.of, by_volume.first_at) == (25, 30, later(2 * DAY + 40))
    lines = list(retro_lines(search, "amber-otter", house.settings))
    assert any(
        "one rule that found the case, of 1, found this account as well (2 findings on 2 days)" in x for x in lines
    )
    assert any("as many acts of the same kind within an hour" in x and "up to 25, in the case 30" in x for x in lines)
    with house.store.begin() as unit:
        crowd = [a_finding("bulk", later(DAY * 4), by=f"user:g{n}") for n in range(25)]
        house.decider.decide(unit, crowd, later(8 * DAY))
    assert found(house.by().retro(case.id, 30).others) == {(RetroWay.VOLUME, "user:night")}, "a crowd tells nothing"


def test_where_the_actor_is_at_home_and_where_a_crowd_is_no_place_tells_anything(house: ScopeHouse) -> None:
    for day in range(1, 7):
        house.touched(-day * DAY, ["5"])
    house.touched(-DAY, ["5"], "user:guest")
    search = house.by().retro(house.incident().id, 30)
    assert (search.earlier, search.others) == ((), ())
    house.touched(-2 * DAY, ["5"], **{"source.ip": "192.0.2.77"})
    for n in range(25):
        house.touched(-DAY, ["5"], f"user:g{n}", **{"source.ip": "192.0.2.77"})
    house.touched(0.5, ["531"], why=NOBODY, **{"source.ip": "192.0.2.77"})
    search = house.by().retro(house.incident().id, 30)
    assert found(search.earlier) == {(RetroWay.PLACE, THIEF)}
    assert search.others == ()


def test_the_records_of_a_client_are_looked_for_as_well(house: ScopeHouse) -> None:
    papers = {"object.type": "document", "record.ids": ["d1", "d2", "d3", "d4"], "subject.ids": ["500"]}
    house.touched(0.5, ["500"], why=NOBODY, **papers)
    house.touched(-DAY, ["1"], "user:eve", why=NOBODY, **{**papers, "subject.ids": ["1"], "source.ip": DESK})
    house.touched(-DAY, ["1"], "user:x", why=NOBODY, **{**papers, "object.type": "card", "source.ip": DESK})
    (trace,) = house.by().retro(house.incident().id, 30).others
    assert (trace.way, trace.actor_id, trace.things, trace.of) == (RetroWay.RECORDS, "user:eve", 4, 4)


def test_days_with_many_more_strangers_than_usual_are_the_least_telling(house: ScopeHouse) -> None:
    for day in (2, 3, 4, 6):
        house.touched(-day * DAY, ["a"], why=NOBODY, **{"source.ip": DESK})
    house.touched(-5 * DAY, [f"q{n}" for n in range(12)], why=NOBODY, **{"source.ip": DESK})
    search = house.by().retro(house.incident().id, 30)
    (trace,) = search.earlier
    assert (trace.way, trace.things, trace.of, trace.first_at) == (RetroWay.STRANGERS, 12, 1, later(-5 * DAY))
    assert search.began == trace


def test_no_more_is_read_than_allowed_and_that_is_said(house: ScopeHouse) -> None:
    with house.store.begin() as unit:
        house.journal.flush(unit)
    for day in range(1, 9):
        house.touched(-day * 10 * DAY, [str(n) for n in range(40)], **{"source.ip": DESK})
        with house.store.begin() as unit:
            house.journal.flush(unit)
    incident = house.incident()
    events = IncidentScopes(house.journal, playbooks=PLAYBOOKS).events(ScopeCase(incident))

    def search(most: int) -> RetroSearch:
        return search_back(house.journal, incident, whose(incident), events, later(5), days=100, most_touches=most)

    assert search(1_000).touches == 31 + 8 * 40
    less = search(200)
    assert less.touches <= 200
    assert less.since > less.asked_since


def test_who_may_not_search_does_not_and_nobody_finds_her_own_account(house: ScopeHouse) -> None:
    house.touched(-DAY, STOLEN[:8], "user:lev", why=NOBODY, **{"source.ip": DESK})
    ref = house.incident().id
    assert house.by("lev").retro(ref, 30).others == ()
    assert found(house.by("anna").retro(ref, 30).others) == {(RetroWay.CLIENTS, "user:lev")}
    with pytest.raises(DeniedError):
        house.by("karl").retro(ref, 30)
