"""What is owed in an incident: open duties with a due time, words that are waited for, and whose each is."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from detector.auth.permissions import ALLOWED
from detector.incident import DUTY_ROLES, IncidentChanges, owed
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.case.duties import Duty, DutyState, DutyVerdict
from detector.schema.case.incidents import CloseReason, IncidentKind, IncidentStatus, StepStatus
from detector.schema.levels import Severity
from detector.schema.team.grants import Approval, PersonAct
from detector.settings import IncidentSettings
from tests.fakes.story import Story, clock

HOUR = timedelta(hours=1)


def told(story: Story, duties: tuple[Duty, ...] = (), approvals: tuple[Approval, ...] = ()) -> list[AgendaItem]:
    found = story.dossier()
    items = owed(
        found.incident,
        found.steps,
        found.terms,
        duties=duties,
        approvals=approvals,
        progress_at=None,
        lapse=HOUR,
        pace=HOUR,
    )
    return [item for item in items if item.kind in (AgendaKind.DUTY, AgendaKind.APPROVAL)]


def leak() -> Story:
    story = Story()
    story.at("09:00").found("bulk-read")
    return story


def test_a_duty_is_owed_while_it_is_open_has_a_due_time_and_is_not_ruled_out() -> None:
    story = leak()
    incident = story.incident()
    duty = Duty(
        incident_id=incident.id,
        regulation="eu-gdpr-33",
        stage="gdpr-authority",
        law_version=2,
        position=0,
        due_at=clock("12:00"),
        basis="T0",
    )
    (item,) = told(story, (duty,))
    assert (item.what, item.roles) == (duty.ref, DUTY_ROLES)
    assert (item.since, item.due_at) == (incident.t0, clock("12:00"))
    for other in (
        replace(duty, due_at=None),
        replace(duty, verdict=DutyVerdict.NO),
        replace(duty, moot=True),
        replace(duty, state=DutyState.DONE),
        replace(duty, state=DutyState.NOT_OWED),
    ):
        assert told(story, (other,)) == []
    owed_all_the_same = replace(duty, verdict=DutyVerdict.NO, state=DutyState.OWED)
    assert [item.what for item in told(story, (owed_all_the_same,))] == [duty.ref], "two people have said so"


def test_a_duty_counts_from_what_starts_it_and_is_whose_its_step_is() -> None:
    story = leak()
    first, then = (
        Duty(incident_id=story.incident().id, regulation="law", stage=stage, law_version=1, position=at)
        for at, stage in enumerate(("first", "second"))
    )
    first = replace(first, state=DutyState.DONE, receipt_at=clock("10:30"))
    then = replace(then, basis="first", due_at=clock("23:00"), step="A5")
    (item,) = told(story, (first, then))
    (step,) = [each for each in story.dossier().steps if each.step_id == "A5"]
    assert (item.since, item.roles, item.title) == (clock("10:30"), step.roles, "law/second")


def test_a_notice_of_a_law_that_is_ruled_out_is_owed_by_nobody() -> None:
    story = leak()
    found = story.dossier()
    duty = Duty(incident_id=found.incident.id, regulation="law", stage="notice", law_version=1, position=0, step="A5")

    def steps(of_laws: tuple[str, ...], *duties: Duty) -> set[str]:
        more: dict[str, Any] = {"duties": duties, "of_laws": of_laws, "progress_at": None, "lapse": HOUR, "pace": HOUR}
        items = owed(found.incident, found.steps, found.terms, **more)
        return {item.what for item in items if item.kind is AgendaKind.STEP}

    out = replace(duty, state=DutyState.NOT_OWED)
    assert "A5" in steps(("A5",), duty)
    assert "A5" not in steps(("A5",), out)
    assert "A5" not in steps(("A5",), replace(duty, verdict=DutyVerdict.NO))
    assert "A5" in steps(("A5",), out, replace(duty, stage="second")), "another law still asks for it"
    assert "A5" in steps(("A5",), replace(duty, state=DutyState.DONE)), "what was sent is still to be ticked"
    assert "A5" in steps((), out), "the step is there whatever the law"
    assert "A5" in steps(("A5",)), "no duty is known"


def test_a_second_persons_word_is_owed_until_the_step_is_done() -> None:
    story = leak()
    asked = Approval(
        incident_id=story.incident().id,
        step_id="A5",
        act=PersonAct.DO_STEP,
        author="olga",
        typed_by="anna",
        asked_at=clock("10:00"),
    )
    (item,) = told(story, approvals=(asked,))
    assert (item.due_at, item.not_by) == (clock("11:00"), ("anna", "olga"))
    (of_laws,) = told(story, approvals=(replace(asked, step_id="laws", act=PersonAct.DUTY),))
    assert of_laws.roles == DUTY_ROLES
    assert told(story, approvals=(replace(asked, step_id="A1"),)) == [], "the service has done A1"


def test_whose_a_duty_is_are_those_who_may_decide_about_it() -> None:
    assert set(DUTY_ROLES) == ALLOWED[PersonAct.DUTY]


BRIEFED = {"briefings": {"medium": "8h"}}


def rounds(story: Story, noted_at: datetime | None = None, **changes: Any) -> list[AgendaItem]:
    """Return what comes round in a case that has changed so, and no more."""
    found = story.dossier()
    case = replace(found.incident, **changes)
    briefing = IncidentSettings.model_validate(BRIEFED).briefings.of(case.severity.value)
    items = owed(
        case,
        found.steps,
        found.terms,
        progress_at=noted_at,
        noted_at=noted_at,
        briefing=briefing,
        lapse=HOUR,
        pace=HOUR,
    )
    return [item for item in items if item.kind in (AgendaKind.BRIEFING, AgendaKind.FOLLOW_UP)]


def test_a_briefing_is_owed_while_somebody_has_a_grave_case_and_a_note_is_one() -> None:
    story = leak()
    acknowledged = {"acknowledged_at": clock("09:30"), "acknowledged_by": "anna", "severity": Severity.HIGH}
    assert rounds(story, severity=Severity.HIGH) == [], "nobody has it"
    (item,) = rounds(story, **acknowledged)
    assert (item.kind, item.what, item.roles) == (AgendaKind.BRIEFING, "B2", ("lead", "scr"))
    assert (item.since, item.due_at) == (clock("09:30"), clock("13:30"))
    (after_note,) = rounds(story, clock("12:00"), **acknowledged)
    assert (after_note.id, after_note.due_at) == (item.id, clock("16:00"))
    (critical,) = rounds(story, **acknowledged | {"severity": Severity.CRITICAL})
    assert critical.due_at == clock("10:30"), "every hour, as the playbook says"
    (slight,) = rounds(story, **acknowledged | {"severity": Severity.MEDIUM})
    assert slight.due_at == clock("17:30"), "as it is set"
    for other in ({"severity": Severity.LOW}, {"status": IncidentStatus.ON_HOLD}):
        assert rounds(story, **acknowledged | other) == []
    (step,) = [each for each in story.dossier().steps if each.step_id == "B2"]
    story.write(IncidentChanges(steps=(replace(step, status=StepStatus.DONE, done_at=clock("13:00")),)))
    assert [each.due_at for each in rounds(story, **acknowledged)] == [clock("17:00")], "the step done is one, too"
    story.write(IncidentChanges(steps=(replace(step, status=StepStatus.SKIPPED),)))
    assert rounds(story, **acknowledged) == [], "it was said that none is needed"


def test_letters_are_owed_7_and_30_days_after_the_close_until_something_is_noted() -> None:
    story = leak()
    close = clock("10:00")
    closed = {"status": IncidentStatus.CLOSED, "closed_at": close, "close_reason": CloseReason.HANDLED}

    def due(noted_at: datetime | None = None, **changes: Any) -> list[tuple[str, timedelta]]:
        return [(item.what, item.due_at - close) for item in rounds(story, noted_at, **closed | changes)]

    week, month = ("7", timedelta(days=7)), ("30", timedelta(days=30))
    assert due() == due(close + timedelta(days=5)) == [week, month]
    assert due(close + timedelta(days=6)) == due(close + timedelta(days=28)) == [month]
    assert due(close + timedelta(days=29)) == []
    assert {item.roles for item in rounds(story, **closed)} == {("care", "com")}
    for changes in ({"close_reason": CloseReason.FALSE_POSITIVE}, {"kind": IncidentKind.DRILL}):
        assert due(**changes) == []


@pytest.mark.parametrize("playbook", ["account-takeover", "web-attack"])
def test_a_briefing_is_owed_in_every_kind_of_case_that_is_worked_on_by_a_team(playbook: str) -> None:
    story = Story()
    story.at("09:00").found("odd", subject_count=0, record_low=0, playbook=playbook, severity=Severity.HIGH)
    assert story.incident().playbook == playbook
    (item,) = rounds(story, acknowledged_at=clock("09:30"), acknowledged_by="anna", severity=Severity.HIGH)
    assert (item.kind, item.what, item.roles) == (AgendaKind.BRIEFING, "B2", ("lead", "scr"))
