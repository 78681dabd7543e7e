"""Lines of nginx and Apache access logs become columns: fast where they are plain, with care where they are not.

Comes in: lines. Goes out: ``Parsed``. Three ways, each for what the one before could not take:

1. *plain* (``combined_fast``): cut at quotes and blanks, a batch at a time. No backslash, a known method, as most lines
are.
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

from detector.decode.columns.frame_ops import index
from detector.decode.columns.unescape import unescape
from detector.decode.parse_result import FORWARDED, LAST_RESORT, Parsed, Rows, dtype_of, nothing, shifted, together
from detector.decode.time.event_time import parse_values
from detector.decode.weblog.client_head import read_head
from detector.decode.weblog.combined_fast import plain
from detector.decode.weblog.layouts import AGENT, LOOSE, LOOSE_REST, REFERRER, StockLayout
from detector.decode.weblog.request_line import split_request
from detector.schema.events.lines import RejectReason

_SECOND = 1_000_000_000
_NAMES = {"referrer": REFERRER, "agent": AGENT, "forwarded": FORWARDED}
Row = dict[str, Any]


def parse(lines: pl.Series, layout: StockLayout, zone: ZoneInfo) -> Parsed:
    """Decode lines of one layout, plain ones first, the rest with care."""
    frame, taken = plain(lines, layout)
    if taken is None:
        return Parsed(frame)
    left: Rows = np.delete(np.arange(len(lines), dtype=np.int64), taken)
    second = shifted(careful(lines[index(left)], layout, zone), left)
    return together([Parsed(frame, taken), second], second.failures)


def careful(lines: pl.Series, layout: StockLayout, zone: ZoneInfo) -> Parsed:
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


def _by_pattern(lines: pl.Series, pattern: str, make: Callable[[Row], Row | None], zone: ZoneInfo) -> Parsed:
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
    tried = [make(values) for values in found.filter(good).iter_rows(named=True)]
    told = np.array([row is not None for row in tried], np.bool_)
    failures.update(dict.fromkeys(places[good][~told].tolist(), RejectReason.BAD_FIELD))
    good[good] = told
    made = [row for row in tried if row is not None]
    if not made:
        return nothing(failures)
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


def _loose_row(groups: Row) -> Row | None:
    """Read a line whose layout nobody told; None when it names no client: it may be of another program."""
    head = read_head(groups["head"])
    if head is None:
        return None
    told = {
        "host": head.host,
        "address": head.address,
        "identity": head.identity or "-",
        "account": head.account or "-",
    }
    made = _row({**groups, **told})
    rest = groups["rest"] or ""
    more = _rest(rest)
    for group, name in _NAMES.items():
        made[name] = _value(more.get(group))
    made[FORWARDED] = head.forwarded or made[FORWARDED]
    extra = (more.get("extra") or "" if more else rest).strip()
    whole = not extra and groups["bytes"] is not None and (not rest or ("agent" in more and more["agent"] is not None))
    made[LAST_RESORT] = not (head.sure and whole and '"' not in groups["request"])
    kept = {"extra": extra, "head": head.rest}
    made["labels"] = [
        *(made["labels"] or ()),
        *({"key": key, "value": text} for key, text in kept.items() if text),
    ] or None
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
