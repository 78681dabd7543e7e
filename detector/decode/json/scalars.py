"""Values of JSON that stand without quotes, a column at a time: numbers, truths and null.

Comes in: places in bytes. Goes out: what each value is, and which pieces are no value. Whole numbers of up to sixteen
digits and the three words are read as columns; of other numbers each distinct one is decoded once.
"""

import re
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from detector.arrow_buffers import arrow_array, from_arrow
from detector.decode.columns.dictionary import Dictionary
from detector.decode.columns.digits import numbers
from detector.decode.columns.frame_ops import constant
from detector.decode.columns.text_bytes import Mask, Places, TextBytes, word
from detector.decode.json.lookup import as_text
from detector.decode.parse_result import Rows

WHOLE, NULL, TRUE, FALSE, FIGURE, OTHER, BAD = range(7)
"""What a value is: a ``FIGURE`` is a number that is not whole or too long, ``OTHER`` one not written as we write it."""
_WORDS = ((NULL, "null"), (TRUE, "true"), (FALSE, "false"))
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LONGEST = 64
_ZERO = ord("0")
_LOW, _HIGH = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Bare:
    """The values of one key.

    Attributes:
        kinds: What each is.
        whole: The number, where it is a whole one.
        others: The number as decoded, where it is another one; None when there is none.
    """

    kinds: npt.NDArray[np.uint8]
    whole: Places
    others: npt.NDArray[np.object_] | None

    @property
    def plain(self) -> bool:
        """Say whether all are whole numbers."""
        return not self.kinds.any()

    def kept(self, rows: Rows | Mask) -> "Bare":
        """Return some of them."""
        return Bare(self.kinds[rows], self.whole[rows], None if self.others is None else self.others[rows])

    def without(self, gone: Mask) -> "Bare":
        """Return them with null where ``gone`` is true."""
        return Bare(np.where(gone, np.uint8(NULL), self.kinds), self.whole, self.others)

    def column(self) -> list[Any] | pl.Series:
        """Return whole numbers as a column, other values as decoded."""
        if self.plain:
            return pl.Series(self.whole)
        known = self.kinds == WHOLE
        if (known | (self.kinds == NULL)).all():
            return from_arrow("", arrow_array(self.whole, known)) if known.any() else constant("", None, len(known))
        made = np.empty(len(known), np.object_) if self.others is None else self.others.copy()
        made[known] = self.whole[known].tolist()
        made[self.kinds == TRUE], made[self.kinds == FALSE], made[self.kinds == NULL] = True, False, None
        values: list[Any] = made.tolist()
        return values


def read(laid: TextBytes, starts: Places, stops: Places) -> Bare:
    """Return the values between ``starts`` and ``stops``."""
    whole, good = numbers(laid.texts(starts, stops))
    good &= (laid.codes[starts] != _ZERO) | (stops == starts + 1)
    kinds, others = np.zeros(len(starts), np.uint8), None
    if good.all():
        return Bare(kinds, whole, others)
    left = np.flatnonzero(~good)
    begins, sizes = laid.first_words(starts[left], stops[left] - starts[left]), stops[left] - starts[left]
    kinds[left] = BAD
    for kind, text in _WORDS:
        kinds[left[(begins == word(text)) & (sizes == len(text))]] = kind
    odd = left[(kinds[left] == BAD) & (sizes > 0) & (sizes <= _LONGEST)]
    if len(odd):
        others = np.empty(len(starts), np.object_)
        _read_others(laid.texts(starts[odd], stops[odd]), odd, whole, kinds, others)
    return Bare(kinds, whole, others)


def _read_others(
    texts: pl.Series, rows: Rows, whole: Places, kinds: npt.NDArray[np.uint8], others: npt.NDArray[np.object_]
) -> None:
    distinct = Dictionary.of(texts)
    values = [_number(text) for text in distinct.values]
    found = [_kind(value, text) for value, text in zip(values, distinct.values, strict=True)]
    kinds[rows] = distinct.numbers(found)
    whole[rows] = distinct.numbers(
        [int(value or 0) if kind == WHOLE else 0 for value, kind in zip(values, found, strict=True)]
    )
    others[rows] = np.array([*values, None], np.object_)[distinct.places]


def _kind(value: int | float | None, text: str) -> int:
    if value is None:
        return BAD
    if as_text(value) != text:
        return OTHER
    return WHOLE if isinstance(value, int) and _LOW <= value <= _HIGH else FIGURE


def _number(text: str) -> int | float | None:
    if not _NUMBER.fullmatch(text):
        return None
    try:
        value: int | float = _decode(text)
    except (msgspec.MsgspecError, ValueError):
        return None
    return value
