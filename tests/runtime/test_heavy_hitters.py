"""Frequent patterns are found in bounded memory, whatever else is asked for."""

import random

from hypothesis import given
from hypothesis import strategies as st

from detector.runtime.sources.heavy_hitters import CAPACITY, HeavyHitters


def test_a_hundred_thousand_invented_addresses_hide_no_frequent_one() -> None:
    dice, found = random.Random(1), HeavyHitters()
    for _ in range(100):
        invented = {f"GET /x{dice.randrange(10**9):x}/{'/'.join('ab' * dice.randrange(9))}{n}": 1 for n in range(1000)}
        found.add(invented | {"GET /api/customers/{id}": 12})
        assert len(found.counts) <= 2 * CAPACITY + 1001
    named = dict(found.top(20))
    assert 1200 - found.lost <= named["GET /api/customers/{id}"] <= 1200
    assert found.lost <= 101_200 // CAPACITY


def test_a_pattern_of_any_length_takes_bounded_memory() -> None:
    found = HeavyHitters()
    found.add({"GET /" + "a" * 100_000: 1})
    assert max(map(len, found.counts)) <= 300


@given(st.lists(st.dictionaries(st.sampled_from(["GET /a", "GET /b/{id}", "table t"]), st.integers(1, 5)), max_size=8))
def test_few_patterns_are_counted_exactly(parts: list[dict[str, int]]) -> None:
    one, other = HeavyHitters(), HeavyHitters()
    for part in parts:
        one.add(part)
        (fresh := HeavyHitters()).add(part)
        other.merge(fresh)
    assert one == other
    assert sum(count for _, count in one.top(9)) == sum(sum(part.values()) for part in parts)
