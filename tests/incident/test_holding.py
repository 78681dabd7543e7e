"""Who has an incident: taken over, handed over, put off until a moment."""

from datetime import datetime

import pytest

from detector.errors import ConflictError, InputError, NotFoundError
from detector.incident import with_scope
from detector.schema.case.incidents import IncidentStatus, Scope
from detector.schema.levels import Severity
from detector.settings.sections.records import DataClass
from detector.settings.sections.response import Person, TeamSettings
from tests.fakes.acts import acknowledge, hand_over, snooze, take_over
from tests.fakes.story import Story, clock

EVERYBODY = ("anna", "boris", "dina")
TEAM = TeamSettings(
    people=tuple(Person(name=name, accounts=(f"user:{name}",), targets=("phone",)) for name in EVERYBODY)
)


def held(by: str = "anna", about: str = "user:mallory") -> Story:
    """Return a story with an incident that somebody has."""
    story = Story()
    story.settings = story.settings.model_copy(update={"team": TEAM})
    story.at("09:00").found("bulk-read", by=about, subject_count=500)
    if by:
        story.write(acknowledge(story.dossier(), by=by, via="cli", now=clock("09:05")))
    return story


def holder(story: Story) -> tuple[str, datetime | None]:
    return story.incident().acknowledged_by, story.incident().acknowledged_at


def test_an_incident_changes_hands_and_the_timeline_says_between_whom() -> None:
    story = held()
    story.write(take_over(story.dossier(), by="boris", now=clock("09:30")))
    assert holder(story) == ("boris", clock("09:30"))
    assert not take_over(story.dossier(), by="boris", now=clock("09:31")), "he has it already"
    story.write(hand_over(story.dossier(), by="boris", to="dina", able=EVERYBODY, now=clock("10:00")))
    assert holder(story) == ("dina", clock("10:00"))
    last = story.past.entries(story.incident().id)[-2:]
    assert [(each.kind, each.by, dict(each.data)) for each in last] == [
        ("taken_over", "boris", {"to": "boris"}),
        ("handed_over", "boris", {"to": "dina"}),
    ]


def test_what_nobody_has_is_acknowledged_by_whoever_takes_it_over_and_cannot_be_given_away() -> None:
    story = held(by="")
    with pytest.raises(ConflictError, match="nobody has"):
        hand_over(story.dossier(), by="anna", to="boris", able=EVERYBODY, now=clock("09:10"))
    story.write(take_over(story.dossier(), by="boris", now=clock("09:10")))
    assert holder(story) == ("boris", clock("09:10"))
    assert story.past.entries(story.incident().id)[-1].kind == "acknowledged"


def test_whom_an_incident_is_about_neither_takes_nor_gives_nor_puts_it_off() -> None:
    story = held(by="anna", about="user:boris")
    for act in (
        lambda: take_over(story.dossier(), by="boris", now=clock("09:30")),
        lambda: hand_over(story.dossier(), by="boris", to="dina", able=EVERYBODY, now=clock("09:30")),
        lambda: snooze(story.dossier(), by="boris", until=clock("10:00"), reason="later", now=clock("09:30")),
    ):
        with pytest.raises(NotFoundError, match="there is no incident"):
            act()


def test_who_cannot_take_an_incident_is_handed_none() -> None:
    story = held(by="anna", about="user:boris")
    for name in ("boris", "eve"):
        with pytest.raises(InputError, match=f"'{name}' cannot be handed") as told:
            hand_over(story.dossier(), by="anna", to=name, able=("anna", "dina"), now=clock("09:30"))
        assert told.value.problems[0].fix == "one of: anna, dina"


def test_what_is_put_off_is_in_nobodys_hands_and_calls_at_its_end() -> None:
    story = held()
    story.write(snooze(story.dossier(), by="anna", until=clock("12:00"), reason="the branch opens", now=clock("09:30")))
    incident = story.incident()
    assert (holder(story), incident.called_at, incident.called_since) == (("", None), clock("12:00"), clock("12:00"))
    assert incident.status is IncidentStatus.IN_PROGRESS


def test_what_is_put_off_calls_at_once_when_it_gets_worse() -> None:
    story = held()
    story.write(snooze(story.dossier(), by="anna", until=clock("12:00"), reason="the branch opens", now=clock("09:30")))
    cards = {"cards": DataClass(title="Cards", title_ru="Карты", confidentiality="confidential")}
    scope = Scope(subjects=32_000, events=900, data_classes=("cards",))
    story.write(with_scope(story.dossier(), scope, now=clock("10:00"), classes=cards))
    assert (story.incident().severity, story.incident().called_at) == (Severity.CRITICAL, clock("10:00"))


def test_an_incident_is_put_off_no_longer_than_an_answer_lasts_and_with_a_reason() -> None:
    story = held()
    with pytest.raises(InputError) as told:
        snooze(story.dossier(), by="anna", until=clock("23:00"), reason=" ", now=clock("09:30"))
    assert [problem.what for problem in told.value.problems] == [
        "why it is put off is missing",
        f"2026-03-02T23:00:00Z is too far: incident {story.incident().number} is high",
    ]
    with pytest.raises(InputError, match="is over"):
        snooze(story.dossier(), by="anna", until=clock("09:00"), reason="later", now=clock("09:30"))
