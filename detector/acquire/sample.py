"""Read a sample of a finished or growing file: all of it when it is small, else pieces spread evenly over it.

Comes in: a path and how many bytes to read. Goes out: batches of lines in the order of the file, and how much of it
they are. A file that can be read only from its beginning (compressed, records of several lines) gives its first bytes.
The lines of one batch stand next to each other in the file; two batches may lie far apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from detector.acquire.archives import name_problem
from detector.acquire.files.identity import HEAD, archive_id, stream_of
from detector.acquire.framing.base import Ending
from detector.acquire.framing.content import Content, StreamContent, open_content
from detector.acquire.framing.directive import last_directive
from detector.acquire.framing.line_reader import MIN_READ, LineChunk
from detector.acquire.framing.record_reader import cutter_for
from detector.acquire.source import FramingOf, by_lines
from detector.clock import Clock
from detector.errors import InputError, Problem
from detector.frames import LineBatch
from detector.schema.events.framing import Cutting, Framing
from detector.settings.sections.sources import SourceSettings

SAMPLE_BYTES = 32 * 1024 * 1024
"""How much of a file is read; a file up to this size is read whole."""
PIECES = 16
_CHUNK = 2 * 1024 * 1024
_FARTHEST = 1024 * 1024
"""How far to look for a line end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSample:
    """What was read of one file.

    Attributes:
        batches: Lines that stand next to each other, batch by batch.
        read: Bytes that were read, decompressed.
        size: Bytes of the file; of a compressed one that was not read whole 0, because nobody knows.
        whole: All of it was read.
        written: When the file was last written.
        damage: Why it could not be read on; empty when it could.
    """

    batches: tuple[LineBatch, ...]
    read: int
    size: int
    whole: bool
    written: datetime
    damage: str = ""

    @property
    def lines(self) -> int:
        """How many lines were read, those included that could not be text."""
        return sum(len(batch.lines) + len(batch.rejects) for batch in self.batches)


def read_sample(
    path: str | Path,
    source: SourceSettings,
    *,
    clock: Clock,
    framing: FramingOf = by_lines,
    limit: int = SAMPLE_BYTES,
    pieces: int = PIECES,
) -> FileSample:
    """Read a sample of a file.

    Args:
        path: The file.
        source: The source it would belong to.
        clock: Says when it is read.
        framing: Tells how the file is cut into records, by its first bytes.
        limit: How many bytes are read at most, give or take a line.
        pieces: In how many places a larger file is read.

    Raises:
        InputError: It cannot be opened or read.
    """
    name = str(path)
    unnamable = name_problem(name)
    if unnamable is not None:
        raise InputError(unnamable)
    try:
        content = open_content(name)
        try:
            return _Sampling(name, content, source, clock, framing).sample(limit, pieces)
        finally:
            content.close()
    except OSError as error:
        raise InputError(Problem(file=name, what=f"cannot be read: {error.strerror or error}")) from None


class _Sampling:
    """One file being sampled."""

    def __init__(
        self, path: str, content: Content, source: SourceSettings, clock: Clock, framing_of: FramingOf
    ) -> None:
        self._path, self._content, self._source, self._clock = path, content, source, clock
        head = content.read_at(0, HEAD)
        self._framing: Framing = framing_of(source, head)
        self._file_id = archive_id(head)
        status = content.stat()
        self._size = status.st_size
        self._written = datetime.fromtimestamp(status.st_mtime, UTC)
        self._header = ""

    def sample(self, limit: int, pieces: int) -> FileSample:
        """Read it whole or in pieces."""
        forwards = isinstance(self._content, StreamContent) or self._framing.cutting is not Cutting.LINES
        spread = not forwards and self._size > limit
        step, share = (self._size // pieces, limit // pieces) if spread else (0, limit)
        batches: list[LineBatch] = []
        for piece in range(pieces if spread else 1):
            start = self._line_start(piece * step)
            batches += self._piece(start, start + share, last=not spread)
        read = sum(batch.size for batch in batches)
        damage = self._content.damage if isinstance(self._content, StreamContent) else None
        whole = not spread and self._ended
        return FileSample(
            batches=tuple(batches),
            read=read,
            size=0 if isinstance(self._content, StreamContent) and not whole else max(read, self._size),
            whole=whole,
            written=self._written,
            damage=f"{damage.why} (byte {damage.offset})" if damage is not None else "",
        )

    def _line_start(self, offset: int) -> int:
        """Return where the first line begins that starts at or behind ``offset``."""
        if offset == 0:
            return 0
        data = self._content.read_at(offset - 1, _FARTHEST)
        # Without a line end within reach a piece of a line is begun with, which is too long to be more than a reject.
        return offset + data.find(b"\n")

    def _piece(self, start: int, stop: int, *, last: bool) -> Iterator[LineBatch]:
        cutter = cutter_for(self._framing, start, first_number=0 if start else 1)
        self._ended = False
        while cutter.offset < stop and cutter.seen < stop + _CHUNK:
            seen, size = cutter.seen, min(_CHUNK, max(stop - cutter.offset, MIN_READ))
            cut = cutter.read_chunk(self._content, size)
            if cut is None and not (cutter.skipping and cutter.seen > seen):
                cut = cutter.read_chunk(self._content, MIN_READ, ending=Ending.FINAL) if last else None
            if cut is not None:
                yield self._batch(cut)
            elif cutter.seen == seen or not last:
                self._ended = True
                return
        self._ended = cutter.offset >= self._size and not isinstance(self._content, StreamContent)

    def _batch(self, cut: LineChunk) -> LineBatch:
        batch = LineBatch(
            source=self._source.name,
            stream=stream_of(self._path),
            path=self._path,
            file_id=self._file_id,
            lines=cut.lines,
            offsets=cut.offsets,
            start=cut.start,
            end=cut.end,
            ingested=self._clock.now(),
            first_number=cut.first_number,
            numbers=cut.numbers,
            rejects=cut.rejects,
            header=self._header,
            written=self._written,
        )
        if self._framing.header:
            self._header = last_directive(cut.lines, self._framing.header) or self._header
        return batch
