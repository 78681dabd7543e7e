"""Texts as places in bytes: where each begins and ends, where a byte occurs in it, and columns made of such places.

Comes in: a column of text. Goes out: its bytes for numpy, and columns of pieces of it, which copy no text: an Arrow
string view says where a piece lies. That does in a few passes over a batch what a query engine plans and does column
by column. It knows no format.

Pieces must be cut at ASCII characters: nobody looks at the UTF-8 again.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

_INLINE = 12
_PAD = 40
_VIEW = 16
"""Bytes of a string view: length, first four bytes, and the next eight or the place."""
_AHEAD = 4
_BITS = 64
_BLOCK = 8192
"""Pieces made at a time: what is between two steps stays in the processor's cache."""
_NEWEST = pl.CompatLevel.newest()
_ALL = (1 << 64) - 1
_HIGH_HALF = np.uint64(32)
_ONES, _TOPS = np.uint64(_ALL // 255), np.uint64(_ALL // 255 << 7)
_ONE = np.uint64(1)
_FIRST_FOUR = np.uint64(_ALL ^ ((1 << 32) - 1))
# By length, 13 standing for all that are longer than what a view holds itself: which bytes of the text belong to it.
# Kept as complex numbers, because numpy copies the sixteen bytes of one at once.
_OWN = np.array(
    [(((1 << 8 * min(size, 4)) - 1) << 32, (1 << 8 * min(max(size - 4, 0), 8)) - 1) for size in range(_INLINE + 2)],
    np.uint64,
).view(np.complex128)[:, 0]
_FIRST = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
_LAST = np.array([_ALL ^ ((1 << 8 * (8 - size)) - 1) for size in range(9)], np.uint64)


class StringViews:
    """Texts laid out in bytes, null as an empty one.

    Args:
        texts: The texts.
        apart: Lay them one behind the other, with nothing in between, wherever they are.
        sparse: Leave them where they are even if much lies between them: nobody will look through all bytes.

    Attributes:
        codes: The bytes, and some more behind the last text so that reading a word there is safe.
        starts: Where each text begins.
        stops: Where it ends.
        end: Behind the last text.
    """

    def __init__(self, texts: pl.Series, *, apart: bool = False, sparse: bool = False) -> None:
        if apart or not self._in_place(texts, sparse=sparse):
            self._copied(texts)
        self._finish()

    def _finish(self) -> None:
        self._words: Words = np.ndarray((len(self.codes) - 7,), np.uint64, self.codes.data, 0, (1,))
        self.end = len(self.codes) - _PAD

    def __len__(self) -> int:
        return len(self.starts)

    def _in_place(self, texts: pl.Series, *, sparse: bool) -> bool:
        """Take the bytes where they are, when all texts lie in one buffer in their order, with little in between."""
        array: pa.Array = texts.to_arrow(compat_level=_NEWEST)
        if not len(array) or array.null_count:
            return False
        buffers = array.buffers()
        views = np.frombuffer(buffers[1], np.int32).reshape(-1, 4)[array.offset : array.offset + len(array)]
        lengths = views[:, 0].astype(np.int64)
        if lengths.min() <= _INLINE or (views[:, 2] != views[0, 2]).any():
            return False
        starts = views[:, 3].astype(np.int64)
        stops = starts + lengths
        first, last = int(starts[0]), int(stops[-1])
        if (starts[1:] < stops[:-1]).any() or (not sparse and last - first > 2 * int(lengths.sum())):
            return False
        self._buffer, self._base = buffers[2 + int(views[0, 2])], first
        self.starts, self.stops = starts - first, stops - first
        codes = np.frombuffer(self._buffer, np.uint8)
        self.codes = codes[first : last + _PAD] if last + _PAD <= len(codes) else _padded(codes[first:last])
        return True

    def _copied(self, texts: pl.Series) -> None:
        array = texts.to_arrow()
        _, places, data = array.buffers()
        offsets = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
        first, last = int(offsets[0]), int(offsets[-1])
        self.codes = _padded(np.frombuffer(data, np.uint8)[first:last] if last > first else np.empty(0, np.uint8))
        self._buffer, self._base = pa.py_buffer(self.codes), 0
        self.starts, self.stops = offsets[:-1] - first, offsets[1:] - first

    def followed_by(self, other: "StringViews", rows: Places) -> "StringViews":
        """Return these texts, those at ``rows`` replaced by ``other``, whose bytes come behind these."""
        made = StringViews.__new__(StringViews)
        made.codes = np.concatenate([self.codes[: self.end], other.codes])
        made._buffer, made._base = pa.py_buffer(made.codes), 0
        made.starts, made.stops = self.starts.copy(), self.stops.copy()
        made.starts[rows], made.stops[rows] = other.starts + self.end, other.stops + self.end
        made._finish()
        return made

    def where(self, code: int) -> Places:
        """Return every place of one byte, in texts and between them."""
        return np.flatnonzero(self.codes[: self.end] == code)

    def exactly(self, found: Places, count: int) -> tuple[Places, Places | None]:
        """Return the places in texts that have exactly ``count`` of them, one row each, and which texts those are.

        None stands for all texts.
        """
        height = len(self.starts)
        if len(found) == count * height:
            grid = found.reshape(height, count).T
            if (grid[0] >= self.starts).all() and (grid[-1] < self.stops).all():
                return grid, None
        first = np.searchsorted(found, self.starts)
        rows = np.flatnonzero(np.searchsorted(found, self.stops) - first == count)
        return found[first[rows] + np.arange(count)[:, None]], rows

    def holding(self, found: Places) -> Places:
        """Return which texts hold at least one of the places, which may lie between texts too."""
        rows = np.searchsorted(self.starts, found, "right") - 1
        return np.unique(rows[(rows >= 0) & (found < self.stops[rows])])

    def find(self, code: int, starts: Places, stops: Places, steps: int) -> Places:
        """Return the first place of a byte in each piece; where there is none its end, or -1 when it is too long.

        Eight bytes are looked at in a step; after ``steps`` of them a piece is too long.
        """
        places, again = self._step(code, starts, stops)
        for step in range(1, steps):
            if not len(again):
                return places
            places[again], more = self._step(code, starts[again] + 8 * step, stops[again])
            again = again[more]
        places[again] = -1
        return places

    def _step(self, code: int, starts: Places, stops: Places) -> tuple[Places, Places]:
        """Look at eight bytes of each piece; the second answer says which pieces have more and the byte not yet."""
        words = self._words[starts] ^ (_ONES * np.uint64(code))
        marks = (words - _ONES) & ~words & _TOPS  # the lowest bit that is set is that of the first such byte
        before = lowest(marks) >> 3
        places = starts + before
        again = np.flatnonzero((before == 8) & (places < stops))
        return np.minimum(places, stops), again

    def bits(self, code: int, places: Places) -> Words:
        """Return for each place which of the 64 bytes from there on are a certain byte, the lowest bit for the first.

        The bytes must be there: a text that begins 24 bytes or more before the last one's end has them.
        """
        same = self._windows(_BITS)[places].view(np.uint8) == code
        return np.packbits(same, bitorder="little").view(np.uint64)

    def rows(self, places: Places, width: int) -> Words:
        """Return ``width`` bytes from each place on, at most 40, as a row of words of eight bytes.

        One such row costs no more than one word does: what numpy pays for is that a place is odd.
        """
        return self._windows(width)[places].view(np.uint64).reshape(-1, width // 8)

    def _windows(self, width: int) -> npt.NDArray[np.void]:
        return np.ndarray((max(len(self.codes) - width + 1, 0),), f"V{width}", self.codes.data, 0, (1,))

    def words(self, places: Places) -> Words:
        """Return the eight bytes from each place on as numbers."""
        words: Words = self._words[places]
        return words

    def first_words(self, starts: Places, lengths: Places) -> Words:
        """Return up to eight first bytes of pieces as numbers; what lies behind a piece is zero."""
        words: Words = self._words[starts] & _FIRST[np.minimum(lengths, 8)]
        return words

    def last_words(self, stops: Places, lengths: Places, fill: int = 0) -> Words:
        """Return up to eight last bytes of pieces as numbers; a shorter piece has bytes of ``fill`` before it."""
        keep = _LAST[np.minimum(lengths, 8)]
        at = stops - 8
        if len(at) and at.min() < 0:
            words = self._words[np.maximum(at, 0)] << (np.maximum(-at, 0) * 8).astype(np.uint64)
        else:
            words = self._words[at]
        return (words & keep) | (np.uint64(fill * (_ALL // 255)) & ~keep)

    def texts(self, starts: Places, stops: Places) -> pl.Series:
        """Return pieces as one column without a name."""
        (column,) = self.columns([("", starts, stops)])
        return column

    def columns(self, pieces: Sequence[tuple[str, Places, Places]], valid: Mask | None = None) -> list[pl.Series]:
        """Return columns of pieces.

        Args:
            pieces: For each column its name, where its pieces begin, and where they end.
            valid: False where a piece is null; one row a column.
        """
        height = len(pieces[0][1])
        column = pl.Series(self._laid_over([one[1:] for one in pieces], valid))
        return [column.slice(at * height, height).alias(one[0]) for at, one in enumerate(pieces)]

    def array(self, starts: Places, stops: Places) -> pa.Array:
        """Return pieces as Arrow holds them."""
        return self._laid_over([(starts, stops)], None)

    def _laid_over(self, pieces: Sequence[tuple[Places, Places]], valid: Mask | None) -> pa.Array:
        height = len(pieces[0][0])
        views = np.empty((len(pieces) * height, 2), np.uint64)
        many = max(_BLOCK // max(height, 1), 1)
        for first in range(0, len(pieces), many):
            some = pieces[first : first + many]
            starts, stops = _joined([one[0] for one in some]), _joined([one[1] for one in some])
            made = views[first * height :]
            for at in range(0, len(starts), _BLOCK):
                block = slice(at, min(at + _BLOCK, len(starts)))
                self._view(starts[block], stops[block], made[block])
        known = None if valid is None else pa.py_buffer(np.packbits(valid.ravel(), bitorder="little"))
        return pa.Array.from_buffers(pa.string_view(), len(views), [known, pa.py_buffer(views), self._buffer])

    def _view(self, starts: Places, stops: Places, views: Words) -> None:
        """Write what Arrow wants to know of pieces: length and first bytes, then the next bytes or the place.

        All of a view is copied in one go, beginning where its first bytes fall into place; what lies before them is
        overwritten by the length.
        """
        sizes, ahead = stops - starts, starts - _AHEAD
        views[:] = self._windows(_VIEW)[ahead].view(np.uint64).reshape(-1, 2)
        if ahead.min() < 0:
            early = np.flatnonzero(ahead < 0)
            views[early, 0] = self._words[starts[early]] << _HIGH_HALF
            views[early, 1] = self._words[starts[early] + _AHEAD]
        long = sizes > _INLINE
        if long.all():
            views[:, 0] &= _FIRST_FOUR
        else:
            views &= _OWN[np.minimum(sizes, _INLINE + 1)].view(np.uint64).reshape(-1, 2)
        views[:, 0] |= sizes.view(np.uint64)
        np.copyto(views[:, 1], (starts + self._base).view(np.uint64) << _HIGH_HALF, where=long)


def _joined(places: list[Places]) -> Places:
    return places[0] if len(places) == 1 else np.concatenate(places)


def _padded(codes: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    made = np.zeros(len(codes) + _PAD, np.uint8)
    made[: len(codes)] = codes
    return made


def lowest(bits: Words) -> npt.NDArray[np.uint8]:
    """Return the number of the lowest bit that is set, 64 where none is."""
    return np.bitwise_count((bits & (~bits + _ONE)) - _ONE)


_EACH = np.uint64(0x0101010101010101)
_SEVEN, _HIGH = _EACH * np.uint64(0x7F), _EACH * np.uint64(0x80)
_FROM_A, _BEHIND_Z = _EACH * np.uint64(0x80 - ord("A")), _EACH * np.uint64(0x7F - ord("Z"))


def in_small_letters(words: Words) -> Words:
    """Return words of eight bytes with the capitals of ASCII as small letters, all eight at once."""
    low = words & _SEVEN
    # The highest bit of each byte: it is an A or more, and no more than a Z. No byte carries over into the next.
    capitals = ((low + _FROM_A) ^ (low + _BEHIND_Z)) & ~words & _HIGH
    small: Words = words | (capitals >> np.uint64(2))
    return small


def word(text: str | bytes) -> np.uint64:
    """Return a text of up to eight bytes as ``first_words`` gives it."""
    raw = text.encode() if isinstance(text, str) else text
    return np.uint64(int.from_bytes(raw, "little"))
