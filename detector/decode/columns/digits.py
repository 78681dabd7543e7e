"""Whole numbers written in digits.

Comes in: a column of text. Goes out: numbers, and which texts are one to sixteen digits and nothing else.
"""

import polars as pl

from detector.decode.columns.text_bytes import Mask, Places

LONGEST = 16
"""Digits that are read; longer numbers are not good."""
_DIGITS = f"^[0-9]{{1,{LONGEST}}}$"


def numbers(texts: pl.Series) -> tuple[Places, Mask]:
    """Return the number each text spells, and which texts are numbers."""
    values = texts.cast(pl.Int64, strict=False).fill_null(0).to_numpy(writable=True)
    good: Mask = texts.str.contains(_DIGITS).fill_null(value=False).to_numpy(writable=True)
    return values, good
