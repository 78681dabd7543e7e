"""Real servers for tests: an nginx of one's own, on a free loopback port, that writes an access log.

Use the fixture ``nginx_server``, a factory: ``server = nginx_server(log_format="...")`` starts one (or skips the test
where nginx is missing) and stops it when the test ends; ``more`` goes into its ``server``. Import it into a test module
or a conftest:

    from tests.servers import nginx_server  # noqa: F401

``server.get("/ok/crm/clients/17")`` sends one request: paths under /ok/ answer 200, everything else 404.
``server.log`` is the access log, ``server.reopen()`` sends USR1 (what a log rotation does), ``server.stop()`` ends it.
"""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

COMBINED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'
)

_CONFIG = """\
daemon off;
master_process on;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    log_format tested {escape} '{log_format}';
    access_log {folder}/access.log tested;
    client_body_temp_path {folder}/tmp;
    proxy_temp_path {folder}/tmp;
    fastcgi_temp_path {folder}/tmp;
    uwsgi_temp_path {folder}/tmp;
    scgi_temp_path {folder}/tmp;
    keepalive_requests 100000;
    server {{
        listen 127.0.0.1:{port};
        location /ok/ {{ return 200 "answered\\n"; }}
        location /closed/ {{ deny all; }}
        location /secret/ {{ auth_basic secret; auth_basic_user_file {folder}/users; }}
        {more}
        location / {{ return 404; }}
    }}
}}
"""


def find_program(name: str) -> str | None:
    """Return the path of a program, /usr/sbin included."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def listens(process: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until a process takes connections on a port of this machine; tell whether it came to that."""
    for _ in range(400):
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NginxServer:
    """An nginx run by the present account, with everything it writes in one folder."""

    def __init__(
        self, program: str, folder: Path, log_format: str = COMBINED, escape: str = "default", more: str = ""
    ) -> None:
        self.folder = folder
        self.log = folder / "access.log"
        self.port = free_port()
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        config = folder / "nginx.conf"
        text = _CONFIG.format(
            folder=folder, log_format=log_format, escape=f"escape={escape}", port=self.port, more=more
        )
        if os.geteuid() == 0:
            text = "user root;\n" + text  # the workers have to reopen the log in a folder of ours
        config.write_text(text)
        self._process = subprocess.Popen(
            [program, "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")], stderr=subprocess.DEVNULL
        )
        self._wait()

    def get(self, path: str, *, headers: dict[str, str] | None = None, method: str = "GET") -> int:
        """Send one request and return the status of its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def get_many(self, paths: list[str], *, headers: dict[str, str] | None = None) -> None:
        """Send many requests over one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            for path in paths:
                connection.request("GET", path, headers=headers or {})
                connection.getresponse().read()
        finally:
            connection.close()

    def reopen(self) -> None:
        """Make it open its log anew, as after a rotation."""
        self._process.send_signal(signal.SIGUSR1)

    def stop(self) -> None:
        """End it, its answers finished and its log written."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _wait(self) -> None:
        if listens(self._process, self.port):
            return
        self.stop()
        raise RuntimeError(f"nginx did not start: {(self.folder / 'error.log').read_text()}")


@pytest.fixture
def nginx_server(tmp_path: Path) -> Iterator[Callable[..., NginxServer]]:
    """Start an nginx with a given ``log_format``; its folder is ``tmp_path/nginx`` unless another one is named."""
    program = find_program("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    running: list[NginxServer] = []

    def start(
        folder: Path | None = None, *, log_format: str = COMBINED, escape: str = "default", more: str = ""
    ) -> NginxServer:
        place = folder or tmp_path / "nginx"
        place.mkdir(parents=True, exist_ok=True)
        running.append(NginxServer(program, place, log_format, escape, more))
        return running[-1]

    yield start
    for server in running:
        server.stop()
