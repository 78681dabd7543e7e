"""Texts as bytes in one array of numpy, and as places in it: where each begins and where it ends.

Comes in: a column of text. Goes out: its bytes, the places of a byte, words of eight bytes, and columns of pieces. That
does in a few passes over a batch what a query engine plans and does column by column. It knows no format.

    texts    "GET /a"  "GET /bc"
    codes    G E T   / a G E T   / b c 0 0 0 ...   40 zeros behind, so that a word can be read everywhere
    starts   0           6
    stops                6             13

Invariant: text ``i`` is ``codes[starts[i]:stops[i]]``; texts follow one another without a gap, but for those that
``followed_by`` replaced. A piece is a text of its own: it must be cut at ASCII characters, because nobody looks at the
UTF-8 again.
"""

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from detector.arrow_buffers import as_type, from_arrow

Places = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

_PAD = 40
_LOOKED_AT = 1 << 17  # so many bytes are looked through at once: what is that small stays in a core's cache
_FAR = 30
_INLINE = 12
_BITS = 64
_ALL = (1 << 64) - 1
_ONES, _TOPS = np.uint64(_ALL // 255), np.uint64(_ALL // 255 << 7)
_ONE = np.uint64(1)
_FIRST = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)


class TextBytes:
    """Texts one behind the other, null as an empty one.

    Args:
        texts: The texts.

    Attributes:
        codes: The bytes, and some more behind the last text so that reading a word there is safe.
        starts: Where each text begins.
        stops: Where it ends.
        end: Behind the last text.
    """

    def __init__(self, texts: pl.Series) -> None:
        array = texts.to_arrow()
        _, places, data = array.buffers()
        offsets = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
        first, last = int(offsets[0]), int(offsets[-1])
        codes = np.zeros(last - first + _PAD, np.uint8)
        if last > first:
            codes[: last - first] = np.frombuffer(data, np.uint8)[first:last]
        self._set(codes, offsets[:-1] - first, offsets[1:] - first)

    def _set(self, codes: npt.NDArray[np.uint8], starts: Places, stops: Places) -> None:
        self.codes, self.starts, self.stops = codes, starts, stops
        self._words = _words_of(codes)
        self.end = len(codes) - _PAD

    def __len__(self) -> int:
        return len(self.starts)

    def followed_by(self, other: "TextBytes", rows: Places) -> "TextBytes":
        """Return these texts, those at ``rows`` replaced by ``other``, whose bytes come behind these."""
        starts, stops = self.starts.copy(), self.stops.copy()
        starts[rows], stops[rows] = other.starts + self.end, other.stops + self.end
        made = TextBytes.__new__(TextBytes)
        made._set(np.concatenate([self.codes[: self.end], other.codes]), starts, stops)
        return made

    def where(self, code: int) -> Places:
        """Return every place of one byte."""
        codes, begins = self.codes[: self.end], range(0, max(self.end, 1), _LOOKED_AT)
        return np.concatenate([np.flatnonzero(codes[at : at + _LOOKED_AT] == code) + at for at in begins])

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
        """Return which texts hold at least one of the places."""
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

    def texts(self, starts: Places, stops: Places, valid: Mask | None = None) -> pl.Series:
        """Return pieces as a column without a name, null where ``valid`` is false."""
        known = None if valid is None else np.packbits(valid, bitorder="little")
        return from_arrow("", copied(self.codes, starts, np.maximum(stops - starts, 0), known))


def copied(
    codes: npt.NDArray[np.uint8],
    starts: Places,
    sizes: Places,
    known: npt.NDArray[np.uint8] | None = None,
    *,
    far: int = _FAR,
) -> pa.Array:
    """Return a copy of pieces as an array of text; Arrow copies what views of it show.

    A view is sixteen bytes: how many bytes the text has, and these themselves if there are no more than twelve, or its
    first four, the number of a buffer and a place in that. A place has 31 bits, so ``codes`` are shown as buffers that
    begin ``1 << far`` bytes apart.

    Args:
        codes: The bytes.
        starts: Where each piece begins; twelve bytes from there can be read.
        sizes: How many bytes it has.
        known: Bits that are clear where a text is null. None: none is.
        far: See above.
    """
    words = _words_of(codes)
    views = np.empty((len(starts), 2), np.uint64)
    views[:, 0] = sizes.view(np.uint64) | words[starts] << np.uint64(32)
    place = starts >> far | (starts & (1 << far) - 1) << 32
    views[:, 1] = np.where(sizes <= _INLINE, words[starts + 4], place.view(np.uint64))
    buffers = [pa.py_buffer(codes[at:]) for at in range(0, len(codes), 1 << far)]
    held = [None if known is None else pa.py_buffer(known), pa.py_buffer(views), *buffers]
    return as_type(pa.Array.from_buffers(pa.string_view(), len(starts), held), pa.large_string())


def _words_of(codes: npt.NDArray[np.uint8]) -> Words:
    """Return the eight bytes from each place on as a number, nothing copied."""
    return np.ndarray((len(codes) - 7,), np.uint64, codes.data, 0, (1,))


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
