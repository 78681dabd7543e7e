"""What is usual for an actor: between its own days and its role's, and how unusual an hour is beside it."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.behaviour import features, habits
from detector.detect.behaviour.habits import Expected, Habits

CLIENTS, STRANGERS = features.INDEX["clients"], features.INDEX["strangers"]


class Company:
    """Accounts of one role whose days are told as the highest hour of each."""

    def __init__(self, actors: int) -> None:
        self.habits, self.roles = Habits(), np.zeros(actors, dtype=np.int64)
        self.habits.grow(actors)
        self.expected = Expected.unknown(1)

    def day(self, clients: dict[int, float], strangers: dict[int, float] | None = None) -> None:
        """Let each actor named have a day whose highest hour has so many clients."""
        actors = np.array(sorted(clients), dtype=np.int64)
        values = np.zeros((actors.size, features.COUNT))
        values[:, features.INDEX["events"]] = values[:, CLIENTS] = [clients[int(actor)] for actor in actors]
        self.habits.note(actors, values)
        hourly = [feature.name for feature in features.HOURLY]
        self.habits.today[actors, hourly.index("clients")] = values[:, CLIENTS]
        for actor, number in (strangers or {}).items():
            self.habits.today[actor, hourly.index("strangers")] = number
        self.habits.learn(actors, self.roles, self.expected)
        self.expected = self.habits.expected(self.roles, 1, Expected.unknown(1))

    def usual(self, actor: int) -> float:
        """Return how many clients the highest hour of a day of this actor is expected to have."""
        mean, _ = self.habits.usual(np.array([actor]), np.zeros(1, dtype=np.int64), self.expected)
        return float((np.expm1(mean) * features.STEPS)[0, CLIENTS])

    def z(self, actor: int, **values: float) -> np.ndarray:
        row = np.zeros((1, features.COUNT))
        for name, value in values.items():
            row[0, features.INDEX[name]] = value
        nobody = np.zeros((1, features.COUNT))
        return self.habits.standardized(row, np.array([actor]), np.zeros(1, dtype=np.int64), self.expected, nobody)[0]


def years(actors: int = 12, days: int = 40, usual: float = 20.0, seed: int = 3) -> Company:
    """Return a company whose last actor has been there for no day yet."""
    company, random = Company(actors + 1), np.random.default_rng(seed)
    for _ in range(days):
        company.day({actor: float(random.poisson(usual)) for actor in range(actors)})
    return company


def test_with_one_day_an_account_is_expected_to_be_like_its_role_and_with_forty_like_itself() -> None:
    company, random = years(), np.random.default_rng(4)
    newcomer = 12
    assert company.usual(newcomer) == pytest.approx(20, rel=0.3)
    company.day({newcomer: 40.0})
    assert company.usual(newcomer) < 31
    for _ in range(40):
        company.day({newcomer: float(random.poisson(40))})
    assert company.usual(newcomer) == pytest.approx(40, rel=0.1)
    assert company.usual(0) == pytest.approx(20, rel=0.2)


def test_who_has_no_past_is_given_more_room_than_who_has() -> None:
    company = years()
    assert company.z(12, clients=60)[CLIENTS] < company.z(0, clients=60)[CLIENTS]


def test_roles_whose_actors_differ_tell_less_of_a_newcomer_than_roles_whose_actors_are_alike() -> None:
    alike, apart, random = Company(13), Company(13), np.random.default_rng(5)
    for _ in range(30):
        alike.day({actor: float(random.poisson(40)) for actor in range(12)})
        apart.day({actor: float(random.poisson(5 + 9 * actor)) for actor in range(12)})
    assert alike.z(12, clients=150)[CLIENTS] > 1.5 * apart.z(12, clients=150)[CLIENTS]


@pytest.mark.parametrize("days", [0, 1, 3, 40])
def test_a_leak_is_learned_as_three_standard_deviations_and_no_more(days: int) -> None:
    company, random = years(), np.random.default_rng(6)
    for _ in range(days):
        company.day({12: float(random.poisson(20))})
    roles = np.zeros(1, dtype=np.int64)
    mean, spread = company.habits.usual(np.array([12]), roles, company.expected)
    before = company.habits.total[12, CLIENTS]
    company.day({12: 10_000.0})
    learned = company.habits.total[12, CLIENTS] - before
    assert learned == pytest.approx(mean[0, CLIENTS] + 3 * spread[0, CLIENTS], rel=1e-4)
    assert company.z(12, clients=10_000)[CLIENTS] > 5


@pytest.mark.parametrize("days", [0, 10])
def test_a_leak_of_clients_nobody_knew_does_not_make_such_a_leak_usual(days: int) -> None:
    company, random = Company(13), np.random.default_rng(7)
    for _ in range(30):
        company.day(dict.fromkeys(range(12), 30.0), {a: float(random.binomial(30, 0.1)) for a in range(12)})
    for _ in range(days):
        company.day({12: 30.0}, {12: 3.0})
    before = company.z(12, clients=40, strangers=36)[STRANGERS]
    company.day({12: 10_000.0}, {12: 9_000.0})
    assert before > 7
    assert company.z(12, clients=40, strangers=36)[STRANGERS] > 5
    assert company.z(0, clients=40, strangers=36)[STRANGERS] > 5


def test_who_calls_strangers_every_day_may_go_on_doing_so() -> None:
    company, random = Company(13), np.random.default_rng(8)
    for _ in range(30):
        company.day(dict.fromkeys(range(12), 30.0), {a: float(random.binomial(30, 0.1)) for a in range(12)})
    for _ in range(20):
        company.day({12: 30.0}, {12: float(random.binomial(30, 0.9))})
    assert company.z(12, clients=30, strangers=29)[STRANGERS] < 1.5
    assert company.z(0, clients=30, strangers=29)[STRANGERS] > 5


def test_days_that_scatter_more_than_chance_make_a_share_less_telling() -> None:
    steady, scattered, random = Company(13), Company(13), np.random.default_rng(9)
    for _ in range(30):
        steady.day(dict.fromkeys(range(12), 60.0), {a: float(random.binomial(60, 0.2)) for a in range(12)})
        scattered.day(
            dict.fromkeys(range(12), 60.0),
            {a: float(random.binomial(60, random.choice([0.02, 0.38]))) for a in range(12)},
        )
    assert steady.z(0, clients=60, strangers=40)[STRANGERS] > 1.5 * scattered.z(0, clients=60, strangers=40)[STRANGERS]


def test_of_few_clients_no_share_is_told() -> None:
    company = years()
    few = features.LEAST_OPENED - 1
    assert company.z(0, clients=few, strangers=few)[STRANGERS] == 0


def test_a_past_fades_once_it_is_long() -> None:
    company, random = Company(6), np.random.default_rng(10)
    for _ in range(200):
        company.day({actor: float(random.poisson(20)) for actor in range(6)})
        assert company.habits.days.max() <= habits.FULL + 1
    for _ in range(150):
        company.day({actor: float(random.poisson(60)) for actor in range(6)})
    assert company.usual(0) == pytest.approx(60, rel=0.1)


def test_a_day_that_is_busy_for_all_makes_nobody_unusual_and_one_that_is_for_one_makes_no_other_so() -> None:
    company = years()
    roles = company.roles
    values = np.zeros((12, features.COUNT))
    values[:, features.INDEX["events"]] = values[:, CLIENTS] = 60.0
    company.habits.note(np.arange(12), values)
    shift, crowded = company.habits.shift(roles, 1, company.expected)
    z = company.habits.standardized(values, np.arange(12), roles[:12], company.expected, np.repeat(shift, 12, axis=0))
    assert crowded.all()
    assert z[:, CLIENTS].max() < 1.5
    company.habits.peak[:] = 0
    values[1:, CLIENTS] = 20.0
    company.habits.note(np.arange(12), values)
    shift, _ = company.habits.shift(roles, 1, company.expected)
    assert shift[0, CLIENTS] < 0.1
    assert company.habits.standardized(values[:1], np.arange(1), roles[:1], company.expected, shift)[0, CLIENTS] > 3


def test_fewer_than_a_crowd_say_nothing_of_how_busy_a_role_is() -> None:
    company = years()
    values = np.full((habits.CROWD - 1, features.COUNT), 500.0)
    company.habits.note(np.arange(habits.CROWD - 1), values)
    shift, crowded = company.habits.shift(company.roles, 1, company.expected)
    assert not shift.any()
    assert not crowded.any()


COUNTS = st.integers(0, 1_000_000_000)
DAYS = st.lists(st.lists(COUNTS, min_size=6, max_size=6), max_size=6)


def lived(days: list[list[int]]) -> Company:
    company = Company(7)
    for day in days:
        company.day({actor: float(number) for actor, number in enumerate(day)}, {0: float(day[0] // 2)})
    return company


@given(DAYS, st.lists(COUNTS, min_size=2, max_size=8), st.integers(0, 6), st.sampled_from(features.NAMES))
def test_more_is_never_less_unusual(days: list[list[int]], numbers: list[int], actor: int, name: str) -> None:
    company = lived(days)
    whole = dict(features.SHARES)
    most = {features.NAMES[whole[features.INDEX[name]]]: max(numbers)} if features.INDEX[name] in whole else {}
    told = [company.z(actor, **{name: number, **most})[features.INDEX[name]] for number in sorted(numbers)]
    assert (np.diff(told) >= 0).all()


@given(DAYS, st.lists(COUNTS, min_size=features.COUNT, max_size=features.COUNT))
def test_z_is_finite_and_never_negative_where_it_is_judged(days: list[list[int]], row: list[int]) -> None:
    company, values = lived(days), np.array([row], dtype=np.float64)
    z = company.z(0, **dict(zip(features.NAMES, row, strict=True)))[None]
    assert np.isfinite(z).all()
    assert ((z >= habits.LEAST) & (z <= habits.MOST)).all()
    judged = features.counted(z, values)
    assert (judged >= 0).all()
    assert not judged[values < features.FLOORS].any()


@given(DAYS, st.permutations(range(6)))
def test_the_order_of_actors_does_not_matter(days: list[list[int]], order: list[int]) -> None:
    one, other = lived([[0] * 6, *days]), Company(7)
    for day in [[0] * 6, *days]:
        other.day({order[actor]: float(number) for actor, number in enumerate(day)}, {order[0]: float(day[0] // 2)})
    for each in fields(Expected):
        np.testing.assert_allclose(
            getattr(one.expected, each.name), getattr(other.expected, each.name), rtol=1e-5, atol=1e-4
        )
    for actor in range(6):
        assert one.usual(actor) == pytest.approx(other.usual(order[actor]), rel=1e-3)


def test_actors_that_are_forgotten_take_nothing_of_others_along() -> None:
    company = years(days=10)
    before = company.usual(7)
    company.habits.retain(np.array([7, 3]))
    assert company.usual(0) == before
