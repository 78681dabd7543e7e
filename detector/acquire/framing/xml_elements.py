"""XML: a record is an element of a given name, from its first tag to its last, or a tag that closes itself.

Comes in: bytes. Goes out: elements as they stand, and text that stands between them, a line at a time, as rejects;
other markup around them (declaration, the document's own element) is skipped. Nothing is parsed. An element of such a
name does not hold another one: where one begins before the last was closed, the last was cut off and is a reject.
"""

import re

from detector.acquire.framing.base import Ending, Found, lines_of
from detector.acquire.framing.text_columns import BOM
from detector.schema.events.framing import Framing
from detector.schema.events.lines import RejectReason

_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"


class ElementScanner:
    """Follows tags: outside of records, in a record's first tag (quoted or not), in its content, in CDATA."""

    def __init__(self, framing: Framing, base: int) -> None:
        self.consumed = self.settled = base
        self.holds = False
        self._longest_tag = framing.longest_tag
        self._gap = re.compile(rb"<[^<>]{0,%d}+>|[^<]++|<" % (framing.longest_tag - 2))
        names = b"|".join(re.escape(tag.encode()) for tag in framing.tags)
        self._first = re.compile(rb"<(" + names + rb")(?=[\s/>])")
        self._inner = re.compile(rb"<(?:/(" + names + rb")\s{0,64}+>|(?:" + names + rb")(?=[\s/>])|!\[CDATA\[)")
        self._open = base
        self._state = self._outside
        self._tag = self._quote = b""
        self._slash = False

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        found = Found()
        at, base = 0, self.consumed
        final = ending is Ending.FINAL
        while True:
            state = self._state
            at = state(data, at, base, found, final)
            if self._state == state:
                break
        self.consumed = base + at
        if final and self._state != self._outside:
            found.add(self._open, base + len(data), base + len(data), RejectReason.MALFORMED)
            self.consumed = self.settled = base + len(data)
            self._state = self._outside
        return found

    def _outside(self, data: bytes, at: int, base: int, found: Found, final: bool) -> int:
        tag = self._first.search(data, at)
        if tag is not None:
            self._between(data, tag.start(), base, found, whole=True)
            self._open, self._tag = base + tag.start(), tag[1]
            self._quote, self._slash = b"", False
            self._state = self._in_tag
            return tag.end()
        keep = len(data) if final else self._held(data, at)
        self._between(data, keep, base, found, whole=final)
        return max(keep, at)

    def _in_tag(self, data: bytes, at: int, base: int, found: Found, final: bool) -> int:
        while at < len(data):
            ends = _IN_QUOTES[self._quote] if self._quote else _IN_TAG
            stop = ends.search(data, at)
            if stop is None:
                self._slash = data.endswith(b"/")
                return len(data)
            char, slash = stop[0], data[stop.start() - 1 : stop.start()] == b"/" if stop.start() else self._slash
            at = stop.end()
            if char == b"<":
                return self._cut_off(stop.start(), base, found)
            if char == b">":
                if slash:
                    return self._done(at, base, found)
                self._state = self._in_content
                return at
            self._quote = b"" if self._quote else char
        self._slash = self._slash and not data
        return at

    def _in_content(self, data: bytes, at: int, base: int, found: Found, final: bool) -> int:
        tag = self._inner.search(data, at)
        if tag is None:
            return max(len(data) if final else self._held(data, at), at)
        if tag[0] == _CDATA:
            self._state = self._in_cdata
            return tag.end()
        if tag[1] == self._tag:
            return self._done(tag.end(), base, found)
        if tag[1]:
            return self._cut_off(tag.end(), base, found)
        return self._cut_off(tag.start(), base, found)

    def _in_cdata(self, data: bytes, at: int, base: int, found: Found, final: bool) -> int:
        end = data.find(_CDATA_END, at)
        if end < 0:
            return max(len(data) - len(_CDATA_END) + 1, at)
        self._state = self._in_content
        return end + len(_CDATA_END)

    def _done(self, at: int, base: int, found: Found) -> int:
        found.add(self._open, base + at, base + at)
        self.settled = base + at
        self._state = self._outside
        return at

    def _cut_off(self, at: int, base: int, found: Found) -> int:
        found.add(self._open, base + at, base + at, RejectReason.MALFORMED)
        self.settled = base + at
        self._state = self._outside
        return at

    def _held(self, data: bytes, at: int) -> int:
        """Return where the last tag begins that may not be complete, else the end."""
        place = data.rfind(b"<", max(at, len(data) - self._longest_tag + 1))
        return place if place >= 0 and data.find(b">", place) < 0 else len(data)

    def _between(self, data: bytes, stop: int, base: int, found: Found, *, whole: bool) -> None:
        """Settle what stands before ``stop``: markup is skipped, each line of text is a reject."""
        begun = self.settled < base
        place = max(self.settled - base, 0)
        if not base and not place and data.startswith(BOM):
            place = len(BOM)
        for part in self._gap.finditer(data, place, stop):
            text = part[0]
            skipped = not begun and text.startswith(b"<") and text.endswith(b">")
            complete = whole or part.end() < stop
            if not skipped and not self._text(text, base + part.start(), found, whole=complete, begun=begun):
                return
            begun = False
            self.settled = base + part.end()
        self.settled = max(self.settled, base + place)

    def _text(self, text: bytes, place: int, found: Found, *, whole: bool, begun: bool) -> bool:
        """Note the text between two tags, a line at a time; tell whether all of it is settled."""
        for line in lines_of(text):
            start = self.settled if begun else place + len(line) - len(line.lstrip())
            place += len(line)
            if not whole and not line.endswith(b"\n") and (begun or line.strip()):
                self.settled = start
                return False
            if begun or line.strip():
                found.add(start, place - len(line) + len(line.rstrip()), place, RejectReason.MALFORMED)
            begun = False
            self.settled = place
        return True


_IN_TAG = re.compile(rb"[\"'<>]")
_IN_QUOTES = {quote: re.compile(b"[<" + quote + b"]") for quote in (b'"', b"'")}
