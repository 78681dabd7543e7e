"""What a start costs: ``python -m tests.bench.start --runs 5``.

CPU seconds, user and system, of whole processes on one core, from the call to the end or to ready: help, a mistake in
a configuration, a replay of one line, a service. Compile the package first (``python -m compileall -q detector``): an
installed one is. Prints medians; compare two trees by turns, as a machine is not as fast all day.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.idle import spent
from tests.bench.lines import lines
from tests.bench.processes import run

_CONFIG = """
state: {folder}/state
web: {{ enabled: false }}
sources: [{{ name: crm, paths: [{folder}/access.log], format: combined, service: crm }}]
"""
_NABAT = [sys.executable, "-m", "detector"]


def ready(config: Path) -> float:
    """Return the CPU seconds a service took until it said it was ready."""
    told_at = config.parent / "notify"
    told_at.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(told_at))
        told.settimeout(60)
        environment = {**os.environ, "NOTIFY_SOCKET": str(told_at)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen([*_NABAT, "run", "-c", str(config)], env=environment, **quiet) as service:
            try:
                while b"READY=1" not in told.recv(4096):
                    pass
                return spent(service.pid)
            finally:
                service.send_signal(signal.SIGTERM)


def measured(folder: Path) -> dict[str, Callable[[], float]]:
    """Return what is measured, by what it is called."""
    (folder / "access.log").write_text("\n".join([*lines(1), ""]), encoding="utf-8")
    config = folder / "nabat.yml"
    config.write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "wrong.yml").write_text("sources: [", encoding="utf-8")
    out = ["--out", str(folder / "out")]

    def seconds(*words: str) -> Callable[[], float]:
        return lambda: run([*_NABAT, *words], status=(0, 2)).seconds

    return {
        "nabat --help": seconds("--help"),
        "nabat replay --help": seconds("replay", "--help"),
        "a configuration that is not YAML": seconds("replay", "-c", str(folder / "wrong.yml"), *out),
        "nabat replay, one line, no configuration": seconds("replay", *out, str(folder / "access.log")),
        "nabat replay, one line, one source": seconds("replay", "-c", str(config), *out),
        "nabat run, to ready": lambda: ready(config),
    }


def main() -> None:
    """Measure by turns and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        work = measured(Path(place))
        costs: dict[str, list[float]] = {name: [] for name in work}
        for _ in range(asked.runs + 1):
            for name, cost in work.items():
                costs[name].append(cost())
    for name, each in costs.items():
        print(f"{name:45} {statistics.median(each[1:]):.2f} s of CPU")


if __name__ == "__main__":
    main()
