"""The event log of 1C: a record stands in braces, text in double quotes, a quote within quotes is doubled.

Comes in: bytes. Goes out: records from brace to brace, line ends kept; each line outside of braces (the file begins
with two or three) as a record of its own, for the format to tell. A record that nobody closed shows by a line that
begins another (``Framing.start``) outside of quotes, or by a closing quote with a letter or digit behind it; it is a
reject up to the line where it shows, and that line is looked at anew. Text within quotes never begins a record.
"""

import numpy as np

from detector.acquire.framing.base import NEWLINE, QUOTE, Chunk, Ending, Found, LineFed, matches
from detector.acquire.framing.csv_quotes import word_follows
from detector.acquire.framing.text_columns import BOM, Ints
from detector.schema.events.framing import Framing
from detector.schema.events.lines import RejectReason

_OPEN, _CLOSE = 123, 125
_TOLD = np.zeros(256, np.bool_)
_TOLD[[_OPEN, _CLOSE, QUOTE, NEWLINE]] = True
_BETWEEN = b" \t\r\n,"


class BraceScanner(LineFed):
    """Follows braces and quotes."""

    def __init__(self, framing: Framing, base: int) -> None:
        super().__init__(framing, base)
        self._pattern = framing.start
        self._open = self._line = base
        self._depth = 0
        self._inside = self._skipping = False
        none = np.zeros(0, np.int64)
        self._chunk = Chunk(b"", base, none, none, False, False, b"", framing.looked_at)

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        found = Found()
        self._chunk = chunk = self.chunk(data, ending, unsplit=b'"')
        codes = np.frombuffer(chunk.data, np.uint8)
        places: Ints = np.flatnonzero(_TOLD[codes])
        events, kinds = (places + chunk.base).tolist(), codes[places].tolist()
        words = (word_follows(codes, places) & (codes[places] == QUOTE)).tolist()
        begins = self._begins(chunk)
        row = 0
        while row < len(events):
            at, kind = events[row], kinds[row]
            if self._depth == 0:
                self._outside(at, kind, found)
            elif self._shows_break(at, kind, words[row], begins):
                if self._give_up(at, found):
                    row = int(np.searchsorted(places, self._line - chunk.base))
                    continue
            else:
                self._within(at, kind, found)
            if kind == NEWLINE:
                self._line = at + 1
            row += 1
        self._rest(ending, found)
        return found

    def _outside(self, at: int, kind: int, found: Found) -> None:
        if kind == _OPEN and not self._skipping:
            self._between(at, at, found)
            self._open, self._depth, self._inside = at, 1, False
        elif kind == NEWLINE:
            if self._skipping:
                found.add(self._open, at, at + 1, RejectReason.MALFORMED)
                self._skipping = False
            else:
                self._between(at, at + 1, found)
            self.settled = at + 1

    def _within(self, at: int, kind: int, found: Found) -> None:
        if kind == QUOTE:
            self._inside = not self._inside
        elif not self._inside and kind != NEWLINE:
            self._depth += 1 if kind == _OPEN else -1
            if not self._depth:
                found.add(self._open, at + 1, at + 1)
                self.settled = at + 1

    def _shows_break(self, at: int, kind: int, word: bool, begins: frozenset[int]) -> bool:
        """Tell whether a record that is open was cut off: by a quote that cannot close, or a line that begins one."""
        if kind == QUOTE:
            return self._inside and word
        return kind == NEWLINE and not self._inside and at + 1 in begins

    def _give_up(self, at: int, found: Found) -> bool:
        """End the record that was cut off; tell whether to look at this line anew."""
        line = at + 1 if self._chunk.data[at - self._chunk.base] == NEWLINE else self._line
        self._depth = 0
        if line <= self._open or at - line > self._looked_at:
            self._skipping = True  # it broke in its own first line: that line is lost
            return False
        found.add(self._open, line, line, RejectReason.MALFORMED)
        self.settled = self._line = line
        return True

    def _begins(self, chunk: Chunk) -> frozenset[int]:
        if not self._pattern or not len(chunk.starts):
            return frozenset()
        return frozenset((chunk.starts[matches(chunk, self._pattern)] + chunk.base).tolist())

    def _between(self, at: int, end: int, found: Found) -> None:
        """Give what stands outside of braces before ``at``; ``end`` is where the next thing begins."""
        base = self._chunk.base
        begun = self.settled < base
        start = max(self.settled - base, 0)
        text = self._chunk.data[start : at - base]
        if not base and not start:
            text = text.removeprefix(BOM)
        if begun or text.strip(_BETWEEN):
            begin = self.settled if begun else at - len(text.lstrip(_BETWEEN))
            found.add(begin, at - len(text) + len(text.rstrip(_BETWEEN)), end)
        self.settled = end

    def _rest(self, ending: Ending, found: Found) -> None:
        self._pass_over()
        if self._depth == 0 and not self._skipping and ending is Ending.FINAL and self.settled < self.consumed:
            self._between(self.consumed, self.consumed, found)
        if ending is Ending.FINAL and self.settled < self.consumed:
            found.add(self._open, self.consumed, self.consumed, RejectReason.MALFORMED)
            self.settled, self._depth = self.consumed, 0

    def _pass_over(self) -> None:
        """Settle what stands before a text outside of braces: where that begins must not depend on how it is read."""
        base = self._chunk.base
        if self._depth or self._skipping or not base <= self.settled < self.consumed:
            return
        text = self._chunk.data[self.settled - base :]
        if not self.settled:
            text = text.removeprefix(BOM)
        self.settled = self.consumed - len(text.lstrip(_BETWEEN))
