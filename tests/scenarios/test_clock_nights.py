"""Nights and days on which the clocks of the law are counted: a late confirmation, a weekend, a change of the hour."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from detector.errors import InputError
from detector.schema.case.case_facts import CaseFactKind
from detector.schema.case.incidents import Basis
from tests.fakes.people import me
from tests.scenarios.story import Story

HOUR = timedelta(hours=1)
T1 = CaseFactKind.T1
RUSSIA, GDPR, KAZAKHSTAN, CALIFORNIA = "ru-24h", "gdpr-72h", "kz-1bd", "ca-30d"


def test_a_late_confirmation_moves_the_clocks_that_count_from_it_and_an_early_one_those_from_detection_too(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").answers("anna")
    t0 = night.incident.t0
    assert night.law(night.incident, GDPR).due_at == t0 + 72 * HOUR, "nobody has confirmed it: it counts from T0"

    t1 = night.at("15:00").now
    said = {"by": me("lev"), "reason": "the cards were found outside"}
    night.console.record_fact(night.incident.number, T1, "now", **said)
    assert night.law(night.incident, GDPR).due_at == t0 + 72 * HOUR, "hours late: one word moves no running clock"
    night.console.approve(night.incident.number, "t1", by=me("dina"))
    assert night.law(night.incident, GDPR).due_at == t1 + 72 * HOUR
    assert night.law(night.incident, RUSSIA).due_at == t0 + 24 * HOUR
    notice, brief = night.step(night.incident, "N21"), night.step(night.incident, "C2")
    assert (notice.due_at, notice.basis) == (t1 + 72 * HOUR, Basis.AWARE)
    assert brief.due_at == t1 + HOUR

    complaint = t0 - 8 * HOUR
    night.at("16:00")
    slip = (night.now + HOUR).isoformat()
    with pytest.raises(InputError, match="future"):
        night.console.record_fact(night.incident.number, T1, slip, by=me("lev"), reason="a slip of the pen")
    words = {"source": "client, complaint 77", "reason": "strangers knew her card, she said the evening before"}
    night.console.record_fact(night.incident.number, CaseFactKind.T0, complaint.isoformat(), by=me("lev"), **words)
    assert night.law(night.incident, RUSSIA).due_at == complaint + 24 * HOUR
    assert night.law(night.incident, GDPR).due_at == t1 + 72 * HOUR, "we were aware when it was confirmed"
    night.console.record_fact(
        night.incident.number, T1, complaint.isoformat(), by=me("lev"), reason="the hotline believed her"
    )
    assert night.law(night.incident, GDPR).due_at == complaint + 72 * HOUR
    facts = [each.fact for each in night.console.detail(night.incident.id).facts if each.fact.number]
    assert [(each.kind, each.approved_by) for each in facts] == [(CaseFactKind.T0, ""), (T1, ""), (T1, "dina")]
    assert night.console.detail(night.incident.id).chain_sound


def test_a_clock_in_working_days_passes_over_the_weekend_and_one_in_hours_does_not(story: Callable[..., Story]) -> None:
    almaty = ZoneInfo("Asia/Almaty")
    friday = datetime(2026, 3, 6, 23, 0, tzinfo=almaty)
    night = story(start=friday, timezone="Asia/Almaty", incident={"regulations": ["kz-94v", "eu-gdpr-33"]})
    night.reads(150, by="mallory").answers("anna")
    t0 = night.incident.t0
    # Women's Day falls on the Sunday, so that Monday is free there as well.
    assert night.law(night.incident, KAZAKHSTAN).due_at == datetime(2026, 3, 10, 23, 4, tzinfo=almaty)
    assert night.law(night.incident, GDPR).due_at == t0 + 72 * HOUR

    # In Almaty it is Saturday when it is still Friday in UTC: the day is that of the zone, and no working day is cut.
    night.pass_to("Fri 20:30").reads(150, by="trent")
    assert night.law(night.about("user:trent"), KAZAKHSTAN).due_at == datetime(2026, 3, 10, 23, 59, tzinfo=almaty)


def test_hours_of_a_law_are_hours_when_the_clocks_change_and_days_keep_their_time_of_day(
    story: Callable[..., Story],
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    saturday = datetime(2026, 3, 28, 20, 0, tzinfo=berlin)
    night = story(start=saturday, timezone="Europe/Berlin", incident={"regulations": ["eu-gdpr-33", "us-ca-1798.82"]})
    night.reads(150, by="mallory").answers("anna")
    assert night.incident.t0 == datetime(2026, 3, 28, 19, 4, tzinfo=UTC)
    due = night.law(night.incident, GDPR).due_at
    assert due == datetime(2026, 3, 31, 19, 4, tzinfo=UTC)
    assert due.astimezone(berlin).hour == 21, "a night was an hour shorter"
    letters = night.law(night.incident, CALIFORNIA).due_at
    # Thirty days in California, where the clocks changed three weeks before.
    assert letters == datetime(2026, 4, 27, 12, 4, tzinfo=ZoneInfo("America/Los_Angeles"))

    # The ladder climbs by what has passed, not by what clocks on walls show.
    night.pass_to("Sun 00:55").reads(150, by="trent").want(["anna"], about=night.about("user:trent"))
    night.at("01:04").want(["boris"], about=night.about("user:trent"))
