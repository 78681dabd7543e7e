"""Rows that were judged lately come back as they were, and keep nothing else alive."""

from collections import Counter
from datetime import timedelta
from functools import cache
from weakref import ref

import numpy as np
import polars as pl
import pytest

from detector.detect.ordering.buffer import Affected, instants
from detector.detect.rules.fair_share import MANY, SLICE, Claims, fair
from detector.detect.rules.recent_rows import RecentRows
from detector.detect.rules.rule_checks import events_frame
from tests.detect.thefts import card

FEW, TIMES = 500, 40


@cache
def rows() -> pl.DataFrame:
    """Return 20,000 events, each a second behind the one before it."""
    some = events_frame([card(n, f"clerk {n % 5}", n) for n in range(FEW)])
    later = (pl.col("@timestamp") + timedelta(seconds=FEW * number) for number in range(TIMES))
    return pl.concat([some.with_columns(each) for each in later])


def remembered(pieces: tuple[int, ...], most: int) -> RecentRows:
    """Return what is remembered of the rows when they came in pieces of such sizes, over and over."""
    memory, begin, number = RecentRows(most=most), 0, 0
    while begin < rows().height:
        frame = rows()[begin : begin + pieces[number % len(pieces)]]
        memory.add(frame, np.arange(frame.height), instants(frame))
        begin, number = begin + frame.height, number + 1
    return memory


@pytest.mark.parametrize("pieces", [(20_000,), (7_000, 300), (50,), (4_096,), (4_097, 1, 900)], ids=str)
def test_rows_come_back_as_they_were_in_whatever_pieces_they_came(pieces: tuple[int, ...]) -> None:
    memory = remembered(pieces, most=30_000)
    times, affected = instants(rows()), Affected.of(rows().filter(pl.col("actor.id") == "user:clerk 3"))
    first, end = int(times[6_000]), int(times[12_000])
    for _ in range(2):  # what was asked for lies ready the second time
        assert memory.to_frame().equals(rows())
        assert memory.of_those(affected).equals(rows().filter(pl.Series(affected.of_rows(rows()))))
        assert memory.between(first, end).equals(rows()[6_000:12_000])
    assert RecentRows().restore(memory.to_frame()).to_frame().equals(rows())


@pytest.mark.parametrize("pieces", [(20_000,), (7_000, 300), (50,)], ids=str)
def test_of_too_many_rows_the_latest_of_each_stay_as_they_were(pieces: tuple[int, ...]) -> None:
    memory = remembered(pieces, most=1_000)
    left = memory.to_frame()
    assert left.height + memory.dropped == rows().height
    assert left.height <= 2_000
    assert left.equals(rows().tail(left.height))


def test_a_handful_of_rows_does_not_keep_what_was_read_with_them_alive() -> None:
    memory, frames = RecentRows(), []
    for number in range(5):
        frame = rows().with_columns(pl.col("@timestamp") + timedelta(days=number))
        memory.add(frame, np.array([7, 9]), instants(frame))
        frames.append(ref(frame))
        del frame
    assert memory.height == 10
    assert [each for each in frames if each() is not None] == []


def staying(claims: Claims, most: int, share: int) -> set[int]:
    """Return the rows that stay, each looked at by itself."""
    whose, ranks = claims.whose.tolist(), claims.ranks.tolist()
    many, above, alike = Counter(whose), Counter[int](), Counter[tuple[int, int]]()
    keys = {}
    for row in sorted(range(len(whose)), key=lambda row: (ranks[row], -row)):
        mine = (whose[row], ranks[row])
        few = min(many[whose[row]], MANY).bit_length()
        keys[row] = (above[whose[row]] >= share, ranks[row], -few, alike[mine] // SLICE, -row)
        above[whose[row]] += 1
        alike[mine] += 1
    return set(sorted(keys, key=keys.__getitem__)[:most])


@pytest.mark.parametrize("seed", range(20))
def test_of_too_many_rows_those_stay_that_go_first_row_by_row(seed: int) -> None:
    chance = np.random.default_rng(seed)
    size, actors = int(chance.integers(1, 2_000)), int(chance.integers(1, 60))
    whose = np.minimum(chance.integers(0, actors, size), chance.integers(0, actors, size)).astype(np.uint64)
    claims = Claims(whose, chance.integers(0, 3, size).astype(np.int8))
    most, share = int(chance.integers(0, size + 1)), int(chance.integers(1, 300))
    assert set(np.flatnonzero(fair(claims, most, share)).tolist()) == staying(claims, most, share)
