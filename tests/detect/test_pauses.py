"""A theft within an hour that lies across the beginning of a hold-up is found, however long the log was held up."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.ordering.buffer import instants
from detector.detect.rules.recent_rows import RecentRows, before_pauses
from detector.detect.rules.rule_checks import events_frame
from detector.schema.detection.findings import Finding
from tests.detect.thefts import START, card, core, read_at, standing

pytestmark = pytest.mark.share(4)

MINUTE, HOUR = 60, 3_600
STUCK = HOUR
"""When the first log tells nothing more for a while, in seconds since the beginning."""


def stream(rows: Sequence[dict[str, Any]], name: str) -> pl.DataFrame:
    frame = events_frame(*[sorted(rows, key=lambda row: row["@timestamp"])])
    return frame.with_columns(
        (pl.int_range(pl.len(), dtype=frame.schema["log.offset"]) * 100).alias("log.offset"),
        *(pl.lit(name).alias(column) for column in ("log.stream", "log.source")),
    )


def logs(held_up: int, many: int, step: int, *, in_order: bool) -> list[pl.DataFrame]:
    """Return a log with a theft half before and half behind the moment it is stuck, and one that goes on."""
    clients = [5_000 + n if in_order else 5_000 + n * 7_919 % 100_003 for n in range(many)]
    theft = [card(STUCK + step * (n - many // 2) + 1, "mallory", client) for n, client in enumerate(clients)]
    mine = [card(second, "clerk", 7) for second in range(0, STUCK + held_up + 2 * HOUR, 10 * MINUTE)]
    others = [card(second, "nurse", 9) for second in range(30, STUCK + held_up + 4 * HOUR, 10 * MINUTE)]
    return [stream([*mine, *theft], "app"), stream(others, "edge")]


def live(streams: Sequence[pl.DataFrame], held_up: int, *, restart: bool) -> list[Finding]:
    state, told = core().empty(), []
    first, end = streams[0], int((streams[1].item(-1, "@timestamp") - START).total_seconds())
    back = START + timedelta(seconds=STUCK + held_up)
    is_stuck = pl.col("@timestamp").is_between(START + timedelta(seconds=STUCK), back)
    first = first.with_columns(pl.when(is_stuck).then(pl.lit(back)).otherwise(pl.col("@timestamp")).alias("read"))
    seconds = {*range(-1, end + 20 * MINUTE, 10 * MINUTE), *range(STUCK, STUCK + HOUR, 2 * MINUTE)}
    for begin, until in pairwise(START + timedelta(seconds=each) for each in sorted(seconds)):
        came = [
            first.filter((pl.col("read") > begin) & (pl.col("read") <= until)).drop("read"),
            streams[1].filter((pl.col("@timestamp") > begin) & (pl.col("@timestamp") <= until)),
        ]
        if restart and (until - START).total_seconds() % (20 * MINUTE) == 599:
            state = core().from_tables(core().to_tables(state))
        state, judged = core().step(state, [read_at(rows, until) for rows in came if rows.height], now=until)
        told += judged.findings
    return list(standing(told))


def what(findings: Sequence[Finding]) -> list[tuple[Any, ...]]:
    return sorted(
        (each.id, each.at, each.first_event_at, each.severity, each.events, each.subject_count, each.reasons)
        for each in findings
        if each.rule_id in core().rules.ordered
    )


@pytest.mark.parametrize("goes_on", [False, True])
def test_the_hour_before_a_pause_stays_whatever_other_logs_tell_until_its_log_has_gone_on(goes_on: bool) -> None:
    memory = RecentRows(span=2 * HOUR * 1_000_000)
    busy = stream([card(n * HOUR / 1_000, f"clerk {n % 50}", n) for n in range(1_000)], "edge")
    own = stream([card(60 * n, "mallory", n) for n in range(60)], "app")
    for hour in range(6):
        for frame in [*[busy] * 30, *([own] if hour == 0 or goes_on else [])]:
            later = frame.with_columns(pl.col("@timestamp") + timedelta(hours=hour))
            memory.add(later, np.arange(later.height), instants(later))
    left = memory.to_frame().filter(pl.col("log.stream") == "app").get_column("@timestamp")
    assert (left < START + timedelta(hours=1)).sum() == (0 if goes_on else 60)


IN_MINUTES, IN_AN_HOUR, SCATTERED, MANY = (150, 2, True), (150, 20, True), (200, 3, False), (560, 6, False)
SLOWLY = (460, 15, True)
CASES = [
    (theft, held_up, restart)
    for held_up in (70 * MINUTE, 130 * MINUTE, 3 * HOUR, 9 * HOUR)
    for theft, restart in ((IN_MINUTES, False), (IN_AN_HOUR, False), (SCATTERED, held_up == 3 * HOUR), (MANY, False))
] + [(SLOWLY, held_up, restart) for held_up in (15 * MINUTE, 40 * MINUTE, 70 * MINUTE) for restart in (False, True)]


@pytest.mark.parametrize(("theft", "held_up", "restart"), [*CASES, (IN_MINUTES, 50 * HOUR, False)])
def test_a_theft_across_the_beginning_of_a_hold_up_is_found_as_in_a_replay(
    theft: tuple[int, int, bool], held_up: int, restart: bool
) -> None:
    many, step, in_order = theft
    streams = logs(held_up, many, step, in_order=in_order)
    read = [read_at(frame, START + timedelta(days=5)) for frame in streams]
    _, judged = core().step(core().empty(), read, final=True)
    expected = what(judged.findings)
    assert expected
    assert what(live(streams, held_up, restart=restart)) == expected


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 14 * 24 * 12)), max_size=30)


@given(ROWS, st.integers(0, 14 * 24 * 12))
def test_of_old_rows_those_in_the_hour_before_a_pause_are_kept(rows: list[tuple[str, int]], edge: int) -> None:
    def lasts(row: tuple[str, int]) -> bool:
        """Say whether a pause of its log, that goes on or ended lately, begins within an hour of a row."""
        own = sorted(time for stream, time in rows if stream == row[0])
        pauses = [(time, after) for time, after in pairwise([*own, 10**9]) if after - time > 12]
        return row[1] < edge and any(0 <= time - row[1] <= 12 and after >= edge for time, after in pauses)

    unit = 5 * MINUTE * 1_000_000
    streams = np.array([ord(stream) for stream, _ in rows], np.uint64)
    times = np.array([time for _, time in rows], np.int64) * unit
    assert before_pauses(streams, times, edge * unit, 12 * unit).tolist() == [lasts(row) for row in rows]
