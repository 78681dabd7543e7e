"""A few thousand mutated lines; ``make fuzz`` reads a hundred times as many."""

import os

import pytest

from tests.fuzz.campaign import forms, run
from tests.fuzz.replayed import replayed

SEED = int(os.environ.get("FUZZ_SEED", "1"))


@pytest.mark.parametrize("form", [each for at, each in enumerate(forms()) if at % 6 == 0])
def test_no_sentinel_is_lost_among_mutated_lines_and_nothing_crashes(form: str) -> None:
    outcome = run(form, 300, SEED)
    assert outcome.sentinels >= 30
    assert (outcome.lost, outcome.crash) == (0, ""), outcome


def test_no_read_is_lost_among_mutated_lines_in_a_replay() -> None:
    assert replayed(1_000, SEED) == 0
