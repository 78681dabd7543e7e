"""JSON lines become columns by a field map. One line that is no JSON costs one line.

Comes in: lines and a ``FieldMap``. Goes out: ``Parsed``. Lines of a shape often met are not decoded
at all (see ``shapes``), each other line by itself (a whole batch at once would be lost to one bad line); from there
on it is columns. What the map does not name goes to ``labels``, scalars as text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, index
from detector.decode.columns.text_bytes import TextBytes
from detector.decode.columns.value_map import ValueMap
from detector.decode.json.explode import Unfold
from detector.decode.json.field_map import CLOSED, RAW, REQUEST, TARGET, FieldMap
from detector.decode.json.logfmt import logfmt
from detector.decode.json.lookup import as_text, flat, lenient_object
from detector.decode.json.merge import AnyTable, Mixed
from detector.decode.json.objects import Group, Shape, Table
from detector.decode.json.shape_columns import Views
from detector.decode.json.shape_match import Values, matching
from detector.decode.json.shapes import Shape as LineShape
from detector.decode.json.shapes import shapes
from detector.decode.json.templated_value import is_written, written
from detector.decode.json.typed_columns import (
    MOST,
    UNITS,
    durations,
    first_words,
    labels,
    lists,
    numbers,
    requests,
    text,
)
from detector.decode.line_context import LineContext
from detector.decode.parse_result import FIELD, Parsed, Rows, dtype_of, nothing
from detector.decode.time.event_time import parse_values
from detector.decode.weblog.request_line import Request, split_request, split_target
from detector.schema.events.lines import RejectReason

Decoded = tuple[list[Group], list[int], list[int] | None]
"""Objects by shape; which lines are none; the line of each object, None when there is one for each line."""
Objects = tuple[AnyTable, Rows | None, dict[int, RejectReason]]
"""Objects, their lines (None when every line is one), and why the other lines are none."""
_MANY = 300
"""Fewer lines are decoded one by one before their shapes have been told."""
_LARGE = 4_000
_PASSES = 16
"""Small batches decoded line by line after one in which not all lines had one shape: there, looking is a tenth more."""
_decode: Callable[[str], Any] = msgspec.json.Decoder().decode
_LISTS = pl.List(pl.String())


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
        self._keep = frozenset(spec.keep)
        self._unkept = (*(path for path, is_id in wanted.items() if is_id), *spec.drop)
        requires = [tuple(one.split("|")) for one in spec.requires]
        self._must = frozenset(one[0] for one in requires if len(one) == 1)
        self._either = tuple(one for one in requires if len(one) > 1)
        # Closed columns are read first and left in place, so that the log's own word stays in the labels.
        self._closed = tuple((name, spec.paths(name)) for name in spec.fields if name in CLOSED)
        self._words = {
            RAW.get(name, name): ValueMap(spec.values.get(name, {}), CLOSED.get(name))
            for name in {*spec.values, *CLOSED}
        }
        self._zone = ZoneInfo(spec.time.zone) if spec.time.zone else None
        self._unfold = Unfold(spec.each, spec.pairs) if spec.each or spec.pairs else None
        self._shapes: list[LineShape] = []  # those often met before; which these are changes no answer either
        self._passes = 0  # how many small batches are not looked at for shapes; which way is gone changes no answer
        self._instead = spec.instead
        self._elsewhere = JsonLines(spec.elsewhere(), wanted) if spec.instead else None
        self._open = tuple((RAW.get(name, name), spec.paths(name)) for name in spec.fields if name not in CLOSED)

    def parse(self, lines: pl.Series, place: LineContext) -> Parsed:
        """Decode lines."""
        table, rows, failures = self._table(lines)
        fields = self._spec.time.fields
        said = table.pop_value(fields) if self._keep.isdisjoint(fields) else written(table, fields)
        times = parse_values(said, self._spec.time.form, self._zone or place.zone)
        if times.null_count() and not place.timed:
            bad, kept = np.flatnonzero(times.is_null().to_numpy()), np.flatnonzero(times.is_not_null().to_numpy())
            rows = np.arange(len(table), dtype=np.int64) if rows is None else rows
            failures.update(dict.fromkeys(rows[bad].tolist(), RejectReason.BAD_TIME))
            table, rows, times = table.kept(kept.tolist()), rows[kept], times.drop_nulls()
        if not len(table):
            return nothing(failures)
        return Parsed(self._frame(times.alias("@timestamp"), table), rows, failures)

    def _frame(self, times: pl.Series, table: AnyTable) -> pl.DataFrame:
        """Return the columns, those of lines in which some stand elsewhere taken from there."""
        if self._instead is None or self._elsewhere is None or self._instead.path not in table.keys:
            return pl.DataFrame([times, *self._columns(table)])
        words = text("", table.column(self._instead.path))
        told = words.is_in(self._instead.words).fill_null(value=False).to_numpy()
        if told.all():
            return self._elsewhere._frame(times, table)
        if not told.any():
            return pl.DataFrame([times, *self._columns(table)])
        places = (np.flatnonzero(~told), np.flatnonzero(told))
        frames = [
            pl.DataFrame([times[index(at)], *one._columns(table.kept(at.tolist()))])
            for one, at in zip((self, self._elsewhere), places, strict=True)
        ]
        return pl.concat(frames, how="diagonal")[index(np.argsort(np.concatenate(places)))]

    def _table(self, lines: pl.Series) -> Objects:
        """Return the objects of this format: of shapes often met without decoding them, the others one by one."""
        seen = self._seen(lines)
        if not seen:
            return self._careful(lines.to_list())
        if len(seen[0].rows) == len(lines):
            return Views(seen[0]), None, {}
        parts: list[tuple[Table | Views, Rows]] = [(Views(values), values.rows) for values in seen]
        left = np.delete(np.arange(len(lines), dtype=np.int64), np.concatenate([rows for _, rows in parts]))
        failures: dict[int, RejectReason] = {}
        if len(left):
            table, rows, failed = self._careful(lines[index(left)].to_list())
            parts += [(table, left if rows is None else left[rows])] if len(table) else []
            failures = {int(left[at]): reason for at, reason in failed.items()}
        mixed = Mixed(parts)
        return mixed, mixed.rows, failures

    def _seen(self, lines: pl.Series) -> list[Values]:
        """Return the values of lines of shapes often met that this format has; none when looking does not pay."""
        if self._spec.kind != "json" or len(lines) < _MANY:
            return []
        if self._passes and len(lines) < _LARGE:
            self._passes -= 1
            return []
        laid = TextBytes(lines)
        seen = matching(laid, self._shapes) if self._shapes else []
        if 4 * sum(len(values.rows) for values in seen) < 3 * len(lines):
            often = [shape for shape in shapes(lines) if self._fits(frozenset(shape.keys)) and self._is_flat(shape)]
            if often and often != self._shapes:
                self._shapes = often
                seen = matching(laid, often)
        self._passes = 0 if seen and len(seen[0].rows) == len(lines) else _PASSES
        return seen

    def _careful(self, lines: list[str]) -> tuple[Table, Rows | None, dict[int, RejectReason]]:
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

    def _is_flat(self, shape: LineShape) -> bool:
        """Say whether lines of a shape are single events, with no list and no object to be made plainer."""
        return not any(f"{key}.".startswith(f"{path}.") for path in self._spec.pairs for key in shape.keys)

    def _columns(self, table: AnyTable) -> list[pl.Series]:
        made = [
            lists(FIELD + path, table.get_value(path))
            if table.reaches(path)
            else constant(FIELD + path, None, len(table), _LISTS)
            for path in self._wanted
        ]
        for name, paths in self._closed:
            here = tuple(path for path in paths if path in table.keys)
            words = self._words[name]
            if here:
                made.append(words.ours(text(name, first_words([table.column(path) for path in here]))))
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
        made.append(labels(*table.rest()))
        return _first_of_each(made)

    def _takes(self, path: str, table: AnyTable) -> bool:
        """Say whether a column takes the values of a path out of the objects."""
        return path in table.keys and path not in self._keep

    def _open_columns(self, name: str, paths: tuple[str, ...], table: AnyTable) -> list[pl.Series]:
        dtype = dtype_of(name)
        if isinstance(dtype, pl.List):
            columns = [table.pop(path) if self._takes(path, table) else table.get_value(path) for path in paths]
            return [lists(name, columns[0] if len(columns) == 1 else list(map(list, zip(*columns, strict=True))))]
        stay = any(is_written(path) or path in self._keep for path in paths)
        values = written(table, paths) if stay else table.pop_value(paths)
        if name == REQUEST:
            return requests([split_request(as_text(value) or "") for value in values])
        if name == TARGET:
            return requests([Request(None, *split_target(as_text(value) or "")) for value in values])[1:]
        if name == "event.duration":
            return [durations(values, UNITS[self._spec.duration_unit])]
        if dtype in MOST:
            return [numbers(name, values, dtype)]
        column = text(name, values)
        if name == "url.query":
            column = column.str.strip_prefix("?")  # Apache's %q brings it along
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
        return lenient_object(line)
    return item if type(item) is dict else None
