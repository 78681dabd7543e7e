"""A column of texts as numbers: equal texts have equal ones.

Comes in: a column. Goes out: a number for each row, and the texts. Polars keeps a text as sixteen bytes, its length and
the text itself where it is no longer than twelve, and hands these over without copying. Arrow encodes them as they
are; a long column of one or two texts, as most short ones are, is compared as numbers in a third of that time.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import dictionary_encoded, numpy_array

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

NONE: Final = -1
_INSIDE: Final = 12  # bytes of a text that stand in the sixteen themselves
_LENGTH: Final = np.uint64(0xFFFFFFFF)
_MANY: Final = 1_000  # rows from which on comparing pays
_SAMPLE: Final = 20  # rows looked at before all are


class Encoded(NamedTuple):
    """A column of texts as numbers, and the texts as they are kept; None when there are none."""

    of: Ints
    dictionary: pa.Array | None


def encode(column: pl.Series) -> Encoded:
    """Return a column of texts in one piece as numbers; nothing is ``NONE``."""
    nulls = column.null_count()
    if nulls == len(column):
        return Encoded(np.full(len(column), NONE, dtype=np.int64), None)
    views = column.to_arrow(compat_level=pl.CompatLevel.newest())
    few = not nulls and len(column) >= _MANY and views.type == pa.string_view()
    return (_one_or_two(views) if few else None) or encode_texts(views)


def encode_texts(texts: pa.Array) -> Encoded:
    """Return texts as Arrow keeps them as numbers."""
    found = dictionary_encoded(texts)
    return Encoded(numpy_array(found.indices, missing=NONE).astype(np.int64), found.dictionary)


def _one_or_two(views: pa.Array) -> Encoded | None:
    """Encode a column without nulls that holds at most two texts; None when there are more, or it is not sure."""
    kept = np.frombuffer(views.buffers()[1], dtype=np.uint64)
    words = kept[2 * views.offset : 2 * (views.offset + len(views))].reshape(-1, 2)
    if len(set(map(tuple, words[:_SAMPLE].tolist()))) > 2:
        return None
    other = _differ(words, words[0])
    place = int(other.argmax())
    if not other[place]:
        return Encoded(np.zeros(len(views), dtype=np.int64), views[:1])
    if max(int(words[row, 0] & _LENGTH) for row in (0, place)) > _INSIDE:
        return None  # equal texts may lie at different places
    if bool((other & _differ(words, words[place])).any()):
        return None
    return Encoded(other.astype(np.int64), pa.concat_arrays([views[:1], views[place : place + 1]]))


def _differ(words: Words, word: Words) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (words[:, 0] != word[0]) | (words[:, 1] != word[1])
    return found
