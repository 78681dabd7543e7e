"""Flood the running service with critical findings of one kind, and see that it reads, answers, tells and stops.

    python -m tests.flood                     500 findings a second for ten minutes
    python -m tests.flood --seconds 60 --rate 200

Ever new names touch a planted client, from ever new addresses. In the midst of it one account reads 150 clients in
order. Printed every ten seconds: what was written, how far reading is behind, incidents, how long `/healthz` took. At
the end: how long SIGTERM took, and whether the thief has an incident of his own.
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

import httpx

from detector.clock import SystemClock
from detector.schema.case.incidents import IncidentKind
from tests.runtime.places import Daemon, kept, line, web, write_plan

CANARY, THIEF, CARDS = "104729", "mallory", 150
OTHERS = 2
"""Incidents besides those that come before a flood is one: the flood's and the thief's; what is blind is left out."""


class Flood:
    """The service under a flood, and what was seen of it."""

    def __init__(self, folder: Path, seconds: int, rate: int) -> None:
        self.seconds, self.rate = seconds, rate
        self.log = folder / "access.log"
        self.log.touch()
        plan = write_plan(
            folder,
            web=web() | {"metrics_token": "read by the flood only"},
            rules={"shipped": True},
            behaviour={"enabled": True},
        )
        self.daemon = Daemon(plan).start()
        self.worst = self.lag = 0.0
        self.wrong: list[str] = []

    def run(self) -> None:
        """Write until the time is over."""
        begun, written, told = time.monotonic(), 0, -10.0
        with self.log.open("a") as file:
            while (spent := time.monotonic() - begun) < self.seconds:
                due = int(spent * self.rate)
                file.write(self._lines(written, due))
                file.flush()
                written = due
                if spent - told >= 10:
                    told = spent
                    self._look(spent, written)
                time.sleep(0.1)

    def _lines(self, first: int, end: int) -> str:
        now, text, thief_from = SystemClock().now(), [], self.rate * self.seconds // 4
        for number in range(first, end):
            address = f"2001:db8:{number >> 16:x}:{number & 65_535:x}::7"
            text.append(line(now, CANARY, f"n{number}", address=address))
            card, rest = divmod(number - thief_from, 7)
            if 0 <= card < CARDS and not rest:
                text.append(line(now, 5_000 + card, THIEF))
        return "".join(text)

    def _look(self, spent: float, written: int) -> None:
        began = time.monotonic()
        try:
            status = self.daemon.page("/healthz").status_code
        except httpx.HTTPError:
            status = 0
        took = time.monotonic() - began
        self.worst = max(self.worst, took)
        if status != 200:
            self.wrong.append(f"/healthz answered {status} at {spent:.0f} s")
            return
        behind = self.daemon.metric("nabat_log_lag_bytes")
        self.lag = max(self.lag, behind)
        opened = self.daemon.metric("nabat_incidents_opened_total{")
        told = f"{written} written, {behind / 1e6:.2f} MB behind, {opened:.0f} incidents, /healthz in {took:.2f} s"
        print(f"{spent:5.0f} s: {told}", flush=True)

    def judge(self) -> None:
        """Stop it, and say what did not hold."""
        began = time.monotonic()
        code = self.daemon.end(signal.SIGTERM)
        stopping = time.monotonic() - began
        after = kept(self.daemon.settings)
        own = [each for each in after.incidents if each.actor_id == f"user:{THIEF}"]
        print(f"stopped in {stopping:.1f} s; {len(after.incidents)} incidents, {len(after.findings)} findings")
        print(f"the thief's own: {len(own)}; /healthz {self.worst:.2f} s, {self.lag:.0f} bytes behind at worst")
        few = self.daemon.settings.group.storm_count + OTHERS
        self.wrong += ["it did not stop in 5 s"] * (stopping > 5 or code != 0)
        about_people = [each for each in after.incidents if each.kind is not IncidentKind.BLIND_SPOT]
        self.wrong += [f"{len(about_people)} incidents"] * (len(about_people) > few)
        self.wrong += ["the thief has no incident of his own"] * (not own)


def main() -> int:
    """Flood, and return 0 when all held."""
    parser = argparse.ArgumentParser(prog="python -m tests.flood", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--rate", type=int, default=500, help="findings a second (500)")
    parser.add_argument("--folder", type=Path, default=None, help="where everything is written; a temporary one")
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="nabat-flood-"))
    folder.mkdir(parents=True, exist_ok=True)
    flood = Flood(folder, asked.seconds, asked.rate)
    try:
        flood.run()
        flood.judge()
    finally:
        if not flood.daemon.over:
            flood.daemon.end(signal.SIGKILL)
    for each in flood.wrong:
        print(f"WRONG: {each}")
    return 1 if flood.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
