"""The same on the wall clock: the service as a process, killed in between, and lines from another moment."""

import os
from pathlib import Path

import pytest

from tests.live.cells import cells
from tests.live.judge import incidents_of
from tests.live.wall import run_on_the_wall_clock

_FULL = os.environ.get("NABAT_MATRIX") == "full"
_FEW = ("10s/one/50", "300s/one/50/kill")
_MORE = (
    "0s/one/50", "2s/one/50", "300s/one/50", "slow/one/50", "fast/one/50", "bursts/one/50", "300s/one/2000",
    "0s/one/50/kill", "2s/one/50/kill", "10s/one/50/kill", "10s/one/50/stop", "slow/one/50/kill", "fast/one/50/kill",
)  # fmt: skip
CELLS = {cell.name: cell for cell in cells(full=True) if cell.name in (*_FEW, *(_MORE if _FULL else ()))}


@pytest.mark.parametrize("name", CELLS)
def test_a_real_daemon_finds_and_opens_what_replay_of_the_same_files_does(name: str, tmp_path: Path) -> None:
    found = run_on_the_wall_clock(CELLS[name], 1, tmp_path)
    assert found.again.incidents
    assert found.live.findings.keys() == found.again.findings.keys()
    assert incidents_of(found.live) == incidents_of(found.again)
