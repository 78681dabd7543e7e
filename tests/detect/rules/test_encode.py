"""A column of texts as numbers: the same as counting its texts one by one, however many there are."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.columns.text_codes import NONE, encode

LONG = "a text longer than twelve bytes"


def expected(values):
    numbers = {}
    of = [NONE if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return of, list(numbers)


def encoded(column):
    of, texts = encode(column)
    return of.tolist(), [] if texts is None else texts.to_pylist()


@given(st.lists(st.sampled_from(["GET", "POST", "", LONG, f"{LONG}!", None]), max_size=8), st.integers(0, 3))
def test_texts_are_numbered_in_the_order_they_come(some, begin):
    values = [*some, *(["GET"] * 1_500), *some]
    column = pl.Series(values, dtype=pl.String())
    assert encoded(column) == expected(values)
    assert encoded(column[begin:]) == expected(values[begin:])


@pytest.mark.parametrize("last", ["GET", "HEAD", LONG, None])
def test_one_row_that_differs_far_behind_is_not_overlooked(last):
    for first in (["GET"], ["GET", "POST"], [LONG], [LONG, "GET"]):
        values = [*(first * 1_000), last, *first]
        assert encoded(pl.Series(values, dtype=pl.String())) == expected(values)


def test_equal_long_texts_at_different_places_are_one():
    values = [f"{LONG}{number % 2}" for number in range(2_000)]
    assert encoded(pl.Series(values)) == expected(values)


def test_a_column_of_nothing_has_no_texts():
    assert encoded(pl.Series([None] * 2_000, dtype=pl.String())) == ([NONE] * 2_000, [])
