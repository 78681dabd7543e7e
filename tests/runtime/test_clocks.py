"""Clocks that jump back, or run ahead, are counted and become a blind spot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from detector import frames
from detector.clock import SystemClock
from detector.messages import messages
from detector.runtime.pipeline import Freshness
from detector.runtime.preflight.check_all import check
from detector.runtime.sources.clock_skew import ClockSkew, Jump
from detector.runtime.visibility.blind_spots import Blind
from tests.runtime.places import Daemon, bulk, eventually, kept, line, web

NOON = datetime(2026, 5, 17, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CRM = {"crm"}


def frame(*minutes, stream="a", source="crm", read=NOON):
    """Return lines of one stream, at minutes from noon."""
    times = [NOON + minute * MINUTE for minute in minutes]
    made = pl.DataFrame({"@timestamp": pl.Series(times, dtype=frames.TIME)})
    said = {"log.stream": stream, "log.source": source}
    same = [pl.lit(text).alias(name) for name, text in said.items()]
    return made.with_columns(*same, pl.lit(read, dtype=frames.TIME).alias("event.ingested"))


def test_lines_a_little_out_of_order_are_no_jump():
    assert ClockSkew().observe(frame(-9, -8, -12, -7, -11, 0, 4)) == {}


def test_a_clock_set_back_is_counted_until_it_has_caught_up():
    clocks = ClockSkew()
    clocks.observe(frame(-60, -30))
    assert clocks.observe(frame(-90, -50, -36, -35, -31, -29)) == {Jump.BACK: 3}
    assert clocks.observe(frame(-90, stream="b")) == {}


def test_a_line_from_the_future_is_counted_and_does_not_make_honest_lines_late():
    clocks = ClockSkew()
    assert clocks.observe(frame(-1, 600, 0)) == {Jump.AHEAD: 1}
    assert clocks.observe(frame(1)) == {}


def test_the_newest_event_of_a_source_is_none_that_is_dated_ahead_and_those_are_counted():
    known = Freshness()
    for minutes in ((-9, 4, 7_000_000), (7_000_000,), (-20, -3)):
        known.add_times("crm", frame(*minutes)["@timestamp"], NOON)
    assert (known.last_event, known.ahead) == ({"crm": NOON + 4 * MINUTE}, {"crm": 2})


def test_a_source_may_say_that_its_lines_come_far_out_of_order():
    clocks = ClockSkew()
    clocks.observe(frame(-10))
    assert clocks.observe(frame(-60), timedelta(hours=1)) == {}
    assert clocks.observe(frame(-71), timedelta(hours=1)) == {Jump.BACK: 1}


def test_a_stray_line_is_no_blind_spot_and_a_wrong_clock_is_one_until_it_is_right_again():
    clocks = ClockSkew()
    clocks.observe(frame(-1, 60))
    assert clocks.spots(CRM) == []
    clocks.observe(frame(60, 61, 62, 63, 64))
    (spot,) = clocks.spots(CRM)
    assert (spot.name, spot.why, spot.count, spot.quiet) == ("crm", "clock-runs-ahead", 6, False)
    said = messages("en").reason(spot.reason)
    assert said.startswith("The clock of the source crm cannot be trusted: it is ahead by 62 minutes")
    assert "6 of its lines" in said
    assert "они спешат на 62 минуты" in messages("ru").reason(spot.reason)
    assert clocks.spots({"web"}) == []
    clocks = ClockSkew.from_text(clocks.to_text())
    assert clocks.spots(CRM) == [spot], "no line came since, and none by a restart"
    clocks.observe(frame(14, read=NOON + 14 * MINUTE))
    assert clocks.spots(CRM) == [spot]
    clocks.observe(frame(20, read=NOON + 20 * MINUTE))
    assert clocks.spots(CRM) == []


def test_a_clock_a_few_minutes_ahead_is_told_by_how_much_and_calls_nobody():
    clocks = ClockSkew()
    read = NOON - timedelta(milliseconds=200)
    for _ in range(4):
        clocks.observe(frame(4, read=read))
    assert clocks.spots(CRM) == []
    assert clocks.ahead() == {"crm": timedelta(0)}
    clocks.observe(frame(4, 9_000, read=read))  # one wrong date changes nothing
    (spot,) = clocks.spots(CRM)
    assert spot.quiet
    assert "it is ahead by 4 minutes" in messages("en").reason(spot.reason)
    assert "они спешат на 4 минуты" in messages("ru").reason(spot.reason)
    assert clocks.ahead() == {"crm": 4 * MINUTE}
    clocks.observe(frame(20, read=NOON + 20 * MINUTE))
    assert clocks.ahead() == {"crm": timedelta(0)}


def test_who_writes_late_into_a_shared_file_is_not_called_a_clock():
    clocks = ClockSkew()
    for minute in range(-6, 0):
        clocks.observe(frame(minute, minute - 20))
    (spot,) = ClockSkew.from_text(clocks.to_text()).spots(CRM)
    assert (spot.kind, spot.why, spot.count, spot.quiet) == (Blind.LATE, "written-late", 6, True)
    said = messages("en").reason(spot.reason)
    assert "6 lines in a quarter of an hour are 20 minutes behind those right before them" in said
    assert "clock of the source" not in said
    assert "more than minutes" not in said
    assert "на 20 минут" in messages("ru").reason(spot.reason)


def test_a_clock_that_was_set_back_is_told_by_how_much():
    clocks = ClockSkew()
    clocks.observe(frame(-1))
    clocks.observe(frame(*range(-61, -51)))
    clocks.observe(frame(*range(-51, 1)))
    (spot,) = clocks.spots(CRM)
    assert (spot.kind, spot.why, spot.quiet) == (Blind.CLOCK, "clock-set-back", False)
    assert "it was set back by" in messages("en").reason(spot.reason)


@settings(deadline=None)
@given(st.lists(st.integers(-300, 30), min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=3))
def test_any_cut_of_the_same_lines_counts_the_same(minutes, cuts):
    whole = ClockSkew().observe(frame(*minutes))
    edges = sorted({0, len(minutes), *(min(cut, len(minutes)) for cut in cuts)})
    clocks, parts = ClockSkew(), dict.fromkeys(Jump, 0)
    for low, high in pairwise(edges):
        for jump, lines in clocks.observe(frame(*minutes[low:high])).items():
            parts[jump] += lines
    assert {jump: lines for jump, lines in parts.items() if lines} == whole


def test_a_running_service_counts_a_clock_that_is_ahead_and_shows_it_on_the_first_page(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one = daemon(web=web()).start()
    ahead = SystemClock().now() + timedelta(hours=3)
    (tmp_path / "access.log").write_text(bulk(20, at=ahead))
    eventually(lambda: one.metric('nabat_clock_jumps_total{jump="ahead"') >= 20)
    eventually(lambda: "cannot be trusted: it is ahead by 3 hours" in one.page("/sources").text)
    assert one.metric('nabat_clock_jumps_total{jump="back"') == 0
    assert one.end() == 0
    one.start()
    eventually(lambda: one.page("/readyz").text == "ready; blind: clock crm\n")
    assert one.end() == 0


def test_a_running_service_says_that_a_clock_is_minutes_ahead_on_all_sides_and_opens_no_incident(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    one = daemon(web=web()).start()
    for _ in range(6):
        with (tmp_path / "access.log").open("a") as log:
            log.write(line(SystemClock().now() + 4 * MINUTE, 1))
    eventually(lambda: one.metric('nabat_clock_ahead_seconds{source="crm"}') == 240)
    eventually(lambda: "it is ahead by 4 minutes" in one.page("/sources").text)
    eventually(lambda: any("it is ahead by 4 minutes" in str(each) for each in check(one.config).warnings))
    assert one.end() == 0
    assert kept(one.settings).incidents == []
