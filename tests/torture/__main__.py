"""Kill the running service again and again while a log is written and rotated, and compare with a quiet run.

``make torture`` runs it. It is bounded: it stops by itself after the kills it was asked for, or after its time. Each
round has a log, a state folder, a seed and a way of rotating of its own: a writer writes, more copies come than a
service looks at at once, and ``nabat run`` is killed with SIGKILL at random instants (while it starts, reads, decides,
commits, retrains, and while a snapshot is being written) and started again. Then the service may finish, and a service
nobody disturbs reads the same lines in one piece. The rows of the journal must be the same, each line once, and
findings and incidents must be equal in all they say about the lines, counts included.
"""

import argparse
import json
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from detector.schema.case.incidents import Incident, IncidentKind
from detector.schema.detection.findings import Finding
from detector.store.atomic_file import TEMPORARY
from tests.runtime.places import Daemon, Kept, eventually, kept, write_plan
from tests.servers import find_program
from tests.torture.writer import HOW, Rotation, Writer

_NOT_OF_THE_LINES = {"evidence"}
"""Evidence points to files and offsets, which differ where a log was rotated."""
_OF_INCIDENTS = (
    "id", "number", "kind", "severity", "score", "risk", "matter", "playbook", "service", "actor_id", "actor_type",
    "source_ips", "first_event_at", "last_event_at", "reasons", "rules", "tags",
)  # fmt: skip
_LAST_LINES = 240.0
"""Seconds, on a machine that may be busy with other things."""
_SHOWN = 12
LEAST_ROTATIONS = 40
_SNAPSHOT = 3.0
"""Seconds that a snapshot is waited for, to kill while it is written."""
_LATENESS = 5
"""Seconds that lines may be late: on a busy machine the writer itself may be held up between clock and file."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round's outcome."""

    number: int
    how: str
    kills: int
    rotations: int
    lines: int
    findings: int
    incidents: int
    wrong: tuple[str, ...]


def main() -> int:
    """Run the campaign and return 0 when every round was equal."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how many times to kill the service (200)")
    parser.add_argument("--round", type=int, default=20, help="kills in one round (20)")
    parser.add_argument("--seed", type=int, default=1, help="what the instants are drawn from (1)")
    parser.add_argument("--minutes", type=float, default=30.0, help="begin no round after this long (30)")
    parser.add_argument("--keep", action="store_true", help="keep the folder of a round that failed")
    asked = parser.parse_args()
    program = find_program("logrotate")
    if program is None:
        print("logrotate is not installed", file=sys.stderr)
        return 1
    begun, done, failed, number = time.monotonic(), 0, 0, 0
    while done < asked.kills and time.monotonic() - begun < asked.minutes * 60:
        number += 1
        kills = min(asked.round, asked.kills - done)
        folder = Path(tempfile.mkdtemp(prefix="nabat-torture-"))
        outcome = _round(folder, number, kills, asked.seed, program)
        done += outcome.kills
        failed += bool(outcome.wrong)
        _tell(outcome, time.monotonic() - begun)
        if outcome.wrong and asked.keep:
            print(f"  kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({"kills": done, "rounds": number, "rounds_that_differ": failed}))
    return 1 if failed or done < asked.kills else 0


def _tell(outcome: Round, seconds: float) -> None:
    told = f"round {outcome.number} ({outcome.how}): {outcome.kills} kills, {outcome.rotations} rotations"
    told += f", {outcome.lines} lines, {outcome.findings} findings, {outcome.incidents} incidents"
    print(f"{told}: {'DIFFERENT' if outcome.wrong else 'equal'} [{seconds:.0f} s]", flush=True)
    for each in outcome.wrong[:_SHOWN]:
        print(f"  {each[:300]}", flush=True)
    if len(outcome.wrong) > _SHOWN:
        print(f"  and {len(outcome.wrong) - _SHOWN} more", flush=True)


def _round(folder: Path, number: int, kills: int, seed: int, program: str) -> Round:
    chance = random.Random(seed * 1000 + number)
    how = HOW[number % len(HOW)]
    place, quiet = folder / "disturbed", folder / "quiet"
    place.mkdir()
    writer = Writer(place, chance.randrange(1 << 30))
    disturbed = Daemon(_plan(place))
    rotation, rotations, over = Rotation(place, program, how), [0], threading.Event()

    def rotate() -> None:
        # The names of dated copies are whole seconds apart.
        while not over.wait(chance.uniform(1.05, 2.0)):
            rotation.turn(writer)
            rotations[0] += 1

    rotator = threading.Thread(target=rotate, name="rotator")
    try:
        _known(disturbed)
        rotator.start()
        for _ in range(kills):
            disturbed.launch()
            time.sleep(_instant(disturbed, chance))
            disturbed.end(signal.SIGKILL)
        eventually(lambda: rotations[0] >= LEAST_ROTATIONS, _LAST_LINES)
    finally:
        over.set()
        writer.stop()
        if rotator.is_alive():
            rotator.join()
    lines = writer.whole.read_text()
    wrong: list[str] = []
    after = _finished(disturbed, lines, wrong)
    quiet.mkdir()
    (quiet / "access.log").write_text(lines)
    undisturbed = _finished(Daemon(_plan(quiet)), lines, wrong)
    wrong += _differences(after, undisturbed)
    return Round(
        number, how, kills, rotations[0], lines.count("\n"), len(_findings(after)), len(_incidents(after)), tuple(wrong)
    )


def _known(daemon: Daemon) -> None:
    """Let the service see the log once: a file that was rotated away before anybody looked belongs to no known log."""
    daemon.launch()
    eventually(lambda: daemon.events("ready"), _LAST_LINES)
    eventually(lambda: kept(daemon.settings).touched, _LAST_LINES)
    daemon.end(signal.SIGKILL)


def _plan(folder: Path) -> Path:
    """Write a configuration with every detector on."""
    log = {"paths": [str(folder / "access.log")], "format": "combined", "start": "beginning"}
    source = {"name": "crm", "service": "crm", "lateness": f"{_LATENESS}s", **log}
    behaviour = {"enabled": True, "retrain": "2s"}  # with too little history for a model: what is tried is the trying
    return write_plan(folder, sources=[source], rules={"shipped": True}, behaviour=behaviour)


def _instant(daemon: Daemon, chance: random.Random) -> float:
    """Draw how long to let it live: now and then it dies while it starts, mostly while it works."""
    if chance.random() < 0.25:
        return chance.uniform(0.05, 2.0)
    in_snapshot = chance.random() < 0.25
    end = time.monotonic() + 60
    while not daemon.events("ready") and not daemon.over and time.monotonic() < end:
        time.sleep(0.02)
    if in_snapshot:
        part, end = daemon.settings.state / "snapshots", time.monotonic() + _SNAPSHOT
        while time.monotonic() < end and not any(part.glob(f"*{TEMPORARY}")):
            time.sleep(0.0005)
        return 0.0
    return chance.uniform(0.0, 3.0)


def _finished(daemon: Daemon, lines: str, wrong: list[str]) -> Kept:
    """Let the service read to the end and stop, and say what it lost or doubled."""
    wanted = sorted(part.split(" ", 1)[0] for part in lines.split("/crm/clients/")[1:])
    daemon.launch()
    try:
        eventually(lambda: daemon.events("ready"), _LAST_LINES)
        eventually(lambda: len(kept(daemon.settings).touched) >= len(wanted), _LAST_LINES)
    except AssertionError:
        wrong.append(f"after {_LAST_LINES:.0f} s only {len(kept(daemon.settings).touched)} of {len(wanted)} lines")
    _calm(daemon)
    if daemon.end(signal.SIGTERM) != 0:
        wrong.append(f"it did not stop clean: {daemon.said[-500:]}")
    after = kept(daemon.settings)
    if sorted(after.touched) != wanted:
        lost, doubled = set(wanted) - set(after.touched), after.doubled()
        wrong.append(f"lost {len(lost)} {sorted(lost)[:3]}, doubled {len(doubled)} {doubled[:3]}")
    return after


def _calm(daemon: Daemon) -> None:
    """Wait until nothing is decided any more: the journal has a line before its lateness is over and it is judged."""
    before, now = None, kept(daemon.settings).findings
    while before != now:
        time.sleep(_LATENESS + 3)
        before, now = now, kept(daemon.settings).findings


def _findings(one: Kept) -> dict[str, Finding]:
    return {finding.id: finding for finding in one.findings if finding.actor_id != "nabat"}


def _incidents(one: Kept) -> dict[str, Incident]:
    return {incident.id: incident for incident in one.incidents if incident.kind is not IncidentKind.BLIND_SPOT}


def _differences(left: Kept, right: Kept) -> list[str]:
    names = tuple(each.name for each in fields(Finding) if each.name not in _NOT_OF_THE_LINES)
    rows = (Counter(map(repr, left.rows)), Counter(map(repr, right.rows)))
    return [
        *(f"journal, {many} times only in the disturbed run: {row}" for row, many in (rows[0] - rows[1]).items()),
        *(f"journal, {many} times only in the quiet run: {row}" for row, many in (rows[1] - rows[0]).items()),
        *_compared("finding", _findings(left), _findings(right), names),
        *_compared("incident", _incidents(left), _incidents(right), _OF_INCIDENTS),
    ]


def _compared(what: str, left: dict[str, Any], right: dict[str, Any], names: tuple[str, ...]) -> list[str]:
    told = [f"{what} {key} only in the disturbed run" for key in left.keys() - right.keys()]
    told += [f"{what} {key} only in the quiet run" for key in right.keys() - left.keys()]
    for key in left.keys() & right.keys():
        for name in names:
            here, there = getattr(left[key], name), getattr(right[key], name)
            if here != there:
                told.append(f"{what} {key}: {name} is {here!r}, quietly {there!r}")
    return told


if __name__ == "__main__":
    sys.exit(main())
