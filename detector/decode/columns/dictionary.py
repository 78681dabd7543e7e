"""Work once for each distinct value: logs repeat addresses, agents and accounts thousands of times.

Comes in: a column of text. Goes out: its distinct values and for each row which of them it has; then columns made of
answers about them.

    column   "ann"  "bob"  null  "ann"        entries  ["ann", "bob", None]
                                              places   [0, 1, 2, 0]

Invariant: ``column[row] == entries[places[row]]``; the last entry is None. So an answer about a value (which account,
which network) is worked out once, and put into the rows by one gather.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.arrow_buffers import arrow_array, dictionary_encoded, from_arrow, numpy_array
from detector.decode.columns.frame_ops import constant

Numbers = npt.NDArray[np.int64]
_NEWEST = pl.CompatLevel.newest()
_ZERO = bytes(8)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """A column of text as a short list of values.

    Attributes:
        entries: The values; the last one is None and stands for null.
        places: For each row the place of its value in ``entries``.
        full: No row is null, as far as is known; False says nothing.
    """

    entries: list[str | None]
    places: Numbers
    full: bool = False

    @classmethod
    def of(cls, column: pl.Series) -> "Dictionary":
        """Find the distinct values of ``column``, in the order of first appearance."""
        array = dictionary_encoded(column.to_arrow(compat_level=_NEWEST))
        values, codes = array.dictionary.to_pylist(), array.indices
        places = numpy_array(codes, missing=len(values)).astype(np.int64)
        return cls([*values, None], places, not codes.null_count)

    @classmethod
    def constant(cls, value: str | None, height: int) -> "Dictionary":
        """Return the column that has the same value in every row."""
        places = np.ndarray((height,), np.int64, _ZERO, 0, (0,))  # a zero that is there as often as asked for
        return cls([value, None], places, value is not None)

    @property
    def constant_value(self) -> tuple[str | None] | None:
        """The one value a column was made of by ``constant``; None for every other column."""
        return (self.entries[0],) if self.places.strides == (0,) else None

    @property
    def values(self) -> list[str]:
        """The values without null, in their order."""
        return [value for value in self.entries if value is not None]

    @property
    def codes(self) -> pl.Series:
        """For each row the place of its value in ``entries``, null where it has none."""
        return from_arrow("code", arrow_array(self.places.astype(np.uint32), self.has()))

    def answered(self, answers: Sequence[str | None], missing: str | None = None) -> "Dictionary":
        """Return the column that has, in each row, the answer about its value, ``missing`` where that is null.

        Args:
            answers: One for each of ``values``, in their order.
            missing: The answer about null.
        """
        if missing is None and len(answers) == len(self.entries) - 1:
            made = [*answers, None]
            # Who finds the very same column again need not lay it out again.
            return self if made == self.entries else Dictionary(made, self.places, self.full and None not in answers)
        left = iter(answers)
        return Dictionary([missing if one is None else next(left) for one in self.entries] + [None], self.places)

    def series(self, name: str) -> pl.Series:
        """Return the column itself."""
        if self.constant_value:
            return constant(name, self.constant_value[0], len(self.places))
        return self._gathered(pl.Series(name, self.entries, dtype=pl.String()))

    def column(self, name: str, answers: Sequence[object], dtype: pl.DataType | None = None) -> pl.Series:
        """Return the column that has, in each row, the answer about the row's value (see ``answered``)."""
        left = iter(answers)
        table = pl.Series(
            name, [None if one is None else next(left) for one in self.entries], dtype=dtype or pl.String()
        )
        return self._gathered(table)

    def _gathered(self, table: pl.Series) -> pl.Series:
        return table[pl.Series(self.places.astype(np.uint32))]  # gather() would plan a query

    def numbers(self, answers: Sequence[int], missing: int = 0) -> Numbers:
        """Return for each row the number that answers its value (see ``answered``)."""
        left = iter(answers)
        return np.array([missing if one is None else next(left) for one in self.entries], np.int64)[self.places]

    def has(self) -> npt.NDArray[np.bool_]:
        """Say which rows have a value."""
        if self.full:
            return np.ones(len(self.places), np.bool_)
        return np.array([one is not None for one in self.entries])[self.places]

    def only(self, keep: npt.NDArray[np.bool_]) -> "Dictionary":
        """Return the column with null in rows where ``keep`` is false."""
        return Dictionary(self.entries, np.where(keep, self.places, len(self.entries) - 1))

    def or_else(self, other: "Dictionary") -> "Dictionary":
        """Return the column that has the values of ``other`` where this one has none."""
        if self.full or other.constant_value == (None,):
            return self
        if self.constant_value == (None,):
            return other
        has = self.has()
        if has.all():
            return self
        places = np.where(has, self.places, other.places + len(self.entries))
        return Dictionary([*self.entries, *other.entries], places, other.full)
