"""Read several finished logs side by side in the order of time.

Comes in: files with their sources. Goes out: decoded batches, always of the file that lies furthest back, and the marks
the core needs to know how far the others hold it back. Short batches of a file are read on up to ``TOGETHER`` lines:
decoding and judging have a price for each time. No more than that, or one batch, is in memory of each file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from detector.acquire import read_archive
from detector.clock import SystemClock
from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.runtime.intake.allowed_lateness import LEAST
from detector.runtime.intake.fault_isolation import FaultIsolation
from detector.runtime.intake.first_event import first_event
from detector.runtime.intake.log_file import TOGETHER, Log
from detector.schema.events.lines import IN_A_ROW


@dataclass(slots=True)
class _Reading:
    """One file: where it begins, how far it has been read."""

    log: Log
    number: int
    batches: Iterator[LineBatch]
    stream: str = ""
    reached: datetime | None = None
    begun: bool = False


class Merge:
    """An iteration over what is judged together, as (line batch, event batch), in the order of time.

    Attributes:
        opened: Stream names and their sources, complete from the beginning.
        closed: Streams read to their end.

    Args:
        lines: Lines of a batch. together: so many lines are judged together at most, but for a batch that has more.
    """

    def __init__(self, logs: Sequence[Log], decoder: Decoder, lines: int, together: int = TOGETHER) -> None:
        self._decoder, self._isolation = decoder, FaultIsolation()
        self._lines, self._together = lines, together
        self.opened: dict[str, str] = {}
        self.closed: list[str] = []
        self._waiting = [self._peek(number, log) for number, log in enumerate(logs)]

    def _open(self, log: Log, lines: int) -> Iterator[LineBatch]:
        return read_archive([log.path], log.source, clock=SystemClock(), lines=lines, framing=self._decoder.framing)

    def _peek(self, number: int, log: Log) -> _Reading:
        """Learn when the file begins; standard input can be read once only, so it is read at once."""
        if log.path == "-":
            reading = _Reading(log, number, self._open(log, self._lines), stream="-", begun=True)
            self.opened[reading.stream] = log.source.name
            return reading
        reading = _Reading(log, number, iter(()))
        reading.stream, reading.reached = first_event(log.path, log.source, self._decoder)
        if reading.stream:
            self.opened[reading.stream] = log.source.name
        reading.batches = self._open(log, self._lines)
        return reading

    def idle(self) -> dict[str, datetime]:
        """Return, for streams not begun yet, the moment before which they hold nothing."""
        found: dict[str, datetime] = {}
        # Rotated copies are one stream: while one of them is read, another that waits says nothing of it.
        going_on = {each.stream for each in self._waiting if each.begun}
        for each in self._waiting:
            if not each.begun and each.stream not in going_on and each.reached is not None:
                before = each.reached - max(each.log.source.lateness, LEAST) - timedelta(seconds=1)
                found[each.stream] = min(before, found.get(each.stream, before))
        return found

    def __iter__(self) -> Iterator[list[tuple[LineBatch, EventBatch]]]:
        """Yield decoded batches; ``closed`` is complete for what has been yielded.

        Whoever takes them out of the list lets go of them before the next are decoded.
        """
        while self._waiting:
            reading = min(self._waiting, key=lambda r: (r.reached is not None, r.reached, r.number))
            reading.begun = True
            turn = self._turn(reading)
            if not turn:
                self._waiting.remove(reading)
                # Rotated copies are one stream: it ends with the last of them.
                if all(reading.stream != each.stream for each in self._waiting):
                    self.closed.append(reading.stream)
                continue
            yield turn
            del turn  # or it lies in memory while the next one is decoded

    def _turn(self, reading: _Reading) -> list[tuple[LineBatch, EventBatch]]:
        """Return what comes next of a file, decoded; nothing at its end."""
        batches = self._read(reading)
        decoded = self._isolation.decode_together(self._decoder, batches) if batches else []
        for events in decoded:
            # One line with a wrong date does not tell how far the file has come (``Reorderer``).
            newest = events.frame.get_column("@timestamp").top_k(IN_A_ROW).min() if events.frame.height else None
            if isinstance(newest, datetime):
                reading.reached = max(reading.reached or newest, newest)
        return list(zip(batches, decoded, strict=True))

    def _read(self, reading: _Reading) -> list[LineBatch]:
        found: list[LineBatch] = []
        lines = 0
        while not found or lines + self._lines <= self._together:
            batch = next(reading.batches, None)
            if batch is None:
                break
            found.append(batch)
            lines += len(batch.lines)
        return found
