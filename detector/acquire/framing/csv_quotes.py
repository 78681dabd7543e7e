"""CSV: a record ends with a line end outside double quotes.

Comes in: bytes. Goes out: records, line ends within quotes kept. A quote that nobody closed (a crash in the middle of a
record) shows at once, because every quote behind it then opens where it should close: a closing quote followed by a
letter or a digit is none that a writer of CSV leaves. What was begun is then a reject up to the line where it showed,
and that line is looked at anew. Text within quotes, whatever it looks like, never begins a record.
"""

import numpy as np
import numpy.typing as npt

from detector.acquire.framing.base import QUOTE, Chunk, Ending, Found, LineFed
from detector.schema.events.framing import Framing
from detector.schema.events.lines import RejectReason

_WORD = np.zeros(256, np.bool_)
_WORD[[*b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", *range(128, 256)]] = True

Bools = npt.NDArray[np.bool_]


def word_follows(codes: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]) -> Bools:
    """Tell at which places a letter or a digit comes next."""
    behind: Bools = _WORD[codes[np.minimum(places + 1, len(codes) - 1)]] & (places + 1 < len(codes))
    return behind


class QuoteScanner(LineFed):
    """Follows quotes from line to line."""

    def __init__(self, framing: Framing, base: int) -> None:
        super().__init__(framing, base)
        self._open = base
        self._line = base
        self._inside = False
        self._broken = False

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        chunk = self.chunk(data, ending, unsplit=b'"')
        found = Found()
        if len(chunk.starts):
            odd, outside, inside = _quotes(chunk)
            if not self._inside and not self._broken and not chunk.part and not odd.any() and not outside.any():
                self._plain(chunk, found)
            else:
                self._careful(chunk, found, odd.tolist(), outside.tolist(), inside.tolist())
        if ending is Ending.FINAL and self._open < self.consumed:
            found.add(self._open, self.consumed, self.consumed, RejectReason.MALFORMED)
            self._open = self.consumed
        self.settled = self._open
        return found

    def _plain(self, chunk: Chunk, found: Found) -> None:
        """Every line is a record."""
        ends: list[int] = (chunk.ends + chunk.base).tolist()
        found.starts += [self._open, *ends[:-1]]
        found.stops += ends
        found.ends += ends
        self._open = self._line = ends[-1]

    def _careful(self, chunk: Chunk, found: Found, odd: list[bool], outside: list[bool], inside: list[bool]) -> None:
        last = len(odd) - 1
        for row, end in enumerate((chunk.ends + chunk.base).tolist()):
            broken = self._broken or (inside if self._inside else outside)[row]
            if broken and self._open < self._line and end - self._line <= self._looked_at:
                found.add(self._open, self._line, self._line, RejectReason.MALFORMED)
                self._open, self._inside = self._line, False
                broken = outside[row]
            self._inside ^= odd[row]
            if chunk.part and row == last:
                self._broken = broken
                return
            self._line = end
            if broken or not self._inside:
                found.add(self._open, end, end, RejectReason.MALFORMED if broken else None)
                self._open, self._inside = end, False
            self._broken = False


def _quotes(chunk: Chunk) -> tuple[Bools, Bools, Bools]:
    """Tell for each line whether its quotes are odd, and whether they are broken if it begins outside or inside."""
    codes = np.frombuffer(chunk.data, np.uint8)
    places = np.flatnonzero(codes == QUOTE)
    if not len(places):
        none = np.zeros(len(chunk.starts), np.bool_)
        return none, none, none
    first = np.searchsorted(places, chunk.starts)
    counts = np.searchsorted(places, chunk.ends) - first
    lines = np.repeat(np.arange(len(counts)), counts)
    nth_odd = (np.arange(len(places)) - first[lines]) % 2 == 1
    bad = word_follows(codes, places)
    height = len(counts)
    return counts % 2 == 1, _any(lines[bad & nth_odd], height), _any(lines[bad & ~nth_odd], height)


def _any(lines: npt.NDArray[np.int64], height: int) -> Bools:
    told = np.zeros(height, np.bool_)
    told[lines] = True
    return told
