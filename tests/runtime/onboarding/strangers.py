"""The same working day in the words of other servers and frameworks, each as its documentation shows it."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

from tests.runtime.onboarding.made import Request

_CLIENT = re.compile(r"(?<=/customers/)\d+")
Write = Callable[[Iterable[Request]], str]


def with_guids(requests: Iterable[Request]) -> Iterator[Request]:
    """Give the same requests with clients whose ids have no order."""
    for one in requests:
        yield replace(one, path=_CLIENT.sub(lambda found: str(uuid5(NAMESPACE_URL, found[0])), one.path))


def with_tenants(requests: Iterable[Request]) -> Iterator[Request]:
    """Give the same requests of companies that share the system and number their clients each from 1 on."""
    for at, one in enumerate(requests):
        tenant = "acme" if one.user == "mallory" else ("acme", "globex")[at % 2]
        yield replace(one, path=one.path.replace("/api/", f"/t/{tenant}/"))


def _json(rows: Iterable[dict[str, object]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def lograge(requests: Iterable[Request]) -> str:
    """Rails with lograge, key=value behind the logger's head."""
    return "".join(
        f"I, [{one.at:%Y-%m-%dT%H:%M:%S}.123456 #411]  INFO -- : method={one.method} path={one.path} format=html "
        f"controller=CustomersController action=show status={one.status} duration=12.31 view=4.10 db=3.55 "
        f"ip={one.address} user={one.user if one.user != '-' else 'nil'}\n"
        for one in requests
    )


def django_json(requests: Iterable[Request]) -> str:
    """Django with a JSON formatter."""
    return _json(
        {
            "asctime": f"{one.at:%Y-%m-%d %H:%M:%S},123",
            "levelname": "INFO",
            "name": "django.request",
            "message": f"{one.method} {one.path} {one.status}",
            "request_method": one.method,
            "request_path": one.path,
            "status_code": one.status,
            "user": one.user if one.user != "-" else "AnonymousUser",
            "remote_addr": one.address,
        }
        for one in requests
    )


def kong(requests: Iterable[Request]) -> str:
    """Kong's file-log plugin."""
    return _json(
        {
            "request": {"method": one.method, "uri": one.path, "url": f"https://api.example.org:8443{one.path}",
                        "size": 210, "headers": {"host": "api.example.org", "user-agent": one.agent}},
            "response": {"status": one.status, "size": one.size, "headers": {"content-type": "application/json"}},
            "latencies": {"request": 31, "kong": 2, "proxy": 29},
            "authenticated_entity": {"consumer_id": "c1"} if one.user != "-" else None,
            "consumer": {"username": one.user} if one.user != "-" else None,
            "client_ip": one.address,
            "started_at": int(one.at.timestamp() * 1000),
        }
        for one in requests
    )  # fmt: skip


def traefik_json(requests: Iterable[Request]) -> str:
    """Traefik's access log as JSON."""
    return _json(
        {
            "ClientAddr": f"{one.address}:51234", "ClientHost": one.address, "ClientPort": "51234",
            "ClientUsername": one.user, "DownstreamContentSize": one.size, "DownstreamStatus": one.status,
            "Duration": 31000000, "RequestAddr": "crm.example.org", "RequestHost": "crm.example.org",
            "RequestMethod": one.method, "RequestPath": one.path, "RequestProtocol": "HTTP/2.0",
            "RouterName": "crm@docker", "ServiceName": "crm@docker",
            "StartUTC": f"{one.at:%Y-%m-%dT%H:%M:%S}.123456789Z",
            "entryPointName": "websecure", "level": "info", "msg": "", "time": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
        }
        for one in requests
    )  # fmt: skip


def alb(requests: Iterable[Request]) -> str:
    """AWS's Application Load Balancer, which knows no account."""
    return "".join(
        f"https {one.at:%Y-%m-%dT%H:%M:%S}.186641Z app/crm/50dc6c495c0c9188 {one.address}:2817 192.0.2.200:80 0.000 "
        f"0.031 0.000 {one.status} {one.status} 210 {one.size} "
        f'"{one.method} https://crm.example.org:443{one.path} HTTP/1.1" '
        f'"{one.agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-central-1:123456789012:'
        f'targetgroup/crm/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "crm.example.org" '
        f'"session-reused" 0 {one.at:%Y-%m-%dT%H:%M:%S}.155000Z "forward" "-" "-" '
        f'"192.0.2.200:80" "{one.status}" "-" "-"\n'
        for one in requests
    )


def caddy(requests: Iterable[Request]) -> str:
    """Caddy's access log."""
    return _json(
        {
            "level": "info", "ts": one.at.timestamp(), "logger": "http.log.access.log0", "msg": "handled request",
            "request": {"remote_ip": one.address, "remote_port": "41342", "client_ip": one.address, "proto": "HTTP/2.0",
                        "method": one.method, "host": "crm.example.org", "uri": one.path,
                        "headers": {"User-Agent": [one.agent]}},
            "bytes_read": 0, "user_id": "" if one.user == "-" else one.user, "duration": 0.0012, "size": one.size,
            "status": one.status, "resp_headers": {"Content-Type": ["application/json"]},
        }
        for one in requests
    )  # fmt: skip


def iis_forwarded(requests: Iterable[Request]) -> str:
    """IIS behind a proxy, with X-Forwarded-For as a field of its own."""
    head = (
        "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: "
        "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
        "sc-status sc-substatus sc-win32-status time-taken X-Forwarded-For\n"
    )
    return head + "".join(
        f"{one.at:%Y-%m-%d %H:%M:%S} 10.0.0.5 {one.method} {one.path.partition('?')[0]} "
        f"{one.path.partition('?')[2] or '-'} 443 {one.user} 10.0.0.2 {one.agent.replace(' ', '+')} - {one.status} 0 0 "
        f"31 {one.address}\n"
        for one in requests
    )


def nginx_x_user(requests: Iterable[Request]) -> str:
    """An nginx whose log_format ends with $http_x_user."""
    return "".join(
        f'{one.address} - - [{one.at:%d/%b/%Y:%H:%M:%S +0000}] "{one.method} {one.path} HTTP/1.1" {one.status} '
        f'{one.size} "-" "{one.agent}" "{one.user}"\n'
        for one in requests
    )


def pgaudit(requests: Iterable[Request]) -> str:
    """PostgreSQL's csvlog with pgaudit, one statement for each request that reads clients."""
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    for at, one in enumerate(requests):
        found = _CLIENT.search(one.path) or re.search(r"(?<=/customers/)[^/]+", one.path)
        if found is None or one.user == "-":
            continue
        moment = f"{one.at:%Y-%m-%d %H:%M:%S}.123 UTC"
        said = f"AUDIT: SESSION,{at},1,READ,SELECT,,,SELECT name FROM customers WHERE id = '{found[0]}',<none>"
        rows.writerow([moment, one.user, "crm", 4711, f"{one.address}:5432", "65a1b2c3.1267", at, "SELECT",
                       "2026-03-02 05:00:00 UTC", "3/44", 0, "LOG", "00000", said, "", "", "", "", "", "", "", "",
                       "psql", "client backend", "", 0])  # fmt: skip
    return made.getvalue()


def tomcat(requests: Iterable[Request]) -> str:
    """Spring Boot's Tomcat with the pattern %t %a %u "%r" %s (%D ms)."""
    return "".join(
        f'[{one.at:%d/%b/%Y:%H:%M:%S +0000}] {one.address} {one.user} "{one.method} {one.path} HTTP/1.1" {one.status} '
        f"(31 ms)\n"
        for one in requests
    )


def piped(requests: Iterable[Request]) -> str:
    """An application's own lines with bars between the cells and seconds since 1970."""
    return "".join(
        f"{one.at.timestamp():.3f}|{one.address}|{one.user}|{one.method}|{one.path}|{one.status}|{one.size}|-\n"
        for one in requests
    )


def java_pairs(requests: Iterable[Request]) -> str:
    """A Java application's key=value lines behind logback's head, with :: between its words."""
    return "".join(
        f"{one.at:%Y-%m-%d %H:%M:%S}.123 INFO  [http-nio-8080-exec-3] o.e.crm.AccessLog :: event=request "
        f"user={'null' if one.user == '-' else one.user} ip={one.address} method={one.method} uri={one.path} "
        f"status={one.status} ms=31\n"
        for one in requests
    )


def bare_epoch(requests: Iterable[Request]) -> str:
    """Cells with commas between them and milliseconds since 1970, a name for none of them."""
    return "".join(
        f"{int(one.at.timestamp() * 1000)},{one.address},{one.user},{one.method},{one.path},{one.status},{one.size}\n"
        for one in requests
    )


STRANGERS: tuple[Write, ...] = (
    lograge, django_json, kong, traefik_json, alb, caddy, iis_forwarded, nginx_x_user, pgaudit, tomcat, piped,
    java_pairs, bare_epoch,
)  # fmt: skip
