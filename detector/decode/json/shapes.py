"""The shape lines of one program share: the text between their values, which is the same in every line.

Comes in: lines. Goes out: shapes met often. A shape is learnt from a line that was decoded as JSON; a line that has the
same text between its values, no escape and no control character is the same JSON with other values, and needs no
decoding (``shape_match``). Only objects of texts, numbers, truths and nulls have a shape here, and objects of such
objects: no list, no key twice. Every other line is left for the careful way.

    line     {"user": "ann", "ms": 12}
    fixed    {"user": "     "ms":    }     three texts: before each value, and behind the last
    keys     user            ms            quoted: True, False

Invariant: a line with a shape is read to the objects ``json_lines`` would decode. ``shape_match`` finds its lines,
``scalars`` reads values without quotes, ``shape_columns`` makes columns, ``merge`` puts them beside decoded lines.

Without shapes a replay takes 1.8 microseconds a flat line more (7 % of its CPU at 20,000 lines a batch, 3 % at 1,000),
and 8.4 where lines hold objects, numbers and nulls (29 %; 8 %).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import index
from detector.decode.json.lookup import flat, object_of

_SPREAD = np.arange(12) * 0.6180339887498949 % 1
"""Where in a batch the lines of a sample stand: everywhere, and in step with no turn of shapes in the log."""
_OFTEN = 2
"""A shape that fewer lines of the sample have costs more than it saves."""
_MOST = 4
_KEYS = 64
_TOKEN = re.compile(r'"([^"]*)"|([{}])|([^\s"{}\[\],:]+)')
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Shape:
    """What lines of one shape have in common.

    Attributes:
        keys: The keys, in order; those of an object within the object with dots.
        quoted: For each whether its value is a text, else it is a number, a truth or null.
        fixed: The text before each value, and the one behind the last.
    """

    keys: tuple[str, ...]
    quoted: tuple[bool, ...]
    fixed: tuple[bytes, ...]

    @property
    def quotes(self) -> int:
        """How many quotes a line of this shape has."""
        return sum(text.count(b'"') for text in self.fixed)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a line: its key, where it stands, and whether it is a text."""

    key: str
    start: int
    stop: int
    quoted: bool


def shape_of(line: str) -> Shape | None:
    """Return the shape of a line; None for a line whose shape says too little about it."""
    odd = not line.startswith("{") or any(one in line for one in "\\\t\r\n")
    item = None if odd else object_of(line)
    if not item:
        return None
    values = list(_values(line))
    keys = tuple(one.key for one in values)
    if not values or len(values) > _KEYS or len({*keys}) < len(keys):
        return None
    if {one.key: _read(line, one) for one in values} != flat(item):
        return None  # a list, or an object twice
    edges = [0, *(edge for one in values for edge in (one.start, one.stop)), len(line)]
    fixed = tuple(line[begin:end].encode() for begin, end in zip(edges[::2], edges[1::2], strict=True))
    return Shape(keys, tuple(one.quoted for one in values), fixed)


def _values(line: str) -> Iterator[_Value]:
    """Give the values of a line that is an object of objects and plain values, without escapes."""
    around: list[str] = []
    prefix, key = "", None
    for token in _TOKEN.finditer(line):
        if token[2] == "{":
            around.append(prefix)
            prefix, key = "" if key is None else f"{key}.", None
        elif token[2]:
            prefix = around.pop()
        elif key is None:
            key = f"{prefix}{token[1]}"
        else:
            quoted = token[1] is not None
            yield _Value(key, token.start(1 if quoted else 3), token.end(1 if quoted else 3), quoted)
            key = None


def _read(line: str, value: _Value) -> object:
    text = line[value.start : value.stop]
    return text if value.quoted else _decode(text)


def shapes(lines: pl.Series) -> list[Shape]:
    """Return the shapes that many of ``lines`` have, told from a few of them; none where most lines have none."""
    some = (_SPREAD * len(lines)).astype(np.int64)
    found = Counter(map(shape_of, lines[index(some)].to_list()))
    often = [(one, count) for one, count in found.most_common(_MOST) if one is not None and count >= _OFTEN]
    known = sum(count for _, count in often)
    return [one for one, _ in often] if 4 * known >= 3 * found.total() else []
