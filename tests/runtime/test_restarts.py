"""The service through rotations, restarts and kill -9: no line lost, none doubled, the same incidents."""

import gzip
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.receivers import until
from tests.runtime.places import BULK_READ, NIGHT, Daemon, bulk, eventually, kept, line
from tests.servers import NginxServer, find_program

AUTH = {"Authorization": "Basic bWFsbG9yeTp4"}  # mallory


class Load:
    """Requests for ever new clients, until stopped; can be held for a moment."""

    def __init__(self, server: NginxServer) -> None:
        self.sent = 0
        self._server = server
        self._over, self._free = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(0.02):
            with self._free:
                first, self.sent = self.sent, self.sent + 15
                paths = [f"/ok/clients/{number}" for number in range(first, first + 15)]
                self._server.get_many(paths, headers=AUTH)

    def held(self) -> threading.Lock:
        return self._free

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


def rotate(server: NginxServer, how: str) -> None:
    program = find_program("logrotate")
    if program is None:
        pytest.skip("logrotate is not installed")
    folder = server.folder
    script = f"postrotate\n kill -USR1 $(cat {folder}/nginx.pid)\n endscript" if how == "create" else ""
    config = folder / "logrotate.conf"
    config.write_text(f"{server.log} {{\n size 1\n rotate 9\n {how}\n compress\n delaycompress\n {script}\n}}\n")
    config.chmod(0o644)
    folder.chmod(0o755)
    subprocess.run([program, "-f", "-s", str(folder / "logrotate.state"), str(config)], check=True, capture_output=True)


def written(folder: Path) -> list[bytes]:
    """Return every line that stands in the log and its rotated copies, the oldest file first."""
    ages = sorted(folder.glob("access.log*"), key=lambda p: -int((re.findall(r"\.(\d+)", p.name) or ["0"])[0]))
    texts = [gzip.decompress(p.read_bytes()) if p.suffix == ".gz" else p.read_bytes() for p in ages]
    return [each for text in texts for each in text.splitlines(keepends=True)]


def wait_for(one: Daemon, count: int) -> None:
    eventually(lambda: len(set(kept(one.settings).touched)) >= count)


@pytest.mark.parametrize("how", ["create", "copytruncate"])
def test_every_request_to_a_real_nginx_is_journaled_once_through_logrotate_sigterm_and_kill_9(
    how: str, tmp_path: Path, nginx_server: Callable[..., NginxServer], daemon: Callable[..., Daemon]
) -> None:
    server = nginx_server()
    source = {"name": "crm", "paths": [str(server.log)], "format": "combined", "service": "crm", "start": "beginning"}
    disturbed = daemon(sources=[source]).start()
    load = Load(server)

    def turn_over() -> None:
        # logrotate loses what is written between its copy and its truncation: nobody writes in that moment.
        with load.held():
            rotate(server, how)

    try:
        until(lambda: load.sent >= 150)
        turn_over()
        until(lambda: load.sent >= 300)
        assert disturbed.end(signal.SIGTERM) == 0
        turn_over()
        until(lambda: load.sent >= 450)
        disturbed.start()
        until(lambda: load.sent >= 600)
        disturbed.end(signal.SIGKILL)
        turn_over()
        until(lambda: load.sent >= 750)
        disturbed.start()
        turn_over()
        until(lambda: load.sent >= 900)
    finally:
        load.stop()
        server.stop()
    logged = {int(n) for line in written(server.log.parent) for n in re.findall(rb"/clients/(\d+)", line)}
    assert logged == set(range(load.sent)), "nginx has not written every request that was sent"
    wait_for(disturbed, load.sent)
    assert disturbed.end() == 0
    after = kept(disturbed.settings)
    assert sorted(map(int, after.touched)) == list(range(load.sent))

    quiet = tmp_path / "quiet"
    quiet.mkdir()
    (quiet / "access.log").write_bytes(b"".join(written(server.folder)))
    undisturbed = daemon(quiet).start()
    wait_for(undisturbed, load.sent)
    assert undisturbed.end() == 0
    assert after.ids == kept(undisturbed.settings).ids
    assert BULK_READ in {finding.rule_id for finding in after.findings}


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kill_9_at_any_moment_neither_loses_nor_doubles_a_line(
    database: str, tmp_path: Path, daemon: Callable[..., Daemon], request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    lines = bulk(900).splitlines(keepends=True)
    one = daemon(database={"url": url})
    log = tmp_path / "access.log"
    log.touch()
    for part in range(3):
        one.start()
        with log.open("a") as out:
            out.write("".join(lines[part * 300 : part * 300 + 200]))
            out.flush()
            if part:
                eventually(lambda: kept(one.settings).incidents)
            out.write("".join(lines[part * 300 + 200 : part * 300 + 300]))
        one.end(signal.SIGKILL)
    one.start()
    wait_for(one, 900)
    assert one.end() == 0
    after = kept(one.settings)
    assert len(after.touched) == 900
    assert not after.doubled()
    assert len(after.incidents) == 1


def test_lines_written_while_the_service_is_down_are_read_at_the_next_start(
    tmp_path: Path, daemon: Callable[..., Daemon]
) -> None:
    log = tmp_path / "access.log"
    log.write_text(line(NIGHT, 1))
    one = daemon().start()
    wait_for(one, 1)
    assert one.end() == 0
    with log.open("a") as out:
        out.write(line(NIGHT, 2))
    shutil.move(log, tmp_path / "access.log.1")
    log.write_text(line(NIGHT, 3))
    one.start()
    wait_for(one, 3)
    assert one.end() == 0
    assert sorted(kept(one.settings).touched) == ["1", "2", "3"]
