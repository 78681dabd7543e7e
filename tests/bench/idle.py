"""What a service costs that has nothing to do: ``python -m tests.bench.idle --incidents 16 --seconds 60``.

A real ``nabat run`` opens the incidents from a log it then follows to its end, pages about them a server that takes the
pages while nobody answers, and is left alone. Prints its share of a core, user and system, without start and opening.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from detector.clock import SystemClock
from detector.settings.loading.load_settings import load_settings
from tests.receivers import running_ntfy
from tests.runtime.places import bulk, kept, write_plan

_TICKS = os.sysconf("SC_CLK_TCK")
_SETTLE_SECONDS = 10


def spent(process: int) -> float:
    """Return the CPU seconds a running process has used, its threads included."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def idle(incidents: int, seconds: int) -> float:
    """Return the share of a core that an idle service with so many open incidents takes."""
    with tempfile.TemporaryDirectory() as place, running_ntfy(folder := Path(place)) as ntfy:
        began = SystemClock().now().replace(microsecond=0) - timedelta(minutes=5)
        log = folder / "access.log"
        readers = [bulk(110, f"reader{n:03d}", at=began).splitlines(keepends=True) for n in range(incidents)]
        log.write_text("".join(map("".join, zip(*readers, strict=True))), encoding="utf-8")
        targets = {name: {"url": ntfy.url(name)} for name in ("anna", "boris", "lev", "dina")}
        path = write_plan(folder, group={"storm_count": 10_000}, notify={"targets": targets})
        settings = load_settings(path)
        environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "detector", "run", "-c", str(path)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, env=environment, **quiet) as service:
            try:
                time.sleep(_SETTLE_SECONDS)
                opened = len(kept(settings).incidents)
                if opened < incidents:
                    raise RuntimeError(f"{opened} incidents are open instead of {incidents}")
                before, started = spent(service.pid), time.monotonic()
                time.sleep(seconds)
                used, passed = spent(service.pid) - before, time.monotonic() - started
            finally:
                service.send_signal(signal.SIGTERM)
    return used / passed


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=16)
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    print(f"{asked.incidents} open incidents: {idle(asked.incidents, asked.seconds):.2%} of a core")


if __name__ == "__main__":
    main()
