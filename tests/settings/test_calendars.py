"""Calendars of leave and of holidays are read whole and within bounds, or refused with every wrong event's line."""

from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time

import pytest

from detector.errors import ConfigError, Problem
from detector.settings import Settings
from detector.settings.lists.absence import Absence, HoursAway, Leave
from detector.settings.lists.company_lists import CompanyLists


def calendar(*events: str, more: str = "") -> str:
    inside = "".join(f"BEGIN:VEVENT\r\n{event.strip()}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//EN\r\n{more}{inside}END:VCALENDAR\r\n"


def read(folder: Path, text: str | bytes, name: str = "leave", **settings: str) -> CompanyLists:
    file = folder / "calendar.ICS"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    actors = {name: str(file), "domains": ["example.org"]}
    return CompanyLists.read(Settings.model_validate({"actors": actors, **settings}))


def of_anna(folder: Path, rest: str, **settings: str) -> tuple[Absence, ...]:
    return read(folder, calendar(f"SUMMARY:anna: leave\r\n{rest}"), **settings).leave["anna"]


def problems(folder: Path, text: str | bytes, name: str = "leave") -> list[Problem]:
    with pytest.raises(ConfigError) as refused:
        read(folder, text, name)
    return list(refused.value.problems)


def test_whole_days_end_before_the_day_that_ends_them(tmp_path: Path) -> None:
    assert of_anna(tmp_path, "DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260310") == (
        Leave(date(2026, 3, 2), date(2026, 3, 9)),
    )
    assert of_anna(tmp_path, "DTSTART;VALUE=DATE:20260302") == (Leave(date(2026, 3, 2), date(2026, 3, 2)),)
    assert of_anna(tmp_path, "DTSTART;VALUE=DATE:20260302\r\nDURATION:P2D") == (
        Leave(date(2026, 3, 2), date(2026, 3, 3)),
    )


@pytest.mark.parametrize(
    ("start", "hour"),
    [
        ("DTSTART;TZID=Europe/Moscow:20260302T090000", 6),
        ("DTSTART:20260302T090000Z", 9),
        ("DTSTART:20260302T090000", 4),
    ],
    ids=["its own zone", "UTC", "the company's zone"],
)
def test_hours_are_those_of_their_zone(tmp_path: Path, start: str, hour: int) -> None:
    found = of_anna(tmp_path, f"{start}\r\nDURATION:PT4H", timezone="Asia/Yekaterinburg")
    begin, end = (datetime(2026, 3, 2, at, tzinfo=UTC) for at in (hour, hour + 4))
    assert found == (HoursAway(begin, end),)


def test_repeated_hours_stand_at_the_same_time_of_day_in_winter_and_summer(tmp_path: Path) -> None:
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20260406T130000Z\r\nEXDATE;TZID=Europe/Berlin:20260323T150000"
    found = of_anna(tmp_path, f"DTSTART;TZID=Europe/Berlin:20260316T150000\r\nDURATION:PT1H\r\n{rule}")
    assert [(each.begin.day, each.begin.hour) for each in found if isinstance(each, HoursAway)] == [
        (16, 14), (30, 13), (6, 13),
    ]  # fmt: skip


def test_holidays_are_repeated_by_years_from_long_ago(tmp_path: Path) -> None:
    text = calendar("SUMMARY:New Year\r\nDTSTART;VALUE=DATE:19700101\r\nRRULE:FREQ=YEARLY")
    found = read(tmp_path, text, "holidays").holidays
    assert (found[0], found[-1], len(found)) == (
        Leave(date(2000, 1, 1), date(2000, 1, 1)), Leave(date(2099, 1, 1), date(2099, 1, 1)), 100,
    )  # fmt: skip


def test_a_repetition_that_was_moved_or_cancelled_counts_in_its_place(tmp_path: Path) -> None:
    text = calendar(
        "UID:1\r\nSUMMARY:anna: off\r\nDTSTART;VALUE=DATE:20260302\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
        "RDATE;VALUE=DATE:20260401",
        "UID:1\r\nSUMMARY:anna: off\r\nRECURRENCE-ID;VALUE=DATE:20260309\r\nDTSTART;VALUE=DATE:20260310",
        "UID:1\r\nSTATUS:CANCELLED\r\nRECURRENCE-ID;VALUE=DATE:20260316\r\nDTSTART;VALUE=DATE:20260316",
        "UID:2\r\nSUMMARY:anna: off\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20260501",
    )
    days = [each.begin.strftime("%m%d") for each in read(tmp_path, text).leave["anna"]]
    assert days == ["0302", "0310", "0401"]


def test_leave_is_that_of_whoever_attends_and_did_not_decline(tmp_path: Path) -> None:
    day = "DTSTART;VALUE=DATE:20260302"
    text = calendar(
        f"SUMMARY:Training\r\n{day}\r\nATTENDEE;CN=Anna:mailto:Anna@example.org\r\nATTENDEE:MAILTO:boris@example.net\r\n"
        "ATTENDEE;PARTSTAT=DECLINED:mailto:olga@example.org\r\nATTENDEE;CUTYPE=ROOM:mailto:room1@example.org",
        f"SUMMARY:clara\r\n{day}",
        f"SUMMARY: dora : on leave\r\n{day}",
    )
    assert {*read(tmp_path, text).leave} == {"anna", "boris@example.net", "clara", "dora"}


def test_every_wrong_event_is_told_with_its_line(tmp_path: Path) -> None:
    day = "DTSTART;VALUE=DATE:20260302"
    wrong = [
        f"SUMMARY:Anna Petrova is away\r\n{day}",
        "SUMMARY:anna:\r\nDTSTART;VALUE=DATE:2026xx",
        "SUMMARY:anna:",
        f"SUMMARY:anna:\r\n{day}\r\nDTEND;VALUE=DATE:20260301",
        f"SUMMARY:anna:\r\n{day}\r\nDTEND:20260304T100000",
        "SUMMARY:anna:\r\nDTSTART:20260302T090000",
        f"SUMMARY:anna:\r\n{day}\r\nRRULE:FREQ=SECONDLY",
        f"SUMMARY:anna:\r\n{day}\r\nRRULE:FREQ=DAILY",
        f"SUMMARY:anna:\r\n{day}\r\nRRULE:FREQ=DAILY;COUNT=999999999;INTERVAL=0",
        f"SUMMARY:anna:\r\n{day}\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        f"SUMMARY:anna:\r\n{day}\r\nRRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6",
        "SUMMARY:anna:\r\nDTSTART;VALUE=DATE:00010101\r\nRRULE:FREQ=DAILY",
        f"SUMMARY:anna:\r\n{day}\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nRRULE:FREQ=WEEKLY;COUNT=3",
        f"SUMMARY:{'x y ' * 5_000}\r\n{day}",
    ]
    told = problems(tmp_path, calendar(*wrong, f"SUMMARY:boris\r\n{day}"))
    begins = [number for number, line in enumerate(calendar(*wrong).splitlines(), 1) if line == "BEGIN:VEVENT"]
    assert [problem.line for problem in told] == begins
    assert all(len(problem.what) < 300 for problem in told)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"hello\n", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\x00" * 100,
        "BEGIN:VCALENDAR\r\n".encode("utf-16"), calendar("SUMMARY:Мария: отпуск").encode("cp1251"),
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(tmp_path: Path, text: bytes) -> None:
    assert len(problems(tmp_path, text)) == 1


def test_of_thousands_of_mistakes_the_first_ones_are_told(tmp_path: Path) -> None:
    assert len(problems(tmp_path, calendar(*["SUMMARY:anna: off"] * 3_000))) < 30


def test_many_long_repetitions_are_refused_and_not_worked_out(tmp_path: Path) -> None:
    daily = "SUMMARY:anna: off\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=DAILY;COUNT=9999"
    assert "more than 200000" in problems(tmp_path, calendar(*[daily] * 25))[-1].what


def test_the_same_event_twice_is_one_absence(tmp_path: Path) -> None:
    day = "SUMMARY:anna: off\r\nDTSTART;VALUE=DATE:20260302"
    assert len(read(tmp_path, calendar(day, day)).leave["anna"]) == 1


def test_holidays_may_be_a_list(tmp_path: Path) -> None:
    file = tmp_path / "holidays.csv"
    file.write_text("day,until,name\n2026-01-01,2026-01-08,New Year\n2026-03-08,,\n2026-03-08,,\n", encoding="utf-8")
    found = CompanyLists.read(Settings.model_validate({"actors": {"holidays": str(file)}})).holidays
    assert found == (Leave(date(2026, 1, 1), date(2026, 1, 8)), Leave(date(2026, 3, 8), date(2026, 3, 8)))
    file.write_text("day,until\n2026-03-09,2026-03-08\nsoon,\n,2026-03-01\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        CompanyLists.read(Settings.model_validate({"actors": {"holidays": str(file)}}))
    assert [problem.line for problem in refused.value.problems] == [2, 3, 4]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2",
        "FREQ=WEEKLY;BYDAY=MO;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4",
        "FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2",
        "FREQ=YEARLY;UNTIL=19991231",
    ],
)
def test_an_event_that_never_comes_is_told_soon(tmp_path: Path, rule: str) -> None:
    began = process_time()
    (problem,) = problems(
        tmp_path, calendar(f"SUMMARY:anna\r\nDTSTART;VALUE=DATE:19990101\r\nEXDATE;VALUE=DATE:19990101\r\nRRULE:{rule}")
    )
    assert problem.what.startswith("the event is repeated so that it never comes")
    assert process_time() - began < 3  # 0.2 s; up to the year 9999 they were 6 s and more


def test_whoever_writes_many_rare_events_does_not_keep_the_service_from_its_work(tmp_path: Path) -> None:
    rare = "SUMMARY:anna\r\nDTSTART;VALUE=DATE:20000101\r\nRRULE:FREQ=DAILY;BYMONTHDAY=29;BYMONTH=2"
    (problem,) = problems(tmp_path, calendar(*([rare] * 300)))
    assert "take too long to work out" in problem.what
    assert problem.line
    yearly = "SUMMARY:anna\r\nDTSTART;VALUE=DATE:20000102\r\nRRULE:FREQ=YEARLY"
    weekly = "SUMMARY:anna\r\nDTSTART;VALUE=DATE:20260102\r\nRRULE:FREQ=WEEKLY;UNTIL=20270101"
    assert len(read(tmp_path, calendar(*([yearly] * 100), *([weekly] * 300))).leave["anna"]) >= 100


def test_a_rule_ends_with_its_count_and_with_its_last_day(tmp_path: Path) -> None:
    def days(rule: str) -> list[date]:
        found = of_anna(tmp_path, f"DTSTART;VALUE=DATE:20240229\r\nRRULE:{rule}")
        return [each.begin for each in found if isinstance(each, Leave)]

    assert days("FREQ=YEARLY;COUNT=3") == [date(2024, 2, 29), date(2028, 2, 29), date(2032, 2, 29)]
    assert days("FREQ=DAILY;UNTIL=20240302") == [date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 2)]
