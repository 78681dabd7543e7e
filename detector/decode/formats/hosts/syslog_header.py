r"""The head of a syslog line: when, which machine, which program; and what it carries.

Comes in: lines. Goes out: columns, all null where a line has no such head. Three heads are read, each with or without
the priority ``<34>`` before it:

- RFC 3164: ``Mar 27 13:06:56 host program[pid]: message`` (a year after the day, as Cisco writes, is read too, and a
  day of one figure without a blank to fill it, as small devices write);
- ISO 8601, as rsyslog writes files by itself today: ``2026-03-27T13:06:56.123456+03:00 host program[pid]: message``;
- RFC 5424: ``<34>1 2026-03-27T10:06:56Z host program pid msgid [data] message``, ``-`` for what is not known.

Structured data comes as it stands; ``structured`` takes it apart.
"""

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, only
from detector.decode.line_context import LineContext
from detector.decode.time.bsd_time import localised, parse_yearless
from detector.decode.time.event_time import parse_values
from detector.frames import TIME

_PRIORITY = r"^(?:<(?P<priority>[0-9]{1,3})>)?"
_PROGRAM = r"(?:(?P<program>[^\s:\[<>]{1,64})(?:\[(?P<pid>[^\]\s]{0,64})\])?:[ \t]?)?(?P<message>(?s:.*))$"
_HOST = r"(?:(?P<host>[^ ]*[^ :]) )?"
_BSD = (
    _PRIORITY
    + r"(?P<time>[A-Z][a-z]{2} {1,2}[0-9]{1,2}) (?:(?P<year>[0-9]{4}) )?"
    + r"(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?) "
    + _HOST
    + _PROGRAM
)
_ISO = (
    _PRIORITY
    + r"(?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}"
    + r"(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?) "
    + _HOST
    + _PROGRAM
)
_NEW = (
    r"^<(?P<priority>[0-9]{1,3})>[1-9][0-9]{0,2} (?P<time>[^ ]+) (?P<host>[^ ]+) (?P<program>[^ ]+) (?P<pid>[^ ]+) "
    r'(?P<msgid>[^ ]+) (?P<data>-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\(?s:.))*")*\])+)(?: \x{feff}?(?P<message>(?s:.*)))?$'
)
_IS_PROGRAM = r"^[A-Za-z(/_][^,;=\"'{}|]*$"
_IS_MACHINE = r"^(?:[0-9A-Za-z_-]*[A-Za-z][0-9A-Za-z_.-]*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)$"
_IS_LEVEL = (
    r"^\(?\[?(?i:trace|debug|info|notice|warn|warning|err|error|fatal|crit|critical|severe|alert|emerg|note|system|"
    r"logon|server|backup|spid[0-9]+s?|stdout|stderr)\]?\)?$"
)
"""What stands in the place of a machine or a program in logs of other kinds."""
_IS_NEW = r"^<[0-9]{1,3}>[1-9][0-9]{0,2} [-0-9]"
_IS_BSD = r"^(?:<[0-9]{1,3}>)?[A-Z]"

TELLING = (
    r"^(?:<[0-9]{1,3}>(?:[1-9][0-9]{0,2} )?)?(?:[A-Z][a-z]{2} {1,2}[0-9]{1,2} |[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:)"
)
"""What every line with such a head begins with."""
_OLD_HEAD = (
    r"(?:<[0-9]{1,3}>)?(?:[A-Z][a-z]{2} {1,2}[0-9]{1,2} (?:[0-9]{4} )?[0-9:.]{8,15}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]{8,18}(?:Z|[-+][0-9:]{4,6})?) [^ ]+ "
)
_NEW_HEAD = r"<[0-9]{1,3}>[1-9][0-9]{0,2} [^ ]+ [^ ]+ "
_DATA = r'(?:[^ ]+ ){3}(?:-|(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])+) \x{feff}?'
_TAG = r"[^\s:\[<>]{1,64}(?:\[[^\]\s]{0,64}\])?: "
_SAMBA = r"smbd(?:_audit)?"
_TOLD = (
    r"(?:CEF:[0-9]+\||LEEF:[12]\.[0-9]+\||[0-9A-Za-z.:]+:[0-9]+ \[[0-9]{2}/[A-Z][a-z]{2}/"
    r"|[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8} \[[a-z]+\] |\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] "
    r"|[0-9]{9,11}\.[0-9]{3} +-?[0-9]+ [0-9A-Za-z.:]+ [A-Z_]+/)"
)
OWN = f"^(?:{_OLD_HEAD}{_TAG}|{_NEW_HEAD})"
"""Lines whose head names machine and program: what stands behind it is that program's message, however it looks."""
GUESTS = (
    rf"^(?:{_OLD_HEAD}(?:(?:{_TAG})?{_TOLD}|{_SAMBA}(?:\[[0-9]+\])?: )"
    rf"|{_NEW_HEAD}(?:{_DATA}{_TOLD}|{_SAMBA} ))"
)
"""Of these, the ones whose message is by its very begin of a format of its own: CEF, LEEF, HAProxy's, the error logs of
nginx and Apache, Squid's, Samba's audit."""

FACILITIES = (
    *("kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp"),
    *("ntp", "audit", "alert", "clock"),
    *(f"local{number}" for number in range(8)),
)
SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_TEXTS = ("priority", "host", "program", "pid", "msgid", "data", "message")
COLUMNS = ("@timestamp", *_TEXTS)


def envelopes(lines: pl.Series, place: LineContext) -> pl.DataFrame:
    """Return the heads of lines, a row a line; ``message`` is null where there is none, the time where it is broken."""
    new = lines.str.contains(_IS_NEW).to_numpy()
    bsd = lines.str.contains(_IS_BSD).to_numpy() & ~new
    parts: list[pl.DataFrame] = []
    places = []
    for mask, read in ((bsd, _bsd), (new, _new), (~new & ~bsd, _iso)):
        at = np.flatnonzero(mask)
        if len(at):
            parts.append(read(lines if len(at) == len(lines) else lines[at], place))
            places.append(at)
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return pl.DataFrame(schema={name: TIME if name == "@timestamp" else pl.String() for name in COLUMNS})
    return pl.concat(parts)[np.argsort(np.concatenate(places), kind="stable")]


def _bsd(lines: pl.Series, place: LineContext) -> pl.DataFrame:
    found = lines.str.extract_groups(_BSD).struct.unnest()
    day, year, clock = (found.get_column(name) for name in ("time", "year", "clock"))
    times = parse_yearless(day + " " + clock, place.zone, place.written)
    if year.null_count() < len(year):
        form = "%Y %b %e %H:%M:%S%.f"
        full = (year + " " + day + " " + clock).str.to_datetime(form, time_unit="us", strict=False)
        times = times.set(year.is_not_null(), None).zip_with(year.is_null(), localised(full, place.zone))
    return _columns(found, times)


def _iso(lines: pl.Series, place: LineContext) -> pl.DataFrame:
    found = lines.str.extract_groups(_ISO).struct.unnest()
    sensible = _sensible(found)
    if not sensible.all():
        keep = sensible.to_numpy()
        found = pl.DataFrame([only(column, keep) for column in found.get_columns()])
    return _columns(found, parse_values(found.get_column("time"), "auto", place.zone))


def _sensible(found: pl.DataFrame) -> pl.Series:
    """Say which lines that begin with an ISO time are syslog's: any program's log may begin so.

    A priority tells; else a machine and a program must be named, by words that can be names of such. Where the date is
    parted from the clock by a blank, as no syslog daemon writes it by itself, the program has its number too.
    """
    host, program, pid = (pl.col(name) for name in ("host", "program", "pid"))
    named = program.str.contains(_IS_PROGRAM) & ~program.str.contains(_IS_LEVEL)
    machine = host.str.contains(_IS_MACHINE) & ~host.str.contains(_IS_LEVEL)
    whole = named & (machine | (host.is_null() & pid.is_not_null()))
    written = pl.col("time").str.slice(10, 1) == "T"
    sensible = pl.col("priority").is_not_null() | (whole & (written | pid.is_not_null()))
    return found.select(sensible.fill_null(value=False)).to_series()


def _new(lines: pl.Series, place: LineContext) -> pl.DataFrame:
    found = lines.str.extract_groups(_NEW).struct.unnest()
    times = parse_values(found.get_column("time"), "auto", place.zone)
    nil = [pl.when(pl.col(name) != "-").then(pl.col(name)) for name in ("host", "program", "pid", "msgid", "data")]
    message = pl.when(pl.col("priority").is_not_null()).then(pl.col("message").fill_null("")).alias("message")
    return _columns(found.with_columns(*nil, message), times)


def _columns(found: pl.DataFrame, times: pl.Series) -> pl.DataFrame:
    have = set(found.columns)
    made = [found.get_column(name) if name in have else constant(name, None, found.height) for name in _TEXTS]
    return pl.DataFrame([times.alias("@timestamp"), *made])


def priorities(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the names of facility and severity; null for a priority that is none."""
    number = codes.cast(pl.Int16, strict=False)
    number = number.set(number > 191, None)
    names = [pl.Series(list(words), dtype=pl.String()) for words in (FACILITIES, SEVERITIES)]
    return names[0][number // 8].alias("facility"), names[1][number % 8].alias("severity")


_PIECE = re.compile(r'\[([^ \]="\[]{1,64})|(?<![^ \]="\[])([^ \]="\[]{1,64})="((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r'\\(["\]\\])')


def structured(text: str) -> Iterator[tuple[str, str]]:
    """Give ``id.name`` and value of each parameter of structured data."""
    element = ""
    for piece in _PIECE.finditer(text):
        if piece[1]:
            element = piece[1]
        else:
            value = piece[3]
            yield f"{element}.{piece[2]}", _ESCAPED.sub(r"\1", value) if "\\" in value else value
