"""A real nginx under load, a real logrotate, and a reader that is restarted in between."""

import gzip
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from detector.acquire.reader import Reader
from detector.acquire.timing import ReadTiming
from detector.clock import SystemClock
from detector.frames import LineBatch
from detector.settings.sections.sources import SourceSettings
from tests.servers import NginxServer, find_program, nginx_server

__all__ = ["nginx_server"]

PACE = ReadTiming(beat=0.2, polling=0.2, hot=2.0, grace=0.5)


class Load:
    """Requests with numbers, sent by a few threads until it is stopped."""

    def __init__(self, server: NginxServer) -> None:
        self.sent = 0
        self._server = server
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(2)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        while not self._over.is_set():
            with self._lock:
                first = self.sent
                self.sent += 20
            self._server.get_many([f"/ok/number/{number}/end" for number in range(first, first + 20)])

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def rotate(folder: Path, how: str, server: NginxServer) -> None:
    program = find_program("logrotate")
    if program is None:
        pytest.skip("logrotate is not installed")
    script = f"postrotate\n kill -USR1 $(cat {folder}/nginx.pid)\n endscript" if how == "create" else ""
    config = folder / "logrotate.conf"
    config.write_text(f"{server.log} {{\n size 1\n rotate 9\n {how}\n compress\n delaycompress\n {script}\n}}\n")
    config.chmod(0o644)
    folder.chmod(0o755)
    subprocess.run([program, "-f", "-s", str(folder / "logrotate.state"), str(config)], check=True, capture_output=True)


def numbers(batches: list[LineBatch]) -> list[int]:
    return [int(line.split("/number/")[1].split("/")[0]) for batch in batches for line in batch.lines]


def saved(folder: Path) -> set[int]:
    """Return the numbers that stand in the log and its rotated copies."""
    found: set[int] = set()
    for path in folder.glob("access.log*"):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found |= {int(number) for number in re.findall(rb"/number/(\d+)/end HTTP.*\n", text)}
    return found


@pytest.mark.parametrize("how", ["create", "copytruncate"])
@pytest.mark.parametrize("pattern", ["access.log", "access.log*"])
def test_no_line_of_a_real_nginx_is_lost_or_doubled_through_logrotate_and_a_restart(
    how: str, pattern: str, nginx_server: Callable[..., NginxServer]
) -> None:
    server = nginx_server()
    sources = [SourceSettings(name="web", paths=[str(server.folder / pattern)], service="crm", start="beginning")]
    reader = Reader(sources, clock=SystemClock(), first_start=True, pace=PACE)
    batches = reader.poll()
    load = Load(server)
    try:
        for turn in range(40):
            reader.wait(0.05)
            batches += reader.poll()
            if turn in (10, 20, 30):
                rotate(server.folder, how, server)
            if turn == 25:
                positions = reader.positions()
                reader.close()
                rotate(server.folder, how, server)
                reader = Reader(sources, positions, clock=SystemClock(), first_start=False, pace=PACE)
    finally:
        load.stop()
        server.stop()
    for _ in range(200):
        reader.wait(0.05)
        new = reader.poll()
        batches += new
        if not new and len(numbers(batches)) >= load.sent:
            break
    reader.close()
    got = numbers(batches)
    assert len(got) == len(set(got)), "a line was read twice"
    # copytruncate loses what is written between the copy and the truncation: what it saved has to be read.
    wanted = saved(server.folder) if how == "copytruncate" else set(range(load.sent))
    assert wanted - set(got) == set()
    assert len(wanted) > 50
