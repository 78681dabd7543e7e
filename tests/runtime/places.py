"""A configuration in a folder of its own, lines for it, and the daemon as a real process on it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import httpx
import yaml

from detector.auth import SignIns, Suspected
from detector.cli.options import login_name
from detector.clock import SystemClock
from detector.schema.case.incidents import Incident
from detector.schema.detection.findings import Finding
from detector.schema.team.people import InvitationUse
from detector.settings import Settings
from detector.settings.loading.load_settings import load_settings
from detector.store import Journal, Store
from detector.web.entry.signed_in import SESSION_COOKIE
from tests.forked import Forked
from tests.receivers import until
from tests.servers import free_port

NIGHT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
NEVER = "json://127.0.0.1:9/"
BULK_READ = "5f0c0c5e-0000-4000-8000-000000000002"
CANARY = "5f0c0c5e-0000-4000-8000-000000000003"

# Rules of the tests' own: the shipped ones may learn other numbers.
RULES = f"""\
title: Client data is read
id: 5f0c0c5e-0000-4000-8000-000000000001
name: reads
status: stable
logsource: {{product: nabat}}
detection:
  selection: {{event.action: read, event.outcome: success}}
  condition: selection
level: low
---
title: One actor reads more than a hundred clients in an hour
id: {BULK_READ}
status: stable
correlation:
  type: value_count
  rules: [reads]
  group-by: [actor.id]
  timespan: 1h
  condition: {{field: subject.ids, gt: 100}}
level: high
nabat: {{playbook: client-data-leak, dedup: 1h}}
---
title: A planted client was touched
id: {CANARY}
status: stable
logsource: {{product: nabat}}
detection:
  selection: {{nabat.canary: true}}
  condition: selection
level: critical
nabat: {{playbook: client-data-leak, dedup: 1d}}
"""


def accounts_of(login: str) -> dict[str, list[str]]:
    """Return the team's accounts; whoever runs the tests is one of them at the command line."""
    accounts = {name: [f"user:{name}"] for name in ("anna", "boris", "lev", "dina")}
    accounts[login].append(f"user:{login_name()}")
    return accounts


def plan(folder: Path, login: str = "lev", **changes: Any) -> dict[str, Any]:
    """Return a whole configuration: one CRM behind nginx, a team of four, no behaviour model.

    Args:
        folder: Where everything lies.
        login: Who of the team whoever runs the tests is.
        changes: What is other.
    """
    return {
        "state": str(folder / "state"),
        "web": {"enabled": False},
        "sources": [
            {"name": "crm", "paths": [str(folder / "access.log")], "format": "combined", "service": "crm",
             "start": "beginning"}
        ],
        "records": {
            "data_classes": {"contact": {"confidentiality": "confidential", "title": "contact details"}},
            "routes": [
                {"service": "crm", "path": "/ok/clients/{client_id}", "action": "read", "object": "client",
                 "classes": ["contact"], "subject": "{client_id}"},
                {"service": "crm", "path": "/crm/clients/{client_id}", "action": "read", "object": "client",
                 "classes": ["contact"], "subject": "{client_id}"},
            ],
            "canaries": ["104729"],
        },
        "rules": {"shipped": False, "paths": [str(folder / "rules.yml")]},
        "behaviour": {"enabled": False},
        "snapshot_every": "1s",
        "team": {
            "people": [
                {"name": name, "title": f"{name.title()} (security)", "accounts": accounts, "targets": [name]}
                for name, accounts in accounts_of(login).items()
            ],
            "roles": {"soc": ["anna", "boris"], "lead": ["lev"], "dpo": ["dina"]},
        },
        "notify": {"targets": {name: {"url": NEVER} for name in ("anna", "boris", "lev", "dina")}},
    } | changes  # fmt: skip


def write_plan(folder: Path, **changes: Any) -> Path:
    """Write the configuration into the folder and return its path."""
    (folder / "rules.yml").write_text(RULES)
    path = folder / "nabat.yml"
    path.write_text(yaml.safe_dump(plan(folder, **changes), allow_unicode=True, sort_keys=False))
    path.chmod(0o600)
    return path


def line(
    at: datetime, client: int | str, by: str = "mallory", *, address: str = "203.0.113.7", status: int = 200
) -> str:
    """Return one line of the CRM's access log."""
    when = at.strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'{address} - {by} [{when}] "GET /crm/clients/{client} HTTP/1.1" {status} 512 "-" "Mozilla/5.0"\n'


def bulk(
    count: int,
    by: str = "mallory",
    *,
    at: datetime = NIGHT,
    first: int = 1000,
    address: str = "203.0.113.7",
) -> str:
    """Return the lines of somebody who reads many different clients, one a second."""
    # Steps of seven: reading one after the other is a matter of its own.
    clients = (first + 7 * ((n * 37) % count) for n in range(count))
    return "".join(line(at + timedelta(seconds=n), client, by, address=address) for n, client in enumerate(clients))


@dataclass
class Kept:
    """What stands in a state folder.

    Attributes:
        rows: The rows of the journal, without what says in which file and when a line was read.
    """

    incidents: list[Incident]
    findings: list[Finding]
    touched: list[str]
    rows: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def ids(self) -> tuple[list[str], list[str]]:
        """Return the ids of findings and incidents, sorted."""
        return sorted(f.id for f in self.findings), sorted(i.id for i in self.incidents)

    def doubled(self) -> list[str]:
        return [subject for subject, times in Counter(self.touched).items() if times > 1]


_OF_READING = ("event.id", "event.ingested", "log.file.path", "log.file.identity", "log.offset", "log.stream")


def kept(settings: Settings) -> Kept:
    """Read a state folder as it is, the daemon running or not."""
    store = Store.open(settings.database_url)
    try:
        rows = Journal(settings.state / "journal", store).scan().drop(*_OF_READING, strict=False).collect()
        with store.read() as unit:
            touched = rows.get_column("subject.ids").explode().to_list()
            return Kept(unit.incidents.newest(), list(unit.incidents.all_findings()), touched, rows.rows())
    finally:
        store.close()


@dataclass
class Daemon:
    """`nabat run` as a process, and what it said.

    Attributes:
        before: Words in front of the command: a program that starts it with fewer rights.
    """

    config: Path
    environment: dict[str, str] = field(default_factory=dict)
    before: Sequence[str] = ()
    number: int = 0
    process: subprocess.Popen[bytes] | Forked | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        found = self.config.stat()
        return _settings(self.config, found.st_mtime_ns, found.st_size)

    @property
    def said(self) -> str:
        path = self.config.parent / f"stderr.{self.number}"
        return path.read_text() if path.exists() else ""

    def events(self, name: str) -> list[dict[str, Any]]:
        lines = [json.loads(text) for text in self.said.splitlines() if text.startswith("{") and text.endswith("}")]
        return [each for each in lines if each.get("event") == name]

    def launch(self) -> "Daemon":
        self.number += 1
        words, env = ["run", "-c", str(self.config)], {**os.environ, "PYTHONWARNINGS": "default", **self.environment}
        with (self.config.parent / f"stderr.{self.number}").open("wb") as stderr, Path(os.devnull).open("r+b") as null:
            if not self.before and not any(name.startswith("PYTHON") for name in self.environment):
                self.process = Forked(words, env, (null, null, stderr))
                return self
            self.process = subprocess.Popen(
                [*self.before, sys.executable, "-m", "detector", *words],
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=env,
            )
        return self

    def start(self) -> "Daemon":
        self.launch()
        assert self.process is not None
        try:
            until(lambda: self.events("ready") or self.over, 60)
        except AssertionError:
            self.send(signal.SIGABRT)  # it says where it stands
            self.process.wait(20)
            raise AssertionError(f"it was not ready within a minute:\n{self.said}") from None
        assert self.process.poll() is None, self.said
        if self.settings.web.enabled and not self.cookies:
            self.sign_in()
        return self

    @property
    def over(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def send(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal that ends it and return its exit status."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(40)
        assert number == signal.SIGKILL or "Traceback" not in self.said, self.said
        return status

    def sign_in(self, person: str = "lev") -> None:
        """Let somebody be signed in on the pages; the first page that needs it asks for it."""
        store = Store.open(self.settings.database_url)
        people = SignIns(store, self.settings, SystemClock(), suspected=Suspected)
        self.cookies = {SESSION_COOKIE: people.accept(people.invite(person, by="test", use=InvitationUse.SIGN_IN), "")}
        store.close()

    def page(self, path: str) -> httpx.Response:
        if path not in ("/metrics", "/healthz", "/readyz") and not self.cookies:
            self.sign_in()
        address = f"http://127.0.0.1:{self.settings.web.port}{path}"
        token = self.settings.web.metrics_token.get_secret_value()
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.get(address, timeout=20, cookies=self.cookies, headers=headers)

    def metric(self, beginning: str) -> float:
        """Return the sum of the metric's samples whose text begins so."""
        lines = [text for text in self.page("/metrics").text.splitlines() if text.startswith(beginning)]
        return sum(float(text.rsplit(" ", 1)[1]) for text in lines)


def eventually(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait like ``until``, but look seldom: for questions that cost the service or the machine something."""

    def look() -> Any:
        time.sleep(0.25)
        return true()

    return until(look, seconds)


@lru_cache
def _settings(config: Path, changed: int, size: int) -> Settings:
    """Read settings once for each state of their file: who waits for a page asks for its port again and again."""
    return load_settings(config)


def nabat(*words: str, seconds: float = 100, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would, within so many seconds, and return status, stdout and stderr."""
    with TemporaryFile() as out, TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
        process = Forked(words, {**os.environ, "COLUMNS": "100", **environment}, (nothing, out, err))
        try:
            status = process.wait(seconds)
        finally:
            process.kill()
        return subprocess.CompletedProcess(words, status, _text(out), _text(err))


def answer(config: Path, *words: str, seconds: float = 100, **environment: str) -> tuple[int, str, str]:
    """Run a command with a configuration; whatever it says, it breaks down nowhere and moves no cursor."""
    done = nabat(*words, "-c", str(config), seconds=seconds, **environment)
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


def nabat_anew(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command like ``nabat`` in a process that begins with nothing, and with a seed of hashes of its own."""
    return subprocess.run(
        [sys.executable, "-m", "detector", *words],
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "COLUMNS": "100", **environment},
        check=False,
    )


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


class ServiceSocket:
    """What systemd listens on: the unix datagram socket that NOTIFY_SOCKET names."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.setblocking(False)
        self._heard: list[str] = []

    def heard(self) -> Sequence[str]:
        """Return every message so far."""
        while True:
            try:
                self._heard.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return self._heard

    def close(self) -> None:
        self._socket.close()


def web(**more: Any) -> dict[str, Any]:
    """Return web settings with a free port."""
    return {"enabled": True, "port": free_port()} | more
