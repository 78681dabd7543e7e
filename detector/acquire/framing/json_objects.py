"""JSON: a record is an object, one a line, pretty-printed, in an array, or in an array within a wrapping object.

Comes in: bytes. Goes out: objects as they stand, and what stands between them that is neither blank nor a bracket, a
line at a time, as rejects. The text is not parsed, only its strings and brackets are followed. A string of JSON never
holds a line end, so strings are followed line by line and a broken one costs its own record. An object that nobody
closed shows where an object begins that could not stand there; the record ends there, and that object begins another.
"""

import re
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from detector.acquire.framing.base import NEWLINE, QUOTE, Ending, Found, lines_of
from detector.acquire.framing.text_columns import BOM, Ints
from detector.schema.events.framing import Framing
from detector.schema.events.lines import RejectReason

DEEPEST = 512
"""Brackets within brackets: what is deeper is no log."""

_BACK = 1024
"""How far to look back for what stands before a bracket."""
_BLANK = b" \t\r\n"
_BETWEEN = _BLANK + b",[]}"
_BACKSLASH, _OPEN, _CLOSE, _LIST, _END = 92, 123, 125, 91, 93
_PAIRS = {_CLOSE: _OPEN, _END: _LIST}
_BRACKET = np.zeros(256, np.bool_)
_BRACKET[[_OPEN, _CLOSE, _LIST, _END]] = True
_WRAPPING = re.compile(rb"""(?:[\s,\[\]}]++|"(?:[^"\\\n]|\\.)*+"[ \t]*+:[ \t]*+(?:"(?:[^"\\\n]|\\.)*+"|[-+.\w]++))*+""")
"""What may stand around the array of a wrapping object: names with plain values."""

Bools = npt.NDArray[np.bool_]


class ObjectScanner:
    """Follows strings and brackets."""

    def __init__(self, framing: Framing, base: int) -> None:
        self.consumed = self.settled = base
        self.holds = False
        self._name = b'"' + framing.wrapper.encode() + b'"' if framing.wrapper else b""
        self._stack: list[int] = []
        self._open = base
        self._in_string = False
        self._escaping = False
        self._before = b""
        self._data = b""

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        found = Found()
        base = self.consumed
        self._data = data
        for place, code in self._events(data):
            self._step(base + place, code, found)
        end = base + len(data)
        if not self._stack:
            self._between(end, found, whole=ending is Ending.FINAL)
        elif ending is Ending.FINAL:
            found.add(self._open, end, end, RejectReason.MALFORMED)
            self._stack, self.settled = [], end
        self.consumed = end
        self._before = (self._before + data[-_BACK:])[-_BACK:]
        self._data = b""
        return found

    # Brackets

    def _step(self, at: int, code: int, found: Found) -> None:
        if code == _OPEN:
            self._opened(at, found)
        elif not self._stack:
            return
        elif code == _LIST:
            self._listed(at, found)
        elif code == NEWLINE or self._stack[-1] != _PAIRS[code]:
            self._broken(at + 1, found)  # a string was not closed in the line that ends here, or a bracket is wrong
        else:
            self._stack.pop()
            if not self._stack:
                found.add(self._open, at + 1, at + 1)
                self.settled = at + 1

    def _listed(self, at: int, found: Found) -> None:
        if self._wraps(at):
            self._stack, self.settled = [], at + 1
        else:
            self._push(_LIST, at, found)

    def _opened(self, at: int, found: Found) -> None:
        if self._stack and not self._fits(at):
            self._broken(at, found)
        if not self._stack:
            self._between(at, found, whole=True)
            self._open = at
        self._push(_OPEN, at, found)

    def _push(self, code: int, at: int, found: Found) -> None:
        if len(self._stack) == DEEPEST:
            self._broken(at + 1, found)
        else:
            self._stack.append(code)

    def _broken(self, end: int, found: Found) -> None:
        found.add(self._open, end, end, RejectReason.MALFORMED)
        self._stack, self.settled = [], end

    def _fits(self, at: int) -> bool:
        """Tell whether an object may begin here: as the value of a name, or as an element."""
        before = self._back(at)[-1:]
        return before == b":" if self._stack[-1] == _OPEN else before in (b"[", b",")

    def _wraps(self, at: int) -> bool:
        if not self._name or len(self._stack) != 1:
            return False
        before = self._back(at)
        return before.endswith(b":") and before[:-1].rstrip(_BLANK).endswith(self._name)

    def _back(self, at: int) -> bytes:
        """Return what stands before a place, without blanks."""
        place = at - self.consumed
        near = self._data[max(place - _BACK, 0) : place]
        return ((self._before + near)[-_BACK:] if place < _BACK else near).rstrip(_BLANK)

    # Between records

    def _between(self, at: int, found: Found, *, whole: bool) -> None:
        """Handle the bytes before ``at`` that belong to no record: up to the last line end, or all of them."""
        place = max(self.settled, self.consumed)
        gap = self._data[place - self.consumed : at - self.consumed]
        if place == self.settled and not gap.strip(_BETWEEN):
            self.settled = at
            return
        for line in lines_of(gap):
            text = line.removeprefix(BOM) if not place else line
            stripped = text.lstrip(_BETWEEN)
            begun = self.settled < place
            start = self.settled if begun else place + len(line) - len(stripped)
            place += len(line)
            if not whole and not line.endswith(b"\n"):
                self.settled = start
                return
            if begun or not self._harmless(stripped):
                found.add(start, place - len(line) + len(line.rstrip(_BETWEEN)), place, RejectReason.MALFORMED)
            self.settled = place

    def _harmless(self, text: bytes) -> bool:
        """Tell whether this is nothing, or a plain value beside the array of a wrapping object."""
        if not text or not self._name or len(text) > _BACK:
            return not text
        return _WRAPPING.fullmatch(text) is not None

    # Strings

    def _events(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Give the brackets outside of strings and the ends of lines in which a string was not closed, in order."""
        codes = np.frombuffer(data, np.uint8)
        quotes = self._quotes(data, codes)
        lines: Ints = np.flatnonzero(codes == NEWLINE)
        first = np.concatenate(([-int(self._in_string)], np.searchsorted(quotes, lines)))
        brackets: Ints = np.flatnonzero(_BRACKET[codes])
        inside = (np.searchsorted(quotes, brackets) - first[np.searchsorted(lines, brackets)]) % 2 == 1
        open_strings = np.diff(first) % 2 == 1
        self._in_string = bool((len(quotes) - first[-1]) % 2)
        places = np.concatenate((brackets[~inside], lines[open_strings]))
        places.sort()
        return zip(places.tolist(), codes[places].tolist(), strict=True)

    def _quotes(self, data: bytes, codes: npt.NDArray[np.uint8]) -> Ints:
        """Return where strings begin and end: quotes behind an odd number of backslashes do not."""
        quotes: Ints = np.flatnonzero(codes == QUOTE)
        escaping, self._escaping = self._escaping, False
        if b"\\" not in data:
            return quotes[1:] if escaping and len(quotes) and quotes[0] == 0 else quotes
        slashes: Ints = np.flatnonzero(codes == _BACKSLASH)
        begins = np.concatenate(([True], np.diff(slashes) != 1))
        runs = slashes[np.maximum.accumulate(np.where(begins, np.arange(len(slashes)), 0))]
        odd = (slashes - runs + 1 + (escaping & (runs == 0))) % 2 == 1
        self._escaping = bool(odd[-1]) and slashes[-1] == len(data) - 1
        at = np.searchsorted(slashes, quotes) - 1
        escaped = (at >= 0) & (slashes[at] == quotes - 1) & odd[at]
        if escaping and len(quotes) and quotes[0] == 0:
            escaped[0] = True
        left: Ints = quotes[~escaped]
        return left
