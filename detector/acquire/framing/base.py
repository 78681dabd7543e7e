"""What the scanners share: what they find, how a file may end, and feeding by whole lines.

Comes in: consecutive bytes of a file, beginning at the border of a record. Goes out: where records and rejects lie.
A scanner decides by the bytes alone, from the border onwards, so any cut into reads gives the same records; it keeps
no bytes. What it has not consumed it is given again.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

import numpy as np
import polars as pl

from detector.acquire.framing.text_columns import BOM, Ints, is_text, views
from detector.arrow_buffers import from_arrow
from detector.schema.events.framing import Framing
from detector.schema.events.lines import RejectReason

NEWLINE, RETURN, QUOTE = 10, 13, 34


class Ending(Enum):
    """What stands behind the bytes given."""

    MORE = "more"
    """More may come at any time."""
    QUIET = "quiet"
    """Nothing came for long: a record that waits only for the news that it is not continued is complete."""
    SO_FAR = "so far"
    """More may come, but what there is of a record that waits for that news is asked for, in whole lines."""
    FINAL = "final"
    """Nothing will come."""


@dataclass(slots=True)
class Found:
    """Records and rejects, in order: absolute bytes.

    Attributes:
        starts / stops: Where the text of each begins and ends.
        ends: Where what is behind it begins.
        reasons: Those (by row) that are rejects, and why.
    """

    starts: list[int] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    reasons: dict[int, RejectReason] = field(default_factory=dict)

    def add(self, start: int, stop: int, end: int, reason: RejectReason | None = None) -> None:
        """Note one."""
        if reason is not None:
            self.reasons[len(self.starts)] = reason
        self.starts.append(start)
        self.stops.append(stop)
        self.ends.append(end)

    def __len__(self) -> int:
        return len(self.starts)


class Scanner(Protocol):
    """Finds records in consecutive bytes.

    Attributes:
        consumed: Byte from which it is to be fed next.
        settled: Border behind everything found so far and what may be skipped behind it.
        holds: Whether a record waits only for the news that it is not continued.
    """

    consumed: int
    settled: int
    holds: bool

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of what a scanner was fed.

    Attributes:
        data: The bytes, ending with the last line's end.
        base: Byte of the file where they start.
        starts / ends: Where each line begins and ends (its line end included), within ``data``.
        rest: The first line is the rest of one that was too long to be held back.
        part: The last line is the beginning (or a further part) of such a line.
        behind: Begin of a line that is not complete and not in ``data``.
        looked_at: How much of a line is looked at.
    """

    data: bytes
    base: int
    starts: Ints
    ends: Ints
    rest: bool
    part: bool
    behind: bytes
    looked_at: int


def lines_of(text: bytes) -> list[bytes]:
    """Return the lines of a text with their ends; the last may have none."""
    *whole, last = text.split(b"\n")
    return [line + b"\n" for line in whole] + ([last] if last else [])


class LineFed:
    """A scanner that sees whole lines, or the parts of a line that is longer than ``Framing.looked_at``."""

    def __init__(self, framing: Framing, base: int) -> None:
        self._looked_at = framing.looked_at
        self.consumed = self.settled = base
        self.holds = False
        self._in_line = False

    def chunk(self, data: bytes, ending: Ending, *, unsplit: bytes = b"") -> Chunk:
        """Return the lines in ``data`` and count them as consumed.

        ``unsplit``: a byte that must not be the last of a part, because what it means depends on the next one.
        """
        ends: Ints = np.flatnonzero(np.frombuffer(data, np.uint8) == NEWLINE) + 1
        covered = int(ends[-1]) if len(ends) else 0
        left = len(data) - covered
        in_line = self._in_line and not covered
        part = bool(left) and ending is not Ending.FINAL and (in_line or left > self._looked_at + 1)
        if left and (part or ending is Ending.FINAL):
            covered = len(data) - int(part and bool(unsplit) and data.endswith(unsplit))
            if covered > (ends[-1] if len(ends) else 0):
                ends = np.append(ends, covered)
            else:
                part = False
        starts = np.concatenate((np.zeros(min(len(ends), 1), np.int64), ends[:-1]))
        behind = data[covered:]
        made = Chunk(data[:covered], self.consumed, starts, ends, self._in_line, part, behind, self._looked_at)
        if covered:
            self._in_line = part
        self.consumed += covered
        return made


def matches(chunk: Chunk, pattern: str, header: str = "") -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which lines match ``pattern`` or ``header`` from their begin (Rust regex, linear time)."""
    lines = line_texts(chunk)
    told = lines.str.contains(f"^(?:{pattern})") if pattern else pl.repeat(False, len(lines), eager=True)
    if header:
        told |= lines.str.contains(f"^(?:{header})")
    answer: np.ndarray[tuple[int], np.dtype[np.bool_]] = told.to_numpy().copy()
    if chunk.rest and len(answer):
        answer[0] = False
    return answer


def line_texts(chunk: Chunk) -> pl.Series:
    """Return what is looked at of each line."""
    data, starts = chunk.data, chunk.starts
    codes = np.frombuffer(data, np.uint8)
    stops = chunk.ends - (codes[chunk.ends - 1] == NEWLINE) if len(starts) else chunk.ends
    if len(starts) and b"\r" in data:
        stops = stops - ((codes[stops - 1] == RETURN) & (stops > starts))
    if chunk.base == 0 and data.startswith(BOM):
        starts = starts.copy()
        starts[0] = min(len(BOM), int(stops[0]))
    lengths = stops - starts
    if not len(starts) or (is_text(data) and lengths.max() <= chunk.looked_at):
        return from_arrow("line", views(data, starts, lengths))
    cut = [
        data[start : start + min(length, chunk.looked_at)].decode("utf-8", "replace")
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
    ]
    return pl.Series("line", cut, dtype=pl.String())
