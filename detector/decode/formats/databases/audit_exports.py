"""Audit trails that are exported from tables: SQL Server's audit and Oracle's unified audit, as CSV or JSON.

Comes in: rows of CSV whose columns the file's first row names, or JSON objects. Goes out: ``Parsed``. Names of columns
are those of ``sys.fn_get_audit_file`` and of ``UNIFIED_AUDIT_TRAIL``, in any case.
"""

import csv
import re
from collections.abc import Callable

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.databases.audit_event import query_event, quoted, statement_about
from detector.decode.formats.databases.late_errors import ORACLE, outcome_of
from detector.decode.formats.databases.mssql import Row, audited, utc
from detector.decode.json.lookup import as_text, object_of
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed, nothing
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

_LONGEST = 1 << 20


def _oracle(row: Row) -> RowEvent | RejectReason:
    at = row.pop("event_timestamp_utc", "")
    at = utc(at) if at else row.pop("event_timestamp", "")
    if not at or "action_name" not in row:
        return RejectReason.MALFORMED
    code = row.get("return_code", "0")
    return query_event(
        at.replace(" +00:00", "+00:00"),
        command=row["action_name"],
        statement=row.pop("sql_text", ""),
        user=row.pop("dbusername", ""),
        host=_host(row.get("authentication_type", "")) or row.pop("userhost", ""),
        outcome=outcome_of(code, ORACLE),
        labels={"database": row.pop("dbname", None) or row.pop("dbid", None), **row},
        dialect="oracle",
        table=statement_about(_table(row), row["action_name"]),
    )


def _table(row: Row) -> str:
    name = row.get("object_name", "")
    return quoted(row.get("object_schema", ""), name) if name else ""


def _host(text: str) -> str:
    """Return the address in ``(TYPE=(DATABASE));(CLIENT ADDRESS=((PROTOCOL=tcp)(HOST=192.0.2.7)(PORT=1)));``."""
    return text.partition("(HOST=")[2].partition(")")[0]


def _csv_rows(
    lines: pl.Series, place: LineContext, read: Callable[[Row], RowEvent | RejectReason], mark: str
) -> Parsed:
    csv.field_size_limit(_LONGEST)
    names = _names(place.header, mark)
    if not names and not lines.str.contains(_begins(mark)).any():  # without a first row there is no other
        return nothing(dict.fromkeys(range(len(lines)), RejectReason.MALFORMED))

    def one(text: str) -> RowEvent | RejectReason:
        nonlocal names
        header = _names(text, mark)
        if header:
            names = header
            return RejectReason.HEADER
        cells = _cells(text)
        if cells is None or len(cells) != len(names):
            return RejectReason.MALFORMED
        return read({name: cell for name, cell in zip(names, cells, strict=True) if cell not in ("", "NULL")})

    return parse_rows(lines, one, place)


def _names(text: str, mark: str) -> list[str]:
    begin = text.removeprefix("\ufeff").lstrip('"')[: len(mark)].lower()
    cells = _cells(text.removeprefix("\ufeff")) if begin == mark else None
    return [cell.strip().lower() for cell in cells or ()]


def _begins(mark: str) -> str:
    """Return the pattern of first rows, and of few others: letters of any case, a mark of byte order, quotes."""
    return f'(?i)^\ufeff?"*{re.escape(mark)}'


def _cells(text: str) -> list[str] | None:
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _json_rows(lines: pl.Series, place: LineContext, read: Callable[[Row], RowEvent | RejectReason]) -> Parsed:
    def one(text: str) -> RowEvent | RejectReason:
        item = object_of(text)
        if item is None:
            return RejectReason.NOT_JSON
        return read({key.lower(): said for key, value in item.items() if (said := as_text(value))})

    return parse_rows(lines, one, place)


def _formats(
    name: str, read: Callable[[Row], RowEvent | RejectReason], mark: str, tell: str, about: str
) -> list[Format]:
    header = mark.upper() if name == "oracle.audit" else mark

    def rows(lines: pl.Series, place: LineContext) -> Parsed:
        return _csv_rows(lines, place, read, mark)

    def objects(lines: pl.Series, place: LineContext) -> Parsed:
        return _json_rows(lines, place, read)

    return [
        Format(
            name=f"{name}.csv",
            dataset=name,
            category="database",
            parse=rows,
            order=24,
            telling=rf'^(?:\x{{feff}}?"?(?i:{mark})|"?[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T][0-9:]{{8}})',
            framing=Framing(Cutting.QUOTES, header=header),
            head=rf'^\ufeff?"?(?i:{mark})[a-z_]*"?,',
            about=f"{about}, as CSV with the names of columns in its first row (which begins with {header})",
        ),
        Format(
            name=f"{name}.json",
            dataset=name,
            category="database",
            parse=objects,
            order=16,
            telling=tell,
            framing=Framing(Cutting.JSON),
            head=r"(?s)^\s*(?:\[\s*)?\{.{0,800}" + tell,
            about=f"{about}, as JSON",
        ),
    ]


_MSSQL = r'"server_principal_name"\s*:'
_ORACLE = r'"(?:UNIFIED_AUDIT_POLICIES|DBUSERNAME|dbusername)"\s*:'
FORMATS = (
    *_formats("mssql.audit", audited, "event_time", _MSSQL, "audit of SQL Server, from sys.fn_get_audit_file"),
    *_formats("oracle.audit", _oracle, "event_timestamp", _ORACLE, "Oracle's UNIFIED_AUDIT_TRAIL"),
)
