"""What comes round by the calendar speaks by itself until somebody records that it was done, over restarts."""

from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from detector.errors import InputError
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.team.delivery import Message, MessageKind
from tests.fakes.people import me
from tests.scenarios.story import Story

# The story begins on 2 March 2026 at three in the morning, in Moscow.
CALENDAR = {
    name: {"every": None, "roles": ["lead"]}
    for name in ("plan_review", "roster_check", "training", "template_review", "data_map")
} | {"drill": {"every": "30d", "first": "2026-03-02", "roles": ["lead"]}}


def told(story: Story, title: str = "") -> list[Message]:
    """Return the reminders of no incident decided since the last look, without digests; those of a title, or all."""
    with story.app.store.read() as unit:
        kinds = (MessageKind.REMINDER, MessageKind.MONTHLY)
        found = [each for each in unit.outbox.messages("") if each.kind in kinds and title in each.title]
    new = [each for each in found if each.id not in story.seen and "By the calendar" not in each.body.split("\n")[1:]]
    story.seen |= {each.id for each in new}
    return sorted(new, key=lambda each: (each.due_at, each.person))


def test_a_drill_that_is_due_speaks_to_its_owner_waits_for_the_morning_and_ends_when_it_is_recorded(
    story: Callable[..., Story],
) -> None:
    week = story(standing=CALENDAR)
    week.later(minutes=1)
    assert told(week) == [], "people sleep"
    week.at("09:05")
    first = told(week)
    assert {each.person for each in first} == {"lev"}
    assert "Drill (nabat standing done drill)" in first[0].body
    week.restart()
    week.later(minutes=5)
    assert told(week) == []
    week.later(hours=24 * 7)
    assert told(week), "a week later it speaks again"
    console = PersonalConsole(week.console, me("anna"))
    (owed,) = [each for each in console.agenda() if each.incident is None]
    assert (owed.item.what, owed.owner) == ("drill", "lev")
    with pytest.raises(InputError, match="does not come round"):
        console.documents.record_done("party", media_type="text/plain", body=b"x")
    filed = console.documents.record_done("drill", media_type="text/plain", body=b"paged at 10:00, answered at 10:02")
    assert filed.document.kind.value == "drill_record"
    (thing,) = console.documents.standing()
    assert (thing.done_at, (thing.item.due_at - thing.done_at).days) == (filed.document.done_at, 30)
    assert [each for each in console.agenda() if each.incident is None] == []
    week.later(hours=24 * 8)
    assert told(week) == []


def test_channels_are_tested_each_week_and_whoever_has_not_answered_is_on_the_agenda_over_a_restart(
    story: Callable[..., Story],
) -> None:
    test = {"every": "7d", "hour": "10:00", "wait": "1d"}
    week = story(preparation={"channel_test": test}, web={"port": 0})
    week.later(minutes=1)  # it is known from then on
    week.later(hours=24 * 6)
    assert rounds_of(week) == []
    week.at("Mon 10:01")
    first = rounds_of(week)
    assert {each.person for each in first} == {"anna", "boris", "dina", "lev"}
    token = first[0].body.rpartition("/")[2]
    assert week.console.answer_channel_test(token).answered_at == week.now
    week.restart()
    week.at("Tue 10:05")
    console = PersonalConsole(week.console, me("anna"))
    owed = [each.item for each in console.agenda() if each.item.kind.value == "channel_test"]
    silent = {each.what for each in owed}
    assert len(silent) == 3
    assert first[0].person not in silent
    said = [each for each in told(week) if "Tests of channels" in each.body]
    assert said
    assert "has not confirmed the test message" in said[0].body
    week.at("Mon 10:01")
    assert len(rounds_of(week)) == 8, "a week later, at the same hour, and not twice"
    with week.app.store.begin() as unit:
        unit.session.run(text("UPDATE channel_tests SET at = 'never'"))
    week.turn()
    week.later(hours=24 * 7)
    assert "channel_tests" in week.app.watch.unread["channels"], "it is said"
    assert week.app.gauges.view().ready, "and nothing else hangs on it"


def rounds_of(story: Story) -> list[Message]:
    """Return the tests of channels that were decided, in their order."""
    with story.app.store.read() as unit:
        found = [each for each in unit.outbox.messages("") if each.kind is MessageKind.CHANNEL_TEST]
    return sorted(found, key=lambda each: (each.due_at, each.person))


def test_how_ready_the_company_is_is_told_once_a_month_to_those_who_answer_for_the_plan(
    story: Callable[..., Story],
) -> None:
    training = {"register_file": "staff.csv"}
    month = story(preparation={"channel_test": {"every": None}, "training": training, "monthly_report": ["md"]})
    register = month.config_path.parent / "staff.csv"
    register.write_text("person,course,done,due\nMia Sand,privacy,,2026-02-20\n")
    month.later(minutes=10)
    (owed,) = [each for each in month.console.agenda() if each.incident is None]
    assert (owed.item.kind.value, owed.item.title) == ("training", "training of 1 person")
    month.pass_to("08:00")
    month.clock.advance(timedelta(days=30))
    month.turn()  # on 1 April before the digest
    assert told(month, "Readiness") == []
    month.at("08:31").later(hours=7)
    said = told(month, "Readiness")
    assert [each.person for each in said] == ["lev"]
    assert "/readiness" in said[0].body
    assert "- No response plan is filed" in said[0].body
    assert said[0].kind is MessageKind.MONTHLY
    (sent,) = [each for each in month.receivers["lev"].received if each["title"] == said[0].title]
    (report,) = sent["attachments"]
    assert (report["filename"], report["mimetype"]) == ("readiness-2026-04-01.md", "text/markdown")
    assert "Mia Sand" in b64decode(report["base64"]).decode(), "it names people: it goes out where it is asked for"
    assert not any(each["attachments"] for each in month.receivers["lev"].received if each != sent)
    month.restart()
    month.later(hours=24)
    assert told(month, "Readiness") == []
    measured = month.app.metrics.registry.get_sample_value
    score, overdue = measured("nabat_readiness_score"), measured("nabat_training_overdue_people")
    assert score is not None
    assert (0 <= score < 100, overdue) == (True, 1)
    assert str(measured("nabat_channels_unanswered")) == "nan", "channels are not tested here"
