"""Lines of a known shape, found by comparing bytes, and the places of their values.

Comes in: lines and shapes. Goes out: for each shape the lines that have it to the byte. All that stands between the
values is compared; texts hold no quote, no escape and no control character; what stands without quotes is read
(``scalars``). Every other line is left for the careful way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from detector.decode.columns.text_bytes import Mask, Places, TextBytes
from detector.decode.json import scalars
from detector.decode.json.scalars import BAD, Bare
from detector.decode.json.shapes import Shape
from detector.decode.parse_result import Rows

_QUOTE, _BACKSLASH = b'"\\'
_BLANK = 32
_WIDEST = 40


@dataclass(frozen=True, slots=True)
class Values:
    """The values of lines of one shape, as places in their bytes.

    Attributes:
        shape: Their shape.
        laid: The bytes.
        rows: Which lines they are.
        starts: Where values begin, one row a key.
        stops: Where they end.
        bare: By place of the key, the values that are no texts.
    """

    shape: Shape
    laid: TextBytes
    rows: Rows
    starts: Places
    stops: Places
    bare: Mapping[int, Bare]

    def kept(self, places: Rows | Mask) -> "Values":
        """Return those of some of the lines."""
        bare = {at: one.kept(places) for at, one in self.bare.items()}
        rows, starts, stops = self.rows[places], self.starts[:, places], self.stops[:, places]
        return Values(self.shape, self.laid, rows, starts, stops, bare)


def matching(laid: TextBytes, among: Sequence[Shape]) -> list[Values]:
    """Return the values of the lines that have one of the shapes, no line twice."""
    quotes = laid.where(_QUOTE)
    plain = _plain(laid)
    made = []
    for shape in among:
        values = _Match(laid, shape, quotes, plain).values()
        if len(values.rows):
            made.append(values)
    return made


def _plain(laid: TextBytes) -> Mask | None:
    """Say which lines hold neither a backslash nor a control character; None when all are such."""
    codes = laid.codes[: laid.end]
    odd = np.flatnonzero((codes == _BACKSLASH) | (codes < _BLANK))
    if not len(odd):
        return None
    good = np.ones(len(laid), np.bool_)
    good[laid.holding(odd)] = False
    return good


class _Match:
    """Lines that have as many quotes as those of a shape, and what is found out about them step by step."""

    def __init__(self, laid: TextBytes, shape: Shape, quotes: Places, plain: Mask | None) -> None:
        self.laid, self.shape = laid, shape
        grid, rows = laid.exactly(quotes, shape.quotes)
        self.rows: Rows = np.arange(len(laid)) if rows is None else rows
        if plain is not None:
            good = plain[self.rows]
            self.rows, grid = self.rows[good], grid[:, good]
        self.begin, self.end = laid.starts[self.rows], laid.stops[self.rows]
        self.starts = np.empty((len(shape.keys), len(self.rows)), np.int64)
        self.stops = np.empty_like(self.starts)
        self._places(grid)

    def values(self) -> Values:
        """Return the values of the lines that have the shape."""
        self._keep(self._sized())
        self._keep(self._same())
        bare = {
            at: scalars.read(self.laid, self.starts[at], self.stops[at])
            for at, quoted in enumerate(self.shape.quoted)
            if not quoted
        }
        found = Values(self.shape, self.laid, self.rows, self.starts, self.stops, bare)
        bad = [one.kinds == BAD for one in bare.values() if not one.plain]
        good = ~np.any(bad, axis=0) if bad else np.ones(1, np.bool_)
        return found if good.all() else found.kept(good)

    def _places(self, grid: Places) -> None:
        """Find where values would be: a text between two quotes, another one between the fixed texts around it."""
        fixed, seen, before = self.shape.fixed, 0, self.begin
        for at, quoted in enumerate(self.shape.quoted):
            seen += fixed[at].count(_QUOTE)
            if quoted:
                np.add(grid[seen - 1], 1, out=self.starts[at])
                self.stops[at] = grid[seen]
            else:
                np.add(before, len(fixed[at]), out=self.starts[at])
                ahead = fixed[at + 1].find(_QUOTE)
                self.stops[at] = self.end - len(fixed[-1]) if ahead < 0 else grid[seen] - ahead
            before = self.stops[at]

    def _sized(self) -> Mask:
        """Say in which lines all values and the texts between them have a length that can be."""
        sizes = np.array([len(text) for text in self.shape.fixed])
        good: Mask = (self.starts[0] - self.begin == sizes[0]) & (self.end - self.stops[-1] == sizes[-1])
        for at, size in enumerate(sizes[1:-1].tolist()):
            good &= self.starts[at + 1] - self.stops[at] == size
        for begin, end in zip(self.starts, self.stops, strict=True):
            good &= end >= begin
        return good

    def _same(self) -> Mask:
        """Say in which lines all that stands between the values is what it should be."""
        other = np.zeros(len(self.rows), np.uint64)
        for text, begin in zip(self.shape.fixed, (self.begin, *self.stops), strict=True):
            for first in range(0, len(text), _WIDEST):
                piece = text[first : first + _WIDEST]
                width = -(-len(piece) // 8) * 8
                found = self.laid.rows(begin + first, width)
                wanted = np.frombuffer(piece.ljust(width, b"\0"), np.uint64)
                ours = np.frombuffer((b"\xff" * len(piece)).ljust(width, b"\0"), np.uint64)
                for at in range(width // 8):
                    other |= (found[:, at] ^ wanted[at]) & ours[at]
        same: Mask = other == 0
        return same

    def _keep(self, good: Mask) -> None:
        if not good.all():
            self.rows, self.begin, self.end = self.rows[good], self.begin[good], self.end[good]
            self.starts, self.stops = self.starts[:, good], self.stops[:, good]
