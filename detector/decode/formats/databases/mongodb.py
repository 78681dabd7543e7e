"""MongoDB's audit log as JSON: commands on collections, logins, refusals.

Comes in: objects, one a line. Goes out: ``Parsed``. A command on a collection is handed to the record map as the
statement that would do the same in SQL, so that ``table: crm.clients`` fits collection ``clients`` of database ``crm``.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.databases.audit_event import query_event
from detector.decode.formats.databases.late_errors import outcome_of
from detector.decode.formats.databases.mongodb_commands import statements_of
from detector.decode.json.lookup import as_text, flat, object_of
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.events.lines import RejectReason


def _read(text: str) -> RowEvent | RejectReason:
    item = object_of(text)
    if item is None:
        return RejectReason.NOT_JSON
    kind, stamp, param = item.get("atype"), item.get("ts"), item.get("param")
    if not isinstance(kind, str) or not isinstance(stamp, Mapping):
        return RejectReason.MALFORMED
    param = param if isinstance(param, Mapping) else {}
    said = {key: value for key, value in ((key, as_text(value)) for key, value in flat(item).items()) if value}
    command = str(param.get("command") or kind)
    return query_event(
        _moment(stamp.get("$date")),
        command={"authenticate": "login", "logout": "logout"}.get(kind, command),
        statement=_statement(command if kind == "authCheck" else kind, param),
        user=_user(item, param),
        host=said.get("remote.ip", ""),
        outcome=outcome_of(said.get("result", "0")),
        labels={key: value for key, value in said.items() if not key.startswith(("ts.", "remote.ip"))},
        dialect="",
    )


def _moment(value: Any) -> Any:
    return value.get("$numberLong") if isinstance(value, Mapping) else value


def _user(item: Mapping[str, Any], param: Mapping[str, Any]) -> str:
    users = item.get("users")
    first = users[0] if isinstance(users, list) and users else {}
    name = first.get("user") if isinstance(first, Mapping) else None
    return str(name or param.get("user") or "")


def _statement(command: str, param: Mapping[str, Any]) -> str:
    space = param.get("ns")
    # Commands have arguments; events of their own, such as createCollection, say all beside the namespace.
    args = param.get("args", param)
    return statements_of(command, space if isinstance(space, str) else "", args)


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode lines."""
    return parse_rows(lines, _read, place)


FORMATS = (
    Format(
        name="mongodb.audit",
        dataset="mongodb.audit",
        category="database",
        parse=parse,
        order=15,
        telling=r'"atype"\s*:',
        about="MongoDB's audit log as JSON (Enterprise, Atlas, Percona)",
    ),
)
