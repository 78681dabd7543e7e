"""Runs of neighbouring ids: what ends them, what does not, and that arrays give what going one by one gives."""

import itertools
import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts import id_sequences
from detector.detect.rules.facts.id_sequences import NO_RUNS, RecordTouches, Runs, follow, run_lengths
from detector.detect.rules.rule_checks import events_frame

SECOND = 1_000_000


def touches(ids, gap=1.0, changed=()):
    ids = np.array(ids, dtype=np.int64)
    marked = np.zeros(ids.size, dtype=np.bool_)
    marked[list(changed)] = True
    return RecordTouches(np.arange(ids.size) * int(gap * SECOND), ids, marked)


def longest(ids, **how):
    return int(run_lengths(touches(ids, **how)).max(initial=0))


def merged(*walks):
    """Return the ids of several (time, id) walks in order of time."""
    return [id_ for _, id_ in sorted(itertools.chain(*walks))]


def overlapping(ids, workers, rng):
    """Return ids in the order in which so many workers, each with one request at a time, are done with them."""
    free, done = [0.0] * workers, []
    for id_ in ids:
        at = min(range(workers), key=free.__getitem__)
        free[at] += rng.uniform(0.5, 1.5)
        done.append((free[at], id_))
    return [id_ for _, id_ in sorted(done)]


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("workers", [1, 2, 4, 8])
def test_requests_that_overtake_each_other_do_not_break_a_run(workers, way):
    for seed in range(20):
        walk = overlapping(range(5000, 5000 + 150 * way, way), workers, random.Random(seed))
        assert longest(walk) == 150


def test_a_second_copy_of_a_walk_neither_breaks_nor_doubles_it_whatever_lies_between_them():
    for seed, behind, jitter, pace in itertools.product(range(5), (0, 0.4, 2, 30), (0, 0.1, 2), (5, 50)):
        rng = random.Random(seed)
        app = [(n / pace, 700 + n) for n in range(150)]
        edge = [(n / pace + behind + rng.uniform(-jitter, jitter), 700 + n) for n in range(150)]
        found = longest(merged(app, edge))
        # Where one copy is out of order by a hundred ids, a few of them are counted in a run of its own.
        assert found == 150 or (jitter * pace == 100 and 110 <= found < 150)


def test_a_walk_over_replicas_whose_clocks_differ_is_one_run():
    for seed in range(20):
        rng = random.Random(seed)
        off = [rng.uniform(-0.05, 0.05) for _ in range(4)]
        assert longest(merged([(n / 50 + off[n % 4], 700 + n) for n in range(150)])) == 150


def test_other_reads_between_do_not_end_a_walk():
    rng = random.Random(1)
    walk = [id_ for n in range(150) for id_ in (700 + n, *(rng.randrange(10**9) for _ in range(n % 5)))]
    assert longest(walk) == 150


def test_missing_ids_do_not_end_a_walk_and_longer_holes_do():
    assert longest(range(0, 300, id_sequences.APART)) == 100
    assert longest(range(0, 400, id_sequences.APART + 1)) == 1
    assert longest([*range(40), *range(45, 85)]) == 40


def test_reading_again_what_was_just_read_neither_breaks_nor_lengthens_a_run():
    walk = [id_ for n in range(50) for id_ in (n, n, max(n - 3, 0), n)]
    assert longest(walk) == 50


def test_going_up_and_down_a_block_of_clients_again_and_again_makes_no_longer_run_than_the_block():
    up = list(range(40))
    assert longest((up + up[::-1]) * 5) == 40
    assert longest(list(range(20)) * 10) == 20


def test_a_change_ends_the_run_it_lies_in_and_no_other():
    assert longest(range(100), changed=[50]) == 50
    noisy = [id_ for n in range(100) for id_ in (n, 90_000 + 50 * n)]
    assert longest(noisy, changed=range(1, 200, 2)) == 100


def test_a_pause_ends_a_run():
    assert longest(range(20), gap=599) == 20
    assert longest(range(20), gap=601) == 1


def test_lists_of_clients_in_order_of_their_ids_are_no_run():
    for seed, share in itertools.product(range(20), (0.02, 0.1, 0.25, 0.4)):
        rng = random.Random(seed)
        called = sorted(rng.sample(range(4_000), int(4_000 * share)))
        assert longest(called) < 60


def test_reading_in_no_order_is_no_run_however_few_clients_there_are():
    for seed, clients in itertools.product(range(10), (200, 300, 1_000, 5_000)):
        rng = random.Random(seed)
        assert longest([rng.randrange(clients) for _ in range(1_000)]) < 60


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "a", "a", "b"]),
        st.one_of(
            st.sampled_from([0, 1, 1, 1, 2, 3, 4, -1, -1, -2, -4, 8, 9, 12, -31, -32, 33]),
            st.integers(-99, 99),
            # Near enough to share a run, and no neighbours.
            st.sampled_from([5, 7, 11, 19, 28, 30, 31, -6, -13, 900, -900]),
        ),
        st.sampled_from([0, 0, 1, 1, 300, 600, 601]),
        st.sampled_from(["read"] * 12 + ["update"]),
    ),
    max_size=120,
)


@settings(max_examples=300, deadline=None)
@given(steps=STEPS, cuts=st.lists(st.integers(0, 120), max_size=6), snapshot=st.booleans())
def test_any_cut_gives_the_runs_that_going_through_the_touches_one_by_one_gives(reference, steps, cuts, snapshot):
    at, here, events = 0, {"a": 500, "b": 500}, []
    for who, step, gap, action in steps:
        at, here[who] = at + gap, here[who] + step
        events.append(
            {
                "@timestamp": f"2026-03-02T{10 + at // 3600 % 14:02}:{at // 60 % 60:02}:{at % 60:02}Z",
                "user.id": who,
                "event.action": action,
                "event.outcome": "success",
                "subject.ids": [str(1000 + here[who])],
            }
        )
    if not events or at >= 14 * 3600:
        return
    frame = events_frame(events)
    state, found = Runs(), []
    for low, high in itertools.pairwise([0, *sorted({cut % (frame.height + 1) for cut in cuts}), frame.height]):
        if snapshot:
            state = Runs.from_table(state.to_table())
        if high > low:
            column = state.step(FrameView(frame[low:high]))["nabat.sequential_run"]
            found += column.to_list() if isinstance(column, pl.Series) else [None] * (high - low)
    assert found == reference.plain_runs(frame)


@given(steps=st.lists(st.integers(-9, 9), max_size=80), cut=st.integers(0, 80))
def test_the_history_of_one_actor_can_be_gone_through_again_from_any_point(steps, cut):
    whole = touches(np.cumsum([0, *steps]) + 500)
    known = NO_RUNS.copy()
    first = run_lengths(RecordTouches(*(column[:cut] for column in whole)), known)
    rest = run_lengths(RecordTouches(*(column[cut:] for column in whole)), known)
    assert [*first, *rest] == run_lengths(whole).tolist()


def test_several_actors_at_once_have_the_runs_each_has_alone():
    walks = [touches(ids) for ids in (range(30), range(90, 40, -1), [7, 7, 8, 400, 9])]
    together = RecordTouches(*(np.concatenate(columns) for columns in zip(*walks, strict=True)))
    starts = np.cumsum([0, *(walk.ids.size for walk in walks[:-1])])
    found, _ = follow(together, starts, np.zeros((3, *NO_RUNS.shape), dtype=np.int64))
    assert found.tolist() == [length for walk in walks for length in run_lengths(walk).tolist()]


def test_the_same_touches_told_by_another_name_are_followed_once_and_answered_alike():
    rng = random.Random(3)
    walk = touches([rng.randrange(60) for _ in range(200)])
    starts, walks = np.zeros(1, dtype=np.int64), {}
    states = [NO_RUNS.copy()[np.newaxis] for _ in range(2)]
    answers = [follow(walk, starts, runs, walks) for runs in states]
    assert len(walks) == 1
    assert np.array_equal(*answers)
    assert np.array_equal(*states)
    follow(touches([1000, 1001]), starts, states[0], walks)
    follow(touches([1000, 1001]), starts, NO_RUNS.copy()[np.newaxis], walks)
    assert len(walks) == 3, "whoever was in other runs before is followed by himself"
