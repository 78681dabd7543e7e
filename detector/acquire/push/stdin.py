"""Standard input as a source of the daemon: whatever another program pipes into it.

Comes in: the pipe. Goes out: batches of lines. A pipe cannot be read twice: there is no position, and lines that were
taken but not committed when the service is killed are gone, as they are in any pipe. A file does not have this limit.
"""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from detector.acquire.framing.base import Ending
from detector.acquire.framing.line_reader import LineChunk, LineReader
from detector.acquire.push.push_source import PushSource
from detector.acquire.push.thread_feed import ThreadFeed
from detector.acquire.source import FramingOf, SourceStatus
from detector.errors import Problem
from detector.frames import LineBatch
from detector.schema import ids
from detector.schema.events.lines import Position
from detector.settings.sections.sources import SourceSettings

STANDARD_INPUT: Final = "-"
_READ = 1 << 20
_NEVER = float("inf")


class _Window:
    """The part of a pipe's bytes that was not cut yet, as content that is read forwards."""

    def __init__(self) -> None:
        self._start, self._held = 0, bytearray()

    def append(self, data: bytes) -> None:
        self._held += data

    def read_at(self, offset: int, size: int) -> bytes:
        del self._held[: offset - self._start]
        self._start = max(offset, self._start)
        return bytes(self._held[:size])

    def stat(self) -> os.stat_result:
        return os.fstat(sys.stdin.fileno())

    def close(self) -> None:
        self._held.clear()


class StdinReader(PushSource):
    """Reads standard input; meets the interface that ``Reader`` asks of a source.

    Args:
        settings: The source.
        wake: Called when something came.
        started: Every run is a file of its own: the same words piped twice are two events.
    """

    def __init__(self, settings: SourceSettings, wake: Callable[[], None], started: datetime) -> None:
        super().__init__(settings, f"{STANDARD_INPUT}{settings.name}")
        self.next_scan = self.may_scan = _NEVER
        self._file_id = ids.derive("pipe", settings.name, started.isoformat())
        self._fd = sys.stdin.fileno()
        self._window, self._cutter = _Window(), LineReader()
        self._over = False
        self._feed: ThreadFeed[bytes] = ThreadFeed(self._read, wake, f"read-{settings.name}")

    def _read(self) -> tuple[bytes, int] | None:
        data = os.read(self._fd, _READ)
        return (data, len(data)) if data else None

    def apply(self, settings: SourceSettings, framing: FramingOf) -> None:
        """Take changed settings of the same source."""
        self.settings = settings

    @property
    def waiting(self) -> bool:
        """Whether there is something to read without waiting."""
        return super().waiting or (self._feed.ended and not self._over)

    def scan(self, now: datetime, timer: float) -> None:
        """Do nothing: a pipe is not looked for."""

    def turn(self, now: datetime, timer: float, share: float = 1.0) -> list[LineBatch]:
        """Take what came, up to about a share of the budget."""
        ended = self._feed.ended  # asked first: what came before the end is taken below
        for data in self._feed.drain(int(self.settings.budget * share)):
            self._window.append(data)
        final = ended and not self._feed.size and not self._over
        batches = []
        while (cut := self._cutter.read_chunk(self._window, _READ)) is not None:
            batches.append(self._batch(cut, now))
        if final:
            self._over = True
            cut = self._cutter.read_chunk(self._window, _READ, ending=Ending.FINAL)
            batches += [self._batch(cut, now)] if cut is not None else []
        return batches

    def positions(self) -> Iterable[Position]:
        """Return none: a pipe cannot be read again."""
        return ()

    def status(self) -> SourceStatus:
        """Return how the source fares."""
        ended = Problem(file="standard input", what="has ended", fix="start the program that feeds it, and the service")
        return SourceStatus(
            source=self.settings.name,
            files=0 if self._over else 1,
            lag_bytes=self._feed.size,
            last_line_at=self._last_line_at,
            watching="standard input",
            problems=(ended,) if self._over else (),
        )

    def close(self) -> None:
        """Take no more. The thread ends with the process: nothing can interrupt a read from a pipe."""
        self._feed.close()

    def _batch(self, cut: LineChunk, now: datetime) -> LineBatch:
        if len(cut.lines):
            self._last_line_at = now
        return LineBatch(
            source=self.settings.name,
            stream=self._stream,
            path=STANDARD_INPUT,
            file_id=self._file_id,
            lines=cut.lines,
            offsets=cut.offsets,
            start=cut.start,
            end=cut.end,
            rejects=cut.rejects,
            ingested=now,
            written=now,
            at_end=not self._feed.size,
            finished=self._over,
        )
