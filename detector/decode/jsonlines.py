"""JSON lines become columns by a field map. One line that is no JSON costs one line.

Comes in: lines and a ``FieldMap``. Goes out: ``Parsed``. Each line is decoded by itself (a whole batch at once would be
lost to one bad line); from there on it is columns. What the map does not name goes to ``labels``, scalars as text.
"""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns import constant
from detector.decode.distinct import Distinct
from detector.decode.fieldmap import CLOSED, RAW, REQUEST, TARGET, FieldMap
from detector.decode.jsonfields import Object, as_ids, as_number, as_text, discard, flat, lookup, take
from detector.decode.lists import label_lists, text_lists
from detector.decode.parsed import FIELD, Parsed, Rows, dtype_of, nothing
from detector.decode.requests import Request, split_request, split_target
from detector.decode.times import parse_values
from detector.schema.lines import RejectReason

_decode: Callable[[str], Any] = msgspec.json.Decoder().decode
_MOST: dict[pl.DataType, int] = {pl.Int16(): 999, pl.Int64(): (1 << 63) - 1}
_UNITS = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1.0}
_LISTS = pl.List(pl.String())
_ABSENT = ["", "-"]


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
        self._ids = tuple(path for path, is_id in wanted.items() if is_id)
        requires = [tuple(one.split("|")) for one in spec.requires]
        self._must = frozenset(one[0] for one in requires if len(one) == 1)
        self._either = tuple(one for one in requires if len(one) > 1)
        # Closed columns are read first and left in place, so that the log's own word stays in the labels.
        self._closed = tuple((name, spec.paths(name)) for name in spec.fields if name in CLOSED)
        self._open = tuple((RAW.get(name, name), spec.paths(name)) for name in spec.fields if name not in CLOSED)

    def parse(self, lines: pl.Series, zone: ZoneInfo) -> Parsed:
        """Decode lines."""
        objects, places, failures = self._objects(lines)
        times = parse_values([take(item, self._spec.time.fields) for item in objects], self._spec.time.form, zone)
        good = times.is_not_null()
        if not good.all():
            bad = np.flatnonzero(~good.to_numpy()).tolist()
            failures.update((places[at], RejectReason.BAD_TIME) for at in bad)
            kept = np.flatnonzero(good.to_numpy()).tolist()
            objects, places, times = [objects[at] for at in kept], [places[at] for at in kept], times.filter(good)
        if not objects:
            return nothing(failures)
        rows: Rows | None = np.asarray(places, dtype=np.int64) if failures else None
        return Parsed(pl.DataFrame([times.alias("@timestamp"), *self._columns(objects)]), rows, failures)

    def _objects(self, lines: pl.Series) -> tuple[list[Object], list[int], dict[int, RejectReason]]:
        objects: list[Object] = []
        places: list[int] = []
        failures: dict[int, RejectReason] = {}
        for at, line in enumerate(lines.to_list()):
            try:
                item = _decode(line)
            except (msgspec.MsgspecError, RecursionError, ValueError):
                item = None
            if type(item) is not dict:
                failures[at] = RejectReason.NOT_JSON
                continue
            item = flat(item)
            if item.keys() >= self._must and not any(item.keys().isdisjoint(paths) for paths in self._either):
                objects.append(item)
                places.append(at)
            else:
                failures[at] = RejectReason.MALFORMED
        return objects, places, failures

    def _columns(self, objects: list[Object]) -> list[pl.Series]:
        seen = {key for item in objects for key in item}
        made = [
            _lists(FIELD + path, [item.get(path) if path in item else lookup(item, path) for item in objects])
            if path in seen or "." in path
            else constant(FIELD + path, None, len(objects), _LISTS)
            for path in self._wanted
        ]
        for name, paths in self._closed:
            made.append(self._mapped(_text(name, [_word(item, paths) for item in objects])))
        for name, paths in self._open:
            here = tuple(path for path in paths if path in seen or "." in path)
            if here:
                made.extend(self._open_columns(name, here, objects))
        for name, value in self._spec.constants.items():
            made.append(constant(name, value, len(objects)))
        for path in self._ids:
            for item in objects:
                discard(item, path)
        made.append(_labels(objects))
        return _first_of_each(made)

    def _open_columns(self, name: str, paths: tuple[str, ...], objects: list[Object]) -> list[pl.Series]:
        dtype = dtype_of(name)
        if isinstance(dtype, pl.List):
            if len(paths) == 1:
                return [_lists(name, [item.pop(paths[0], None) for item in objects])]
            return [_lists(name, [[item.pop(path, None) for path in paths] for item in objects])]
        if len(paths) == 1 and "." not in paths[0]:
            only = paths[0]
            values = [item.pop(only, None) for item in objects]
        else:
            values = [take(item, paths) for item in objects]
        if name == REQUEST:
            return _requests([split_request(as_text(value) or "") for value in values])
        if name == TARGET:
            return _requests([Request(None, *split_target(as_text(value) or "")) for value in values])[1:]
        if name == "event.duration":
            return [_durations(values, _UNITS[self._spec.duration_unit])]
        if dtype in _MOST:
            return [_numbers(name, values, dtype)]
        return [self._mapped(_text(name, values))]

    def _mapped(self, column: pl.Series) -> pl.Series:
        """Replace the log's words by ours; a word without one becomes null where the list is closed."""
        name = column.name
        words = self._spec.values.get(name, {})
        if not words and name not in CLOSED:
            return column
        closed = CLOSED.get(name)
        distinct = Distinct.of(column)

        def ours(word: str) -> str | None:
            low = word.lower()
            known = words.get(low) or words.get(low.rpartition(".")[2]) or words.get("*")
            return known or (low if closed and low in closed else None if closed else word)

        return distinct.column(name, [ours(word) for word in distinct.values])


def _first_of_each(made: list[pl.Series]) -> list[pl.Series]:
    """Keep one column of each name: where the first has no value, the next one's counts."""
    columns: dict[str, pl.Series] = {}
    for column in made:
        known = columns.get(column.name)
        columns[column.name] = column if known is None else known.zip_with(known.is_not_null(), column)
    return list(columns.values())


def _word(item: Object, paths: tuple[str, ...]) -> Any:
    """Return the first word present; the first of a list, as ECS writes categories."""
    value = next((item[path] for path in paths if item.get(path) is not None), None)
    return (value or [None])[0] if isinstance(value, list) else value


def _text(name: str, values: list[Any]) -> pl.Series:
    if not {type(value) for value in values} <= {str, type(None)}:
        values = [as_text(value) for value in values]
    column = pl.Series(name, values, dtype=pl.String())
    absent = column.is_in(_ABSENT)
    return column.set(absent, None) if absent.any() else column


def _numbers(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    return pl.Series(name, [as_number(value, _MOST[dtype]) for value in values], dtype=dtype)


def _durations(values: list[Any], scale: float) -> pl.Series:
    column = pl.Series("event.duration", [as_text(value) for value in values], dtype=pl.String())
    nanos = column.cast(pl.Float64, strict=False) * scale
    return nanos.round().cast(pl.Int64, strict=False).alias("event.duration")


def _lists(name: str, values: list[Any]) -> pl.Series:
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


def _labels(objects: list[Object]) -> pl.Series:
    keys: list[str] = []
    values: list[str] = []
    counts: list[int] = []
    for item in objects:
        before = len(keys)
        for key, value in item.items():
            text = as_text(value)
            if text is not None:
                keys.append(key)
                values.append(text)
        counts.append(len(keys) - before)
    return label_lists(keys, values, counts)
