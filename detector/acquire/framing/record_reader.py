"""Read one file's content forwards, record by record: what ``line_reader`` does for lines, for every other framing.

Comes in: bytes at a place. Goes out: cuts of whole records, and one reject for what is none. Each read begins anew at
the border of a record, so what is found does not depend on how the file grew. One that was taken for complete and goes
on after all (``Ending.QUIET``) is found whole again, from its begin. A record that is too long is gone over in
steps without being kept. If its end does not come within ``Framing.farthest`` bytes, it ends at the next line end: a
quote or a brace that nobody closed costs no more than that.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from detector.acquire.framing.base import Ending, Found, LineFed, Scanner, matches
from detector.acquire.framing.braces import BraceScanner
from detector.acquire.framing.content import Content, StreamContent
from detector.acquire.framing.csv_quotes import QuoteScanner
from detector.acquire.framing.json_objects import ObjectScanner
from detector.acquire.framing.line_reader import LineChunk, LineReader, ReadPlace
from detector.acquire.framing.mend import Passed
from detector.acquire.framing.multiline import MixedScanner, PartScanner, StartScanner
from detector.acquire.framing.text_columns import Ints, texts
from detector.acquire.framing.xml_elements import ElementScanner
from detector.schema.events.framing import Cutting, Framing
from detector.schema.events.lines import RejectReason

# How each framing finds the records in a file's bytes.
_SCANNERS: Mapping[Cutting, Callable[[Framing, int], Scanner]] = MappingProxyType(
    {
        Cutting.START: StartScanner,
        Cutting.MIXED: MixedScanner,
        Cutting.PARTS: PartScanner,
        Cutting.QUOTES: QuoteScanner,
        Cutting.JSON: ObjectScanner,
        Cutting.XML: ElementScanner,
        Cutting.BRACES: BraceScanner,
    }
)


def scanner_for(framing: Framing, base: int) -> Scanner:
    """Return a scanner of this framing (any but LINES) that begins at byte ``base``, the border of a record."""
    return _SCANNERS[framing.cutting](framing, base)


class RecordReader(ReadPlace):
    """Where one file of records is read: ``offset`` is a border between records."""

    def __init__(self, framing: Framing, offset: int = 0, *, first_number: int = 0) -> None:
        super().__init__(offset, first_number)
        self.holds = False
        self._framing = framing
        self._over: Scanner | None = None
        self._passed = 0
        self._full = False
        self._enough = 0
        self._goes_on = offset > 0 and framing.cutting is Cutting.START  # what stands there may go on with a record
        self._long = Passed(offset)

    @property
    def skipping(self) -> bool:
        """Whether it is on its way over something long, and an answer needs more than the last read gave."""
        return self._over is not None or self._full

    def read_chunk(self, content: Content, size: int, *, ending: Ending = Ending.MORE) -> LineChunk | None:
        """Read on, up to about ``size`` bytes; None when no record is complete yet.

        ``ending`` says what will follow behind the last byte there is.
        """
        framing = self._framing
        # A read at least this long either settles something or begins with a record that is too long.
        size = min(max(size, framing.max_record + 2 * framing.looked_at), framing.most_read)
        if self._over is not None:
            return self._skip(self._over, content, size, ending)
        if self._goes_on:
            self._go_back(content)
        data, scanner, found = self._find(content, size, ending)
        self.holds = scanner.holds and ending is not Ending.QUIET
        self._goes_on = self._goes_on or (ending is Ending.QUIET and self._framing.cutting is Cutting.START)
        self._full = len(data) == size and not len(found)
        if len(found):
            return self._cut(data, found, scanner.settled)
        ahead = scanner.consumed - self.offset
        if scanner.settled > self.offset:
            passed = scanner.settled - self.offset
            self._advance(data[:passed])
            data, ahead = data[passed:], ahead - passed
        # A shorter record may end before a line begun.
        if self._seen - self.offset > framing.max_record + framing.looked_at + 2:
            self._over, self._passed = scanner, data[:ahead].count(b"\n")
            self._long = Passed(self.offset + self._mark)
            self._long.feed(self.offset, data[:ahead])
            self._seen = scanner.consumed
        return None

    def _find(self, content: Content, size: int, ending: Ending) -> tuple[bytes, Scanner, Found]:
        """Look at what comes next: at as much as one cut took in, twice, where there was too much for one."""
        wanted = min(self._enough or size, size)
        data = self._read(content, wanted)
        scanner = scanner_for(self._framing, self.offset)
        found = scanner.feed(data, ending if len(data) < wanted else Ending.MORE)
        if len(found) or wanted == size or len(data) < wanted:
            return data, scanner, found
        self._enough = 0
        return self._find(content, size, ending)

    def so_far(self, content: Content) -> "tuple[RecordReader, LineChunk] | None":
        """Return what there is of a record that is held, and a reader that stands behind it; this one stays."""
        if self._over is not None:
            return None
        ahead = RecordReader(self._framing, self.offset)
        ahead._goes_on, ahead.tail = False, self.tail
        cut = ahead.read_chunk(content, 0, ending=Ending.SO_FAR)
        ahead._goes_on = self._framing.cutting is Cutting.START
        return None if cut is None or ahead.offset == self.offset else (ahead, cut)

    def _go_back(self, content: Content) -> None:
        """Where the next line goes on with the record before it, begin there: that was taken for complete too early."""
        line, end, _ = content.read_at(self.offset, self._framing.looked_at + 1).partition(b"\n")
        if isinstance(content, StreamContent) or not (end or len(line) > self._framing.looked_at):
            return  # what is decompressed is never taken for complete too early; or: its line has not come
        self._goes_on = False
        if self._begins(line + end)[-1]:
            return
        near = max(self.offset - self._framing.max_record, 0)
        before = content.read_at(near, self.offset - near)
        lines = self._begins(before)
        if near:
            lines[0] = False  # it may be the rest of a line
        if lines.any():
            starts = np.flatnonzero(np.frombuffer(before, np.uint8) == ord("\n")) + 1
            self.offset = near + int(np.concatenate((np.zeros(1, np.int64), starts))[np.flatnonzero(lines)[-1]])
            tail = max(self.offset - len(self.tail), 0)
            self.tail = content.read_at(tail, self.offset - tail)

    def _begins(self, data: bytes) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Tell which lines begin a record."""
        chunk = LineFed(self._framing, self.offset).chunk(data, Ending.FINAL)
        return matches(chunk, self._framing.start, self._framing.header)

    def _cut(self, data: bytes, found: Found, settled: int) -> LineChunk:
        base = self.offset
        starts, ends = np.array(found.starts, np.int64) - base, np.array(found.ends, np.int64) - base
        stops = _trimmed(data, starts, np.array(found.stops, np.int64) - base, self._framing.max_record)
        numbers = None
        if self._number:
            lines = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
            numbers = np.searchsorted(lines, starts) + self._number
        made = texts(
            data, starts, stops, base, longest=self._framing.max_record, numbers=numbers, reasons=found.reasons
        )
        whole = made.rows == len(found)
        rejects = self._each_run_once(made.rejects, ends_empty=made.ends_empty)
        used = settled - base if whole else int(ends[made.rows - 1])
        first = self._number if numbers is None else int(numbers[0])
        self._advance(data[:used])
        self._enough = 0
        if not whole:
            # Too many rejects for one cut: the rest is cut the next time, and not all of it is gone over each time.
            self._seen, self._enough = self.offset, 2 * used
        return LineChunk(
            lines=made.lines,
            offsets=made.offsets,
            numbers=made.numbers,
            rejects=rejects,
            start=base,
            end=self.offset,
            first_number=first,
            size=len(data),
        )

    def _advance(self, passed: bytes) -> None:
        self.offset += len(passed)
        self.tail = passed[-32:]
        self._number += passed.count(b"\n") if self._number else 0

    def _skip(self, scanner: Scanner, content: Content, size: int, ending: Ending) -> LineChunk | None:
        """Go on over a record that is too long; done when its end is found, or the file's when it is complete."""
        farthest = self.offset + self._framing.farthest
        if self._seen >= farthest:
            return self._give_up(content, size, ending)
        base = scanner.consumed
        wanted = min(size, farthest - base)
        data = content.read_at(base, wanted)
        final = ending is Ending.FINAL and len(data) < size
        found = scanner.feed(data, Ending.FINAL if final and len(data) < wanted else Ending.MORE)
        self._seen = base + len(data)
        if len(found):
            end = found.ends[0]
            self._long.feed(base, data[: found.stops[0] - base])
            return self._over_it(found.stops[0], end, data[: end - base], len(data))
        self._passed += data[: scanner.consumed - base].count(b"\n")
        self._long.feed(base, data[: scanner.consumed - base])
        if final and self._seen < farthest:
            self._long.feed(base, data)
            return self._over_it(self._seen, self._seen, data[scanner.consumed - base :], len(data))
        if self._seen == farthest:
            self._passed += data[scanner.consumed - base :].count(b"\n")
            self._long.feed(base, data)
        return None

    def _give_up(self, content: Content, size: int, ending: Ending) -> LineChunk | None:
        data = content.read_at(self._seen, size)
        end = data.find(b"\n") + 1
        self._long.feed(self._seen, data[: end - 1] if end else data)
        if end:
            return self._over_it(self._seen + end - 1, self._seen + end, data[:end], len(data))
        if ending is Ending.FINAL and len(data) < size:
            return self._over_it(self._seen + len(data), self._seen + len(data), data, len(data))
        self._seen += len(data)
        return None

    def _over_it(self, stop: int, end: int, last: bytes, size: int) -> LineChunk:
        cut = self._rejected(stop, end, RejectReason.TOO_LONG, size, self._long)
        self.offset = self._seen = end
        self.tail = last[-32:]
        self._number += self._passed + last.count(b"\n") if self._number else 0
        self._over, self._passed = None, 0
        return cut


def _trimmed(data: bytes, starts: Ints, stops: Ints, longest: int) -> Ints:
    """Take line ends off the ends of records that are not too long."""
    raw, codes = stops, np.frombuffer(data, np.uint8)
    for end in (ord("\n"), ord("\r")):
        stops = stops - ((codes[stops - 1] == end) & (stops > starts))
    more = np.flatnonzero((codes[stops - 1] == ord("\n")) & (stops > starts))
    for row in more.tolist():
        start = int(starts[row])
        stops[row] = start + len(data[start : int(stops[row])].rstrip(b"\r\n"))
    return np.where(raw - starts > longest, raw, stops)


def cutter_for(framing: Framing, offset: int = 0, *, first_number: int = 0) -> LineReader | RecordReader:
    """Return where a file of this framing is read, beginning at a border."""
    if framing.cutting is Cutting.LINES:
        return LineReader(offset, first_number=first_number, max_line=framing.max_line)
    return RecordReader(framing, offset, first_number=first_number)
