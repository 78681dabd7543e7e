"""Silence of sources: by a fixed limit, by habit, and habits over a restart."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from detector.runtime.sources.silence import Silence
from detector.settings.sections.sources import SourceSettings
from detector.store import Store

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield made
    made.close()


def source(**more: Any) -> SourceSettings:
    return SourceSettings.model_validate({"name": "crm", "service": "crm", "paths": ["/x"]} | more)


def test_a_fixed_limit_counts_from_the_last_line_or_from_the_start(store: Store) -> None:
    silence, fixed = Silence(store, MONDAY), [source(silent_after="1h")]
    assert silence.spots(fixed, {}, MONDAY, MONDAY + timedelta(minutes=60)) == []
    (spot,) = silence.spots(fixed, {}, MONDAY, MONDAY + timedelta(minutes=61))
    assert (spot.name, spot.count) == ("crm", 61)
    heard = {"crm": MONDAY + timedelta(minutes=30)}
    assert silence.spots(fixed, heard, MONDAY, MONDAY + timedelta(minutes=61)) == []


def test_since_when_is_told_by_the_clock_of_whoever_is_paged(store: Store) -> None:
    silence, fixed = Silence(store, MONDAY), [source(silent_after="1h")]
    (spot,) = silence.spots(fixed, {}, MONDAY, MONDAY + timedelta(hours=2), ZoneInfo("America/Los_Angeles"))
    assert str(spot) == "source crm: no line since 2026-03-01 16:00 PST", (
        "as the rest of the page, which is in that zone"
    )


def test_a_restart_ends_no_silence_and_is_no_habit(store: Store) -> None:
    fixed, never = source(silent_after="60s"), source(name="never", silent_after="60s")
    heard = {"crm": MONDAY}
    for half_minutes in range(3):
        now = MONDAY + timedelta(seconds=30 * half_minutes + 5)
        silence = Silence(store, now)
        found = silence.spots([fixed, never], heard, now, now)
        silence.save([fixed, never], now)
    assert [(spot.name, spot.passing) for spot in found] == [("crm", True)]
    assert [spot.name for spot in Silence(store, now).spots([never], {}, now, MONDAY + timedelta(seconds=66))] == [
        "never"
    ]
    piped = source(paths=["-"], silent_after="60s")
    assert Silence(store, now).spots([piped], heard, now, now) == []


def test_what_nobody_watched_is_no_habit(store: Store) -> None:
    silence, now = Silence(store, MONDAY), MONDAY
    for day in range(4):
        for minute in range(0, 24 * 60, 10):
            now = MONDAY + timedelta(days=day, minutes=minute)
            # Each morning the service is started after a night in which nobody watched.
            silence.spots([source()], {"crm": now - timedelta(hours=9)}, now, now)
    assert [spot.count for spot in silence.spots([source()], {"crm": now - timedelta(minutes=20)}, MONDAY, now)] == [20]


def test_a_source_that_may_be_silent_never_is_a_blind_spot(store: Store) -> None:
    year = MONDAY + timedelta(days=365)
    assert Silence(store, MONDAY).spots([source(silent_after=None)], {}, MONDAY, year) == []


def test_a_habit_outlives_a_restart_and_a_silence_against_it_is_a_blind_spot(store: Store) -> None:
    sources, silence, now = [source()], Silence(store, MONDAY), MONDAY
    for minute in range(0, 4 * 24 * 60, 10):
        now = MONDAY + timedelta(minutes=minute)
        assert silence.spots(sources, {"crm": now - timedelta(minutes=2)}, MONDAY, now) == []
        silence.save(sources, now)
    again, last = Silence(store, now), now
    assert again.spots(sources, {"crm": last}, MONDAY, now + timedelta(minutes=10)) == []
    (spot,) = again.spots(sources, {"crm": last}, MONDAY, now + timedelta(minutes=20))
    assert spot.count == 20


@pytest.mark.parametrize("text", ["habbit", 5, "soon"])
def test_a_silence_that_means_nothing_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="write a duration"):
        source(silent_after=text)
