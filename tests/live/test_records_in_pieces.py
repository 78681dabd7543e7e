"""A record that is written piece by piece, however slowly, ends live as in a replay, and is told of soon."""

import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from detector.clock import SystemClock
from detector.runtime import pacing
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.schema.findings import Finding
from detector.settings.load_settings import load_settings
from detector.store import Journal, Store
from tests.evade.house import CANARY, request, sql, write_config, written
from tests.live.drive import Kept, Seen, Service, kept, move_to
from tests.live.judge import incidents_of
from tests.runtime.places import Daemon, eventually

ORIGIN = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TURN = 0.5
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


def at_work(until: float) -> list[Piece]:
    """Return what honest people do: each a request in twenty seconds; the database is asked by none of them."""
    chance, pieces = random.Random(1), []
    for at in range(0, int(until), 5):
        who = ("anna", "boris", "dina", "lev")[at // 5 % 4]
        made = request(ORIGIN + timedelta(seconds=at), f"/crm/clients/{chance.randrange(200_000, 900_000)}", who)
        pieces.append(Piece(at, "crm", made.text))
    return pieces


def _state(store: Store, journal: Path) -> Told:
    rows = Journal(journal, store).scan().drop(*_OF_READING, strict=False).collect()
    return Told(kept(store), sorted(rows.rows(), key=repr))


def lived(pieces: Sequence[Piece], folder: Path, **changes: Any) -> Told:
    """Write pieces, each at its moment, while the service turns; ``changes`` are made to its configuration."""
    settings = load_settings(write_config(folder, **changes))
    paths = written(folder)
    files = {name: path.open("ab", buffering=0) for name, path in paths.items()}
    before, pacing.TURN_SECONDS = pacing.TURN_SECONDS, 0.0
    service = Service(settings, ORIGIN, -5.0, followed=True)
    renamed = dict(files)
    try:
        service.turn()
        for piece in sorted(pieces, key=lambda one: one.at):
            while service.now + TURN < piece.at:
                move_to(service, service.now + TURN)
                service.turn()
            move_to(service, max(piece.at, service.now))
            if piece.rotate:
                paths[piece.log].rename(paths[piece.log].with_name(f"{piece.log}.log.1"))
                renamed[piece.log], files[piece.log] = files[piece.log], paths[piece.log].open("ab", buffering=0)
            (renamed if piece.old else files)[piece.log].write(piece.text)
            service.turn()
            if piece.kill:
                service.restart(killed=True)
        for by, until in ((TURN, 90.0), (10.0, 300.0), (60.0, 1200.0)):
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


WHOLE = ["SELECT *", "FROM clients"]
PLANTED = ["SELECT name,", "birthday", f"FROM clients WHERE id = {CANARY}"]


@pytest.mark.parametrize("kill", [False, True], ids=["", "killed"])
@pytest.mark.parametrize("delay", [1.5, 8.0, 50.0])
@pytest.mark.parametrize("lines", [WHOLE, PLANTED], ids=["whole", "planted"])
def test_a_statement_whose_lines_come_slowly_is_found_as_in_a_replay_and_soon(
    lines: list[str], delay: float, kill: bool, tmp_path: Path
) -> None:
    theft = statement(60.0, lines, [delay] * 2)
    if kill:
        theft = [replace(one, kill=True) for one in theft]
    live = lived([*at_work(60.0 + delay), *statement(20.0, ["SELECT 1"], [], who="app"), *theft], tmp_path)
    again = replayed(tmp_path)
    assert again.kept.incidents
    same(live, again)
    assert max(live.seen.pages.values()) <= theft[-1].at + 4.0


@pytest.mark.parametrize("old", [False, True], ids=["in the new file", "in the old file"])
def test_a_statement_that_goes_on_when_its_log_was_rotated_is_found_as_in_a_replay(old: bool, tmp_path: Path) -> None:
    first, last = statement(60.0, WHOLE, [8.0])
    pieces = [first, replace(last, rotate=True, old=old)]
    pieces += statement(70.0, PLANTED, [2.0, 2.0])
    live = lived([*at_work(100.0), *statement(20.0, ["SELECT 1"], [], who="app"), *pieces], tmp_path)
    same(live, replayed(tmp_path))


def general(at: float, command: str, lines: Sequence[str], delay: float) -> list[Piece]:
    """Return one record of MySQL's general log, whose lines come one after the other."""
    stamp = (ORIGIN + timedelta(seconds=at)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    text = f"{stamp}\t   42 {command}\t" + "\n".join(lines) + "\n"
    return [Piece(at + n * delay, "db", line.encode()) for n, line in enumerate(text.splitlines(keepends=True))]


@pytest.mark.parametrize("kill", [False, True], ids=["", "killed"])
def test_a_statement_of_a_general_log_whose_lines_come_slowly_is_found_as_in_a_replay(
    kill: bool, tmp_path: Path
) -> None:
    source = {"paths": [str(written(tmp_path)["db"])], "service": "db", "start": "end", "format": "mysql.general"}
    web = {"name": "crm", "paths": [str(written(tmp_path)["crm"])], "format": "nginx.json", "service": "crm"}
    pieces = general(20.0, "Connect", ["mallory@203.0.113.7 on crm using SSL/TLS"], 0.0)
    pieces += [replace(one, kill=kill) for one in general(60.0, "Query", PLANTED, 8.0)]
    live = lived([*at_work(100.0), *pieces], tmp_path, sources=[{"name": "db"} | source, web])
    again = replayed(tmp_path)
    assert again.kept.incidents
    same(live, again)
    assert max(live.seen.pages.values()) <= pieces[-1].at + 4.0


def test_a_running_service_that_is_killed_between_the_lines_of_a_statement_finds_what_a_replay_does(
    tmp_path: Path,
) -> None:
    config, path = write_config(tmp_path), written(tmp_path)["db"]
    for each in written(tmp_path).values():
        each.touch()
    daemon = Daemon(config).start()
    eventually(lambda: list((tmp_path / "state" / "snapshots").glob("*")))
    now = SystemClock().now()
    first, *rest = sql(now, "\n\t".join(WHOLE)).text.splitlines(keepends=True)
    try:
        with path.open("ab", buffering=0) as file:
            file.write(first)
            time.sleep(3.0)  # it has been told of as far as it goes
            for line in rest:
                daemon.end(signal.SIGKILL)
                daemon.start()
                time.sleep(1.5)
                file.write(line)
        again = replayed(tmp_path)
        assert again.kept.incidents
        eventually(lambda: again.kept.findings.keys() <= standing(config).keys(), 20)
        assert standing(config).keys() == again.kept.findings.keys()
    finally:
        daemon.end()


def standing(config: Path) -> dict[str, Finding]:
    store = Store.open(load_settings(config).database_url)
    try:
        return kept(store).findings
    finally:
        store.close()


def test_what_was_told_of_a_statement_before_its_condition_came_stays_said_and_is_provisional(tmp_path: Path) -> None:
    narrowed = ["SELECT name", "FROM clients", "WHERE id = 271828"]
    live = lived([*at_work(80.0), *statement(60.0, narrowed, [0.0, 8.0]), *statement(90.0, ["SELECT 1"], [])], tmp_path)
    again = replayed(tmp_path)
    assert live.rows == again.rows
    assert [each.provisional for each in live.kept.findings.values()] == [True]
    assert not again.kept.findings


def test_a_statement_that_goes_on_later_than_is_waited_for_is_found_whole_all_the_same(tmp_path: Path) -> None:
    theft = statement(60.0, WHOLE, [600.0])
    live = lived([*at_work(660.0), *statement(20.0, ["SELECT 1"], [], who="app"), *theft], tmp_path)
    again = replayed(tmp_path)
    assert again.kept.incidents
    assert live.kept.findings.keys() == again.kept.findings.keys()
    assert all(row in live.rows for row in again.rows)
    assert max(live.seen.pages.values()) <= theft[-1].at + 4.0
