"""MySQL and MariaDB: the general log, the audit log of MySQL Enterprise (XML of both styles, JSON), server_audit.

Comes in: records. Goes out: ``Parsed``. The general log names the client only where it connects, so its statements
carry the connection's number alone; the audit logs name account and address in each record. MariaDB, and MySQL before
5.7, write the time in the general log where it changes and leave it out in the lines of the same second.
"""

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.databases.audit_event import query_event, quoted, statement_about
from detector.decode.formats.databases.late_errors import MYSQL, outcome_of
from detector.decode.json.lookup import as_text, flat, object_of
from detector.decode.line_context import LineContext
from detector.decode.parse_result import CUT, Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.decode.sql.fingerprint import shaped
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

_NEW = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:Z|[-+][0-9:]{5})"
_OLD = r"[0-9]{6} +[0-9]{1,2}:[0-9:]{5}"
_COMMAND = r"[A-Z][A-Za-z]*(?: [A-Za-z]+){0,2}"
_GENERAL = re.compile(
    rf"(?P<at>{_NEW}|{_OLD})?[\t ]+(?P<id>\d+) (?P<command>{_COMMAND})(?:\t(?P<text>.*))?\Z", re.DOTALL
)
_TIMED = rf"(?:{_NEW}|{_OLD})[\t ]+[0-9]+ {_COMMAND}(?:\t|$)"
_GENERAL_START = rf"{_TIMED}|\t\t *[0-9]+ {_COMMAND}(?:\t|$)"
_CONNECT = re.compile(r"(?P<user>[^@\s]*)@(?P<host>\S*) on ?(?P<database>\S*)")
_DENIED = re.compile(r"Access denied for user '(?P<user>[^'\n]*)'@'(?P<host>[^'\n]*)'")
_HEADER = re.compile(r".*, Version: .*started with:|Tcp port: |Time {1,20}Id {1,20}Command")
_SERVER_AUDIT = re.compile(
    r"(?P<at>\d{8} \d\d:\d\d:\d\d),(?P<server>[^,\n]*),(?P<user>[^\n]{0,300}?),(?P<host>[^,\n]*),"
    r"(?P<connection>\d+),(?P<query_id>\d+),(?P<operation>[A-Z_]+),"
)
"""What stands before the database: names may hold commas, so the numbers and the operation behind them tell its end."""
_CODE = re.compile(r"-?\d*")
_AUDITED = re.compile(r"(?P<database>.*?),'(?P<statement>(?:[^'\\]|\\.)*+)'", re.DOTALL)
_QUOTED_SOMEHOW = re.compile(r"(?P<database>.*?),'(?P<statement>.*)'", re.DOTALL)
_LIMIT = 1024
"""Bytes at multiples of which a statement in the file was cut: ``server_audit_query_log_limit``."""
_MAY_BE_CUT = 256
"""From so many bytes on, a statement that ends within a literal was cut by a limit of any size."""
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#(x[0-9a-fA-F]{1,6}|\d{1,7}));")
_ELEMENT = re.compile(r"<([A-Za-z_][\w.-]*)>([^<]*)</\1>")
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.-]*)=(?:\"([^\"<]*)\"|'([^'<]*)')")


def _parse_general(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode records; one without a time has that of the last record before it that had one.

    Within envelopes it has that of its own envelope: which records came before it hangs on where a batch was cut.
    """
    began = _GENERAL.match(place.header)
    at = began["at"] if began else ""

    def one(text: str) -> RowEvent | RejectReason:
        nonlocal at
        found = _GENERAL.match(text)
        if found is None:
            return RejectReason.HEADER if _HEADER.match(text) else RejectReason.MALFORMED
        at = found["at"] or ("" if place.timed else at)
        return _said(found, at) if at or place.timed else RejectReason.BAD_TIME

    return parse_rows(lines, one, place)


def _said(found: re.Match[str], at: str) -> RowEvent:
    command, said = found["command"], found["text"] or ""
    denied = _DENIED.match(said) if command == "Connect" else None
    connected = denied or (_CONNECT.match(said) if command == "Connect" else None)
    return query_event(
        _moment(at) if at else None,
        command=command,
        statement=said if command in ("Query", "Execute") else "",
        user=connected["user"] if connected else "",
        host=connected["host"] if connected else "",
        outcome="failure" if said.startswith("Access denied") else "success",
        labels={
            "connection_id": found["id"],
            "database": connected["database"] if connected and not denied else None,
            "message": said,
        },
    )


def _moment(text: str) -> str:
    """Return a time as ``event_time`` reads it; old servers write ``260517 10:05:03``."""
    if text[6:7] != " ":
        return text
    day, _, clock = text.partition(" ")
    return f"20{day[:2]}-{day[2:4]}-{day[4:]} {clock.strip().zfill(8)}"


def _xml(text: str) -> RowEvent | RejectReason:
    pairs = {name.lower(): _plain(value) for name, value in _ELEMENT.findall(text)}
    if not pairs:
        pairs = {name.lower(): _plain(double or single) for name, double, single in _ATTRIBUTE.findall(text)}
    if "timestamp" not in pairs:
        return RejectReason.MALFORMED
    take = pairs.pop
    at = take("timestamp").removesuffix(" UTC")
    name = take("name", "")
    database, table = take("db", ""), pairs.get("table", "")
    user, host, address = _account(take("user", "")), take("host", ""), take("ip", "")
    return query_event(
        at + "Z" if at[-1:].isdigit() and "+" not in at else at,
        command=name,
        statement=take("sqltext", ""),
        user=user,
        host=address or host,
        outcome=outcome_of(pairs.get("status", "0"), MYSQL),
        table=statement_about(quoted(database, table), name.removeprefix("Table")) if table else "",
        labels={"database": database or None, "host": host, **pairs},
    )


def _account(text: str) -> str:
    """Return the account of ``vera[vera] @ host [192.0.2.7]``."""
    return text.partition("[")[0].partition("@")[0].strip()


def _plain(text: str) -> str:
    return _ENTITY.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    if found[1]:
        return _ENTITIES[found[1]]
    number = int(found[2][1:], 16) if found[2][0] == "x" else int(found[2])
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _json(text: str) -> RowEvent | RejectReason:
    item = object_of(text)
    if item is None:
        return RejectReason.NOT_JSON
    if "timestamp" not in item or "class" not in item:
        return RejectReason.MALFORMED
    said = {key: value for key, value in ((key, as_text(value)) for key, value in flat(item).items()) if value}
    at = said.pop("timestamp", "")
    return query_event(
        at + "Z" if at[-1:].isdigit() and "+" not in at[10:] else at,
        command=said.get("general_data.command") or f"{said.get('class')} {said.get('event')}",
        statement=said.pop("general_data.query", "") or said.pop("table_access_data.query", ""),
        user=said.pop("account.user", "") or said.pop("login.user", ""),
        host=said.pop("login.ip", ""),
        outcome=outcome_of(said.get("general_data.status") or said.get("connection_data.status") or "0", MYSQL),
        table=_accessed(said),
        labels={"database": said.pop("connection_data.db", None) or said.pop("table_access_data.db", None), **said},
    )


def _accessed(said: Mapping[str, str]) -> str:
    name = said.get("table_access_data.table", "")
    return statement_about(quoted(said.get("table_access_data.db", ""), name), said.get("event", "")) if name else ""


def _server_audit(text: str) -> RowEvent | RejectReason:
    found = _SERVER_AUDIT.match(text)
    body, comma, code = text[found.end() :].rpartition(",") if found else ("", "", "")
    if found is None or not comma or not _CODE.fullmatch(code):
        return RejectReason.MALFORMED
    day, operation = found["at"], found["operation"]
    audited = _AUDITED.fullmatch(body) or _QUOTED_SOMEHOW.fullmatch(body)
    if operation == "QUERY" and audited is None:
        return RejectReason.MALFORMED
    database, _, about = (audited["database"], "", "") if audited else body.rpartition(",")
    statement = re.sub(r"\\(.)", _unescaped, audited["statement"], flags=re.DOTALL) if audited else ""
    event = query_event(
        f"{day[:4]}-{day[4:6]}-{day[6:]}",
        command=operation,
        statement=statement,
        user=found["user"],
        host=found["host"],
        outcome=outcome_of(code, MYSQL),
        labels={
            "database": database,
            "server": found["server"],
            "connection_id": found["connection"],
            "query_id": found["query_id"],
            "object": about,
            "status": code,
        },
    )
    if audited and _is_cut(audited["statement"], statement):
        event.columns["log.flags"] = [CUT]
    return event


def _is_cut(logged: str, statement: str) -> bool:
    """Tell whether server_audit cut a statement: it ends near its limit, or within something that was not closed.

    A character of several bytes, or one with its backslash, is not written where it does not fit.
    """
    size = len(logged.encode())
    at_limit = size > _LIMIT // 2 and (size + 2) % _LIMIT <= 4
    return at_limit or (size >= _MAY_BE_CUT and not shaped(statement, "mysql").whole)


def _unescaped(found: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r", "t": "\t"}.get(found[1], found[1])


def _format(name: str, read: Any, order: int, telling: str, about: str, **more: Any) -> Format:
    def parse(lines: pl.Series, place: LineContext) -> Parsed:
        return parse_rows(lines, read, place)

    return Format(
        name, more.pop("dataset"), "database", more.pop("parse", parse), order, telling=telling, about=about, **more
    )


_XML_TAGS = ("AUDIT_RECORD",)
FORMATS = (
    _format(
        "mysql.general",
        None,
        22,
        rf"^(?:{_GENERAL_START})",
        "general query log of MySQL and MariaDB",
        dataset="mysql.general",
        parse=_parse_general,
        framing=Framing(Cutting.START, start=_GENERAL_START, header=_TIMED),
        head=rf"^[^\n]{{1,300}}, Version: [^\n]{{1,300}}started with:|^(?:{_NEW}|{_OLD}|\t)\t *\d+ [A-Z][a-z]",
    ),
    _format(
        "mysql.audit.xml",
        _xml,
        10,
        r"(?s)^<AUDIT_RECORD[\s>]",
        "audit log of MySQL Enterprise and Percona as XML, old and new style",
        dataset="mysql.audit",
        framing=Framing(Cutting.XML, tags=_XML_TAGS),
        head=r"^\s*(?:<\?xml[^>]*>\s*)?<AUDIT>|^\s*<AUDIT_RECORD",
    ),
    _format(
        "mysql.audit.json",
        _json,
        12,
        r'(?s)^\{.*"(?:general_data|connection_data|table_access_data|startup_data|shutdown_data)"\s*:',
        "audit log of MySQL Enterprise as JSON",
        dataset="mysql.audit",
        framing=Framing(Cutting.JSON),
        head=r'^\s*(?:\[\s*)?\{\s*"timestamp"\s*:\s*"[^"]{1,40}",\s*"id"\s*:\s*\d+,\s*"class"',
    ),
    _format(
        "mariadb.audit",
        _server_audit,
        23,
        r"(?s)^[0-9]{8} [0-9]{2}:[0-9]{2}:[0-9]{2},[^,]*,[^\n]{0,300}?,[^,]*,[0-9]+,[0-9]+,[A-Z_]+,",
        "MariaDB's server_audit plugin, to a file",
        dataset="mariadb.audit",
    ),
)
