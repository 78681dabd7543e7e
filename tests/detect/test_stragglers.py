"""Rows over an hour behind their own stream are judged among themselves, whatever cuts and restarts."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules.rule_checks import events_frame
from detector.schema.detection.findings import Finding
from tests.detect.thefts import SEQUENTIAL, START, card, core, read_at, standing

HOUR = 3_600
WALKED, BEFORE = 150, 6


def stragglers(count: int, behind: float = 2 * HOUR) -> pl.DataFrame:
    """Return a log in which, between the lines of somebody else, a walk is told of hours after it happened."""
    rows = [card(3 * HOUR - 10 + n, "clerk", 7) for n in range(BEFORE)]
    for n in range(count):
        rows.append(card(3 * HOUR + 4 * n, "clerk", 7))
        rows.append(card(3 * HOUR + 4 * n + 1 - behind, "mallory", 5_000 + n))
    frame = events_frame(rows)  # in order of time
    walk, others = frame.filter(pl.col("user.id") == "mallory"), frame.filter(pl.col("user.id") == "clerk")
    turns = pl.concat([others.with_row_index("turn"), walk.with_row_index("turn", BEFORE)])
    turns = turns.sort("turn", maintain_order=True)
    offsets = (pl.int_range(pl.len(), dtype=frame.schema["log.offset"]) * 100).alias("log.offset")
    return read_at(turns.drop("turn").with_columns(offsets), START + timedelta(hours=6))


def followed(rows: pl.DataFrame, cuts: Sequence[int]) -> list[Finding]:
    """Return the findings where a log is read in parts, with restarts between some of them."""
    edges = sorted({cut % rows.height for cut in cuts} | {0, rows.height})
    state, found = core().empty(), []
    for low, high in pairwise(edges):
        state, judged = core().step(state, [rows[low:high]], now=rows.item(0, "event.ingested"))
        found += judged.findings
        if high % 2:
            state = core().from_tables(core().to_tables(state))
    return found


def stand(findings: Sequence[Finding]) -> dict[str, int]:
    """Return the walks that nothing stands for, with how many clients each tells of."""
    return {each.id: each.subject_count for each in standing(findings) if each.rule_id == SEQUENTIAL}


def test_a_walk_whose_lines_come_hours_late_one_by_one_is_found_with_all_its_clients() -> None:
    _, judged = core().step(core().empty(), [stragglers(WALKED)], final=True)
    (many,) = stand(judged.findings).values()
    assert (many, judged.late) == (WALKED, WALKED)


@pytest.mark.share(2)
@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 10_000), max_size=6))
def test_followed_in_any_parts_it_is_the_walk_that_a_replay_finds(cuts: list[int]) -> None:
    rows = stragglers(WALKED)
    _, judged = core().step(core().empty(), [rows], final=True)
    assert stand(followed(rows, cuts)) == stand(judged.findings)


def test_few_lines_that_come_hours_late_are_no_walk() -> None:
    _, judged = core().step(core().empty(), [stragglers(20)], final=True)
    assert not stand(judged.findings)
