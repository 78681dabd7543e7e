"""Between numpy's arrays, Arrow's and polars' columns, buffer by buffer.

Comes in: values of one library. Goes out: the same in another one. ``pyarrow.array``, ``pyarrow.scalar`` and
``to_numpy`` of an Arrow array do this too, and load pandas first, in case the other side is a column of it: a fifth of
a second of every start and 20 MB for a library that only training uses. Likewise a column that polars makes of an Arrow
array, and most methods of an array, load ``pyarrow.compute``, a function around each of Arrow's: a fortieth of a start.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pyarrow._compute import CastOptions, ReplaceSubstringOptions, SetLookupOptions, call_function


def arrow_array(values: npt.NDArray[Any], known: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Return ``values``, null where they are not known."""
    held = _packed(values) if values.dtype == np.bool_ else pa.py_buffer(np.ascontiguousarray(values))
    buffers = [None if known is None else _packed(known), held]
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), buffers)


def numpy_array(array: pa.Array, missing: int = 0) -> npt.NDArray[Any]:
    """Return the values of an array of truths or numbers, ``missing`` for null. Without null no number is copied."""
    known, held = array.buffers()
    begin, end = array.offset, array.offset + len(array)
    if pa.types.is_boolean(array.type):
        values = _unpacked(held, begin, end)
    else:
        values = np.frombuffer(held or b"", array.type.to_pandas_dtype())[begin:end]
    if array.null_count:
        values = np.where(_unpacked(known, begin, end), values, values.dtype.type(missing))
    return values


def not_null(array: pa.Array) -> npt.NDArray[np.bool_]:
    """Say which values of an array are not null."""
    known = array.buffers()[0] if array.null_count else None
    if known is None:
        return np.full(len(array), not pa.types.is_null(array.type), np.bool_)
    return _unpacked(known, array.offset, array.offset + len(array))


def dictionary_encoded(texts: pa.Array) -> pa.DictionaryArray:
    """Return texts as places in a list of those that are different, in the order they come."""
    return call_function("dictionary_encode", [texts])


def as_type(array: pa.Array, dtype: pa.DataType) -> pa.Array:
    """Return an array with its values in another type.

    Raises:
        ValueError: A value cannot be written in that type.
    """
    return call_function("cast", [array], CastOptions.safe(dtype))


def is_in(array: pa.Array, wanted: pa.Array) -> pa.BooleanArray:
    """Say which values of an array are among those wanted."""
    return call_function("is_in", [array], SetLookupOptions(wanted))


def substituted(texts: pa.Array, pattern: str, replacement: str) -> pa.Array:
    """Return texts with every match of a regular expression (RE2's) replaced."""
    return call_function("replace_substring_regex", [texts], ReplaceSubstringOptions(pattern, replacement))


def from_arrow(name: str, array: pa.Array) -> pl.Series:
    """Return an array as a column of polars, nothing copied."""
    return pl.Series(_Exported(array)).alias(name)


class _Exported:
    """An array that shows nothing but Arrow's interface, which polars takes from whatever library."""

    def __init__(self, array: pa.Array) -> None:
        self._array = array

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        capsules: tuple[object, object] = self._array.__arrow_c_array__(requested_schema)
        return capsules


def _packed(truths: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


def _unpacked(bits: pa.Buffer | None, begin: int, end: int) -> npt.NDArray[Any]:
    return np.unpackbits(np.frombuffer(bits or b"", np.uint8), count=end, bitorder="little")[begin:].view(np.bool_)
