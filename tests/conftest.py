"""What all tests share: how hard hypothesis tries, which files come first and which together, what is
left out, when garbage is looked for, and what a closed connection does."""

import gc
import os
import signal
import subprocess
import tempfile
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from tests.sampling import is_tried

# EXAMPLES=10000 python -m pytest --timeout 0 tests/group tries as hard by hand.
_EXAMPLES = int(os.environ.get("EXAMPLES", "50"))

# Deadlines measure the machine, not the code; a slow machine is no failure.
settings.register_profile("dev", max_examples=_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples each time, so that a red run says something about the change in it. Others are tried by hand.
settings.register_profile("ci", settings.get_profile("dev"), max_examples=15, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") and "EXAMPLES" not in os.environ else "dev")

# Workers share few processors: with several threads of polars each, a tenth of their time went into waking those. That
# answers do not depend on how many there are, tests/runtime/test_replay.py shows.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

# What tests keep for the next start is theirs alone, and goes with the machine's temporary files.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="nabat-tests-")

# Files whose tests take minutes come first, so that no worker begins one of them when the others have nothing left.
_LONG = (
    "tests/live/",
    "tests/runtime/test_replay.py",
    "tests/runtime/test_service.py",
    "tests/runtime/test_first_reading.py",
    "tests/runtime/evaluate/",
    "tests/detect/test_rewind.py",
    "tests/detect/test_late_events.py",
    "tests/detect/rules/test_shipped.py",
    "tests/simulate/",
    "tests/detect/behaviour/",
    "tests/scenarios/",
    "tests/runtime/",
    "tests/evade/",
    "tests/detect/",
    "tests/cli/",
)

# Folders whose files share what takes long to make, and much memory: all of a folder is tried by one worker.
_TOGETHER = ("tests/simulate/", "tests/detect/behaviour/")


class ByFile(LoadFileScheduling):
    """Gives workers one file after the other, and of some folders all files at once."""

    def _split_scope(self, nodeid: str) -> str:  # where a test belongs
        return next((folder for folder in _TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = set(_left_out(items))
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]

    def place(item: pytest.Item) -> int:
        return next((at for at, folder in enumerate(_LONG) if folder in item.nodeid), len(_LONG))

    items.sort(key=place)


def _left_out(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return what is not tried: nothing, but in CI (tests/sampling.py)."""
    if not os.environ.get("CI") or os.environ.get("NABAT_MATRIX") == "full":
        return []
    cells = Counter(_test(item) for item in items)
    said = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout
    turn = int(said.strip()[:8] or "0", 16)
    return [item for item in items if not is_tried(item.nodeid, _cell(item), cells[_test(item)], _share(item), turn)]


def _test(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]


def _cell(item: pytest.Item) -> str:
    called = getattr(item, "callspec", None)
    return called.id if called is not None else ""


def _share(item: pytest.Item) -> int | None:
    mark = item.get_closest_marker("share")
    return int(mark.args[0]) if mark else None


def pytest_runtest_setup() -> None:
    """Let a closed connection be an error, as Python does: the command line, run in this process, has it end it.

    And let Ctrl-C reach what tests start, though they were started in the background of a script, where it is ignored.
    """
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection() -> None:
    """Look for no garbage while tests are collected: modules and tests stay, and looking took half of the time."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()
