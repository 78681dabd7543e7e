"""A record that is written piece by piece, however slowly, ends live as in a replay, and is told of soon."""

import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from detector.clock import SystemClock
from detector.schema.detection.findings import Finding
from detector.settings.loading.load_settings import load_settings
from detector.store import Store
from tests.evade.house import CANARY, sql, write_config, written
from tests.live.drive import kept
from tests.live.pieces import ORIGIN, Piece, at_work, live_through, lived, replayed, same, statement
from tests.runtime.places import Daemon, eventually

pytestmark = pytest.mark.share(4)

WHOLE = ["SELECT *", "FROM clients"]
PLANTED = ["SELECT name,", "birthday", f"FROM clients WHERE id = {CANARY}"]


# Each delay with each statement; each of both once with a service that is killed, and once without.
@pytest.mark.parametrize(
    ("lines", "delay", "kill"),
    [
        (lines, delay, (at + number) % 2 == 1)
        for at, lines in enumerate((WHOLE, PLANTED))
        for number, delay in enumerate((1.5, 8.0, 50.0))
    ],
    ids=["whole-1.5", "whole-8-killed", "whole-50", "planted-1.5-killed", "planted-8", "planted-50-killed"],
)
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
    live = lived([*at_work(660.0, every=20), *statement(20.0, ["SELECT 1"], [], who="app"), *theft], tmp_path)
    again = replayed(tmp_path)
    assert again.kept.incidents
    assert live.kept.findings.keys() == again.kept.findings.keys()
    assert all(row in live.rows for row in again.rows)
    assert max(live.seen.pages.values()) <= theft[-1].at + 4.0


@pytest.mark.parametrize("seed", [1])
def test_whatever_comes_of_four_logs_the_service_ends_as_a_replay_of_them(seed: int, tmp_path: Path) -> None:
    assert live_through(seed, tmp_path, until=130.0) == []
