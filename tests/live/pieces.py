"""Lines, and pieces of lines, written each at its moment while the service turns: against a replay, and at random.

``python -m tests.live.pieces FIRST LAST`` lives through the random stories of some seeds and prints what differs. Four
logs are written: requests as JSON and as plain lines, a database's text log, auditd's. Each is late, bursts or stops as
the seed says; lines come out of order and twice, records piece by piece, some bytes are garbage, the service is killed.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from detector.runtime import pacing
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.settings.loading.load_settings import load_settings
from detector.store import Journal, Store
from tests.evade.house import CANARY, edge, request, sql, write_config, written
from tests.live.drive import Kept, Seen, Service, kept, move_to
from tests.live.judge import incidents_of

ORIGIN = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TURN = 0.5
# Where nothing was written for longer than a page may take, nothing is to be measured.
_QUIET, _STEP = 5.0, 2.0
_AFTER = ((TURN, _QUIET), (_STEP, 90.0), (20.0, 300.0), (150.0, 1200.0))
_OF_READING = ("event.id", "event.ingested", "log.file.path", "log.file.identity", "log.offset", "log.stream")


@dataclass(frozen=True)
class Piece:
    """What is written at a moment, in seconds, into a log.

    Attributes:
        rotate: The log is renamed before it. old: it goes to the renamed file.
        kill: The service is killed after it.
    """

    at: float
    log: str
    text: bytes
    rotate: bool = False
    old: bool = False
    kill: bool = False


@dataclass
class Told:
    kept: Kept
    rows: list[tuple[Any, ...]]
    seen: Seen = field(default_factory=Seen)


def statement(at: float, lines: Sequence[str], delays: Sequence[float], *, who: str = "mallory") -> list[Piece]:
    """Return one statement, whose lines come one after the other."""
    text = sql(ORIGIN + timedelta(seconds=at), "\n\t".join(lines), who).text
    pieces, moment = [], at
    for number, line in enumerate(text.splitlines(keepends=True)):
        moment += delays[number - 1] if number else 0
        pieces.append(Piece(moment, "db", line))
    return pieces


def at_work(until: float, every: int = 5) -> list[Piece]:
    """Return what four honest people do, a request in so many seconds; the database is asked by none of them."""
    chance, pieces = random.Random(1), []
    for at in range(0, int(until), every):
        who = ("anna", "boris", "dina", "lev")[at // every % 4]
        made = request(ORIGIN + timedelta(seconds=at), f"/crm/clients/{chance.randrange(200_000, 900_000)}", who)
        pieces.append(Piece(at, "crm", made.text))
    return pieces


def _state(store: Store, journal: Path) -> Told:
    rows = Journal(journal, store).scan().drop(*_OF_READING, strict=False).collect()
    return Told(kept(store), sorted(rows.rows(), key=repr))


def lived(pieces: Sequence[Piece], folder: Path, **changes: Any) -> Told:
    """Write pieces, each at its moment, while the service turns; ``changes`` are made to its configuration."""
    settings = load_settings(write_config(folder, **changes))
    paths = written(folder) | {name: folder / f"{name}.log" for name in {piece.log for piece in pieces}}
    files = {name: path.open("ab", buffering=0) for name, path in paths.items()}
    before, pacing.TURN_SECONDS = pacing.TURN_SECONDS, 0.0
    service = Service(settings, ORIGIN, -5.0, followed=True)
    renamed = dict(files)
    try:
        service.turn()
        last = service.now
        for piece in sorted(pieces, key=lambda one: one.at):
            while service.now + TURN < piece.at:
                by = TURN if service.now - last < _QUIET else max(TURN, min(_STEP, piece.at - service.now - TURN))
                move_to(service, service.now + by)
                service.turn()
            move_to(service, max(piece.at, service.now))
            if piece.rotate:
                paths[piece.log].rename(paths[piece.log].with_name(f"{piece.log}.log.1"))
                renamed[piece.log], files[piece.log] = files[piece.log], paths[piece.log].open("ab", buffering=0)
            (renamed if piece.old else files)[piece.log].write(piece.text)
            last = service.now
            service.turn()
            if piece.kill:
                service.restart(killed=True)
        for by, until in _AFTER:
            end = max(piece.at for piece in pieces) + until
            while service.now < end:
                move_to(service, service.now + by)
                service.turn()
        service.app.pipeline.save(force=True)
        told = _state(service.app.store, settings.state / "journal")
        return Told(told.kept, told.rows, service.seen)
    finally:
        pacing.TURN_SECONDS = before
        for file in (*files.values(), *renamed.values()):
            file.close()
        service.app.close()


def replayed(folder: Path) -> Told:
    """Replay the files as they stand at the end."""
    settings, out = load_settings(folder / "nabat.yml"), folder / "replay"
    files = [str(path) for path in sorted(folder.glob("*.log*")) if path.stat().st_size]
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, files), out=out)).run()
    store = Store.open(f"sqlite:///{out / 'nabat.db'}", durable=False)
    try:
        return _state(store, out / "journal")
    finally:
        store.close()


def same(live: Told, again: Told) -> None:
    assert live.kept.findings.keys() == again.kept.findings.keys()
    assert incidents_of(live.kept) == incidents_of(again.kept)
    assert live.rows == again.rows


# -- at random ---------------------------------------------------------------------------------------------------------

_LOGS = ("crm", "edge", "db", "files")
_PAUSES, _SHORT = (0, 0, 0.4, 1.5, 3, 12, 40), (*[0] * 12, 0.4, 1.5, 3)


class Story:
    """What is done in five minutes, and how the logs tell of it."""

    def __init__(self, seed: int) -> None:
        self.luck = luck = random.Random(seed)
        self.delay = {log: luck.choice([0, 0, 0.3, 2, 10, 30, 90]) for log in _LOGS}
        # The writer of a log of records writes one after the other.
        self.jitter = {log: luck.choice([0, 0, 1, 15, 50]) if log in ("crm", "edge") else 0 for log in _LOGS}
        self.burst = {log: luck.choice([0, 0, 0, 10, 45]) for log in _LOGS}
        self.ends = {log: luck.choice([1e9, 1e9, 1e9, 120.0]) for log in _LOGS}
        self.busy = dict.fromkeys(_LOGS, 0.0)
        self.pieces = [*self._requests(), *self._statements(), *self._files()]
        self.pieces.sort(key=lambda piece: piece.at)
        for _ in range(luck.choice([0, 1, 3])):
            at = luck.randrange(len(self.pieces))
            self.pieces[at] = replace(self.pieces[at], kill=True)

    def _line(self, log: str, at: float, text: bytes) -> Iterator[Piece]:
        if at <= self.ends[log]:
            moment = self._burst(log, at + self.delay[log] + self.luck.uniform(0, self.jitter[log]))
            twice = self.luck.random() < 0.01
            yield from [Piece(moment, log, text)] * (1 + twice)

    def _record(self, log: str, at: float, text: bytes, pauses: Sequence[float]) -> Iterator[Piece]:
        if at <= self.ends[log]:
            moment = self._burst(log, max(self.busy[log], at + self.delay[log]))
            for number, line in enumerate(text.splitlines(keepends=True)):
                moment += self.luck.choice(pauses) if number else 0
                yield Piece(moment, log, line)
            self.busy[log] = moment

    def _burst(self, log: str, moment: float) -> float:
        return (moment // self.burst[log] + 1) * self.burst[log] if self.burst[log] else moment

    def _requests(self) -> Iterator[Piece]:
        luck, ways = self.luck, {"crm": request, "edge": edge}
        for number in range(60):
            at, client = number * 5 + luck.random() * 4, luck.randrange(200_000, 900_000)
            log = "edge" if number % 4 == 0 else "crm"
            who = "olga" if log == "edge" else luck.choice(["anna", "boris", "dina"])
            yield from self._line(log, at, ways[log](_when(at), f"/crm/clients/{client}", who).text)
            if luck.random() < 0.1:
                yield from self._line(log, at, luck.randbytes(30).replace(b"\n", b"?") + b"\n")
        logs = luck.choice([["crm"], ["edge"], ["crm", "edge"]])
        for number in range(luck.choice([40, 160])):
            log, at = luck.choice(logs), 60 + number * 0.7
            yield from self._line(log, at, ways[log](_when(at), f"/crm/clients/{5_000 + 7 * number}").text)

    def _statements(self) -> Iterator[Piece]:
        luck = self.luck
        kinds = [
            (["SELECT 1"], "app"),
            (["SELECT name,", "birthday", f"FROM clients WHERE id = {luck.randrange(1_000, 9_000)}"], "eve"),
            (["SELECT name,", f"birthday FROM clients WHERE id = {CANARY}"], "oscar"),
            (["SELECT *", "FROM clients"], "victor"),
        ]
        for number in range(12):
            at = 20 + number * 22 + luck.random() * 10
            lines, who = luck.choice(kinds)
            yield from self._record("db", at, sql(_when(at), "\n\t".join(lines), who).text, _PAUSES)

    def _files(self) -> Iterator[Piece]:
        for number in range(self.luck.choice([3, 60])):
            at, who = 50 + number * 1.5, self.luck.choice(["walter", "wanda"])
            yield from self._record("files", at, _opened(at, who, 7_000 + number, 400 + number), _SHORT)


def _when(at: float) -> datetime:
    return ORIGIN + timedelta(seconds=at)


def _opened(at: float, who: str, client: int, serial: int) -> bytes:
    """Return what auditd tells of an open file."""
    head = f"msg=audit({_when(at).timestamp():.3f}:{serial}):"
    return (
        f"type=SYSCALL {head} arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7ffd a2=0 a3=0 items=1 "
        f'ppid=1 pid=26 auid=1000 uid=1000 comm="cat" exe="/usr/bin/cat" key="clients"'
        f'ARCH=x86_64 SYSCALL=openat AUID="{who}" UID="{who}"\n'
        f'type=CWD {head} cwd="/srv/clients"\n'
        f'type=PATH {head} item=0 name="/srv/clients/{client}/a.pdf" inode=4 dev=fd:00 mode=0100600 nametype=NORMAL\n'
    ).encode()


def with_files(folder: Path) -> dict[str, Any]:
    """Return changes to a configuration by which it follows auditd's log, too, and saves its state less often."""
    known: dict[str, Any] = yaml.safe_load(write_config(folder).read_text())
    path = str(folder / "files.log")
    files = {"name": "files", "paths": [path], "format": "auditd", "service": "files", "start": "end"}
    route = {"path": "/srv/clients/{client}/*", "object": "document", "action": "read", "subject": "{client}"}
    records = known["records"] | {"routes": [*known["records"]["routes"], route]}
    return {"sources": [*known["sources"], files], "records": records, "snapshot_every": "10s"}


def differences(live: Told, again: Told) -> list[str]:
    """Return what the service says otherwise than a replay."""
    mine, theirs = live.kept.findings, again.kept.findings
    found = [f"live alone: {mine[key]}" for key in mine.keys() - theirs.keys()]
    found += [f"replay alone: {theirs[key]}" for key in theirs.keys() - mine.keys()]
    found += [
        f"otherwise: {mine[key]}, in the replay {theirs[key]}"
        for key in mine.keys() & theirs.keys()
        if (mine[key].at, mine[key].subject_count) != (theirs[key].at, theirs[key].subject_count)
    ]
    if incidents_of(live.kept) != incidents_of(again.kept):
        found.append("incidents")
    rows, others = (Counter(map(repr, told.rows)) for told in (live, again))
    found += [f"row live alone: {row}" for row in rows - others]
    return [*found, *(f"row in the replay alone: {row}" for row in others - rows)]


def live_through(seed: int, folder: Path, *, until: float = float("inf")) -> list[str]:
    """Return what differs in the story of a seed, as far as it was written by a moment."""
    live = lived([piece for piece in Story(seed).pieces if piece.at < until], folder, **with_files(folder))
    return differences(live, replayed(folder))


def main(first: int, last: int) -> int:
    """Live through some stories and print what differs."""
    bad = 0
    for seed in range(first, last + 1):
        with TemporaryDirectory() as folder:
            found = live_through(seed, Path(folder))
        print(seed, *(found or ["the same"]), sep="\n  ", flush=True)
        bad += bool(found)
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
