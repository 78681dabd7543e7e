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
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector.decode.columns import cut
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
_GOOD = "$good"
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


def plain(lines: pl.Series, layout: Layout) -> tuple[pl.DataFrame, pl.Series]:
    """Cut plain lines into columns; the second answer says which rows are good."""
    plan = _plan(layout)
    parts = cut(lines, '"', plan.parts)
    head = cut(parts[0], " ", plan.head)
    request = cut(parts[1], " ", ["method", "target", "protocol"])
    target = cut(request[1], "?", ["path", "query"])
    numbers = cut(parts[2], " ", plan.numbers)
    times = parse_clf(head[-1], "[%d/%b/%Y:%H:%M:%S %z] ").alias("@timestamp")
    pieces = pl.DataFrame([lines.alias("line"), times, *head, *request, *target, *numbers, *parts[3:]])
    made = pieces.select_seq(plan.columns)
    return made.drop(_GOOD), made[_GOOD]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How plain lines of one layout are cut, and the expressions over the pieces, built once."""

    parts: list[str]
    head: list[str]
    numbers: list[str]
    columns: list[pl.Expr]


@cache
def _plan(layout: Layout) -> _Plan:
    quoted = layout.quoted
    parts = ["before", "request", "numbers"]
    for at in range(len(quoted)):
        parts += [f"q{at}", f"gap{at}"]
    return _Plan(
        parts=parts,
        head=[*(["host"] if layout.host else []), "address", "identity", "account", "stamp"],
        numbers=["blank", "status", "size", *(["end"] if quoted else [])],
        columns=[*_columns(layout), pl.all_horizontal(_conditions(layout)).fill_null(value=False).alias(_GOOD)],
    )


def _no_dash(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "-").then(pl.col(name))


def _columns(layout: Layout) -> list[pl.Expr]:
    made = {
        "@timestamp": pl.col("@timestamp"),
        "source.ip": pl.col("address"),
        "user.name": _no_dash("account"),
        "http.request.method": pl.col("method"),
        "url.path": pl.col("path"),
        "url.query": pl.col("query"),
        "http.response.status_code": pl.col("status").cast(pl.Int16, strict=False),
        "http.response.body.bytes": pl.col("size").cast(pl.Int64, strict=False),
    }
    made.update({name: _no_dash(f"q{at}") for at, name in enumerate(layout.quoted)})
    if layout.host:
        made["url.domain"] = pl.col("host")
    if layout.duration:
        seconds = pl.col(f"gap{len(layout.quoted) - 1}").str.slice(1).cast(pl.Float64, strict=False)
        made["event.duration"] = (seconds * _SECOND).round().cast(pl.Int64, strict=False)
    return [expression.alias(name) for name, expression in made.items()]


def _conditions(layout: Layout) -> list[pl.Expr]:
    """Return what must hold of a plain line; an identity (RFC 1413) goes the careful way, which keeps it in labels."""
    made = [
        ~pl.col("line").str.contains("\\", literal=True),
        pl.col("@timestamp").is_not_null(),
        pl.col("stamp").str.len_bytes() == _STAMP,
        pl.col("identity") == "-",
        pl.col("method").is_in(_METHODS),
        pl.col("target").str.starts_with("/"),
        pl.col("protocol").is_in(_PROTOCOLS),
        pl.col("blank") == "",
        pl.col("status").str.len_bytes() == 3,
        pl.col("status").cast(pl.Int16, strict=False) >= 100,
        (pl.col("size").cast(pl.Int64, strict=False) >= 0) | (pl.col("size") == "-"),
    ]
    if layout.host:
        made.append(pl.col("address").str.contains("[.:]"))
    last = len(layout.quoted) - 1
    if layout.quoted:
        made.append(pl.col("end") == "")
        made += [pl.col(f"gap{at}") == " " for at in range(last)]
        tail = pl.col(f"gap{last}")
        made.append(tail.str.contains(r"^ [0-9]{1,7}\.[0-9]{1,6}$") if layout.duration else tail == "")
    return made


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
