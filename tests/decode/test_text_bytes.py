"""Places in bytes give the texts that stand there, however the texts came to lie in memory."""

import tracemalloc

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.digits import LONGEST, numbers
from detector.decode.columns.text_bytes import TextBytes, copied, in_small_letters, lowest, word

TEXTS = st.lists(st.none() | st.text(st.characters(exclude_categories=("Cs",)), max_size=40), max_size=20)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 5), st.integers(0, 5))
def test_texts_laid_out_are_the_texts(texts, before, behind):
    column = pl.Series(["x" * 20] * before + texts + ["y" * 30] * behind, dtype=pl.String()).slice(before, len(texts))
    laid = TextBytes(column)
    assert laid.texts(laid.starts, laid.stops).to_list() == [text or "" for text in texts]
    has = np.array([text is not None for text in texts], np.bool_)
    assert laid.texts(laid.starts, laid.stops, has).to_list() == texts


@settings(deadline=None)
@given(TEXTS, st.integers(3, 8))
def test_pieces_far_from_the_first_byte_are_copied_out_of_several_buffers(texts, far):
    laid = TextBytes(pl.Series(texts, dtype=pl.String()))
    column = copied(laid.codes, laid.starts, laid.stops - laid.starts, far=far)
    assert column.to_pylist() == [text or "" for text in texts]


def test_pieces_are_copied_in_little_more_memory_than_they_take():
    texts = [chr(97 + row % 26) * (row % 300) for row in range(20_000)]
    laid = TextBytes(pl.Series(texts))
    tracemalloc.start()
    try:
        column = laid.texts(laid.starts, laid.stops)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * laid.end
    assert column.to_list() == texts


def test_every_place_of_a_byte_is_found_in_little_more_memory_than_the_places_take():
    laid = TextBytes(pl.Series(["x" * 99 + "/"] * 20_000))
    tracemalloc.start()
    try:
        found = laid.where(ord("/"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.tolist() == [100 * row + 99 for row in range(20_000)]
    assert peak < 3 * found.nbytes
    assert TextBytes(pl.Series([], dtype=pl.String())).where(ord("/")).tolist() == []


@settings(deadline=None)
@given(st.lists(st.text("a \x00é/", max_size=30), min_size=1, max_size=20), st.integers(1, 5))
def test_a_byte_is_found_where_it_first_occurs(texts, steps):
    laid = TextBytes(pl.Series(texts))
    found = laid.find(32, laid.starts, laid.stops, steps) - laid.starts
    for text, place in zip(texts, found.tolist(), strict=True):
        raw = text.encode()
        at = raw.find(b" ")
        expected = at if at >= 0 else len(raw)
        assert place == expected or (expected > 8 * steps - 8 and place < 0)
        assert place == expected or len(raw) > 8 * steps - 8


@settings(deadline=None)
@given(st.lists(st.text("a é/", max_size=80), min_size=1, max_size=10))
def test_bits_and_rows_are_the_bytes_from_a_place_on(texts):
    laid = TextBytes(pl.Series([text + "b" * 24 for text in texts]))
    raw = laid.codes.tobytes()
    bits, rows = laid.bits(32, laid.starts), laid.rows(laid.starts, 24)
    for start, found, first, row in zip(laid.starts.tolist(), bits.tolist(), lowest(bits).tolist(), rows, strict=True):
        places = [at for at, code in enumerate(raw[start : start + 64]) if code == 32]
        assert found == sum(1 << at for at in places)
        assert first == (places[0] if places else 64)
        assert row.tobytes() == raw[start : start + 24]


@settings(deadline=None)
@given(st.lists(st.text("0123456789", max_size=20) | st.text(max_size=20), max_size=20))
def test_numbers_are_digits_alone(texts):
    values, good = numbers(pl.Series(texts, dtype=pl.String()))
    for text, value, fits in zip(texts, values.tolist(), good.tolist(), strict=True):
        assert fits == (text.isascii() and text.isdigit() and len(text) <= LONGEST)
        assert not fits or value == int(text)


@settings(deadline=None)
@given(st.lists(st.text(max_size=10), min_size=1, max_size=20))
def test_first_words_hold_the_bytes_of_a_piece_and_nothing_else(texts):
    laid = TextBytes(pl.Series(texts))
    first = laid.first_words(laid.starts, laid.stops - laid.starts)
    assert first.tolist() == [word(text.encode()[:8]) for text in texts]


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=20), max_size=20), st.lists(st.none() | st.text(max_size=3), max_size=20))
def test_columns_by_distinct_values_are_the_columns(first, second):
    height = min(len(first), len(second))
    one, other = (Dictionary.of(pl.Series(texts[:height], dtype=pl.String())) for texts in (first, second))
    assert one.series("a").to_list() == first[:height]
    assert one.or_else(other).series("b").to_list() == [
        b if a is None else a for a, b in zip(first, second, strict=False)
    ]
    third = one.only(np.arange(height) % 2 == 0)
    assert third.series("c").to_list() == [None if at % 2 else text for at, text in enumerate(first[:height])]
    same, none = Dictionary.constant("s", height), Dictionary.constant(None, height)
    assert one.or_else(same).series("d").to_list() == ["s" if text is None else text for text in first[:height]]
    assert none.or_else(one).series("e").to_list() == one.or_else(none).series("f").to_list() == first[:height]
    assert same.series("g").to_list() == ["s"] * height
    assert one.answered(one.values) is one
    assert one.answered([text.upper() for text in one.values], "none").entries[-1] is None


@given(st.lists(st.binary(min_size=8, max_size=8), min_size=1))
def test_capitals_of_ascii_become_small_letters_and_nothing_else_changes(pieces: list[bytes]) -> None:
    words = np.frombuffer(b"".join(pieces), np.uint64)
    assert in_small_letters(words).tobytes() == b"".join(pieces).lower()
