"""How a company's two logs write one act: its words, filled in.

Comes in: an act with its account, address, clients and size. Goes out: a line of the web server and a line of the
application's or database's audit log.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from zlib import crc32

from detector.simulate import log_lines
from detector.simulate.companies.shape import CompanyShape, Verb
from detector.simulate.log_lines import DAY, moment

_CODES = {200: "ok", 204: "ok", 302: "ok", 303: "ok", 400: "error", 401: "denied", 403: "denied", 404: "error"}
_POOLED = "66a0b1c2d3e4"  # The application's own connection, for acts without account.


def _since(when: float, rows: int) -> date:
    """Return from which day on a list is asked for."""
    return moment(when - DAY * (1, 7, 30, 90)[rows % 4]).date()


@dataclass(slots=True, kw_only=True)
class ActWords:
    """One act to be written down.

    Attributes:
        rows: Records in the answer. text: What was searched for. number: Which document of a client.
        status: As the web server says. direct: With the database's own client, past the application.
        blur: From 0 to 1: how much smaller or larger the answer is than usual.
    """

    verb: Verb
    account: str
    role: str
    ip: str
    agent: str
    session: str
    clients: tuple[int, ...] = ()
    rows: int = 0
    text: str = ""
    page: int = 1
    number: int = 1
    status: int = 200
    size: int = 0
    took: float = 0.05
    direct: bool = False
    blur: float = 0.5

    @property
    def client(self) -> int | str:
        """Return the one client it is about."""
        return self.clients[0] if self.clients else ""

    @property
    def document(self) -> str:
        """Return the id of the document it is about."""
        return f"d{self.client}-{self.number}"


@dataclass(slots=True)
class Wording:
    """The words of one company."""

    shape: CompanyShape
    _lines: dict[str, int] = field(default_factory=dict)

    def names_clients(self, log: str, verb: Verb) -> bool:
        """Say whether a line of a log names the clients whose records the act touched."""
        if log == "web":
            return "{client_id}" in verb.path
        return "{client_id}" in verb.sql if self.shape.audit == "postgresql.csv" else verb.action != "export"

    def web(self, when: float, act: ActWords) -> str:
        """Return a line of the web server."""
        verb = act.verb
        uri = verb.path.format(client_id=act.client, document_id=act.document)
        if verb.query:
            since, until = _since(when, act.rows), moment(when).date()
            uri += "?" + verb.query.format(text=act.text, page=act.page, since=since, until=until)
        usual = verb.size * (0.85 + 0.35 * act.blur) + act.rows * verb.row_bytes * (0.97 + 0.06 * act.blur)
        size = act.size or int(usual)
        size = size if act.status < 300 else 0 if act.status < 400 else 150 + size % 700
        account = act.account or "-"
        if self.shape.web == "combined":
            request = f"{verb.method} {uri}"
            referrer = f"https://{self.shape.host}/" if act.account and act.agent.startswith("Mozilla") else "-"
            return log_lines.combined(when, act.ip, account, request, act.status, size, referrer, act.agent)
        return log_lines.nginx_json(
            when, act.ip, account, verb.method, uri, act.status, size, act.took, act.agent, host=self.shape.host
        )

    def audit(self, when: float, act: ActWords) -> str:
        """Return a line of the audit log."""
        if self.shape.audit == "postgresql.csv":
            return self._statement(when, act)
        verb, what = act.verb, ""
        if verb.object:
            what = f'"object":"{verb.object}",'
            if verb.action in ("search", "list"):
                what += f'"client_ids":{json.dumps([str(each) for each in act.clients], separators=(",", ":"))},'
            elif verb.action != "export":
                what += f'"client_id":"{act.client}",'
                what += f'"document_id":"{act.document}",' if verb.action == "download" else ""
            what += f'"rows":{act.rows if act.status < 400 else 0},'
        status = _CODES.get(act.status, "error")
        return log_lines.audit(
            when, act.account, act.role, verb.word, what, act.ip, act.session, act.agent, status,
            service=self.shape.service,
        )  # fmt: skip

    def _statement(self, when: float, act: ActWords) -> str:
        verb = act.verb
        address = act.ip if act.direct else self.shape.app_address
        application = "psql" if act.direct else self.shape.service
        account = act.account or self.shape.nobody
        sql = verb.sql.format(
            client_id=act.client,
            number=act.number,
            text=act.text.replace("%27", "''"),
            skip=25 * (act.page - 1),
            since=_since(when, act.rows),
        )
        code, severity, statement = "00000", "LOG", ""
        if verb.action == "login" and act.status < 400:
            message = f"connection authorized: user={account} database=abs application_name={application}"
        elif verb.action == "login":
            message, code, severity = f'password authentication failed for user "{account}"', "28P01", "FATAL"
        elif verb.action == "logout":
            message = f"disconnection: session time: 0:41:07.400 user={account} database=abs host={address} port=50000"
        elif act.status < 400:
            kind, command = "WRITE" if verb.action == "update" else "READ", sql.partition(" ")[0]
            quoted = sql.replace('"', '""')
            message = f'AUDIT: SESSION,1,1,{kind},{command},TABLE,{verb.table},"{quoted}",<not logged>,{act.rows}'
        else:
            message, code, severity = f"permission denied for table {verb.table.partition('.')[2]}", "42501", "ERROR"
            statement = sql
        connection = act.session or _POOLED
        session = f"{connection[:8]}.{connection[8:12]}"
        number = self._lines[connection] = self._lines.get(connection, 1) + 1
        pid = crc32(connection.encode()) % 30_000 + 900
        return log_lines.postgres_csv(
            when,
            account,
            "abs",
            pid,
            f"{address}:50000",
            session,
            number,
            message,
            severity,
            code,
            application,
            statement,
        )

    def forget(self) -> None:
        """Begin a new day: sessions of yesterday are over."""
        self._lines.clear()
