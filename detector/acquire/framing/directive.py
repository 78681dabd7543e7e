"""Directive lines tell how the lines behind them are read (``#Fields: ...``, a time): which one is in force at a place.

Comes in: lines in order, or a file and a place in it. Goes out: the last directive line. After a restart in the middle
of a file it is looked for backwards, up to ``FARTHEST``, and else among the file's first lines; a compressed file is
read from its beginning anyway.
"""

import re

import polars as pl

from detector.acquire.framing.content import Content, StreamContent
from detector.schema.events.framing import MAX_LINE

FARTHEST = 16 * 1024 * 1024
"""How far to look back."""

_STEP = 256 * 1024


def last_directive(lines: pl.Series, pattern: str) -> str:
    """Return the last of these lines that begins as ``pattern`` says; empty when none does."""
    found = lines.filter(lines.str.contains(f"^(?:{pattern})"))
    return str(found[-1]) if len(found) else ""


def directive_before(content: Content, offset: int, pattern: str) -> str:
    """Return the last directive line that ends before ``offset``; empty when there is none within reach."""
    begin = re.compile(pattern.encode())
    if isinstance(content, StreamContent):
        return _forwards(content, offset, begin)
    near = max(offset - FARTHEST, 0)
    return _backwards(content, near, offset, begin) or _backwards(content, 0, min(near, MAX_LINE), begin)


def _backwards(content: Content, first: int, offset: int, begin: re.Pattern[bytes]) -> str:
    end = offset
    while end > first:
        start = max(end - _STEP, first)
        # A directive may begin before the step's end and go on behind it.
        data = content.read_at(max(start - 1, 0), min(end + MAX_LINE, offset) - max(start - 1, 0))
        found = _last(data, begin, at_begin=start == 0)
        if found:
            return found
        end = start
    return ""


def _forwards(content: Content, offset: int, begin: re.Pattern[bytes]) -> str:
    place, last = 0, ""
    while place < offset:
        data = content.read_at(place, min(_STEP, offset - place))
        whole = data.rfind(b"\n") + 1 or len(data)
        if not data:
            break
        last = _last(data[:whole], begin, at_begin=True) or last
        place += whole
    return last


def _last(data: bytes, begin: re.Pattern[bytes], *, at_begin: bool) -> str:
    """Return the last whole line of ``data`` that begins as ``begin`` says; the first is whole only ``at_begin``."""
    lines = data.split(b"\n")[0 if at_begin else 1 : -1]
    found = next((line for line in reversed(lines) if len(line) <= MAX_LINE and begin.match(line)), b"")
    return found.rstrip(b"\r").decode("utf-8", "replace")
