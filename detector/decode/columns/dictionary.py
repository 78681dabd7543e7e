"""Work once for each distinct value: logs repeat addresses, agents and accounts thousands of times.

Comes in: a column of text. Goes out: its distinct values and for each row which of them it has; then columns made of
answers about them, all those of a batch at once, since laying out a column costs the same for ten as for one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import arrow_array, numpy_array
from detector.decode.columns.frame_ops import constant

Numbers = npt.NDArray[np.int64]
_NEWEST = pl.CompatLevel.newest()
_ZERO = bytes(8)
_ROWS = 16_384
"""Rows laid out at a time: what is between two steps stays in the processor's cache."""


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
        array: pa.DictionaryArray = column.to_arrow(compat_level=_NEWEST).dictionary_encode()
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
        return pl.Series("code", arrow_array(self.places.astype(np.uint32), self.has()))

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

    def column(self, name: str, answers: Sequence[object], dtype: pl.DataType | None = None) -> pl.Series:
        """Return the column that has, in each row, the answer about the row's value (see ``answered``)."""
        left = iter(answers)
        table = pl.Series(
            name, [None if one is None else next(left) for one in self.entries], dtype=dtype or pl.String()
        )
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


def columns(of: Iterable[tuple[str, Dictionary]]) -> list[pl.Series]:
    """Return several columns at once."""
    named = list(of)
    made = {name: constant(name, one.constant_value[0], len(one.places)) for name, one in named if one.constant_value}
    left = [(name, one) for name, one in named if name not in made]
    if left:
        made.update({column.name: column for column in _laid_out(left, len(left[0][1].places))})
    return [made[name] for name, _ in named]


def _laid_out(named: Sequence[tuple[str, Dictionary]], height: int) -> Iterator[pl.Series]:
    """Lay out columns by one table of all their values, a few columns at a time."""
    begins = list(accumulate((len(one.entries) for _, one in named), initial=0))
    flat = [entry for _, one in named for entry in one.entries]
    valid, views, *texts = pl.Series(flat, dtype=pl.String()).to_arrow(compat_level=_NEWEST).buffers()
    # A view is sixteen bytes, which is what numpy copies at once when told that they are a complex number.
    table = np.frombuffer(views, np.complex128)
    has = np.unpackbits(np.frombuffer(valid or b"", np.uint8), bitorder="little")
    many = max(_ROWS // max(height, 1), 1)
    for first in range(0, len(named), many):
        some = named[first : first + many]
        places = np.empty(len(some) * height, np.int64)
        for at, (_, one) in enumerate(some):
            np.add(one.places, begins[first + at], out=places[at * height : (at + 1) * height])
        known = None if all(one.full for _, one in some) else pa.py_buffer(np.packbits(has[places], bitorder="little"))
        held = [known, pa.py_buffer(table[places]), *texts]
        column = pl.Series(pa.Array.from_buffers(pa.string_view(), len(places), held))
        yield from (column.slice(at * height, height).alias(name) for at, (name, _) in enumerate(some))
