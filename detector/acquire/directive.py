"""Directive lines tell how the lines behind them are read (``#Fields: ...``): which one is in force at a place.

Comes in: lines in order, or a file and a place in it. Goes out: the last directive line. After a restart in the middle
of a file it is looked for backwards, up to ``FARTHEST``, and else among the file's first lines; a compressed file is
read from its beginning anyway.
"""

import polars as pl

from detector.acquire.content import Content, StreamContent
from detector.acquire.split import MAX_LINE

FARTHEST = 16 * 1024 * 1024
"""How far to look back."""

_STEP = 256 * 1024


def last_directive(lines: pl.Series, prefix: str) -> str:
    """Return the last of these lines that begins with ``prefix``; empty when none does."""
    found = lines.filter(lines.str.starts_with(prefix))
    return str(found[-1]) if len(found) else ""


def directive_before(content: Content, offset: int, prefix: str) -> str:
    """Return the last directive line that ends before ``offset``; empty when there is none within reach."""
    if isinstance(content, StreamContent):
        return _forwards(content, offset, prefix.encode())
    near = max(offset - FARTHEST, 0)
    return _backwards(content, near, offset, prefix.encode()) or _backwards(
        content, 0, min(near, MAX_LINE), prefix.encode()
    )


def _backwards(content: Content, first: int, offset: int, prefix: bytes) -> str:
    end = offset
    while end > first:
        start = max(end - _STEP, first)
        # A directive may begin before the step's end and go on behind it.
        data = content.read_at(max(start - 1, 0), min(end + MAX_LINE, offset) - max(start - 1, 0))
        found = _last(data, prefix, at_begin=start == 0)
        if found:
            return found
        end = start
    return ""


def _forwards(content: Content, offset: int, prefix: bytes) -> str:
    place, last = 0, ""
    while place < offset:
        data = content.read_at(place, min(_STEP, offset - place))
        whole = data.rfind(b"\n") + 1 or len(data)
        if not data:
            break
        last = _last(data[:whole], prefix, at_begin=True) or last
        place += whole
    return last


def _last(data: bytes, prefix: bytes, *, at_begin: bool) -> str:
    """Return the last whole line of ``data`` that begins with ``prefix``."""
    begin = data.rfind(b"\n" + prefix) + 1
    if not begin and not (at_begin and data.startswith(prefix)):
        return ""
    line, end, _ = data[begin:].partition(b"\n")
    return line.rstrip(b"\r").decode("utf-8", "replace") if end and len(line) <= MAX_LINE else ""
