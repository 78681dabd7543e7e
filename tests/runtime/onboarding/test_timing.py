"""Habits of a log in time: order, silence, zone; the setting is proposed only where the default would not do."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detector.runtime.onboarding.log_timing import LogTiming, habits
from detector.runtime.onboarding.traits.time_zone import shown_zone
from tests.runtime.onboarding.made import MORNING, Request, combined, surveyed, w3c, working_day

UTC_ZONE = ZoneInfo("UTC")


def seen(folder: Path, seconds: list[float]) -> LogTiming:
    requests = [Request(at=MORNING + timedelta(seconds=at), path="/a") for at in seconds]
    return habits(surveyed(folder / "a.log", combined(requests)), UTC_ZONE)


def test_lines_in_order_need_no_setting(tmp_path: Path) -> None:
    found = seen(tmp_path, [float(at) for at in range(1000)])
    assert (found.lateness, found.behind, found.furthest) == (None, 0, timedelta(0))


def test_lines_out_of_order_get_a_lateness_that_covers_nearly_all(tmp_path: Path) -> None:
    found = seen(tmp_path, [at + (7 if at % 5 == 0 else 0) for at in range(1000)])
    assert found.lateness == timedelta(seconds=10)
    assert found.furthest == timedelta(seconds=6)
    assert found.behind > 100


def test_one_stray_line_among_thousands_asks_for_nothing(tmp_path: Path) -> None:
    found = seen(tmp_path, [float(at) for at in range(3000)] + [10.0] + [float(at) for at in range(3000, 6000)])
    assert (found.lateness, found.behind) == (None, 1)
    assert found.furthest > timedelta(minutes=40)


def test_lines_dated_ahead_ask_for_nothing_and_are_counted(tmp_path: Path) -> None:
    years = 10 * 365 * 86_400.0
    found = seen(tmp_path, [float(at) + years * (at % 50 == 7) for at in range(1000)])
    assert (found.lateness, found.behind, found.ahead) == (None, 0, 20)
    assert found.longest == timedelta(seconds=2)
    assert seen(tmp_path, [years + at for at in range(10)]).ahead == 10


def test_hours_without_lines_are_told_where_there_is_more_than_a_day(tmp_path: Path) -> None:
    days = [day * 86_400 + at * 60.0 for day in range(3) for at in range(600)]
    found = seen(tmp_path, days)
    assert found.quiet == (16, 6)
    assert found.longest == timedelta(hours=14, minutes=1)
    assert seen(tmp_path, days[:600]).quiet is None


def test_the_zone_is_that_of_the_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    summer, winter = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert shown_zone("+02:00", summer) == "Europe/Berlin"
    assert shown_zone("+02:00", winter) == "Etc/GMT-2"
    assert shown_zone("-07:00", winter) == "Etc/GMT+7"
    assert shown_zone("+00:00", winter) == "UTC"
    assert shown_zone("", winter) == "Europe/Berlin"
    assert shown_zone("+05:30", winter) == "Asia/Kolkata"
    assert shown_zone("+02:45", winter) == "Europe/Berlin"


def test_a_log_tells_whether_its_times_carry_a_zone(tmp_path: Path) -> None:
    assert habits(surveyed(tmp_path / "a.log", combined(working_day())), UTC_ZONE).offset == "+00:00"
    assert habits(surveyed(tmp_path / "u_ex260302.log", w3c(working_day())), UTC_ZONE).offset == ""
    assert not surveyed(tmp_path / "a.log", combined(working_day())).zoneless
    bsd = "Mar  2 09:14:03 gate sshd[7]: Accepted password for anna from 192.0.2.17 port 4711 ssh2\n"
    assert surveyed(tmp_path / "b.log", bsd * 20).zoneless


def test_a_log_that_is_written_late_says_how_late(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    found = surveyed(path, combined(working_day()))
    newest = habits(found, UTC_ZONE).last
    assert habits(found, UTC_ZONE).lag is None
    os.utime(path, (newest.timestamp() + 12, newest.timestamp() + 12))
    again = surveyed_again(path)
    assert again.lag == timedelta(seconds=12)


def surveyed_again(path: Path) -> LogTiming:
    from detector.clock import SystemClock
    from detector.runtime.onboarding.log_groups import group_logs
    from detector.runtime.onboarding.survey import survey

    return habits(survey(group_logs([str(path)])[0], SystemClock()), UTC_ZONE)
