"""Which client data a request touched: the record map applied to a frame.

Comes in: annotated columns. Goes out: object, action, classes, confidentiality, subject and record ids, record count
and its basis. The first route that fits counts. Paths are cut into segments once, for all routes; only templates
whose segments are part fixed, part free need a regex.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.decode.columns import constant, cut, first_of, index, put
from detector.decode.lists import text_lists
from detector.decode.parsed import FIELD, Rows
from detector.decode.paths import SPECIAL, normalised
from detector.decode.queries import first_value, values_of
from detector.decode.routes import CompiledRoute, Place
from detector.decode.settle import ASSUMED, PER_RECORD, STATED, settle

_LISTS = pl.List(pl.String())
_MOST = 1_000_000_000
_REQUEST = ("url.query", "http.request.method")
Numbers = npt.NDArray[np.int64]


@dataclass(slots=True)
class _Ids:
    """Ids found so far, by row."""

    counts: Numbers
    starts: Numbers
    flat: list[pl.Series] = field(default_factory=list)
    length: int = 0

    @classmethod
    def none(cls, height: int) -> "_Ids":
        return cls(np.zeros(height, np.int64), np.zeros(height, np.int64))

    def add(self, rows: Rows, flat: pl.Series, counts: Numbers) -> None:
        self.counts[rows] = counts
        self.starts[rows] = self.length + np.cumsum(counts) - counts
        self.flat.append(flat)
        self.length += len(flat)

    def column(self, name: str) -> pl.Series:
        """Return the ids as lists in the order of the rows."""
        counts = self.counts
        ends = np.cumsum(counts)
        places = np.repeat(self.starts - ends + counts, counts) + np.arange(ends[-1])
        return text_lists(name, pl.concat(self.flat)[index(places)], counts)


@dataclass(slots=True)
class _Found:
    """What the routes say about a frame."""

    route: npt.NDArray[np.int32]
    subjects: _Ids
    records: _Ids
    count: Numbers
    assumed: npt.NDArray[np.bool_]
    per_record: Numbers

    @classmethod
    def none(cls, height: int) -> "_Found":
        return cls(
            np.full(height, -1, np.int32),
            _Ids.none(height),
            _Ids.none(height),
            np.full(height, -1, np.int64),
            np.zeros(height, np.bool_),
            np.zeros(height, np.int64),
        )

    def columns(self) -> list[pl.Series]:
        """Return ids and counts, as far as some route gives any."""
        made: list[pl.Series] = []
        if self.subjects.length:
            made.append(self.subjects.column("subject.ids"))
        if self.records.length:
            made.append(self.records.column("record.ids"))
        if (self.count >= 0).any():
            made += [_without(STATED, self.count, -1), pl.Series(ASSUMED, self.assumed)]
        if self.per_record.any():
            made.append(_without(PER_RECORD, self.per_record, 0))
        return made


def _fact(name: str, values: Sequence[object], dtype: pl.DataType | None = None) -> pl.Series:
    return pl.Series(name, [*values, None], dtype=dtype or pl.String())


def _without(name: str, numbers: Numbers, absent: int) -> pl.Series:
    column = pl.Series(name, numbers)
    return column.set(column == absent, None)


class Touches:
    """The record map, ready to be applied to frames."""

    def __init__(self, routes: Sequence[CompiledRoute]) -> None:
        self._routes = tuple(routes)
        deepest = max((len(one.template.segments or ()) for one in routes if one.template), default=0)
        self._segments = [f"${at}" for at in range(deepest + 2)] if deepest else []
        asked = {key for one in routes for key in one.route.when}
        self._read = {"url.query", "http.request.method", "service.name", "labels"} | asked
        self._built: dict[frozenset[str], list[pl.Expr]] = {}
        # One row behind the last route stands for rows no route fits.
        self._facts = [
            _fact("object.type", [one.route.object or None for one in routes]),
            _fact("event.action", [one.route.action for one in routes]),
            _fact("object.confidentiality", [one.confidentiality for one in routes]),
            _fact("object.classes", [list(one.route.classes) or None for one in routes], _LISTS),
        ]

    def apply(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Add what each row touched."""
        found = self._find(frame) if self._routes else _Found.none(frame.height)
        if not (found.route >= 0).any():
            return settle(frame)
        route = pl.Series("route", np.where(found.route < 0, len(self._routes), found.route).astype(np.uint32))
        made = [one[route] for one in self._facts]
        made += found.columns()
        return settle(_preferring(frame, made))

    def _find(self, frame: pl.DataFrame) -> _Found:
        found = _Found.none(frame.height)
        view = self._view(frame)
        masks = view.select_seq(self._conditions(frozenset(view.columns))).get_columns()
        free = np.ones(frame.height, np.bool_)
        for number, one in enumerate(self._routes):
            places: Rows = np.flatnonzero(masks[number].to_numpy() & free)
            if len(places):
                free[self._take(one, number, view, places, found)] = False
        return found

    def _conditions(self, available: frozenset[str]) -> list[pl.Expr]:
        """Return one expression a route for frames with these columns; built once."""
        if available not in self._built:
            self._built[available] = [
                one.condition(available).alias(str(number)) for number, one in enumerate(self._routes)
            ]
        return self._built[available]

    def _view(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return what routes read: ``$path``, its segments, and the columns they name."""
        have = frame.columns
        made = [frame[name] for name in have if name in self._read or name.startswith(FIELD)]
        made += [constant(name, None, frame.height) for name in _REQUEST if name not in have]
        paths = _paths(frame["url.path"]) if "url.path" in have else constant("$path", None, frame.height)
        return pl.DataFrame([*made, paths, *cut(paths, "/", self._segments)])

    def _take(self, one: CompiledRoute, number: int, view: pl.DataFrame, places: Rows, found: _Found) -> Rows:
        """Give the rows at ``places`` that fit to the route; return their places."""
        groups: list[pl.Series] = []
        if one.template is not None and one.template.segments is None:
            groups = (
                view["$path"][index(places)].str.extract_groups(one.template.capturing).struct.unnest().get_columns()
            )
            fits = groups[0].is_not_null()
            groups = [group.filter(fits) for group in groups]
            places = places[fits.to_numpy()]
        elif one.template is not None:
            named = enumerate(one.template.segments or (), 1)
            here = index(places)
            groups = [view[f"${at}"][here] for at, segment in named if segment.name]
        if len(places):
            found.route[places] = number
            found.per_record[places] = one.route.bytes_per_record or 0
            _add_ids(found.subjects, one.subject, view, places, groups)
            _add_ids(found.records, one.record, view, places, groups)
            found.assumed[places] = one.count.kind == "number"
            _add_counts(found.count, one.count, view, places)
        return places


def _paths(paths: pl.Series) -> pl.Series:
    special = paths.str.contains(SPECIAL)
    if special.any():
        odd = np.flatnonzero(special.fill_null(value=False).to_numpy())
        paths = paths.scatter(odd, [normalised(path) for path in paths[odd].to_list()])
    return paths.alias("$path")


def _add_ids(ids: _Ids, place: Place, view: pl.DataFrame, places: Rows, groups: list[pl.Series]) -> None:
    if place.kind == "path":
        ids.add(places, groups[place.group], np.ones(len(places), np.int64))
    elif place.kind == "query":
        ids.add(places, *values_of(view["url.query"][index(places)].fill_null(""), place.name))
    elif place.kind == "field" and FIELD + place.name in view.columns:
        lists = view[FIELD + place.name][index(places)]
        counts = lists.list.len().fill_null(0).cast(pl.Int64).to_numpy()
        ids.add(places, lists.drop_nulls().list.explode(), counts)


def _add_counts(count: Numbers, place: Place, view: pl.DataFrame, places: Rows) -> None:
    if place.kind == "number":
        count[places] = int(place.name)
    elif place.kind == "query":
        count[places] = _whole(first_value(view["url.query"][index(places)].fill_null(""), place.name))
    elif place.kind == "field" and FIELD + place.name in view.columns:
        count[places] = _whole(view[FIELD + place.name][index(places)].list.first())


def _whole(text: pl.Series) -> Numbers:
    numbers = text.cast(pl.Int64, strict=False)
    return numbers.set(~numbers.is_between(0, _MOST), None).fill_null(-1).to_numpy()


def _preferring(frame: pl.DataFrame, made: list[pl.Series]) -> pl.DataFrame:
    """Put the routes' answers before what the log itself says."""
    have = frame.columns
    return put(frame, [first_of(one.name, one, frame[one.name]) if one.name in have else one for one in made])
