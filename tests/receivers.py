"""Real receivers of messages on loopback ports: an ntfy server, a mail server, and web servers that misbehave.

A fixture skips with the reason where a program is missing. Nothing leaves the machine.
"""

import json
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port


def until(true: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait until something is true and return it; fails the test when it never is.

    Looking takes a fifth of the time at most: it takes the processor from what is waited for.
    """
    end = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if value := true():
            return value
        now = time.monotonic()
        assert now < end, "it never became true"
        time.sleep(min(max(0.005, 4 * (now - began)), 0.25))


@dataclass
class Ntfy:
    """A running ntfy server."""

    port: int

    def url(self, topic: str) -> str:
        """Return the Apprise URL of a topic."""
        return f"ntfy://127.0.0.1:{self.port}/{topic}"

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """Return what the server holds of a topic, oldest first."""
        address = f"http://127.0.0.1:{self.port}/{topic}/json?poll=1"
        with urllib.request.urlopen(address, timeout=10) as answer:
            said = [json.loads(line) for line in answer.read().splitlines()]
        return [each for each in said if each["event"] == "message"]


@contextmanager
def running_ntfy(folder: Path) -> Iterator[Ntfy]:
    """Run an ntfy server of one's own.

    Raises:
        FileNotFoundError: It is not installed.
        RuntimeError: It does not start, with what it said.
    """
    server = Ntfy(free_port())
    (folder / "server.yml").write_text(
        f"listen-http: 127.0.0.1:{server.port}\n"
        f"base-url: http://127.0.0.1:{server.port}\n"
        f"cache-file: {folder / 'cache.db'}\n"
        "web-root: disable\n"
        "visitor-request-limit-burst: 100000\n"
        "visitor-message-daily-limit: 100000\n"
    )
    command = ["ntfy", "serve", "--config", str(folder / "server.yml")]
    with (folder / "out").open("wb") as out:
        running = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        until(lambda: running.poll() is not None or _answers(f"http://127.0.0.1:{server.port}/v1/health"))
        if running.poll() is not None:
            raise RuntimeError((folder / "out").read_text()[-300:])
        yield server
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture(scope="session")
def ntfy_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ntfy]:
    if shutil.which("ntfy") is None:
        pytest.skip("the ntfy server is not installed")
    with ExitStack() as running:
        try:
            server = running.enter_context(running_ntfy(tmp_path_factory.mktemp("ntfy")))
        except RuntimeError as error:
            pytest.skip(f"ntfy does not start here: {error}")
        yield server


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except OSError:
        return False


@dataclass
class Mails:
    """A running mail server and what it received; ``unknown``: addresses that it refuses."""

    port: int = 0
    refuse: str = ""
    unknown: set[str] = field(default_factory=set)
    received: list[EmailMessage] = field(default_factory=list)

    def url(self, to: str) -> str:
        """Return the Apprise URL that mails ``to@example.org``."""
        return f"mailto://127.0.0.1:{self.port}/{to}@example.org?from=nabat@example.org&mode=insecure&format=text"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refuse:
            return self.refuse
        if address in self.unknown:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mails]:
    """Run a mail server that keeps what it gets."""
    controllers = pytest.importorskip("aiosmtpd.controller")
    mails = Mails()
    controller = controllers.Controller(mails, hostname="127.0.0.1", port=free_port(), ready_timeout=20)
    controller.start()
    mails.port = controller.port
    try:
        yield mails
    finally:
        controller.stop()


@pytest.fixture
def smtp_server() -> Iterator[Mails]:
    with mail_server() as mails:
        yield mails


@dataclass
class Web:
    """A web server that answers as told: a status; or until let go ``hang``, ``drip``, or be ``late`` with 200.

    Attributes:
        seconds: How long it takes for each answer.
    """

    port: int = 0
    answers: list[int | str] = field(default_factory=list)
    otherwise: int | str = 200
    seconds: float = 0.0
    received: list[dict[str, Any]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, secret: str = "") -> str:
        """Return the Apprise URL that posts JSON here."""
        return f"json://127.0.0.1:{self.port}/{secret}"


@contextmanager
def web_servers() -> Iterator[Callable[..., Web]]:
    """Return what runs web servers that keep what they get."""
    running: list[tuple[ThreadingHTTPServer, Web]] = []

    def serve(*answers: int | str, otherwise: int | str = 200) -> Web:
        web = Web(answers=list(answers), otherwise=otherwise)

        class Receiver(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = web.answers.pop(0) if web.answers else web.otherwise
                web.received.append(json.loads(body) | {"answer": answer})
                web.ended.wait(web.seconds)
                _answer(self, web, answer)

            def log_message(self, format: str, *args: Any) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        web.port = server.server_port
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append((server, web))
        return web

    try:
        yield serve
    finally:
        for server, web in running:
            web.ended.set()
            server.shutdown()
            server.server_close()


@pytest.fixture
def web_server() -> Iterator[Callable[..., Web]]:
    with web_servers() as serve:
        yield serve


def _answer(receiver: BaseHTTPRequestHandler, web: Web, answer: int | str) -> None:
    if answer == "hang":
        web.ended.wait(60)
        return
    if answer == "drip":
        while not web.ended.wait(0.05):
            receiver.wfile.write(b"H")
            receiver.wfile.flush()
        return
    if answer == "late":
        web.ended.wait(60)
    receiver.send_response(200 if answer == "late" else int(answer))
    receiver.end_headers()
