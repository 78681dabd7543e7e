"""Derived ids: equal for equal content, different otherwise, and stable from release to release."""

from hypothesis import given
from hypothesis import strategies as st

from detector.schema.ids import derive, deriving

PARTS = st.lists(st.one_of(st.text(), st.integers()), max_size=4)


def test_ids_stay_what_they_were():
    assert derive("event", "file", 12, "line") == "aade729c03c6105612d5dd81c5d9fafc"


@given(PARTS, PARTS)
def test_equal_ids_mean_equal_parts(a, b):
    assert (derive("x", *a) == derive("x", *b)) == ([str(p) for p in a] == [str(p) for p in b])


@given(PARTS)
def test_kinds_are_apart(parts):
    assert derive("a", *parts) != derive("b", *parts)


@given(PARTS, PARTS)
def test_beginning_alike_changes_nothing(first, rest):
    assert deriving("x", *first)(*rest) == derive("x", *first, *rest)
