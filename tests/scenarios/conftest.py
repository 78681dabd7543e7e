"""The fixture that tells a story, and ends its service."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.receivers import Web, web_server
from tests.scenarios.story import TEAM, Story

__all__ = ["web_server"]


@pytest.fixture
def story(tmp_path: Path, web_server: Callable[..., Web]) -> Iterator[Callable[..., Story]]:
    """Begin a service; at three in the night of a Monday, on an empty log, if nothing else is said."""
    made: list[Story] = []

    def tell(**changes: Any) -> Story:
        made.append(Story(tmp_path, {person: web_server() for person in TEAM}, **changes))
        return made[-1]

    yield tell
    for each in made:
        each.stop()
