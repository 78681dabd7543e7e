"""Times of syslog, which name neither year nor zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode.time.bsd_time import parse_yearless


def moment(text, written, zone="UTC"):
    return parse_yearless(pl.Series([text]), ZoneInfo(zone), written)[0]


@pytest.mark.parametrize(
    ("text", "written", "expected"),
    [
        ("Dec 31 23:59:59", "2026-01-01T00:05Z", "2025-12-31T23:59:59Z"),
        ("Jan  1 00:00:01", "2025-12-31T23:05Z", "2026-01-01T00:00:01Z"),
        ("Jan  3 00:00:01", "2025-12-31T23:05Z", "2025-01-03T00:00:01Z"),
        ("Mar  1 12:00:00", "2026-02-28T13:00Z", "2026-03-01T12:00Z"),
        ("Mar  1 12:00:00", "2026-02-28T11:00Z", "2025-03-01T12:00Z"),
        ("Feb 29 12:00:00", "2026-06-01T00:00Z", "2024-02-29T12:00Z"),
        ("Feb 29 12:00:00", "2024-02-28T11:00Z", "2020-02-29T12:00Z"),
        ("May 17 10:05:03.25", "2026-06-01T00:00Z", "2026-05-17T10:05:03.250Z"),
    ],
)
def test_the_year_is_the_last_in_which_the_moment_is_not_after_the_file(text, written, expected):
    assert moment(text, datetime.fromisoformat(written)) == datetime.fromisoformat(expected)


@settings(deadline=None)
@given(
    st.integers(788_918_400, 3_786_912_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.integers(-363 * 86400, 86400 - 60),
)
def test_every_moment_of_the_year_before_a_file_was_written_is_found_again(written, seconds):
    meant = written + timedelta(seconds=seconds)
    if (meant.month, meant.day) == (2, 29):
        meant += timedelta(days=1)
    if meant > written + timedelta(days=1):
        return
    assert moment(f"{meant:%b} {meant.day:2d} {meant:%H:%M:%S}", written) == meant


def test_a_file_written_in_another_zone_turns_the_year_with_that_zones_midnight():
    written = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)  # half past midnight of the new year in Moscow
    assert moment("Jan  1 00:10:00", written, "Europe/Moscow") == datetime(2026, 12, 31, 21, 10, tzinfo=UTC)


def test_an_hour_that_occurs_twice_is_the_first_and_one_that_does_not_is_read_on():
    written = datetime(2026, 12, 1, tzinfo=UTC)
    assert moment("Oct 25 02:30:00", written, "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment("Mar 29 02:30:00", written, "Europe/Berlin") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["Feb 30 00:00:00", "May 17 25:00:00", "Foo 17 10:00:00", ""])
def test_what_is_no_moment_is_none(text):
    assert moment(text, datetime(2026, 6, 1, tzinfo=UTC)) is None
