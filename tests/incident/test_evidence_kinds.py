"""Evidence of another kind makes an incident that somebody has already speak again."""

from typing import Any

from detector.incident.case.assessment.evidence_kinds import kinds_of_evidence, last_call
from detector.schema.detection.findings import Detector, Finding, Reason
from tests.fakes.acts import acknowledge
from tests.fakes.story import Story, a_finding, clock


def behaves(at: str, *messages: str, **changes: Any) -> Finding:
    reasons = tuple(Reason(message=f"behaviour-{each}") for each in messages)
    return a_finding("behaviour", clock(at), detector=Detector.BEHAVIOUR, reasons=reasons, **changes)


def test_a_rule_is_a_kind_and_so_is_each_thing_that_behaviour_can_say_however_it_says_it() -> None:
    assert kinds_of_evidence([a_finding("walk", clock("09:00"))]) == {"walk"}
    counted = kinds_of_evidence([behaves("09:00", "events")])
    assert kinds_of_evidence([behaves("09:00", "clients_day"), behaves("10:00", "records-new")]) == counted
    assert kinds_of_evidence([behaves("09:00", "exports_day")]) != counted
    assert not kinds_of_evidence([behaves("09:00", "combination")])


def test_behaviour_that_finds_something_else_after_the_answer_calls_again_and_more_of_the_same_does_not() -> None:
    story = Story()
    story.at("09:00").take([behaves("09:00", "clients")])
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:05")))
    story.at("10:00").take([behaves("10:00", "clients_day"), behaves("10:02", "combination")])
    assert story.incident().acknowledged_by == "boris"
    story.at("11:00").take([behaves("11:00", "exports")])
    assert (story.incident().acknowledged_by, story.incident().called_at) == ("", clock("11:00"))


def test_the_same_from_another_place_calls_again_once() -> None:
    story = Story()
    story.at("09:00").found("bulk-read", source_ips=("192.0.2.7",))
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("09:05")))
    story.at("09:30").found("bulk-read", source_ips=("192.0.2.7",))
    story.at("09:40").found("login", risk=10, source_ips=("203.0.113.9",), subject_count=0, record_low=0)
    assert story.incident().acknowledged_by == "boris", "not enough alone"
    story.at("10:00").found("bulk-read", source_ips=("198.51.100.9",))
    assert (story.incident().acknowledged_by, story.incident().called_at) == ("", clock("10:00"))
    story.write(acknowledge(story.dossier(), by="boris", via="cli", now=clock("10:05")))
    story.at("10:10").found("bulk-read", source_ips=("198.51.100.9",))
    assert story.incident().acknowledged_by == "boris"


def test_a_replay_says_when_other_evidence_would_have_called_whatever_the_order_it_is_told_in() -> None:
    errand, more = a_finding("bulk-read", clock("09:00")), a_finding("bulk-read", clock("10:00"))
    theft, hint = a_finding("walk", clock("18:00")), a_finding("night", clock("12:00"), risk=35)
    told = (errand, more, hint, theft)
    assert last_call(told, clock("09:00"), 70) == clock("18:00") == last_call(told[::-1], clock("09:00"), 70)
    assert last_call((errand, more, hint), clock("09:00"), 70) is None
    story = Story(replay=True)
    story.at("20:00").take(told)
    assert (story.incident().opened_at, story.incident().called_at) == (clock("09:00"), clock("18:00"))
