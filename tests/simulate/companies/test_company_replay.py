"""The service reads every company: nothing to correct in its configuration, no line refused."""

import json
from pathlib import Path

import pytest

from detector.simulate import simulate_company
from tests.runtime.places import nabat
from tests.simulate.companies.conftest import START

pytestmark = pytest.mark.share(3)


def test_check_and_replay_read_every_line(company: str, tmp_path: Path) -> None:
    truth = simulate_company(tmp_path, company, 2, 1, START, world="hard", staff=20, leaks=4)
    config = str(tmp_path / "nabat.yml")
    checked = nabat("check", "-c", config)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "nothing to correct" in checked.stdout + checked.stderr
    done = nabat("replay", "-c", config, "--out", str(tmp_path / "replayed"))
    assert done.returncode == 0, done.stderr
    lines = sum(truth["parameters"]["lines"].values())
    assert f"{lines} lines, {lines} events, rejects: none; 0 late" in done.stdout + done.stderr
    assert json.loads((tmp_path / "truth.json").read_text()) == truth
