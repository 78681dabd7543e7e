"""Read one file's content forwards, line by line: bytes at a place come in, cuts of complete lines go out.

It remembers where the next line starts, holds a partial last line back, and goes over what is far too long in steps, so
that a gigabyte without a line end costs no memory and becomes one reject: a line that is too long, or a hole, more NULs
in front of a line than a line may be long, as a writer leaves it that kept its place after a truncation. What stands
behind a hole is a line of its own. It knows nothing of names, rotation or time.

There is no Python loop over lines: newlines are found by numpy, the text is laid over the bytes by ``text_columns``.
Live files and archives are cut alike.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from detector.acquire.framing.base import Ending
from detector.acquire.framing.content import Content
from detector.acquire.framing.mend import Passed
from detector.acquire.framing.text_columns import BOM, Ints, no_lines, texts
from detector.schema.events.framing import MAX_LINE
from detector.schema.events.lines import LineReject, RejectReason

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


def least_read(max_line: int) -> int:
    """Return how long a read must be at least to hold a whole line, and to tell that one is too long."""
    return len(BOM) + 2 * max_line + 2


MIN_READ = least_read(MAX_LINE)
"""A read at least this long either holds a line end or begins with a hole or a line that is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChunk:
    """Complete lines (or records of several lines) of one file. ``size`` counts the bytes read for it."""

    lines: pl.Series
    offsets: pl.Series
    numbers: pl.Series | None
    rejects: tuple[LineReject, ...]
    start: int
    end: int
    first_number: int
    size: int


class ReadPlace:
    """Where one file is read, whatever is cut from it: ``offset`` is the byte behind the last thing handed out."""

    def __init__(self, offset: int, first_number: int) -> None:
        self.offset = offset
        self.tail = b""
        self._number = first_number
        self._seen = offset
        self._marked = False
        self._in_empty = False

    @property
    def seen(self) -> int:
        """The byte up to which the file was looked at: beyond ``offset`` by what is held back."""
        return self._seen

    @property
    def _mark(self) -> int:
        """Bytes of the byte order mark that stands at ``offset``."""
        return len(BOM) if self._marked and not self.offset else 0

    def _read(self, content: Content, size: int) -> bytes:
        """Read from ``offset`` on."""
        data = content.read_at(self.offset, size)
        self._seen = self.offset + len(data)
        self._marked = not self.offset and data.startswith(BOM)
        return data

    def _each_run_once(self, rejects: tuple[LineReject, ...], *, ends_empty: bool) -> tuple[LineReject, ...]:
        """Return the rejects of a cut without a first one that goes on with the run of empty lines before it."""
        goes_on = self._in_empty and rejects and rejects[0].reason is RejectReason.EMPTY
        self._in_empty = ends_empty
        return rejects[1:] if goes_on and rejects[0].offset == self.offset else rejects

    def _rejected(
        self, stop: int, end: int, reason: RejectReason, size: int, passed: Passed | None = None
    ) -> LineChunk:
        """Return the cut that holds nothing but one reject: what stands from here to ``stop``.

        ``passed`` tells what can be read of it.
        """
        lines, offsets = no_lines()
        self._in_empty = False
        start = self.offset + self._mark
        text = passed.text() if passed is not None else ""
        reject = LineReject(
            offset=start,
            number=self._number,
            reason=reason,
            length=stop - start,
            text=text,
            line_hash=passed.line_hash() if passed is not None and text else "",
        )
        return LineChunk(
            lines=lines,
            offsets=offsets,
            numbers=pl.Series("number", [], dtype=pl.Int64()) if self._number else None,
            rejects=(reject,),
            start=self.offset,
            end=end,
            first_number=self._number,
            size=size,
        )


class LineReader(ReadPlace):
    """Where one file of lines is read; one of more than ``max_line`` bytes is gone over without being kept."""

    def __init__(self, offset: int = 0, *, first_number: int = 0, max_line: int = MAX_LINE) -> None:
        super().__init__(offset, first_number)
        self._max_line = max_line
        self._over: RejectReason | None = None
        self._returned = False
        self._long: Passed | None = None

    @property
    def skipping(self) -> bool:
        """Whether it is on its way over a hole or a line that is too long."""
        return self._over is not None

    @property
    def holds(self) -> bool:
        """Whether a record waits only for the news that it is not continued: a line never does."""
        return False

    def read_chunk(self, content: Content, size: int, *, ending: Ending = Ending.MORE) -> LineChunk | None:
        """Read on, up to about ``size`` bytes; None when no line is complete yet.

        ``ending`` FINAL says that the file will not grow: its last line counts as complete without a line end.
        """
        final = ending is Ending.FINAL
        size = max(size, least_read(self._max_line))
        if self.skipping:
            return self._skip(content, size, final=final)
        data = self._read(content, size)
        end = data.rfind(b"\n") + 1
        if end:
            return self._cut(data[:end] if end < len(data) else data, len(data))
        if self._too_much(data):
            return self._skip(content, size, final=final)
        if final and data:
            return self._cut(data + b"\n", len(data), unfinished=True)
        return None

    def _too_much(self, data: bytes) -> bool:
        """Tell whether what was read without finding a line end is to be gone over; half of an end may be there."""
        text = data[self._mark :].lstrip(b"\0")
        if len(data) - self._mark - len(text) > self._max_line:
            self._over, self._seen = RejectReason.BINARY, self._seen - len(text)
        elif len(text) > self._max_line + 1:
            self._over, self._returned = RejectReason.TOO_LONG, data.endswith(b"\r")
            self._long = Passed(self.offset + self._mark)
            self._long.feed(self.offset, data)
        return self.skipping

    def _cut(self, data: bytes, size: int, *, unfinished: bool = False) -> LineChunk:
        found = split(data, self.offset, self._number, longest=self._max_line)
        used = found.used - (1 if unfinished and found.used == len(data) else 0)
        cut = LineChunk(
            lines=found.lines,
            offsets=found.offsets,
            numbers=found.numbers,
            rejects=self._each_run_once(found.rejects, ends_empty=found.ends_empty),
            start=self.offset,
            end=self.offset + used,
            first_number=self._number,
            size=size,
        )
        self._advance(cut.end, found.rows, data[max(used - 32, 0) : used])
        if found.used < len(data):
            self._seen = self.offset  # too many rejects for one cut: the rest is cut the next time
        return cut

    def _advance(self, end: int, rows: int, tail: bytes) -> None:
        self.offset = end
        self.tail = tail
        self._number += rows if self._number else 0

    def _skip(self, content: Content, size: int, *, final: bool) -> LineChunk | None:
        """Go on; done when the end of it is found, or the file's when it is ``final``."""
        data = content.read_at(self._seen, size)
        if self._over is RejectReason.BINARY:
            return self._skip_hole(data, final=final)
        end = data.find(b"\n")
        if self._long is not None:
            self._long.feed(self._seen, data[:end] if end >= 0 else data)
        if end < 0 and (data or not final):
            self._seen += len(data)
            self._returned = data.endswith(b"\r") if data else self._returned
            return None
        stop = self._seen + max(end, 0)
        returned = data[end - 1] == _RETURN if end > 0 else self._returned
        return self._passed(stop - returned, stop + (end >= 0), len(data), ended=end >= 0)

    def _skip_hole(self, data: bytes, *, final: bool) -> LineChunk | None:
        """Go on over NULs; a line end right behind them belongs to them."""
        text = data.lstrip(b"\0")
        self._seen += len(data) - len(text)
        if text.startswith((b"\n", b"\r\n")):
            return self._passed(self._seen, self._seen + text.index(b"\n") + 1, len(data), ended=True)
        if text == b"\r" or not text:
            # What comes next says whether this is a line end.
            if not final or text != data:
                return None
            return self._passed(self._seen, self._seen + len(text), len(data), ended=False)
        return self._passed(self._seen, self._seen, len(data), ended=False)

    def _passed(self, stop: int, end: int, size: int, *, ended: bool) -> LineChunk:
        """Return the reject of what stands up to ``stop``; ``end`` is behind its line end, or behind half of one."""
        reason = self._over or RejectReason.TOO_LONG
        cut = self._rejected(stop, end, reason, size, self._long)
        self._advance(end, int(ended), b"\n" if ended else b"")
        self._seen, self._over, self._returned, self._long = end, None, False, None
        return cut
