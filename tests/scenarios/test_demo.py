"""The demonstration, as a newcomer starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.receivers import until
from tests.runtime.places import eventually, nabat


def free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def test_the_demo_opens_an_incident_within_a_minute_says_so_and_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
    if not free(8470):
        pytest.skip("the demo's port 8470 is taken on this machine")
    state, talk = tmp_path / "demo", tmp_path / "talk"
    with talk.open("wb") as out:
        demo = subprocess.Popen(
            [sys.executable, "-m", "detector", "run", "--demo", "--state", str(state)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
    try:
        until(lambda: "Nabat is watching" in talk.read_text() or demo.poll() is not None, 60)

        def incidents() -> list[dict[str, object]]:
            done = nabat("incidents", "list", "--open", "--json", "-c", str(state / "nabat.yml"))
            return json.loads(done.stdout) if done.returncode == 0 else []

        found = eventually(incidents, 60)
        eventually(lambda: "INCIDENT" in talk.read_text(), 20)
        said = talk.read_text()
        assert f"http://127.0.0.1:8470/incidents/{found[0]['number']}" in said
        assert "To watch your own logs" in said
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0
        assert "Traceback" not in talk.read_text()
    finally:
        if demo.poll() is None:
            demo.kill()
            demo.wait()
