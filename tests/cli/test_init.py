"""``nabat init`` as a stranger meets it: a log, a few questions, a configuration that loads, a first honest finding."""

import base64
import gzip
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from detector.clock import SystemClock
from detector.messages import messages
from detector.runtime.onboarding.summary_text import Telling
from detector.settings.loading.load_settings import load_settings
from tests.runtime.onboarding.made import (
    WALKED,
    audit,
    combined,
    django,
    own_json,
    own_tskv,
    own_tsv,
    pino,
    w3c,
    working_day,
)
from tests.runtime.places import nabat
from tests.servers import NginxServer, nginx_server

__all__ = ["nginx_server"]

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "real" / "apache_combined_10k.log"
ENGLISH = {"LC_ALL": "C.UTF-8"}


def init(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return nabat("init", "--yes", *words, **{**ENGLISH, **environment})


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (combined, "crm.access.log"),
        (w3c, "u_ex260302.log"),
        (audit, "portal.audit.log"),
        (own_json, "own.log"),
        (own_tsv, "cells.log"),
        (lambda day: own_tsv(day, header=False), "bare.log"),
        (own_tskv, "tskv.log"),
        (pino, "node.log"),
        (django, "django.log"),
    ],
)
def test_an_account_that_walks_through_the_clients_is_what_it_ends_with(
    tmp_path: Path, write: Callable[[Any], str], name: str
) -> None:
    log, out = tmp_path / name, tmp_path / "nabat.yml"
    log.write_text(write(working_day()))
    done = init("--out", str(out), str(log))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "No account and no session is read" not in done.stderr
    assert "INCIDENT  HIGH" in done.stderr
    assert "who        user:mallory (human) from 203.0.113.50" in done.stderr
    clients = int(re.findall(r"how much   (\d+) clients", done.stderr)[0])
    assert clients == WALKED
    checked = nabat("check", "-c", str(out))
    assert checked.returncode == 2
    (problem,) = [line for line in checked.stderr.splitlines() if line.startswith("nabat:")]
    assert problem.startswith(f"nabat: {out}:{line_of(out, 'team:')}: nobody is in the team")


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda found: str(uuid5(NAMESPACE_URL, found[0])), id="guid"),
        pytest.param(lambda found: f"c{found[0]}@example.org", id="mail"),
    ],
)
def test_a_walk_through_ids_without_an_order_is_what_it_ends_with(tmp_path: Path, made: Callable[[Any], str]) -> None:
    log, out = tmp_path / "crm.access.log", tmp_path / "nabat.yml"
    log.write_text(combined(replace(one, path=re.sub(r"(?<=customers/)\d+", made, one.path)) for one in working_day()))
    done = init("--out", str(out), str(log))
    assert "INCIDENT  HIGH" in done.stderr
    assert "who        user:mallory (human) from 203.0.113.50" in done.stderr
    assert f"{WALKED} clients in 10 minutes" in done.stderr


def test_a_log_written_in_another_zone_ends_with_the_walk_as_well(tmp_path: Path) -> None:
    late = SystemClock().now() - working_day()[-1].at + timedelta(hours=3)
    log, out = tmp_path / "cells.log", tmp_path / "nabat.yml"
    log.write_text(own_tsv(replace(one, at=one.at + late) for one in working_day()))
    done = init("--out", str(out), str(log), TZ="Etc/UTC")
    assert "Times carry no zone: taken for Etc/GMT-3 (+03:00)." in done.stderr
    assert "INCIDENT  HIGH" in done.stderr
    assert load_settings(out, {}).sources[0].timezone == "Etc/GMT-3"
    assert "# Times carry no zone: taken for Etc/GMT-3" in out.read_text()


def test_a_log_dated_in_the_future_is_said_to_be(tmp_path: Path) -> None:
    late = SystemClock().now() - working_day()[-1].at + timedelta(hours=3)
    log = tmp_path / "crm.access.log"
    log.write_text(combined(replace(one, at=one.at + late) for one in working_day()))
    done = init("--out", str(tmp_path / "nabat.yml"), str(log))
    assert "events are dated later than now" in done.stderr


def line_of(path: Path, text: str) -> int:
    return path.read_text().splitlines().index(text) + 1


def test_honest_work_alone_ends_with_nothing_and_with_how_much_was_looked_at(tmp_path: Path) -> None:
    log, out = tmp_path / "crm.access.log", tmp_path / "nabat.yml"
    log.write_text(combined(working_day(walk=False)))
    done = init("--out", str(out), str(log))
    assert "Nothing found." in done.stderr
    assert "requests of 556 touched" in done.stderr
    assert "INCIDENT" not in done.stderr


def test_a_public_web_site_is_told_that_nothing_looks_like_client_data(tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip(f"{REAL} is not on this machine")
    out = tmp_path / "nabat.yml"
    done = init("--out", str(out), str(REAL))
    assert done.returncode == 0
    assert "Nothing in these logs looks like client data" in done.stderr
    assert "None of 10,000 requests touched client data by this map." in done.stderr
    settings = load_settings(out, {})
    assert settings.records.routes == ()
    assert settings.sources[0].lateness.total_seconds() == 60


def test_a_real_nginx_and_its_rotated_copies_are_one_source(
    tmp_path: Path, nginx_server: Callable[..., NginxServer]
) -> None:
    server = nginx_server()
    for user, clients in (("anna", range(2000, 2400, 13)), ("mallory", range(5000, 5000 + WALKED))):
        token = base64.b64encode(f"{user}:x".encode()).decode()
        server.get_many([f"/ok/crm/clients/{n}" for n in clients], headers={"Authorization": f"Basic {token}"})
    server.stop()
    lines = server.log.read_text().splitlines(keepends=True)
    server.log.write_text("".join(lines[20:]))
    Path(f"{server.log}.1").write_text("".join(lines[10:20]))
    Path(f"{server.log}.2.gz").write_bytes(gzip.compress("".join(lines[:10]).encode()))
    out = tmp_path / "nabat.yml"
    done = init("--out", str(out), str(server.log), f"{server.log}.1", f"{server.log}.2.gz")
    assert done.returncode == 0, done.stderr
    assert "181 lines, 100 % understood as combined" in done.stderr
    assert "user:mallory" in done.stderr
    (source,) = load_settings(out, {}).sources
    assert source.paths == (str(server.log),)
    assert [route.path for route in load_settings(out, {}).records.routes] == ["/ok/crm/clients/{client_id}"]


def test_the_replay_is_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    log, out, kept = tmp_path / "crm.access.log", tmp_path / "nabat.yml", tmp_path / "look"
    log.write_text(combined(working_day()))
    assert init("--out", str(out), "--replay-out", str(kept), str(log)).returncode == 0
    listed = nabat("incidents", "list", "-c", str(out), "--replay", str(kept))
    assert "high" in listed.stdout


def test_without_a_replay_nothing_but_the_file_is_left(tmp_path: Path) -> None:
    log, out = tmp_path / "crm.access.log", tmp_path / "nabat.yml"
    log.write_text(combined(working_day()))
    done = init("--no-replay", "--out", str(out), str(log), TMPDIR=str(tmp_path))
    assert "INCIDENT" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {log.name, out.name}


def test_russian_is_spoken_where_the_terminal_says_so(tmp_path: Path) -> None:
    log, out = tmp_path / "crm.access.log", tmp_path / "nabat.yml"
    log.write_text(combined(working_day()))
    done = init("--no-replay", "--out", str(out), str(log), LC_ALL="ru_RU.UTF-8")
    assert "Записано в" in done.stderr
    assert load_settings(out, {}).language == "ru"
    assert "# Откуда берутся строки." in out.read_text(encoding="utf-8")
    telling = Telling(messages("ru"))
    assert telling.say("incident", severity="HIGH", name="лис") == "ИНЦИДЕНТ  тяжесть ВЫСОКАЯ  лис"
    assert "(учётная запись сотрудника)" in telling.say("incident-who", actor="user:m", type="human", addresses="-")


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    log, out = tmp_path / "crm.access.log", tmp_path / "nabat.yml"
    log.write_text(combined(working_day()))
    out.write_text("mine")
    done = init("--out", str(out), str(log))
    assert (done.returncode, out.read_text()) == (2, "mine")
    assert "--force" in done.stderr
    assert init("--no-replay", "--force", "--out", str(out), str(log)).returncode == 0


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    log = tmp_path / "crm.access.log"
    log.write_text(combined(working_day()))
    done = subprocess.run(
        [sys.executable, "-m", "detector", "init", "--out", str(tmp_path / "nabat.yml"), str(log)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--yes" in done.stderr


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 500_000, bytes(range(256)) * 2000, b"x" * 3_000_000, b"no log at all\n" * 100]
)
def test_what_is_no_log_is_told_and_nothing_is_written(tmp_path: Path, content: bytes) -> None:
    log, out = tmp_path / "odd.log", tmp_path / "nabat.yml"
    log.write_bytes(content)
    done = init("--out", str(out), str(log))
    assert done.returncode in (1, 2)
    assert "odd.log" in done.stderr
    assert "Traceback" not in done.stderr
    assert all(char.isprintable() or char == "\n" for char in done.stderr)
    assert not out.exists()


def test_a_damaged_archive_gives_a_configuration_of_what_can_be_read(tmp_path: Path) -> None:
    log, out = tmp_path / "crm.log.gz", tmp_path / "nabat.yml"
    packed = gzip.compress(combined(working_day()).encode())
    log.write_bytes(packed[: len(packed) * 2 // 3])
    done = init("--out", str(out), str(log))
    assert done.returncode == 2
    assert "is damaged" in done.stderr
    assert load_settings(out, {}).records.routes


def test_a_person_at_a_terminal_answers_with_enter(tmp_path: Path) -> None:
    log, out = tmp_path / "crm.access.log", tmp_path / "nabat.yml"
    log.write_text(combined(working_day()))
    said, status = at_terminal(["--no-replay", "--out", str(out), str(log)], answers=["client portal", "1", "", ""])
    assert status == 0, said
    assert "Which system is this? [crm]" in said
    settings = load_settings(out, {})
    assert settings.sources[0].service == "client portal"
    assert len(settings.records.routes) == 4


def at_terminal(words: list[str], *, answers: list[str]) -> tuple[str, int]:
    """Run the command on a terminal and type answers to its questions."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "detector", "init", *words], stdin=slave, stdout=slave, stderr=slave,
        env={**os.environ, **ENGLISH, "COLUMNS": "200"},
    )  # fmt: skip
    os.close(slave)
    os.write(master, "".join(f"{answer}\n" for answer in answers).encode())
    said = b""
    give_up = time.monotonic() + 100
    while time.monotonic() < give_up:
        try:
            more = os.read(master, 65_536)
        except OSError:  # the other end is closed
            break
        said += more
    os.close(master)
    return said.decode("utf-8", "replace"), process.wait(20)
