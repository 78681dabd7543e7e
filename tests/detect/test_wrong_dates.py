"""A line with a wrong date makes nobody else late, however far ahead it is dated and wherever it stands."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.core import Judged
from detector.detect.ordering import reorder
from detector.detect.ordering.reorder import Reorderer, ReorderState
from detector.detect.rules.rule_checks import events_frame
from detector.schema.events.lines import IN_A_ROW
from tests.detect.thefts import BURST, START, card, core

AHEAD = {
    "a minute": timedelta(seconds=59),
    "almost five": timedelta(minutes=4, seconds=59),
    "an hour": timedelta(hours=1),
    "a day": timedelta(days=1),
    "a year": timedelta(days=365),
    "ten years": timedelta(days=3650),
}
READ = ("replay", "first reading", "live", "lane")
MINUTE = timedelta(minutes=1)
STEP = 10


PLACES = (0, 1, 75)
# A log is far behind others only. Each date, each way to read and each number of logs is tried with each place.
CASES = {
    f"{name}-{how}-{'two sources' if two else 'one source'}": (ahead, how, two, PLACES[(which + way + two) % 3])
    for which, (name, ahead) in enumerate(AHEAD.items())
    for way, how in enumerate(READ)
    for two in (False, True)
    if two or how != "lane"
}


@cache
def read(ahead: timedelta | None, place: int, how: str, *, two: bool) -> tuple[set[str], int, int]:
    """Return the ids of what is said of mallory's 150 cards, one of which stands behind a line with a wrong date, and
    how many lines were late and belated.
    """
    events = [card(3 * n, "mallory", 5_000 + 37 * n) for n in range(150)]
    if ahead is not None:
        wrong = card(3 * place, "eve", 99) | {"@timestamp": START + timedelta(seconds=3 * place) + ahead}
        events.insert(place, wrong)
    rows = in_this_order(events, "crm")
    late = timedelta(hours=5) if how == "lane" else timedelta(0)
    batches: list[tuple[datetime | None, list[pl.DataFrame]]] = []
    for begin in range(0, rows.height, STEP):
        part = rows[begin : begin + STEP]
        now = START + timedelta(seconds=3 * (begin + STEP)) + late
        if how in ("replay", "first reading"):  # read long after: to the clock hardly a date is ahead
            now = START + timedelta(days=7_300 if how == "replay" else 20)
        part = part.with_columns(pl.lit(now).cast(part.schema["event.ingested"]).alias("event.ingested"))
        beside = in_this_order([card((now - START).total_seconds() - 1, "anna", begin)], "web", begin)
        beside = beside.with_columns(pl.lit(now).cast(part.schema["event.ingested"]).alias("event.ingested"))
        batches.append((None if how == "replay" else now, [part, beside] if two else [part]))
    state, told = core().empty(), list[Judged]()
    for number, (now, frames) in enumerate(batches):
        last = number == len(batches) - 1
        opened = {"crm": "crm"} if how == "first reading" and not last else {}
        state, judged = core().step(state, frames, now=now, backlog=opened, final=last and how == "replay")
        told.append(judged)
    found = {each.id for judged in told for each in judged.findings if each.actor_id == "user:mallory"}
    assert any(each.rule_id == BURST for judged in told for each in judged.findings)
    return found, sum(each.late for each in told), sum(each.belated for each in told)


def in_this_order(events: Sequence[dict[str, Any]], source: str, first: int = 0) -> pl.DataFrame:
    """Return events as the lines of a log, which need not be in order of time."""
    asked = sorted(range(len(events)), key=lambda number: events[number]["@timestamp"])
    place = {number: row for row, number in enumerate(asked)}
    return events_frame(events)[[place[number] for number in range(len(events))]].with_columns(
        pl.lit(source).alias("log.source"),
        pl.lit(source).alias("log.stream"),
        (pl.int_range(pl.len(), dtype=pl.Int64) * 100 + first).alias("log.offset"),
    )


@pytest.mark.parametrize(("ahead", "how", "two", "place"), CASES.values(), ids=CASES)
def test_a_line_dated_ahead_changes_nothing_that_is_said_of_others_and_makes_no_other_late(
    ahead: timedelta, how: str, two: bool, place: int
) -> None:
    alone, quiet, before = read(None, 0, how, two=two)
    found, late, belated = read(ahead, place, how, two=two)
    assert found == alone
    assert late - quiet in (0, 1)
    if how != "lane":
        assert belated == before == 0


def stream(seconds: Iterable[float], first: int = 0, ingested: datetime | None = None) -> pl.DataFrame:
    rows = in_this_order([card(second, "anna", 1) for second in seconds], "crm", first)
    return rows.with_columns(pl.lit(ingested or START + timedelta(days=1)).alias("event.ingested"))


def newest(rows: Sequence[pl.DataFrame]) -> float:
    state = ReorderState()
    for batch in rows:
        state, _ = Reorderer({"crm": MINUTE}).step(reorder.from_tables(reorder.to_tables(state)), [batch])
    return (state.marks["crm"].newest - START).total_seconds()


def test_a_pause_is_over_when_enough_lines_in_a_row_lie_behind_it() -> None:
    night = 30_000
    before = list(range(0, 20, 2))
    for lines in range(1, IN_A_ROW):
        assert newest([stream(before + [night + n for n in range(lines)])]) == 18
    assert newest([stream(before + [night + n for n in range(IN_A_ROW)])]) == night
    assert newest([stream(before + [night + n for n in range(IN_A_ROW + 7)])]) == night + IN_A_ROW + 6


def test_several_events_of_one_line_are_one_line() -> None:
    rows = stream([*range(10), *[9_000] * 9])
    one = rows.with_columns(pl.when(pl.col("log.offset") > 900).then(1_000).otherwise("log.offset").alias("log.offset"))
    assert newest([one]) == 9


def test_a_host_whose_clock_is_an_hour_ahead_moves_no_mark_while_others_write_between_its_lines() -> None:
    mixed = [second + (3_600 if second % 3 == 0 else 0) for second in range(1, 600)]
    assert newest([stream(mixed)]) == 599


@given(
    seconds=st.lists(st.integers(0, 40) | st.sampled_from([300, 301, 302, 3_700, 90_000]), min_size=1, max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=6),
)
def test_how_far_a_stream_has_come_does_not_depend_on_how_its_lines_are_cut(
    seconds: list[int], cuts: list[int]
) -> None:
    rows = stream(seconds)
    edges = sorted({0, rows.height, *(cut for cut in cuts if cut < rows.height)})
    assert newest([rows[a:b] for a, b in pairwise(edges)]) == newest([rows])
