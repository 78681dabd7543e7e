"""W3C extended logs, as IIS writes them: a ``#Fields:`` directive says what the values of the lines behind it are.

Comes in: lines, and the directive in force before the first of them (``LineContext.header``). Goes out: ``Parsed``; a
directive line is a reject with reason ``header``, and a line that does not fit its directive one with ``no_format``:
no other format may guess at it. The fields may change in the middle of a file. Times are UTC, whatever the source's
zone; a blank within a value is written as ``+``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import replace_columns
from detector.decode.format import Format
from detector.decode.line_context import LineContext
from detector.decode.logformat import headers
from detector.decode.logformat.items import TIME, Care, Field, Item, Literal, Variable, group, pattern
from detector.decode.logformat.to_columns import Assembly
from detector.decode.logformat.undo_escapes import Escape
from detector.decode.parse_result import Parsed, Rows, nothing, shifted, together
from detector.schema.events.framing import Framing
from detector.schema.events.lines import RejectReason

FIELDS = "#Fields:"
_UTC = ZoneInfo("UTC")
_MOST_FIELDS = 200
_WHEN = "when"
_HEADER = re.compile(r"^(?P<from>cs|sc)\((?P<name>[^)]*)\)$")

IIS: Mapping[str, Variable] = {
    "c-ip": Variable("source.ip"),
    "cs-username": Variable("user.name"),
    "cs-method": Variable("http.request.method"),
    "cs-uri-stem": Variable("url.path"),
    "cs-uri-query": Variable("url.query"),
    "cs-host": Variable("url.domain", rank=2),
    "sc-status": Variable("http.response.status_code"),
    "sc-bytes": Variable("http.response.body.bytes"),
    "cs-bytes": Variable("http.request.body.bytes"),
    "time-taken": Variable("event.duration", form="ms"),
    "s-computername": Variable("host.name"),
    "x-forwarded-for": headers.of_request("x-forwarded-for", "x-forwarded-for"),
}
"""What the fields of IIS hold; what is not here and no header of request or answer is a label of its name."""


@dataclass(frozen=True, slots=True)
class W3cColumns:
    """How lines under one ``#Fields:`` directive are read."""

    shape: str
    assembly: Assembly
    when: tuple[str, str]


class W3c:
    """One dialect of the W3C extended log format.

    Args:
        known: Fields and what they hold.
        needs: The directive must name all of these, or its lines are of another program.
        between: What stands between two values.
        plus: A blank within a value is written as ``+``.
        default: The directive that counts where there is none, or one that is not of this dialect.
    """

    def __init__(
        self,
        known: Mapping[str, Variable],
        needs: Sequence[str],
        between: str = " ",
        *,
        plus: bool = True,
        default: str = "",
    ) -> None:
        self._known = dict(known)
        self._needs = frozenset(needs) | {"date", "time"}
        self._between = between
        self._plus = plus
        self._default = default
        self._columns = lru_cache(maxsize=64)(self._read)

    def parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        """Decode lines."""
        told = lines.str.starts_with("#")
        failures = {at: self._blame(lines[at]) for at in np.flatnonzero(told.to_numpy()).tolist()}
        parts: list[Parsed] = []
        utc = replace(place, zone=_UTC)
        for header, places in _stretches(lines, told, place.header):
            columns = self._columns(header) or self._columns(self._default)
            if columns is None:
                failures.update(dict.fromkeys(places.tolist(), RejectReason.NO_FORMAT))
                continue
            part = shifted(_events(lines[places], columns, utc), places)
            failures.update(part.failures)
            parts.append(part)
        return together(parts, failures)

    def _blame(self, directive: str) -> RejectReason:
        """Return why a directive gives no event; one about fields is left to the dialect that understands them."""
        foreign = directive.startswith(FIELDS) and self._columns(directive) is None
        return RejectReason.MALFORMED if foreign else RejectReason.HEADER

    def _read(self, header: str) -> W3cColumns | None:
        """Return how lines under a directive are read; None when they are not of this dialect."""
        names = header.removeprefix(FIELDS).split()
        if len(names) > _MOST_FIELDS or not self._needs.issubset(map(str.lower, names)):
            return None
        escapes = [_escape(name) if self._plus else Escape.NONE for name in names]
        fields = [
            Field(name, 0, self._variable(name), escape=escape) for name, escape in zip(names, escapes, strict=True)
        ]
        items: list[Item] = []
        for field in fields:
            items += [Literal(self._between), field]
        columns = [group(at) for at in range(len(fields))]
        when = (columns[_place(names, "date")], columns[_place(names, "time")])
        kept = [(field, column) for field, column in zip(fields, columns, strict=True) if column not in when]
        whole = Field(_WHEN, 0, Variable(TIME, form="%Y-%m-%d %H:%M:%S%.f"))
        return W3cColumns(
            pattern(tuple(items[1:]), Care.PLAIN),
            Assembly([*(field for field, _ in kept), whole], [*(column for _, column in kept), _WHEN]),
            when,
        )

    def _variable(self, name: str) -> Variable:
        low = name.lower()
        found = _HEADER.match(low)
        if low in self._known:
            return replace(self._known[low], key=low, bare="")
        if found is None:
            return Variable(key=low)
        return (headers.of_request if found["from"] == "cs" else headers.of_answer)(found["name"], low)


def _place(names: Sequence[str], name: str) -> int:
    return [one.lower() for one in names].index(name)


def _escape(name: str) -> Escape:
    """Blanks became ``+`` everywhere; where a ``+`` is as likely to be the client's own, it stays."""
    return (
        Escape.PLUS
        if name.lower() in ("cs(user-agent)", "cs-username", "cs(cookie)", "x-forwarded-for")
        else Escape.NONE
    )


def _stretches(lines: pl.Series, told: pl.Series, header: str) -> Iterator[tuple[str, Rows]]:
    """Give each directive and the places of the lines it is in force for."""
    changes = np.flatnonzero((told & lines.str.starts_with(FIELDS)).to_numpy())
    data: Rows = np.flatnonzero(~told.to_numpy())
    edges = [-1, *changes.tolist(), len(lines)]
    texts = [header, *lines[changes].to_list()]
    for text, begin, end in zip(texts, edges, edges[1:], strict=False):
        here = data[(data > begin) & (data < end)]
        if len(here):
            yield text, here


def _events(lines: pl.Series, columns: W3cColumns, place: LineContext) -> Parsed:
    found = lines.str.extract_groups(columns.shape).struct.unnest()
    fits = found.get_column(columns.when[0]).is_not_null()
    failures = dict.fromkeys(np.flatnonzero(~fits.to_numpy()).tolist(), RejectReason.NO_FORMAT)
    if not fits.any():
        return nothing(failures)
    rows = np.flatnonzero(fits.to_numpy())
    values = found.filter(fits)
    date, time = (values.get_column(name) for name in columns.when)
    made = columns.assembly.made(
        lines.filter(fits), replace_columns(values, [(date + " " + time).alias(_WHEN)]), place, rows
    )
    return Parsed(made.frame, made.rows, {**failures, **made.failures})


_IIS = W3c(IIS, needs=("cs-method", "cs-uri-stem", "c-ip"))

FORMATS: tuple[Format, ...] = (
    Format(
        "iis.w3c",
        "iis.access",
        "web",
        _IIS.parse,
        67,
        telling=r"^(?:#(?:Software|Version|Date|Fields|Start-Date|End-Date|Remark):"
        r"|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(?: [^ ]+)* [A-Z_]{3,20} [/*])",
        framing=Framing(header=FIELDS),
        head=r"(?m)^#Fields: .*\bcs-uri-stem\b",
        about="IIS, W3C extended log (its default); the fields are those of the file's own `#Fields:`",
        empty_words=False,
    ),
)
