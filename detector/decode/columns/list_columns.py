"""List columns from flat values: what polars builds row by row in Python, laid out at once.

Comes in: flat values and how many of them each row has. Goes out: a list column, null where a row has none.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import arrow_array, from_arrow
from detector.decode.columns.frame_ops import index, present

Texts = Sequence[str] | pl.Series
_NEWEST = pl.CompatLevel.newest()
_TEXT_LISTS = pa.large_list(pa.string_view())


def _layout(counts: npt.NDArray[np.int64]) -> tuple[pa.Array, pa.Array]:
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return arrow_array(offsets), arrow_array(counts == 0)


def text_lists(name: str, flat: pl.Series | pa.Array, counts: npt.NDArray[np.int64]) -> pl.Series:
    """Return lists of text; ``flat`` holds the values of all rows one behind the other."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    known = np.packbits(counts > 0, bitorder="little")
    places = [pa.py_buffer(known), pa.py_buffer(offsets)]
    values = flat.to_arrow(compat_level=_NEWEST) if isinstance(flat, pl.Series) else flat
    return from_arrow(name, pa.Array.from_buffers(_TEXT_LISTS, len(counts), places, children=[values]))


def parts(column: pl.Series) -> tuple[pl.Series, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the values of all lists one behind the other, where in them each list begins, and how many it has."""
    array: pa.LargeListArray = column.to_arrow(compat_level=pl.CompatLevel.newest())
    offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    counts = np.where(present(column), np.diff(offsets), 0)
    return from_arrow("", array.values), offsets[:-1], counts


def places_of(starts: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the places of lists' values, list behind list, from where each begins and how many it has."""
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def firsts(column: pl.Series) -> pl.Series:
    """Return the first value of each list, null where there is none."""
    flat, starts, counts = parts(column)
    with_null = pl.concat([flat, pl.Series(flat.name, [None], dtype=flat.dtype)])
    return with_null[index(np.where(counts > 0, starts, len(flat)))]


def label_lists(keys: Texts, values: Texts, counts: Sequence[int]) -> pl.Series:
    """Return the column ``labels`` from flat keys and values."""
    offsets, empty = _layout(np.asarray(counts, dtype=np.int64))
    newest = pl.CompatLevel.newest()
    texts = [pl.Series(each, dtype=pl.String()).to_arrow(compat_level=newest) for each in (keys, values)]
    pairs = pa.StructArray.from_arrays(texts, ["key", "value"])
    return from_arrow("labels", pa.LargeListArray.from_arrays(offsets, pairs, mask=empty))


def joined_labels(first: pl.Series, second: pl.Series) -> pl.Series:
    """Return labels that hold the pairs of both columns, those of ``first`` before those of ``second``."""
    if not second.null_count() < len(second):
        return first
    counts = [column.list.len().fill_null(0).cast(pl.Int64).to_numpy() for column in (first, second)]
    some = [column.filter(pl.Series(count > 0)) for column, count in zip((first, second), counts, strict=True)]
    flat = pl.concat([column.list.explode() for column in some])
    both = counts[0] + counts[1]
    rows = np.repeat(np.arange(len(both)), both)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(both) - both, both)  # of each pair within its row
    early = place < counts[0][rows]
    starts = [np.cumsum(one) - one for one in counts]
    at = np.where(early, starts[0][rows] + place, counts[0].sum() + starts[1][rows] + place - counts[0][rows])
    keys, values = flat[pl.Series("at", at.astype(np.uint32))].struct.unnest().get_columns()
    views = [column.to_arrow(compat_level=pl.CompatLevel.newest()) for column in (keys, values)]
    offsets, empty = _layout(both)
    pairs = pa.StructArray.from_arrays(views, ["key", "value"])
    return from_arrow("labels", pa.LargeListArray.from_arrays(offsets, pairs, mask=empty))


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
    return from_arrow("labels", pa.LargeListArray.from_arrays(offsets, pairs, mask=empty))
