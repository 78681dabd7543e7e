from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pytest

from detector.simulate import SHAPES, simulate_company
from tests.simulate.companies.reading import Run

START = datetime(2026, 2, 24, tzinfo=UTC)  # a Tuesday before a month's end
Make = Callable[..., Run]


@pytest.fixture(scope="session", params=list(SHAPES))
def company(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def make(company: str, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Write the company as it is asked for, each but once; with the next company its lines leave memory."""

    @cache
    def write(seed: int, *, world: str = "hard", days: int = 4, staff: int = 40, leaks: int = 20) -> Run:
        folder = tmp_path_factory.mktemp("company")
        simulate_company(folder, company, days, seed, START, world=world, staff=staff, leaks=leaks)
        return Run(folder)

    return write


@pytest.fixture(scope="session")
def runs(make: Make) -> list[Run]:
    """A company in the hard world, three times, so that each kind of leak has each strength."""
    return [make(seed) for seed in (1, 2, 3)]


@pytest.fixture(scope="session")
def fortnight(make: Make) -> Run:
    """A company for two weeks in the hard world, few people."""
    return make(4, days=14, staff=24, leaks=9)
