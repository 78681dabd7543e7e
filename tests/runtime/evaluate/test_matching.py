"""An incident is about a leak when it names who took the data and rests on what was taken, and not otherwise."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from detector.runtime.evaluate.matching import (
    Fate,
    JudgedIncident,
    PlayedScene,
    Topic,
    about,
    outcome,
    rests_on,
    scope_quality,
    told_at,
)
from detector.runtime.evaluate.recording import SceneEvent
from detector.runtime.evaluate.truth import Scene
from detector.schema.detection.findings import Detector, Evidence, Finding
from tests.fakes.story import a_finding, clock
from tests.store.values import incident

LOG = "/logs/audit.log"
ANNA = frozenset({"user:anna", "session:7f", "ip:192.0.2.7"})


def event(at: str, offset: int, *, names: frozenset[str] = ANNA, taking: bool = True) -> SceneEvent:
    return SceneEvent(clock(at), LOG, offset, names, taking)


def leak(*events: SceneEvent, named: Sequence[str] = (), **changes: Any) -> PlayedScene:
    begins = min((each.at for each in events), default=clock("10:00"))
    given = {"id": "leak-01", "kind": "bulk_reader", "leak": True, "begins": begins, "ends": begins}
    scene = Scene(**{**given, "lines": {}, "taking": {}, "named": frozenset(named), **changes})
    return PlayedScene(scene, events)


def shown(*offsets: int, at: str = "10:00") -> tuple[Evidence, ...]:
    return tuple(
        Evidence(at=clock(at), event_id=str(offset), path=LOG, offset=offset, line_hash="") for offset in offsets
    )


def counted(since: str, until: str, by: str = "user:anna", **changes: Any) -> Finding:
    """Return a finding of a count or of behaviour, which names a sample of its events only."""
    return a_finding("r", clock(until), by, first_event_at=clock(since), last_event_at=clock(until), **changes)


def single(offset: int, at: str = "10:00", **changes: Any) -> Finding:
    """Return a finding of a rule about single events."""
    return a_finding("s", clock(at), **{"detector": Detector.RULE, "evidence": shown(offset, at=at), **changes})


def case(opened: str, *findings: Finding, subjects: Sequence[str] = (), **changes: Any) -> JudgedIncident:
    return JudgedIncident(incident(opened_at=clock(opened), **changes), findings, frozenset(subjects))


TOOK = (event("10:00", 100), event("10:20", 200))

RESTING: list[tuple[str, Finding, bool]] = [
    ("a rule that names a stolen line", single(100), True),
    ("a rule that names another line of the same minute", single(101), False),
    ("the same place of another file", single(100, evidence=(
        Evidence(at=clock("10:00"), event_id="", path="/logs/access.log", offset=100, line_hash=""),)), False),
    ("a rule with more events than it names, to behind the stolen line",
     single(50, at="09:00", events=9, last_event_at=clock("11:00")), True),
    ("a rule with more events than it names, which ended before",
     single(50, at="09:00", events=9, last_event_at=clock("09:50")), False),
    ("a rule that names all its events, around the theft",
     single(50, at="09:00", events=1, last_event_at=clock("11:00")), False),
    ("a count of the actor's reading over the theft", counted("09:50", "10:10"), True),
    ("a count that begins with the last stolen line", counted("10:20", "10:40"), True),
    ("a count that ended before", counted("09:00", "09:59"), False),
    ("a count that began behind it", counted("10:21", "11:00"), False),
    ("a count of somebody else's reading", counted("09:50", "10:30", by="user:boris"), False),
    ("a count of the session", counted("09:50", "10:10", by="session:7f"), True),
    ("a count of the address", counted("09:50", "10:10", by="ip:192.0.2.7"), True),
    ("a count of failed logins, which touched nothing",
     counted("09:50", "10:10", subject_count=0, record_low=0), False),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "expected"), [row[1:] for row in RESTING], ids=[row[0] for row in RESTING])
def test_a_finding_rests_on_what_stands_behind_it(finding: Finding, expected: bool) -> None:
    assert rests_on(finding, TOOK) is expected


LOGIN = event("09:55", 90, taking=False)

FATES: list[tuple[str, list[JudgedIncident], list[Finding], Fate, float | None]] = [
    ("opened while it lasts", [case("10:05", counted("10:00", "10:05"))], [], Fate.FOUND, 300),
    ("opened by its failed logins, before anything was taken",
     [case("09:56", single(90, at="09:56"), counted("10:00", "10:10"))], [], Fate.FOUND, 600),
    ("about the actor, and about something else", [case("10:05", single(101))], [single(101)], Fate.UNSEEN, None),
    ("about somebody else at the same address", [case("10:05", single(100), actor_id="user:boris")], [],
     Fate.UNSEEN, None),
    ("about an address, with the actor related",
     [case("10:05", single(100), actor_id="ip:203.0.113.9", related_actors=("user:anna",))], [], Fate.FOUND, 300),
    ("open before it began", [case("09:00", counted("10:00", "10:10"))], [], Fate.SWALLOWED, None),
    ("open before it began, and the team was called again",
     [case("09:00", counted("10:00", "10:10"), called_at=clock("10:10"))], [], Fate.FOUND, 600),
    ("open before it began, and called before",
     [case("09:00", counted("10:00", "10:10"), called_at=clock("09:30"))], [], Fate.SWALLOWED, None),
    ("swallowed by one, found by the next",
     [case("09:00", counted("10:00", "10:10")), case("10:15", single(200, at="10:20"))], [], Fate.FOUND, 1200),
    ("opened by other lines of it only", [case("09:56", single(90, at="09:55"))], [], Fate.OTHER_LINES, None),
    ("a finding, and no incident", [], [single(100)], Fate.UNRAISED, None),
    ("nothing", [], [], Fate.UNSEEN, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cases", "findings", "fate", "seconds"), [row[1:] for row in FATES], ids=[row[0] for row in FATES]
)
def test_a_leak_is_found_swallowed_or_missed(
    cases: list[JudgedIncident], findings: list[Finding], fate: Fate, seconds: float | None
) -> None:
    found = outcome(leak(LOGIN, *TOOK), cases, findings)
    assert (found.fate, found.seconds) == (fate, seconds)


def test_an_incident_about_something_else_tells_of_a_leak_only_when_a_finding_rests_on_it() -> None:
    opened_by_work = case("10:05", single(101, at="10:05"), counted("10:00", "10:45"))
    assert told_at(opened_by_work, TOOK, clock("10:00")) == clock("10:45")
    assert told_at(case("10:05", single(101)), TOOK, clock("10:00")) is None


SCOPES: list[tuple[str, list[list[str]], list[str], float | None, float | None]] = [
    ("exact", [["1", "2"]], ["1", "2"], 1.0, 1.0),
    ("half of it is the actor's work", [["1", "2", "8", "9"]], ["1", "2"], 0.5, 1.0),
    ("half of what was taken", [["1"]], ["1", "2"], 1.0, 0.5),
    ("two incidents together", [["1"], ["2", "9"]], ["1", "2"], 2 / 3, 1.0),
    ("an incident that names nobody", [[]], ["1"], None, 0.0),
    ("a log that names nobody", [["1"]], [], None, None),
]


@pytest.mark.parametrize(
    ("shares", "named", "precision", "recall"), [row[1:] for row in SCOPES], ids=[row[0] for row in SCOPES]
)
def test_the_scope_of_an_incident_is_compared_with_what_was_taken(
    shares: list[list[str]], named: list[str], precision: float | None, recall: float | None
) -> None:
    cases = [case("10:05", single(100), subjects=some) for some in shares]
    assert scope_quality(leak(*TOOK, named=named), cases, []) == (precision, recall)


def test_both_lists_together_are_compared_too_and_notices_are_written_from_the_first() -> None:
    its = JudgedIncident(case("10:00").incident, (), frozenset({"1", "2"}), frozenset({"3", "4"}))
    assert scope_quality(leak(*TOOK, named=["1", "2", "3"]), [its], []) == (1.0, 2 / 3)
    assert scope_quality(leak(*TOOK, named=["1", "2", "3"]), [its], [], usual=True) == (3 / 4, 1.0)


def test_clients_of_another_leak_in_the_same_incident_are_no_error_of_its_scope() -> None:
    both = case("10:05", single(100), single(200, at="10:20"), subjects=["1", "2"])
    first, second = leak(TOOK[0], named=["1"]), leak(TOOK[1], named=["2"], id="leak-02")
    assert scope_quality(first, [both], [first, second])[0] == 0.5, "it opened before the second began"
    later = case("10:20", single(100), single(200, at="10:20"), subjects=["1", "2"])
    assert scope_quality(first, [later], [first, second]) == (1.0, 1.0)


def test_incidents_are_about_leaks_oddities_or_work() -> None:
    theft, errand = leak(LOGIN, *TOOK), leak(event("15:00", 900), leak=False)

    def kind(its: JudgedIncident) -> Topic:
        return about(its, [theft], [errand])

    assert kind(case("10:05", single(100))) is Topic.LEAK
    assert kind(case("09:56", single(90, at="09:56"))) is Topic.LEAK, "its failed logins are the leak's"
    assert kind(case("15:05", single(900, at="15:00"))) is Topic.ODDITY
    assert kind(case("12:00", single(500, at="12:00"))) is Topic.WORK
    assert kind(case("09:00", single(50, at="09:00"), counted("10:00", "10:10"))) is Topic.WORK, "it swallowed the leak"
    assert kind(case("10:05", single(100), actor_id="user:boris")) is Topic.WORK


def test_a_leak_of_the_days_learned_from_goes_on_with_what_was_told_before_its_first_judged_line() -> None:
    its = case("09:00", counted("09:00", "10:10"))
    assert about(its, [leak(*TOOK, begins=clock("08:00"))], []) is Topic.LEAK
    assert about(its, [leak(*TOOK)], []) is Topic.WORK


def test_the_span_of_a_leak_is_that_of_what_it_took() -> None:
    theft = leak(LOGIN, *TOOK)
    assert (theft.begins, theft.first_taken, theft.last_taken) == (clock("09:55"), clock("10:00"), clock("10:20"))
    unread = leak(begins=datetime.fromisoformat("2026-03-02T08:00:00+00:00"))
    assert unread.begins == unread.first_taken == clock("08:00")
