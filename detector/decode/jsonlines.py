"""JSON lines become columns by a field map. One line that is no JSON costs one line.

Comes in: lines and a ``FieldMap``. Goes out: ``Parsed``. Each line is decoded by itself (a whole batch at once would be
lost to one bad line); from there on it is columns. What the map does not name goes to ``labels``, scalars as text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import compress
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns import constant, first_of
from detector.decode.distinct import Distinct
from detector.decode.fieldmap import CLOSED, RAW, REQUEST, TARGET, FieldMap
from detector.decode.jsonfields import as_ids, as_number, as_text, flat
from detector.decode.jsontable import Group, Shape, Table
from detector.decode.lists import label_lists, text_lists
from detector.decode.logfmt import logfmt
from detector.decode.parsed import FIELD, FORWARDED, Parsed, Rows, dtype_of, nothing
from detector.decode.place import Place
from detector.decode.requests import Request, split_request, split_target
from detector.decode.times import parse_values
from detector.decode.unfold import Unfold
from detector.decode.words import Words
from detector.decode.written import is_written, written
from detector.schema.lines import RejectReason

Decoded = tuple[list[Group], list[int], list[int] | None]
"""Objects by shape; which lines are none; the line of each object, None when there is one for each line."""
_decode: Callable[[str], Any] = msgspec.json.Decoder().decode
_MOST: dict[pl.DataType, int] = {pl.Int16(): 999, pl.Int64(): (1 << 63) - 1}
_UNITS = {"s": 1e9, "ms": 1e6, "us": 1e3, "µs": 1e3, "μs": 1e3, "ns": 1.0}
_DURATION = r"^(?P<number>[0-9]{1,18}(?:\.[0-9]{1,18})?)(?P<unit>ms|us|µs|μs|ns|s)$"
_LISTS = pl.List(pl.String())
_WHOLE = {int, type(None)}


class JsonLines:
    """One JSON format.

    Args:
        spec: Its field map.
        wanted: JSON fields the record map asks for, and whether they hold ids (which labels must not keep); they come
            as columns named ``$field:PATH``.
    """

    def __init__(self, spec: FieldMap, wanted: Mapping[str, bool]) -> None:
        self._spec = spec
        self._wanted = tuple(wanted)
        self._unkept = (*(path for path, is_id in wanted.items() if is_id), *spec.drop)
        requires = [tuple(one.split("|")) for one in spec.requires]
        self._must = frozenset(one[0] for one in requires if len(one) == 1)
        self._either = tuple(one for one in requires if len(one) > 1)
        # Closed columns are read first and left in place, so that the log's own word stays in the labels.
        self._closed = tuple((name, spec.paths(name)) for name in spec.fields if name in CLOSED)
        self._words = {name: Words(spec.values.get(name, {}), CLOSED.get(name)) for name in {*spec.values, *CLOSED}}
        self._zone = ZoneInfo(spec.time.zone) if spec.time.zone else None
        self._unfold = Unfold(spec.each, spec.pairs) if spec.each or spec.pairs else None
        self._open = tuple((RAW.get(name, name), spec.paths(name)) for name in spec.fields if name not in CLOSED)

    def parse(self, lines: pl.Series, place: Place) -> Parsed:
        """Decode lines."""
        table, rows, failures = self._table(lines.to_list())
        times = parse_values(table.take(self._spec.time.fields), self._spec.time.form, self._zone or place.zone)
        if times.null_count() and not place.timed:
            bad, kept = np.flatnonzero(times.is_null().to_numpy()), np.flatnonzero(times.is_not_null().to_numpy())
            rows = np.arange(len(table), dtype=np.int64) if rows is None else rows
            failures.update(dict.fromkeys(rows[bad].tolist(), RejectReason.BAD_TIME))
            table, rows, times = table.kept(kept.tolist()), rows[kept], times.drop_nulls()
        if not len(table):
            return nothing(failures)
        return Parsed(pl.DataFrame([times.alias("@timestamp"), *self._columns(table)]), rows, failures)

    def _table(self, lines: list[str]) -> tuple[Table, Rows | None, dict[int, RejectReason]]:
        """Return the objects of this format, their lines (None when every line is one), and why the others are none."""
        groups, bad, owners = self._decoded(lines)
        broken = RejectReason.NOT_JSON if self._spec.kind == "json" else RejectReason.MALFORMED
        failures = dict.fromkeys(bad, broken)
        lost = list(bad) if owners is None else []
        good: list[Group] = []
        for group in groups:  # lines of one program have few shapes: each is judged once
            if self._fits(frozenset(group.shape)):
                good.append(group)
            else:
                lost += group.places
                where = group.places if owners is None else [owners[at] for at in group.places]
                failures.update(dict.fromkeys(where, RejectReason.MALFORMED))
        if not lost and owners is None:
            return Table(good), None, {}
        rows = np.delete(np.arange(len(lines if owners is None else owners), dtype=np.int64), lost)
        for group in good if lost else ():
            group.places = np.searchsorted(rows, group.places).tolist()
        return Table(good), rows if owners is None else np.asarray(owners, np.int64)[rows], failures

    def _decoded(self, lines: list[str]) -> Decoded:
        if self._spec.kind == "logfmt":
            return logfmt(lines)
        return _decoded(lines) if self._unfold is None else _unfolded(lines, self._unfold)

    def _fits(self, keys: frozenset[str]) -> bool:
        return keys >= self._must and not any(map(keys.isdisjoint, self._either))

    def _columns(self, table: Table) -> list[pl.Series]:
        made = [
            _lists(FIELD + path, table.look(path))
            if table.reaches(path)
            else constant(FIELD + path, None, len(table), _LISTS)
            for path in self._wanted
        ]
        for name, paths in self._closed:
            here = tuple(path for path in paths if path in table.keys)
            words = self._words[name]
            if here:
                made.append(words.ours(_text(name, _first_words([table.column(path) for path in here]))))
            elif words.absent:
                made.append(constant(name, words.absent, len(table)))
        for name, paths in self._open:
            here = tuple(path for path in paths if is_written(path) or table.reaches(path))
            if here:
                made.extend(self._open_columns(name, here, table))
        for name, value in self._spec.constants.items():
            made.append(constant(name, value, len(table)))
        for path in self._unkept:
            table.discard(path)
        made.append(_labels(*table.rest()))
        return _first_of_each(made)

    def _open_columns(self, name: str, paths: tuple[str, ...], table: Table) -> list[pl.Series]:
        dtype = dtype_of(name)
        if isinstance(dtype, pl.List):
            columns = [table.pop(path) if path in table.keys else table.look(path) for path in paths]
            return [_lists(name, columns[0] if len(columns) == 1 else list(map(list, zip(*columns, strict=True))))]
        values = written(table, paths) if any(map(is_written, paths)) else table.take(paths)
        if name == REQUEST:
            return _requests([split_request(as_text(value) or "") for value in values])
        if name == TARGET:
            return _requests([Request(None, *split_target(as_text(value) or "")) for value in values])[1:]
        if name == "event.duration":
            return [_durations(values, _UNITS[self._spec.duration_unit])]
        if dtype in _MOST:
            return [_numbers(name, values, dtype)]
        column = _text(name, values)
        return [self._words[name].ours(column) if name in self._words else column]


def _first_of_each(made: list[pl.Series]) -> list[pl.Series]:
    """Keep one column of each name: where the first has no value, the next one's counts."""
    columns: dict[str, pl.Series] = {}
    for column in made:
        known = columns.get(column.name)
        columns[column.name] = column if known is None else known.zip_with(known.is_not_null(), column)
    return list(columns.values())


def _decoded(lines: list[str]) -> Decoded:
    """Return the objects of the lines by shape, and which lines are none.

    Objects are let go one by one: ten thousand of them alive at once cost more than decoding them.
    """
    try:
        return *_grouped(zip(lines, map(_decode, lines), strict=True)), None
    except (msgspec.MsgspecError, RecursionError, ValueError, AttributeError, TypeError):
        return *_grouped((line, _one(line)) for line in lines), None


def _unfolded(lines: list[str], unfold: Unfold) -> Decoded:
    """Return the events of the lines by shape, which lines are no objects, and the line of each event."""
    owners: list[int] = []
    bad: list[int] = []

    def events() -> Iterator[tuple[str, Any]]:
        for at, line in enumerate(lines):
            item = _one(line)
            if item is None:
                bad.append(at)
                continue
            found = unfold(item)
            owners.extend([at] * len(found))
            for one in found:
                yield line, one

    groups, _ = _grouped(events())
    return groups, bad, owners


def _grouped(pairs: Iterable[tuple[str, Any]]) -> tuple[list[Group], list[int]]:
    groups: dict[Shape, Group] = {}
    bad: list[int] = []
    for at, (line, item) in enumerate(pairs):
        if item is None:
            bad.append(at)
            continue
        # An object within the object shows as a second brace: seeing none is cheaper than asking each value.
        if line.rfind("{") > 0:
            item = flat(item)  # noqa: PLW2901
        shape = tuple(item)
        group = groups.get(shape) or groups.setdefault(shape, Group(shape))
        group.places.append(at)
        group.flat.extend(item.values())
    return list(groups.values()), bad


def _one(line: str) -> Any:
    try:
        item = _decode(line)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
    return item if type(item) is dict else None


def _first_words(columns: list[list[Any]]) -> list[Any]:
    """Return the first word present in each row; the first of a list, as ECS writes categories."""
    words = columns[0]
    for column in columns[1:]:
        if None in words:
            words = [other if word is None else word for word, other in zip(words, column, strict=True)]
    if list in set(map(type, words)):
        words = [(word or [None])[0] if isinstance(word, list) else word for word in words]
    return words


def _strings(name: str, values: list[Any]) -> pl.Series | None:
    """Return a column of text; None when a value is something else."""
    try:
        return pl.Series(name, values, dtype=pl.String(), strict=True)
    except (TypeError, pl.exceptions.PolarsError):
        return None


def _text(name: str, values: list[Any]) -> pl.Series:
    column = _strings(name, values)
    if column is None:
        column = pl.Series(name, [as_text(_only(value, name)) for value in values], dtype=pl.String())
    return _present(column)


def _only(value: Any, name: str) -> Any:
    """Return the one value a list holds; of addresses that were forwarded all of them, as the header has them."""
    if not isinstance(value, list):
        return value
    if name == FORWARDED:
        return ", ".join(map(str, value))
    first = next((one for one in value if one is not None), None)
    return first if all(one is None or one == first for one in value) else value


def _present(column: pl.Series) -> pl.Series:
    """Return ``column`` with null for what says that there is nothing."""
    absent = (column == "") | (column == "-")
    return column.set(absent, None) if absent.any() else column


def _numbers(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    most = _MOST[dtype]
    if set(map(type, values)) <= _WHOLE:
        try:
            column = pl.Series(name, values, dtype=pl.Int64())
        except (OverflowError, TypeError, pl.exceptions.PolarsError):
            pass  # a number nothing we count can be
        else:
            wrong = (column < 0) | (column > most)
            return (column.set(wrong, None) if wrong.any() else column).cast(dtype)
    words = _strings(name, values)
    if words is not None:  # words and figures repeat: each is read once
        distinct = Distinct.of(words)
        return distinct.column(name, [as_number(value, most) for value in distinct.values], dtype)
    return pl.Series(name, [as_number(value, most) for value in values], dtype=dtype)


def _durations(values: list[Any], scale: float) -> pl.Series:
    column = pl.Series("event.duration", [as_text(value) for value in values], dtype=pl.String())
    nanos = column.cast(pl.Float64, strict=False) * scale
    if nanos.null_count() > column.null_count():
        parts = column.str.extract_groups(_DURATION).struct.unnest()
        units = pl.Series("unit", [_UNITS.get(unit) for unit in parts["unit"].to_list()], dtype=pl.Float64())
        nanos = first_of("", nanos, parts["number"].cast(pl.Float64, strict=False) * units)
    return nanos.round().cast(pl.Int64, strict=False).alias("event.duration")


def _lists(name: str, values: list[Any]) -> pl.Series:
    single = _strings(name, values)
    if single is not None:
        single = _present(single)
        if not single.null_count():
            return text_lists(name, single, np.ones(len(single), np.int64))
        return text_lists(name, single.drop_nulls(), single.is_not_null().cast(pl.Int64).to_numpy())
    found = [as_ids(value) for value in values]
    flat = pl.Series([one for many in found if many for one in many], dtype=pl.String())
    return text_lists(name, flat, np.fromiter((len(many) if many else 0 for many in found), np.int64, len(found)))


def _requests(found: list[Request]) -> list[pl.Series]:
    return [
        pl.Series("http.request.method", [one.method for one in found], dtype=pl.String()),
        pl.Series("url.domain", [one.domain for one in found], dtype=pl.String()),
        pl.Series("url.path", [one.path for one in found], dtype=pl.String()),
        pl.Series("url.query", [one.query for one in found], dtype=pl.String()),
    ]


def _labels(keys: list[str], values: list[Any], counts: list[int]) -> pl.Series:
    """Write down what no column has taken, without nulls."""
    if None in values:
        has = np.fromiter((value is not None for value in values), np.bool_, len(values))
        before = np.concatenate([[0], np.cumsum(has)])
        ends = np.cumsum(counts)
        counts = (before[ends] - before[ends - counts]).tolist()
        keys = list(compress(keys, has))
        values = list(compress(values, has))
    if set(map(type, values)) - {str}:
        values = [as_text(value) for value in values]
    return label_lists(keys, values, counts)
