"""One file being followed: its identity, its open handle and how far it has been read.

Comes in: a path, or a position from before. Goes out: cuts of lines, and the news that the file under the handle is
not the one we began (it was emptied or written anew). Which file a path leads to, and what to do about a rotation, is
decided by the source.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from detector.acquire.files.identity import HEAD, FileHead, first_line, stream_of
from detector.acquire.framing.base import Ending
from detector.acquire.framing.content import Content, PlainContent, StreamContent, open_content
from detector.acquire.framing.directive import directive_before
from detector.acquire.framing.line_reader import LineChunk, LineReader
from detector.acquire.framing.record_reader import RecordReader, cutter_for
from detector.schema.events.framing import LINES, Cutting, Framing
from detector.schema.events.lines import Position

Key = tuple[int, int]
_BACK = 64 * 1024
_WITHOUT_LINES = (Cutting.JSON, Cutting.XML)
"""Framings whose files may hold no line end at all."""


class ReplacedError(Exception):
    """The file under the handle no longer begins, or no longer goes on, as it did."""


@dataclass(slots=True, eq=False, kw_only=True)
class FollowedFile:
    """A file of one stream.

    Attributes:
        source: Name of the source.
        stream: Path of the logical log.
        path: Where the file lies, as far as is known.
        key: Device and inode; None for one that is known by its head only.
        head: Hash of its first bytes.
        file_id: Stable id, empty until the first line is complete.
        cutter: Where it is read.
        content: The open handle; None when it is closed or the file is not found.
        size: Bytes when it was last looked at. mtime: nanoseconds, likewise.
        rotated: Its path leads elsewhere now: it is read to its end and then finished.
        finished: Read to its end, will not grow.
        compressed: Its content is decompressed while reading.
        due: It may hold bytes that were not looked at: read it in the next turn.
        grew_at: When it last changed, by the reader's timer. lost_at: since when it is not found, likewise.
        found: It is known which file this is; False for a position whose file was not found yet.
        placed: It can be opened at its path; False after it left a path and until it is seen elsewhere.
        seen_at: When it was last seen.
        first_bytes: The head of a compressed file, which cannot be read twice; empty otherwise.
        framing: How it is cut; LINES until ``framed`` says that it is known.
        header: The directive line in force behind what was read; None: to be looked for.
        begins: When its first events happened, in nanoseconds; 0: not asked, or not known.
        history: What starts before this byte stood there when its log was first opened (see ``Position.history``).
    """

    source: str
    stream: str
    path: str
    key: Key | None = None
    head: FileHead = field(default_factory=FileHead)
    file_id: str = ""
    cutter: LineReader | RecordReader = field(default_factory=LineReader)
    content: Content | None = None
    size: int = 0
    mtime: int = 0
    rotated: bool = False
    finished: bool = False
    compressed: bool = False
    due: bool = False
    grew_at: float = 0.0
    lost_at: float | None = None
    placed: bool = True
    found: bool = True
    seen_at: datetime | None = None
    first_bytes: bytes = b""
    framing: Framing = LINES
    framed: bool = False
    header: str | None = None
    begins: int = 0
    history: int = 0
    _its_own: int = 0  # the time of the file, when that was surely not another one's yet
    _skipped: int = 0
    _packed: tuple[int, int] = (0, 0)
    _position: Position | None = None

    @classmethod
    def restored(cls, position: Position) -> "FollowedFile":
        """Return the file that a position is about, not looked for yet."""
        return cls(
            source=position.source,
            stream=position.stream,
            path=position.path,
            key=(position.device, position.inode) if position.inode else None,
            head=FileHead(position.head_length, position.head_hash),
            file_id=position.file_id,
            cutter=LineReader(position.offset),
            finished=position.finished,
            rotated=position.finished,
            found=False,
            seen_at=position.seen_at,
            history=position.history,
        )

    def successor(self) -> "FollowedFile":
        """Return the file that begins anew at the same place, after this one was emptied."""
        self.mtime = self._its_own
        new = FollowedFile(source=self.source, stream=self.stream, path=self.path, key=self.key)
        new.content, self.content = self.content, None
        new.rotated, new.grew_at = self.rotated, self.grew_at
        return new

    @property
    def more(self) -> bool:
        """Whether there are bytes that were not looked at."""
        return not self.finished and self.found and (self.compressed or self.cutter.seen < self.size)

    @property
    def lag(self) -> int:
        """Bytes written and not yet handed out; 0 where the size is not known (compressed)."""
        return 0 if self.compressed or self.finished else max(self.size - self.cutter.offset, 0)

    @property
    def catching_up(self) -> bool:
        """Whether it is in first reading: not yet read up to the end it had when its log was first opened."""
        if not self.history or self.finished or not self.found:
            return False
        return self.compressed or self.cutter.holds or self.cutter.seen < min(self.history, self.size)

    @property
    def old_bytes(self) -> tuple[int, int]:
        """Of the bytes of its first reading, how many were read, and how many there are, as they lie on the disk."""
        if not self.compressed:
            whole = min(self.history, max(self.size, self.cutter.offset))
            return min(self.cutter.seen, whole), whole
        if isinstance(self.content, StreamContent):
            self._packed = self.content.consumed, self.content.stat().st_size
        read, whole = (self.size, self.size) if self.finished else self._packed
        return (min(read, whole), whole) if self.history else (0, 0)

    def position(self) -> Position | None:
        """Return how far it was read; before it has an id, when its log was looked at, and nothing of the file."""
        if not self.file_id:
            return self._looked_at()
        old = self._position
        if old and old.file_id and self._still(old):
            return old
        device, inode = self.key or (0, 0)
        self._position = Position(
            source=self.source,
            stream=self.stream,
            file_id=self.file_id,
            path=self.path,
            device=device,
            inode=inode,
            head_length=self.head.length,
            head_hash=self.head.digest,
            offset=self.cutter.offset,
            finished=self.finished,
            seen_at=self.seen_at,
            history=self.history,
        )
        return self._position

    def _looked_at(self) -> Position | None:
        if self._position is None and self.seen_at is not None:
            self._position = Position(
                source=self.source, stream=self.stream, file_id="", path=self.path, seen_at=self.seen_at
            )
        return self._position

    def _still(self, old: Position) -> bool:
        same = (old.offset, old.finished, old.path) == (self.cutter.offset, self.finished, self.path)
        same = same and old.history == self.history
        return same and old.head_length == self.head.length and (old.device, old.inode) == (self.key or (0, 0))

    def attach(self, content: Content, path: str, key: Key) -> None:
        """Take this open file for the one that is followed."""
        self.detach()
        self.content, self.path, self.key, self.found = content, path, key, True
        self.compressed = isinstance(content, StreamContent)
        if self.compressed and not self.file_id:
            self.first_bytes = content.read_at(0, HEAD)
        self.lost_at = None
        self.due = True
        self.check_changed()
        self._its_own = content.written if isinstance(content, PlainContent) else self.mtime

    def detach(self) -> None:
        """Close the handle."""
        if self.content is not None:
            self.content.close()
            self.content = None

    def nameless(self) -> bool:
        """Tell whether no name leads to the open file any more: it was deleted, or replaced by another."""
        return isinstance(self.content, PlainContent) and self.content.stat().st_nlink == 0

    def check_changed(self) -> bool:
        """Ask the system about the open file; tell whether it changed since the last time."""
        if not isinstance(self.content, PlainContent):
            return False
        now = self.content.stat()
        changed = (now.st_size, now.st_mtime_ns) != (self.size, self.mtime)
        self.size, self.mtime = now.st_size, now.st_mtime_ns
        return changed

    @property
    def written(self) -> datetime | None:
        """When the file was last written, as far as the system says."""
        if isinstance(self.content, StreamContent):
            return datetime.fromtimestamp(self.content.stat().st_mtime, UTC)
        return datetime.fromtimestamp(self.mtime / 1e9, UTC) if self.mtime else None

    def opened(self) -> Content:
        """Return the open handle, opening the file again if it was closed.

        Raises:
            OSError: It cannot be opened, or another file lies at its path.
        """
        return self.content if self.content is not None else self.reopen()

    @property
    def beginning(self) -> bytes:
        """The first bytes of an open file without an id, by which it is named; empty for any other, or unreadable."""
        if self.file_id or self.content is None:
            return b""
        with suppress(OSError):  # where it is read on, that says so
            return self.first_bytes or self.content.read_at(0, HEAD)
        return b""

    def frame(self, framing_of: Callable[[bytes], Framing]) -> None:
        """Learn how the file is cut, from its first bytes; by lines only when the first line is known.

        Raises:
            OSError: It cannot be read.
        """
        content = self.opened()
        head = self.first_bytes or content.read_at(0, HEAD)
        framing = framing_of(head)
        self.framed = framing != LINES or first_line(head, complete=self.rotated) is not None
        if framing != self.framing:
            self.framing, old = framing, self.cutter
            self.cutter = cutter_for(framing, old.offset)
            self.cutter.tail = old.tail
            if self._skipped and not old.offset and framing.cutting in _WITHOUT_LINES:
                self.cutter = cutter_for(framing, self._skipped)

    def goes_on(self, content: Content, size: int | None) -> bool:
        """Tell whether ``content`` is this file, or a copy of it that reaches at least as far as was read."""
        if not self.head.length or not self.head.begins(content.read_at(0, HEAD)):
            return False
        if size is None:
            return True  # compressed: how long it is shows when it is read
        offset, tail = self.cutter.offset, self.cutter.tail
        return size >= offset and content.read_at(offset - len(tail), len(tail)) == tail

    def begin_at_end(self) -> None:
        """Skip what is there already, up to the last line end."""
        end = self._skipped = self.size
        while end > 0 and self.content is not None:
            start = max(end - _BACK, 0)
            place = self.content.read_at(start, end - start).rfind(b"\n")
            if place >= 0:
                self.cutter = LineReader(start + place + 1)
                return
            end = start

    def read(self, size: int, *, ending: Ending = Ending.MORE) -> tuple[LineChunk | None, bytes]:
        """Read on; return the lines, and the head as it stands now.

        Raises:
            ReplacedError: The file is not the one that was begun; nothing of it was taken.
            OSError: It cannot be read.
        """
        content = self.opened()
        if self.header is None and self.framing.header:
            self.header = directive_before(content, self.cutter.offset, self.framing.header)
        if isinstance(content, StreamContent):
            cut = self.cutter.read_chunk(content, size)
            return cut, b""
        before, tail = self.cutter.offset, self.cutter.tail
        if self.size < max(before, self.cutter.seen):
            raise ReplacedError
        cut = self.cutter.read_chunk(content, size, ending=ending)
        head = content.read_at(0, HEAD)
        if not self.head.begins(head) or content.read_at(before - len(tail), len(tail)) != tail:
            self.cutter = cutter_for(self.framing, before)
            self.cutter.tail = tail
            raise ReplacedError
        if self.head.length < HEAD:
            self.head = FileHead.of(head)
        self._its_own = self.mtime
        return cut, head

    def so_far(self) -> tuple[RecordReader, LineChunk] | None:
        """Return what there is of a record that may go on, and a reader that stands behind it; nothing is taken."""
        try:
            content = self.opened()
            if not isinstance(self.cutter, RecordReader) or self.size < self.cutter.seen or not self._same(content):
                return None
            return self.cutter.so_far(content)
        except OSError:
            return None

    def _same(self, content: Content) -> bool:
        offset, tail = self.cutter.offset, self.cutter.tail
        return self.head.begins(content.read_at(0, HEAD)) and content.read_at(offset - len(tail), len(tail)) == tail

    def reopen(self) -> Content:
        """Open the file again after its handle was closed to spare handles.

        Raises:
            OSError: It cannot be opened, or another file lies at its path.
        """
        content = open_content(self.path)
        now = content.stat()
        if self.key is None or (now.st_dev, now.st_ino) != self.key:
            content.close()
            raise FileNotFoundError(self.path)
        self.attach(content, self.path, self.key)
        return content

    @classmethod
    def first_seen(cls, source: str, path: str, content: Content, key: Key) -> "FollowedFile":
        """Return a file that was never seen before, to be read from its beginning."""
        new = cls(source=source, stream=stream_of(path), path=path)
        new.head = FileHead.of(content.read_at(0, HEAD))
        new.attach(content, path, key)
        return new
