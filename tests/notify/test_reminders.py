"""Whose a thing is, when it waits for the morning, and who hears of it besides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from detector.incident import merged, spoken
from detector.messages import Language
from detector.notify import (
    Owing,
    Roster,
    asked_for_role,
    digest,
    next_time,
    owner,
    quiet_until,
    role_declined,
    role_ended,
)
from detector.notify.reminders import quiet_hours
from detector.notify.render import link_of, reminder_text
from detector.schema.case.agenda import AgendaItem, AgendaKind
from detector.schema.levels import Severity
from detector.schema.team.role_assignments import RoleAssignment
from detector.settings import Settings, TeamSettings
from detector.web.texts import PageTexts
from tests.notify.conftest import LINKS, make_incident, make_settings
from tests.notify.test_on_call import CLOCKS

NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEP = AgendaItem(
    id="s",
    incident_id="i",
    kind=AgendaKind.STEP,
    what="C1",
    title="Copy.",
    roles=("soc",),
    since=NIGHT,
    due_at=NIGHT + HOUR,
)
DUTY = replace(STEP, id="c", kind=AgendaKind.DUTY, what="law/first", title="Law: notice", due_at=NIGHT + 100 * HOUR)


def moments(item: AgendaItem, pace: timedelta) -> list[datetime]:
    """Return when an item speaks, if it is asked at each of its moments."""
    (item,) = merged([item], {}, pace, NIGHT)
    found = []
    while item.next_at is not None:
        found.append(item.next_at)
        item = spoken(item, pace, item.next_at)
    return found


def test_a_step_speaks_twice_and_a_duty_at_parts_of_its_time() -> None:
    assert moments(STEP, 2 * HOUR) == [NIGHT + HOUR, NIGHT + 3 * HOUR]
    assert moments(DUTY, 2 * HOUR) == [NIGHT + hours * HOUR for hours in (50, 80, 95, 100)]


def test_what_went_by_while_the_service_was_down_is_said_once_as_the_last_of_it() -> None:
    (item,) = merged([DUTY], {}, HOUR, NIGHT)
    after = spoken(item, HOUR, NIGHT + 96 * HOUR)
    assert (after.level, after.next_at) == (3, NIGHT + 100 * HOUR)
    (new,) = merged([DUTY], {}, HOUR, NIGHT + 96 * HOUR)
    assert (new.level, new.next_at) == (2, NIGHT + 95 * HOUR), "what is new says the last that it has missed"
    (same,) = merged([DUTY], {"c": after}, HOUR, NIGHT + 97 * HOUR)
    assert same == after
    moved = replace(DUTY, due_at=NIGHT + 200 * HOUR)
    (again,) = merged([moved], {"c": after}, HOUR, NIGHT + 97 * HOUR)
    assert (again.level, again.next_at) == (0, NIGHT + 100 * HOUR)


@pytest.mark.parametrize(
    ("item", "severity", "hour", "waits"),
    [
        (STEP, Severity.MEDIUM, 23, 7 + 24),
        (STEP, Severity.MEDIUM, 3, 7),
        (STEP, Severity.MEDIUM, 7, None),
        (STEP, Severity.HIGH, 3, None),
        (replace(DUTY, level=1), Severity.MEDIUM, 3, 7),
        (replace(DUTY, level=2), Severity.MEDIUM, 3, None),
        (replace(STEP, kind=AgendaKind.BRIEFING), Severity.HIGH, 3, 7),
        (replace(STEP, kind=AgendaKind.BRIEFING), Severity.CRITICAL, 3, None),
        (replace(STEP, kind=AgendaKind.FOLLOW_UP), Severity.CRITICAL, 3, 7),
        (replace(STEP, kind=AgendaKind.ACTION), Severity.CRITICAL, 3, 7),
    ],
)
def test_reminders_of_slighter_incidents_wait_for_the_morning_and_late_duties_do_not(
    item: AgendaItem, severity: Severity, hour: int, waits: int | None
) -> None:
    day = datetime(2026, 3, 2, tzinfo=UTC)
    until = quiet_until(item, severity, Settings(timezone="UTC"), day + hour * HOUR)
    assert until == (None if waits is None else day + waits * HOUR)


@pytest.mark.parametrize(("zone", "day", "shown"), CLOCKS)
@pytest.mark.parametrize("night", [True, False])
def test_quiet_hours_end_once_where_the_clocks_show_their_end_twice_or_not_at_all(
    zone: str, day: str, shown: str, night: bool
) -> None:
    quiet = {"starts": "21:00" if night else "00:40", "ends": shown, "below": "high"}
    settings = Settings.model_validate({"timezone": zone, "notify": {"quiet": quiet}})
    begin, ends = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=1), set()
    first, last = (timedelta(hours=int(each[:2]), minutes=int(each[3:])) for each in (quiet["starts"], shown))
    longest = (last - first) % timedelta(days=1) + timedelta(hours=1)
    for minute in range(2 * 24 * 60):
        now = begin + timedelta(minutes=minute)
        until = quiet_hours(Severity.LOW, settings, now)
        if until is not None:
            assert now < until <= now + longest
            assert quiet_hours(Severity.LOW, settings, until) is None
            ends.add(until)
    assert len(ends) in (2, 3)


def test_what_is_said_of_a_role_waits_for_the_morning_and_holds_no_reason() -> None:
    settings, slight = make_settings(), make_incident(severity=Severity.MEDIUM)
    asked = RoleAssignment(
        incident_id=slight.id, role="dpo", number=1, person="boris", by="anna", at=NIGHT, reason="client 4711 knows him"
    )
    said = asked_for_role(slight, asked, settings, NIGHT, LINKS)
    assert (said.person, said.role, said.next_attempt_at) == ("boris", "dpo", NIGHT + HOUR)
    grave = asked_for_role(make_incident(severity=Severity.HIGH), asked, settings, NIGHT, LINKS)
    assert grave.next_attempt_at == NIGHT
    claim = LINKS.read_role(link_of(said.body).rpartition("/")[2], NIGHT)
    assert (claim.incident_id, claim.person, claim.message_id) == (slight.id, "boris", said.id)
    assert "4711" not in said.title + said.body
    assert f"nabat incidents accept {slight.number} dpo" in said.body
    declined = replace(asked, declined_at=NIGHT, declined_why="client 4711")
    told = role_declined(slight, declined, settings, NIGHT)
    assert [(each.person, each.next_attempt_at) for each in told] == [
        ("lev", NIGHT + HOUR),
        ("anna", NIGHT + HOUR),
    ]
    assert "4711" not in "".join(each.body for each in told)
    over = role_ended(slight, replace(asked, ended_at=NIGHT, ended_by="lev"), settings, NIGHT)
    assert (over.person, over.role, over.next_attempt_at) == ("boris", "dpo", NIGHT + HOUR)
    assert "4711" not in over.body
    assert settings.base_url not in over.body, "the case is not theirs to see any more"
    admin = settings.team.model_copy(update={"roles": {"lead": ("lev",), "admin": ("anna",)}})
    (only,) = role_declined(slight, declined, settings.model_copy(update={"team": admin}), NIGHT)
    assert only.person == "lev", "who only has access is let into no case by a message about it"


def test_the_next_morning_is_told_by_the_clocks_of_the_zone_over_their_change() -> None:
    settings = Settings(timezone="Europe/Berlin")
    before, zone = datetime(2026, 3, 28, 12, tzinfo=UTC), ZoneInfo(settings.timezone)
    assert next_time(before, settings.notify.digest, zone) == datetime(2026, 3, 29, 6, 30, tzinfo=UTC)


def test_the_morning_list_goes_to_the_team_of_each_case_and_not_to_whom_it_is_about() -> None:
    kept = make_settings()
    configured = kept.model_copy(update={"team": TeamSettings()})
    ours = Owing(make_incident(actor_id="user:lev"), [STEP], kept)
    told = {each.person: each for each in digest([ours], configured, NIGHT)}
    assert sorted(told) == ["anna", "dina"], "who holds the role, and the deputy, but not the lead"
    assert told["anna"].target == "anna"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ("Nothing flows since", "a corrected receipt: Law: notice", "taking a list of clients back", "Law: notice"),
        ),
        (
            "ru",
            ("Утечка остановлена с", "исправление подтверждения: Law: notice", "отзыв списка клиентов", "Law: notice"),
        ),
    ],
)
@pytest.mark.parametrize(
    ("number", "what"), [(0, "fact:flow_stopped"), (1, "receipt:law/first"), (2, "import:3"), (3, "duty:law/first")]
)
def test_what_waits_for_a_second_person_is_called_what_it_is(
    language: Language, said: tuple[str, ...], number: int, what: str
) -> None:
    waits = replace(DUTY, kind=AgendaKind.APPROVAL, what=what, not_by=("anna",))
    text = reminder_text(make_incident(), [waits], make_settings(), language=language, now=NIGHT)
    agree = {"en": "another person has to agree", "ru": "нужно согласие другого человека"}[language]
    assert f"- {said[number]}: {agree}" in text.body
    shown = PageTexts(make_settings(), language, NIGHT).owed(waits)
    assert shown.startswith(f"{said[number]}: {agree}")


def test_what_somebody_owes_who_is_away_is_owed_by_the_next_who_is_there() -> None:
    def owner_of(item: AgendaItem, *away: str) -> str:
        absences = [{"person": name, "starts": "2026-03-02", "until": "2026-03-02"} for name in away]
        call = owner(item, Roster(make_settings(rota={"absences": absences}), (), NIGHT))
        return call.person if call is not None else ""

    assert owner_of(STEP) == "anna"
    assert owner_of(STEP, "anna") == "boris"
    assert owner_of(STEP, "anna", "boris") == "dina", "nobody who holds the role is there: who stands in"
    assert owner_of(replace(STEP, roles=("soc", "dpo")), "anna", "boris") == "olga", "a backup comes before"
    assert owner_of(replace(STEP, kind=AgendaKind.ANSWER, what="anna"), "anna") == "anna", "an answer is whose it was"
    assert owner_of(STEP, "anna", "boris", "dina", "lev", "olga", "karl") == "anna"
