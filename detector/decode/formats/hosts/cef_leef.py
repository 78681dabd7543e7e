r"""CEF and LEEF: the lines in which security products tell a SIEM what they saw.

Comes in: lines, with or without a syslog head. Goes out: ``Parsed``.

- CEF: ``CEF:0|vendor|product|version|number|name|severity|key=value key=value``; ``\|``, ``\=``, ``\\`` and ``\n`` are
  escapes, a value goes on to the next `` key=``.
- LEEF 1.0: ``LEEF:1.0|vendor|product|version|number|`` and pairs with tabs between them; LEEF 2.0 names the character
  between pairs after the number, itself (``^``) or by its code (``x5E``).

The event's own time (``rt``, ``end``, ``start``; ``devTime``) comes before that of the syslog head.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import polars as pl

from detector.decode.format import Format
from detector.decode.formats.hosts.file_path import windows_path
from detector.decode.formats.hosts.syslog_header import envelopes
from detector.decode.json.lookup import as_number
from detector.decode.line_context import LineContext
from detector.decode.parse_result import TOKEN, Parsed
from detector.decode.row_parser import RowEvent, parse_rows
from detector.decode.time.event_time import before_leap
from detector.decode.weblog.request_line import split_target
from detector.schema.events.columns import ACTIONS
from detector.schema.events.lines import RejectReason

_CEF_KEY = re.compile(r"(?:^| )([A-Za-z0-9_.\[\]-]{1,64})=")
_ESCAPED = re.compile(r"\\([\\|=nr])")
_PLAIN = {"n": "\n", "r": "\r"}
_CEF_HEAD = ("cef", "vendor", "product", "version", "event_id", "name", "severity")
_LEEF_HEAD = ("vendor", "product", "version", "event_id")
_TIMES = ("rt", "end", "start", "deviceReceiptTime", "art", "devTime")
_FORMS = ("%b %d %Y %H:%M:%S.%f", "%b %d %Y %H:%M:%S", "%b %d %Y %H:%M:%S.%f %z", "%b %d %Y %H:%M:%S %z")
_ZONE = re.compile(r" (?P<name>[A-Z]{1,5})(?P<offset>[-+][0-9]{2}:?[0-9]{2})?$")
"""``GMT``, ``GMT+03:00``, ``MSK`` at the end of a time."""
_JAVA = {
    **{"yyyy": "%Y", "yy": "%y", "MMM": "%b", "MM": "%m", "dd": "%d", "d": "%d", "HH": "%H", "mm": "%M", "ss": "%S"},
    **{"SSS": "%f", "XXX": "%z", "Z": "%z", "z": "%Z", "'T'": "T"},
}
"""Parts of Java's forms of times, as LEEF names them."""
_JAVA_PART = re.compile("|".join(sorted(_JAVA, key=len, reverse=True)))
_PLAIN_FORM = re.compile(rf"(?:{_JAVA_PART.pattern}|[-:/., ])" + "{1,24}")
_WORDS = {
    **dict.fromkeys(
        ("success", "succeeded", "allow", "allowed", "permit", "permitted", "accept", "accepted"), "success"
    ),
    **dict.fromkeys(("pass", "passed", "ok", "/success"), "success"),
    **dict.fromkeys(("failure", "failed", "fail", "deny", "denied", "block", "blocked", "drop", "dropped"), "failure"),
    **dict.fromkeys(("reject", "rejected", "/failure", "prevented", "quarantined"), "failure"),
}
_MAPPED = {
    "source.ip": ("src", "sourceAddress", "c6a2"),
    "user.name": ("suser", "duser", "usrName", "accountName", "identityName"),
    "http.request.method": ("requestMethod", "method"),
    "user_agent.original": ("requestClientApplication", "userAgent"),
    "http.request.referrer": ("requestContext",),
    "http.request.body.bytes": ("out", "srcBytes"),
    "http.response.body.bytes": ("in", "dstBytes"),
    "http.response.status_code": ("httpStatus", "responseCode"),
    TOKEN: ("requestCookies",),
}
_NUMBERS = {"http.request.body.bytes": 1 << 62, "http.response.body.bytes": 1 << 62, "http.response.status_code": 999}
_NUMBERED = re.compile(r"(?:cs|cn|cfp|c6a|deviceCustomDate|flexString|flexDate|flexNumber)[0-9]{1,2}")


@dataclass(slots=True)
class _Told:
    """One event: what its head and its pairs say."""

    head: dict[str, str]
    pairs: dict[str, str]


def parse_cef(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode CEF."""
    return _parse(lines, place, "CEF:", _cef)


def parse_leef(lines: pl.Series, place: LineContext) -> Parsed:
    """Decode LEEF."""
    return _parse(lines, place, "LEEF:", _leef)


def _parse(lines: pl.Series, place: LineContext, mark: str, read: Callable[[str], _Told | None]) -> Parsed:
    found = envelopes(lines, place)
    moments = found.get_column("@timestamp").to_physical().to_list()
    heads = zip(moments, found.get_column("host").to_list(), strict=True)

    def one(line: str) -> RowEvent | RejectReason:
        moment, host = next(heads)
        at = line.find(mark)
        told = read(line[at + len(mark) :]) if at >= 0 else None
        return RejectReason.MALFORMED if told is None else _event(told, moment, host)

    return parse_rows(lines, one, place)


def _cef(text: str) -> _Told | None:
    fields = _split(text, 8)
    if fields is None:
        return None
    parts = _CEF_KEY.split(fields[7])
    told = [*fields[:7], *(value.rstrip(" ") for value in parts[2::2])]
    told = list(map(_unescaped, told)) if "\\" in text else told
    return _Told(dict(zip(_CEF_HEAD, told[:7], strict=True)), dict(zip(parts[1::2], told[7:], strict=True)))


def _leef(text: str) -> _Told | None:
    version, *fields = text.split("|", 5)
    if len(fields) < 5:
        return None
    rest, by = fields[4], "\t"
    if version.startswith("2"):
        sign, bar, after = rest.partition("|")
        if bar and len(sign) <= 5:
            by, rest = _sign(sign), after
    head = {"leef": version, **dict(zip(_LEEF_HEAD, fields[:4], strict=True))}
    pairs: dict[str, str] = {}
    for pair in rest.split(by):
        key, equals, value = pair.partition("=")
        if equals and key.strip():
            pairs[key.strip()[:64]] = value.strip()
    return _Told(head, pairs)


def _sign(text: str) -> str:
    """Return the character between the pairs of LEEF 2.0: itself, or its code."""
    code = text.lower().removeprefix("0").removeprefix("x") if text[:1] in "0xX" and len(text) > 1 else ""
    try:
        return chr(int(code, 16)) if code else text or "\t"
    except (ValueError, OverflowError):
        return "\t"


def _split(text: str, count: int) -> list[str] | None:
    """Cut at bars no backslash stands before; None when there are too few."""
    made = text.split("|", count - 1)
    if len(made) < count or "\\" not in text[: len(text) - len(made[-1])]:
        return made if len(made) == count else None
    made, begin, at = [], 0, 0
    while len(made) < count - 1:
        bar = text.find("|", at)
        if bar < 0:
            return None
        back = bar
        while back > begin and text[back - 1] == "\\":
            back -= 1
        at = bar + 1
        if (bar - back) % 2 == 0:
            made.append(text[begin:bar])
            begin = at
    return [*made, text[begin:]]


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda mark: _PLAIN.get(mark[1], mark[1]), text) if "\\" in text else text


def _event(told: _Told, moment: int | None, host: str | None) -> RowEvent:
    pairs = _relabelled(told.pairs)
    at = _moment(pairs, pairs.pop("devTimeFormat", ""))
    columns: dict[str, object] = {"host.name": host or pairs.pop("dvchost", None)}
    for column, keys in _MAPPED.items():
        for key in keys:
            if pairs.get(key):
                value, most = pairs.pop(key), _NUMBERS.get(column)
                columns[column] = value if most is None else as_number(value, most)
                break
    columns |= _target(pairs)
    columns["event.category"] = _category(columns)
    act = pairs.get("act", "").lower()
    columns["event.action"] = act if act in ACTIONS else _logged(pairs)
    columns["event.outcome"] = _outcome(pairs)
    return RowEvent(moment if at is None else at, columns, {**told.head, **pairs})


def _outcome(pairs: Mapping[str, str]) -> str | None:
    for key in ("outcome", "categoryOutcome", "act", "action"):
        word = pairs.get(key)
        if word and word.lower() in _WORDS:
            return _WORDS[word.lower()]
    return None


def _relabelled(pairs: Mapping[str, str]) -> dict[str, str]:
    """Call ``cs1`` what ``cs1Label`` says."""
    if not any(key.endswith("Label") for key in pairs):
        return dict(pairs)
    made: dict[str, str] = {}
    for key, value in pairs.items():
        if key.endswith("Label") and _NUMBERED.fullmatch(key[:-5]) and key[:-5] in pairs:
            continue
        named = pairs.get(f"{key}Label", "") if _NUMBERED.fullmatch(key) else ""
        made[named[:64] or key] = value
    return made


def _moment(pairs: dict[str, str], form: str) -> object:
    """Take the event's own time; None when there is none that can be read."""
    for key in _TIMES:
        if key in pairs:
            read = _read_time(pairs[key], form if key == "devTime" else "")
            if read is not None:
                del pairs[key]
                return read
    return None


def _read_time(text: str, form: str) -> object:
    if text.isascii() and text.isdecimal() and 9 <= len(text) <= 16:
        return int(text)
    whole, more = before_leap(text)
    plain, zone = _zoned(whole)
    for one in (*_form(form), *_FORMS):
        try:
            read = datetime.strptime(plain, one)  # noqa: DTZ007 - see _zoned
        except (ValueError, re.error):  # a form may name a part twice
            continue
        return (read + timedelta(seconds=more)).isoformat() + (zone if read.tzinfo is None else "")
    return text if text[:4].isdecimal() and text[4:5] == "-" else None


@lru_cache(maxsize=64)
def _form(java: str) -> tuple[str, ...]:
    """Return a form of Java's as one of ours, without a zone's name; nothing for what is more than parts of a time."""
    if not _PLAIN_FORM.fullmatch(java):
        return ()
    return (_JAVA_PART.sub(lambda part: _JAVA.get(part[0], ""), java.removesuffix("z").rstrip()),)


def _zoned(text: str) -> tuple[str, str]:
    """Part a time from the name of its zone; a name other than UTC and GMT means this to one and that to another."""
    found = _ZONE.search(text)
    if found is None:
        return text, ""
    offset = found["offset"] or ("+00:00" if found["name"] in ("UTC", "GMT", "Z") else "")
    return text[: found.start()], offset


def _target(pairs: dict[str, str]) -> dict[str, object]:
    """Take what was asked for: an address, else a file."""
    url = pairs.pop("request", "") or pairs.pop("url", "")
    if url:
        domain, path, query = split_target(url)
        return {"url.domain": domain or pairs.pop("dhost", None), "url.path": path, "url.query": query}
    file = pairs.pop("filePath", "") or pairs.pop("fname", "") or pairs.pop("resource", "")
    return {"url.path": windows_path(file)} if file else {}


def _category(columns: Mapping[str, object]) -> str:
    if columns.get("http.request.method") or columns.get("url.domain") or columns.get("url.query"):
        return "web"
    return "file" if columns.get("url.path") else "host"


def _logged(pairs: Mapping[str, str]) -> str:
    behaviour = (pairs.get("categoryBehavior") or pairs.get("cat", "")).lower()
    return "login" if behaviour in ("/authentication/verify", "login", "logon") else "other"


CEF = Format(
    name="cef",
    dataset="cef",
    category="host",
    parse=parse_cef,
    order=40,
    telling=r"CEF:[0-9]+\|",
    about="Common Event Format of security products, with or without a syslog head",
)
LEEF = Format(
    name="leef",
    dataset="leef",
    category="host",
    parse=parse_leef,
    order=41,
    telling=r"LEEF:[12]\.[0-9]+\|",
    about="Log Event Extended Format (QRadar) 1.0 and 2.0, with or without a syslog head",
)
