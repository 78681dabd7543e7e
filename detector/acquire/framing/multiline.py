"""Records made of whole lines: those that begin with a line of a known kind, and those sent in marked parts.

Comes in: bytes. Goes out: records, their inner line ends kept. Both are told by a pattern over single lines; a record's
end may show only by the line behind it, so the last one is held until that comes, the file was quiet, or has ended.
"""

import numpy as np

from detector.acquire.framing.base import Chunk, Ending, Found, LineFed, matches
from detector.schema.framing import Framing


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
        return not chunk.behind or self._is_start(chunk.behind)

    def _is_start(self, begun: bytes) -> bool:
        """Tell whether the line that was begun behind the record, as far as it goes, begins another one."""
        end = np.array([len(begun)])
        return bool(
            matches(
                Chunk(begun, self.consumed, end * 0, end, False, True, b"", self._looked_at),
                self._pattern,
                self._header,
            )[0]
        )


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
        quiet = ending is Ending.QUIET and not chunk.part and not chunk.behind
        if waits and (quiet or ending is Ending.FINAL):
            found.add(self._open, self.consumed, self.consumed)
            self._open, waits = self.consumed, False
        self.holds = waits
        self.settled = self._open
        return found
