"""A reader to be started, closed when the test ends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.acquire.follow import Follow


@pytest.fixture
def following() -> Iterator[Callable[..., Follow]]:
    """Make readers with a pace of their own."""
    made: list[Follow] = []

    def make(**how: Any) -> Follow:
        made.append(Follow(**how))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def follow(following: Callable[..., Follow]) -> Follow:
    return following()
