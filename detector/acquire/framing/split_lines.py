"""Cut bytes into lines: a chunk of complete lines comes in, a polars Series of text and its byte offsets go out.

There is no Python loop over lines: newlines are found by numpy, the text is laid over the bytes by ``text_columns``.
The same cutter serves live files and archives. It reads no file and keeps no state.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from detector.acquire.framing.text_columns import BOM, Ints, texts
from detector.schema.framing import MAX_LINE
from detector.schema.lines import LineReject

_NEWLINE, _RETURN = 10, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """What a chunk was cut into.

    Attributes:
        lines: The text of each good line, without its end.
        offsets: Byte in the file where each good line starts.
        numbers: Number of each good line, None when lines are not counted.
        rejects: What was no text.
        used: How many bytes of the chunk this covers (all of it, unless there were too many rejects).
        rows: How many line ends it covers.
        ends_empty: Whether the last line is empty.
    """

    lines: pl.Series
    offsets: pl.Series
    numbers: pl.Series | None
    rejects: tuple[LineReject, ...]
    used: int
    rows: int
    ends_empty: bool


def split(data: bytes, base: int, first_number: int = 0, *, longest: int = MAX_LINE) -> Lines:
    """Cut ``data``, which starts at byte ``base`` of the file and ends with a newline, into lines.

    ``first_number`` is the number of its first line, 0 when lines are not counted; a line of more than ``longest``
    bytes is a reject.
    """
    codes = np.frombuffer(data, np.uint8)
    ends: Ints = np.flatnonzero(codes == _NEWLINE)
    starts = np.empty_like(ends)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    stops = ends
    if b"\r" in data:
        begins = starts
        if base == 0 and data.startswith(BOM):
            begins = starts.copy()
            begins[0] = len(BOM)
        stops = ends - ((codes[ends - 1] == _RETURN) & (ends > begins))
    numbers = np.arange(first_number, first_number + len(ends)) if first_number else None
    found = texts(data, starts, stops, base, longest=longest, numbers=numbers)
    return Lines(
        lines=found.lines,
        offsets=found.offsets,
        numbers=found.numbers,
        rejects=found.rejects,
        used=int(ends[found.rows - 1]) + 1,
        rows=found.rows,
        ends_empty=found.ends_empty,
    )
