"""Daemons that are ended when the test is over, and the servers they talk to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import postgres_url
from tests.receivers import ntfy_server, smtp_server, web_server
from tests.runtime.places import Daemon, write_plan
from tests.servers import nginx_server

__all__ = ["nginx_server", "ntfy_server", "postgres_url", "smtp_server", "web_server"]


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """Make a daemon on a configuration with the changes given; it is not started yet."""
    made: list[Daemon] = []

    def make(folder: Path = tmp_path, environment: dict[str, str] | None = None, **changes: Any) -> Daemon:
        folder.mkdir(exist_ok=True, parents=True)
        # A source without any file is a blind spot, and that an incident of its own.
        (folder / "access.log").touch()
        made.append(Daemon(write_plan(folder, **changes), environment or {}))
        return made[-1]

    yield make
    for each in made:
        if each.process is not None and each.process.poll() is None:
            each.process.kill()
            each.process.wait()
