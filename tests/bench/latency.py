"""How long a page takes: from the writing of a line to its arrival at an ntfy server, while the log goes on.

    python -m tests.bench.latency --rate 5000 --seconds 60

Comes in: a rate of lines and a time. Goes out: p50, p99, the worst, and the service's share of a core. The service is
``nabat run`` as a process of its own with all shipped rules and the behaviour model; the server is a real ntfy on
loopback. Every second or so somebody else touches a planted client: one incident and one page each. It ends by itself.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from detector.simulate import demo_path
from detector.store import Store
from tests.receivers import running_ntfy, until

TOPIC = "pages"
_CANARY = "104729"
_CHUNKS = 50  # portions a second in which lines are written
_PEOPLE = 20_000


def listen(port: int, heard: list[tuple[float, str]]) -> None:
    """Note when each page arrives; ends with the server."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{TOPIC}/json", timeout=600) as answer:
            for raw in answer:
                said = json.loads(raw)
                if said["event"] == "message":
                    heard.append((time.monotonic(), f"{said.get('title', '')} {said['message']}"))
    except (OSError, ValueError):
        return


def plan(folder: Path, port: int) -> Path:
    """Write the demonstration's configuration, pointed at one log and one topic."""
    told: dict[str, Any] = yaml.safe_load(demo_path().read_text(encoding="utf-8"))
    source = {"name": "crm", "paths": [str(folder / "access.log")], "format": "combined", "service": "crm"}
    told |= {"state": str(folder / "state"), "web": {"enabled": False}, "sources": [source]}
    told["actors"]["roles_file"] = str(demo_path().with_name("demo-roles.csv"))
    told["notify"]["targets"] = {name: {"url": f"ntfy://127.0.0.1:{port}/{TOPIC}"} for name in ("desk", "backup")}
    path = folder / "nabat.yml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    path.chmod(0o600)
    return path


def line(who: str, address: str, client: str) -> str:
    """Return one line of the log, of now."""
    stamp = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")  # noqa: TID251 - a log tells the time it is
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
    return (
        f'{address} - {who} [{stamp}] "GET /crm/clients/{client} HTTP/1.1" 200 1834 '
        f'"https://crm.example.org/crm/clients" "{agent}"\n'
    )


def write(log: Path, rate: int, seconds: int, every: float) -> dict[str, float]:
    """Write honest lines at a rate, each person among its own clients; return when each leak was written, by actor."""
    dice, marks = random.Random(1), {}
    began = time.monotonic()
    due, written = began + 2 * every, 0
    with log.open("a", encoding="utf-8", buffering=1 << 20) as out:
        while (now := time.monotonic()) - began < seconds:
            for _ in range(int((now - began) * rate) - written):
                person = dice.randrange(_PEOPLE)
                out.write(line(f"op.{person:05d}", f"192.0.2.{person % 120}", str(200_000 + 3 * person + written % 3)))
                written += 1
            if now >= due and seconds - (now - began) > 5 * every:
                who = f"leak.{len(marks):03d}"
                out.write(line(who, f"203.0.113.{len(marks) % 250}", _CANARY))
                due += every
                out.flush()
                marks[f"user:{who}"] = time.monotonic()
            out.flush()
            time.sleep(1 / _CHUNKS)
    print(f"{written:,} lines in {time.monotonic() - began:.1f} s", file=sys.stderr)
    return marks


def spent(process: int) -> float:
    """Return the CPU seconds a process has used so far."""
    times = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def measured(rate: int, seconds: int, every: float) -> tuple[list[float], float]:
    """Return the seconds from each leak's line to its page, and the service's share of a core meanwhile."""
    heard: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "access.log"
        log.touch()
        with running_ntfy(folder) as server, (folder / "nabat.out").open("wb") as out:
            threading.Thread(target=listen, args=(server.port, heard), daemon=True).start()
            command = [sys.executable, "-m", "detector", "run", "-c", str(plan(folder, server.port))]
            service = subprocess.Popen(command, stdout=out, stderr=out)
            try:
                until(lambda: b"ready" in (folder / "nabat.out").read_bytes(), 60)
                began, used = time.monotonic(), spent(service.pid)
                marks = write(log, rate, seconds, every)
                share = (spent(service.pid) - used) / (time.monotonic() - began)
                until(lambda: len(heard) >= len(marks), 30)
            finally:
                service.send_signal(signal.SIGTERM)
                service.wait(30)
        store = Store.open(f"sqlite:///{folder / 'state' / 'nabat.db'}")
        with store.read() as unit:
            numbers = {incident.actor_id: incident.number for incident in unit.incidents.newest(limit=10_000)}
        store.close()
    arrived = {number: at for at, text in reversed(heard) for number in numbers.values() if number in text}
    took = (arrived[numbers[actor]] - at for actor, at in marks.items() if numbers.get(actor) in arrived)
    return sorted(took), share


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=5_000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two leaks")
    args = parser.parse_args()
    found, share = measured(args.rate, args.seconds, args.every)
    if not found:
        sys.exit("no page came")
    middle, late = found[len(found) // 2], found[min(len(found) * 99 // 100, len(found) - 1)]
    print(f"{len(found)} pages at {args.rate:,} lines/s, {share:.0%} of a core:")
    print(f"p50 {middle:.2f} s, p99 {late:.2f} s, worst {found[-1]:.2f} s")


if __name__ == "__main__":
    main()
