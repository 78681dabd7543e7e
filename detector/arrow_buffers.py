"""Between numpy's arrays and Arrow's, buffer by buffer.

Comes in: numbers or truths of one library. Goes out: the same in the other. ``pyarrow.array``, ``pyarrow.scalar`` and
``to_numpy`` of an Arrow array do this too, and load pandas first, in case the other side is a column of it: a fifth of
a second of every start and 20 MB for a library that only training uses.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


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


def _packed(truths: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truths, bitorder="little"))


def _unpacked(bits: pa.Buffer | None, begin: int, end: int) -> npt.NDArray[Any]:
    return np.unpackbits(np.frombuffer(bits or b"", np.uint8), count=end, bitorder="little")[begin:].view(np.bool_)
