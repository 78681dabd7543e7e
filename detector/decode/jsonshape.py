"""The shape lines of one program share: the text between their values, which is the same in every line.

Comes in: lines. Goes out: shapes met often, and for each the lines that have it to the byte, with the places of their
values. A shape is learnt from a line that was decoded as JSON; a line that has the same text between its values, no
escape and no control character is the same JSON with other values, and needs no decoding. Only objects of texts and
whole numbers have a shape here: flat, no key twice. Every other line is left for the careful way.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from detector.decode.columns import index
from detector.decode.figures import numbers
from detector.decode.jsonfields import object_of
from detector.decode.laid import Laid, Mask, Places
from detector.decode.parsed import Rows

_QUOTE, _BACKSLASH, _ZERO = b'"\\0'
_BLANK = 32
_WIDEST = 40
_SPREAD = np.arange(12) * 0.6180339887498949 % 1
"""Where in a batch the lines of a sample stand: everywhere, and in step with no turn of shapes in the log."""
_OFTEN = 2
"""A shape that fewer lines of the sample have costs more than it saves."""
_MOST = 4
_KEYS = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """What lines of one shape have in common.

    Attributes:
        keys: The keys, in order.
        whole: For each whether its value is a whole number, else it is a text.
        fixed: The text before each value, and the one behind the last.
    """

    keys: tuple[str, ...]
    whole: tuple[bool, ...]
    fixed: tuple[bytes, ...]

    @property
    def quotes(self) -> int:
        """How many quotes a line of this shape has."""
        return sum(text.count(b'"') for text in self.fixed)


@dataclass(frozen=True, slots=True)
class Values:
    """The values of lines of one shape, as places in their bytes.

    Attributes:
        shape: Their shape.
        laid: The bytes.
        rows: Which lines they are.
        starts: Where values begin, one row a key.
        stops: Where they end.
    """

    shape: Shape
    laid: Laid
    rows: Rows
    starts: Places
    stops: Places


def shape_of(line: str) -> Shape | None:
    """Return the shape of a line; None for a line whose shape says too little about it."""
    odd = not line.startswith("{") or any(one in line for one in "\\\t\r\n")
    item = None if odd else object_of(line)
    if not item or len(item) > _KEYS or not {*map(type, item.values())} <= {str, int}:
        return None
    whole = tuple(type(value) is int for value in item.values())
    pieces = line.split('"')
    if len(pieces) != 1 + 2 * len(item) + 2 * whole.count(False):
        return None  # a key stands there twice
    fixed, before, at = [], pieces[0], 1
    for value in item.values():
        before = f'{before}"{pieces[at]}"{pieces[at + 1]}'
        if type(value) is str:
            fixed.append(f'{before}"')
            before, at = f'"{pieces[at + 3]}', at + 4
        else:
            head, digits, before = before.rpartition(str(value))
            if not digits or not head.endswith((":", " ")) or value < 0:
                return None
            fixed.append(head)
            at += 2
    return Shape(tuple(item), whole, tuple(text.encode() for text in (*fixed, before)))


def shapes(lines: pl.Series) -> list[Shape]:
    """Return the shapes that many of ``lines`` have, told from a few of them; none where most lines have none."""
    some = (_SPREAD * len(lines)).astype(np.int64)
    found = Counter(map(shape_of, lines[index(some)].to_list()))
    often = [(one, count) for one, count in found.most_common(_MOST) if one is not None and count >= _OFTEN]
    known = sum(count for _, count in often)
    return [one for one, _ in often] if 4 * known >= 3 * found.total() else []


def matching(laid: Laid, among: Sequence[Shape]) -> list[Values]:
    """Return the values of the lines that have one of the shapes, no line twice."""
    quotes = laid.where(_QUOTE)
    plain = _plain(laid)
    made = []
    for shape in among:
        values = _Match(laid, shape, quotes, plain).values()
        if len(values.rows):
            made.append(values)
    return made


def _plain(laid: Laid) -> Mask | None:
    """Say which lines hold neither a backslash nor a control character; None when all are such."""
    codes = laid.codes[: laid.end]
    odd = np.flatnonzero((codes == _BACKSLASH) | (codes < _BLANK))
    rows = laid.holding(odd)
    if not len(rows):
        return None
    good = np.ones(len(laid), np.bool_)
    good[rows] = False
    return good


class _Match:
    """Lines that have as many quotes as those of a shape, and what is found out about them step by step."""

    def __init__(self, laid: Laid, shape: Shape, quotes: Places, plain: Mask | None) -> None:
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
        for at in np.flatnonzero(self.shape.whole):
            self._keep(self._whole(self.starts[at], self.stops[at]))
        return Values(self.shape, self.laid, self.rows, self.starts, self.stops)

    def _places(self, grid: Places) -> None:
        """Find where values would be: a text between two quotes, a number between the fixed texts around it."""
        fixed, seen, before = self.shape.fixed, 0, self.begin
        for at, whole in enumerate(self.shape.whole):
            seen += fixed[at].count(_QUOTE)
            if not whole:
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
        good &= (self.starts[1:] - self.stops[:-1] == sizes[1:-1, None]).all(axis=0)
        good &= (self.stops >= self.starts).all(axis=0)
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

    def _whole(self, starts: Places, stops: Places) -> Mask:
        """Say which numbers are whole as JSON writes them, and not too long."""
        _, good = numbers(self.laid, starts, stops)
        good &= (self.laid.codes[starts] != _ZERO) | (stops == starts + 1)
        return good

    def _keep(self, good: Mask) -> None:
        if not good.all():
            self.rows, self.begin, self.end = self.rows[good], self.begin[good], self.end[good]
            self.starts, self.stops = self.starts[:, good], self.stops[:, good]
