"""Lines of one shape as columns that point into their bytes: hardly a value becomes an object of Python.

Comes in: the places of values. Goes out: what ``jsontable.Table`` gives, as columns instead of lists where all values
are texts or whole numbers. Only null is no value: texts are always there, other keys where they are not null.
"""

from typing import Any

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, first_of, index, present
from detector.decode.columns.text_bytes import Mask
from detector.decode.json.lookup import as_text
from detector.decode.json.scalars import NULL, OTHER
from detector.decode.json.shape_match import Values

Column = list[Any] | pl.Series
"""Values as decoded, one an object; as a column they are texts, or whole numbers."""


class Views:
    """The values of lines of one shape.

    Args:
        values: Their places.
    """

    def __init__(self, values: Values) -> None:
        self._values = values
        self._places = {key: at for at, key in enumerate(values.shape.keys)}
        self.keys = frozenset(self._places)
        self._taken: set[str] = set()
        self._texts: dict[str, pl.Series] = {}
        self._gone: dict[str, Mask] = {}  # in which lines the value of a key was taken alone

    def __len__(self) -> int:
        return len(self._values.rows)

    def kept(self, places: list[int]) -> "Views":
        """Return the values of the lines at ``places`` alone."""
        made = Views(self._values.kept(np.asarray(places, np.int64)))
        made._taken = set(self._taken)
        made._gone = {key: gone[places] for key, gone in self._gone.items()}
        return made

    def reaches(self, path: str) -> bool:
        """Say whether lines of this shape have a value at ``path``."""
        return path in self.keys

    def column(self, path: str) -> Column:
        """Return the values of one key, left in place; null where it is absent or taken."""
        if path in self._taken or path not in self.keys:
            return constant("", None, len(self))
        at, gone = self._places[path], self._gone.get(path)
        if self._values.shape.quoted[at]:
            return self._text(path) if gone is None else self._text(path).set(pl.Series(gone), None)
        bare = self._values.bare[at]
        return (bare if gone is None else bare.without(gone)).column()

    get_value = column

    def pop(self, path: str) -> Column:
        """Take the values of one key."""
        values = self.column(path)
        self._taken.add(path)
        return values

    def pop_value(self, paths: tuple[str, ...]) -> Column:
        """Take the first value that is present among ``paths`` out of each line."""
        here = [path for path in paths if path in self.keys - self._taken]
        if not here:
            return self.pop(paths[0])
        values = self.pop(here[0])
        for path in here[1:]:
            lacking = _lacking(values)
            if not lacking.any():
                break
            values = _filled(values, self._some(path, lacking))
        return values

    def _some(self, path: str, rows: Mask) -> Column:
        """Take the values of one key out of some of the lines."""
        values = self.column(path)
        self._gone[path] = self._gone.get(path, False) | (rows & ~_lacking(values))
        return values

    def discard(self, path: str) -> None:
        """Remove the values of one key."""
        self._taken.add(path)

    def rest(self) -> tuple[pl.Series, pl.Series, list[int]]:
        """Return keys and values nothing has taken, line by line in one column each, and how many each line has."""
        ours = self._values
        left = [at for key, at in self._places.items() if key not in self._taken]
        names = pl.Series("", [ours.shape.keys[at] for at in left], dtype=pl.String())
        starts, stops = (places[left].T.ravel() for places in (ours.starts, ours.stops))
        which = np.tile(np.arange(len(left), dtype=np.int64), len(self))
        there = self._there(left)
        if there is None:
            return names[index(which)], ours.laid.texts(starts, stops), [len(left)] * len(self)
        has = there.ravel()
        values = ours.laid.texts(starts[has], stops[has])
        places = np.cumsum(has) - 1
        for number, at in enumerate(left):  # a number that we write in another way
            bare = ours.bare.get(at)
            if bare is not None and bare.others is not None:
                rows = np.flatnonzero((bare.kinds == OTHER) & there[:, number])
                texts = [as_text(value) for value in bare.others[rows].tolist()]
                values = values.scatter(index(places[rows * len(left) + number]), pl.Series(texts, dtype=pl.String()))
        return names[index(which[has])], values, there.sum(axis=1).tolist()

    def _there(self, left: list[int]) -> Mask | None:
        """Say which of the keys each line has a value for; None when all values are there as they are written."""
        ours = self._values
        bare = [at for at in left if at in ours.bare and not ours.bare[at].plain]
        gone = [at for at in left if ours.shape.keys[at] in self._gone]
        if not bare and not gone:
            return None
        there = np.ones((len(self), len(left)), np.bool_)
        for at in bare:
            there[:, left.index(at)] = ours.bare[at].kinds != NULL
        for at in gone:
            there[:, left.index(at)] &= ~self._gone[ours.shape.keys[at]]
        return there

    def _text(self, path: str) -> pl.Series:
        """Return the column of a key whose values are texts."""
        if path not in self._texts:
            ours, at = self._values, self._places[path]
            self._texts[path] = ours.laid.texts(ours.starts[at], ours.stops[at])
        return self._texts[path]


def _lacking(values: Column) -> Mask:
    if isinstance(values, pl.Series):
        return ~present(values)
    return np.fromiter((value is None for value in values), np.bool_, len(values))


def _filled(values: Column, other: Column) -> Column:
    if isinstance(values, pl.Series) and isinstance(other, pl.Series) and values.dtype == other.dtype:
        return first_of("", values, other)
    return [one if value is None else value for value, one in zip(values, other, strict=True)]
