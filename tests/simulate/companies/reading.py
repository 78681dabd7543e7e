"""The lines of a simulated company, read without the service's decoders."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

COMBINED = re.compile(r'^(\S+) - (\S+) \[([^\]]+)\] "([A-Z]+) (\S+) HTTP/1\.1" (\d{3}) (\d+) "([^"]*)" "([^"]*)"$')
IN_PATH = re.compile(r"/(?:cards|patients|clients|buyers|my|visit|s|t|r)/(\d+)")
IN_SQL = re.compile(r"\b(?:id|client_id) = (\d+)")
ROWS = re.compile(r",(\d+)$")


@dataclass(frozen=True, slots=True)
class Seen:
    """One line: who, from where, with what, when, on whom, and what (a path or the audit's words)."""

    log: str
    number: int
    text: str
    when: datetime
    account: str
    ip: str
    agent: str
    session: str
    what: str
    ok: bool
    size: int
    ids: frozenset[str]


def _web(number: int, text: str) -> Seen:
    if text.startswith("{"):
        data = json.loads(text)
        ip, account, agent = data["remote_addr"], data["remote_user"], data["http_user_agent"]
        when, uri, status, size = (
            datetime.fromisoformat(data["time"]),
            data["request_uri"],
            data["status"],
            data["body_bytes_sent"],
        )
    else:
        found = COMBINED.match(text)
        assert found, text
        ip, account, stamp, _, uri, status, size, _, agent = found.groups()
        when = datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z")
    account = "" if account == "-" else account
    ids = frozenset(IN_PATH.findall(uri))
    return Seen("web", number, text, when, account, ip, agent, "", uri, int(status) < 400, int(size), ids)


def _audit(number: int, text: str) -> Seen:
    data = json.loads(text)
    ids = frozenset([*data.get("client_ids", ()), *filter(None, [data.get("client_id")])])
    when = datetime.fromisoformat(data["ts"])
    return Seen(
        "audit", number, text, when, data["user"], data["ip"], data["ua"], data["session"], data["action"],
        data["status"] == "ok", data.get("rows", 0), ids,
    )  # fmt: skip


def _statement(number: int, text: str) -> Seen:
    (row,) = csv.reader([text])
    when = datetime.fromisoformat(row[0].replace(" UTC", "+00:00"))
    rows = ROWS.search(row[13])
    return Seen(
        "audit", number, text, when, row[1], row[4].rpartition(":")[0], row[22], row[5], row[13], row[11] == "LOG",
        int(rows[1]) if rows else 0, frozenset(IN_SQL.findall(row[13])),
    )  # fmt: skip


@dataclass
class Run:
    """One simulated company in a folder."""

    folder: Path

    @cached_property
    def truth(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "truth.json").read_text())
        return found

    @property
    def scenes(self) -> list[dict[str, Any]]:
        return [*self.truth["leaks"], *self.truth["oddities"]]

    def table(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader((self.folder / name).read_text().splitlines()))

    @cached_property
    def lines(self) -> dict[str, list[Seen]]:
        """The lines of each file."""
        found = {}
        for file in self.truth["parameters"]["lines"]:
            read = _web if "access" in file else _statement if file.endswith(".csv") else _audit
            found[file] = [read(n, text) for n, text in enumerate((self.folder / file).read_text().splitlines(), 1)]
        return found

    def of(self, scene: dict[str, Any], key: str = "lines") -> Iterator[Seen]:
        """The lines of a scene, or those of it that took something."""
        for file, spans in scene[key].items():
            for first, last in spans:
                yield from self.lines[file][first - 1 : last]

    @cached_property
    def leaked(self) -> list[Seen]:
        return [line for leak in self.truth["leaks"] for line in self.of(leak)]

    @cached_property
    def honest(self) -> list[Seen]:
        """All lines that belong to no leak."""
        leaking = {(line.log, line.number) for line in self.leaked}
        return [line for lines in self.lines.values() for line in lines if (line.log, line.number) not in leaking]

    @cached_property
    def staff(self) -> dict[str, str]:
        """Accounts of people and their roles."""
        return {
            row["user"]: row["role"]
            for row in self.table("roles.csv")
            if row["type"] in ("human", "admin") and "*" not in row["user"]
        }
