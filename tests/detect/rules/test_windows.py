"""Sights that come late, put into windows where they belong."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from detector.detect.hash_index import mix
from detector.detect.rules.correlation.sliding_windows import SlidingWindows

SPAN = 100
# Of each sight: group, value, amount, by how much it is later than the one before, and whether it comes late.
_SIGHTS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 5), st.integers(1, 9), st.sampled_from([0, 1, 7, 60, 150]), st.booleans()
    ),
    min_size=1,
    max_size=40,
)


# A value that returned too late for its window, and a late sight between the two.
_BRIDGE = [(3, 0, 2, 0, False), (3, 0, 1, 60, True), (3, 0, 1, 60, False)]


@example(sights=_BRIDGE, cuts=set(), expiring=False)
@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("valued", [False, True])
@given(sights=_SIGHTS, cuts=st.sets(st.integers(1, 39)), expiring=st.booleans())
def test_what_comes_late_stands_where_it_would_stand_had_it_come_in_time(
    sights: list[tuple[int, int, int, int, bool]], cuts: set[int], summed: bool, valued: bool, expiring: bool
) -> None:
    slots, values, amounts, steps, late = (np.array(column) for column in zip(*sights, strict=True))
    times = np.cumsum(steps) + 1_000
    keys = mix(values.astype(np.uint64) * np.uint64(8) + slots.astype(np.uint64), np.uint64(7)).view(np.int64)

    def put(windows: SlidingWindows, rows: np.ndarray, *, insert: bool) -> None:
        take = windows.insert if insert else windows.append
        take(
            slots[rows],
            keys[rows] if valued else None,
            times[rows],
            amounts[rows] if summed else None,
            span=SPAN,
        )

    def holding(windows: SlidingWindows) -> list[tuple[list[int], list[int], int]]:
        held = []
        for slot in range(4):
            moments, _, much = windows.of(slot)
            order = np.lexsort((much, moments))
            held.append((moments[order].tolist(), much[order].tolist(), int(windows.live[slot])))
        return held

    edges = [0, *sorted(cut for cut in cuts if cut < len(sights)), len(sights)]
    whole, parted = SlidingWindows(), SlidingWindows()
    for low, high in pairwise(edges):
        rows = np.arange(low, high)
        put(whole, rows, insert=False)
        put(parted, rows[~late[rows]], insert=False)
        if late[rows].any():
            put(parted, rows[late[rows]], insert=True)
        if expiring:
            edge = int(times[high - 1]) - SPAN
            whole.expire(edge)
            parted.expire(edge)
        assert holding(parted) == holding(whole)


@example(sights=_BRIDGE, cuts=set())
@given(sights=_SIGHTS, cuts=st.sets(st.integers(1, 39)))
def test_what_a_window_held_at_any_moment_since_is_known_of_the_values_it_holds(
    sights: list[tuple[int, int, int, int, bool]], cuts: set[int]
) -> None:
    slots, values, _, steps, late = (np.array(column) for column in zip(*sights, strict=True))
    times = np.cumsum(steps) + 1_000
    keys = (values * 8 + slots).astype(np.int64)
    edges = [0, *sorted(cut for cut in cuts if cut < len(sights)), len(sights)]
    windows = SlidingWindows(room=2, full_at=2)
    for low, high in pairwise(edges):
        for rows, take in ((~late[low:high], windows.append), (late[low:high], windows.insert)):
            some = np.arange(low, high)[rows]
            take(slots[some], keys[some], times[some], span=SPAN)
        windows.expire(int(times[high - 1]) - SPAN)
        windows.tidy(1_000, int(times[high - 1]) - SPAN)
    for slot in range(4):
        lasts, begins, _ = windows.of(slot)
        for moment in times.tolist():
            near = (slots == slot) & (times <= moment) & (times >= moment - SPAN)
            held = np.unique(keys[near])
            # What has left the window since is not known any more.
            there = [key for key in held.tolist() if times[keys == key].max() >= times[-1] - SPAN]
            unbroken = [key for key in there if _unbroken(times[keys == key], moment)]
            assert int(np.count_nonzero((begins <= moment) & (lasts >= moment - SPAN))) == len(unbroken)


def _unbroken(times: np.ndarray, moment: int) -> bool:
    """Tell whether a value that was there at a moment has been there ever since."""
    since = times[np.searchsorted(times, moment, side="right") - 1 :]
    return bool((np.diff(since) <= SPAN).all())


def test_what_is_older_than_all_that_counts_is_left_out() -> None:
    windows = SlidingWindows()
    windows.append(np.array([0, 0]), None, np.array([100, 300]))
    windows.expire(200)
    windows.insert(np.array([0, 0]), None, np.array([50, 250]))
    assert windows.of(0)[0].tolist() == [250, 300]
    assert windows.live[0] == 2


def test_a_log_of_events_takes_late_values_in() -> None:
    windows = SlidingWindows()
    windows.append(np.array([0]), None, np.array([100]))
    windows.insert(np.array([0, 0]), np.array([5, 6]), np.array([90, 110]))
    windows.insert(np.array([0]), np.array([5]), np.array([105]))
    assert windows.of(0)[0].tolist() == [100, 105, 110]
    windows.insert(np.array([0]), None, np.array([95]))
    assert windows.of(0)[0].tolist() == [95, 100, 105, 110]


def held(keys: np.ndarray | None, *, summed: bool) -> float:
    """Return how many bytes a sight takes."""
    many = 100_000
    amounts = np.ones(many, np.int64) if summed else None
    windows = SlidingWindows()
    tracemalloc.start()
    try:
        windows.append(np.zeros(many, np.int64), keys, np.arange(many), amounts)
        windows.retain(windows.counted())
        return tracemalloc.get_traced_memory()[0] / many
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("summed", [False, True])
def test_events_without_values_take_no_memory_for_values(summed: bool) -> None:
    assert held(None, summed=summed) < (18 if summed else 14)


def test_a_value_costs_little_more_than_its_sight() -> None:
    assert held(np.arange(100_000) * 7_919, summed=False) < 90


def test_a_sum_of_amounts_small_and_large_is_that_of_all() -> None:
    groups, times = np.zeros(3, np.int64), np.arange(3)
    windows = SlidingWindows()
    windows.make_room(1)
    windows.append(groups, None, times, np.array([2, 3, 4]))
    windows.append(groups, None, times + 3, np.array([5, 1 << 39, 6]))
    assert windows.live[0] == 20 + (1 << 39)
    at, _, much = windows.of(0)
    assert (at.tolist(), much.tolist()) == ([0, 1, 2, 3, 4, 5], [2, 3, 4, 5, 1 << 39, 6])
    windows.expire(2)
    windows.retain(windows.counted())
    assert windows.live[0] == 15 + (1 << 39)
