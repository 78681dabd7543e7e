"""An incident compared with other days, against a journal written by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from detector.runtime.incidents.explain import ReadingLimits, explain
from detector.schema.case.incidents import STORM_MATTER, Decisions, Incident, IncidentKind
from detector.schema.detection.findings import Detector, Finding, Reason
from detector.store import Journal, Store
from detector.web.explained import ActorExplained, Explanation
from tests.runtime.explain.months import MOSCOW, OPERATORS, cards, local, month, touch, workday, write
from tests.store.values import events, finding, incident

LAST = date(2026, 3, 3)
PETROVA = "user:o.petrova"


@dataclass
class Office:
    """A journal, and incidents about whoever is in it."""

    store: Store
    journal: Journal
    zone: ZoneInfo = MOSCOW
    past: list[Incident] = field(default_factory=list)

    def wrote(self, *rows: dict[str, Any]) -> "Office":
        write(self.store, self.journal, rows)
        return self

    def of(
        self,
        since: datetime,
        until: datetime,
        actor: str = PETROVA,
        findings: Sequence[Finding] | None = None,
        limits: ReadingLimits | None = None,
        **changes: Any,
    ) -> Explanation:
        since, until = since.astimezone(UTC), until.astimezone(UTC)
        about = incident(actor_id=actor, first_event_at=since, last_event_at=until, **changes)
        by = [finding(actor_id=actor, first_event_at=since, last_event_at=until)] if findings is None else findings
        return explain(self.journal, about, by, self.about, self.zone, limits)

    def about(self, actor: str, since: datetime, until: datetime) -> list[Incident]:
        """What a store would say."""
        with self.store.read() as unit:
            return unit.incidents.incidents_of(actor, since, until)


@pytest.fixture
def office(tmp_path: Path, sqlite_store: Store) -> Office:
    return Office(sqlite_store, Journal(tmp_path / "journal", sqlite_store))


@pytest.fixture
def busy(office: Office) -> Office:
    """A month of seven people, and a night in which one of them opens 240 clients and takes 12,000 records out."""
    night = local(LAST, 1, 30)
    export = {"event.action": "export", "subject.ids": None, "record.count": 12_000}
    return office.wrote(*month(LAST), *cards(night, 240, first=5000), touch(night + timedelta(hours=2), **export))


def night(office: Office, **changes: Any) -> ActorExplained:
    (actor,) = office.of(local(LAST, 1, 30), local(LAST, 3, 30), **changes).actors
    return actor


def numbers(actor: ActorExplained, name: str) -> dict[date, int]:
    return {each.day: getattr(each, name) for each in actor.days}


def test_the_chart_holds_the_last_thirty_days_as_the_journal_has_them(busy: Office) -> None:
    actor = night(busy)
    assert [each.day for each in actor.days] == [LAST - timedelta(days=29 - n) for n in range(30)]
    for day, clients in numbers(actor, "clients").items():
        usual = 24 + (LAST - day).days % 10 if day.weekday() < 5 else 0
        assert clients == (240 if day == LAST else usual)
    taken = {day: count for day, count in numbers(actor, "taken").items() if count}
    fridays = {LAST - timedelta(days=ago): 300 for ago in (4, 11, 18, 25)}
    assert taken == {**fridays, LAST: 12_000}
    assert [each.day for each in actor.days if each.of_incident] == [LAST]


def test_the_hours_are_those_of_the_companys_clock_and_the_incidents_are_marked(busy: Office) -> None:
    actor = night(busy)
    last, before = actor.days[-1], actor.days[-2]
    assert {hour: count for hour, count in enumerate(last.hours) if count} == {1: 90, 2: 150, 3: 1}
    assert last.marked == {1, 2, 3}
    assert [hour for hour, count in enumerate(before.hours) if count] == list(range(9, 18))
    assert before.marked == frozenset()


def test_what_stands_out_is_said_with_what_is_usual_for_it_and_for_its_role(busy: Office) -> None:
    actor = night(busy)
    said = {facet.name: facet for facet in actor.facets}
    assert list(said) == ["taken_day", "clients"]  # one number of each facet, the farthest above first
    assert (said["clients"].value, said["clients"].own) == (180, 4)
    assert said["taken_day"].value == 12_000
    assert [each.message for each in said["clients"].said] == ["explain-did-clients", "explain-usual-hour-both"]
    assert (actor.judged, actor.role, actor.colleagues) == (False, "human:operator", len(OPERATORS))
    # Of each colleague each weekday of the thirty days but the last, which is the night's.
    weekdays = sum(each.day.weekday() < 5 for each in actor.days[:-1])
    assert actor.colleague_days == len(OPERATORS) * weekdays


def test_the_band_is_what_the_middle_of_its_colleagues_days_lie_in(office: Office) -> None:
    day = LAST - timedelta(days=1)
    for number, actor in enumerate(("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k")):
        office.wrote(*cards(local(day, 9), 10 * number + 1, f"user:{actor}"))
    office.wrote(*cards(local(LAST, 9), 3))
    (actor,) = office.of(local(LAST, 9), local(LAST, 10)).actors
    assert dict(actor.band) == {"clients": (11, 91), "taken": (0, 0)}


def test_of_fewer_than_five_colleagues_nothing_is_said(office: Office) -> None:
    for each in OPERATORS[:4]:
        office.wrote(*cards(local(LAST - timedelta(days=1), 9), 30, each))
    office.wrote(*cards(local(LAST, 9), 90), *cards(local(LAST - timedelta(days=2), 9), 30, PETROVA))
    (actor,) = office.of(local(LAST, 9), local(LAST, 10)).actors
    assert (dict(actor.band), actor.colleague_days) == ({}, 0)
    assert {facet.peers for facet in actor.facets} == {None}
    assert actor.facets[0].said[1].message.endswith("-own")


def test_the_most_similar_days_are_named_with_their_numbers_and_what_was_found_then(office: Office) -> None:
    days = [LAST - timedelta(days=ago) for ago in range(60, 0, -1)]
    clients = dict.fromkeys(days, 10)
    twins = {LAST - timedelta(days=50): 80, LAST - timedelta(days=31): 78, LAST - timedelta(days=3): 60}
    for day, count in (clients | twins | {LAST: 80}).items():
        office.wrote(*cards(local(day, 9), count))
    earlier = local(LAST - timedelta(days=31), 9).astimezone(UTC)
    hour, later = earlier + timedelta(hours=1), earlier + timedelta(days=1)
    long_ago = {"first_event_at": earlier - timedelta(days=9), "last_event_at": hour}
    found = (
        incident("x", actor_id=PETROVA, first_event_at=earlier, last_event_at=hour),
        incident("y", actor_id="ip:192.0.2.1", related_actors=(PETROVA,), **long_ago),
        incident("z", actor_id="user:other", first_event_at=earlier, last_event_at=hour),
        incident("w", actor_id=PETROVA, first_event_at=later, last_event_at=later),
    )
    with office.store.begin() as unit:
        unit.incidents.save(Decisions(incidents=found))
    (actor,) = office.of(local(LAST, 9), local(LAST, 10)).actors
    assert [each.day.day for each in actor.similar] == list(twins)
    assert [each.day.clients for each in actor.similar] == [80, 78, 60]
    assert actor.similar[0].apart == 1.0 < actor.similar[1].apart < actor.similar[2].apart
    told = [[number for number, *_ in each.incidents] for each in actor.similar]
    assert told == [[], [found[1].number, found[0].number], []]
    assert actor.own_days == 60


def test_findings_of_behaviour_speak_for_themselves(busy: Office) -> None:
    args = (("value", 240), ("minutes", 60), ("peer", 14), ("high", 11))
    reasons = (
        Reason(message="behaviour-clients", args=args),
        Reason(message="behaviour-shown_day-new", args=(("value", 900), ("minutes", 60), ("peer", 50))),
        Reason(message="behaviour-combination"),
    )
    since, until = local(LAST, 1, 30).astimezone(UTC), local(LAST, 3, 30).astimezone(UTC)
    judged = finding(
        actor_id=PETROVA, detector=Detector.BEHAVIOUR, reasons=reasons, first_event_at=since, last_event_at=until
    )
    actor = night(busy, findings=[judged])
    told = [(facet.name, facet.value, facet.own, facet.peers, facet.said) for facet in actor.facets]
    assert told == [
        ("clients", 240, 11, 14, reasons[:1]),
        ("shown_day", 900, None, 50, reasons[1:2]),
        ("combination", None, None, None, reasons[2:]),
    ]
    assert actor.judged


def test_an_actor_of_whom_nothing_is_kept_says_so(busy: Office) -> None:
    told = busy.of(local(LAST, 1), local(LAST, 2), actor="user:ghost")
    (actor,) = told.actors
    assert (actor.first_kept, actor.day, actor.facets, actor.similar) == (None, None, (), ())
    assert told.kept_since is not None
    assert told.kept_since.astimezone(MOSCOW).date() == LAST - timedelta(days=40)


def test_days_before_the_journal_begins_are_not_days_without_work(office: Office) -> None:
    begin = LAST - timedelta(days=8)
    told = office.wrote(*workday(begin, PETROVA, 9), *workday(LAST, PETROVA, 9)).of(local(LAST, 9), local(LAST, 18))
    (actor,) = told.actors
    assert [each.day for each in actor.days if each.known] == [begin + timedelta(days=n) for n in range(9)]
    assert (actor.first_kept, told.read_since) == (begin, begin)


def test_what_nothing_is_kept_of_is_no_fault(office: Office) -> None:
    told = office.of(local(LAST, 9), local(LAST, 18))
    assert (told.kept_since, told.actors[0].first_kept, told.whole) == (None, None, True)
    assert not any(each.known for each in told.actors[0].days)


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2026, 3, 29), "Europe/Berlin", {1: 1, 3: 1, 4: 1}),  # 02:00 is 03:00
        (date(2026, 10, 25), "Europe/Berlin", {1: 1, 2: 2}),  # 02:00 comes twice
        (date(2026, 10, 4), "Australia/Lord_Howe", {1: 1, 2: 1, 3: 1, 4: 1}),  # half an hour is left out
        (date(2026, 3, 29), "Asia/Beirut", {1: 1, 2: 1, 3: 1, 4: 1}),  # midnight does not exist
    ],
)
def test_a_day_on_which_clocks_are_set_is_one_day(office: Office, day: date, zone: str, hours: dict[int, int]) -> None:
    office.zone = ZoneInfo(zone)
    first = local(day, 1, 15, zone=office.zone).astimezone(UTC)
    count = sum(hours.values())
    touches = [touch(first + timedelta(hours=n), **{"subject.ids": [str(n)]}) for n in range(count)]
    edges = [touch(local(day, 23, 59, zone=office.zone)), touch(local(day + timedelta(days=1), 0, 1, zone=office.zone))]
    office.wrote(*touches, *edges)
    (actor,) = office.of(first, first + timedelta(hours=count - 1)).actors
    (told,) = [each for each in actor.days if each.day == day]
    assert {hour: number for hour, number in enumerate(told.hours) if number} == {**hours, 23: 1}
    assert told.marked == set(hours)
    there = {local(day, hour, zone=office.zone).astimezone(UTC).astimezone(office.zone).hour for hour in range(24)}
    assert {hour for hour, number in enumerate(told.hours) if number is None} == set(range(24)) - there


def test_an_actor_that_is_no_account_has_the_touches_that_count_for_it(office: Office) -> None:
    at = local(LAST, 9)
    office.wrote(
        *cards(at, 4, "user:a", **{"session.id": "s1"}),
        *cards(at, 3, "user:b", first=50, **{"session.id": "s1"}),
        *cards(at, 5, "ip:203.0.113.7", **{"source.ip": "203.0.113.7", "actor.type": "unknown", "user.roles": []}),
        *cards(at, 6, "user:c", **{"source.ip": "203.0.113.7"}),
    )
    session = office.of(at, at + timedelta(hours=1), actor="session:s1").actors[0]
    address = office.of(at, at + timedelta(hours=1), actor="ip:203.0.113.7").actors[0]
    assert (session.days[-1].clients, address.days[-1].clients) == (7, 5)
    assert address.role == "unknown:"


def test_touches_that_stand_there_twice_count_once(office: Office) -> None:
    rows = list(workday(LAST, PETROVA, 9, records=500))
    office.wrote(*rows).wrote(*rows)
    (actor,) = office.of(local(LAST, 9), local(LAST, 18)).actors
    assert (actor.days[-1].touches, actor.days[-1].taken) == (10, 500)


def test_a_damaged_part_is_left_out_and_that_is_said(busy: Office, tmp_path: Path) -> None:
    whole = night(busy)
    day = LAST - timedelta(days=5)
    for path in (tmp_path / "journal" / f"day={day:%Y-%m-%d}").iterdir():
        path.write_bytes(b"PAR1")
    told = busy.of(local(LAST, 1, 30), local(LAST, 3, 30))
    assert not told.whole
    left = numbers(told.actors[0], "clients")
    assert left[day] == 0 < numbers(whole, "clients")[day]
    assert {k: v for k, v in left.items() if k != day} == {
        k: v for k, v in numbers(whole, "clients").items() if k != day
    }


def test_of_very_much_fewer_days_are_read_and_that_is_said(busy: Office) -> None:
    told = busy.of(
        local(LAST, 1, 30), local(LAST, 3, 30), limits=ReadingLimits(drawn=30_000, compared=9_000, colleagues=15_000)
    )
    (actor,) = told.actors
    assert told.fewer
    assert told.read_since is not None
    assert LAST - timedelta(days=29) < told.read_since < LAST
    assert {each.day for each in actor.days if each.known} == {
        each.day for each in actor.days if each.day >= told.read_since
    }
    assert 0 < actor.colleague_days < night(busy).colleague_days
    least = busy.of(local(LAST, 1, 30), local(LAST, 3, 30), limits=ReadingLimits(drawn=1, compared=1, colleagues=1))
    assert least.actors[0].day is not None
    assert least.read_since == LAST


def test_an_incident_of_several_days_is_compared_by_its_loudest(office: Office) -> None:
    days = {LAST - timedelta(days=ago): count for ago, count in ((9, 20), (2, 30), (1, 90), (0, 10))}
    for day, count in days.items():
        office.wrote(*cards(local(day, 9), count))
    (actor,) = office.of(local(LAST - timedelta(days=2), 9), local(LAST, 18)).actors
    assert actor.day is not None
    assert (actor.day.day, actor.own_days) == (LAST - timedelta(days=1), 1)
    assert [each.day for each in actor.days if each.of_incident] == list(days)[1:]


def test_only_what_is_about_somebody_is_explained(busy: Office) -> None:
    def actors(**changes: Any) -> list[str]:
        return [each.actor_id for each in busy.of(local(LAST, 1), local(LAST, 2), **changes).actors]

    assert actors(kind=IncidentKind.BLIND_SPOT, actor="nabat") == []
    assert actors(kind=IncidentKind.HISTORY, actor="nabat") == []
    assert actors(matter=STORM_MATTER, actor="many", related_actors=("user:a", "user:b")) == ["user:a", "user:b"]
    crowd = tuple(f"user:{number}" for number in range(20))
    told = busy.of(local(LAST, 1), local(LAST, 2), related_actors=crowd)
    assert ([each.actor_id for each in told.actors], told.more) == ([PETROVA, *crowd[:4]], 16)


def test_it_is_the_same_whatever_waits_to_be_written(office: Office) -> None:
    rows = [*workday(LAST - timedelta(days=1), PETROVA, 9), *workday(LAST, PETROVA, 18)]
    office.journal.append(events(*rows))
    waiting = office.of(local(LAST, 9), local(LAST, 18))
    with office.store.begin() as unit:
        office.journal.flush(unit)
    assert office.of(local(LAST, 9), local(LAST, 18)) == waiting
    assert waiting.actors[0].days[-1].clients == 18
