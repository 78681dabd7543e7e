"""Lines of nginx and Apache access logs become columns: fast where they are plain, with care where they are not.

Comes in: lines. Goes out: ``Parsed``. Three ways, each for what the one before could not take:

1. *plain*: cut at quotes and blanks, a column at a time. No backslash, a known method, as most lines are.
2. *careful*: the layout's pattern (Rust regex, linear time); escapes undone, odd requests kept as events without
   method and path.
3. *loose*: fields missing or cut off, blanks in the account, stray quotes. Only for lines that no
   format of the table took.

A line with a broken time or status is a reject; no line costs another line.
"""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector.decode.escapes import unescape
from detector.decode.layouts import AGENT, LOOSE, LOOSE_REST, REFERRER, Layout
from detector.decode.parsed import FORWARDED, Parsed, Rows, dtype_of, nothing, shifted, together
from detector.decode.requests import METHODS, PROTOCOLS, split_request
from detector.decode.times import parse_clf, parse_values
from detector.schema.lines import RejectReason

_STAMP = len("[17/May/2026:10:05:03 +0300] ")
_METHODS, _PROTOCOLS = list(METHODS), list(PROTOCOLS)
_SECOND = 1_000_000_000
_NAMES = {"referrer": REFERRER, "agent": AGENT, "forwarded": FORWARDED}
Row = dict[str, Any]


def parse(lines: pl.Series, layout: Layout, zone: ZoneInfo) -> Parsed:
    """Decode lines of one layout, plain ones first, the rest with care."""
    frame, good = plain(lines, layout)
    if good.all():
        return Parsed(frame)
    taken: Rows = np.flatnonzero(good.to_numpy())
    left: Rows = np.flatnonzero(~good.to_numpy())
    second = shifted(careful(lines[left], layout, zone), left)
    return together([Parsed(frame.filter(good), taken), second], second.failures)


def _cut(column: pl.Series, by: str, count: int) -> list[pl.Series]:
    return column.str.splitn(by, count).struct.unnest().get_columns()


def plain(lines: pl.Series, layout: Layout) -> tuple[pl.DataFrame, pl.Series]:
    """Cut plain lines into columns; the second answer says which rows are good."""
    quoted = layout.quoted
    parts = _cut(lines, '"', 2 * len(quoted) + 3)
    head = _cut(parts[0], " ", 4 + layout.host)
    request = _cut(parts[1], " ", 3)
    target = _cut(request[1], "?", 2)
    numbers = _cut(parts[2], " ", 4 if quoted else 3)
    times = parse_clf(head[-1], "[%d/%b/%Y:%H:%M:%S %z] ")
    status = numbers[1].cast(pl.Int16, strict=False)
    size = numbers[2].cast(pl.Int64, strict=False)

    good = ~lines.str.contains("\\", literal=True)
    good &= (head[-1].str.len_bytes() == _STAMP) & times.is_not_null()
    good &= request[0].is_in(_METHODS) & request[1].str.starts_with("/") & request[2].is_in(_PROTOCOLS)
    good &= (numbers[0] == "") & (numbers[1].str.len_bytes() == 3) & status.is_between(100, 999)
    good &= (size >= 0) | (numbers[2] == "-")
    if quoted:
        good &= numbers[3] == ""
    for gap in parts[4:-1:2]:
        good &= gap == " "
    columns = {
        "@timestamp": times,
        "source.ip": head[-4],
        "$identity": head[-3],
        "user.name": head[-2],
        "http.request.method": request[0],
        "url.path": target[0],
        "url.query": target[1],
        "http.response.status_code": status,
        "http.response.body.bytes": size,
    }
    columns.update({name: parts[3 + 2 * at] for at, name in enumerate(quoted)})
    if layout.host:
        columns["url.domain"] = head[0]
        good = good & head[1].str.contains("[.:]")
    good = good & _tail(parts[-1], layout, columns)
    frame = pl.DataFrame([column.alias(name) for name, column in columns.items()])
    return _without_dashes(frame, quoted), _only_known_identity(frame, good.fill_null(value=False))


def _tail(tail: pl.Series, layout: Layout, columns: dict[str, pl.Series]) -> pl.Series:
    """Check what follows the last quote, and read the duration from it."""
    if not layout.duration:
        return tail == "" if layout.quoted else tail.is_not_null()
    seconds = tail.str.slice(1).cast(pl.Float64, strict=False)
    columns["event.duration"] = (seconds * _SECOND).round().cast(pl.Int64, strict=False)
    return tail.str.contains(r"^ [0-9]{1,7}\.[0-9]{1,6}$")


def _only_known_identity(frame: pl.DataFrame, good: pl.Series) -> pl.Series:
    """An identity (RFC 1413) is rare: its line goes the careful way, which keeps it in the labels."""
    return good & (frame.get_column("$identity") == "-")


def _without_dashes(frame: pl.DataFrame, quoted: tuple[str, ...]) -> pl.DataFrame:
    dashes = [pl.when(pl.col(name) != "-").then(pl.col(name)).alias(name) for name in ("user.name", *quoted)]
    return frame.drop("$identity").with_columns(dashes)


def careful(lines: pl.Series, layout: Layout, zone: ZoneInfo) -> Parsed:
    """Decode lines of one layout with escapes undone and odd requests kept."""

    def row(groups: Row) -> Row:
        made = _row(groups)
        for at, name in enumerate(layout.quoted):
            made[name] = _value(groups[f"q{at}"])
        return made

    return _by_pattern(lines, layout.careful, row, zone)


def loose(lines: pl.Series, zone: ZoneInfo) -> Parsed:
    """Decode lines with fields missing or cut off, whatever their layout was."""
    return _by_pattern(lines, LOOSE, _loose_row, zone)


def _by_pattern(lines: pl.Series, pattern: str, make: Callable[[Row], Row], zone: ZoneInfo) -> Parsed:
    groups = lines.str.extract_groups(pattern).struct.unnest()
    fits = groups.get_column("time").is_not_null().to_numpy()
    failures = dict.fromkeys(np.flatnonzero(~fits).tolist(), RejectReason.MALFORMED)
    places: Rows = np.flatnonzero(fits)
    if not len(places):
        return nothing(failures)
    found = groups[places]
    times = parse_values(found.get_column("time").to_list(), "auto", zone)
    good = times.is_not_null().to_numpy()
    failures.update(dict.fromkeys(places[~good].tolist(), RejectReason.BAD_TIME))
    made = [make(values) for values in found.filter(good).iter_rows(named=True)]
    names = list(dict.fromkeys(name for values in made for name in values))
    columns = [pl.Series(name, [values.get(name) for values in made], dtype=dtype_of(name)) for name in names]
    frame = pl.DataFrame([times.alias("@timestamp").filter(pl.Series(good)), *columns])
    return Parsed(frame, places[good], failures)


def _value(text: str | None) -> str | None:
    return None if text is None or text == "-" else unescape(text)


def _row(groups: Row) -> Row:
    raw = unescape(groups["request"])
    request = split_request(raw)
    labels = {"identity": _value(groups["identity"]), "request": raw if raw != "-" and not request.method else None}
    kept = [{"key": key, "value": value} for key, value in labels.items() if value]
    return {
        "source.ip": groups["address"],
        "user.name": _value(groups["account"]),
        "http.request.method": request.method,
        "url.domain": groups.get("host") or request.domain,
        "url.path": request.path,
        "url.query": request.query,
        "http.response.status_code": _number(groups["status"], 999),
        "http.response.body.bytes": _number(groups["bytes"], (1 << 63) - 1),
        "event.duration": _duration(groups.get("duration")),
        "labels": kept or None,
    }


def _loose_row(groups: Row) -> Row:
    made = _row(groups)
    rest = groups["rest"] or ""
    more = _rest(rest)
    for group, name in _NAMES.items():
        made[name] = _value(more.get(group))
    extra = (more.get("extra") or "" if more else rest).strip()
    if extra:
        made["labels"] = [*(made["labels"] or ()), {"key": "extra", "value": extra}]
    return made


def _rest(rest: str) -> Row:
    """Read what follows the byte count of a loose line: referrer, agent and X-Forwarded-For, if they are there."""
    for pattern in LOOSE_REST if rest else ():
        more = pl.Series([rest]).str.extract_groups(pattern).struct.unnest().row(0, named=True)
        if more["referrer"] is not None:
            return more
    return {}


def _number(text: str | None, most: int) -> int | None:
    if text is None or text == "-":
        return None
    number = int(text[:20])
    return number if number <= most else None


def _duration(text: str | None) -> int | None:
    return None if text is None or text == "-" or len(text) > 24 else round(float(text) * _SECOND)
