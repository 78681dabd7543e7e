"""Work once for each distinct value: logs repeat addresses, agents and accounts thousands of times.

Comes in: a column of text. Goes out: its distinct values, and the way back from answers about them to a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Distinct:
    """Distinct values of a column, null excluded.

    Attributes:
        values: Each value once, in the order of first appearance.
        codes: For each row the place of its value in ``values``; null where the row is null.
    """

    values: list[str]
    codes: pl.Series

    @classmethod
    def of(cls, column: pl.Series) -> "Distinct":
        """Find the distinct values of ``column``."""
        array: pa.DictionaryArray = column.to_arrow().dictionary_encode()
        return cls(array.dictionary.to_pylist(), pl.Series("code", array.indices).cast(pl.UInt32))

    def column(self, name: str, answers: Sequence[object], dtype: pl.DataType | None = None) -> pl.Series:
        """Return the column that has, in each row, the answer about the row's value."""
        table = pl.Series(name, answers, dtype=dtype or pl.String())
        if not len(table):
            return pl.Series(name, [None], dtype=table.dtype).new_from_index(0, len(self.codes))
        return table[self.codes]  # gather() would plan a query
