"""What calls again whoever has answered, as pure transitions: by how much it grew, and what was said to be stopped."""

from dataclasses import replace
from datetime import datetime

from detector.incident import containment_broken, lapse, with_scope
from detector.incident.case.assessment.severity import doubled
from detector.messages import messages
from detector.schema.case.incidents import CloseReason, Incident, IncidentStatus, Scope, StepStatus
from detector.schema.levels import Severity
from detector.settings.sections.records import DataClass
from tests.fakes.acts import acknowledge, close, complete_step
from tests.fakes.story import Story, a_finding, clock

CARDS = {"cards": DataClass(title="Cards", title_ru="Карты", confidentiality="confidential")}


def why(incident: Incident) -> list[str]:
    return [each.message.removeprefix("incident-again-") for each in incident.called_for]


def answered(people: int = 500, **changes: object) -> Story:
    story = Story()
    story.at("09:00").found("bulk-read", by="user:anna", subject_count=people, **changes)
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:05")))
    return story


def blocked() -> Story:
    story = answered()
    story.write(complete_step(story.dossier(), "C2", by="boris", proof="blocked 09:10", now=clock("09:10")))
    return story


def flow(story: Story) -> tuple[StepStatus, datetime | None]:
    step = story.dossier().step("C2")
    return step.status, step.done_at


def test_twice_as_many_and_ten_more_at_least_are_twice_as_many() -> None:
    assert [doubled(*each) for each in ((0, 9), (0, 10), (5, 14), (5, 15), (100, 199), (100, 200))] == [
        False,
        True,
        False,
        True,
        False,
        True,
    ]


def test_a_severity_that_only_the_scope_raises_takes_the_answer_back() -> None:
    story = answered(data_classes=("cards",))
    before = story.incident().severity
    scope = Scope(subjects=900, record_high=32_000, events=900, data_classes=("cards",))
    story.write(with_scope(story.dossier(), scope, now=clock("09:20"), classes=CARDS, findings=story.behind()))
    incident = story.incident()
    assert (incident.severity, incident.acknowledged_by, incident.called_at) == (Severity.CRITICAL, "", clock("09:20"))
    assert why(incident) == ["severity", "more"]
    assert dict(incident.called_for[0].args) == {"old": before.value, "new": "critical"}
    assert dict(incident.called_for[1].args) == {"before": 500, "after": 32_000}


def test_a_finding_that_goes_on_after_the_block_calls_at_once_and_opens_the_step_again() -> None:
    story = blocked()
    story.at("09:30").found("bulk-read", by="user:anna", subject_count=510, first_event_at=clock("08:58"))
    assert (story.incident().acknowledged_by, why(story.incident())) == ("", ["flow"])
    assert flow(story) == (StepStatus.OPEN, None)
    assert dict(story.incident().called_for[0].args) == {"step": "C2", "before": 500, "after": 510}
    assert [each.kind for each in story.past.entries(story.incident().id)][-2:] == ["unacknowledged", "step_reopened"]


def test_a_late_line_about_what_was_done_before_the_block_is_no_flow() -> None:
    story = blocked()
    late = a_finding("bulk-read", clock("09:09"), subject_count=510)
    story.at("09:30").take([late])
    assert story.incident().acknowledged_by == "boris"
    assert flow(story) == (StepStatus.DONE, clock("09:10"))


def test_a_scope_that_grows_behind_the_block_is_flow_and_one_that_grows_before_it_is_not() -> None:
    story = blocked()
    early = Scope(subjects=520, events=520, last_event_at=clock("09:09"))
    story.write(with_scope(story.dossier(), early, now=clock("09:20"), findings=story.behind()))
    assert story.incident().acknowledged_by == "boris"
    late = replace(early, subjects=521, events=521, last_event_at=clock("09:15"))
    story.write(with_scope(story.dossier(), late, now=clock("09:21"), findings=story.behind()))
    assert (story.incident().acknowledged_by, why(story.incident())) == ("", ["flow"])
    assert flow(story) == (StepStatus.OPEN, None)


def test_what_is_touched_after_the_watch_is_over_or_before_it_began_breaks_nothing() -> None:
    story = blocked()
    for at in (clock("09:10"), clock("09:10").replace(day=3, minute=11)):
        assert not containment_broken(story.dossier(), at=at, count=1, now=clock("09:20"))
    assert containment_broken(story.dossier(), at=clock("09:11"), count=1, now=clock("09:20"))


def test_a_close_as_false_gives_the_account_back_and_its_holder_works_on() -> None:
    story = blocked()
    story.write(
        close(story.dossier(), CloseReason.FALSE_POSITIVE, story.behind(), by="boris", note="-.", now=clock("09:30"))
    )
    assert not containment_broken(story.dossier(), at=clock("09:40"), count=1, now=clock("09:41"))
    assert story.incident().status is IncidentStatus.CLOSED


def test_how_long_nothing_was_done_is_said_in_minutes_where_hours_would_hide_it() -> None:
    for now, said in (("09:35", "for 30 min after"), ("13:05", "for 4 h after")):
        story = answered()
        story.write(lapse(story.dossier(), since=clock("09:05"), now=clock(now)))
        (reason,) = story.incident().called_for
        assert story.incident().called_at == clock(now)
        assert said in messages("en").reason(reason)
