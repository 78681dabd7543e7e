"""Logs of a made-up portal: honest people at work, a program, and one account that walks through the clients."""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from detector.clock import SystemClock
from detector.runtime.onboarding.log_groups import group_logs
from detector.runtime.onboarding.survey import Survey, survey

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/131.0"
PEOPLE = ("anna", "boris", "dina", "lev")
WALKED = 150


@dataclass(frozen=True, kw_only=True, order=True)
class Request:
    """One request, before it is written in some format."""

    at: datetime
    path: str
    user: str = "-"
    method: str = "GET"
    status: int = 200
    size: int = 900
    address: str = "192.0.2.17"
    agent: str = BROWSER


def working_day(*, walk: bool = True) -> list[Request]:
    """Return a day's requests in order; with ``walk`` an account goes through ``WALKED`` clients one after another."""
    chance = random.Random(11)
    made: list[Request] = []
    for number, user in enumerate(PEOPLE):
        at = MORNING + timedelta(seconds=chance.randrange(600))
        for _ in range(90):
            at += timedelta(seconds=chance.expovariate(1 / 80))
            client = chance.randrange(10_000, 18_000)
            path = chance.choice(
                [f"/api/customers/{client}"] * 4
                + [f"/api/customers?q=s{client}", f"/api/customers/{client}/invoices/{client}7.pdf", "/assets/app.1.js"]
            )
            made.append(Request(at=at, path=path, user=user, address=f"192.0.2.{20 + number}"))
        made.append(Request(at=at, path="/api/login", user=user, method="POST", size=60))
    for number in range(12 * 8):
        at = MORNING + timedelta(minutes=5 * number)
        made.append(
            Request(at=at, path="/api/invoices/export", user="svc-billing", agent="python-requests/2.32", size=48_000)
        )
        made.append(Request(at=at, path="/healthz", agent="kube-probe/1.30", size=2))
    if walk:
        made += [
            Request(
                at=MORNING + timedelta(hours=3, seconds=3 * number),
                path=f"/api/customers/{12_000 + number}",
                user="mallory",
                address="203.0.113.50",
            )
            for number in range(WALKED)
        ]
    return sorted(made)


def combined(requests: Iterable[Request]) -> str:
    """Write them as nginx does."""
    return "".join(
        f'{one.address} - {one.user} [{one.at:%d/%b/%Y:%H:%M:%S +0000}] "{one.method} {one.path} HTTP/1.1" '
        f'{one.status} {one.size} "-" "{one.agent}"\n'
        for one in requests
    )


def w3c(requests: Iterable[Request]) -> str:
    """Write them as IIS does."""
    head = (
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time s-ip cs-method "
        "cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus "
        "sc-win32-status sc-bytes cs-bytes time-taken\n"
    )
    return head + "".join(
        f"{one.at:%Y-%m-%d %H:%M:%S} 192.0.2.1 {one.method} {one.path.partition('?')[0]} "
        f"{one.path.partition('?')[2] or '-'} 443 {one.user} {one.address} {one.agent.replace(' ', '+')} - "
        f"{one.status} 0 0 {one.size} 400 31\n"
        for one in requests
    )


def audit(requests: Iterable[Request]) -> str:
    """Write what is about clients as an application's audit log does, in a word of its own."""
    return "".join(
        json.dumps(
            {
                "ts": one.at.isoformat(),
                "user": one.user,
                "action": "customer.view" if parts[3].isdigit() else "customer.find",
                "customer_id": parts[3] if parts[3].isdigit() else None,
                "ip": one.address,
                "status": "ok",
            }
        )
        + "\n"
        for one in requests
        if len(parts := [*one.path.replace("?", "/?").split("/"), ""]) > 3 and parts[2] == "customers"
    )


def own_json(requests: Iterable[Request]) -> str:
    """Write them as an application with a JSON of its own does, in no format that ships."""
    return "".join(
        json.dumps(
            {
                "when": one.at.isoformat(),
                "severity": "INFO",
                "http": {"verb": one.method, "resource": one.path, "code": one.status},
                "who": {"login": one.user, "addr": one.address},
            }
        )
        + "\n"
        for one in requests
    )


def own_text(requests: Iterable[Request]) -> str:
    """Write them as text of an application's own, which syslog would keep as it stands."""
    return "".join(
        f"{one.at:%Y-%m-%d %H:%M:%S},123 INFO [portal.http] user={one.user} {one.address} "
        f'"{one.method} {one.path} HTTP/1.1" {one.status} {one.size}\n'
        for one in requests
    )


def own_tsv(requests: Iterable[Request], *, header: bool = True, account: str = "login") -> str:
    """Write them as cells with tabs between them, in local time without a zone."""
    first = f"time\tip\t{account}\tmethod\turl\tstatus\tbytes\tagent\n" if header else ""
    return first + "".join(
        f"{one.at:%Y-%m-%d %H:%M:%S}\t{one.address}\t{one.user}\t{one.method}\t{one.path}\t{one.status}\t{one.size}\t"
        f"{one.agent}\n"
        for one in requests
    )


def own_tskv(requests: Iterable[Request]) -> str:
    """Write them as nginx does where its format is tskv."""
    return "".join(
        f"tskv\ttskv_format=crm\ttimestamp={one.at + timedelta(hours=4):%Y-%m-%dT%H:%M:%S}\ttimezone=+0400\t"
        f"status={one.status}\tmethod={one.method}\trequest={one.path}\treferer=-\tcookies=a=b\t"
        f"user_agent={one.agent}\tip={one.address}\tlogin={one.user}\tbytes_sent={one.size}\n"
        for one in requests
    )


def pino(requests: Iterable[Request]) -> str:
    """Write them as pino-http does, with the account where the application put it."""
    return "".join(
        json.dumps(
            {
                "level": 30,
                "time": int(one.at.timestamp() * 1000),
                "req": {"method": one.method, "url": one.path, "remoteAddress": one.address},
                "res": {"statusCode": one.status, "headers": {"content-length": one.size}},
                "ctx": {"auth": {"sub": one.user}},
            }
        )
        + "\n"
        for one in requests
    )


def django(requests: Iterable[Request]) -> str:
    """Write them as a Django project with a formatter of its own does: the account is a word beside the address."""
    return "".join(
        f"INFO {one.at:%Y-%m-%d %H:%M:%S},{number % 1000:03} access 2411 {one.address} {one.user} "
        f'"{one.method} {one.path} HTTP/1.1" {one.status} {one.size}\n'
        for number, one in enumerate(requests)
    )


def surveyed(path: Path, text: str) -> Survey:
    """Write a log and look at it."""
    path.write_text(text, encoding="utf-8")
    (group,) = group_logs([str(path)])
    return survey(group, SystemClock())
