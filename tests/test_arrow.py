import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.arrow_buffers import arrow_array, numpy_array

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


def test_going_both_ways_loads_no_pandas() -> None:
    code = (
        "import sys, numpy as np; from detector.arrow_buffers import arrow_array, numpy_array;"
        "numpy_array(arrow_array(np.arange(3), np.arange(3) > 1), missing=7); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
