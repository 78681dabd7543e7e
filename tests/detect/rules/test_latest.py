"""The table of latest numbers against a dictionary."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules.correlation.last_seen import LastSeen

KEYS = st.one_of(st.integers(0, 30), st.integers(-(2**63), 2**63 - 1), st.integers(-30, 30).map(lambda n: n << 58))


@settings(max_examples=200, deadline=None)
@given(batches=st.lists(st.lists(KEYS, max_size=700), max_size=6))
def test_the_number_a_key_had_before_is_that_of_a_dictionary(batches):
    table, known, first = LastSeen(), {}, 0
    for given_keys in batches:
        batch = [key or 1 for key in given_keys]
        expected = []
        for number, key in enumerate(batch, first):
            expected.append(known.get(key, -1))
            known[key] = number
        assert table.update(np.array(batch, dtype=np.int64), first).tolist() == expected
        first += len(batch)


def test_after_a_rebuild_only_the_keys_given_are_known():
    table = LastSeen()
    table.update(np.arange(5_000), 0)
    table.rebuild(np.array([7, 9]))
    assert table.update(np.array([9, 8, 7]), 2).tolist() == [1, -1, 0]


def test_a_key_costs_some_fifty_bytes_however_the_table_came_to_be():
    latest = LastSeen()
    for number in range(40):
        latest.update(np.arange(number * 1_000, (number + 1) * 1_000), number * 1_000)
    for many in (40_000, 12_345):
        assert latest.nbytes / many <= 4 * (8 + 4 + 1)
        latest.rebuild(np.arange(12_345))
