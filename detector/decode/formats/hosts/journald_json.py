"""journald: what ``journalctl -o json`` writes, an object a line.

Comes in: lines. Goes out: ``Parsed``, or what is inside for a format named behind the wrapper (``journald:combined``).
Messages are understood as in syslog. Which program wrote one is ``SYSLOG_IDENTIFIER``, a word the program chose itself:
it is believed only where ``_COMM``, which the journal found out, is such a program too. ``MESSAGE`` may be a list of
bytes; what is no UTF-8 in it becomes U+FFFD.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from detector.decode.columns.list_columns import label_lists
from detector.decode.envelope import Unwrapped, Wrapper
from detector.decode.format import Format
from detector.decode.formats.hosts.message_table import PROGRAMS
from detector.decode.formats.hosts.program_messages import HOST, Spoken
from detector.decode.formats.hosts.syslog_header import FACILITIES, SEVERITIES
from detector.decode.json.lookup import as_text, object_of
from detector.decode.line_context import LineContext
from detector.decode.parse_result import Parsed, Rows, nothing
from detector.decode.row_parser import read_all
from detector.decode.time.event_time import parse_values
from detector.schema.events.lines import RejectReason

_TIME, _MESSAGE, _HOST = "__REALTIME_TIMESTAMP", "MESSAGE", "_HOSTNAME"
_PLACES = frozenset({_TIME, _MESSAGE, _HOST, "__CURSOR", "__MONOTONIC_TIMESTAMP", "__SEQNUM", "__SEQNUM_ID"})
"""What becomes a column, and what says only where in the journal the entry stands."""
_CALLED = {"SYSLOG_IDENTIFIER": "program", "_PID": "pid", "_SYSTEMD_UNIT": "unit"}
_NUMBERED = {"PRIORITY": ("severity", SEVERITIES), "SYSLOG_FACILITY": ("facility", FACILITIES)}
Entry = Mapping[str, Any]


def parse(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode lines."""
    entries, times, rows, failures = _entries(lines, place)
    if not entries:
        return nothing(failures)
    spoken = Spoken()
    for entry in entries:
        pairs = _labels(entry)
        labels = [name for name, _ in pairs], [value for _, value in pairs]
        spoken.add(_program(entry), _text(entry.get(_MESSAGE)), labels)
    hosts = pl.Series("host.name", [as_text(entry.get(_HOST)) for entry in entries], dtype=pl.String())
    return Parsed(pl.DataFrame([times, hosts, *spoken.columns()]), rows, failures)


def unwrap(lines: pl.Series, place: LineContext) -> Unwrapped:
    """Take the messages out."""
    entries, times, rows, failures = _entries(lines, place)
    hosts = pl.Series("host.name", [as_text(entry.get(_HOST)) for entry in entries], dtype=pl.String())
    pairs = [_labels(entry) for entry in entries]
    flat = [pair for one in pairs for pair in one]
    labels = label_lists([key for key, _ in flat], [value for _, value in flat], list(map(len, pairs)))
    messages = pl.Series("line", [_text(entry.get(_MESSAGE)) for entry in entries], dtype=pl.String())
    return Unwrapped(messages, [times, hosts, labels], rows, failures)


def _entries(
    lines: pl.Series, place: LineContext
) -> tuple[list[Entry], pl.Series, Rows | None, dict[int, RejectReason]]:
    """Return the entries, their times and lines, and why other lines are none."""
    found, rows, failures = read_all(lines, _one)
    times = parse_values([entry[_TIME] for entry in found], "epoch_us", place.zone).rename("@timestamp")
    if times.null_count():
        good = times.is_not_null().to_list()
        failures.update({row: RejectReason.BAD_TIME for row, fine in zip(rows, good, strict=True) if not fine})
        found = [entry for entry, fine in zip(found, good, strict=True) if fine]
        rows = [row for row, fine in zip(rows, good, strict=True) if fine]
    return found, times.drop_nulls(), np.array(rows, np.int64) if failures else None, failures


def _one(line: str) -> Entry | RejectReason:
    entry = object_of(line)
    if entry is None:
        return RejectReason.NOT_JSON
    return entry if _TIME in entry else RejectReason.MALFORMED


def _program(entry: Entry) -> str:
    claimed, found = entry.get("SYSLOG_IDENTIFIER"), entry.get("_COMM")
    believed = found is None or found in PROGRAMS if isinstance(found, str | None) else False
    name = claimed if believed and claimed else found
    return name if isinstance(name, str) else ""


def _text(value: Any) -> str:
    """Return a value as text; the journal writes what is no text as a list of bytes."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(type(one) is int and 0 <= one < 256 for one in value):
        return bytes(value).decode("utf-8", "replace")
    return as_text(value) or ""


def _labels(entry: Entry) -> list[tuple[str, str]]:
    made = []
    for key, value in entry.items():
        if key in _PLACES:
            continue
        text = _text(value)
        if key in _NUMBERED:
            name, words = _NUMBERED[key]
            known = text.isascii() and text.isdecimal() and len(text) < 4 and int(text) < len(words)
            made.append((name, words[int(text)] if known else text))
        elif text:
            made.append((_CALLED.get(key, key), text))
    return made


_TELLING = r'^\{.*"__REALTIME_TIMESTAMP"\s*:'
JOURNALD = Format(
    name="journald",
    dataset="journald",
    category=HOST,
    parse=parse,
    order=6,
    telling=_TELLING,
    about="`journalctl -o json`: sshd, PAM, sudo, su, sftp are understood, other messages kept as text",
)
WRAPPER = Wrapper(
    name=JOURNALD.name,
    dataset=JOURNALD.dataset,
    unwrap=unwrap,
    order=None,
    telling=_TELLING,
    about="journald around lines of another format",
)
