"""What a message of PostgreSQL says: a statement, an audit record, a login, a refusal.

Comes in: a record with jsonlog's names. Goes out: an event. Statements are handed on to the record map as they are;
messages about connections are read by their fixed English words (``lc_messages = C``); a refusal is told by its
SQLSTATE as well, in any language.

A record of the text log may have several readings, because names in its prefix are what clients say, and statements are
too. Nothing in it tells which is true, so each is an event with a flag, and what it touches counts. But what stands
before a refusal may be a name of whom it refuses: it did not happen, and neither did what an account or a database did
whose name holds a severity.
"""

import csv
import re
from collections.abc import Sequence
from typing import Any

from detector.decode.formats.databases.audit_event import statement_about
from detector.decode.formats.databases.late_errors import is_late
from detector.decode.formats.databases.log_line_prefix import SEVERITY, UNKNOWN
from detector.decode.parse_result import AMBIGUOUS, OBJECT, PARAMETERS, ROWS, STATEMENT, TOKEN
from detector.decode.row_parser import RowEvent

_REPLICATION = "received replication command"
_STATEMENT = re.compile(
    r"(?:duration: (?P<ms>\d+\.\d+) ms(?:  )?)?"
    rf"(?P<kind>(?:statement|{_REPLICATION})(?=: )|execute|parse|bind|fastpath)?(?P<text>.*)\Z",
    re.DOTALL,
)
_BEGIN = re.compile(
    r": [\s(;]*(?:/\*|--|(?:select|with|table|values|insert|update|delete|merge|truncate|copy|declare|fetch|execute"
    r"|call|prepare|explain|do|create|alter|drop|grant)\b)",
    re.IGNORECASE,
)
"""Begin of a statement behind the name of a prepared one."""
_BEFORE = re.compile(r"(?:[\s(;]|/\*.*?\*/|--[^\n]*\n)*+", re.DOTALL)
_QUOTING = re.compile(r"[\"'\\]|--|/\*|\*/|\$\w*\$")
_AUTHORIZED = re.compile(r"(?:replication )?connection authorized: (?P<rest>.*)", re.DOTALL)
_ENDED = re.compile(
    r"disconnection: session time: (?P<h>\d+):(?P<m>\d\d):(?P<s>\d\d)\.(?P<ms>\d{3}) (?P<rest>.*)", re.DOTALL
)
_PAIR = re.compile(r"(?:^| )(user|database|host|port|application_name)=(\S*)")
_USER = re.compile(r'(?:for user|role|user) "([^"\n]{1,255})"')
_HOST = re.compile(r'host "([^"\n]{1,255})"')
_FAILED = ("ERROR", "FATAL", "PANIC")
_REFUSED = ("28000", "28P01", "28001", "3D000")
_NOBODY = re.compile(r'(?:role|database) "[^"\n]{1,255}" does not exist')
_NO_LOGIN = ("authentication failed", "no pg_hba.conf entry", "pg_hba.conf rejects", "is not permitted to log in")
_NO_LOGIN_WHY = re.compile(
    r'(?:Role|User) "[^\n]{1,255}" (?:does not exist|has no password assigned|has an expired password)'
    r"|Password does not match for user |(?:.{0,999}\n)?Connection matched "
)
"""Begin of the DETAIL of a refused login."""
_NAMES = ("user", "dbname")
_AUDIT = "AUDIT: "
_AUDITED = ("audit_type", "statement_id", "substatement_id", "class", "command", "object_type", "object_name")
_NOT_LOGGED = ("<not logged>", "<previously logged>", "<none>", "")
_TABLES = ("TABLE", "VIEW")
_PREPARED = "prepare: "
_EXECUTE = re.compile(r"\s*execute\s+(?:\w+|\"[^\"]*\")\s*\((?P<values>.*)\)\s*;?\s*", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(r"\s*(?:'(?P<text>(?:[^']|'')*+)'|(?P<number>-?[\d.]++)|(?P<null>null))\s*(?:,|\Z)", re.IGNORECASE)


def events_of(readings: Sequence[dict[str, str]], at: Any) -> list[RowEvent]:
    """Return the events of a record that can be read in several ways."""
    events = [event_of(dict(record), at) for record in readings]
    refusals = [
        at for at, (record, event) in enumerate(zip(readings, events, strict=True)) if _is_refused(record, event)
    ]
    names = [[record.get(name, "") for name in _NAMES] for record in readings]
    clean = [index for index, each in enumerate(names) if not any(map(_holds_severity, each))]
    last = max(refusals, default=-1)
    true = events[last if refusals else (*clean, 0)[0]]
    if refusals and (_is_forged(readings[last]) or readings[last]["error_severity"] == "DETAIL"):
        true.columns |= {"event.action": "login", "event.category": "authentication"}
    # A refusal repeats no application: what stands behind one, with an application that holds it, was let in.
    untrue = {index for index in range(len(events)) if index <= last or index not in clean}
    who = {name: true.columns.get(name) for name in ("user.name", "source.ip")}
    for index, event in enumerate(events):
        event.columns["log.flags"] = [AMBIGUOUS]
        if index in untrue:
            event.columns |= who | {"event.outcome": "failure"}
    return [event for index, event in enumerate(events) if index == last or index not in refusals]


def _holds_severity(name: str) -> bool:
    return SEVERITY.search(name + "  ") is not None


def _is_forged(record: dict[str, str]) -> bool:
    """Say whether a name holds a severity that may be the account's or the database's: only who is refused has such.

    Until somebody is let in the server knows of no application.
    """
    application = record.get("application_name", "")
    names = [record.get(name, "") for name in _NAMES] + [application] * application.endswith(UNKNOWN)
    return any(map(_holds_severity, names))


def _is_refused(record: dict[str, str], event: RowEvent) -> bool:
    """Say whether a reading tells of a connection that was refused or broken off before anybody was let in."""
    severity, message = record["error_severity"], record["message"]
    if severity in ("FATAL", "PANIC") or (severity == "DETAIL" and _NO_LOGIN_WHY.match(message)):
        return True
    return _is_forged(record) and STATEMENT not in event.columns


def event_of(record: dict[str, str], at: Any) -> RowEvent:
    """Return the event of a record."""
    severity, message = record.pop("error_severity", ""), record.get("message", "")
    record.pop("timestamp", None)
    columns: dict[str, Any] = {
        "event.category": "database",
        "event.outcome": "failure" if severity in _FAILED else "success",
        "user.name": record.pop("user", None),
        TOKEN: record.pop("session_id", None),
    }
    _from(columns, record)
    labels = {"database": record.pop("dbname", None), "severity": severity}
    if message.startswith(_AUDIT):
        _audited(message, columns, labels)
    elif severity in ("STATEMENT", "QUERY"):  # stderr: the statement of the error before it
        columns |= {STATEMENT: message, "event.outcome": "failure"}
    elif severity == "DETAIL" and message.startswith(_PREPARED):  # stderr: what the EXECUTE before it runs
        columns[STATEMENT] = message[len(_PREPARED) :]
    elif severity in _FAILED:
        _refused(record, severity, message, columns)
    else:
        _said(record, message, columns, labels)
    if "STATEMENT" not in severity and severity in _FAILED and record.get("statement"):
        columns[STATEMENT] = record["statement"]
        if is_late(record.get("state_code", "")):
            columns["event.outcome"] = "unknown"
    labels |= record
    return RowEvent(at, columns, labels)


def _from(columns: dict[str, Any], record: dict[str, str]) -> None:
    """Take the client's address: ``192.0.2.7:5432``, ``192.0.2.7(5432)``, a host alone, or ``[local]``."""
    text, host, port = record.pop("connection_from", ""), record.pop("remote_host", ""), record.pop("remote_port", "")
    if not host and text and not text.startswith("[local]"):
        host, _, port = text.rstrip(")").rpartition("(" if text.endswith(")") else ":")
    if host and host != "[local]":
        columns["source.ip"] = host
    elif host or text:
        record["client"] = "[local]"
    if port:
        record["client_port"] = port


def _said(record: dict[str, str], message: str, columns: dict[str, Any], labels: dict[str, str | None]) -> None:
    authorized, ended = _AUTHORIZED.match(message), _ENDED.match(message)
    if authorized or ended:
        said = dict(_PAIR.findall((authorized or ended)["rest"]))  # type: ignore[index]
        columns["event.action"] = "login" if authorized else "logout"
        columns["event.category"] = "authentication"
        columns["user.name"] = columns["user.name"] or said.get("user")
        labels["database"] = said.get("database") or labels["database"]
        if said.get("host") and said["host"] != "[local]":
            columns.setdefault("source.ip", said["host"])
        return
    found = _STATEMENT.match(message)
    if found is None or not (found["kind"] or found["ms"]):
        return
    if found["ms"]:
        columns["event.duration"] = round(float(found["ms"]) * 1_000_000) if len(found["ms"]) < 16 else None
    text = _text(found["text"], found["kind"])
    if text:
        columns[STATEMENT] = text
        detail = record.get("detail", "")
        if detail[:12].lower() == "parameters: ":
            columns[PARAMETERS] = detail[12:]
        elif detail.startswith(_PREPARED):
            columns |= {STATEMENT: detail[len(_PREPARED) :], PARAMETERS: _given(text)}


def _text(said: str, kind: str | None) -> str:
    """Return the statement behind ``statement: `` or ``execute name: ``.

    The name is what the client says, and may be the begin of a statement. Where the text can begin at several places it
    is cut at each, without what quotes, so that what stands before one hides nothing behind it.
    """
    first = said.find(": ")
    if first < 0 or kind not in ("statement", "execute", _REPLICATION):
        return ""
    begins = [first, *_possible(said, first)] if kind == "execute" else [first]
    if len(begins) == 1:
        return said[first + 2 :]
    ends = (*begins[1:], len(said))
    places = zip(begins, ends, strict=True)
    return ";".join(_QUOTING.sub(" ", _BEFORE.sub("", said[begin + 2 : end], count=1)) for begin, end in places)


def _possible(said: str, first: int) -> list[int]:
    """Return where else a text may begin: not within a string, which is left by an odd number of quotes."""
    unsure = max((one.start() for one in _QUOTING.finditer(said) if one[0] != "'"), default=-1)
    found: list[int] = []
    quotes, before = said.count("'"), 0
    for one in _BEGIN.finditer(said, first + 1):
        quotes -= said.count("'", before, one.start())
        before = one.start()
        if quotes % 2 == 0 or before < unsure:
            found.append(before)
    return found


def _given(execute: str) -> str:
    """Return the values of ``EXECUTE name(value, …)`` as ``$1 = 'value', …``; empty where one is no plain value."""
    found = _EXECUTE.fullmatch(execute)
    at, text = 0, found["values"] if found else ""
    given: list[str] = []
    while at < len(text):
        value = _VALUE.match(text, at)
        if value is None:
            return ""
        at = value.end()
        plain = value["text"] if value["text"] is not None else value["number"]
        given.append(f"${len(given) + 1} = " + ("NULL" if plain is None else f"'{plain}'"))
    return ", ".join(given)


def _refused(record: dict[str, str], severity: str, message: str, columns: dict[str, Any]) -> None:
    nobody = severity == "FATAL" and _NOBODY.match(message) is not None
    if nobody or record.get("state_code") in _REFUSED or any(words in message for words in _NO_LOGIN):
        columns |= {"event.action": "login", "event.category": "authentication"}
        user, host = _USER.search(message), _HOST.search(message)
        columns["user.name"] = columns["user.name"] or (user and user[1])
        if host and host[1] != "[local]":
            columns.setdefault("source.ip", host[1])


def _audited(message: str, columns: dict[str, Any], labels: dict[str, str | None]) -> None:
    """Read ``AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.clients,"select …",<not logged>[,rows]``."""
    try:
        row = next(csv.reader(message[len(_AUDIT) :].splitlines(keepends=True)), [])
    except csv.Error:
        row = []
    labels |= dict(zip(_AUDITED, row, strict=False))
    if len(row) > 6 and row[5].endswith(_TABLES):
        columns[OBJECT] = statement_about(row[6], row[4], row[3])
    if len(row) > 7 and row[7] not in _NOT_LOGGED:
        columns[STATEMENT] = row[7]
    if len(row) > 8 and row[8] not in _NOT_LOGGED:
        labels["parameter"] = row[8]
    if len(row) > 9 and row[9].isdecimal():
        columns[ROWS] = row[9]
