"""Closing teaches: how often rules are right, what lowering one changes, what is expected, what is learned from."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client import generate_latest

from detector.errors import ConflictError
from detector.runtime.feedback.confirmed_spans import ConfirmedSpans
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import CloseReason
from detector.schema.detection.work_exceptions import ExceptionState
from tests.fakes.people import me
from tests.runtime.places import BULK_READ, CANARY, NIGHT
from tests.scenarios.story import Story

PLANTED = 104729


def closed(night: Story, reason: CloseReason) -> None:
    for incident in night.cases:
        if incident.closed_at is None:
            night.answers("anna", incident)
            if reason is CloseReason.HANDLED:
                night.works_through(incident, by="dina", approved_by="lev")
                night.fulfils(incident, by="dina")
            night.closes("anna", reason, "looked into", incident)


def test_precision_is_counted_shown_and_measured_and_a_rule_that_is_only_false_is_proposed_with_what_would_change(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.at("03:05").reads(150, by="mallory")
    closed(night, CloseReason.FALSE_POSITIVE)
    night.at("Wed 03:05").touches(PLANTED, by="trent", address="198.51.100.4")
    closed(night, CloseReason.HANDLED)
    night.at("Thu 03:05").touches(PLANTED, by="peggy", address="198.51.100.5")
    night.reads(150, by="peggy", first=60_000, address="198.51.100.5")
    report = night.console.precision_report()
    rows = {row.name: row for row in report.rows}
    assert (rows[BULK_READ].confirmed, rows[BULK_READ].false_alarms) == (0, 1)
    assert (rows[CANARY].confirmed, rows[CANARY].false_alarms) == (1, 0)
    (effect,) = report.lowering
    assert (effect.name, effect.false_gone, effect.false_alarms) == (BULK_READ, 1, 1)
    assert (effect.confirmed_gone, effect.confirmed, effect.other_gone, effect.other) == (0, 0, 0, 1), "peggy's stays"

    night.later(minutes=2)
    text = generate_latest(night.app.metrics.registry).decode()
    assert f'nabat_rule_false_alarms{{rule="{BULK_READ}"}} 1.0' in text
    assert f'nabat_rule_precision{{rule="{CANARY}"}} 1.0' in text
    for verdict, count in (("handled", 1), ("false_positive", 1), ("authorised", 0), ("unsaid", 1)):
        assert f'nabat_incidents_recent{{by="rules",verdict="{verdict}"}} {count}.0' in text
    assert "nabat_behaviour_false_incidents_asked 3.0" in text


def test_a_false_alarm_is_expected_next_time_once_another_person_agrees(story: Callable[..., Story]) -> None:
    night = story()
    night.at("03:05").reads(150, by="robot")
    incident, until = night.incident, NIGHT + timedelta(days=20)
    with pytest.raises(ConflictError, match="neither as a false positive"):
        night.console.expect_alike(incident.number, until=until, by=me("anna"), reason="letters")
    closed(night, CloseReason.FALSE_POSITIVE)
    asked = night.console.expect_alike(incident.number, until=until, by=me("anna"), reason="letters")
    assert (asked.actor_id, asked.rules) == ("user:robot", (BULK_READ,))
    assert asked.state(night.now) is ExceptionState.ASKED
    night.console.planned.review(asked.id, by="lev")
    night.told()
    night.at("Wed 03:05").reads(150, by="robot", first=30_000)
    assert [each.number for each in night.cases] == [incident.number]


def test_what_confirmed_incidents_consist_of_is_left_out_of_training_and_false_alarms_are_not(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.at("03:05").reads(150, by="mallory")
    closed(night, CloseReason.HANDLED)
    night.at("Wed 03:05").reads(150, by="trent", address="198.51.100.4")
    closed(night, CloseReason.FALSE_POSITIVE)
    night.at("Thu 03:05").reads(3, by="mallory", first=90_000)
    night.at("Fri 03:05").reads(150, by="peggy", first=120_000, address="198.51.100.7")
    night.console.record_fact(
        night.about("user:peggy").number, CaseFactKind.T1, "now", by=me("lev"), reason="cards left"
    )
    night.app.pipeline.save(force=True)
    with night.app.store.read() as unit:
        confirmed = ConfirmedSpans.of(unit)
    kept = confirmed.without(night.app.journal.scan().collect())
    counts = dict(kept.get_column("actor.id").value_counts().iter_rows())
    # The rule's finding is about what was read until it was found, and goes on to the last client.
    assert counts == {"user:trent": 150, "user:mallory": 3}
    assert (confirmed.incidents, confirmed.left_out) == (2, 300), "peggy's is open, and confirmed by its T1"
