"""What can be read of a piece that is no clean text: bytes come in, a text that a format may take goes out.

Whoever is watched writes part of each line: a byte that is no UTF-8, a NUL or a header of 100 kB must not make the
account, the address and the path beside it unreadable. Bytes that are no UTF-8, and NULs, become U+FFFD. Of a piece
that is too long, what stands between two double quotes is shortened in its middle; if that is not enough, a JSON object
ends behind the last member that fits, and anything else loses its middle. So the parts that nobody blew up are as they
were. What is found does not depend on how the file grew.
"""

import re
from hashlib import sha256

from detector.schema.events.lines import RejectReason

LONGEST = 64 * 1024
"""Bytes of the longest text."""

LINE_ENDS = b"\r\n"

_REPLACEMENT = "\ufffd"
_NOTHING = f"{_REPLACEMENT} \t"
_PART = 4 * 1024
_CHARACTERS = LONGEST // 4  # of any text: none has more bytes a character
_DEPTH = 32
# A string that nobody closed reaches to the end, or each quote within it would be looked behind anew.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_TOKEN = re.compile(rf"{_STRING.pattern}|[{{}}\[\],]", re.DOTALL)
_CUT = "…"
_HEAD, _TAIL = 128 * 1024, 16 * 1024


def mended(raw: bytes) -> str:
    """Return what can be read; empty when it is no text."""
    clean = (raw if len(raw) <= _HEAD + _TAIL else raw[:_HEAD] + raw[-_TAIL:]).lstrip(b"\0").rstrip(LINE_ENDS)
    text = clean.decode("utf-8", "replace").replace("\0", _REPLACEMENT)
    return shortened(text) if text.strip(_NOTHING) else ""


def shortened(text: str) -> str:
    """Return a text of at most ``LONGEST`` bytes, with the middle left out of what is longest in it."""
    if _fits(text):
        return text
    if text.startswith("{"):
        text = _STRING.sub(lambda found: f'"{_elided(found[0][1:-1], _PART)}"', text)
        return text if _fits(text) else _closed(text[:_CHARACTERS])
    text = '"'.join(_elided(part, _PART) for part in text.split('"'))
    return text if _fits(text) else _elided(text, _CHARACTERS)


def _closed(text: str) -> str:
    """Return the begin of a JSON object that ends behind the last member that is whole."""
    stack, cut, closers = "", 0, ""
    for token in _TOKEN.finditer(text):
        one = token[0]
        if one in "{[":
            stack += "}" if one == "{" else "]"
        elif one in "}]":
            stack = stack[:-1]
        elif one == ",":
            cut, closers = token.start(), stack[::-1]
        if len(stack) > _DEPTH:
            break
    return text[:cut] + closers


def _fits(text: str) -> bool:
    return len(text) <= LONGEST and len(text.encode()) <= LONGEST


def _elided(text: str, longest: int) -> str:
    """Leave out the middle, never half of an escape: a quote that was escaped would end what it stands in."""
    if len(text) <= longest:
        return text
    head, end = text[: longest * 3 // 4], len(text) - longest // 4 + 8
    begun = _open_escape(text[:end])
    whole = len("\\u0000") if text[end - begun : end - begun + 2] == "\\u" else len('\\"')
    return f"{head[: -_open_escape(head) or None]}{_CUT}{text[end + (whole - begun if begun else 0) :]}"


def _open_escape(text: str) -> int:
    """Return how many characters of an escape stand at the end of a text that is cut there."""
    cut = text.rfind("\\", len(text) - 5)
    if cut < 0:
        return 0
    if (cut - len(text[:cut].rstrip("\\"))) % 2:
        return 0  # pairs of backslashes
    escape = text[cut:]
    return len(escape) if len(escape) == 1 or (escape[1] == "u" and len(escape) < len("\\u0000")) else 0


class Passed:
    """What is known of a piece that is too long to be kept, gathered while it is gone over.

    ``feed`` takes its bytes in order; what was fed before is left out.
    """

    def __init__(self, start: int) -> None:
        self._until = start
        self._all, self._hash = sha256(), sha256()  # of all of it, and of it without the line ends behind it
        self._head = self._tail = b""

    def feed(self, at: int, data: bytes) -> None:
        """Take bytes that begin at a byte of the file."""
        new = data[max(self._until - at, 0) :]
        if not new:
            return
        self._until += len(new)
        body = new.rstrip(LINE_ENDS)
        if body:
            self._all.update(body)
            self._hash = self._all.copy()
        self._all.update(new[len(body) :])
        if len(self._head) < _HEAD:
            room = _HEAD - len(self._head)
            self._head, new = self._head + new[:room], new[room:]
        self._tail = (self._tail + new)[-_TAIL:] if len(new) < _TAIL else new[-_TAIL:]

    def text(self) -> str:
        """Return what can be read of it."""
        return mended(self._head + self._tail)

    def line_hash(self) -> str:
        """Return the SHA-256 of what was fed, without line ends behind it."""
        return self._hash.hexdigest()


MENDED = frozenset({RejectReason.TOO_LONG, RejectReason.INVALID_UTF8, RejectReason.BINARY})
"""What may be wrong with a piece that can be mended."""
