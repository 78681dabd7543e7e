"""Which client data a request touched: the record map applied to the columns of a batch.

Comes in: annotated columns. Goes out: object, action, classes, confidentiality, subject and record ids, record count
and its basis. The first route that fits counts. All routes are compared at once (``route_matcher``,
``route_matcher``); only templates whose segments are part fixed, part free need a regex.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.decode.columns.batch_builder import BatchBuilder
from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.digits import numbers
from detector.decode.columns.frame_ops import first_of, index
from detector.decode.columns.list_columns import firsts, parts, places_of
from detector.decode.json.lookup import as_count
from detector.decode.parse_result import DIALECT, FIELD, OBJECT, PARAMETERS, ROWS, STATEMENT, Rows
from detector.decode.record_map.finalize import NONE, Counts, settle
from detector.decode.record_map.id_columns import Ids, Numbers, spread
from detector.decode.record_map.path_segments import Segments
from detector.decode.record_map.query_params import first_value, values_of
from detector.decode.record_map.route_matcher import Questions, Verdicts
from detector.decode.record_map.routes import CompiledRoute, ValuePlace
from detector.decode.sql.tables.table_places import TABLE

NO_ROUTE = -1
"""Stands for the route of a row that none fits."""
_MOST = 1_000_000_000
_NUMBER_OR_UUID = ("[0-9]+", "[0-9A-Fa-f-]{24,36}")
_LIST = rf"^(?:{'|'.join(rf'{one}(?:[,|]+{one})+' for one in _NUMBER_OR_UUID)})(?:\.[A-Za-z]+)?$"
_BETWEEN = re.compile("[,|]+")
_QUERY, _HOST = "url.query", "url.domain"
_SQL = (STATEMENT, DIALECT, PARAMETERS, OBJECT, ROWS, "event.action", "log.flags")
"""What tells of statements in SQL."""


@dataclass(slots=True)
class _Found:
    """What the routes say about the rows of a batch."""

    columns: BatchBuilder
    segments: Segments | None
    subjects: Ids
    records: Ids
    stated: Numbers


class RecordMapper:
    """The record map, ready to be applied to columns."""

    def __init__(self, routes: Sequence[CompiledRoute]) -> None:
        self._routes = tuple(routes)
        self._questions = Questions(routes)
        self._verdicts = Verdicts(self._questions.demands, self._questions.sizes)
        self._by_regex = [at for at, one in enumerate(routes) if one.template and one.template.segments is None]
        # For each verdict its first route that needs no regex, and which of those that need one are left.
        self._first = np.empty(0, np.int64)
        self._perhaps = np.empty((len(self._by_regex), 0), np.bool_)
        self._tables = tuple(one.table for one in routes if one.table is not None)
        named = ((one.table, one.record.name.rpartition(":")[2]) for one in routes if one.table is not None)
        self._table_records = tuple(replace(table, kind="", column=column) for table, column in named if column)
        # What stands behind the last route is for rows no route fits.
        self._facts: list[tuple[str, list[str | None]]] = [
            ("object.type", [*(one.route.object or None for one in routes), None]),
            ("event.action", [*(one.route.action for one in routes), None]),
            ("object.confidentiality", [*(one.confidentiality for one in routes), None]),
        ]
        classes = [*(list(one.route.classes) or None for one in routes), None]
        self._classes = pl.Series("object.classes", classes, dtype=pl.List(pl.String()))
        self._asked = np.array([*(one.count.kind == "query" for one in routes), False])
        self._assumed = np.array([*(one.count.kind == "number" for one in routes), False])
        self._as_text = np.array([*(one.route.ids == "text" for one in routes), False])
        self._numbers = np.array([*(one.number for one in routes), NO_ROUTE], np.int64)
        self._per_record = np.array([*(one.route.bytes_per_record or 0 for one in routes), 0], np.int64)

    def apply(self, columns: BatchBuilder) -> Numbers:
        """Add what each row touched; return which route of the record map each row fits, ``NO_ROUTE`` for none."""
        if STATEMENT in columns or OBJECT in columns:
            from detector.decode.sql.table_columns import marked  # noqa: PLC0415 - most logs have no statements

            told = pl.DataFrame([columns[name] for name in _SQL if name in columns])
            for column in marked(told, self._tables, self._table_records).get_columns():
                columns.set_column(column)
        height = columns.height
        found = _Found(
            columns,
            Segments(columns["url.path"]) if "url.path" in columns else None,
            Ids.none(height),
            Ids.none(height),
            np.full(height, NONE, np.int64),
        )
        route = self.route(columns, found.segments)
        for number in np.flatnonzero(np.bincount(route, minlength=len(self._routes) + 1)[:-1]).tolist():
            self._extract(self._routes[number], np.flatnonzero(route == number), found)
        if found.segments is not None:
            found.subjects.settle_segments(found.segments)
            found.records.settle_segments(found.segments)
        counts = Counts(
            stated=found.stated,
            asked=self._asked[route],
            assumed=self._assumed[route],
            per_record=self._per_record[route],
            as_text=self._as_text[route],
        )
        for name, facts in self._facts:
            columns.put_distinct(name, Dictionary(facts, route).or_else(columns.distinct(name)))
        classes = self._classes[index(route)]
        said = columns.get("object.classes")
        columns.set_column(classes if said is None else first_of("object.classes", classes, said))
        settle(columns, found.segments, found.subjects, found.records, counts)
        numbers: Numbers = self._numbers[route]
        return numbers

    def route(self, columns: BatchBuilder, segments: Segments | None) -> Numbers:
        """Return the number of the first route that fits each row; one behind the last where none does."""
        verdicts = self._verdicts.of(self._questions.answers(columns, segments), columns.height)
        self._learn()
        route = self._first[verdicts]
        for place, number in enumerate(self._by_regex):
            rows = np.flatnonzero(self._perhaps[place, verdicts] & (route > number))
            if len(rows) and segments is not None:
                route[rows[self._fits(number, segments.texts(rows))]] = number
        return route

    def _learn(self) -> None:
        """Work out what follows from verdicts not met before."""
        known = len(self._first)
        if known == len(self._verdicts):
            return
        left = [self._verdicts.left(verdict) for verdict in range(known, len(self._verdicts))]
        plain = [next((one for one in routes if one not in self._by_regex), len(self._routes)) for routes in left]
        perhaps = [[one in routes for routes in left] for one in self._by_regex]
        self._first = np.concatenate([self._first, np.array(plain, np.int64)])
        self._perhaps = np.concatenate([self._perhaps, np.array(perhaps, np.bool_).reshape(-1, len(left))], axis=1)

    def _fits(self, number: int, paths: pl.Series) -> npt.NDArray[np.bool_]:
        template = self._routes[number].template
        fits: npt.NDArray[np.bool_] = paths.str.contains(template.regex if template else "").to_numpy()
        return fits

    def _extract(self, one: CompiledRoute, rows: Rows, found: _Found) -> None:
        """Take ids and counts out of the rows the route fits."""
        groups: list[pl.Series] = []
        if one.template is not None and one.template.segments is None and found.segments is not None:
            paths = found.segments.texts(rows)
            groups = paths.str.extract_groups(one.template.capturing).struct.unnest().get_columns()
        _add_ids(found.subjects, one, one.subject, rows, groups, found)
        _add_ids(found.records, one, one.record, rows, groups, found)
        _add_counts(one.count, rows, found)


def _add_ids(
    ids: Ids, one: CompiledRoute, place: ValuePlace, rows: Rows, groups: list[pl.Series], found: _Found
) -> None:
    if one.tenant.kind and place.kind:
        _add_within_tenant(ids, one, place, rows, groups, found)
    elif place.kind == "path" and not groups and found.segments is not None:
        listing = found.segments.listing[rows]
        if listing.any():
            rows, some = rows[~listing], rows[listing]
            flat, _, counts = _listed(one, _at(one, place, some, found.segments))
            ids.add(some, flat, counts)
        ids.add_segment(rows, found.segments, _segment(one, place))
    elif (said := _said(one, place, rows, groups, found)) is not None:
        ids.add_lists(rows, *said)


def _add_within_tenant(
    ids: Ids, one: CompiledRoute, place: ValuePlace, rows: Rows, groups: list[pl.Series], found: _Found
) -> None:
    """Give rows ids with their tenant before each; where no tenant is named, as they are."""
    said, within = _said(one, place, rows, groups, found), _said(one, one.tenant, rows, groups, found)
    if said is None:
        return
    flat, starts, counts = said
    flat = flat[index(places_of(starts, counts))]
    if within is not None:
        tenants, begins, many = within
        prefixes = pl.concat([tenants.cast(pl.String()) + "/", pl.Series(tenants.name, [""])])
        each = np.where(many > 0, begins, len(tenants))
        flat = prefixes[index(np.repeat(each, counts))] + flat
    ids.add(rows, flat, counts)


def _said(
    one: CompiledRoute, place: ValuePlace, rows: Rows, groups: list[pl.Series], found: _Found
) -> tuple[pl.Series, Numbers, Numbers] | None:
    """Return what stands at a place: the values, where those of each row begin, how many it has; None for nothing."""
    if place.kind == "path" and groups:
        return _listed(one, groups[place.group])
    if place.kind == "path" and found.segments is not None:
        return _listed(one, _at(one, place, rows, found.segments))
    if place.kind == "query" and _QUERY in found.columns:
        queries = found.columns[_QUERY][index(rows)].fill_null("")
        flat, counts = values_of(queries, place.name, text=one.route.ids == "text")
        return flat, np.cumsum(counts) - counts, counts
    if place.kind == "field" and FIELD + place.name in found.columns:
        said = parts(found.columns[FIELD + place.name][index(rows)])
        # Ids of a statement are what its table's column is compared to, one by one.
        return said if place.name.startswith(TABLE) else spread(*said, np.full(len(rows), one.route.ids == "text"))
    if place.kind == "host" and _HOST in found.columns:
        hosts = found.columns[_HOST][index(rows)]
        return hosts, np.arange(len(rows)), hosts.is_not_null().cast(pl.Int64).to_numpy()
    return None


def _at(one: CompiledRoute, place: ValuePlace, rows: Rows, segments: Segments) -> pl.Series:
    """Return the segment of some paths that a name of a template stands for."""
    starts, stops = segments.place(_segment(one, place))
    return segments.laid.texts(starts[rows], stops[rows])


def _listed(one: CompiledRoute, segments: pl.Series) -> tuple[pl.Series, Numbers, Numbers]:
    """Return the ids of segments of paths, where those of each row begin, how many it has: a list is many.

    Of numbers or of UUIDs, that is; what is neither is one id: a slug, a name, whatever an id that is text holds.
    """
    counts = np.ones(len(segments), np.int64)
    lists = segments.str.contains(_LIST).fill_null(value=False)
    if one.route.ids == "text" or not lists.any():
        return segments, np.arange(len(segments)), counts
    ids = [
        list(dict.fromkeys(_BETWEEN.split(text))) if many else [text]
        for text, many in zip(segments, lists, strict=True)
    ]
    counts = np.fromiter(map(len, ids), np.int64, len(ids))
    flat = pl.Series(segments.name, [each for row in ids for each in row], dtype=pl.String())
    return flat, np.cumsum(counts) - counts, counts


def _segment(one: CompiledRoute, place: ValuePlace) -> int:
    """Return the number of the segment that a name of a template stands for."""
    segments = one.template.segments or () if one.template else ()
    return [at for at, segment in enumerate(segments, 1) if segment.name][place.group]


def _add_counts(place: ValuePlace, rows: Rows, found: _Found) -> None:
    if place.kind == "number":
        found.stated[rows] = int(place.name)
    elif place.kind == "query" and _QUERY in found.columns:
        found.stated[rows] = _whole(first_value(found.columns[_QUERY][index(rows)].fill_null(""), place.name))
    elif place.kind == "field" and FIELD + place.name in found.columns:
        said = firsts(found.columns[FIELD + place.name][index(rows)])
        stated = _whole(said)
        for at in np.flatnonzero((stated == NONE) & said.is_not_null().to_numpy()).tolist():
            count = as_count(said[at], _MOST)
            stated[at] = NONE if count is None else count
        found.stated[rows] = stated


def _whole(text: pl.Series) -> Numbers:
    values, good = numbers(text)
    return np.where(good & (values <= _MOST), values, NONE)
