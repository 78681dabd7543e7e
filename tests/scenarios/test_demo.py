"""The demonstration, as a newcomer starts it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from tests.receivers import until
from tests.runtime.places import eventually, nabat


@pytest.fixture
def usual_port_taken() -> Iterator[None]:
    """Let something listen on the demonstration's port: this test, or whoever has it for longer."""
    with ExitStack() as opened:
        for _ in range(100):
            try:
                opened.enter_context(socket.create_server(("127.0.0.1", 8470)))
                break
            except OSError:
                time.sleep(0.1)
        yield


@pytest.mark.usefixtures("usual_port_taken")
def test_the_demo_takes_a_free_port_opens_an_incident_says_so_and_ends_cleanly_on_ctrl_c(tmp_path: Path) -> None:
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
        taken = re.search(r"Port 8470 is taken by another program: the pages are on (\d+) this time", talk.read_text())
        assert taken, talk.read_text()
        address = f"http://127.0.0.1:{taken[1]}"
        assert f"{address}/\n" in talk.read_text()
        second = nabat("run", "--demo", "--state", str(state))
        assert (second.returncode, "another Nabat is running" in second.stderr) == (2, True)

        def incidents() -> list[dict[str, object]]:
            done = nabat("incidents", "list", "--open", "--json", "-c", str(state / "nabat.yml"))
            return json.loads(done.stdout) if done.returncode == 0 else []

        found = eventually(incidents, 60)
        eventually(lambda: "INCIDENT" in talk.read_text(), 20)
        said = talk.read_text()
        checklist = f"{address}/incidents/{found[0]['number']}"
        assert checklist in said
        assert httpx.get(checklist, timeout=20).status_code == 303
        with httpx.Client(timeout=20) as browser:
            (invitation,) = re.findall(rf"{address}/invite/\S+", said)
            token = browser.get(invitation).text.partition('name="form_token" value="')[2].partition('"')[0]
            assert browser.post(invitation, data={"form_token": token}).status_code == 303
            assert browser.get(checklist).status_code == 200
        assert "To watch your own logs" in said
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0
        assert "Traceback" not in talk.read_text()
    finally:
        if demo.poll() is None:
            demo.kill()
            demo.wait()


def test_a_port_asked_for_that_is_taken_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        done = nabat("run", "--demo", "--state", str(tmp_path / "demo"), "--port", str(port))
    assert done.returncode == 2
    assert f"port {port} is taken by another program" in done.stderr
    assert not (tmp_path / "demo" / "logs").exists()


def test_a_port_without_the_demo_says_where_it_is_set() -> None:
    done = nabat("run", "--port", "9000")
    assert (done.returncode, "set `web.port`" in done.stderr) == (2, True)
