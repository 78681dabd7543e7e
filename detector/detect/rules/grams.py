"""A sieve before the exact conditions: which rows could satisfy which rules, by three letters of a text they need.

Comes in: for each rule the texts of which at least one must stand in an event. Goes out: pairs of row and rule, all
true ones among them and few others. The work depends on the bytes looked at and hardly on the number of rules: every
three bytes are looked up in a table, and a find is compared with the first twenty bytes of its text. Letter case is
dropped by one bit; texts that hold the two letters whose lower case is ASCII are passed to every rule.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Needed = frozenset[tuple[str, str]]

_BITS = 18
_FACTOR = np.uint32(2654435761)
_ODD_LETTERS = ["\u212a", "\u0130"]  # the Kelvin sign and the dotted capital I: lower case begins with k and i
_PIECE = 1 << 14
_WORDS = 5  # words of four bytes of a text that are compared
_RARITY = {byte: place // 6 for place, byte in enumerate(b"etaoinsr0123456789hldcum/.-gfpywbvkxjqz=")}


class Sieve:
    """The texts of one column."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        """Take pairs of text (at least three ASCII characters) and rule number."""
        rows = sorted((*_grams(text), rule) for text, rule in texts)
        self._first = np.array([row[0] for row in rows], dtype=np.uint32)
        self._delta = np.array([row[1] for row in rows], dtype=np.int64)
        self._words = np.array([row[2] for row in rows], dtype=np.uint32)
        self._masks = np.array([row[3] for row in rows], dtype=np.uint32)
        self._rule = np.array([row[4] for row in rows], dtype=np.int64)
        self._table = np.zeros(1 << _BITS, dtype=np.bool_)
        self._table[_hash(self._first)] = True

    @property
    def rules(self) -> Ints:
        """The numbers of the rules asked for here."""
        return np.unique(self._rule)

    def pairs(self, column: pl.Series) -> tuple[Ints, Ints]:
        """Return rows and rules that may go together."""
        data, offsets = _bytes(column)
        if data.size < 3:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        low = np.full(data.size + 8, 0x20, dtype=np.uint8)
        np.bitwise_or(data, 0x20, out=low[: data.size])
        words = np.ndarray(shape=(data.size,), dtype="<u4", buffer=low.data, strides=(1,))
        places = self._places(words)
        found = self._exact(words, places)
        rows, rules = np.searchsorted(offsets, found[0], side="right") - 1, found[1]
        odd = self._odd(column, data)
        if odd.size:
            everyone = self.rules
            rows = np.concatenate([rows, np.repeat(odd, everyone.size)])
            rules = np.concatenate([rules, np.tile(everyone, odd.size)])
        return rows, rules

    def _places(self, words: npt.NDArray[np.uint32]) -> Ints:
        """Return where three bytes stand that some text has; piece by piece, so that work stays in the cache."""
        found = [
            np.flatnonzero(self._table[_hash(words[begin : begin + _PIECE] & np.uint32(0xFFFFFF))]) + begin
            for begin in range(0, words.size, _PIECE)
        ]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _exact(self, words: npt.NDArray[np.uint32], places: Ints) -> tuple[Ints, Ints]:
        first = words[places] & np.uint32(0xFFFFFF)
        left = np.searchsorted(self._first, first, side="left")
        many = np.searchsorted(self._first, first, side="right") - left
        where = np.repeat(places, many)
        begin = np.repeat(np.cumsum(many) - many, many)
        entry = np.repeat(left, many) + np.arange(where.size) - begin
        for number in range(_WORDS):
            other = np.clip(where + self._delta[entry] + 4 * number, 0, words.size - 1)
            fits = (words[other] & self._masks[entry, number]) == self._words[entry, number]
            where, entry = where[fits], entry[fits]
        return where, self._rule[entry]

    @staticmethod
    def _odd(column: pl.Series, data: npt.NDArray[np.uint8]) -> Ints:
        if not bool((data & 0x80).any()):
            return np.empty(0, np.int64)
        return column.str.contains_any(_ODD_LETTERS).fill_null(value=False).arg_true().to_numpy().astype(np.int64)


def _bytes(column: pl.Series) -> tuple[npt.NDArray[np.uint8], Ints]:
    arrow = column.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, data = arrow.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64)[arrow.offset : arrow.offset + len(arrow) + 1]
    if data is None or not len(starts):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    text = np.frombuffer(data, dtype=np.uint8)[starts[0] : starts[-1]]
    return text, starts - starts[0]


def _hash(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    hashed: npt.NDArray[np.uint32] = (words * _FACTOR) >> np.uint32(32 - _BITS)
    return hashed


def _grams(text: str) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
    """Return the rarest three bytes, how far from them the text begins, and the text's words with their masks."""
    raw = bytes(byte | 0x20 for byte in text.encode())
    at = max(range(len(raw) - 2), key=lambda start: sum(_RARITY.get(byte, 9) for byte in raw[start : start + 3]))
    parts = [raw[start : start + 4] for start in range(0, 4 * _WORDS, 4)]
    words = tuple(int.from_bytes(part, "little") for part in parts)
    masks = tuple((1 << (8 * len(part))) - 1 for part in parts)
    return int.from_bytes(raw[at : at + 3], "little"), -at, words, masks


def sieves(needs: Mapping[int, Needed]) -> dict[str, Sieve]:
    """Return a sieve for every column some rule needs a text in."""
    by_column: dict[str, list[tuple[str, int]]] = {}
    for rule, pairs in needs.items():
        for column, text in sorted(pairs):
            by_column.setdefault(column, []).append((text, rule))
    return {column: Sieve(texts) for column, texts in by_column.items()}
