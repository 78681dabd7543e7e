"""What comes round by the calendar speaks by itself until somebody records that it was done, over restarts."""

from collections.abc import Callable

import pytest

from detector.errors import InputError
from detector.runtime.incidents.console import PersonalConsole
from detector.schema.team.delivery import Message, MessageKind
from tests.fakes.people import me
from tests.scenarios.story import Story

# The story begins on 2 March 2026 at three in the morning, in Moscow.
CALENDAR = {name: {"every": None, "roles": ["lead"]} for name in ("plan_review", "roster_check", "training")} | {
    "drill": {"every": "30d", "first": "2026-03-02", "roles": ["lead"]}
}


def told(story: Story) -> list[Message]:
    """Return the reminders of no incident decided since the last look, without the digests."""
    with story.app.store.read() as unit:
        found = [each for each in unit.outbox.messages("") if each.kind is MessageKind.REMINDER]
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
