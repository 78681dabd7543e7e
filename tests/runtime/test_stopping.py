"""The service ends when it is told to, cleanly, and by nothing that others do to its pipes and connections."""

import os
import signal
import socket
import struct
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.clock import SystemClock
from tests.receivers import until
from tests.runtime.places import Daemon, eventually, line, web

MakeDaemon = Callable[..., Daemon]


def children(process: int) -> set[int]:
    """Return the processes that a process has started and that are still there."""
    found: set[int] = set()
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found |= {int(number) for number in task.read_text().split()}
    return found


def test_a_broken_pipe_does_not_end_the_service(daemon: MakeDaemon) -> None:
    one = daemon(web=web()).start()
    one.send(signal.SIGPIPE)
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", one.settings.web.port), timeout=20) as rude:
            rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            rude.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert one.page("/healthz").status_code == 200
    assert one.end() == 0


@pytest.mark.parametrize("wait", [0.0, 0.02, 0.3, 1.5])
def test_a_stop_while_the_model_is_retrained_is_clean(tmp_path: Path, daemon: MakeDaemon, wait: float) -> None:
    began = SystemClock().now() - timedelta(days=3)
    lines = (line(began + timedelta(minutes=n), 1000 + n % 700, f"staff{n % 40}") for n in range(4_000))
    (tmp_path / "access.log").write_text("".join(lines))
    one = daemon(behaviour={"enabled": True, "retrain": "1s"}).start()
    assert one.process is not None
    number = one.process.pid
    training = eventually(lambda: children(number))
    with pytest.raises(AssertionError):
        until(lambda: one.over, wait)
    assert one.end() == 0
    until(lambda: not any(os.path.exists(f"/proc/{child}") for child in training))
