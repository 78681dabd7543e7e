"""Numbers for keys against a dictionary."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from detector.detect.hash_index import Records, Slots, mix, weightiest

KEYS = st.integers(1, 2**64 - 1) | st.integers(1, 50)


@settings(max_examples=200, deadline=None)
@given(batches=st.lists(st.lists(KEYS, max_size=600, unique=True), max_size=6))
def test_each_key_keeps_the_number_it_got_first(batches):
    slots, plain = Slots(), {}
    for batch in batches:
        found = slots.of(np.array(batch, dtype=np.uint64))
        assert found.tolist() == [plain.setdefault(key, len(plain)) for key in batch]
    assert slots.keys().tolist() == list(plain)
    assert slots.find(np.array([*plain, 51], dtype=np.uint64)).tolist() == [*range(len(plain)), plain.get(51, -1)]
    assert slots.size == len(plain)


@settings(max_examples=100, deadline=None)
@given(keys=st.lists(KEYS, max_size=300, unique=True), kept=st.sets(st.integers(0, 299)))
def test_what_is_kept_is_known_under_new_numbers_and_the_rest_is_new_again(keys, kept):
    records = Records(np.array(-1))
    given = np.array(keys, dtype=np.uint64)
    places = records.at(given)  # there may be other rows for them then
    records.rows[places] = np.arange(given.size)
    numbers = np.array(sorted(number for number in kept if number < given.size), dtype=np.int64)
    records.retain(numbers)
    assert records.known().tolist() == numbers.tolist()
    assert records.at(given[numbers]).tolist() == list(range(numbers.size))
    gone = np.setdiff1d(np.arange(given.size), numbers)
    assert (records.rows[records.at(given[gone])] == -1).all()


@settings(max_examples=100, deadline=None)
@given(mine=st.sets(st.integers(1, 400), max_size=300), others=st.sets(st.integers(1, 400), max_size=300))
@example(mine=set(range(1, 200)), others={7, 300})
def test_records_upon_others_know_their_own_and_beyond_it_what_the_others_know(mine, others):
    above, below = Records(np.array(-1)), Records(np.array(-1))
    for records, keys, sign in ((above, mine, 1), (below, others, 1000)):
        places = records.at(np.array(sorted(keys), dtype=np.uint64))
        records.rows[places] = np.array(sorted(keys), dtype=np.int64) * sign
    asked = np.arange(1, 401, dtype=np.uint64)
    found = above.upon(below).peek(asked).tolist()
    assert found == [key if key in mine else key * 1000 if key in others else -1 for key in range(1, 401)]
    assert below.size == len(others)


@pytest.mark.parametrize("stride", [1 << 32, 1 << 49, 3])
def test_keys_in_a_pattern_are_told_apart(stride):
    keys = np.arange(1, 20_001, dtype=np.uint64) * np.uint64(stride)
    slots = Slots()
    first = slots.of(keys)
    assert (slots.of(keys[::-1]) == first[::-1]).all()
    assert np.unique(first).size == np.unique(keys).size


def test_a_key_that_comes_twice_at_once_has_one_number():
    slots = Slots()
    first = slots.of(np.array([5, 7, 5], dtype=np.uint64)).tolist()
    assert first[0] == first[2] != first[1]
    assert slots.of(np.array([7, 5], dtype=np.uint64)).tolist() == [first[1], first[0]]


def test_two_keys_make_another_one_for_each_order():
    a, b = np.array([1, 2], dtype=np.uint64), np.array([2, 1], dtype=np.uint64)
    assert np.unique(np.concatenate([mix(a, b), a, b])).size == 4


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 50))
def test_the_newest_are_kept_and_of_equally_old_ones_those_that_came_later(moments, most):
    kept = weightiest(most, np.array(moments, dtype=np.int64)).tolist()
    assert kept == sorted(kept)
    assert sorted((moments[at], at) for at in kept) == sorted((time, at) for at, time in enumerate(moments))[-most:]
