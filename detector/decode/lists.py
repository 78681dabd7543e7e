"""List columns from flat values: what polars builds row by row in Python, laid out at once.

Comes in: flat values and how many of them each row has. Goes out: a list column, null where a row has none.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa


def _layout(counts: npt.NDArray[np.int64]) -> tuple[pa.Array, pa.Array]:
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return pa.array(offsets, pa.int64()), pa.array(counts == 0)


def text_lists(name: str, flat: pl.Series, counts: npt.NDArray[np.int64]) -> pl.Series:
    """Return lists of text; ``flat`` holds the values of all rows one behind the other."""
    offsets, empty = _layout(counts)
    array = pa.LargeListArray.from_arrays(offsets, flat.to_arrow().cast(pa.large_string()), mask=empty)
    return pl.Series(name, array)


def label_lists(keys: Sequence[str], values: Sequence[str], counts: Sequence[int]) -> pl.Series:
    """Return the column ``labels`` from flat keys and values."""
    offsets, empty = _layout(np.asarray(counts, dtype=np.int64))
    pairs = pa.StructArray.from_arrays(
        [pa.array(keys, pa.large_string()), pa.array(values, pa.large_string())], ["key", "value"]
    )
    return pl.Series("labels", pa.LargeListArray.from_arrays(offsets, pairs, mask=empty))


def joined_labels(first: pl.Series, second: pl.Series) -> pl.Series:
    """Return labels that hold the pairs of both columns, those of ``first`` before those of ``second``."""
    if not second.null_count() < len(second):
        return first
    pairs = first.to_frame("first").with_columns(second.alias("second"))
    both = pl.concat_list(pl.col("first").fill_null([]), pl.col("second").fill_null([]))
    return pairs.select(pl.when(both.list.len() > 0).then(both).alias("labels")).to_series()


def label_columns(keys: Sequence[str], columns: Sequence[pl.Series]) -> pl.Series:
    """Return the column ``labels`` from one column of text for each key; nulls are left out."""
    has = np.column_stack([column.is_not_null().to_numpy() for column in columns])
    rows, places = np.nonzero(has)
    flat = pl.concat([column.alias("value") for column in columns])
    at = pl.Series("at", (places * len(has) + rows).astype(np.uint32))
    key = pl.Series("key", keys, dtype=pl.String())[pl.Series("at", places.astype(np.uint32))]
    views = [column.to_arrow(compat_level=pl.CompatLevel.newest()) for column in (key, flat[at])]
    offsets, empty = _layout(has.sum(axis=1, dtype=np.int64))
    pairs = pa.StructArray.from_arrays(views, ["key", "value"])
    return pl.Series("labels", pa.LargeListArray.from_arrays(offsets, pairs, mask=empty))
