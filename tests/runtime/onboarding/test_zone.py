"""Times without a zone: the zone is told from when the file was written, said, asked for, and the walk is found."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from detector.clock import SystemClock
from detector.runtime.onboarding.log_groups import group_logs
from detector.runtime.onboarding.survey import Survey, survey
from detector.runtime.onboarding.traits.time_zone import ZoneSign
from tests.runtime.onboarding.made import own_text, own_tsv, working_day


def live(path: Path, offset: timedelta, *, after: timedelta = timedelta(seconds=2), text: str | None = None) -> Survey:
    """Look at a log whose writer's clock shows UTC and an offset, and which was written last a while after its end."""
    day = working_day()
    path.write_text(text or own_text(day), encoding="utf-8")
    written = (day[-1].at - offset + after).timestamp()
    os.utime(path, (written, written))
    (group,) = group_logs([str(path)])
    return survey(group, SystemClock())


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Etc/UTC")


@pytest.mark.parametrize(
    ("hours", "zone"), [(3.0, "Etc/GMT-3"), (-7.0, "Etc/GMT+7"), (5.5, "Asia/Kolkata"), (0.0, "Etc/UTC")]
)
def test_the_file_was_written_when_its_last_line_was(tmp_path: Path, hours: float, zone: str) -> None:
    found = live(tmp_path / "app.log", timedelta(hours=hours))
    assert found.zone is not None
    assert (found.zone.name, found.zone.sign) == (zone, ZoneSign.WRITTEN)
    last = found.frame["@timestamp"].max()
    assert isinstance(last, datetime)
    assert last.replace(microsecond=0) == working_day()[-1].at - timedelta(hours=hours)


def test_lines_from_the_future_tell_that_it_is_not_utc(tmp_path: Path) -> None:
    found = live(tmp_path / "app.log", timedelta(hours=3), after=timedelta(minutes=22))
    assert found.zone is not None
    assert (found.zone.name, found.zone.sign) == ("Etc/GMT-3", ZoneSign.AHEAD)


def test_the_zone_of_this_machine_is_assumed_where_nothing_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    found = live(tmp_path / "app.log", timedelta(0), after=timedelta(days=300, minutes=22))
    assert found.zone is not None
    assert (found.zone.name, found.zone.sign, found.zone.offset) == ("Europe/Berlin", ZoneSign.MACHINE, "+01:00")


def test_of_zones_that_fit_that_of_this_machine_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Moscow")
    found = live(tmp_path / "app.log", timedelta(hours=3))
    assert found.zone is not None
    assert found.zone.name == "Europe/Moscow"


def test_one_line_of_a_far_future_says_nothing(tmp_path: Path) -> None:
    stray = own_tsv(working_day()[-1:]).splitlines()[1].replace("2026-", "2031-")
    found = live(tmp_path / "app.log", timedelta(0), text=f"{own_tsv(working_day())}{stray}\n")
    assert found.zone is not None
    assert found.zone.name == "Etc/UTC"
