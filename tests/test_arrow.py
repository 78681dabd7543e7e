import subprocess
import sys

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.arrow_buffers import (
    arrow_array,
    as_type,
    dictionary_encoded,
    from_arrow,
    is_in,
    not_null,
    numpy_array,
    substituted,
)

KINDS = (np.bool_, np.uint32, np.int32, np.int64, np.float64)


@pytest.mark.parametrize("kind", KINDS)
@given(values=st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40), skip=st.integers(0, 9))
def test_arrays_come_back_as_they_went_and_what_is_not_known_as_what_was_asked_for(
    kind: type, values: list[tuple[int, bool]], skip: int
) -> None:
    numbers = np.array([number for number, _ in values]).astype(kind)
    known = np.array([is_known for _, is_known in values], np.bool_)
    array = arrow_array(numbers, known).slice(skip)
    assert (
        array.to_pylist()
        == [number if is_known else None for number, is_known in zip(numbers.tolist(), known, strict=True)][skip:]
    )
    assert numpy_array(array, missing=1).tolist() == np.where(known, numbers, kind(1))[skip:].tolist()
    assert numpy_array(arrow_array(numbers)).tolist() == numbers.tolist()
    assert numpy_array(array).dtype == kind


def test_an_array_that_never_had_a_buffer_is_an_empty_one() -> None:
    assert numpy_array(pa.array([], pa.int64())).tolist() == []
    assert numpy_array(pa.nulls(3, pa.int32()), missing=7).tolist() == [7, 7, 7]


@given(texts=st.lists(st.none() | st.text(max_size=20), max_size=40), skip=st.integers(0, 9))
@pytest.mark.parametrize("level", [pl.CompatLevel.newest(), pl.CompatLevel.oldest()], ids=["views", "plain"])
def test_a_column_comes_back_from_arrow_as_it_went(level: pl.CompatLevel, texts: list[str | None], skip: int) -> None:
    column = pl.Series("name", texts, dtype=pl.String())[skip:]
    array = column.to_arrow(compat_level=level)
    assert from_arrow("name", array).equals(column, check_names=True, check_dtypes=True)
    assert not_null(array).tolist() == [text is not None for text in texts[skip:]]
    encoded = dictionary_encoded(array)
    assert encoded.to_pylist() == texts[skip:]
    assert encoded.dictionary.to_pylist() == list(dict.fromkeys(text for text in texts[skip:] if text is not None))


def test_a_column_of_lists_shares_its_offsets_with_numpy() -> None:
    lists = pa.LargeListArray.from_arrays(arrow_array(np.array([0, 1, 1, 3])), pl.Series(["a", None, "c"]).to_arrow())
    assert from_arrow("lists", lists).equals(pl.Series("lists", [["a"], [], [None, "c"]]), check_dtypes=True)
    assert not_null(pa.nulls(2)).tolist() == [False, False]


def test_texts_of_an_array_are_rewritten_and_found_among_others() -> None:
    array = pl.Series(["acme/007", None, "7"]).to_arrow(compat_level=pl.CompatLevel.oldest())
    assert substituted(array, "^.*/0*", "").to_pylist() == ["7", None, "7"]
    assert is_in(array, array[2:]).to_pylist() == [False, False, True]
    assert as_type(array[2:], pa.int64()).to_pylist() == [7]
    with pytest.raises(ValueError, match="acme/007"):
        as_type(array, pa.int64())


def test_going_both_ways_loads_no_pandas_and_no_functions_of_arrow() -> None:
    code = (
        "import sys, numpy as np, pyarrow as pa;"
        "from detector.arrow_buffers import *;"
        "array = arrow_array(np.arange(3), np.arange(3) > 1); numpy_array(array, missing=7); from_arrow('', array);"
        "dictionary_encoded(array); texts = as_type(array, pa.string()); is_in(texts, substituted(texts, '1', ''));"
        "sys.exit(bool({'pandas', 'pyarrow.compute'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
