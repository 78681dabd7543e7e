"""Whole numbers written in digits, read a column at a time.

Comes in: places in bytes. Goes out: numbers, and which of them are digits alone. Eight digits are one machine word and
three multiplications; nothing loops over digits.
"""

import numpy as np

from detector.decode.columns.string_views import Mask, Places, StringViews, Words

LONGEST = 16
"""Digits that are read; longer numbers are not good."""

_ZEROS = np.uint64(0x3030303030303030)
_HIGH = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIX = np.uint64(0x0606060606060606)
_PAIRS = np.uint64(0x000000FF000000FF)
_BY_HUNDRED, _BY_ONE = np.uint64(0x000F424000000064), np.uint64(0x0000271000000001)
_TEN, _EIGHT, _SIXTEEN, _HALF = np.uint64(10), np.uint64(8), np.uint64(16), np.uint64(32)


def numbers(laid: StringViews, starts: Places, stops: Places) -> tuple[Places, Mask]:
    """Return the numbers between ``starts`` and ``stops``, and which are one to sixteen digits and nothing else."""
    lengths = stops - starts
    good: Mask = (lengths > 0) & (lengths <= LONGEST)
    sizes = np.clip(lengths, 0, LONGEST)
    words = laid.last_words(stops, sizes, fill=0x30)
    good &= are_digits(words)
    values = eight(words)
    if (sizes > 8).any():
        front = laid.last_words(stops - 8, np.maximum(sizes - 8, 0), fill=0x30)
        good &= are_digits(front)
        values += eight(front) * 100_000_000
    return values, good


def are_digits(words: Words) -> Mask:
    """Say which words are eight digits."""
    digits: Mask = ((words & _HIGH) | (((words + _SIX) & _HIGH) >> np.uint64(4))) == np.uint64(0x3333333333333333)
    return digits


def eight(words: Words) -> Places:
    """Return the number each word of eight digits spells."""
    pairs = words - _ZEROS
    pairs = pairs * _TEN + (pairs >> _EIGHT)
    made = (pairs & _PAIRS) * _BY_HUNDRED + ((pairs >> _SIXTEEN) & _PAIRS) * _BY_ONE
    return (made >> _HALF).view(np.int64)
