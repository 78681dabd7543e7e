"""Who is on call: turns by the clocks of a zone, what counts before them, who is passed over, where nobody is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from detector.errors import ConfigError
from detector.notify import OnCallBy, OnCallRota
from detector.settings import Settings
from detector.settings.lists.rota_files import read_rota
from tests.notify.conftest import make_settings

WEEKS = {"people": ["anna", "boris", "dina"], "starts": "2026-03-02", "handover": "09:00", "zone": "Europe/Berlin"}
SOC = {"soc": ["anna", "boris", "dina"], "dep": ["dina"], "lead": ["lev"]}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rota_of(settings: Settings | None = None, **changes: Any) -> OnCallRota:
    return OnCallRota(settings or make_settings(rota=WEEKS | changes, roles=SOC))


def who(rota: OnCallRota, text: str) -> tuple[str, str, OnCallBy]:
    found = rota.at(at(text))
    return found.person, found.deputy, found.by


@pytest.mark.parametrize(
    ("moment", "person", "deputy"),
    [
        ("2026-03-02T07:59", "dina", "anna"),
        ("2026-03-02T08:00", "anna", "boris"),
        ("2026-03-09T08:00", "boris", "dina"),
        ("2026-03-16T07:59", "boris", "dina"),
        ("2026-03-30T06:59", "anna", "boris"),  # the clocks went forward the day before: nine is seven in UTC
        ("2026-03-30T07:00", "boris", "dina"),
        ("2026-02-23T08:00", "dina", "anna"),  # before the first day the turns go back
    ],
)
def test_the_next_one_takes_over_at_the_hour_by_the_clocks_of_the_zone(moment: str, person: str, deputy: str) -> None:
    assert who(rota_of(), moment) == (person, deputy, OnCallBy.TURN)


CLOCKS = [
    ("Europe/Berlin", "2026-03-29", "02:30"),
    ("Europe/Berlin", "2026-10-25", "02:30"),
    ("America/New_York", "2026-03-08", "02:30"),
    ("America/New_York", "2026-11-01", "01:30"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45"),
    ("America/Nuuk", "2026-03-28", "23:30"),
]
"""Days on which the clocks of a zone are changed, and a time that they show twice, or not at all."""


@pytest.mark.parametrize(("zone", "day", "handover"), CLOCKS)
def test_turns_change_once_where_the_clocks_show_their_hour_twice_or_not_at_all(
    zone: str, day: str, handover: str
) -> None:
    rota = rota_of(zone=zone, handover=handover, days=1, starts="2026-01-01")
    begin = at(f"{day}T00:00") - timedelta(days=1)
    minutes = [begin + timedelta(minutes=each) for each in range(3 * 24 * 60)]
    spans = list(rota.spans(begin, begin + timedelta(days=3)))
    assert len(spans) == 4
    assert all(one.end == other.begin for one, other in pairwise(spans))
    for minute in minutes:
        found = rota.at(minute)
        (span,) = (each for each in spans if each.begin <= minute < each.end)
        assert (found.person, found.deputy) == (span.person, span.deputy), minute
        assert found.end > minute


def test_spans_join_and_begin_and_end_where_somebody_else_is_on_call() -> None:
    found = list(rota_of().spans(at("2026-03-03T00:00"), at("2026-03-18T00:00")))
    assert [(each.person, each.begin, each.end) for each in found] == [
        ("anna", at("2026-03-03T00:00"), at("2026-03-09T08:00")),
        ("boris", at("2026-03-09T08:00"), at("2026-03-16T08:00")),
        ("dina", at("2026-03-16T08:00"), at("2026-03-18T00:00")),
    ]


def test_an_override_counts_before_the_turn_and_names_its_own_deputy() -> None:
    away = {"starts": "2026-03-04T18:00", "ends": "2026-03-05T08:00", "person": "dina", "deputy": "boris"}
    rota = rota_of(overrides=[away])
    assert who(rota, "2026-03-04T16:59") == ("anna", "boris", OnCallBy.TURN)
    assert who(rota, "2026-03-04T17:00") == ("dina", "boris", OnCallBy.OVERRIDE)
    assert who(rota, "2026-03-05T07:00") == ("anna", "boris", OnCallBy.TURN)
    assert rota.next_change(at("2026-03-04T00:00")) == at("2026-03-04T17:00")


def test_whoever_is_away_is_passed_over_and_named() -> None:
    rota = rota_of(absences=[{"person": "anna", "starts": "2026-03-03", "until": "2026-03-04"}])
    found = rota.at(at("2026-03-04T12:00"))
    assert (found.person, found.deputy, found.passed) == ("boris", "dina", ("anna",))
    assert found.end == at("2026-03-04T23:00"), "the day ends by the clocks of Berlin"
    assert who(rota, "2026-03-04T23:00") == ("anna", "boris", OnCallBy.TURN)


def test_hours_with_nobody_are_holes_and_without_a_rota_there_are_none() -> None:
    override = {"starts": "2026-03-04T00:00+00:00", "ends": "2026-03-05T00:00+00:00", "person": "anna"}
    rota = rota_of(people=[], starts=None, overrides=[override])
    holes = rota.holes(at("2026-03-03T00:00"), at("2026-03-06T00:00"))
    assert [(each.begin.day, each.end.day, each.by) for each in holes] == [
        (3, 4, OnCallBy.NOTHING),
        (5, 6, OnCallBy.NOTHING),
    ]
    away = [{"person": name, "starts": "2026-03-04", "until": "2026-03-04"} for name in WEEKS["people"]]
    (hole,) = rota_of(absences=away).holes(at("2026-03-03T00:00"), at("2026-03-06T00:00"))
    assert (hole.end - hole.begin).days == 1
    assert set(hole.passed) == {"anna", "boris", "dina"}
    assert OnCallRota(make_settings()).holes(at("2026-03-03T00:00"), at("2026-03-06T00:00")) == []


def calendar(folder: Path, *events: str) -> Settings:
    inside = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    file = folder / "rota.ics"
    file.write_text(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//EN\r\n{inside}END:VCALENDAR\r\n")
    return make_settings(rota=WEEKS | {"calendar": str(file)}, roles=SOC)


def test_a_calendar_counts_before_the_turns_by_attendee_title_or_name(tmp_path: Path) -> None:
    days = "DTSTART;VALUE=DATE:20260303\r\nDTEND;VALUE=DATE:20260304"
    hours = "DTSTART:20260305T180000Z\r\nDURATION:PT6H\r\nRRULE:FREQ=DAILY;COUNT=2"
    settings = read_rota(
        calendar(
            tmp_path,
            f"SUMMARY:On call\r\nATTENDEE:mailto:Dina@example.org\r\n{days}",
            f"SUMMARY:Boris: evening\r\n{hours}",
        )
    )
    rota = rota_of(settings)
    assert who(rota, "2026-03-03T07:59")[0] == "anna", "a day without hours turns at the handover hour"
    assert who(rota, "2026-03-03T08:00") == ("dina", "anna", OnCallBy.CALENDAR)
    assert who(rota, "2026-03-04T08:00") == ("anna", "boris", OnCallBy.TURN)
    assert [who(rota, f"2026-03-0{day}T20:00")[0] for day in (5, 6, 7)] == ["boris", "boris", "anna"]


def test_every_event_that_names_nobody_is_told_with_its_line_and_an_act_goes_on_without_the_file(
    tmp_path: Path,
) -> None:
    when = "DTSTART:20260305T180000Z\r\nDURATION:PT6H"
    wrong = calendar(tmp_path, f"SUMMARY:mallory\r\n{when}", f"SUMMARY:anna\r\n{when}", f"SUMMARY:eve: night\r\n{when}")
    with pytest.raises(ConfigError) as refused:
        read_rota(wrong)
    assert [(each.line, each.what.partition(" is")[0]) for each in refused.value.problems] == [
        (4, "'mallory'"),
        (14, "'eve'"),
    ]
    gone = make_settings(rota=WEEKS | {"calendar": str(tmp_path / "none.ics")}, roles=SOC)
    assert who(rota_of(read_rota(gone, skip_bad=True)), "2026-03-05T20:00")[0] == "anna"


def test_leave_in_the_companys_file_is_an_absence(tmp_path: Path) -> None:
    file = tmp_path / "leave.csv"
    file.write_text("user,from,until\nanna,2026-03-03,2026-03-05\n")
    made = make_settings(rota=WEEKS, roles=SOC)
    settings = made.model_copy(update={"actors": made.actors.model_copy(update={"leave": str(file)})})
    found = rota_of(read_rota(settings)).at(at("2026-03-04T12:00"))
    assert (found.person, found.passed) == ("boris", ("anna",))
