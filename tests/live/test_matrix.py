"""Live the service says what replay says, in time, however lines lag, jump and come in bursts.

CI runs a part of the cells; ``NABAT_MATRIX=full`` runs all. ``python -m tests.live.matrix`` tells them as a table.
"""

import os
from functools import cache

import pytest

from tests.live.cells import cells
from tests.live.judge import Verdict
from tests.live.matrix import run_cell

CELLS = {cell.name: cell for cell in cells(full=os.environ.get("NABAT_MATRIX") == "full")}


@cache
def verdict(name: str) -> Verdict:
    return run_cell(CELLS[name])


@pytest.mark.parametrize("name", CELLS)
def test_live_finds_and_opens_what_replay_does_and_pages_two_seconds_after_the_last_line(name: str) -> None:
    found = verdict(name)
    assert found.good, "\n".join((*found.same, *found.true, *found.late))


@pytest.mark.parametrize("name", CELLS)
def test_live_says_of_each_finding_what_replay_says_of_it(name: str) -> None:
    assert not verdict(name).words, "\n".join(verdict(name).words)
