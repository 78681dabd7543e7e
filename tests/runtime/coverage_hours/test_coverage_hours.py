"""What a case says of how well its hours were watched."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from detector.clock import ManualClock
from detector.messages import LANGUAGES
from detector.runtime.coverage_hours.coverage_statement import coverage_of
from detector.runtime.coverage_hours.hour_counts import SourceHours
from detector.runtime.sources.clock_skew import Jump
from detector.schema.detection.source_hours import SourceHour
from detector.settings import Settings
from detector.store import Store
from detector.web.texts import PageTexts
from tests.postgres import postgres_url
from tests.store.values import NOON, incident

__all__ = ["postgres_url"]
HOUR = timedelta(hours=1)
CASE = incident("one", first_event_at=NOON + HOUR / 2, last_event_at=NOON + 1.5 * HOUR)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = f"sqlite:///{tmp_path / 'nabat.db'}"
    server = getattr(request, "param", "sqlite") == "postgresql"
    opened = Store.open(request.getfixturevalue("postgres_url") if server else sqlite)
    yield opened
    opened.close()


def hours(store: Store) -> dict[str, SourceHour]:
    with store.read() as unit:
        return {f"{each.source} {each.hour:%H}": each for each in unit.source_hours.between(NOON, NOON + 24 * HOUR)}


@pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
def test_counts_are_kept_by_hour_with_the_transaction_and_once(store: Store) -> None:
    clock = ManualClock(NOON)
    counts = SourceHours(clock.now)
    counts.add("crm", lines=10, rejects=2)
    counts.add_jumps("crm", {Jump.BACK: 3, Jump.AHEAD: 1})
    with store.begin() as unit:
        counts.save(unit)
    with store.begin() as unit:
        counts.save(unit)  # nothing is left to be written
    counts.add("crm", late=1, requests=9, unmapped=4)

    def give_up() -> None:
        with store.begin() as unit:
            counts.save(unit)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        give_up()
    clock.advance(HOUR)
    counts.add("crm", lines=5)
    with store.begin() as unit:
        counts.save(unit)
    found = hours(store)
    assert found["crm 12"] == SourceHour(
        source="crm", hour=NOON, lines=10, rejects=2, late=1, requests=9, unmapped=4, clock_back=3, clock_ahead=1
    )
    assert found["crm 13"] == SourceHour(source="crm", hour=NOON + HOUR, lines=5)


def test_requests_are_counted_though_no_line_comes_after_them(store: Store) -> None:
    counts = SourceHours(ManualClock(NOON).now)
    counts.add("crm", lines=3)
    counts.add("crm", requests=9, unmapped=4)
    counts.write_watched(store)
    assert hours(store) == {"crm 12": SourceHour(source="crm", hour=NOON, requests=9, unmapped=4)}, "lines wait"
    with store.begin() as unit:
        counts.save(unit)
    assert hours(store) == {"crm 12": SourceHour(source="crm", hour=NOON, lines=3, requests=9, unmapped=4)}


def test_time_watched_and_silence_add_up_over_restarts_and_a_sleep_is_no_watching(store: Store) -> None:
    clock = ManualClock(NOON)
    for _ in range(2):
        counts, started = SourceHours(clock.now), clock.now()
        for _ in range(21):
            counts.beat(store, ["crm"], {}, started)
            clock.advance(timedelta(minutes=1))
        counts.write_watched(store)
    assert hours(store)["crm 12"].watched == 40 * 60
    assert hours(store)["crm 12"].silent == 20 * 60
    counts.beat(store, ["crm"], {}, started)
    clock.advance(HOUR)
    counts.beat(store, ["crm"], {"crm": clock.now()}, started)
    counts.write_watched(store)
    assert hours(store)["crm 13"].watched == 5 * 60


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_says_what_was_not_seen_in_its_hours(tmp_path: Path, language: str) -> None:
    opened = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    now = NOON + 5 * HOUR
    words = PageTexts(Settings(), language, now)  # type: ignore[arg-type]
    with opened.begin() as unit:
        assert words.watched(coverage_of(unit, CASE, now)) == [words.t("coverage-nothing")]
        for at in (-1, 0, 1, 2):
            hour = NOON + at * HOUR
            unit.source_hours.add(SourceHour(source="whole", hour=hour, lines=100, watched=3600, silent=60))
            poor = {"rejects": 3, "late": 2, "requests": 90, "unmapped": 12, "clock_back": 1, "clock_ahead": 4}
            unit.source_hours.add(SourceHour(source="poor", hour=hour, lines=50, watched=1800, silent=1500, **poor))
    with opened.read() as unit:
        coverage = coverage_of(unit, CASE, now)
    opened.close()
    assert (coverage.since, coverage.until) == (NOON, NOON + 2 * HOUR)
    poor_said, whole_said = words.watched(coverage)
    assert words.t("coverage-whole") in whole_said
    assert "200" in whole_said
    for name, count in (("rejects", 6), ("late", 4), ("unmapped", 24), ("clock-back", 2), ("clock-ahead", 8)):
        assert words.t(f"coverage-{name}", count=count) in poor_said
    assert words.t("coverage-silent", span=words.span(timedelta(minutes=25))) in poor_said
    assert words.t("coverage-unwatched", span=words.span(HOUR)) in poor_said


def test_hours_outlive_their_retention_by_nothing(store: Store) -> None:
    with store.begin() as unit:
        for at in (0, 1, 2):
            unit.source_hours.add(SourceHour(source="crm", hour=NOON + at * HOUR, lines=1))
        assert unit.source_hours.expire(NOON + 2 * HOUR) == 2
    assert list(hours(store)) == ["crm 14"]
