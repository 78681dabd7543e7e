"""A log that is rotated in the middle of a second goes on in the new file where it stopped in the old one."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from detector.detect.rules.rule_checks import events_frame
from tests.detect.thefts import SEQUENTIAL, START, card, core, read_at, standing

CARDS, PACE = 240, 60
BY_ADDRESS: dict[str, Any] = {"source.ip": "203.0.113.7"}


def walked(rotations: list[int]) -> list[pl.DataFrame]:
    """Return a walk in a log of whole seconds, a file each: places in a file begin anew with it."""
    rows = [{**card(n // PACE, "mallory", 5_000 + n), **BY_ADDRESS} for n in range(CARDS)]
    frame = events_frame(rows)
    return [
        frame[begin:end].with_columns(
            (pl.int_range(pl.len(), dtype=frame.schema["log.offset"]) * 100).alias("log.offset"),
            pl.lit(f"file {begin}").alias("log.file.identity"),
        )
        for begin, end in pairwise([0, *rotations, CARDS])
    ]


@pytest.mark.parametrize("rotations", [[], [90], [30, 31, 150], list(range(7, CARDS, 11))])
@pytest.mark.parametrize("step", [1, 3, 100])
def test_a_walk_goes_on_over_a_rotation(rotations: list[int], step: int) -> None:
    files, state, told = walked(rotations), core().empty(), []
    for number in range(0, len(files), step):
        now = START + timedelta(seconds=30)
        state, judged = core().step(state, [read_at(each, now) for each in files[number : number + step]], now=now)
        told += judged.findings
        if number % 2:
            state = core().from_tables(core().to_tables(state))
    _, judged = core().step(state, [], final=True)
    (walk,) = [each for each in standing([*told, *judged.findings]) if each.rule_id == SEQUENTIAL]
    assert (walk.subject_count, walk.first_event_at) == (CARDS, START)
