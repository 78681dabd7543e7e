"""The sieve lets everything through that a rule could concern, and tells texts that begin alike apart."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from detector.detect.rules.matching.prefilter import TextPrefilter

LETTERS = "abcdAB/.-_%1é\u212a"
NEEDED = st.lists(st.text(alphabet="abcd/.-_%1", min_size=3, max_size=40), min_size=1, max_size=30)


@given(NEEDED, st.lists(st.tuples(st.text(alphabet=LETTERS, max_size=9), st.integers(0, 99)), max_size=30))
def test_every_row_that_holds_a_needed_text_comes_through_in_any_letter_case(needed, made):
    rows = [f"{before}{needed[number % len(needed)].upper()}{before}" for before, number in made]
    column = pl.Series([None, *rows, "", needed[0]], dtype=pl.String())
    found = TextPrefilter((text, number) for number, text in enumerate(needed)).pairs(column)
    pairs = set(zip(found[0].tolist(), found[1].tolist(), strict=True))
    holding = {
        (row, number)
        for row, value in enumerate(column.to_list())
        for number, text in enumerate(needed)
        if value is not None and text.lower() in value.lower()
    }
    assert holding <= pairs


def test_texts_that_begin_alike_are_told_apart():
    words = ["admin", "setup", "shell", "cache", "theme"]
    needed = [f"https://example.org/{word}/{number}" for word in words for number in range(100)]
    column = pl.Series(["https://example.org/shell/7?x", "https://example.org/clients/7", "/shell/7"])
    rows, rules = TextPrefilter((text, number) for number, text in enumerate(needed)).pairs(column)
    assert set(rows.tolist()) == {0}
    assert {needed[rule][:25] for rule in rules.tolist()} == {"https://example.org/shell"}


def test_a_column_too_short_for_any_text_gives_nothing():
    rows, rules = TextPrefilter([("abc", 0)]).pairs(pl.Series(["a", None, ""]))
    assert not rows.size
    assert not rules.size
