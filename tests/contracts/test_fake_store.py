"""The store in memory answers as the contract says, so that tests which use it mean something."""

import pytest

from tests.contracts.store_contract import *  # noqa: F403
from tests.fakes.store import FakeStore


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()
