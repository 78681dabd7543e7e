"""PostgreSQL's server log in its three forms: csvlog, jsonlog, and stderr by ``log_line_prefix``; pgaudit in each.

Comes in: records. Goes out: ``Parsed``. All three say the same in other words, so each record is first made a mapping
with jsonlog's names; what the message says is read by ``pg_messages``. In stderr a message goes on over lines that
begin with a tab, which nobody who sends a statement can avoid, so no statement can forge a record. Names in the prefix
of stderr are written as clients say them; a record that can be read in several ways is an event for each (there).
"""

import csv
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import polars as pl

from detector.decode.format import Format, Parse
from detector.decode.formats.databases.log_line_prefix import Readings, compile_known, compile_prefix
from detector.decode.formats.databases.pg_messages import event_of, events_of
from detector.decode.json.lookup import object_of
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

Record = dict[str, str]

_COLUMNS = (
    *("timestamp", "user", "dbname", "pid", "connection_from", "session_id", "line_num", "ps", "session_start", "vxid"),
    *("txid", "error_severity", "state_code", "message", "detail", "hint", "internal_query", "internal_position"),
    *("context", "statement", "cursor_position", "location", "application_name", "backend_type", "leader_pid"),
    "query_id",
)
_LEAST, _LONGEST = 22, 1 << 20
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
_TELLING = (
    rf"^{_TIME}(?:[.][0-9]{{3}})? (?:[^ ]{{1,10}} \[[0-9]+(?:-[0-9]+)?\]:? "
    r"|[-+A-Z0-9]{1,10}:[^ ]{0,255}:[^ ]{0,255}@[^ ]{0,255}:\[[0-9]+\]:)"
)


def _csv(text: str) -> Record | RejectReason:
    try:
        row = next(csv.reader((text,), strict=True), [])
    except csv.Error:
        # The reader takes one line; a record with line ends within quotes is several.
        return _long_csv(text)
    return _named(row)


def _long_csv(text: str) -> Record | RejectReason:
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    except csv.Error:
        return RejectReason.MALFORMED
    return _named(rows[0]) if len(rows) == 1 else RejectReason.MALFORMED


def _named(row: list[str]) -> Record | RejectReason:
    if not _LEAST <= len(row) <= len(_COLUMNS):
        return RejectReason.MALFORMED
    return {name: value for name, value in zip(_COLUMNS, row, strict=False) if value}


def _json(text: str) -> Record | RejectReason:
    item = object_of(text)
    if item is None:
        return RejectReason.NOT_JSON
    if "timestamp" not in item or "error_severity" not in item:
        return RejectReason.MALFORMED
    record = {key: str(value) for key, value in item.items() if value is not None and not isinstance(value, dict)}
    return record


def _parse(lines: pl.Series, place: LineContext, read: Callable[[str], Record | RejectReason]) -> Parsed:
    csv.field_size_limit(_LONGEST)

    def one(text: str) -> RowEvent | RejectReason:
        record = read(text)
        return record if isinstance(record, RejectReason) else _event(record)

    return parse_rows(lines, one, place)


def _parse_text(lines: pl.Series, place: LineContext, read: Callable[[str], Readings]) -> Parsed:
    def one(text: str) -> RowEvent | list[RowEvent] | RejectReason:
        readings = read(text)
        if len(readings) == 1:
            return _event(readings[0])
        return events_of(readings, moment(readings[0]["timestamp"])) if readings else RejectReason.MALFORMED

    return parse_rows(lines, one, place)


def _event(record: Mapping[str, str]) -> RowEvent:
    return event_of(dict(record), moment(record.get("timestamp", "")))


def moment(text: str) -> Any:
    """Return a time as ``event_time`` reads it: ``2026-05-17 10:05:03.120 MSK`` without the zone's short name.

    UTC and GMT are what they say, and so are zones that have no name, ``+05``; other short names are not told apart by
    anybody, so the source's zone counts.
    """
    stamp, _, zone = text.rpartition(" ")
    if zone in ("UTC", "GMT"):
        return stamp + "+00:00"
    return stamp if zone[:1].isalpha() else stamp + zone


def _patterned(prefix: str) -> Parse:
    text = prefix.strip()
    if text.startswith("log_line_prefix"):
        prefix = text.partition("=")[2].strip().removeprefix("'").removesuffix("'")
    return partial(_parse_text, read=compile_prefix(prefix))


POSTGRESQL_CSV = Format(
    name="postgresql.csv",
    dataset="postgresql.log",
    category="database",
    parse=partial(_parse, read=_csv),
    order=20,
    telling=rf"^{_TIME}[.][0-9]{{3}} [^ ,]{{1,10}},(?:\"|,)",
    framing=Framing(Cutting.QUOTES),
    head=rf"^{_TIME}[.][0-9]{{3}} [^ ,]{{1,10}},(?:\"|,)",
    about="PostgreSQL's log as CSV (log_destination = csvlog), pgaudit included",
)
POSTGRESQL_JSON = Format(
    name="postgresql.json",
    dataset="postgresql.log",
    category="database",
    parse=partial(_parse, read=_json),
    order=14,
    telling=r'"error_severity"\s*:',
    about="PostgreSQL's log as JSON (log_destination = jsonlog, from version 15), pgaudit included",
)
POSTGRESQL = Format(
    name="postgresql",
    dataset="postgresql.log",
    category="database",
    parse=partial(_parse_text, read=compile_known()),
    order=21,
    telling=_TELLING,
    framing=Framing(Cutting.START, start=r"[^\t]"),
    head=_TELLING,
    about="PostgreSQL's log as text (log_destination = stderr); a log_line_prefix of your own is given as log_format",
    patterned=_patterned,
)
FORMATS = (POSTGRESQL_CSV, POSTGRESQL_JSON, POSTGRESQL)
