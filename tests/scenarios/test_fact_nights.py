"""Nights on which people learn what no log says: each fact moves duties, severity and agenda, by somebody's word."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from detector.errors import ConflictError
from detector.schema.case.agenda import AgendaKind
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import DutyState, DutyVerdict
from detector.schema.case.incidents import StepStatus
from detector.schema.levels import Severity
from tests.fakes.people import me
from tests.scenarios.story import Story

LAWS = {
    "incident": {"regulations": ["ru-152fz", "eu-gdpr-33", "us-hipaa"]},
    "legal": {"residence": ["RU", "FR"], "sectors": ["hipaa-covered"]},
}
COMPLAINT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
DAY = timedelta(hours=24)


def owed(night: Story) -> dict[str, datetime | None]:
    """Return when the agenda says that each duty is due, by its name, and each second word, by what it is about."""
    kinds = (AgendaKind.DUTY, AgendaKind.APPROVAL)
    items = [each.item for each in night.console.agenda() if each.item.kind in kinds]
    return {each.what: each.due_at for each in items}


def states(night: Story, kind: CaseFactKind, value: str, by: str, source: str = "") -> None:
    """Let somebody state a fact; a minute later the service has seen it."""
    night.console.record_fact(night.incident.number, kind, value, by=me(by), source=source, reason="as they said")
    night.later(minutes=1)


def test_a_complaint_from_before_the_leak_was_seen_moves_every_clock_at_once_and_is_withdrawn_by_two(
    story: Callable[..., Story],
) -> None:
    night = story(**LAWS)
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    seen = night.incident.t0
    assert night.law(night.incident, "ru-24h").due_at == seen + DAY
    step = night.step(night.incident, "N1")
    assert step.due_at == seen + DAY

    night.at("09:10")
    states(night, CaseFactKind.T0, "2026-03-02T01:30:00Z", "dina", "client: complaint 77")
    assert (night.incident.t0, owed(night)["ru-152fz/ru-24h"]) == (COMPLAINT, COMPLAINT + DAY)
    assert night.step(night.incident, "N1").due_at == COMPLAINT + DAY
    night.want([])  # the hours are fewer; whoever has it has it
    night.at("21:00")
    night.restart()
    with pytest.raises(ConflictError, match=r"waits for nobody's word"):
        night.console.approve(night.incident.number, "t0", by=me("lev"))
    states(night, CaseFactKind.T0, "none", "dina", "client: complaint 77")
    assert owed(night)["ru-152fz/ru-24h"] == COMPLAINT + DAY, "until another agrees it counts as it did"
    assert owed(night)["fact:t0"] is not None
    with pytest.raises(ConflictError, match="needs two persons: dina is no second one"):
        night.console.approve(night.incident.number, "t0", by=me("dina"))
    night.console.approve(night.incident.number, "t0", by=me("lev"))
    night.later(minutes=1)
    assert (night.incident.t0, owed(night)["ru-152fz/ru-24h"]) == (seen, seen + DAY)
    assert "fact:t0" not in owed(night)
    detail = night.console.detail(night.incident.id)
    readings = [(each.fact.value, each.counts) for each in detail.facts if each.fact.kind is CaseFactKind.T0]
    assert readings == [("2026-03-02T03:04:00Z", True), ("", False), ("2026-03-02T01:30:00Z", False)]
    assert detail.chain_sound


def test_a_t1_that_is_said_late_moves_a_clock_by_two_and_saves_none_that_was_missed(
    story: Callable[..., Story],
) -> None:
    night = story(**LAWS)
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    seen = night.incident.t0
    night.at("10:00")  # A5 asks for it by seven
    states(night, CaseFactKind.T1, "2026-03-02T09:30:00Z", "dina")
    assert owed(night)["eu-gdpr-33/gdpr-72h"] == seen + 3 * DAY
    night.console.approve(night.incident.number, "t1", by=me("lev"))
    night.later(minutes=1)
    aware = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert owed(night)["eu-gdpr-33/gdpr-72h"] == aware + 3 * DAY
    assert owed(night)["ru-152fz/ru-24h"] == seen + DAY, "T1 moves nothing that counts from T0"

    night.at("Thu 10:00")
    assert night.law(night.incident, "gdpr-72h").state_at(night.now) is DutyState.MISSED
    states(night, CaseFactKind.T1, "2026-03-04T09:00:00Z", "dina")
    assert night.law(night.incident, "gdpr-72h").state_at(night.now) is DutyState.MISSED, "one word saves nothing"
    night.console.decline(night.incident.number, "t1", by=me("lev"), reason="we knew on Monday")
    night.later(minutes=1)
    assert (night.incident.aware_at, "fact:t1" in owed(night)) == (aware, False)
    said = [each.text for each in night.console.detail(night.incident.id).entries]
    assert any("we knew on Monday" in each for each in said)


def test_people_who_are_known_of_later_make_other_duties_and_a_graver_case_and_call_whoever_has_it(
    story: Callable[..., Story],
) -> None:
    night = story(**{**LAWS, "legal": {**LAWS["legal"], "residence": ["US-CA"]}})
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    verdicts = {"hipaa-hhs-500": DutyVerdict.NO, "hipaa-media": DutyVerdict.NO, "hipaa-hhs-log": DutyVerdict.YES}

    def as_facts_say() -> dict[str, DutyVerdict]:
        return {each: night.law(night.incident, each).verdict for each in verdicts}

    assert as_facts_say() == verdicts
    night.at("09:00")
    states(night, CaseFactKind.PERSONS, "~1200", "lev", "the partner")
    assert set(as_facts_say().values()) == {DutyVerdict.ASK}, "an estimate makes nothing certain"
    assert night.incident.severity is Severity.HIGH
    night.want(["anna"])
    assert any("at most: 150 → 1,200" in each["message"] for each in night.receivers["anna"].received)
    night.answers("anna")
    states(night, CaseFactKind.PERSONS, "1300", "lev", "the partner: counted")
    assert as_facts_say()["hipaa-media"] is DutyVerdict.YES
    assert "us-hipaa/hipaa-media" in owed(night)
    assert "us-hipaa/hipaa-hhs-log" not in owed(night)
    night.want([])  # hardly more than she knew of when she answered
    states(night, CaseFactKind.PERSONS, "12000", "lev", "the partner: every branch")
    assert night.incident.severity is Severity.CRITICAL
    night.later(minutes=1).want(["anna"])
    night.answers("anna")
    states(night, CaseFactKind.PERSONS, "none", "lev", "the partner: of another company")
    assert night.incident.persons == 12000
    night.console.approve(night.incident.number, "persons", by=me("dina"))
    night.later(minutes=1)
    assert (as_facts_say(), night.incident.persons) == (verdicts, None)
    assert night.incident.severity is Severity.CRITICAL, "a severity never falls by itself"


def test_a_flow_that_somebody_states_to_be_stopped_is_watched_before_its_step_is_ticked(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.answers("anna")
    night.at("09:00")
    states(night, CaseFactKind.FLOW_STOPPED, "now", "anna")

    def stopped() -> str:
        facts = night.console.detail(night.incident.id).facts
        return next((each.fact.value for each in facts if each.fact.kind is CaseFactKind.FLOW_STOPPED), "")

    assert stopped() == "2026-03-02T09:00:00Z"
    night.later(minutes=30).want([])
    night.restart()
    night.touches(7, by="mallory").want(["anna"])
    assert (stopped(), night.step(night.incident, "C2").status) == ("", StepStatus.OPEN)
    detail = night.console.detail(night.incident.id)
    assert "step_reopened" not in {each.kind for each in detail.entries}, "it was never done"
    assert detail.chain_sound
    night.answers("anna")
    night.touches(14, by="mallory").want([])  # nobody says any more that it is stopped
