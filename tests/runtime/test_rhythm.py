"""How long the service rests between two turns, and how much it reads in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.runtime.pacing import FIRST_SHARE, LEAST_SHARE, LONGEST_TURN, TURN_SECONDS, rest, share


@given(st.floats(0, TURN_SECONDS))
def test_turns_that_read_begin_at_a_fixed_distance(took: float) -> None:
    assert took + rest(took, more=False) == pytest.approx(TURN_SECONDS)


@given(st.floats(0, 1e6))
def test_who_is_behind_does_not_rest(took: float) -> None:
    assert rest(took, more=True) == 0.0


@given(st.floats(TURN_SECONDS, 1e6))
def test_a_turn_that_took_longer_is_followed_at_once(took: float) -> None:
    assert rest(took, more=False) == 0.0


@pytest.mark.parametrize("price", [1.0, 30.0, 200.0])
def test_a_service_whose_lines_cost_much_reads_less_in_a_turn_until_turns_are_short(price: float) -> None:
    """``price``: seconds that a whole budget costs."""
    part, lengths = 1.0, []
    for _ in range(20):
        lengths.append(part * price)
        part = share(part, lengths[-1])
    assert max(lengths[5:]) <= 2 * LONGEST_TURN
    assert min(lengths[5:]) > LONGEST_TURN / 10


def test_a_service_begins_with_little_and_soon_reads_all_it_may() -> None:
    part = FIRST_SHARE
    for _ in range(3):
        part = share(part, 0.1)
    assert part == 1.0
    assert share(LEAST_SHARE, 100.0) == LEAST_SHARE
