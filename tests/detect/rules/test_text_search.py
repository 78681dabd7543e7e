"""What every search for many texts keeps to, whichever library does it."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.matching import text_search
from detector.detect.rules.matching.text_search import HyperscanSearch, PolarsSearch

needs_hyperscan = pytest.mark.skipif(text_search.hyperscan is None, reason="no wheel of hyperscan for this platform")
SEARCHES = [pytest.param(HyperscanSearch, marks=needs_hyperscan), PolarsSearch]
TEXTS = st.lists(st.text(alphabet="abAB/.*(é\u212a", min_size=1, max_size=5), min_size=1, max_size=12, unique=True)
COLUMNS = st.lists(st.one_of(st.none(), st.text(alphabet="abAB/.*(éÉ\u212a\n", max_size=9)), max_size=20)


def folded(text: str) -> bytes:
    return text.encode().lower()  # of bytes, ASCII letters alone have a lower case


def found(search, values, begin=0):
    column = pl.Series(values, dtype=pl.String()).to_arrow(compat_level=pl.CompatLevel.oldest())
    elements, texts = search.find(column[begin:])
    return set(zip(elements.tolist(), texts.tolist(), strict=True))


@pytest.mark.parametrize("kind", SEARCHES)
@given(texts=TEXTS, values=COLUMNS, begin=st.integers(0, 3))
def test_texts_are_found_in_the_elements_that_hold_them_and_nowhere_else(kind, texts, values, begin):
    expected = {
        (element, number)
        for element, value in enumerate(values[begin:])
        for number, text in enumerate(texts)
        if value is not None and folded(text) in folded(value)
    }
    assert found(kind(texts), values, begin) == expected


@pytest.mark.parametrize("kind", SEARCHES)
def test_what_begins_in_one_element_and_ends_in_the_next_is_not_found(kind):
    assert found(kind(["abc", "bc"]), ["ab", "c", "abc", None, "", "b", "c"]) == {(2, 0), (2, 1)}


@pytest.mark.parametrize("kind", SEARCHES)
def test_texts_that_overlap_or_hold_one_another_are_all_found(kind):
    assert found(kind(["select", "select 1", "lect", "t 1"]), ["SELECT 1"]) == {(0, 0), (0, 1), (0, 2), (0, 3)}


def test_polars_looks_where_there_is_no_hyperscan(monkeypatch):
    monkeypatch.setattr(text_search, "hyperscan", None)
    assert isinstance(text_search.text_search(["abc"]), PolarsSearch)


def test_it_is_told_which_library_searches(monkeypatch):
    assert text_search.search_library() == ("polars" if text_search.hyperscan is None else "hyperscan")
    monkeypatch.setattr(text_search, "hyperscan", None)
    assert text_search.search_library() == "polars"
