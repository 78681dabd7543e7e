"""An incident that a person opens: what it is made of, and what is refused, all at once."""

from dataclasses import replace
from typing import Any

import pytest

from detector.errors import DeniedError, InputError
from detector.incident import CaseByHand, IncidentChanges, open_by_hand, openable
from detector.schema.case.incidents import IncidentKind, IncidentStatus, StepStatus
from detector.schema.levels import Severity
from detector.schema.team.grants import Grant, PersonAct
from detector.settings.sections.response import Person, TeamSettings
from tests.fakes.story import PLAYBOOKS, Story, clock

ANNA = Grant(act=PersonAct.OPEN_CASE, person="anna")
CALL = CaseByHand(
    title="A partner\nsaw our clients",
    severity=Severity.HIGH,
    playbook="client-data-leak",
    reason="the bank rang",
    actors=("user:mallory",),
    addresses=("203.0.113.7",),
    since=clock("08:00"),
    until=clock("09:00"),
)


def opened(story: Story, told: CaseByHand = CALL, word: Grant = ANNA) -> IncidentChanges:
    return open_by_hand(told, word, PLAYBOOKS, story.settings, story.regulations, clock("10:00"))


def test_it_has_checklist_clocks_and_terms_like_any_other_and_no_alert() -> None:
    story = Story()
    story.write(opened(story))
    found = story.dossier()
    case = found.incident
    assert (case.kind, case.status, case.t0, case.aware_at) == (
        IncidentKind.LEAK,
        IncidentStatus.NEW,
        clock("10:00"),
        None,
    )
    assert (case.title, case.title_ru) == ("A partner saw our clients", "A partner saw our clients")
    assert (case.suspects, case.source_ips) == ({"user:mallory", "ip:203.0.113.7"}, ("203.0.113.7",))
    assert (case.first_event_at, case.last_event_at) == (clock("08:00"), clock("09:00"))
    assert found.step("A1").status is StepStatus.DONE
    assert any(duty.due_at for duty in found.duties)
    assert (case.alert_ids, case.rules, bool(case.terms), bool(case.checklist)) == ((), (), True, True)
    (entry,) = story.past.entries(case.id)
    assert (entry.kind, entry.by) == ("opened", "anna")
    assert "the bank rang" in entry.text


def test_one_that_names_nobody_is_about_nobody() -> None:
    story = Story()
    story.write(opened(story, CaseByHand(title="x", severity=Severity.LOW, playbook="web-attack", reason="y")))
    case = story.incident()
    assert (case.actor_id, case.suspects, case.first_event_at) == ("", frozenset(), clock("10:00"))
    assert story.dossier().duties == ()


def test_all_that_is_wrong_is_said_at_once() -> None:
    bad: dict[str, Any] = {"title": " ", "reason": "", "playbook": "blind-spot", "addresses": ("example.org",)}
    told = replace(CALL, **bad, since=clock("12:00"), until=clock("11:00"))
    with pytest.raises(InputError) as refused:
        opened(Story(), told)
    assert [problem.what for problem in refused.value.problems] == [
        "the title is missing",
        "why it is opened is missing",
        "'blind-spot' is no checklist that a person opens an incident under",
        "'example.org' is no address",
        "since, 2026-03-02T12:00:00Z, is in the future",
        "until, 2026-03-02T11:00:00Z, is in the future",
        "since, 2026-03-02T12:00:00Z, is later than until",
    ]
    assert not {"blind-spot", "history"} & openable(PLAYBOOKS).keys()


def test_nobody_opens_one_about_herself_nor_by_a_grant_for_something_else() -> None:
    story = Story()
    mallory = Person(name="mallory", accounts=("user:mallory",), targets=("phone",))
    story.settings = story.settings.model_copy(update={"team": TeamSettings(people=(mallory,))})
    with pytest.raises(InputError, match="mallory cannot open an incident about an account of their own"):
        opened(story, word=replace(ANNA, person="mallory"))
    with pytest.raises(DeniedError):
        opened(story, word=replace(ANNA, act=PersonAct.STATUS))
