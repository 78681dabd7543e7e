"""How often honest days bring something so unusual, and what is told of for a number of false incidents a month."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.behaviour.rates import (
    DAYS,
    DAYS_A_MONTH,
    FACETS,
    KEPT,
    LEAST_Z,
    MOST_A_DAY,
    Cap,
    Rates,
    Surprises,
    Tails,
    fit,
    kind_of,
    score,
    threshold,
)  # fmt: skip

PEOPLE, SMALL, PROGRAMS, STRANGERS = "human:operator", "human:chief", "service:", "anonymous:"


def known(of: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return that all of these actors have a past of their own."""
    return np.ones(of.size, dtype=np.bool_)


def days(many: dict[str, int], count: int = DAYS, seed: int = 1, scale: float = 1.0, heavy: str = "") -> Rates:
    """Return honest days: highest z of each facet of each actor, exponential, or heavier for a role."""
    rates, roles = Rates(), list(many)
    of = np.repeat(np.arange(len(roles)), list(many.values()))
    # Each role by its own numbers: those of one do not depend on who else there is.
    random = {role: np.random.default_rng([seed, place]) for place, role in enumerate(roles)}
    for day in range(count):
        worst = [
            random[role].exponential(4 * scale if role == heavy else scale, (n, len(FACETS)))
            for role, n in many.items()
        ]
        rates.add(day, roles, of, np.concatenate(worst), known(of))
    return rates


def surprise(told: Surprises, z: float, role: int = 0, facet: int = 0, *, own: bool = True) -> float:
    row = np.zeros((1, len(FACETS)))
    row[0, facet] = z
    return float(told.of(row, np.array([role]), np.array([own]))[0, facet])


def quiet(start: float = 2.0) -> Tails:
    """Return a model's tails: z above 3 is so surprising."""
    shape = (1, len(FACETS))
    return Tails(np.full(shape, 3.0), np.full(shape, start), np.full(shape, 0.5))


@given(st.lists(st.floats(0.1, 300), min_size=2, max_size=10))
def test_with_a_larger_budget_less_has_to_be_rare(budgets: list[float]) -> None:
    told = [threshold(budget) for budget in sorted(budgets)]
    assert all(more <= less for less, more in pairwise(told))
    assert 10 ** -threshold(DAYS_A_MONTH) * len(FACETS) == pytest.approx(1.0)


@pytest.mark.parametrize("budget", [3.0, 10.0, 60.0])
@pytest.mark.parametrize("shape", ["exponential", "lognormal"])
def test_honest_days_bring_about_as_many_as_were_asked_for(budget: float, shape: str) -> None:
    # Of the heaviest tail the least budget: eight seeds lead to 6.7 to 9.3 a month where 3 were asked for.
    random, rates, told, months = np.random.default_rng(8), Rates(), 0, 6
    of = np.zeros(100, dtype=np.int64)
    for day in range(DAYS + round(months * DAYS_A_MONTH)):
        size = (of.size, len(FACETS))
        worst = random.exponential(1.0, size) if shape == "exponential" else random.lognormal(0.0, 0.6, size)
        if day >= DAYS:
            above = rates.surprises([PEOPLE], {}).of(worst, of, known(of)).max(axis=1) >= threshold(budget)
            told += int(above.sum())
        rates.add(day, [PEOPLE], of, worst, known(of))
    assert budget / 3 <= told / months <= budget * 3


@given(st.lists(st.floats(0, 30), min_size=2, max_size=30), st.integers(1, 30), st.integers(0, 3))
def test_what_is_more_unusual_is_never_less_surprising(z: list[float], count: int, role: int) -> None:
    rates = days({PEOPLE: 30, SMALL: 2, PROGRAMS: 9, STRANGERS: 90}, count, heavy=PROGRAMS)
    told = rates.surprises([PEOPLE, SMALL, PROGRAMS, STRANGERS], {"person": quiet()})
    surprises = [surprise(told, each, role) for each in sorted(z)]
    assert (np.diff(surprises) >= 0).all()
    assert min(surprises) >= 0
    scores = score(np.array(surprises))
    assert ((scores >= 0) & (scores <= 1)).all()


def test_what_is_hardly_odd_is_no_surprise_even_where_nothing_ever_happens() -> None:
    silent = Rates()
    for day in range(DAYS):
        of = np.zeros(50, dtype=np.int64)
        silent.add(day, [PEOPLE], of, np.zeros((50, len(FACETS))), known(of))
    told = silent.surprises([PEOPLE], {})
    assert surprise(told, LEAST_Z) == 0
    assert 0 < surprise(told, LEAST_Z + 1) < surprise(told, LEAST_Z + 4)


def test_facets_are_judged_apart() -> None:
    rates, random = Rates(), np.random.default_rng(2)
    for day in range(DAYS):
        worst = random.exponential(1.0, (100, len(FACETS)))
        worst[:, 3] *= 5
        of = np.zeros(100, dtype=np.int64)
        rates.add(day, [PEOPLE], of, worst, known(of))
    told = rates.surprises([PEOPLE], {})
    assert surprise(told, 12, facet=0) > threshold(10) > surprise(told, 12, facet=3)


def test_a_role_too_small_to_tell_is_judged_as_its_kind_and_a_large_one_as_itself() -> None:
    told = days({PEOPLE: 60, SMALL: 1, PROGRAMS: 20}, heavy=PROGRAMS).surprises([PEOPLE, SMALL, PROGRAMS], {})
    assert surprise(told, 8, role=1) == pytest.approx(surprise(told, 8, role=0), rel=0.1)
    assert surprise(told, 8, role=2) < 0.5 * surprise(told, 8, role=0)


def test_until_there_are_enough_days_the_model_tells_part_of_it() -> None:
    model = {"person": quiet(4.0)}
    nothing = Rates().surprises([PEOPLE], model)
    assert surprise(nothing, 3.01) == pytest.approx(4.0, abs=0.05)
    told = [surprise(days({PEOPLE: 60}, count).surprises([PEOPLE], model), 9) for count in (1, 7, DAYS)]
    alone = surprise(days({PEOPLE: 60}).surprises([PEOPLE], {}), 9)
    assert surprise(nothing, 9) > told[0] > told[1] > told[2]
    assert told[-1] == pytest.approx(alone)


def test_nothing_is_surprising_where_neither_days_nor_a_model_tell_of_the_kind() -> None:
    assert surprise(Rates().surprises([PROGRAMS], {"person": quiet()}), 30) == 0


def test_only_the_last_days_count() -> None:
    loud, calm = days({PEOPLE: 50}, scale=6.0), days({PEOPLE: 50}, seed=2)
    for day in calm.days:
        loud.days.append(day)
    assert surprise(loud.surprises([PEOPLE], {}), 9) == surprise(calm.surprises([PEOPLE], {}), 9)


def test_accounts_made_up_by_the_thousand_raise_no_threshold_for_people() -> None:
    alone = days({PEOPLE: 100, PROGRAMS: 10}).surprises([PEOPLE, PROGRAMS], {})
    for many in (100, 20_000):
        flooded = days({PEOPLE: 100, PROGRAMS: 10, STRANGERS: many}, heavy=STRANGERS)
        told = flooded.surprises([PEOPLE, PROGRAMS, STRANGERS], {})
        for role in (0, 1):
            assert surprise(told, 9, role) > surprise(alone, 9, role) - 0.5
    assert surprise(told, 9, 2) < surprise(told, 9, 0)


def test_a_single_leak_among_honest_days_hides_no_second_one() -> None:
    rates = days({PEOPLE: 60})
    before = surprise(rates.surprises([PEOPLE], {}), 9)
    worst = np.zeros((60, len(FACETS)))
    worst[0] = 30.0
    of = np.zeros(60, dtype=np.int64)
    rates.add(DAYS, [PEOPLE], of, worst, known(of))
    assert surprise(rates.surprises([PEOPLE], {}), 9) > 0.5 * before
    assert surprise(rates.surprises([PEOPLE], {}), 30) > threshold(10)


def test_colleagues_who_just_begin_make_nothing_usual_for_those_with_a_past() -> None:
    alone, joined = days({PEOPLE: 60}), days({PEOPLE: 60})
    for day, honest in zip(range(DAYS), list(alone.days), strict=True):
        beginner = Rates()
        beginner.add(day, [PEOPLE], np.zeros(1, dtype=np.int64), np.full((1, len(FACETS)), 20.0), np.array([False]))
        (begun,) = beginner.days
        joined.days.append(replace(honest, actors=honest.actors | begun.actors, peaks=honest.peaks | begun.peaks))
    before, now = alone.surprises([PEOPLE], {}), joined.surprises([PEOPLE], {})
    assert surprise(now, 9) == pytest.approx(surprise(before, 9), abs=0.05)
    assert surprise(now, 20, own=False) < 1 < surprise(now, 20)
    assert surprise(before, 9, own=False) == surprise(before, 9), "nobody has begun: all are measured by all"


def test_where_hardly_anybody_has_a_past_all_are_measured_by_all() -> None:
    rates, of, random = Rates(), np.zeros(40, dtype=np.int64), np.random.default_rng(4)
    for day in range(DAYS):
        rates.add(day, [PEOPLE], of, random.exponential(1.0, (40, len(FACETS))), np.arange(40) < 4)
    told = rates.surprises([PEOPLE], {})
    assert surprise(told, 9) == surprise(told, 9, own=False) > 0


@given(st.permutations(range(24)))
def test_the_order_of_actors_does_not_matter(order: list[int]) -> None:
    random = np.random.default_rng(3)
    of, worst = np.arange(24) % 3, random.exponential(1.0, (24, len(FACETS)))
    one, other, roles = Rates(), Rates(), [PEOPLE, SMALL, PROGRAMS]
    own = np.arange(24) % 4 > 0
    one.add(1, roles, of, worst, own)
    other.add(1, roles, of[order], worst[order], own[order])
    for group, peaks in one.days[0].peaks.items():
        assert (peaks == other.days[0].peaks[group]).all()
    assert len(one.days[0].peaks) == 6
    assert one.days[0].actors == other.days[0].actors


@given(
    st.lists(st.lists(st.floats(0, 30), min_size=KEPT, max_size=KEPT), min_size=1, max_size=DAYS), st.floats(1e-3, 1)
)
def test_tails_are_numbers_whatever_the_days_were(peaks: list[list[float]], share: float) -> None:
    tables = [np.tile(-np.sort(-np.array(day)), (len(FACETS), 1)) for day in peaks]
    tails = fit(tables, len(tables), share)
    assert all(np.isfinite(part).all() for part in tails.parts())
    assert (tails.point >= LEAST_Z).all()
    assert (tails.scale > 0).all()


@pytest.mark.parametrize(
    ("role", "kind"),
    [(PEOPLE, "person"), ("admin:dba", "person"), (PROGRAMS, "program"), (STRANGERS, "unknown"), ("", "unknown")],
)
def test_roles_are_of_kinds(role: str, kind: str) -> None:
    assert kind_of(role) == kind


def admit(
    cap: Cap, actor: str, surprise: float, *, day: int = 1, role: str = "", facet: int = 0, own: bool = True
) -> bool:
    by_facet = np.zeros(len(FACETS))
    by_facet[facet] = surprise
    return cap.admit(day, f"user:{actor}", role, by_facet, 1.5, own=own)


def test_on_one_day_the_first_ones_are_told_of_and_then_only_what_is_worse_than_all() -> None:
    cap = Cap()
    assert all(admit(cap, str(at), 3.0 + at / 10) for at in range(MOST_A_DAY))
    assert not admit(cap, "late", 3.5)
    assert admit(cap, "worse", 5.0)
    assert admit(cap, "0", 2.5), "who was told of is free for the day"
    assert admit(cap, "late", 3.5, day=2), "another day begins anew"


def test_strangers_take_no_place_of_those_with_a_past() -> None:
    cap = Cap()
    for at in range(100):
        admit(cap, f"made-up-{at}", 90.0 + at, own=False)
    assert all(admit(cap, str(at), 3.0) for at in range(MOST_A_DAY))
    assert not admit(cap, "made-up", 4.0, own=False)


def test_what_a_third_of_a_role_does_like_two_before_is_the_companys_doing_unless_it_is_ten_times_as_rare() -> None:
    cap = Cap()
    assert admit(cap, "a", 2.0, role=PEOPLE)
    assert admit(cap, "b", 3.0, role=PEOPLE)
    assert not admit(cap, "c", 2.9, role=PEOPLE)
    assert admit(cap, "a", 3.5, role=PEOPLE), "who was told of is free for the day"
    assert not admit(cap, "d", 3.9, role=PEOPLE)
    assert admit(cap, "e", 4.95, role=PEOPLE), "ten times as rare as theirs"
    assert admit(cap, "c", 2.9, role=PEOPLE, facet=1), "another facet"
    assert admit(cap, "f", 2.9, role=SMALL), "another role"
    assert admit(cap, "g", 2.9, role=PEOPLE, own=False), "no past, and counted apart"
    assert admit(cap, "d", 3.9, role=PEOPLE, day=2), "another day"


def test_one_who_stands_out_in_two_ways_is_told_of_where_others_do_in_one() -> None:
    cap = Cap()
    assert all(admit(cap, name, 2.0, role=PEOPLE) for name in "ab")
    both = np.zeros(len(FACETS))
    both[:2] = 2.0
    assert cap.admit(1, "user:c", PEOPLE, both, 1.5, own=True)


def test_addresses_that_nobody_knows_hide_none_of_their_kind_but_by_number() -> None:
    cap = Cap()
    assert all(admit(cap, str(at), 3.0, role=STRANGERS) for at in range(MOST_A_DAY))


@given(st.lists(st.tuples(st.integers(0, 8), st.floats(1.5, 6.0)), max_size=30))
def test_a_day_goes_on_alike_from_a_copy_and_from_what_a_snapshot_holds(asked: list[tuple[int, float]]) -> None:
    cap, whole = Cap(), Cap()
    for name, surprise in asked:
        before = json.loads(json.dumps([cap.day, cap.told, cap.strangers, cap.alike]))
        other, cap = cap.copied(), Cap(*before)
        answers = {admit(each, str(name), surprise, role=PEOPLE) for each in (cap, other, whole)}
        assert len(answers) == 1
