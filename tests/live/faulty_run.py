"""The service on eleven logs with every fault at once, killed again and again, against a replay of what it read.

    python -m tests.live.faulty_run DIR                      five minutes, a seed of 1
    python -m tests.live.faulty_run DIR --seed 3 --lasts 180
    python -m tests.live.faulty_run DIR --older PATH         one service begins with the program in PATH
    python -m tests.live.faulty_run DIR --compare            compare again what stands in DIR

Three services read the same logs on the wall clock: *whole* runs through, *killed* is killed (SIGKILL) each 40 seconds
once it is ready, *upgraded* is stopped in the middle and started again. Then the logs are replayed as they lie there.
What each of them says is compared with the replay: findings and incidents, word for word, and whose data was touched,
row for row. What hangs on the wall clock by its meaning is left out (when it was opened and answered), and so is the
name an incident was given before all was known. It ends with 1 where something differs.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any, BinaryIO

from detector.cli.options import login_name
from detector.clock import SystemClock
from detector.schema.detection.findings import Finding
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.live.eleven_logs import LOGS, Company, Step, tape, write_lists, write_settings
from tests.servers import free_port

SERVICES = ("whole", "killed", "upgraded")
_ROOT = Path(__file__).parents[2]
# Behaviour is judged each five minutes, as far as all is counted.
_KILLED_EVERY, _SETTLES, _AT_MOST = 40.0, 450.0, 900.0
_OF_CLOCK = (
    "id", "number", "code_name", "opened_at", "became_at", "status", "acknowledged_at", "aware_at", "alerts", "version",
)  # fmt: skip
# What stood in a log before it was first opened, a replay cannot know.
_OF_STORE = ("replaces", "stands", "corrects", "provisional", "settled", "evidence", "covered", "history")


def _now() -> float:
    return SystemClock().now().timestamp()


@dataclass
class Player:
    """Writes a tape. A log of which half a line was written waits for its rest, as a writer does."""

    folder: Path
    files: dict[str, BinaryIO] = field(default_factory=dict)
    waits: dict[str, tuple[float, list[Step]]] = field(default_factory=dict)
    luck: Random = field(default_factory=lambda: Random(7))

    def path(self, log: str) -> Path:
        return self.folder / "logs" / LOGS[log][0]

    def play(self, steps: Sequence[Step]) -> None:
        self.files = {log: self.path(log).open("ab", buffering=0) for log in LOGS}
        for step in steps:
            while (left := step.at - _now()) > 0:
                self._go_on()
                time.sleep(min(0.05, left))
            self._go_on()
            self._act(step)
        while self.waits:
            self._go_on()
            time.sleep(0.05)

    def _go_on(self) -> None:
        for log in [log for log, (until, _) in self.waits.items() if until <= _now()]:
            for step in self.waits.pop(log)[1]:
                self._act(step)

    def _act(self, step: Step) -> None:
        if step.log in self.waits:
            self.waits[step.log][1].append(step)
            return
        if step.act in ("rename", "copy"):
            self._rotate(step)
            return
        self.files[step.log].write(step.text)
        if step.act == "half":
            self.waits[step.log] = _now() + self.luck.uniform(0.3, 3), []

    def _rotate(self, step: Step) -> None:
        path = self.path(step.log)
        old = sorted(path.parent.glob(f"{path.name}.*"), key=lambda each: -int(each.suffix[1:]))
        for each in old:
            each.rename(each.with_suffix(f".{int(each.suffix[1:]) + 1}"))
        if step.act == "copy":
            shutil.copyfile(path, f"{path}.1")
            os.truncate(path, 0)
        else:
            path.rename(f"{path}.1")
            before, self.files[step.log] = self.files[step.log], path.open("ab", buffering=0)
            before.close()


@dataclass
class Run:
    """One service: a program, a configuration, a process."""

    config: Path
    program: Path = _ROOT
    process: subprocess.Popen[bytes] | None = None
    begun: int = 0

    @property
    def log(self) -> Path:
        return self.config.with_suffix(".log")

    @property
    def is_ready(self) -> bool:
        """Who dies again and again before that takes a line for the cause, and puts it aside."""
        return b'"event": "ready"' in self.log.read_bytes()[self.begun :]

    def start(self, program: Path | None = None) -> None:
        self.program = program or self.program
        self.begun = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "detector", "run", "-c", str(self.config)],
                cwd=self.program,
                env={**os.environ, "PYTHONPATH": str(self.program)},
                stdout=said,
                stderr=said,
            )

    def end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)


def run(folder: Path, seed: int, lasts: float, older: Path | None) -> None:
    """Let it happen."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "logs").mkdir(parents=True)
    made = Company(Random(seed), _now() + 60, lasts)
    for _, log, text in made.past():
        with (folder / "logs" / LOGS[log][0]).open("ab") as file:
            file.write(text + (b"\r\n" if log == "archive" else b"\n"))
    steps = tape(made, made.present())
    write_lists(folder, made)
    runs = {name: Run(write_settings(folder, name, free_port(), login_name())) for name in SERVICES}
    for name, each in runs.items():
        each.start(older if name == "upgraded" else None)
    player = Thread(target=Player(folder).play, args=(steps,))
    player.start()
    try:
        _disturb(runs, made, player)
        _settle(runs)
    finally:
        statuses = {name: each.end(signal.SIGTERM) for name, each in runs.items()}
    print("ended with", statuses, flush=True)


def _settle(runs: dict[str, Run]) -> None:
    """Wait until what is said has been counted: the logs' lags have to go by, and on a busy machine some more."""
    ends = _now() + _AT_MOST
    time.sleep(_SETTLES)
    while _now() < ends and any(_waits(each) for each in runs.values()):
        time.sleep(5)


def _waits(one: Run) -> bool:
    return any(each.provisional for each in _findings(load_settings(one.config).database_url).values())


def _disturb(runs: dict[str, Run], made: Company, player: Thread) -> None:
    """Kill one service now and then, and upgrade another one, while lines are written."""
    killed_at, upgraded = made.begins, False
    while player.is_alive():
        time.sleep(1)
        now = _now()
        if now - killed_at > _KILLED_EVERY and runs["killed"].is_ready:
            runs["killed"].end(signal.SIGKILL)
            print(f"killed at {now - made.begins:.0f} s", flush=True)
            time.sleep(now % 4)
            runs["killed"].start()
            killed_at = now
        if not upgraded and now > made.begins + 0.45 * made.lasts:
            upgraded = True
            print("upgraded:", runs["upgraded"].end(signal.SIGTERM), flush=True)
            runs["upgraded"].start(_ROOT)


# -- what is compared ------------------------------------------------------------------------------------------------


def replay(folder: Path) -> Path:
    """Replay the logs as they lie there; return the configuration."""
    config = write_settings(folder, "replayed", free_port(), login_name(), rotated=True)
    shutil.rmtree(folder / "replay", ignore_errors=True)
    done = _nabat("replay", "-c", str(config), "--out", str(folder / "replay"))
    print(done.stdout.strip(), done.stderr.strip(), flush=True)
    return config


def compare(folder: Path) -> list[str]:
    """Return what the services say otherwise than the replay."""
    config = folder / "replayed.yml"
    theirs = _findings(f"sqlite:///{folder / 'replay' / 'nabat.db'}")
    incidents = _incidents(config, folder / "replay")
    scopes = {key: _scope(folder, config, one["number"], folder / "replay") for key, one in incidents.items()}
    found: list[str] = []
    for name in SERVICES:
        own = folder / f"{name}.yml"
        found += [f"{name}: {each}" for each in _of_findings(_findings(load_settings(own).database_url), theirs)]
        mine = _incidents(own)
        found += [f"{name}: {each}" for each in _of_incidents(mine, incidents)]
        for key in mine.keys() & scopes.keys():
            rows = _scope(folder, own, mine[key]["number"])
            if rows != scopes[key]:
                found.append(f"{name}: scope of {key}: {len(rows - scopes[key])} more, {len(scopes[key] - rows)} less")
        named = sum(mine[key]["id"] != incidents[key]["id"] for key in mine.keys() & incidents.keys())
        print(f"{name}: {len(mine)} incidents, {named} named otherwise than in the replay", flush=True)
    return found


def _findings(url: str) -> dict[str, Finding]:
    store = Store.open(url)
    try:
        with store.read() as unit:
            return {each.id: each for each in unit.incidents.all_findings() if each.actor_id != "nabat"}
    finally:
        store.close()


def _of_findings(mine: dict[str, Finding], theirs: dict[str, Finding]) -> Iterator[str]:
    for key in mine.keys() ^ theirs.keys():
        one, where = (mine[key], "live alone") if key in mine else (theirs[key], "replay alone")
        if not one.replaced_by:
            yield f"{where}: {one.title} of {one.actor_id!r}"
    for key in sorted(mine.keys() & theirs.keys()):
        here, there = mine[key], theirs[key]
        for name in Finding.__dataclass_fields__:
            if name not in _OF_STORE and getattr(here, name) != getattr(there, name):
                yield f"{here.title} of {here.actor_id!r}: {name} {getattr(here, name)}, replay {getattr(there, name)}"
        # Of one moment they stand in the order of their ids, which hang on the file they were read from.
        proofs, others = (sorted((each.at, each.line_hash) for each in one.evidence) for one in (here, there))
        if proofs != others:
            yield f"{here.title} of {here.actor_id!r}: {len(set(proofs) ^ set(others))} pieces of evidence"


def _incidents(config: Path, replayed: Path | None = None) -> dict[str, dict[str, Any]]:
    words = ["incidents", "list", "--json", "--limit", "500", "-c", str(config)]
    done = _nabat(*words, *(["--replay", str(replayed)] if replayed else []))
    told = json.loads(done.stdout)
    told = told if isinstance(told, list) else told["incidents"]
    # One may have another name than in a replay; whom it is about, and of what kind it is, is the same.
    return {f"{one['actor']!r} {one['kind']}": one for one in told if one["kind"] != "blind_spot"}


def _of_incidents(mine: dict[str, dict[str, Any]], theirs: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield from (f"incident only live: {key}" for key in mine.keys() - theirs.keys())
    yield from (f"incident only in the replay: {key}" for key in theirs.keys() - mine.keys())
    for key in sorted(mine.keys() & theirs.keys()):
        for name in theirs[key].keys() - set(_OF_CLOCK):
            if mine[key].get(name) != theirs[key][name]:
                yield f"incident of {key}: {name} {mine[key].get(name)}, replay {theirs[key][name]}"


def _scope(folder: Path, config: Path, number: str, replayed: Path | None = None) -> frozenset[str]:
    out = folder / "scope.csv"
    words = ["scope", number, "--out", str(out), "-c", str(config)]
    done = _nabat(*words, *(["--replay", str(replayed)] if replayed else []))
    rows = frozenset(out.read_text().splitlines()) if out.exists() else frozenset([done.stderr])
    out.unlink(missing_ok=True)
    return rows


def _nabat(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "detector", *words], capture_output=True, text=True, check=False)


def main() -> int:
    """Run and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where all of it lies; what is there is removed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lasts", type=float, default=300.0, help="seconds (300)")
    parser.add_argument("--older", type=Path, help="a tree with an older program")
    parser.add_argument("--compare", action="store_true", help="only compare what was left there")
    asked = parser.parse_args()
    folder = asked.folder.absolute()
    if not asked.compare:
        run(folder, asked.seed, asked.lasts, asked.older)
    replay(folder)
    found = compare(folder)
    print(*(found or ["the same"]), sep="\n", flush=True)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
