"""The parts below the fold, each against a plain statement of what it must do."""

from collections import defaultdict
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.detect.behaviour import baselines, compact_events, evidence, features, reasons
from detector.detect.behaviour.model import forest
from detector.detect.behaviour.model.calibration import fit_tail, score
from detector.detect.behaviour.reasons import CandidateWindow
from detector.detect.behaviour.seen_filter import SeenPairs, lookup, thin
from detector.detect.behaviour.threshold import Budget, Budgets
from detector.detect.behaviour.windows import Bucket, RollingWindows
from detector.schema.levels import Severity

COUNTS = st.integers(0, 40)


@given(st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=15), st.integers(4, 50))
def test_seen_tells_new_from_known(batches: list[list[int]], generation: int) -> None:
    seen, known = SeenPairs(generation=10_000), set()
    for batch in batches:
        keys = np.array(sorted(set(batch)), dtype=np.uint64)
        assert seen.add(keys).tolist() == [int(key) not in known for key in keys]
        known |= {int(key) for key in keys}
    assert seen.size == len(known)


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=200), st.integers(0, 4))
def test_keys_are_thinned_and_looked_up_without_loss(numbers: list[int], crowded: int) -> None:
    keys = np.array(numbers, dtype=np.uint64) << np.uint64(10 * crowded)
    few = thin(keys)
    assert set(keys[few].tolist()) == set(keys.tolist())
    first = {int(key): place for place, key in reversed(list(enumerate(keys)))}
    assert set(first.values()) <= set(few.tolist())
    different = np.array(sorted(set(keys.tolist()), reverse=True), dtype=np.uint64)
    assert (different[lookup(different, keys)] == keys).all()


def test_seen_forgets_what_was_not_used_for_two_generations() -> None:
    seen = SeenPairs(generation=100, most_fresh=4)
    seen.add(np.array([7], dtype=np.uint64))
    for first in range(1000, 3000, 10):
        seen.add(np.arange(first, first + 10, dtype=np.uint64))
        assert seen.size <= 2 * 100 + 130
    assert seen.add(np.array([7], dtype=np.uint64)).tolist() == [True]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(1, 9)), max_size=12),
        min_size=1,
        max_size=20,
    )
)
def test_windows_hold_exactly_the_last_buckets(buckets: list[list[tuple[int, int, int]]]) -> None:
    span = 4
    windows = RollingWindows(span)
    windows.grow(5)
    for number, touches in enumerate(buckets):
        windows.expire(number + 1 - span)
        sums: dict[int, int] = defaultdict(int)
        for actor, _, size in touches:
            sums[actor] += size
        things = sorted({(actor * 100 + item, actor) for actor, item, _ in touches})
        if sums:
            actors = np.array(sorted(sums), dtype=np.int64)
            matrix = np.zeros((actors.size, features.ADDITIVE), dtype=np.int64)
            matrix[:, 0] = [sums[int(actor)] for actor in actors]
            keys = np.array([key for key, _ in things], dtype=np.uint64)
            owners = np.array([actor for _, actor in things], dtype=np.int64)
            windows.count(number, keys, owners, np.zeros(keys.size, dtype=np.int8))
            windows.add(Bucket(number, actors, matrix))
        recent = [touch for part in buckets[max(number + 1 - span, 0) : number + 1] for touch in part]
        for actor in range(5):
            values = windows.of(np.array([actor]))[0]
            assert values[0] == sum(size for who, _, size in recent if who == actor)
            assert values[features.INDEX["subjects"]] == len({item for who, item, _ in recent if who == actor})


@settings(deadline=None)
@given(st.lists(st.integers(0, 100_000), min_size=20, max_size=120))
def test_quantiles_of_a_history_lie_within_a_bin_of_the_true_ones(numbers: list[int]) -> None:
    history = baselines.Histograms(np.uint16, baselines.OWN_FULL)
    history.grow(1)
    for number in numbers:
        history.learn(np.array([0]), np.full((1, features.COUNT), float(number)))
    place = features.INDEX["events"]
    told = history.usual(np.array([0]))[0, place]
    assert told[0] <= told[1] <= told[2]
    true = np.quantile(numbers, 0.5, method="inverted_cdf")
    assert true / baselines.BASE <= max(told[1], 0) * 1.0001 + (true == 0)
    assert told[1] <= max(true, 1) * baselines.BASE * 1.0001


def test_a_history_forgets_slowly_and_never_overflows() -> None:
    history = baselines.Histograms(np.uint16, baselines.OWN_FULL)
    history.grow(1)
    for number in [5.0] * 1000 + [500.0] * 600:
        history.learn(np.array([0]), np.full((1, features.COUNT), number))
        assert history.histograms[history.rows[0], 0].astype(int).sum() <= baselines.OWN_FULL + baselines.WEIGHT
    assert history.usual(np.array([0]))[0, 0, 1] > 100
    assert history.windows[0] == 1600


def test_a_lonely_burst_moves_nobodys_yardstick_and_a_shared_one_moves_all() -> None:
    above = np.zeros((10, 1))
    ready, ticks, roles = np.ones(10, dtype=bool), np.zeros(10, dtype=np.int64), np.zeros(10, dtype=np.int64)
    above[0] = 4.0
    assert baselines.shifts(above, ready, ticks, roles).max() == 0
    assert baselines.shifts(above + 1.5, ready, ticks, roles).min() == 1.5


def test_the_packed_forest_scores_exactly_as_scikit_learn() -> None:
    from sklearn.ensemble import IsolationForest

    columns = np.random.default_rng(3).normal(size=(1500, 6)).astype(np.float32)
    fitted = IsolationForest(n_estimators=forest.TREES, max_samples=forest.SAMPLES, random_state=9).fit(columns)
    np.testing.assert_allclose(forest.pack(fitted).raw(columns), -fitted.score_samples(columns), atol=1e-12)


def test_the_same_seed_gives_the_same_scores() -> None:
    columns = np.random.default_rng(4).normal(size=(600, 6)).astype(np.float32)
    assert (forest.fit(columns, 7).raw(columns) == forest.fit(columns, 7).raw(columns)).all()
    assert (forest.fit(columns, 7).raw(columns) != forest.fit(columns, 8).raw(columns)).any()


@given(st.lists(st.floats(-3, 12), min_size=50, max_size=300), st.lists(st.floats(-5, 40), min_size=2, max_size=20))
def test_surprise_never_falls_when_the_value_grows(training: list[float], asked: list[float]) -> None:
    told = fit_tail(np.array(training), 1.0).surprise(np.sort(np.array(asked)))
    assert (np.diff(told) >= -1e-9).all()
    scores = score(told)
    assert ((scores >= 0) & (scores <= 1)).all()


def test_a_feature_that_never_varied_does_not_shout_at_the_first_small_value() -> None:
    tail = fit_tail(np.zeros(5000), 1.0)
    assert tail.surprise(np.array([0.0]))[0] == 0
    assert tail.surprise(np.array([1.7]))[0] < 2.5


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(0, 30), max_size=80), min_size=1, max_size=25), st.integers(1, 4), st.floats(0.1, 3))
def test_the_daily_cap_holds_however_scores_drift(days: list[list[float]], budget: int, drift: float) -> None:
    state = Budget()
    for day, surprises in enumerate(days):
        state.turn(day, budget)
        level = state.threshold(budget, 5.0)
        stated: list[float] = []
        for place, surprise in enumerate(surprises):
            worse = surprise + drift * day
            if state.admit(f"user:{place}", worse, budget, level):
                assert worse >= level
                assert len(stated) < budget or worse > sorted(stated)[-budget]
                assert len(stated) < 2 * budget or worse > max(stated)
                stated.append(worse)


def test_the_threshold_follows_fourteen_days_of_drift() -> None:
    state, random = Budget(), np.random.default_rng(0)
    stated = []
    for day in range(40):
        state.turn(day, 3)
        level = state.threshold(3, 5.0)
        surprises = random.exponential(1.0, 300) + 2.0
        stated.append(sum(state.admit(f"user:{i}", float(s), 3, level) is True for i, s in enumerate(surprises)))
    assert 1.5 <= np.mean(stated[20:]) <= 6


def test_an_actor_stated_once_is_free_for_the_rest_of_its_day() -> None:
    state = Budget()
    state.turn(1, 1)
    assert state.admit("user:a", 9.0, 1, 5.0)
    assert state.admit("user:a", 6.0, 1, 5.0)
    assert state.admit("user:b", 8.0, 1, 5.0) is None
    assert state.admit("user:c", 10.0, 1, 5.0)


def test_invented_accounts_take_no_place_of_those_who_have_habits_and_raise_no_threshold_for_them() -> None:
    budgets = Budgets()
    for day in range(20):
        budgets.turn(day, 5)
        noisy = [budgets.admit(f"user:x{day}-{at}", 90.0 + at, 5, 5.0, own=False) for at in range(30)]
        assert any(noisy)
        if day == 0:
            assert noisy[:5] == [True] * 5  # all places of the first day are theirs
        assert budgets.admit("user:anna", 6.0, 5, 5.0, own=True) is True
    # By now strangers have to be as strange as those were; who has habits has not.
    assert budgets.admit("user:new", 20.0, 5, 5.0, own=False) is False


def test_strangers_have_no_budget_beside_that_of_those_who_have_habits() -> None:
    budgets = Budgets()
    budgets.turn(0, 5)
    assert all(budgets.admit(f"user:{at}", 9.0, 5, 5.0, own=True) for at in range(5))
    assert budgets.admit("user:new", 8.0, 5, 5.0, own=False) is None


def test_every_feature_has_a_name_a_unit_a_meaning_and_a_facet() -> None:
    assert len(set(features.NAMES)) == features.COUNT
    for feature in features.FEATURES:
        assert feature.meaning.endswith(".")
        assert feature.unit
        assert feature.step > 0
        assert (feature.expression is not None) == (feature.kind is features.Kind.ROW)
    assert sorted(at for members in features.FACETS.values() for at in members) == list(range(features.COUNT))


def test_row_features_are_whole_numbers_and_never_negative() -> None:
    from tests.detect.behaviour import company

    frame = company.bulk(0, 10).with_columns(pl.lit(1, dtype=pl.Int64).alias("touch"))
    for feature in features.ROW:
        assert feature.expression is not None
        numbers = frame.select(feature.expression().cast(pl.Int64))
        assert numbers.to_series().min() >= 0
        assert numbers.to_series().null_count() == 0


def test_a_sight_is_that_of_its_actor_though_another_one_has_the_same_mixed_key() -> None:
    who, bucket = 7, 1_000
    # Mixing adds the bucket to a multiple of the actor's key: a step back in one is made good by the other.
    other = (who + pow(0x9E3779B97F4A7C15, -1, 1 << 64)) % (1 << 64)
    details = pl.DataFrame(
        {"bucket": [bucket, bucket - 1], "who": [who, other], "source.ip": ["192.0.2.1", "192.0.2.2"]},
        schema_overrides={"who": pl.UInt64()},
    )
    missing = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in compact_events.DETAILS.items()
        if name not in details.columns
    ]
    found = evidence.collect(details.with_columns(missing).select(*compact_events.DETAILS), [(who, "user:a", bucket)])
    assert {name: [sight.addresses for sight in seen] for name, seen in found.items()} == {"user:a": [("192.0.2.1",)]}


@pytest.mark.parametrize(
    ("loud", "level", "touched"),
    [(["failures"], Severity.MEDIUM, False), (["failures", "addresses"], Severity.MEDIUM, False),
     (["addresses"], Severity.HIGH, True), (["failures", "novel"], Severity.HIGH, True)],
)  # fmt: skip
def test_requests_that_were_refused_take_no_client_data(loud: list[str], level: Severity, *, touched: bool) -> None:
    columns = np.zeros(len(features.COLUMNS), dtype=np.float32)
    for name in loud:
        columns[[features.INDEX[name], features.COUNT + features.INDEX[name]]] = 9
    values = np.ones(features.COUNT)
    usual = np.zeros((features.COUNT, 3), dtype=np.float32)
    window = CandidateWindow(
        12, "user:anna", 1, "human:", columns, values, usual, usual, True, datetime(2026, 3, 2, tzinfo=UTC), 9.0, 9.0
    )
    found = reasons.finding(window, [], 4.0, {}, (3_600_000_000, 3_600_000_000))
    assert (found.severity, found.touched) == (level, touched)
    assert (found.title == reasons.TITLE) == touched
