"""Columns put beside and over each other without a query: polars plans each query anew, which costs more than the work.

Comes in: a frame and columns. Goes out: a frame. What one batch needs is small and often; at a thousand lines a batch
the planning of a dozen queries would be half of the time.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

_NEWEST = pl.CompatLevel.newest()


def replace_columns(frame: pl.DataFrame, made: Iterable[pl.Series]) -> pl.DataFrame:
    """Return ``frame`` with the columns of ``made``, which replace those of the same name."""
    columns = {column.name: column for column in frame.get_columns()}
    for column in made:
        columns[column.name] = column
    return pl.DataFrame(list(columns.values()))


def cut(column: pl.Series, by: str, names: Sequence[str]) -> list[pl.Series]:
    """Cut texts at ``by`` into as many columns as there are names; the last one holds the rest, others may be null."""
    if not names:
        return []
    pieces = column.str.splitn(by, len(names)).struct.unnest().get_columns()
    return [piece.alias(name) for piece, name in zip(pieces, names, strict=True)]


def index(places: npt.NDArray[np.int64]) -> pl.Series:
    """Return places as polars takes them without asking whether one of them is negative."""
    return pl.Series("at", places.astype(np.uint32))


@lru_cache(maxsize=32)
def constant(name: str, value: object, height: int, dtype: pl.DataType | None = None) -> pl.Series:
    """Return a column that holds the same value in every row; one batch after the other asks for the same ones."""
    return pl.Series(name, [value], dtype=dtype or pl.String()).new_from_index(0, height)


def present(column: pl.Series) -> npt.NDArray[np.bool_]:
    """Say which rows have a value."""
    if not column.null_count():
        return np.ones(len(column), np.bool_)
    array = column.to_arrow(compat_level=_NEWEST)
    bits = np.unpackbits(np.frombuffer(array.buffers()[0], np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].view(np.bool_)


def shortest(column: pl.Series) -> int:
    """Return how many bytes the shortest text of a column has; null counts as an empty one."""
    if not len(column) or column.null_count():
        return 0
    array = column.to_arrow(compat_level=_NEWEST)
    sizes = np.frombuffer(array.buffers()[1], np.int32)[4 * array.offset : 4 * (array.offset + len(array)) : 4]
    return int(sizes.min())


def whole(column: pl.Series, absent: int) -> npt.NDArray[np.int64]:
    """Return a column of whole numbers for numpy, with ``absent`` in place of null."""
    numbers = column.cast(pl.Int64)
    array = numbers.to_arrow()
    values = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array)]
    return np.where(present(numbers), values, absent) if numbers.null_count() else values


def only(column: pl.Series, keep: npt.NDArray[np.bool_]) -> pl.Series:
    """Return a column with null where ``keep`` is false."""
    if keep.all():
        return column
    height = len(column)
    with_null = pl.concat([column, pl.Series(column.name, [None], dtype=column.dtype)])
    return with_null[index(np.where(keep, np.arange(height), height))]


def first_of(name: str, *columns: pl.Series) -> pl.Series:
    """Return in each row the first value that is not null."""
    made = columns[0]
    for column in columns[1:]:
        nulls = made.null_count()
        if not nulls:
            break
        if nulls == len(made):
            made = column
        else:
            at = np.arange(len(made))
            made = pl.concat([made, column])[index(np.where(present(made), at, at + len(made)))]
    return made.alias(name)
