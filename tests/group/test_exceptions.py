"""Exceptions for planned work: what is covered, by event time, by rule, by facet and up to which size."""

from typing import Any

import pytest

from detector.group import LabelMatcher, Mute, is_wide, read_matcher
from detector.schema.detection.alerts import AlertStatus, MutedBy
from detector.schema.detection.findings import Detector, Finding, Reason
from tests.fakes.story import Story, a_finding, clock


def exception(**changes: Any) -> Mute:
    given = {
        "id": "yearly letter",
        "by": MutedBy.EXCEPTION,
        "matchers": (LabelMatcher("actor", "user:anna"),),
        "reason": "order 88",
        "until": clock("12:00"),
        "span": (clock("09:00"), clock("12:00")),
        "rules": frozenset({"export"}),
        "reasons": frozenset({"behaviour-exports", "behaviour-exports-new"}),
    }
    return Mute(**{**given, **changes})


def told(story: Story, time: str, rule: str = "export", **changes: Any) -> Finding:
    return story.at(time).found(rule, **changes).findings[0]


def test_what_is_expected_opens_nothing_and_names_the_exception_and_everything_else_does() -> None:
    story = Story()
    story.orders = (exception(),)
    told(story, "10:00")
    (alert,) = story.past.open_alerts("user:anna")
    assert (alert.status, alert.muted_by, alert.exception_id) == (
        AlertStatus.MUTED,
        MutedBy.EXCEPTION,
        "yearly letter",
    )
    assert story.incidents() == []
    other = told(story, "10:30", "night")
    assert [each.id for each in story.behind()] == [other.id]
    told(story, "10:40", by="user:boris")
    assert len(story.incidents()) == 2


@pytest.mark.parametrize(("first", "last"), [("08:59", "08:59"), ("12:00", "12:00"), ("11:59", "12:00")])
def test_what_lies_outside_its_span_of_event_time_pages_whenever_it_is_read(first: str, last: str) -> None:
    story = Story()
    story.orders = (exception(),)
    story.at("10:00").take([a_finding("export", clock(first), last_event_at=clock(last))])
    assert len(story.incidents()) == 1


def test_what_is_read_late_is_covered_as_it_would_be_in_a_replay() -> None:
    story = Story()
    story.orders = (exception(),)
    story.at("20:00").take([a_finding("export", clock("10:00"))])
    assert story.incidents() == []


def test_beyond_its_size_it_covers_nothing_more_and_what_is_uncounted_never() -> None:
    story = Story()
    story.orders = (exception(at_most=100),)
    told(story, "09:30", subject_count=60)
    assert story.incidents() == []
    told(story, "10:30", subject_count=39, record_high=39)
    assert story.incidents() == []
    more = told(story, "11:00", subject_count=2)
    assert [each.id for each in story.behind()] == [more.id]

    unknown = Story()
    unknown.orders = (exception(at_most=100),)
    told(unknown, "10:00", uncounted=1)
    assert len(unknown.incidents()) == 1


def test_a_finding_that_outgrows_the_size_pages() -> None:
    story = Story()
    story.orders = (exception(at_most=100),)
    finding = told(story, "10:00", subject_count=80)
    grown = a_finding("export", clock("10:00"), subject_count=101, events=5, last_event_at=clock("10:20"))
    story.at("10:20").take([grown])
    assert grown.id == finding.id
    assert [each.id for each in story.behind()] == [finding.id]


@pytest.mark.parametrize(
    ("messages", "incidents"),
    [(("behaviour-exports",), 0), (("behaviour-exports", "behaviour-strangers"), 1), ((), 1)],
)
def test_behaviour_is_covered_only_when_all_that_speaks_is_expected(messages: tuple[str, ...], incidents: int) -> None:
    story = Story()
    story.orders = (exception(),)
    reasons = tuple(Reason(message=each) for each in messages)
    told(story, "10:00", "behaviour", detector=Detector.BEHAVIOUR, reasons=reasons)
    assert len(story.incidents()) == incidents


def test_what_is_part_of_an_open_incident_stays_so() -> None:
    story = Story()
    story.orders = (exception(),)
    told(story, "08:30")
    told(story, "09:30")
    assert len(story.behind()) == 2


@pytest.mark.parametrize(
    ("text", "narrow"),
    [("rule=x", True), ("actor = user:*", True), ("rule!=x", False), ("service=*", False), ("severity=high", False)],
)
def test_a_demand_is_read_as_it_is_written_and_one_that_is_wide_is_known(text: str, narrow: bool) -> None:
    assert read_matcher(text).narrow is narrow


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("service=crm severity=high", True),
        ("severity!=critical actor=user:*", True),
        ("severity=high actor=*:*", True),
        ("severity=high actor=user:a", False),
        ("service=crm", False),
    ],
)
def test_an_order_about_a_severity_names_somebody_and_no_pattern_of_everybody(text: str, wide: bool) -> None:
    assert is_wide(map(read_matcher, text.split())) is wide


@pytest.mark.parametrize("text", ["", "rule", "rule=", "=x", "colour=red", "!=x"])
def test_what_is_no_demand_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"label"):
        read_matcher(text)
