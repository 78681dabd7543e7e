"""Windows, client keys and the density of numbers, each against plain Python that does the same."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.behaviour import compact_events, features
from detector.detect.behaviour.buckets import Closed
from detector.detect.behaviour.windows import OPENED, RUN, Bucket, RollingWindows, Things
from detector.detect.density import LEAST, NEAREST, SIZE, Density
from detector.detect.seen_filter import SeenPairs, lookup, thin
from tests.detect.behaviour import company

CLIENTS, NEIGHBOURS = features.INDEX["clients"], features.INDEX["neighbours"]
SEED = 5
TOUCHES = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(1, 9)), max_size=12), min_size=1, max_size=20
)


def keys_of(*clients: str) -> list[int]:
    """Return the keys of clients as events that open them have them."""
    rows = company.reads(0, 9, "a", np.arange(len(clients)))
    frame = rows.with_columns(
        pl.Series("subject.ids", [[client] for client in clients]), pl.lit(None, pl.String).alias("network")
    )
    adds, _ = compact_events.lean(frame, timedelta(minutes=5), SEED)
    return [int(keys[0]) for keys in adds["opened_clients"].to_list()]


def runs(numbers: set[int], reach: int) -> list[set[int]]:
    """Return numbers as runs whose gaps are at most ``reach``."""
    out: list[set[int]] = []
    for number in sorted(numbers):
        if out and number - max(out[-1]) <= reach:
            out[-1].add(number)
        else:
            out.append({number})
    return out


@given(TOUCHES, st.integers(1, 6))
def test_windows_hold_exactly_the_last_buckets(buckets: list[list[tuple[int, int, int]]], reach: int) -> None:
    span, seen = 4, set[tuple[int, int]]()
    windows = RollingWindows(span)
    windows.grow(4)
    since: dict[tuple[int, int], bool] = {}  # what is in the window, and whether it was new when it came into it
    last: dict[tuple[int, int], int] = {}
    for number, touches in enumerate(buckets):
        windows.expire(number + 1 - span)
        since = {pair: new for pair, new in since.items() if last[pair] >= number + 1 - span}
        pairs = sorted({(actor, client) for actor, client, _ in touches})
        if not pairs:
            continue
        sums: dict[int, int] = defaultdict(int)
        for actor, client, size in touches:
            sums[actor] += size
            last[actor, client] = number
        things = Things(
            np.array([actor * 1000 + client for actor, client in pairs], dtype=np.uint64),
            np.array([client for _, client in pairs], dtype=np.uint64),
            np.array([actor for actor, _ in pairs]),
            np.full(len(pairs), OPENED, dtype=np.int8),
        )
        fresh = things.of(windows.live.unknown(number, things.keys))
        assert [(int(a), int(i)) for a, i in zip(fresh.actors, fresh.items, strict=True)] == [
            pair for pair in pairs if pair not in since
        ]
        novel = np.array([pair not in seen for pair in pairs if pair not in since], dtype=np.bool_)
        since |= {pair: pair not in seen for pair in pairs if pair not in since}
        seen |= set(pairs)
        windows.enter(number, fresh, novel)
        actors = np.array(sorted(sums))
        beside, chained = windows.follow(actors, reach)
        matrix = np.zeros((actors.size, features.ADDITIVE), dtype=np.int64)
        matrix[:, 0] = [sums[int(actor)] for actor in actors]
        windows.add(Bucket(number, actors, matrix))
        recent = [touch for part in buckets[max(number + 1 - span, 0) : number + 1] for touch in part]
        wanted, near = set[int](), set[int]()
        for actor in actors.tolist():
            values = windows.of(np.array([actor]))[0]
            mine = {client for (who, client), new in since.items() if who == actor and new}
            long = [run for run in runs(mine, reach) if len(run) >= RUN]
            assert values[0] == sum(size for who, _, size in recent if who == actor)
            assert values[CLIENTS] == len({client for who, client, _ in recent if who == actor})
            assert values[NEIGHBOURS] == sum(map(len, long))
            wanted |= {actor * 1000 + client for run in long for client in run}
            near |= {actor * 1000 + client for run in runs(mine, reach) if len(run) > 1 for client in run}
        assert set(chained.tolist()) == wanted
        assert set(beside.tolist()) == near


@given(TOUCHES, st.sets(st.integers(0, 3), min_size=1))
def test_windows_of_those_who_stay_are_the_same_when_others_are_forgotten(
    buckets: list[list[tuple[int, int, int]]], stay: set[int]
) -> None:
    windows, kept = RollingWindows(30), sorted(stay, reverse=True)
    windows.grow(4)
    for number, touches in enumerate(buckets):
        for actor, client, size in touches:
            key = np.array([actor * 1000 + client], dtype=np.uint64)
            one = Things(key, key, np.array([actor]), np.zeros(1, dtype=np.int8))
            fresh = one.of(windows.live.unknown(number, key))
            windows.enter(number, fresh, np.ones(fresh.keys.size, dtype=np.bool_))
            sums = np.full((1, features.ADDITIVE), size)
            windows.add(Bucket(number, np.array([actor]), sums))
    before = windows.of(np.array(kept))
    places = np.full(4, -1)
    places[kept] = np.arange(len(kept))
    windows.renumber(np.array(kept), places)
    assert (windows.of(np.arange(len(kept))) == before).all()
    windows.expire(100)
    assert not windows.of(np.arange(len(kept)))[:, : CLIENTS + 1].any()


@pytest.mark.parametrize("before", ["", "A-", "клиент ", "2024/", "C"])
@pytest.mark.parametrize("number", ["41", "0041", "99", "123456789012"])
def test_clients_with_neighbouring_numbers_have_neighbouring_keys(before: str, number: str) -> None:
    following = str(int(number) + 1).zfill(len(number)) if number != "99" else "100"
    one, other = keys_of(before + number, before + following)
    assert other - one == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("A-42", "B-42"), ("A-42", "A-43"), ("42", "A-42"), ("a-42", "A-42"), ("9" * 13, "8" + "9" * 12), ("A", "B"),
     ("١٢", "12"), ("", "0"), ("A-42 ", "A-42"), ("1e5", "2e5")],
)  # fmt: skip
def test_different_clients_have_different_keys(one: str, other: str) -> None:
    first, second = keys_of(one, other)
    assert first != second
    if one.rstrip("0123456789") != other.rstrip("0123456789"):
        assert abs(first - second) > 1000


def test_ids_drawn_at_random_follow_nothing() -> None:
    random = np.random.default_rng(1)
    names = [bytes(random.integers(0, 256, 16, dtype=np.uint8)).hex() for _ in range(3000)]
    uuids = [f"{n[:8]}-{n[8:12]}-4{n[13:16]}-a{n[17:20]}-{n[20:]}" for n in names]
    keys = np.array(keys_of(*uuids), dtype=np.uint64)
    assert np.unique(keys).size == len(uuids)
    density = Density()
    density.add(np.unique(keys))
    opened = np.sort(keys[:60])
    near = np.diff(opened) <= np.uint64(density.reach())
    assert not (near[2:] & near[1:-1] & near[:-2]).any()


NUMBERS = st.lists(st.integers(0, 1 << 62), min_size=1, max_size=60)


@given(NUMBERS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_density_depends_on_the_clients_only(numbers: list[int], random: object, pieces: int) -> None:
    once, again = Density(), Density()
    once.add(np.array(sorted(set(numbers)), dtype=np.uint64))
    more = numbers * 2
    random.shuffle(more)
    for part in np.array_split(np.array(more, dtype=np.uint64), pieces):
        again.add(part)
    assert (once.keys == again.keys).all()
    assert once.reach() == again.reach()


@pytest.mark.parametrize("gap", [1, 7, 100])
@pytest.mark.parametrize("count", [LEAST, SIZE, 60_000])
def test_reach_is_a_few_usual_gaps_though_only_a_sample_is_kept(gap: int, count: int) -> None:
    density, keys = Density(), np.arange(count, dtype=np.uint64) * np.uint64(gap) + np.uint64(10**6)
    for part in np.array_split(np.random.default_rng(1).permutation(keys), 7):
        density.add(part)
    assert density.keys.size <= SIZE
    assert NEAREST * gap * 0.8 <= density.reach() <= NEAREST * gap * 1.6


def test_of_few_clients_the_nearest_numbers_only_follow_each_other() -> None:
    density = Density()
    density.add(np.arange(LEAST - 1, dtype=np.uint64) * np.uint64(1000))
    assert density.reach() == NEAREST


def test_closed_buckets_count_each_client_of_an_actor_once_and_keep_sums_whole() -> None:
    parts = [company.reads(0, 9, "a", np.array([1, 1, 2])), company.reads(0, 9, "b", np.array([1]))]
    frame = company.together(*parts, company.reads(0, 9.5, "a", np.array([1, 3]), 600))
    frame = frame.with_columns(pl.col("source.ip").alias("network"))
    adds, _ = compact_events.lean(frame, timedelta(minutes=60), SEED)
    (number,) = adds["bucket"].unique().to_list()
    active = Closed.of(adds).bucket(number)
    assert active is not None
    sums = dict(zip(active.names, active.sums[:, features.INDEX["events"]].tolist(), strict=True))
    assert sums == {"user:a": 5, "user:b": 1}
    opened: dict[str, int] = defaultdict(int)
    for place, kind in zip(active.places.tolist(), active.kinds.tolist(), strict=True):
        opened[active.names[place]] += kind == OPENED
    assert opened == {"user:a": 3, "user:b": 1}
    assert (np.diff(active.keys.astype(object)) > 0).all()


@settings(max_examples=12)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.integers(1, 6))
def test_rows_joined_while_they_wait_are_the_same_rows(clients: list[int], pieces: int) -> None:
    frame = company.reads(0, 9, "a", np.array(clients), 7000).with_columns(pl.lit("n").alias("network"))
    at_once, joined = compact_events.CompactEvents(), compact_events.CompactEvents()
    at_once.append(*compact_events.lean(frame, timedelta(minutes=5), SEED))
    for part in np.array_split(np.arange(frame.height), pieces):
        joined.append(*compact_events.lean(frame[part.tolist()], timedelta(minutes=5), SEED))
        joined.compact()
    at_once.compact()
    for one, other in zip(at_once.pop_before(1 << 40), joined.pop_before(1 << 40), strict=True):
        assert one.equals(other)


def test_a_few_events_that_wait_for_their_bucket_do_not_keep_alive_all_that_came_with_them() -> None:
    frame = company.reads(0, 9, "a", np.arange(6_000) % 50, 7_000)
    line = pl.format("{} {}", pl.lit("x" * 200), pl.int_range(pl.len())).alias("event.original")
    rows = compact_events.lean(frame.with_columns(line, pl.lit("n").alias("network")), timedelta(minutes=5), SEED)
    waiting = compact_events.CompactEvents()
    waiting.append(*rows)
    gone = waiting.pop_before(rows.adds["bucket"].max())
    left = waiting.rows()
    for whole, first, rest in zip(rows, gone, left, strict=True):
        assert first.height > 5_000
        assert pl.concat([first, rest]).equals(whole)
    text = left.details["event.original"].to_arrow(compat_level=pl.CompatLevel.newest())
    assert sum(buffer.size for buffer in text.buffers() if buffer is not None) < left.details.height * 400


@given(st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=15))
def test_seen_tells_new_from_known(batches: list[list[int]]) -> None:
    seen, known = SeenPairs(generation=10_000), set[int]()
    for batch in batches:
        keys = np.array(sorted(set(batch)), dtype=np.uint64)
        assert seen.add(keys).tolist() == [int(key) not in known for key in keys]
        known |= {int(key) for key in keys}
    assert seen.size == len(known)


def test_seen_forgets_what_was_not_used_for_two_generations() -> None:
    seen = SeenPairs(generation=100, most_fresh=4)
    seen.add(np.array([7], dtype=np.uint64))
    for first in range(1000, 3000, 10):
        seen.add(np.arange(first, first + 10, dtype=np.uint64))
        assert seen.size <= 2 * 100 + 130
    assert seen.add(np.array([7], dtype=np.uint64)).tolist() == [True]


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=200), st.integers(0, 4))
def test_keys_are_thinned_and_looked_up_without_loss(numbers: list[int], crowded: int) -> None:
    keys = np.array(numbers, dtype=np.uint64) << np.uint64(10 * crowded)
    few = thin(keys)
    assert set(keys[few].tolist()) == set(keys.tolist())
    different = np.array(sorted(set(keys.tolist()), reverse=True), dtype=np.uint64)
    assert (different[lookup(different, keys)] == keys).all()
