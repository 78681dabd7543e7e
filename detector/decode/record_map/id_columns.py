"""Ids of clients and records, gathered route by route and laid out as lists once.

Comes in: ids of some rows, as a column or as segments of paths. Goes out: list columns in the order of the rows, each
id in its one form (``detector.schema.events.id_forms``). As it was sent it stands in the path, the query and the line.
"""

import re
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from detector.decode.columns.frame_ops import index
from detector.decode.columns.list_columns import parts, places_of, text_lists
from detector.decode.columns.text_bytes import Mask, Places, TextBytes
from detector.decode.json.lookup import as_ids
from detector.decode.parse_result import Rows
from detector.decode.record_map.path_segments import Segments
from detector.schema.events.id_forms import PLAIN, remembered

Numbers = npt.NDArray[np.int64]
_MAY_BE_ONE = r"[,;|\[\s]"
_ID = r"[^\s,;|\[\]{}\"']*[0-9@][^\s,;|\[\]{}\"']*"
_IDS = re.compile(rf"\[?\s*(?:{_ID}\s*[,;|]+\s*)+(?:{_ID}\s*)?\]?|[+-]?[0-9]+(?:\s+[+-]?[0-9]+)+")
_BETWEEN = re.compile(r"[\s,;|\[\]]+")


@dataclass(slots=True)
class Ids:
    """Ids found so far: how many each row has, and where in ``flat`` they begin.

    Segments of paths stay places in the bytes of the paths as long as there is nothing else: then nothing has to be
    brought into the order of the rows.
    """

    counts: Numbers
    starts: Numbers
    flat: list[pl.Series] = field(default_factory=list)
    length: int = 0
    segments: list[tuple[Rows, Places, Places]] = field(default_factory=list)
    pieces: tuple[TextBytes, Places, Places] | None = None

    @classmethod
    def none(cls, height: int) -> "Ids":
        """Return no ids of so many rows."""
        return cls(np.zeros(height, np.int64), np.zeros(height, np.int64))

    def add(self, rows: Rows, flat: pl.Series, counts: Numbers) -> None:
        """Give ``rows`` ids that stand one behind the other."""
        self.add_lists(rows, flat, np.cumsum(counts) - counts, counts)

    def add_lists(self, rows: Rows, flat: pl.Series, starts: Numbers, counts: Numbers) -> None:
        """Give ``rows`` ids that begin at ``starts``."""
        self.counts[rows] = counts
        self.starts[rows] = self.length + starts
        self.flat.append(flat)
        self.length += len(flat)

    def add_segment(self, rows: Rows, segments: Segments, number: int) -> None:
        """Give each of ``rows`` one segment of its path as its id."""
        starts, stops = segments.place(number)
        self.segments.append((rows, starts[rows], stops[rows]))

    def settle_segments(self, segments: Segments) -> None:
        """Make ids of all segments added, in one go."""
        if not self.segments:
            return
        starts, stops = np.zeros_like(self.counts), np.zeros_like(self.counts)
        has = np.zeros(len(self.counts), np.bool_)
        for rows, begins, ends in self.segments:
            starts[rows], stops[rows], has[rows] = begins, ends, True
        self.segments = []
        self.pieces = (segments.laid, starts, stops)
        if self.flat:
            self._spell(np.flatnonzero(has))
        else:
            self.counts = has.astype(np.int64)

    def _spell(self, rows: Rows) -> None:
        """Make ids like others of the pieces of some rows."""
        if self.pieces is not None:
            laid, starts, stops = self.pieces
            self.pieces = None
            self.add(rows, laid.texts(starts[rows], stops[rows]), np.ones(len(rows), np.int64))

    def add_missing(self, column: pl.Series, as_text: Mask) -> None:
        """Give rows without ids those the log itself names; ``as_text`` are rows whose ids are text."""
        flat, starts, counts = spread(*parts(column), as_text)
        rows = np.flatnonzero((self.counts == 0) & (counts > 0))
        if len(rows):
            self._spell(np.flatnonzero(self.counts))
            self.add_lists(rows, flat, starts[rows], counts[rows])

    def or_else(self, other: "Ids") -> "Ids":
        """Return these ids, and those of ``other`` in rows that have none."""
        mine = self.counts > 0
        if not mine.any():
            return other
        if not other.counts.any():
            return self
        if self.pieces is not None and other.pieces is not None:
            laid, starts, stops = self.pieces
            merged = (laid, np.where(mine, starts, other.pieces[1]), np.where(mine, stops, other.pieces[2]))
            return Ids(np.maximum(self.counts, other.counts), self.starts, pieces=merged)
        for one in (self, other):
            one._spell(np.flatnonzero(one.counts))
        return Ids(
            np.where(mine, self.counts, other.counts),
            np.where(mine, self.starts, other.starts + self.length),
            [*self.flat, *other.flat],
            self.length + other.length,
        )

    def column(self, name: str, keep: Mask, as_text: Mask) -> pl.Series | None:
        """Return the ids as lists, each in its one form; None when there are none at all.

        Args:
            name: Of the column.
            keep: Rows whose ids are wanted; the others are null.
            as_text: Rows whose ids are text, whatever they look like.
        """
        counts = self.counts * keep
        if not counts.any():
            return None
        if self.pieces is not None:
            laid, starts, stops = self.pieces
            rows = np.flatnonzero(counts)
            flat = laid.texts(starts[rows], stops[rows])
            return text_lists(name, _in_one_form(flat, counts, as_text), counts)
        places = self.starts[counts > 0] if counts.max() == 1 else places_of(self.starts, counts)
        flat = self.flat[0] if len(self.flat) == 1 else pl.concat(self.flat)
        return text_lists(name, _in_one_form(flat[index(places)], counts, as_text), counts)


def _in_one_form(flat: pl.Series, counts: Numbers, as_text: Mask) -> pl.Series:
    odd = np.flatnonzero(~flat.str.contains(PLAIN).fill_null(value=True).to_numpy())
    if not len(odd):
        return flat
    text = as_text[np.repeat(np.arange(len(counts)), counts)[odd]].tolist()
    forms = [remembered(id_, number=not each) for id_, each in zip(flat[index(odd)].to_list(), text, strict=True)]
    return flat.scatter(index(odd), pl.Series(forms, dtype=pl.String()))


def spread(flat: pl.Series, starts: Numbers, counts: Numbers, text: Mask) -> tuple[pl.Series, Numbers, Numbers]:
    """Return the values of rows with those of each list in its place: several clients where one value stands.

    A list is JSON in a text (``["1","2"]``, ``[{"id":1}]``), or ids with ``,``, ``;`` or ``|`` between them, or numbers
    with white space. Ids have a digit or an ``@`` and no white space, so that ``Doe, John`` is one value; where ids are
    text, only JSON is a list.

    Args:
        flat: The values.
        starts: Where those of each row begin.
        counts: How many each row has.
        text: Rows whose ids are text.
    """
    if not flat.str.contains(_MAY_BE_ONE).any():
        return flat, starts, counts
    values = flat[index(places_of(starts, counts))]
    found = [
        _listed(value, text=each) if odd else (value,)
        for value, odd, each in zip(
            values, values.str.contains(_MAY_BE_ONE), np.repeat(text, counts).tolist(), strict=True
        )
    ]
    before = np.concatenate([[0], np.cumsum(np.fromiter(map(len, found), np.int64, len(found)))])
    ends = np.cumsum(counts)
    many = before[ends] - before[ends - counts]
    return pl.Series(flat.name, [one for each in found for one in each], pl.String()), np.cumsum(many) - many, many


def _listed(value: str, *, text: bool) -> tuple[str, ...]:
    """Return the values of a list; the value itself where it is none."""
    bare = value.strip()
    if bare.startswith("[") and bare.endswith("]"):
        try:
            return tuple(as_ids(msgspec.json.decode(bare)) or ())
        except (msgspec.MsgspecError, RecursionError, ValueError):
            pass  # something else in brackets
    if text or not _IDS.fullmatch(bare):
        return (value,)
    return tuple(dict.fromkeys(filter(None, _BETWEEN.split(bare))))
