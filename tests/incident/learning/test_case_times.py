"""How long each part of a case took: from known moments only; due times that were missed; medians over cases."""

from dataclasses import replace
from datetime import datetime, timedelta

from detector.incident import StatedFact, load_regulations
from detector.incident.learning.case_times import CaseTimes, TimeMeasure, case_times, is_measured, spread
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.duties import Duty, DutyState
from detector.schema.case.incidents import BY_HAND, CloseReason, IncidentKind, IncidentStatus, Scope
from tests.fakes.acts import acknowledge, complete_step, record_fact, set_status
from tests.fakes.story import Story, clock

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def measured(story: Story, now: datetime) -> CaseTimes:
    found = story.dossier()
    return case_times(found, story.past.entries(found.incident.id), now)


def test_the_times_of_a_case_are_those_between_its_moments_and_what_is_not_known_gives_none() -> None:
    story = Story()
    story.at("09:00").found("bulk-read", first_event_at=clock("08:20"))
    before = measured(story, clock("10:00"))
    assert [before.took(each) for each in TimeMeasure] == [40 * MINUTE, None, None, None]
    story.write(acknowledge(story.dossier(), by="olga", via="cli", now=clock("09:07")))
    blocked = StatedFact(kind=CaseFactKind.FLOW_STOPPED, value="2026-03-02T12:00:00Z", reason="the account is blocked")
    story.write(record_fact(story.dossier(), blocked, by="olga", now=clock("13:00")))
    over, when = IncidentStatus.RESOLVED, clock("2d 09:00")
    story.write(set_status(story.dossier(), over, by="olga", reason="over", now=when))
    after = measured(story, clock("3d 09:00"))
    assert [after.took(each) for each in TimeMeasure] == [40 * MINUTE, 7 * MINUTE, 3 * HOUR, 48 * HOUR]
    again, when = IncidentStatus.IN_PROGRESS, clock("3d 10:00")
    story.write(set_status(story.dossier(), again, by="olga", reason="it goes on", now=when))
    assert measured(story, clock("3d 11:00")).took(TimeMeasure.RECOVER) is None
    unknown = replace(after, began=None)
    assert unknown.took(TimeMeasure.DETECT) is None
    found = story.dossier()
    by_hand = replace(found, incident=replace(found.incident, matter=BY_HAND, scope=Scope()))
    assert case_times(by_hand, (), clock("3d 11:00")).began is None


def test_what_was_done_late_or_should_have_been_is_missed_and_what_was_skipped_is_not() -> None:
    story = Story()
    story.at("09:00").found("bulk-read")
    story.write(complete_step(story.dossier(), "C1", by="olga", proof="copied to the archive 17", now=clock("23:00")))
    found = story.dossier()
    duty = Duty(
        incident_id=found.incident.id, regulation="law", stage="first", law_version=1, position=0,
        due_at=clock("10:00"), state=DutyState.DONE, receipt_at=clock("11:00"),
    )  # fmt: skip
    found = replace(found, duties=(duty, replace(duty, stage="second", receipt_at=clock("09:30"))))
    missed = {each.name: each for each in case_times(found, (), clock("23:30")).missed}
    assert missed["C1"].done_at == clock("23:00")
    assert missed["law/first"].done_at == clock("11:00")
    assert "law/second" not in missed
    assert missed["C2"].done_at is None, "it is open and past due"
    assert list(missed) == sorted(missed, key=lambda name: (missed[name].due_at, name))


def test_a_duty_that_was_missed_is_called_by_its_law_and_title() -> None:
    story = Story()
    story.at("09:00").found("bulk-read")
    found = story.dossier()
    duty = Duty(
        incident_id=found.incident.id, regulation="ru-187fz", stage="kii-3h", law_version=1, position=0,
        due_at=clock("10:00"), state=DutyState.DONE, receipt_at=clock("11:00"),
    )  # fmt: skip
    case = found.case.model_copy(update={"laws": tuple(load_regulations().values())})
    times = case_times(replace(found, duties=(duty,), case=case), (), clock("11:00"))
    missed = next(each for each in times.missed if each.name == duty.ref)
    assert missed.title_ru.startswith("187-ФЗ, ст. 9: ")
    assert missed.title_ru.endswith("компьютерный инцидент на значимом объекте, 3 ч")


def test_times_of_several_cases_are_of_those_that_know_them_and_of_no_false_alarm() -> None:
    story = Story()
    story.at("09:00").found("bulk-read")
    one = replace(measured(story, clock("10:00")), began=clock("08:00"))
    cases = [replace(one, began=clock(text)) for text in ("08:00", "08:58", "06:00")]
    over = spread([*cases, replace(one, began=None)], TimeMeasure.DETECT)
    assert over is not None
    assert (over.cases, over.median, over.longest) == (3, HOUR, 3 * HOUR)
    assert spread(cases, TimeMeasure.CONTAIN) is None
    closed = replace(one.incident, status=IncidentStatus.CLOSED, close_reason=CloseReason.FALSE_POSITIVE)
    assert is_measured(one.incident)
    assert is_measured(replace(closed, close_reason=CloseReason.HANDLED))
    for other in (closed, replace(one.incident, kind=IncidentKind.DRILL), replace(one.incident, merged_into="x")):
        assert not is_measured(other)
