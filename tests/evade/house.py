"""A small company whose lines can be bent: three logs, the shipped rules, a team of two, honest people at work."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import yaml

BROWSER = b"Mozilla/5.0 (X11; Linux x86_64) Firefox/131.0"
CANARY = "104729"
CLERKS = ("anna", "boris", "dina", "lev")
HONEST = (*CLERKS, "olga", "app")
THIEF, ADDRESS = "mallory", "203.0.113.7"
NEVER = "json://127.0.0.1:9/"
BEFORE = timedelta(minutes=40)
_FORMATS = {"crm": "nginx.json", "edge": "combined", "db": "postgresql"}
_PREFIX = "%m %h %u@%d %a [%p] "


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log.

    Attributes:
        at: When it is written; the lines of a log are written in this order.
        log: Name of the log.
        text: With its end.
    """

    at: datetime
    log: str
    text: bytes


def request(
    at: datetime,
    path: str | bytes,
    who: str | bytes = THIEF,
    *,
    log: str = "crm",
    address: str = ADDRESS,
    method: str = "GET",
    status: int = 200,
    size: int | str = 900,
    agent: bytes = BROWSER,
    referer: bytes = b"",
    said: datetime | None = None,
    forwarded: str = "",
    zone: timezone = UTC,
) -> Line:
    """Return a line of a log of requests: of the CRM, nginx writing JSON, or of another system, ``edge``, combined.

    ``said`` is the time in the line, where it is another; ``zone`` that of its clock.
    """
    when = (said or at).astimezone(zone)
    asked, fields = method.encode(), (_bytes(path), status, str(size).encode())
    if log == "edge":
        text = b'%s - %s [%s] "%s %s HTTP/1.1" %d %s "%s" "%s"\n' % (
            address.encode(), _bytes(who), when.strftime("%d/%b/%Y:%H:%M:%S %z").encode(), asked, *fields,
            referer or b"-", agent,
        )  # fmt: skip
    else:
        text = (
            b'{"time":"%s","remote_addr":"%s","remote_user":"%s","request_method":"%s","request_uri":"%s","status":%d,'
            b'"body_bytes_sent":%s,"http_user_agent":"%s","http_referer":"%s","http_x_forwarded_for":"%s"}\n'
        ) % (when.isoformat(timespec="seconds").encode(), address.encode(), _bytes(who), asked, *fields, agent, referer,
             forwarded.encode())  # fmt: skip
    return Line(at, log, text)


edge = partial(request, log="edge")


def login(at: datetime, who: str, *, address: str = ADDRESS, status: int = 200) -> Line:
    """Return the line of a login to the CRM."""
    return request(at, "/crm/login", who, address=address, method="POST", status=status)


def sql(at: datetime, statement: str, who: str = THIEF, *, address: str = ADDRESS, application: str = "psql") -> Line:
    """Return a line of the database's log."""
    when = at.strftime("%Y-%m-%d %H:%M:%S.000 UTC")
    return Line(at, "db", f"{when} {address} {who}@crm {application} [417] LOG:  statement: {statement}\n".encode())


def honest(since: datetime, until: datetime) -> Iterator[Line]:
    """Return the work of four people, each a request in forty seconds or so, and one who uses the other logs."""
    chance = random.Random(since.isoformat())
    for number, who in enumerate(CLERKS):
        at = since + timedelta(seconds=chance.randrange(40))
        while at < until:
            client = chance.randrange(200_000, 900_000)  # the planted one is none of theirs
            yield request(at, f"/crm/clients/{client}", who, address=f"192.0.2.{20 + number}")
            if number == 0:
                yield edge(at, f"/crm/clients/{client + 1}", "olga", address="192.0.2.40")
                yield sql(at, f"SELECT name FROM clients WHERE id = {client + 2}", "app", address="192.0.2.50")
            at += timedelta(seconds=chance.expovariate(1 / 40) + 1)


def written(folder: Path) -> dict[str, Path]:
    """Return where each log lies."""
    return {name: folder / f"{name}.log" for name in _FORMATS}


def write_config(folder: Path, **changes: Any) -> Path:
    """Write the configuration into the folder and return its path."""
    by_id = {"object": "client", "classes": ["contact"], "subject": "{client}"}
    many = {"object": "client", "classes": ["contact"], "count": "query:limit", "bytes_per_record": 180}
    config = {
        "state": str(folder / "state"),
        "web": {"enabled": False},
        "timezone": "UTC",
        "sources": [
            {"name": name, "paths": [str(written(folder)[name])], "format": form, "service": name, "start": "end"}
            | ({"log_format": _PREFIX} if name == "db" else {})
            for name, form in _FORMATS.items()
        ],
        "records": {
            "data_classes": {"contact": {"confidentiality": "confidential", "title": "contact details"}},
            "routes": [
                {"path": "/crm/login", "methods": ["POST"], "action": "login"},
                {"path": "/crm/clients/export", "action": "export", **many},
                {"path": "/crm/clients/search", "action": "search", **many},
                {"path": "/crm/clients/{client}/documents/{document}", "action": "download", "object": "document",
                 "classes": ["contact"], "subject": "{client}", "record": "{document}"},
                {"path": "/crm/clients/{client}", "methods": ["PATCH", "PUT"], "action": "update", **by_id},
                {"path": "/crm/clients/{client}", "action": "read", **by_id},
                {"path": "/crm/cards", "action": "read", "object": "client", "classes": ["contact"],
                 "subject": "query:ids"},
                {"table": "clients", "object": "client", "classes": ["contact"], "subject": "where:id"},
            ],
            "canaries": [CANARY],
        },
        "actors": {"service_accounts": ["svc-*"], "networks": {"office": ["192.0.2.0/24"]}},
        "behaviour": {"enabled": False},
        "snapshot_every": "1s",
        "team": {
            "people": [{"name": name, "accounts": [f"user:{name}"], "targets": [name]} for name in ("olga", "dina")],
            "roles": {"soc": ["olga", "dina"], "lead": ["dina"]},
        },
        "notify": {"targets": {name: {"url": NEVER} for name in ("olga", "dina")}},
    } | changes  # fmt: skip
    path = folder / "nabat.yml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
    path.chmod(0o600)
    return path


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Return lines as they are written."""
    return sorted(lines, key=lambda line: line.at)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
