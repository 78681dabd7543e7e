"""A source's habit of silence, and what is unusual against it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from detector.runtime.sources.silence_baseline import REMEMBERED, SilenceBaselines

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 3, 2, tzinfo=MOSCOW)


def office(begin: datetime, days: int) -> Iterator[datetime]:
    """A line every five minutes from nine to six on working days."""
    for day in range(days):
        morning = begin + timedelta(days=day, hours=9)
        if morning.weekday() < 5:
            yield from (morning + timedelta(minutes=5 * n) for n in range(12 * 9))


def lived(days: int) -> tuple[SilenceBaselines, datetime]:
    """Watch an office for some days, looking every five minutes."""
    habits, lines = SilenceBaselines(), office(MONDAY, days)
    last, upcoming = MONDAY, next(lines)
    for step in range(days * 24 * 12):
        now = MONDAY + timedelta(minutes=5 * step)
        while upcoming is not None and upcoming <= now:
            last, upcoming = upcoming, next(lines, None)
        assert habits.watch("crm", MOSCOW, last, now.astimezone(UTC)) is None, (
            f"a usual day was called unusual at {now}"
        )
    return habits, last


def test_usual_weeks_are_never_unusual_nights_and_weekends_included() -> None:
    lived(28)


def test_silence_at_work_is_unusual_within_the_hour_and_at_night_is_not() -> None:
    habits, _ = lived(14)
    monday = MONDAY + timedelta(days=14)
    noon = monday + timedelta(hours=12)
    assert habits.watch("crm", MOSCOW, noon - timedelta(minutes=10), noon) is None
    assert habits.watch("crm", MOSCOW, noon - timedelta(minutes=40), noon) == timedelta(minutes=15)
    night = monday + timedelta(days=1, hours=3)
    assert habits.watch("crm", MOSCOW, night - timedelta(hours=9), night) is None


def test_before_enough_days_nothing_is_said() -> None:
    habits, last = lived(1)
    later = last + timedelta(days=30)
    assert habits.watch("crm", MOSCOW, last, later) is None
    assert SilenceBaselines().limit("unknown", later) is None


def test_an_outage_does_not_become_the_habit() -> None:
    habits, _ = lived(14)
    noon = MONDAY + timedelta(days=14, hours=12)
    for minutes in range(0, 50, 5):
        habits.watch("crm", MOSCOW, noon - timedelta(days=1), noon + timedelta(minutes=minutes))
    tomorrow = noon + timedelta(days=1)
    limit = habits.limit("crm", tomorrow)
    assert limit is not None
    assert limit <= timedelta(minutes=30)


def test_it_comes_back_from_text_and_garbage_is_forgotten() -> None:
    habits, _ = lived(7)
    assert SilenceBaselines.from_text(habits.to_text()) == habits
    for garbage in (None, "", "[]", '{"crm": 3}', '{"crm": {"x": []}}', '{"crm": {"1": [1]}}', "no"):
        assert SilenceBaselines.from_text(garbage) == SilenceBaselines()


def test_only_so_many_days_and_only_known_sources_are_remembered() -> None:
    habits, _ = lived(REMEMBERED + 5)
    assert len(habits.longest["crm"]) == REMEMBERED
    habits.retain({"billing": 1})
    assert not habits.longest


@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 20), st.integers(0, 60 * 24 * 3))))
def test_any_history_gives_a_limit_that_is_never_below_what_was_seen_there(seen: list[tuple[int, int]]) -> None:
    habits = SilenceBaselines()
    for minute, quiet in sorted(seen):
        now = MONDAY + timedelta(minutes=minute)
        unusual = habits.watch("s", UTC, now - timedelta(minutes=quiet), now)
        assert unusual is None or unusual < timedelta(minutes=quiet)
