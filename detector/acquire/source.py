"""One source, one turn at a time: a byte budget comes in, batches of lines go out, shared fairly among its files.

Streams with something to read stand in a queue; each is read a share of the budget and goes to the back, and the queue
is kept between turns, so a flood in one starves no other. Within a stream the older file is read to its end before the
newer one. Files that were quiet for a while are not asked every turn: a hint or the slow beat brings them back.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from detector.acquire.files.catalogue import Catalogue
from detector.acquire.files.file_registry import FileRegistry
from detector.acquire.files.followed_file import FollowedFile, ReplacedError
from detector.acquire.files.held_record import HeldRecord
from detector.acquire.framing.base import Ending
from detector.acquire.framing.content import StreamContent
from detector.acquire.framing.directive import last_directive
from detector.acquire.framing.line_reader import MIN_READ, LineChunk
from detector.acquire.timing import ReadTiming
from detector.errors import Problem
from detector.frames import LineBatch
from detector.schema.events.framing import BY_LINES, LINES, Framing
from detector.schema.events.lines import Position
from detector.settings.sections.sources import SourceSettings

FramingOf = Callable[[SourceSettings, bytes], Framing]
"""Tells how a file of a source is cut, by the file's first bytes."""

_REPORTS = "see the system's own reports"

BeginsAt = Callable[[SourceSettings, str], datetime | None]
"""Tells when the first events of a source's file at a path happened; None: not known."""


def not_known(source: SourceSettings, path: str) -> datetime | None:
    """Answer that nobody can tell when a file's first events happened."""
    return None


def by_lines(source: SourceSettings, head: bytes) -> Framing:
    """Answer that every file holds a record a line."""
    return LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How a source fares.

    Attributes:
        source: Its name.
        files: Files followed now (finished ones are not counted).
        lag_bytes: Bytes written and not yet handed out, as far as was seen.
        last_line_at: When it last gave a line; None: not since the start.
        watching: "inotify", or "polling" and why.
        problems: What is wrong with its files, each with the path and what to do.
        catching_up: It is in first reading: of files that stood there when it was first followed, some are not read to
            the end they had then.
        old_read / old_bytes: Of the bytes of its first reading, how many were read and how many there are, as far as
            they can be counted.
    """

    source: str
    files: int
    lag_bytes: int
    last_line_at: datetime | None
    watching: str
    problems: tuple[Problem, ...]
    catching_up: bool = False
    old_read: int = 0
    old_bytes: int = 0


class SourceReader:
    """Reads one source."""

    def __init__(
        self,
        settings: SourceSettings,
        positions: Iterable[Position],
        pace: ReadTiming,
        *,
        first: bool,
        before: Sequence[str] = (),
        framing: FramingOf = by_lines,
        begins_at: BeginsAt = not_known,
    ) -> None:
        mine = [position for position in positions if position.source == settings.name]
        self.settings = settings
        self._books = FileRegistry(mine, pace)
        self._catalogue = Catalogue(
            settings,
            self._books,
            pace,
            first=first,
            before=before,
            begins_at=lambda path: begins_at(self.settings, path),
        )
        self.why_polling = ""
        self.next_scan = float("-inf")
        self.may_scan = float("-inf")
        self._last_line_at: datetime | None = None
        self._queue: deque[str] = deque()
        self._queued: set[str] = set()
        self._holding: dict[FollowedFile, HeldRecord] = {}
        self._framing = framing
        self._pace = pace

    def apply(self, settings: SourceSettings, framing: FramingOf) -> None:
        """Take changed settings of the same source; what was read stays read."""
        self.settings, self._framing = settings, framing
        self._catalogue.configure(settings)
        for file in self._books.files():
            file.framed = False
        self.next_scan = float("-inf")

    @property
    def waiting(self) -> bool:
        """Whether there is something to read without waiting."""
        return bool(self._queue)

    @property
    def backlog(self) -> frozenset[str]:
        """The streams with something left to read, or a record that waits for the news that it is complete."""
        return frozenset(self._queued).union(file.stream for file in self._holding if file.found and not file.finished)

    @property
    def looked_at(self) -> bool:
        """Whether its files were looked for: from then on, what appears is live."""
        return not self._catalogue.first

    @property
    def restless(self) -> bool:
        """Whether files moved while they were looked at: they are looked at again at the next turn."""
        return self._catalogue.restless

    def streams(self) -> Collection[str]:
        """Return the streams that may still give lines."""
        return self._books.streams.keys()

    def roots(self) -> dict[str, bool]:
        """Return the folders to watch, and whether the folders below them count too."""
        return self._catalogue.patterns.roots()

    def rescan(self, paths: Iterable[str], now: datetime, timer: float) -> None:
        """Look at the paths that a hint named, if they are this source's."""
        self._catalogue.rescan(paths, now, timer)

    def scan(self, now: datetime, timer: float) -> None:
        """Look at everything."""
        self._catalogue.scan(now, timer)

    def turn(self, now: datetime, timer: float, share: float = 1.0) -> list[LineBatch]:
        """Read up to about a share of the budget, from no more than so many files: a batch has a price."""
        batches: list[LineBatch] = []
        for file in list(self._books.hot):
            batches += self._refresh(file, now, timer)
        left = max(int(self.settings.budget * share), MIN_READ)
        held: list[str] = []
        while left > 0 and self._queue and len(batches) < self._pace.batches:
            most = max(left // len(self._queue), MIN_READ)
            stream = self._queue.popleft()
            if self._unsettled(stream, timer):
                held.append(stream)
                continue
            batch, size = self._read_stream(stream, min(most, left), now, timer)
            left -= size
            if batch is not None:
                batches.append(batch)
            if self._due(stream) is not None:
                self._queue.append(stream)
            else:
                self._queued.discard(stream)
        self._queue.extend(held)
        for file, record in list(self._holding.items()):
            batches += self._held(file, record, now, timer)
        return batches

    def _held(self, file: FollowedFile, record: HeldRecord, now: datetime, timer: float) -> list[LineBatch]:
        """Tell beforehand what there is of a record that may go on; hand it out when its file is gone."""
        if file.finished:
            return []
        if not file.found:
            cut = record.hand_over(file)
            self._hold(file, timer)
            batch = self._batch(file, cut, b"", now)
        else:
            cut = None if file.due else record.as_far_as_it_goes(file, timer, self._pace.quiet)
            batch = self._batch(file, cut, file.beginning, now, provisional=True)
        return [batch] if batch else []

    def _unsettled(self, stream: str, timer: float) -> bool:
        """Tell whether a stream waits for another look: an older file may be missing that is to be read before."""
        since = self._books.unsettled.get(stream)
        return since is not None and timer - since < self._pace.unsettled

    def positions(self) -> Iterable[Position]:
        """Yield how far each file was read."""
        for file in self._books.files():
            position = file.position()
            if position is not None:
                yield position

    def measure(self, timer: float) -> None:
        """Ask every open file how long it is; what grew is read in the next turn."""
        for file in self._books.files():
            if not file.finished:
                self._books.check_growth(file, timer)

    def status(self) -> SourceStatus:
        """Return how the source fares."""
        files = [file for file in self._books.files() if not file.finished and file.found]
        old = [file.old_bytes for file in self._books.files() if file.history and file.found]
        return SourceStatus(
            source=self.settings.name,
            files=len(files),
            lag_bytes=sum(file.lag for file in files),
            last_line_at=self._last_line_at,
            watching=f"polling: {self.why_polling}" if self.why_polling else "inotify",
            problems=tuple(problem for _, problem in sorted(self._books.problems.items())),
            catching_up=any(file.catching_up for file in files),
            old_read=sum(read for read, _ in old),
            old_bytes=sum(whole for _, whole in old),
        )

    def close(self) -> None:
        """Close every file."""
        self._books.close()

    def _refresh(self, file: FollowedFile, now: datetime, timer: float) -> list[LineBatch]:
        """Ask a hot file for changes; finish it, or let it cool, when it has been quiet for long enough."""
        self._books.check_growth(file, timer)
        if file.due:
            self._enqueue(file.stream)
            return []
        quiet, record = timer - file.grew_at, self._holding.get(file)
        if file.rotated and not file.finished:
            if quiet >= self._pace.grace:
                return self._finish(file, now)
        elif record is not None and not file.finished:
            if quiet >= self._pace.quiet and (self._stood_long(file, now) or record.over(file, timer, self._hold_for)):
                return self._let_go(file, now, timer)
        elif quiet > self._pace.hot:
            self._books.hot.pop(file, None)
        return []

    @property
    def _hold_for(self) -> float:
        return max(self._pace.hold, self.settings.lateness.total_seconds())

    def _stood_long(self, file: FollowedFile, now: datetime) -> bool:
        """Tell whether what a file holds stood there before its log was opened, and for long."""
        written = file.written if file.cutter.offset < file.history else None
        return written is not None and (now - written).total_seconds() >= self._hold_for

    def _enqueue(self, stream: str) -> None:
        if stream not in self._queued:
            self._queued.add(stream)
            self._queue.append(stream)

    def _due(self, stream: str) -> FollowedFile | None:
        for file in self._books.streams.get(stream, ()):
            if file.due and file.found and not file.finished:
                return file
        return None

    def _read_stream(self, stream: str, size: int, now: datetime, timer: float) -> tuple[LineBatch | None, int]:
        file = self._due(stream)
        if file is None:
            return None, 0
        try:
            self._frame(file)
            seen = file.cutter.seen
            cut, head = file.read(size)
        except ReplacedError:
            self._catalogue.replaced(file)
            return None, 0
        except FileNotFoundError:
            file.due = False
            self._catalogue.missing(file)
            return None, 0
        except OSError as error:
            file.due = False
            self._books.note(file.path, f"cannot be read: {error.strerror or error}", _REPORTS)
            return None, 0
        self._books.heads(file)
        self._books.note_used(file)
        if isinstance(file.content, StreamContent):
            return self._read_compressed(file, file.content, cut, seen, now, timer)
        file.due = file.more
        self._hold(file, timer)
        return self._batch(file, cut, head, now), max(file.cutter.seen - seen, 0)

    def _read_compressed(
        self, file: FollowedFile, content: StreamContent, cut: LineChunk | None, seen: int, now: datetime, timer: float
    ) -> tuple[LineBatch | None, int]:
        size = max(file.cutter.seen - seen, 0)
        if cut is not None or (size and file.cutter.skipping):
            return self._batch(file, cut, b"", now), size
        damage = content.damage
        if damage is not None and timer - file.grew_at < self._pace.settle:
            file.due = False  # perhaps still being written: the next beat opens it again
            self._books.retry(file)
            return None, size
        if damage is not None:
            self._books.note(file.path, f"is damaged behind byte {damage.offset} of its content: {damage.why}")
        return self._last(file, file.cutter.read_chunk(content, MIN_READ, ending=Ending.FINAL), b"", now), size

    def _frame(self, file: FollowedFile) -> None:
        if not file.framed:
            file.frame(lambda head: self._framing(self.settings, head))

    def _hold(self, file: FollowedFile, timer: float) -> None:
        if file.cutter.holds:
            self._holding.setdefault(file, HeldRecord(timer)).moved(file, timer)
        else:
            self._holding.pop(file, None)

    def _let_go(self, file: FollowedFile, now: datetime, timer: float) -> list[LineBatch]:
        """The file was quiet: hand out the record that could have been continued."""
        try:
            cut, head = file.read(MIN_READ, ending=Ending.QUIET)
        except (ReplacedError, OSError):
            file.due = True  # the next turn finds out what happened to it
            return []
        finally:
            self._hold(file, timer)
        batch = self._batch(file, cut, head, now)
        return [batch] if batch else []

    def _finish(self, file: FollowedFile, now: datetime) -> list[LineBatch]:
        """A rotated file grows no more: hand out its last line even without a line end, and close it."""
        try:
            self._frame(file)
            cut, head = file.read(MIN_READ, ending=Ending.FINAL)
        except ReplacedError:
            self._catalogue.replaced(file)
            return []
        except FileNotFoundError:
            self._catalogue.missing(file)
            return []
        except OSError as error:
            self._books.note(file.path, f"its end cannot be read: {error.strerror or error}", _REPORTS)
            cut, head = None, b""
        batch = self._last(file, cut, head, now)
        return [batch] if batch else []

    def _last(self, file: FollowedFile, cut: LineChunk | None, head: bytes, now: datetime) -> LineBatch | None:
        file.finished, file.due = True, False
        self._holding.pop(file, None)
        batch = self._batch(file, cut, head, now)
        self._books.finished(file)
        return batch

    def _batch(
        self, file: FollowedFile, cut: LineChunk | None, head: bytes, now: datetime, *, provisional: bool = False
    ) -> LineBatch | None:
        if cut is None:
            return None
        if not file.file_id:
            self._name(file, cut, head or file.first_bytes)
        if len(cut.lines):
            self._last_line_at = now
        header = file.header or ""
        if file.framing.header and not provisional:
            file.header = last_directive(cut.lines, file.framing.header) or header
        return LineBatch(
            source=self.settings.name,
            stream=file.stream,
            path=file.path,
            file_id=file.file_id,
            lines=cut.lines,
            offsets=cut.offsets,
            start=cut.start,
            end=cut.end,
            ingested=now,
            rejects=cut.rejects,
            header=header,
            written=file.written,
            at_end=not file.more and not file.cutter.holds,
            finished=file.finished,
            history=file.history,
            provisional=provisional,
        )

    def _name(self, file: FollowedFile, cut: LineChunk, head: bytes) -> None:
        """Give the file its id by its first line, or its first record, which may hold or be no whole line."""
        complete = file.finished or file.compressed
        if file.framing != LINES:
            complete = True
            if cut.start == 0 and file.framing.cutting not in BY_LINES:
                head = head[: _first_end(cut)]
        self._books.name(file, head, complete=complete)


def _first_end(cut: LineChunk) -> int:
    ends = [cut.end, *(one.offset + one.length for one in cut.rejects[:1])]
    if len(cut.lines):
        ends.append(int(cut.offsets[0]) + len(cut.lines[0].encode()))
    return max(min(ends), 1)
