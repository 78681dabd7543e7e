"""Which sources are told to be blind for lines that come over an hour late."""

from datetime import UTC, datetime, timedelta

import pytest

from detector.messages import LANGUAGES, messages
from detector.runtime.sources.late_lines import LateLines

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_over_one_line_in_a_hundred_within_ten_minutes_is_a_blind_spot_that_names_source_lag_and_remedy() -> None:
    lines = LateLines()
    for minute in range(5):
        lines.add({"crm": 100, "web": 100}, {"crm": (2, 3 * HOUR)}, NOW + timedelta(minutes=minute))
    (spot,) = lines.spots({"crm", "web"})
    assert (spot.name, spot.count, dict(spot.args)) == ("crm", 10, {"percent": 2, "hours": 3})
    for language in LANGUAGES:
        said = messages(language).reason(spot.reason)
        assert "crm" in said
        assert "2 %" in said.replace("\u00a0", " ")
    assert "Give each writer its own file" in messages("en").reason(spot.reason)


@pytest.mark.parametrize(("lines", "late"), [(1_000, 10), (100, 4), (5_000, 0)])
def test_few_late_lines_wake_nobody(lines: int, late: int) -> None:
    counts = LateLines()
    counts.add({"crm": lines}, {"crm": (late, HOUR)} if late else {}, NOW)
    assert counts.spots({"crm"}) == []


def test_late_lines_are_over_with_the_lines_that_come_ten_minutes_after_and_not_by_silence_or_a_restart() -> None:
    counts = LateLines()
    counts.add({"crm": 10, "web": 9}, {"crm": (10, HOUR)}, NOW)
    counts = LateLines.from_text(counts.to_text())
    counts.add({"crm": 10}, {}, NOW + timedelta(minutes=9))
    assert [spot.count for spot in counts.spots({"crm"})] == [10]
    assert counts.spots({"web"}) == []
    counts.add({"crm": 10}, {}, NOW + timedelta(minutes=12))
    assert counts.spots({"crm"}) == []


def test_sources_far_behind_without_an_order_of_their_own_are_told_until_it_is_over() -> None:
    counts = LateLines()
    counts.without_lane(["branch"], NOW)
    counts = LateLines.from_text(counts.to_text())
    (spot,) = counts.spots({"branch"})
    assert spot.name == "branch"
    for language in LANGUAGES:
        assert "branch" in messages(language).reason(spot.reason)
    assert "rules over more than an hour and behaviour leave them out" in messages("en").reason(spot.reason)
    counts.add({"branch": 1}, {}, NOW + timedelta(minutes=12))
    assert counts.spots({"branch"}) == []
