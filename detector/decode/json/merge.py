"""Several tables of objects as one: lines of a shape often met as views, the others as they were decoded.

Comes in: tables and the lines their objects stand for. Goes out: what each of them gives, in the order of the lines. A
column stays one as long as all tables have values of its type; else its values become a list, as decoded.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import constant, index
from detector.decode.columns.list_columns import places_of
from detector.decode.json.lookup import as_text
from detector.decode.json.objects import Table
from detector.decode.json.shape_columns import Column, Views
from detector.decode.parse_result import Rows

_TYPES: dict[type, pl.DataType] = {str: pl.String(), int: pl.Int64()}


class Mixed:
    """The objects of several tables.

    Args:
        parts: The tables, and the line of each of their objects.

    Attributes:
        keys: The keys of all of them.
        rows: The line of each object.
    """

    def __init__(self, parts: Sequence[tuple[Table | Views, Rows]]) -> None:
        self._parts = [table for table, _ in parts]
        self._lines = [rows for _, rows in parts]
        every = np.concatenate(self._lines)
        self._order = np.argsort(every, kind="stable")
        self._at = index(self._order)
        self.rows: Rows = every[self._order]
        self.keys = frozenset(chain.from_iterable(table.keys for table in self._parts))

    def __len__(self) -> int:
        return len(self.rows)

    def kept(self, places: list[int]) -> "Mixed":
        """Return a table of the objects at ``places`` alone."""
        chosen, begin, parts = self._order[places], 0, []
        for table, lines in zip(self._parts, self._lines, strict=True):
            at = np.sort(chosen[(chosen >= begin) & (chosen < begin + len(lines))]) - begin
            parts.append((table.kept(at.tolist()), lines[at]))
            begin += len(lines)
        return Mixed(parts)

    def reaches(self, path: str) -> bool:
        """Say whether some object can have a value at ``path``."""
        return any(table.reaches(path) for table in self._parts)

    def column(self, path: str) -> Column:
        """Return the values of one key, left in place."""
        return self._merged([table.column(path) for table in self._parts])

    def get_value(self, path: str) -> Column:
        """Return the values at a path, left in place."""
        return self._merged([table.get_value(path) for table in self._parts])

    def pop(self, path: str) -> Column:
        """Take the values of one key out of all objects."""
        return self._merged([table.pop(path) for table in self._parts])

    def pop_value(self, paths: tuple[str, ...]) -> Column:
        """Take the first value that is present among ``paths`` out of each object."""
        return self._merged([table.pop_value(paths) for table in self._parts])

    def discard(self, path: str) -> None:
        """Remove the values at a path."""
        for table in self._parts:
            table.discard(path)

    def rest(self) -> tuple[pl.Series, pl.Series, list[int]]:
        """Return keys and values nothing has taken, object by object, and how many each object has."""
        found = [table.rest() for table in self._parts]
        keys = pl.concat([pl.Series("", keys, dtype=pl.String()) for keys, _, _ in found])
        values = pl.concat([_texts(values) for _, values, _ in found])
        counts = np.concatenate([np.asarray(counts, np.int64) for _, _, counts in found])
        if (counts == 1).all():
            return keys[self._at], values[self._at], [1] * len(self)
        begins = (np.cumsum(counts) - counts)[self._order]
        counts = counts[self._order]
        at = index(places_of(begins, counts))
        return keys[at], values[at], counts.tolist()

    def _merged(self, found: Sequence[Column]) -> Column:
        types = set().union(*map(_types, found))
        if not types:
            return constant("", None, len(self))
        if len(types) == 1 and (dtype := _TYPES.get(types.pop())) is not None:
            try:
                return pl.concat([_column(values, dtype) for values in found])[self._at]
            except (OverflowError, TypeError, pl.exceptions.PolarsError):
                pass  # a number no column holds
        every = list(chain.from_iterable(found))
        return [every[at] for at in self._order.tolist()]


def _types(values: Column) -> set[type]:
    """Return the types of values, without that of None."""
    if isinstance(values, list):
        return set(map(type, values)) - {type(None)}
    return set() if values.null_count() == len(values) else {int if values.dtype.is_integer() else str}


def _column(values: Column, dtype: pl.DataType) -> pl.Series:
    if isinstance(values, pl.Series) and values.dtype == dtype:
        return values.alias("")
    return pl.Series("", values, dtype=dtype)


def _texts(values: Column) -> pl.Series:
    if isinstance(values, list) and set(map(type, values)) - {str}:
        values = [as_text(value) for value in values]
    return pl.Series("", values, dtype=pl.String())


AnyTable = Table | Views | Mixed
"""Objects of one batch, however they were read."""
