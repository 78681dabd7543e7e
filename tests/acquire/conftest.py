"""A reader to be started, closed when the test ends."""

from collections.abc import Iterator

import pytest

from tests.acquire.follow import Follow


@pytest.fixture
def follow() -> Iterator[Follow]:
    made = Follow()
    yield made
    made.close()
