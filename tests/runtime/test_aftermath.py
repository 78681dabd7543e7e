"""What is touched after an intrusion makes it an incident about client data, and people hear of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from detector.incident import load_playbooks
from detector.runtime.decide import MOST_SCOPES, Decider
from detector.runtime.incidents.scopes.incident_scope import IncidentScopes, ScopeCase
from detector.runtime.incidents.watch import ContainmentWatch, EscalationLoop, ScopeRefresher
from detector.schema.case.incidents import Incident, IncidentKind
from detector.schema.detection.findings import Detector, Finding, Reason
from detector.schema.levels import Severity
from detector.store import Journal, Store
from tests.fakes.story import a_finding
from tests.notify.conftest import LINKS, NIGHT, make_settings
from tests.store.values import events

THERE = "203.0.113.9"
BRUTE = {"playbook": "account-takeover", "subject_count": 0, "source_ips": (THERE,)}
SPRAY = {"playbook": "account-attack", "subject_count": 0, "source_ips": (THERE,)}


@dataclass
class House:
    """A service without its reader: touches and findings are given to it."""

    store: Store
    journal: Journal

    def __post_init__(self) -> None:
        self.decider = Decider(
            settings=make_settings(),
            playbooks=load_playbooks(),
            regulations={},
            scope_of=IncidentScopes(self.journal, playbooks=load_playbooks(), skip_bad=True).with_clients,
            links=LINKS,
        )
        with self.store.read() as unit:
            self.rescoper = ScopeRefresher(unit.incidents.open_versions())
        self.watch = EscalationLoop(self.store, self.rescoper, ContainmentWatch(self.journal))

    def found(self, finding: Finding, now: datetime) -> None:
        with self.store.begin() as unit:
            outcome = self.decider.decide(unit, [finding], now)
        self.rescoper.note(outcome.changed)
        self.watch.page_due(self.decider, now)

    def touched(self, now: datetime, **row: object) -> None:
        place = {"log.offset": int(now.timestamp())}  # each its own line
        frame = events({"@timestamp": now, "subject.ids": ["7"], "source.ip": THERE, **place, **row})
        self.journal.append(frame)
        self.rescoper.ingest(frame)
        self.watch.page_due(self.decider, now)

    def incident(self) -> Incident:
        with self.store.read() as unit:
            (only,) = unit.incidents.newest()
            return only

    def pages(self) -> int:
        with self.store.read() as unit:
            return sum("IT GOT WORSE" in message.body for message in unit.outbox.messages(self.incident().id))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield House(store, Journal(tmp_path / "journal", store))
    store.close()


def later(minutes: float) -> datetime:
    return NIGHT + timedelta(minutes=minutes)


def test_reading_ten_minutes_after_a_guess_that_succeeded_pages_again(house: House) -> None:
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    assert house.incident().kind is IncidentKind.ACCOUNT_TAKEOVER
    house.touched(later(10), **{"actor.id": "user:olga"})
    incident = house.incident()
    assert (incident.kind, incident.scope.subjects, incident.t0) == (IncidentKind.LEAK, 1, later(10))
    assert house.pages() == 1


@pytest.mark.parametrize(
    "row",
    [
        {"actor.id": "user:boris"},
        {"actor.id": "user:olga", "event.outcome": "failure"},
        {"actor.id": "user:olga", "object.type": None},
        {"actor.id": "user:olga", "@timestamp": NIGHT + timedelta(days=2)},
    ],
)
def test_what_others_read_what_failed_and_what_is_long_after_makes_nothing_of_it(
    house: House, row: dict[str, object]
) -> None:
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    house.touched(later(10), **row)
    assert house.incident().kind is IncidentKind.ACCOUNT_TAKEOVER
    assert house.pages() == 0


def test_an_account_that_signs_in_from_the_attacking_address_and_reads_makes_it_worse(house: House) -> None:
    house.found(a_finding("spray", NIGHT, by=f"ip:{THERE}", **SPRAY), later(0))
    house.touched(later(10), **{"actor.id": "user:boris"})
    assert house.incident().kind is IncidentKind.LEAK


def test_colleagues_behind_the_same_address_do_not(house: House) -> None:
    house.touched(later(-60 * 24 * 5), **{"actor.id": "user:boris"})
    house.found(a_finding("spray", NIGHT, by=f"ip:{THERE}", **SPRAY), later(0))
    house.touched(later(10), **{"actor.id": "user:boris"})
    assert house.incident().kind is IncidentKind.ACCOUNT_ATTACK


HOME = "198.51.100.5"


def test_what_the_holder_reads_where_she_always_did_is_not_taken_by_who_guessed_her_password(house: House) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": HOME})
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    for minutes in (10, 20):
        house.touched(later(minutes), **{"actor.id": "user:olga", "source.ip": HOME})
    incident = house.incident()
    assert (incident.kind, incident.scope.events) == (IncidentKind.ACCOUNT_TAKEOVER, 0)
    assert house.pages() == 0


@pytest.mark.parametrize("address", [THERE, "192.0.2.99"])
def test_what_is_read_where_the_password_was_guessed_or_where_the_account_never_was_is_taken(
    house: House, address: str
) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": HOME})
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    house.touched(later(10), **{"actor.id": "user:olga", "source.ip": HOME})
    house.touched(later(12), **{"actor.id": "user:olga", "source.ip": address, "subject.ids": ["8"]})
    incident = house.incident()
    assert (incident.kind, incident.scope.subjects, incident.scope.source_ips) == (IncidentKind.LEAK, 1, (address,))
    assert IncidentScopes(house.journal).subjects(ScopeCase(incident))["subject_id"].to_list() == ["8"]
    assert house.pages() == 1


def test_a_session_used_in_two_places_is_used_at_home_by_whom_it_belongs_to(house: House) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": HOME})
    both = {**BRUTE, "source_ips": (THERE, HOME)}
    house.found(a_finding("both", NIGHT, by="user:olga", **both), later(0))
    house.found(a_finding("both", later(1), by="user:olga", **{**BRUTE, "source_ips": (HOME,)}), later(1))
    house.touched(later(10), **{"actor.id": "user:olga", "source.ip": HOME, "subject.ids": ["7"]})
    house.touched(later(12), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["8"]})
    scope = house.incident().scope
    assert (scope.subjects, scope.source_ips, scope.usual_subjects) == (1, (THERE,), 1)


def exports(at: datetime, *places: str, **changes: object) -> Finding:
    given = {"detector": Detector.BEHAVIOUR, "reasons": (Reason(message="behaviour-exports"),), "source_ips": places}
    return a_finding("behaviour", at, by="user:olga", severity=Severity.HIGH, **given, **changes)


def test_who_is_said_to_read_at_home_only_while_somebody_else_is_elsewhere_is_the_holder(house: House) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": HOME})
    house.found(a_finding("many", NIGHT, by="user:olga", source_ips=(THERE,)), later(0))
    house.found(
        a_finding("both", later(5), by="user:olga", **{**BRUTE, "subject_count": 9, "source_ips": (HOME,)}), later(5)
    )
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["8"]})
    house.touched(later(10), **{"actor.id": "user:olga", "source.ip": HOME, "subject.ids": ["7"]})
    scope = house.incident().scope
    assert (scope.subjects, scope.source_ips, scope.usual_subjects) == (1, (THERE,), 1)


def test_where_a_new_account_was_used_before_somebody_got_in_its_holder_is_known(house: House) -> None:
    house.touched(later(-30), **{"actor.id": "user:olga", "source.ip": HOME})
    early = a_finding("wakes", later(-29), by="user:olga", **{**BRUTE, "subject_count": 1, "source_ips": (HOME, THERE)})
    early = replace(early, severity=Severity.MEDIUM)
    house.found(replace(early, first_event_at=later(-30), last_event_at=later(3)), later(0))
    house.found(a_finding("brute", later(1), by="user:olga", **{**BRUTE, "severity": Severity.HIGH}), later(1))
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["8"]})
    house.touched(later(10), **{"actor.id": "user:olga", "source.ip": HOME, "subject.ids": ["9"]})
    scope = house.incident().scope
    assert (scope.subjects, scope.source_ips, scope.usual_subjects) == (1, (THERE,), 2)


def test_what_is_taken_at_home_counts_beside_whoever_got_in_elsewhere(house: House) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": HOME})
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["8"]})
    export = {"source.ip": HOME, "event.action": "export", "subject.ids": ["9", "10"]}
    house.touched(later(5), **{"actor.id": "user:olga", **export})
    house.touched(later(6), **{"actor.id": "user:olga", "source.ip": HOME, "subject.ids": ["7"]})
    house.found(exports(later(7), HOME, first_event_at=later(4)), later(7))
    scope = house.incident().scope
    assert (scope.subjects, scope.usual_subjects) == (3, 1)


def test_a_day_that_passed_a_limit_by_what_the_intruder_took_says_nothing_of_the_holder(house: House) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": HOME})
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["8"]})
    house.touched(later(60), **{"actor.id": "user:olga", "source.ip": HOME, "subject.ids": ["7"]})
    sums = {"detector": Detector.RULE, "reasons": (Reason(message="rule-requests", args=(("days", 1),)),)}
    day = a_finding("many a day", later(60), by="user:olga", severity=Severity.HIGH, source_ips=(HOME,), **sums)
    house.found(day, later(61))
    incident = house.incident()
    with house.store.read() as unit:
        findings = unit.incidents.incident_findings(incident.id)
    assert len(findings) == 2
    scope = IncidentScopes(house.journal, playbooks=load_playbooks()).scope(incident, findings)
    assert (scope.subjects, scope.source_ips, scope.usual_subjects) == (1, (THERE,), 1)


@pytest.mark.parametrize(
    ("before", "today", "known"),
    [(HOME, "198.51.100.77", True), ("2001:db8:5:1::7", "2001:db8:5:9::1", True), ("10.0.5.7", "10.0.5.8", False)],
)
def test_a_holder_is_known_in_a_network_on_the_internet_whatever_address_it_gives_today(
    house: House, before: str, today: str, known: bool
) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": before})
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["8"]})
    house.touched(later(10), **{"actor.id": "user:olga", "source.ip": today, "subject.ids": ["7"]})
    scope = house.incident().scope
    assert (scope.subjects, scope.usual_subjects) == ((1, 1) if known else (2, 0))


@pytest.mark.parametrize(
    ("before", "intruder", "known"),
    [
        (("10.99.0.7", "10.99.0.19", "10.99.0.55"), THERE, True),
        (("10.99.0.7", "10.99.0.19"), THERE, False),
        (("10.99.0.7", "10.99.0.19", "10.99.1.55"), THERE, False),
        (("10.99.0.7", "10.99.0.19", "10.99.0.55"), "10.99.0.200", False),
    ],
)
def test_a_holder_who_is_given_addresses_by_turns_is_known_at_the_next_one_unless_the_intruder_has_one_too(
    house: House, before: tuple[str, ...], intruder: str, known: bool
) -> None:
    for days, place in enumerate(before, 1):
        house.touched(later(-60 * 24 * days), **{"actor.id": "user:olga", "source.ip": place})
    house.found(a_finding("brute", NIGHT, by="user:olga", **{**BRUTE, "source_ips": (intruder,)}), later(0))
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": intruder, "subject.ids": ["8"]})
    house.touched(later(10), **{"actor.id": "user:olga", "source.ip": "10.99.0.91", "subject.ids": ["7"]})
    scope = house.incident().scope
    assert (scope.subjects, scope.usual_subjects) == ((1, 1) if known else (2, 0))


def test_an_address_that_a_finding_saw_is_the_intruders_though_the_holder_is_known_in_its_network(house: House) -> None:
    house.touched(later(-60 * 24), **{"actor.id": "user:olga", "source.ip": "203.0.113.200"})
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["8"]})
    scope = house.incident().scope
    assert (scope.subjects, scope.usual_subjects) == (1, 0)


def test_a_session_at_two_places_known_before_widens_no_graver_finding(house: House) -> None:
    for hours, place in ((24, HOME), (23, THERE)):
        house.touched(later(-60 * hours), **{"actor.id": "user:olga", "source.ip": place})
    house.touched(
        later(1), **{"actor.id": "user:olga", "source.ip": HOME, "event.action": "export", "subject.ids": ["9"]}
    )
    house.touched(later(2), **{"actor.id": "user:olga", "source.ip": THERE, "subject.ids": ["7"]})
    house.found(exports(later(3), HOME, THERE, first_event_at=NIGHT), later(3))
    house.found(
        a_finding(
            "both", later(4), by="user:olga", **{**BRUTE, "source_ips": (HOME, THERE), "severity": Severity.MEDIUM}
        ),
        later(4),
    )
    scope = house.incident().scope
    assert (scope.subjects, scope.usual_subjects) == (1, 1)


def test_what_explains_touches_is_known_later_and_looked_up_then(house: House) -> None:
    house.found(a_finding("read", NIGHT, by="user:olga"), later(0))
    asked = [incident.id for incident in [house.incident()]]
    for minutes, wanted in ((1, asked), (2, []), (2.5, asked), (11, []), (12.5, asked), (30, [])):
        now = later(minutes)
        if minutes == 1:
            house.rescoper.note(asked)
        due = house.rescoper.due([house.incident()], now)
        assert due == wanted, f"after {minutes} minutes"
        if due:
            house.rescoper.looked(due, now)


def test_what_was_touched_while_the_service_was_down_is_found_at_its_start(house: House) -> None:
    house.found(a_finding("brute", NIGHT, by="user:olga", **BRUTE), later(0))
    house.journal.append(events({"@timestamp": later(5), "actor.id": "user:olga", "subject.ids": ["7"]}))
    again = House(house.store, house.journal)
    again.watch.page_due(again.decider, later(20))
    assert again.incident().kind is IncidentKind.LEAK


def test_what_comes_late_and_lies_within_an_incident_is_counted_in_it(house: House) -> None:
    house.touched(later(0), **{"actor.id": "user:olga"})
    house.found(a_finding("read", later(1), by="user:olga"), later(1))
    house.watch.page_due(house.decider, later(2))
    assert house.incident().scope.subjects == 1
    house.touched(later(3), **{"actor.id": "user:olga", "subject.ids": ["8"], "@timestamp": later(0.5)})
    house.touched(later(4), **{"actor.id": "user:boris", "subject.ids": ["9"], "@timestamp": later(0.5)})
    house.touched(later(5), **{"actor.id": "user:olga", "subject.ids": ["10"]})  # behind its last event
    assert house.incident().scope.subjects == 2


def test_what_an_incident_gained_just_before_a_kill_is_counted_after_the_start(house: House) -> None:
    house.touched(later(0), **{"actor.id": "user:olga"})
    house.found(a_finding("read", later(1), by="user:olga"), later(1))
    house.journal.append(events({"@timestamp": later(0.5), "actor.id": "user:olga", "subject.ids": ["8"]}))
    assert house.incident().scope.subjects == 1
    again = House(house.store, house.journal)
    again.watch.page_due(again.decider, later(20))
    assert again.incident().scope.subjects == 2


def test_of_many_incidents_that_open_together_the_gravest_are_looked_up_at_once_and_all_soon(house: House) -> None:
    many = 25
    for n in range(many):
        row = {"actor.id": f"user:mallory{n}", "subject.ids": [str(n)], "source.ip": THERE, "log.offset": n}
        house.journal.append(events({"@timestamp": later(0), **row}))
    grave = {"severity": Severity.CRITICAL, "subject_count": 5_000}
    findings = [
        a_finding(f"f{n}", NIGHT, by=f"user:mallory{n}", **(grave if n >= 15 else {"subject_count": 200}))
        for n in range(many)
    ]
    with house.store.begin() as unit:
        outcome = house.decider.decide(unit, findings, later(0))
    assert len(outcome.opened) == many

    def known() -> dict[str, int]:
        with house.store.read() as unit:
            return {each.actor_id: each.scope.subjects for each in unit.incidents.newest(limit=100)}

    at_once = {actor for actor, count in known().items() if count}
    assert len(at_once) == MOST_SCOPES
    assert {f"user:mallory{n}" for n in range(15, many)} <= at_once
    house.rescoper.note(outcome.changed)
    for seconds in range(5, 60, 5):
        house.watch.page_due(house.decider, NIGHT + timedelta(seconds=seconds))
    assert set(known().values()) == {1}
