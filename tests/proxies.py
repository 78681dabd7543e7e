"""More real servers for tests: Apache, HAProxy and Squid, each on a free loopback port, each writing an access log.

The fixtures ``apache_server``, ``haproxy_server`` and ``squid_server`` are factories, as ``nginx_server`` is in
tests/servers.py: they start a server, or skip the test where its program is missing, and stop it when the test ends.
``send(server, raw)`` sends a request byte by byte as given, however odd; ``server.lines(count)`` waits for that many
lines of its log.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import find_program, free_port, listens

MODULES = Path("/usr/lib/apache2/modules")

_APACHE = """\
ServerRoot {folder}
PidFile {folder}/apache.pid
Listen 127.0.0.1:{port}
ServerName crm.example.org
{modules}
{user}
ErrorLog {folder}/error.log
LogLevel info
LogFormat {log_format} tested
CustomLog {folder}/access.log tested
DocumentRoot {folder}
<Location /closed>
    Require all denied
</Location>
<Location /secret>
    AuthType Basic
    AuthName secret
    AuthUserFile {folder}/users
    Require valid-user
</Location>
"""

_HAPROXY = """\
global
    log stdout len 16384 format {framing} local0
    stats timeout 10s
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 2s
    log global
    {options}
frontend crm
    bind 127.0.0.1:{port}
    {captures}
    http-request return status 200 content-type text/plain string answered if {{ path_beg /ok/ }}
    http-request deny
"""

_SQUID = """\
http_port 127.0.0.1:{port}
pid_filename none
cache deny all
cache_log {folder}/cache.log
coredump_dir {folder}
access_log stdio:{folder}/access.log {log_format}
visible_hostname crm.example.org
shutdown_lifetime 0 seconds
strip_query_terms off
acl local src 127.0.0.1
acl closed url_regex closed
http_access deny closed
http_access allow local
netdb_filename none
pinger_enable off
"""


class Server:
    """A server of the test's own: its folder, its port, its log."""

    def __init__(self, command: list[str], folder: Path, port: int, log: Path, *, to_log: bool = False) -> None:
        self.folder, self.port, self.log = folder, port, log
        self._out = log.open("wb") if to_log else None
        trouble = (folder / "trouble").open("wb")
        self._process = subprocess.Popen(command, cwd=folder, stdout=self._out or trouble, stderr=trouble)
        trouble.close()
        self._wait()

    def lines(self, count: int, *, without: str = "\n") -> list[str]:
        """Return the lines of the log that do not hold a text, as soon as there are ``count`` of them."""
        for _ in range(200):
            found = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
            found = [line for line in found if without not in line]
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{len(found)} of {count} lines: {found}")

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._out is not None:
            self._out.close()

    def _wait(self) -> None:
        if listens(self._process, self.port):
            return
        self.stop()
        raise RuntimeError(f"it did not start: {(self.folder / 'trouble').read_text('utf-8', 'replace')}")


def send(server: "Server | int", raw: bytes, *, done: bool = True) -> bytes:
    """Send a request as it is and return the answer; ``done``: say at once that nothing more will come."""
    port = server if isinstance(server, int) else server.port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(raw)
        if done:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def _started(program: str, make: Callable[..., Server]) -> Iterator[Callable[..., Server]]:
    if find_program(program) is None:
        pytest.skip(f"{program} is not installed")
    running: list[Server] = []
    folders: list[Path] = []

    def start(**told: str) -> Server:
        # Not below the folder of the test: it is closed to the accounts these servers change to.
        folder = Path(tempfile.mkdtemp(prefix=f"nabat-{program}-"))
        folder.chmod(0o777)  # the server changes to an account of its own
        folders.append(folder)
        running.append(make(find_program(program), folder, **told))
        return running[-1]

    yield start
    for server in running:
        server.stop()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def apache_server() -> Iterator[Callable[..., Server]]:
    """Start an Apache with ``log_format``, the directive's argument with its quotes."""

    def make(program: str, folder: Path, *, log_format: str) -> Server:
        port = free_port()
        wanted = ("mpm_event", "authz_core", "authn_core", "authn_file", "auth_basic", "authz_user", "unique_id")
        modules = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in wanted)
        user = "User nobody\nGroup nogroup" if os.geteuid() == 0 else ""
        (folder / "users").write_text("anna:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")  # the password is "password"
        (folder / "users").chmod(0o644)
        text = _APACHE.format(folder=folder, port=port, modules=modules, user=user, log_format=log_format)
        (folder / "apache.conf").write_text(text)
        command = [program, "-f", str(folder / "apache.conf"), "-DFOREGROUND"]
        return Server(command, folder, port, folder / "access.log")

    yield from _started("apache2", make)


@pytest.fixture
def haproxy_server() -> Iterator[Callable[..., Server]]:
    """Start an HAProxy with ``options``, lines of its section ``defaults``."""

    def make(program: str, folder: Path, *, options: str, captures: str = "", framing: str = "raw") -> Server:
        port = free_port()
        text = _HAPROXY.format(port=port, options=options, captures=captures, framing=framing)
        (folder / "haproxy.cfg").write_text(text)
        command = [program, "-db", "-f", str(folder / "haproxy.cfg")]
        return Server(command, folder, port, folder / "access.log", to_log=True)

    yield from _started("haproxy", make)


@pytest.fixture
def squid_server() -> Iterator[Callable[..., Server]]:
    """Start a Squid that writes ``log_format``, one it knows by name."""

    def make(program: str, folder: Path, *, log_format: str) -> Server:
        port = free_port()
        (folder / "squid.conf").write_text(_SQUID.format(folder=folder, port=port, log_format=log_format))
        command = [program, "-N", "-f", str(folder / "squid.conf")]
        return Server(command, folder, port, folder / "access.log")

    yield from _started("squid", make)
