"""A log whose writer was held up for a while leads live to what a replay of it leads to."""

from datetime import timedelta

import polars as pl
import pytest

from detector.detect.rules.rule_checks import events_frame
from tests.detect.thefts import SEQUENTIAL, START, card, core, read_at, standing

MINUTE = 60
STUCK = 14 * MINUTE
CARDS = 150


def log(held_up: int, *, jitter: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the lines of some hours, and those of the last of them, with a walk among them, that came late."""
    begins = 2 * 3_600
    before = [card(second, "clerk", 7) for second in range(begins - 1_200, begins, 20)]
    after = [card(begins + second, "clerk", 7) for second in range(1, held_up, 20)]
    walk_at = begins + held_up - 9 * MINUTE
    after += [card(walk_at + 2 * n, "mallory", 5_000 + n) for n in range(CARDS)]
    frame = events_frame(before + after)
    rest = frame[len(before) :]
    if jitter:
        rest = rest[sorted(range(rest.height), key=lambda at: at + jitter * (-1) ** at)]
    frame = pl.concat([frame[: len(before)], rest])
    frame = frame.with_columns((pl.int_range(pl.len(), dtype=frame.schema["log.offset"]) * 100).alias("log.offset"))
    return frame[: len(before)], frame[len(before) :]


def walks(before: pl.DataFrame, rest: pl.DataFrame, held_up: int) -> set[tuple[str, int]]:
    """Return the walks found live, where nothing came for a time and then all of it."""
    state, told = core().empty(), []
    first = START + timedelta(hours=2)
    last = first + timedelta(seconds=held_up)
    on_time = [(before[at : at + 1], before.item(at, "@timestamp")) for at in range(before.height)]
    late = [(rows, last) for rows in (rest[:0], rest[:30], rest[30:], rest[:0])]
    for rows, now in (*on_time, *late):
        state, judged = core().step(state, [read_at(rows, now)], now=now)
        told += judged.findings
    _, judged = core().step(state, [], now=last + timedelta(minutes=20))
    told += judged.findings
    return {(each.id, each.subject_count) for each in standing(told) if each.rule_id == SEQUENTIAL}


@pytest.mark.parametrize("jitter", [0, 1, 4])
@pytest.mark.parametrize("held_up", [9 * MINUTE, STUCK, 40 * MINUTE])
def test_a_walk_among_lines_that_were_held_up_is_found_as_in_a_replay(held_up: int, jitter: int) -> None:
    before, rest = log(held_up, jitter=jitter)
    read = read_at(pl.concat([before, rest]), START + timedelta(hours=3))
    _, judged = core().step(core().empty(), [read], final=True)
    replayed = {(each.id, each.subject_count) for each in judged.findings if each.rule_id == SEQUENTIAL}
    assert {many for _, many in replayed} == {CARDS}
    assert walks(before, rest, held_up) == replayed
