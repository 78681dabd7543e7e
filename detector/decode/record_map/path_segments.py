"""Paths of requests in their one spelling, cut at slashes, for all routes of the record map at once.

Comes in: the column ``url.path``. Goes out: where each segment lies. Only paths with more than one spelling are looked
at one by one (``normalize_path``).
"""

from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from detector.decode.columns.frame_ops import index
from detector.decode.columns.text_bytes import Mask, Places, TextBytes, word
from detector.decode.parse_result import Rows
from detector.decode.record_map.normalize_path import normalised

_SLASH, _DOT = b"/."
_SPECIAL = b"%;\\"
_REMEMBERED = 256
_BETWEEN = b",|"
"""What may stand between the ids of a list; ``;`` is one of these in the one spelling of a path."""
_NO_ROWS: Rows = np.empty(0, np.int64)
_API, _API_SIZE = word("/api/"), len("/api/")
_API_MASK = np.uint64((1 << 8 * _API_SIZE) - 1)


class Segments:
    """Paths, and where their segments lie.

    Attributes:
        laid: The bytes of the paths in their one spelling, those with another one last.
        rooted: Which of them begin with a slash.
        api: Which of them are those of an API as they were sent.
    """

    def __init__(self, paths: pl.Series) -> None:
        laid = TextBytes(paths)
        self.api: Mask = (laid.words(laid.starts) & _API_MASK) == _API
        self.api &= laid.stops - laid.starts >= _API_SIZE
        slashes = laid.where(_SLASH)
        odd = _odd(laid, slashes)
        first = np.searchsorted(slashes, laid.starts)
        count = np.append(first[1:], len(slashes)) - first
        if len(odd):
            spelt = [_one_spelling(path or "") for path in paths[index(odd)].to_list()]
            other = TextBytes(pl.Series("", spelt, dtype=pl.String()))
            more = other.where(_SLASH)
            at = np.searchsorted(more, other.starts)
            first[odd], count[odd] = at + len(slashes), np.diff(at, append=len(more))
            slashes = np.concatenate([slashes, more + laid.end])
            laid = laid.followed_by(other, odd)
        self.laid = laid
        self.rooted: Mask = (laid.codes[laid.starts] == _SLASH) & (count > 0)
        self._first, self._count = first, count
        self._slashes = np.append(slashes, laid.end)
        self._edges: dict[int, Places] = {}

    def texts(self, rows: Rows) -> pl.Series:
        """Return some of the paths."""
        return self.laid.texts(self.laid.starts[rows], self.laid.stops[rows])

    @cached_property
    def listing(self) -> Mask:
        """Which paths may hold a list of ids."""
        found = np.zeros(len(self.laid), np.bool_)
        text = self.laid.codes.tobytes()  # to look for a byte in it costs less than to compare each
        for between in _BETWEEN:
            if between in text:
                found[self.laid.holding(self.laid.where(between))] = True
        return found

    def has(self, number: int) -> Mask:
        """Say which paths have as many segments; the empty one of ``/`` counts."""
        has: Mask = self._count >= number
        return has

    def place(self, number: int) -> tuple[Places, Places]:
        """Return where segment ``number``, the first being 1, begins and ends in the paths that have it."""
        return self._edge(number - 1) + 1, self._edge(number)

    def _edge(self, number: int) -> Places:
        if number not in self._edges:
            at = np.minimum(self._first + number, len(self._slashes) - 1)
            self._edges[number] = np.where(self._count > number, self._slashes[at], self.laid.stops)
        return self._edges[number]


def _odd(laid: TextBytes, slashes: Places) -> Rows:
    """Return which paths have more than one spelling, and perhaps some that have not (see ``paths.SPECIAL``)."""
    behind = laid.codes[slashes + 1]
    next_to = slashes[(behind == _SLASH) | (behind == _DOT)] + 1
    found = [laid.holding(places) for places in map(laid.where, _SPECIAL) if len(places)]
    if len(next_to):
        rows = np.searchsorted(laid.starts, next_to, "right") - 1
        found.append(rows[(next_to > laid.starts[rows]) & (next_to < laid.stops[rows])])
    ending = (laid.codes[laid.stops - 1] == _SLASH) & (laid.stops - laid.starts > 1)
    if ending.any():
        found.append(np.flatnonzero(ending))
    return np.unique(np.concatenate(found)) if found else _NO_ROWS


@lru_cache(maxsize=4096)
def _remembered(path: str) -> str:
    return normalised(path)


def _one_spelling(path: str) -> str:
    return _remembered(path) if len(path) <= _REMEMBERED else normalised(path)
