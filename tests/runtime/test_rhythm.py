"""How long the service rests between two turns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.runtime.rhythm import TURN_SECONDS, rest


@given(st.floats(0, TURN_SECONDS))
def test_turns_that_read_begin_at_a_fixed_distance(took: float) -> None:
    assert took + rest(took, more=False) == pytest.approx(TURN_SECONDS)


@given(st.floats(0, 1e6))
def test_who_is_behind_does_not_rest(took: float) -> None:
    assert rest(took, more=True) == 0.0


@given(st.floats(TURN_SECONDS, 1e6))
def test_a_turn_that_took_longer_is_followed_at_once(took: float) -> None:
    assert rest(took, more=False) == 0.0
