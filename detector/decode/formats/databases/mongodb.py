"""MongoDB's audit log as JSON: commands on collections, logins, refusals.

Comes in: objects, one a line. Goes out: ``Parsed``. A command on a collection is handed to the record map as the
statement that would do the same in SQL, so that ``table: crm.clients`` fits collection ``clients`` of database ``crm``;
of its filter only plain equalities of names and ``$in`` are taken.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.databases.audit_event import outcome_of, query_event
from detector.decode.json.lookup import as_text, flat, object_of
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.lines import RejectReason

_VERBS = {
    "find": "SELECT * FROM {}",
    "aggregate": "SELECT * FROM {}",
    "distinct": "SELECT * FROM {}",
    "count": "SELECT * FROM {}",
    "getmore": "SELECT * FROM {}",
    "insert": "INSERT INTO {}",
    "update": "UPDATE {} SET",
    "findandmodify": "UPDATE {} SET",
    "delete": "DELETE FROM {}",
    "drop": "TRUNCATE {}",
    "dropcollection": "TRUNCATE {}",
}
_MOST_IDS = 10_000


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
    verb, space = _VERBS.get(command.lower()), param.get("ns")
    if verb is None or not isinstance(space, str):
        return ""
    database, _, collection = space.partition(".")
    where = " AND ".join(_conditions(param.get("args"))) if "{}" in verb else ""
    text = verb.format(f"{_name(database)}.{_name(collection)}")
    return f"{text} WHERE {where}" if where else text


def _conditions(args: Any) -> Iterator[str]:
    args = args if isinstance(args, Mapping) else {}
    found = args.get("filter") or args.get("query")
    if not isinstance(found, Mapping) or any(key.startswith("$") for key in found):
        return
    for key, value in found.items():
        values = value.get("$in") if isinstance(value, Mapping) and set(value) == {"$in"} else [value]
        plain = [_value(one) for one in values] if isinstance(values, list) and len(values) <= _MOST_IDS else [None]
        if plain and None not in plain:
            yield f"{_name(key)} IN ({', '.join(filter(None, plain))})"


def _value(value: Any) -> str | None:
    if isinstance(value, Mapping) and len(value) == 1:
        value = next(iter(value.values()))  # {"$oid": "…"}, {"$numberLong": "…"}
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return "'" + str(value).replace("'", "''") + "'"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


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
