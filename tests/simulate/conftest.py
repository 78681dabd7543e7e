import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from detector.simulate import simulate

START = datetime(2026, 3, 5, tzinfo=UTC)  # a Thursday


@pytest.fixture(scope="session")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five days of the company with a weekend among them, written once."""
    folder = tmp_path_factory.mktemp("week")
    simulate(folder, 5, 5, START, leaks=24)
    return folder


@pytest.fixture(scope="session")
def truth(week: Path) -> dict[str, Any]:
    return json.loads((week / "truth.json").read_text())


@pytest.fixture(scope="session")
def texts(week: Path) -> dict[str, list[str]]:
    """The lines of each log."""
    return {path.name: path.read_text().splitlines() for path in week.glob("*.log")}
