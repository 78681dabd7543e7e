"""Values of a log format's fields become event columns.

Comes in: for each field a column of text as it stood in the log. Goes out: ``Parsed``. Which variable gives which
column is settled once; where several tell one column, the one with the lowest rank counts and the others are kept as
labels. What is missing (``-`` or nothing) is null. A line whose time is no moment is a reject. Numbers and addresses
that HAProxy writes in base 16 (``%{+X}``) become decimal ones, and addresses as people write them; other text stays as
it is.
"""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

import numpy as np
import polars as pl

from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.frame_ops import first_of, replace_columns
from detector.decode.columns.list_columns import label_columns
from detector.decode.json.field_map import REQUEST, TARGET
from detector.decode.json.typed_columns import MOST
from detector.decode.line_context import LineContext
from detector.decode.logformat.items import COOKIE, COOKIES, DROPPED, LABEL, TIME, Field
from detector.decode.logformat.request_targets import of_paths, of_requests, of_targets
from detector.decode.logformat.undo_escapes import Escape, present, undone
from detector.decode.parse_result import TOKEN, Parsed, Rows, dtype_of, nothing
from detector.decode.time import text_times
from detector.schema.events.lines import RejectReason

UNITS = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1.0}
PATH, QUERY, METHOD, DOMAIN = "url.path", "url.query", "http.request.method", "url.domain"
_DURATION = "event.duration"
_LEAST = {"http.response.status_code": 100}
"""A proxy writes 0 or -1 where there was no answer."""
_HEX_ADDRESSES, _LONGEST_HEX = (8, 32), 16
"""Digits in base 16 of an address, and of the longest number."""
_WITHIN = {COOKIES: r"(?i)(?:^|;[ +]*)[^=; ]*(?:sess|sid|token|auth|jwt)[^=; ]*=([^;]+)", COOKIE: r"^[^=]*=(.+)$"}
"""Where the session stands: in the first cookie whose name says so, or behind the name of the one there is."""
_BAD = "<BADREQ>"
"""What HAProxy writes for every part of a request it could not read."""
_OF_REQUEST = (METHOD, PATH, QUERY, TARGET)
_RAW = (TIME, REQUEST, TARGET)


class Assembly:
    """How the fields of one format become columns.

    Args:
        fields: The fields, in the order their columns will come.
        names: Name of each field's column.
    """

    def __init__(self, fields: Sequence[Field], names: Sequence[str]) -> None:
        self._fields = tuple(fields)
        self._names = tuple(names)
        self._givers: dict[str, list[int]] = {}
        self._labels: list[int] = []
        whole = any(one.variable.target in (TARGET, REQUEST) for one in fields)
        for at, one in sorted(enumerate(fields), key=lambda pair: pair[1].variable.rank):
            target = one.variable.target
            if target == DROPPED or (target == TOKEN and TOKEN in self._givers):
                continue
            spare = whole and target in (PATH, QUERY)
            if target == LABEL or spare or (target != TIME and target in self._givers):
                self._labels.append(at)
            if target != LABEL and not spare:
                self._givers.setdefault(target, []).append(at)
        self._labels.sort()
        used = {*self._labels, *(at for places in self._givers.values() for at in places)}
        self._escaped = [at for at in sorted(used) if fields[at].escape is not Escape.NONE]
        self._hexadecimal = [at for at in sorted(used) if fields[at].hexadecimal]
        self._plan = list(self._expressions())
        self._simple = [target for target in self._givers if target not in _RAW]

    def made(self, lines: pl.Series, values: pl.DataFrame, place: LineContext, rows: Rows | None = None) -> Parsed:
        """Return the events of lines.

        Args:
            lines: The lines, to see at once which escapes occur in them.
            values: Values of the fields, as they stand there.
            place: Where they stand.
            rows: Which lines they are; None: all there are.
        """
        frame = self._sent(lines, values).select_seq(self._plan)
        times = first_of(
            TIME, *(text_times.read(frame[f"{TIME}{at}"], self._form(at), place.zone) for at in self._givers[TIME])
        )
        frame = pl.DataFrame([times, *self._columns(frame)])
        if place.timed or not times.null_count():
            return Parsed(frame, rows)
        good = times.is_not_null()
        places = np.arange(len(times), dtype=np.int64) if rows is None else rows
        kept = good.to_numpy()
        failures = dict.fromkeys(places[~kept].tolist(), RejectReason.BAD_TIME)
        return Parsed(frame.filter(good), places[kept], failures) if kept.any() else nothing(failures)

    def _form(self, at: int) -> str:
        return self._fields[at].variable.form

    def _sent(self, lines: pl.Series, values: pl.DataFrame) -> pl.DataFrame:
        """Return the values as they were sent, escapes undone."""
        here = present(lines, {self._fields[at].escape for at in self._escaped})
        made = [
            undone(values[self._names[at]], self._fields[at].escape)
            for at in self._escaped
            if self._fields[at].escape in here
        ]
        made += [
            of_hexadecimal(values[self._names[at]], addresses=self._fields[at].variable.target == "source.ip")
            for at in self._hexadecimal
        ]
        return replace_columns(values, made) if made else values

    def _expressions(self) -> Iterator[pl.Expr]:
        """Give an expression for each column, label and raw value."""
        for target, places in self._givers.items():
            if target == TIME:
                yield from (self._value(at).alias(f"{TIME}{at}") for at in places)
            else:
                yield pl.coalesce([self._typed(target, at) for at in places]).alias(target)
        for at in self._labels:
            yield self._value(at).alias(f"{LABEL}{at}")

    def _value(self, at: int) -> pl.Expr:
        value = pl.col(self._names[at])
        some = value != "-"
        if not self._fields[at].variable.empty:
            some &= value != ""
        target = self._fields[at].variable.target
        if target in _OF_REQUEST:
            some &= value != _BAD
        return pl.when(some).then(value)

    def _typed(self, target: str, at: int) -> pl.Expr:
        value, dtype = pl.col(self._names[at]), dtype_of(target)
        if target == _DURATION:
            nanos = value.cast(pl.Float64, strict=False) * UNITS[self._form(at)]
            return pl.when((nanos >= 0) & (nanos < 9e18)).then(nanos).round().cast(pl.Int64, strict=False)
        if dtype in MOST:
            number = value.cast(pl.Int64, strict=False)
            return pl.when(number.is_between(_LEAST.get(target, 0), MOST[dtype])).then(number).cast(dtype)
        return self._text(target, at)

    def _text(self, target: str, at: int) -> pl.Expr:
        if target == QUERY:
            return self._value(at).str.strip_prefix("?")
        found = _WITHIN.get(self._form(at))
        return self._value(at) if found is None else self._value(at).str.extract(found)

    def _columns(self, frame: pl.DataFrame) -> list[pl.Series]:
        found = {target: [frame[target]] for target in self._simple}
        labels = {self._fields[at].variable.key: frame[f"{LABEL}{at}"] for at in self._labels}
        if PATH in found:
            found[PATH], domains = of_paths(found[PATH][0])
            found[DOMAIN] = [*found.get(DOMAIN, []), *domains]
        if TARGET in self._givers:
            parts, labels["target"] = of_targets(frame[TARGET])
            _add(found, parts)
        if REQUEST in self._givers:
            parts, labels["request"] = of_requests(frame[REQUEST])
            _add(found, parts)
        made = [first_of(name, *columns) for name, columns in found.items() if columns]
        labels = {key: column for key, column in labels.items() if column.null_count() < len(column)}
        if labels:
            made.append(label_columns(list(labels), list(labels.values())))
        return made


def _add(found: dict[str, list[pl.Series]], parts: Sequence[pl.Series]) -> None:
    """Add the parts of a request behind what stands there; a query belongs to its own path."""
    before = found.get(PATH)
    for part in parts:
        if part.name == QUERY and before:
            found[QUERY] = [found[QUERY][0].zip_with(before[0].is_not_null(), part)]
        else:
            found.setdefault(part.name, []).append(part)


def of_hexadecimal(column: pl.Series, *, addresses: bool = False) -> pl.Series:
    """Return the column in base 10, or as addresses."""
    distinct = Dictionary.of(column)
    read = _address if addresses else _number
    return distinct.column(column.name, list(map(read, distinct.values)))


def _address(text: str) -> str:
    if len(text) not in _HEX_ADDRESSES or not _is_hex(text):
        return text
    return str(ip_address(bytes.fromhex(text)))


def _number(text: str) -> str:
    return str(int(text, 16)) if len(text) <= _LONGEST_HEX and _is_hex(text) else text


def _is_hex(text: str) -> bool:
    return bool(text) and all(letter in "0123456789abcdefABCDEF" for letter in text)
