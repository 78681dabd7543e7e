"""A cell on the wall clock: ``nabat run`` as a process of its own, and lines written when they are due.

Comes in: a cell, an empty folder. Goes out: what stands in its database when replay has nothing more to say, or when
the time is over, and how long each finding took. Meant for cells that take seconds: a burst a half minute takes one.
"""

import signal
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from detector.clock import SystemClock
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.live.cells import Cell
from tests.live.drive import Kept, kept
from tests.live.house import write_config
from tests.live.judge import replayed
from tests.runtime.places import Daemon, eventually

_TAIL = 30.0


@dataclass
class Walled:
    """What came of a cell on the wall clock."""

    live: Kept
    again: Kept


def run_on_the_wall_clock(cell: Cell, seed: int, folder: Path) -> Walled:
    """Run a cell; where it says so the service is killed (SIGKILL) or stopped in the middle and started again."""
    logs, _, lines = cell.made(seed, SystemClock().now())
    config = write_config(folder, logs)
    paths = {log.name: log.path(folder) for log in logs}
    for path in paths.values():
        path.touch()
    daemon = Daemon(config).start()
    # Files that are there at the very first start are read from their end: it must have seen them.
    eventually(lambda: (folder / "state" / "snapshots").is_dir() and any((folder / "state" / "snapshots").iterdir()))
    origin = SystemClock().now() - timedelta(seconds=lines[0].written - 0.2)
    _, _, lines = cell.made(seed, origin)
    again_at = cell.restarts(lines)
    files = {name: path.open("a") for name, path in paths.items()}
    try:
        for line in lines:
            time.sleep(max(0.0, (origin + timedelta(seconds=line.written) - SystemClock().now()).total_seconds()))
            for moment in [moment for moment in again_at if moment <= line.written]:
                daemon.end(signal.SIGKILL if again_at.pop(moment) else signal.SIGTERM)
                daemon.start()
            files[line.via].write(line.text)
            files[line.via].flush()
        again = replayed(load_settings(config), folder / "replay")
        over = time.monotonic() + _TAIL
        while _now(config).findings.keys() != again.findings.keys() and time.monotonic() < over:
            time.sleep(0.25)
    finally:
        for file in files.values():
            file.close()
        daemon.end()
    return Walled(_now(config), again)


def _now(config: Path) -> Kept:
    store = Store.open(load_settings(config).database_url)
    try:
        return kept(store)
    finally:
        store.close()
