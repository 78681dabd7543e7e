"""Lines found again where they were read, byte for byte: in the log, in its rotated copies, in compressed ones.

Comes in: which file a line was read from, its offset, the hash of its bytes. Goes out: the bytes, where they were
found, or why they were not. A line is only what has its hash: whatever else stands at its place by now is not taken for
it. Work is handed out in small steps, so that whoever asks is not held up by a gigabyte to be decompressed.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from detector.acquire.files.identity import HEAD, FileHead
from detector.acquire.files.rotated_copies import Listing
from detector.acquire.framing.content import Content, StreamContent, open_content
from detector.acquire.framing.text_columns import BOM
from detector.schema.case.evidence_archive import MissingLine

_STEP = 1 << 20
# Nearly every line is shorter than the first; no record is longer than the last, except one that was shortened.
_WINDOWS = (16 << 10, 1 << 20)
# Where a record may end: a line end, or a closing bracket of JSON, of XML, of 1C's log.
_END = re.compile(rb"\r?\n|[}>]")


@dataclass(frozen=True, slots=True, order=True)
class WantedLine:
    """A line to be found.

    Attributes:
        offset: Byte in the content of its file.
        line_hash: SHA-256 of its bytes without the line end, in hexadecimal digits, or the beginning of it.
    """

    offset: int
    line_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """The file that lines were read from.

    Attributes:
        path: Where it was last seen. stream: the log that it is a copy of.
        head_length / head_hash: Of its first bytes, as its position says; 0: not known.
    """

    path: str
    stream: str
    head_length: int = 0
    head_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawLine:
    """A line that was found.

    Attributes:
        wanted: Which.
        raw: Its bytes without the line end.
        path, device, inode: The file it was found in.
    """

    wanted: WantedLine
    raw: bytes
    path: str
    device: int
    inode: int


Steps = Generator[RawLine | None, None, dict[WantedLine, MissingLine]]


def find_raw_lines(log: LogFile, wanted: Iterable[WantedLine]) -> Steps:
    """Yield lines as they are found, and None after each step of work without one; return why the others were not."""
    left = dict.fromkeys(sorted(set(wanted)), MissingLine.GONE)
    known = FileHead(log.head_length, log.head_hash)
    for path in _places(log):
        if not left:
            break
        yield None
        try:
            yield from _within(path, known, left)
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            left.update((one, MissingLine.UNREADABLE) for one, why in left.items() if why is MissingLine.GONE)
    return left


def _places(log: LogFile) -> Iterator[str]:
    """Yield where the file may lie: as a rule where it was, else under the names of its family."""
    yield log.path
    yield from dict.fromkeys(one.path for one in Listing().siblings(log.path, log.stream) if one.path != log.path)


def _within(path: str, known: FileHead, left: dict[WantedLine, MissingLine]) -> Iterator[RawLine | None]:
    content = open_content(path)
    try:
        if known.length and not known.begins(content.read_at(0, HEAD)) and not _damaged(content):
            return
        lies = content.stat()
        for one in list(left):
            yield from _forward(content, one.offset)
            raw = _record_at(content, one)
            if raw is not None:
                del left[one]
                yield RawLine(wanted=one, raw=raw, path=path, device=lies.st_dev, inode=lies.st_ino)
            elif known.length and not _damaged(content):
                left[one] = MissingLine.CHANGED
        if _damaged(content):
            left.update(dict.fromkeys(left, MissingLine.UNREADABLE))
    finally:
        content.close()


def _damaged(content: Content) -> bool:
    return isinstance(content, StreamContent) and content.damage is not None


def _forward(content: Content, offset: int) -> Iterator[None]:
    """Go to a place in steps: a compressed file has to be read up to there."""
    if isinstance(content, StreamContent):
        while content.start + _STEP < offset:
            place = content.start + _STEP
            if not content.read_at(place, 1):
                return
            yield None


def _record_at(content: Content, one: WantedLine) -> bytes | None:
    for size in _WINDOWS:
        data = content.read_at(one.offset, size)
        found = _beginning(data[len(BOM) :] if not one.offset and data.startswith(BOM) else data, one.line_hash)
        if found is not None or len(data) < size:
            return found
    return None


def _beginning(data: bytes, line_hash: str) -> bytes | None:
    """Return that beginning of some bytes which has a hash, among those that end where a record may."""
    digest, hashed = sha256(), 0
    for found in _END.finditer(data):
        end = found.start() if found[0].endswith(b"\n") else found.end()
        digest.update(data[hashed:end])
        hashed = end
        if digest.copy().hexdigest().startswith(line_hash):
            return data[:end]
    digest.update(data[hashed:])
    return data if digest.hexdigest().startswith(line_hash) else None
