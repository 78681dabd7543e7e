"""Whether memory stays level: ``python -m tests.bench.memory --minutes 60``.

A real ``nabat run`` with the shipped rules and behaviour follows a log of 200 lines a second: sixty people who open
cards, two programs, visitors from ever new addresses with ever new paths, failed logins. Each minute its resident
memory is printed, and at the end how much it grew a minute in each quarter (least squares).
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from detector.clock import SystemClock
from tests.runtime.places import Daemon, web, write_plan

_AGENTS = ("Mozilla/5.0 (X11; Linux x86_64) Firefox/131.0", "curl/8.5.0", "python-requests/2.32")


def lines(luck: random.Random, count: int) -> str:
    """Return so many lines of this moment."""
    stamp = SystemClock().now().strftime("%d/%b/%Y:%H:%M:%S +0000")
    made = []
    for _ in range(count):
        kind, status = luck.random(), 200
        if kind < 0.35:
            number = luck.randrange(60)
            address, who = f"192.0.2.{number + 1}", f"user{number}"
            path = f"/crm/clients/{number * 400 + luck.randrange(40)}"
        elif kind < 0.5:
            address, who = "198.51.100.9", f"app{luck.randrange(2)}"
            path = f"/crm/clients/{luck.randrange(5)}"
        else:
            address, who = f"203.0.113.{luck.randrange(256)}", "-"
            if luck.random() < 0.5:
                address = f"2001:db8:{luck.randrange(65_536):x}:{luck.randrange(65_536):x}::1"
            path = f"/news/{luck.randrange(10**9)}?q={luck.randrange(10**6)}"
            status = luck.choice((200, 200, 304, 404, 401))
        agent = luck.choice(_AGENTS)
        made.append(
            f'{address} - {who} [{stamp}] "GET {path} HTTP/1.1" {status} {luck.randrange(9_000)} "-" "{agent}"\n'
        )
    return "".join(made)


def resident(process: int) -> float:
    """Return the memory of a process that is in use, in MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def follow(folder: Path, minutes: int, rate: int) -> list[float]:
    """Write for so many minutes; return the memory at the end of each."""
    log = folder / "access.log"
    log.touch()
    daemon = Daemon(write_plan(folder, web=web(), rules={"shipped": True}, behaviour={"enabled": True})).start()
    luck, found, began, written = random.Random(11), [], time.monotonic(), 0
    try:
        with log.open("a") as file:
            while len(found) < minutes:
                spent = time.monotonic() - began
                due = int(spent * rate)
                file.write(lines(luck, due - written))
                file.flush()
                written = due
                if spent >= 60 * (len(found) + 1):
                    assert daemon.process is not None
                    found.append(resident(daemon.process.pid))
                    behind = daemon.metric("nabat_log_lag_bytes")
                    print(f"{len(found):3} min {found[-1]:6.0f} MiB, {behind:.0f} bytes not read", flush=True)
                time.sleep(0.2)
    finally:
        if not daemon.over:
            daemon.end(signal.SIGTERM)
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.memory", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=int, default=200, help="lines a second (200)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nabat-memory-") as folder:
        found = follow(Path(folder), asked.minutes, asked.rate)
    for number, quarter in enumerate(np.array_split(np.array(found), 4), 1):
        if quarter.size > 1:
            print(f"quarter {number}: {np.polyfit(np.arange(quarter.size), quarter, 1)[0]:+.2f} MiB a minute")
    return 0


if __name__ == "__main__":
    sys.exit(main())
