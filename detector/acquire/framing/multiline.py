"""Records made of whole lines: those that begin with a line of a known kind, and those sent in marked parts.

Comes in: bytes. Goes out: records, their inner line ends kept. Both are told by a pattern over single lines; a record's
end may show only by the line behind it, so the last one is held until that comes, the file was quiet for long, or has
ended; what there is of it can be asked for meanwhile.
"""

from dataclasses import dataclass

import numpy as np

from detector.acquire.framing.base import Chunk, Ending, Found, LineFed, line_texts, matches
from detector.schema.events.framing import Framing


class StartScanner(LineFed):
    """A record begins with a line that matches, and ends before the next one.

    Lines before the first that matches are records of their own: no line is swallowed by a pattern that never matches.
    """

    def __init__(self, framing: Framing, base: int) -> None:
        super().__init__(framing, base)
        self._pattern, self._header = framing.start, framing.header
        self._open: int | None = None
        self._begun = False

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        chunk = self.chunk(data, ending)
        borders = self._borders(chunk)
        edges = borders if self._open is None else [self._open, *borders]
        found = Found(list(edges[:-1]), list(edges[1:]), list(edges[1:]))
        if edges:
            self._open = edges[-1]
        if self._open is not None and self._complete(chunk, ending):
            found.add(self._open, self.consumed, self.consumed)
            self._open = None
        self.holds = self._open is not None
        self.settled = self.consumed if self._open is None else self._open
        return found

    def _borders(self, chunk: Chunk) -> list[int]:
        if not len(chunk.starts):
            return []
        begins = matches(chunk, self._pattern, self._header)
        if not self._begun:
            first = int(np.argmax(begins)) if begins.any() else len(begins)
            begins[int(chunk.rest) : first] = True
            self._begun = first < len(begins)
        places: list[int] = (chunk.starts[begins] + chunk.base).tolist()
        return places

    def _complete(self, chunk: Chunk, ending: Ending) -> bool:
        if ending is Ending.FINAL:
            return True
        if ending is Ending.MORE or chunk.part:
            return False
        return ending is Ending.SO_FAR or not chunk.behind or self._is_start(chunk.behind)

    def _is_start(self, begun: bytes) -> bool:
        """Tell whether the unfinished line behind the record, as far as it is written, begins another record."""
        end = np.array([len(begun)])
        return bool(
            matches(
                Chunk(begun, self.consumed, end * 0, end, False, True, b"", self._looked_at),
                self._pattern,
                self._header,
            )[0]
        )


def _as_it_is(chunk: Chunk, ending: Ending) -> bool:
    """Tell whether the pending record is to be taken for complete, though more may come."""
    return not chunk.part and (ending is Ending.SO_FAR or (ending is Ending.QUIET and not chunk.behind))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: where it lies, whether a record may begin with it, and the name of the record it is of."""

    place: int
    begins: bool
    serial: str | None


_NEAR = 64
"""A line that is of an earlier record lies at most so many lines behind the last one of that record."""


class MixedScanner(LineFed):
    """Records whose lines are mixed lie together between two borders; at a border none is open.

    What is behind a line is looked at as far as a line of the same record may lie, so borders do not depend on the
    reads.
    """

    def __init__(self, framing: Framing, base: int) -> None:
        super().__init__(framing, base)
        self._pattern, self._serial = framing.start, framing.serial
        self._lines: list[_Line] = []

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        chunk = self.chunk(data, ending)
        self._add(chunk)
        ended = ending is Ending.FINAL or _as_it_is(chunk, ending)
        borders = self._borders(ended=ended)
        if ended and self._lines:
            borders.append(len(self._lines))
        found = Found()
        for begin, end in zip([0, *borders], borders, strict=False):
            stop = self._lines[end].place if end < len(self._lines) else self.consumed
            found.add(self._lines[begin].place, stop, stop)
        self._lines = self._lines[borders[-1] :] if borders else self._lines
        self.holds = bool(self._lines)
        self.settled = self._lines[0].place if self._lines else self.consumed
        return found

    def _add(self, chunk: Chunk) -> None:
        if not len(chunk.starts):
            return
        begins = matches(chunk, self._pattern).tolist()
        serials = line_texts(chunk).str.extract(self._serial).to_list()
        places = (chunk.starts + chunk.base).tolist()
        for at in range(int(chunk.rest), len(places)):
            self._lines.append(_Line(places[at], begins[at], serials[at]))

    def _borders(self, *, ended: bool) -> list[int]:
        """Return the lines that records begin with, the first excepted, as far as that is known."""
        lines, reach = self._lines, self._reach()
        borders: list[int] = []
        begin = far = 0
        for at in range(1, len(lines)):
            full = lines[at].place - lines[begin].place > self._looked_at
            behind = ended or at + _NEAR <= len(lines) or self.consumed - lines[at].place > self._looked_at
            if not full and not behind:
                break
            far = max(far, reach[at - 1])
            if (full or far < at) and (lines[at].begins or not lines[begin].begins):
                borders.append(at)
                begin = far = at
        return borders

    def _reach(self) -> list[int]:
        """Return for each line the next one of its record, if there is one near; else the line itself."""
        lines = self._lines
        reach = list(range(len(lines)))
        last: dict[str, int] = {}
        for at, line in enumerate(lines):
            if line.serial is None:
                continue
            before = last.get(line.serial)
            near = before is not None and at - before <= _NEAR
            if before is not None and near and line.place - lines[before].place <= self._looked_at:
                reach[before] = at
            last[line.serial] = at
        return reach


class PartScanner(LineFed):
    """A record ends with the first line that is not marked as a part to be continued."""

    def __init__(self, framing: Framing, base: int) -> None:
        super().__init__(framing, base)
        self._pattern = framing.start
        self._open = base
        self._marked = False

    def feed(self, data: bytes, ending: Ending) -> Found:
        """Look at the bytes from ``consumed`` on."""
        chunk = self.chunk(data, ending)
        found = Found()
        if len(chunk.starts):
            marked = matches(chunk, self._pattern)
            if chunk.rest:
                marked[0] = self._marked
            self._marked = bool(marked[-1])
            if chunk.part:
                marked[-1] = True  # its end has not come
            ends: list[int] = (chunk.ends[~marked] + chunk.base).tolist()
            found = Found([self._open, *ends[:-1]] if ends else [], list(ends), list(ends))
            self._open = ends[-1] if ends else self._open
        waits = self._open < self.consumed
        if waits and (ending is Ending.FINAL or _as_it_is(chunk, ending)):
            found.add(self._open, self.consumed, self.consumed)
            self._open, waits = self.consumed, False
        self.holds = waits
        self.settled = self._open
        return found
