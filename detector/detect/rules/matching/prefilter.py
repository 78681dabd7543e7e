"""A sieve before the exact conditions: which rows could satisfy which rules, by three letters of a text they need.

Comes in: for each rule the texts of which at least one must stand in an event. Goes out: pairs of row and rule, all
true ones among them and few others. The work depends on the bytes looked at and hardly on the number of rules: every
three bytes are looked up in a table. Thousands of rules have many texts that share their three bytes. So where those
stand, what a text would begin with is looked up too, once for each shape (how far in front it begins, how long it is)
that such texts have. A find is compared with the first 24 bytes of its text. Letter case is dropped by one bit; texts
that hold the two letters whose lower case is ASCII are passed to every rule.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Needed = frozenset[tuple[str, str]]

_BITS = 18
_FACTOR = np.uint32(2654435761)
_MIXER = np.uint64(0x9E3779B97F4A7C15)
_ODD_LETTERS = ["\u212a", "\u0130"]  # the Kelvin sign and the dotted capital I: lower case begins with k and i
_PIECE = 1 << 14
_WORD = 8  # bytes
_WORDS = 3  # words of a text that are compared
_STEP = 4  # of the length of longer texts: few lengths are few shapes
_RARITY = {byte: place // 6 for place, byte in enumerate(b"etaoinsr0123456789hldcum/.-gfpywbvkxjqz=")}


class _Text(NamedTuple):
    """A text a rule needs.

    Attributes:
        gram: Hash of its rarest three bytes.
        before: How far in front of them it begins.
        length: How many of its first bytes are looked up.
        words / masks: Its first words; what of them counts.
        rule: Number of the rule.
    """

    gram: int
    before: int
    length: int
    words: tuple[int, ...]
    masks: tuple[int, ...]
    rule: int


class TextPrefilter:
    """The texts of one column."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        """Take pairs of text (at least three ASCII characters) and rule number."""
        entries = [_text(text, rule) for text, rule in texts]
        # A shape is a distance and a length of texts with these three bytes; the shapes of three bytes stand together.
        shapes = sorted({(each.gram, each.before, each.length) for each in entries})
        number = {shape: place for place, shape in enumerate(shapes)}
        grams = sorted({gram for gram, _, _ in shapes})
        self._before = np.array([before for _, before, _ in shapes], dtype=np.int64)
        self._lengths = np.array([_masks(length) for _, _, length in shapes], dtype=np.uint64).reshape(-1, _WORDS)
        self._bounds = np.searchsorted([gram for gram, _, _ in shapes], [*grams, 1 << _BITS])
        self._table = np.zeros(1 << _BITS, dtype=np.bool_)
        self._table[grams] = True
        self._place_of = np.zeros(1 << _BITS, dtype=np.int32)
        self._place_of[grams] = np.arange(len(grams))
        self._room = max((before for _, before, _ in shapes), default=0)
        words = np.array([each.words for each in entries], dtype=np.uint64).reshape(-1, _WORDS)
        masks = np.array([each.masks for each in entries], dtype=np.uint64).reshape(-1, _WORDS)
        shape = np.array([number[each[:3]] for each in entries], dtype=np.int64)
        keys = _keys((words & self._lengths[shape]).T, shape)
        order = np.argsort(keys, kind="stable")
        self._keys, self._words, self._masks = keys[order], words[order], masks[order]
        self._rule = np.array([each.rule for each in entries], dtype=np.int64)[order]
        self._likely = np.zeros(1 << _BITS, dtype=np.bool_)
        self._likely[_top(self._keys)] = True

    @property
    def rules(self) -> Ints:
        """The numbers of the rules asked for here."""
        return np.unique(self._rule)

    def pairs(self, column: pl.Series) -> tuple[Ints, Ints]:
        """Return rows and rules that may go together."""
        data, offsets = _bytes(column)
        if data.size < 3:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        # Room on both sides, so that a text may be looked for wherever its three bytes stand.
        low = np.full(self._room + data.size + _WORD * _WORDS, 0x20, dtype=np.uint8)
        np.bitwise_or(data, 0x20, out=low[self._room : self._room + data.size])
        rows, rules = self._found(low, data.size)
        rows = np.searchsorted(offsets, rows, side="right") - 1
        odd = self._odd(column, data)
        if odd.size:
            everyone = self.rules
            rows = np.concatenate([rows, np.repeat(odd, everyone.size)])
            rules = np.concatenate([rules, np.tile(everyone, odd.size)])
        return rows, rules

    def _found(self, low: npt.NDArray[np.uint8], size: int) -> tuple[Ints, Ints]:
        """Return where the three bytes of a text stand that seems to be there, and the rule that needs it."""
        grams = np.ndarray(shape=(size,), dtype="<u4", buffer=low.data, offset=self._room, strides=(1,))
        where, shape = self._shapes(grams)
        begin = where + (self._room - self._before[shape])
        words = np.ndarray(shape=(low.size - _WORD + 1,), dtype="<u8", buffer=low.data, strides=(1,))
        lengths = self._lengths[shape]
        keys = _keys([words[begin + _WORD * number] & lengths[:, number] for number in range(_WORDS)], shape)
        likely = self._likely.take(_top(keys))
        where, begin, keys = where[likely], begin[likely], keys[likely]
        first = np.searchsorted(self._keys, keys, side="left")
        many = np.searchsorted(self._keys, keys, side="right") - first
        entry = _ranges(first, many)
        where, begin = np.repeat(where, many), np.repeat(begin, many)
        for number in range(_WORDS):
            fits = (words[begin + _WORD * number] & self._masks[entry, number]) == self._words[entry, number]
            where, begin, entry = where[fits], begin[fits], entry[fits]
        return where, self._rule[entry]

    def _shapes(self, grams: npt.NDArray[np.uint32]) -> tuple[Ints, Ints]:
        """Return where three bytes stand that some text has, once for each shape of such a text."""
        places: list[Ints] = []
        for begin in range(0, grams.size, _PIECE):  # piece by piece, so that work stays in the cache
            piece = _hash(grams[begin : begin + _PIECE])
            places.append(np.flatnonzero(self._table.take(piece)) + begin)
        found = places[0] if len(places) == 1 else np.concatenate(places)
        number = self._place_of[_hash(grams[found])]
        first = self._bounds[number]
        many = self._bounds[number + 1] - first
        return np.repeat(found, many), _ranges(first, many)

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
    """Return numbers of ``_BITS`` bits for the first three bytes of words."""
    hashed: npt.NDArray[np.uint32] = ((words & np.uint32(0xFFFFFF)) * _FACTOR) >> np.uint32(32 - _BITS)
    return hashed


def _keys(words: Iterable[Words], shapes: Ints) -> Words:
    """Mix how texts begin, word by word, with their shapes."""
    keys = shapes.astype(np.uint64)
    for word in words:
        keys = (keys ^ word) * _MIXER
        keys ^= keys >> np.uint64(32)
    return keys


def _top(keys: Words) -> Words:
    top: Words = keys & np.uint64((1 << _BITS) - 1)
    return top


def _ranges(first: Ints, many: Ints) -> Ints:
    """Return ``many`` numbers from ``first`` on, for each pair of them, one behind another."""
    ends = np.cumsum(many)
    return np.repeat(first - (ends - many), many) + np.arange(ends[-1] if ends.size else 0)


def _masks(length: int) -> tuple[int, ...]:
    """Return what counts of the first words of a text of that length."""
    many = (min(max(length - begin, 0), _WORD) for begin in range(0, _WORD * _WORDS, _WORD))
    return tuple((1 << (8 * each)) - 1 for each in many)


def _text(text: str, rule: int) -> _Text:
    raw = bytes(byte | 0x20 for byte in text.encode())
    at = max(range(len(raw) - 2), key=lambda start: sum(_RARITY.get(byte, 9) for byte in raw[start : start + 3]))
    parts = [raw[start : start + _WORD] for start in range(0, _WORD * _WORDS, _WORD)]
    gram = _hash(np.array([int.from_bytes(raw[at : at + 3], "little")], dtype=np.uint32))
    return _Text(
        gram=int(gram[0]),
        before=at,
        length=len(raw) if len(raw) <= _WORD else min(len(raw), _WORD * _WORDS) // _STEP * _STEP,
        words=tuple(int.from_bytes(part, "little") for part in parts),
        masks=_masks(len(raw)),
        rule=rule,
    )


def sieves(needs: Mapping[int, Needed]) -> dict[str, TextPrefilter]:
    """Return a sieve for every column some rule needs a text in."""
    by_column: dict[str, list[tuple[str, int]]] = {}
    for rule, pairs in needs.items():
        for column, text in sorted(pairs):
            by_column.setdefault(column, []).append((text, rule))
    return {column: TextPrefilter(texts) for column, texts in by_column.items()}
