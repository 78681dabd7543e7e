"""The bytes of a file at a place: plain files, compressed files and streams behind one small interface.

Comes in: a path or an open stream. Goes out: ``read_at(offset, size)``. A plain file is read at any place; a stream
(compressed, standard input) only forwards, with a window that keeps no more than was asked for. Nothing is written.
"""

import bz2
import gzip
import lzma
import os
import stat
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Protocol

import pyarrow as pa

from detector.acquire.framing.evtx_stream import MAGIC, EvtxStream, SalvagedError

EVTX = "evtx"
# What libraries raise on purpose of an archive that is cut or damaged.
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, SalvagedError)
_MAGIC = (
    (MAGIC, EVTX),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_STEP = 256 * 1024


@dataclass(frozen=True, slots=True)
class Damage:
    """A compressed file cannot be read beyond this byte of its content.

    Attributes:
        offset: The byte. why: What was wrong.
        parts: What is said of each part that could not be read, where all others were, to the end.
    """

    offset: int
    why: str
    parts: tuple[str, ...] = ()


class Content(Protocol):
    """Bytes that can be read at a place."""

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to ``size`` bytes from ``offset``; fewer only at the end of what is there now."""
        ...

    def stat(self) -> os.stat_result:
        """Return what the system knows about the open file, whatever lies at its path by now."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class PlainContent:
    """A plain file held open, so that it can be read to its end after it was renamed or deleted.

    Attributes:
        written: When it was last written before it was opened, in nanoseconds.
    """

    def __init__(self, path: str) -> None:
        # O_NONBLOCK: a path may have become a FIFO since it was looked at, and opening that would wait for ever.
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        found = os.fstat(self._fd)
        if not stat.S_ISREG(found.st_mode):
            os.close(self._fd)
            raise OSError(f"not a regular file: {path}")
        self.written = found.st_mtime_ns

    def stat(self) -> os.stat_result:
        """Return what the system knows about the open file."""
        return os.fstat(self._fd)

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to ``size`` bytes from ``offset``."""
        return os.pread(self._fd, size, offset)

    def release(self) -> int:
        """Hand the open file over to somebody else, who closes it."""
        fd, self._fd = self._fd, -1
        return fd

    def close(self) -> None:
        """Close the file; once is enough, twice does no harm."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class StreamContent:
    """A stream read forwards through a window that begins at the last offset asked for."""

    def __init__(self, stream: IO[bytes] | Any, raw: IO[bytes]) -> None:
        self._stream, self._raw = stream, raw
        # read1 hands out what was decompressed before a damage; read would throw it away with the error.
        self._read = getattr(stream, "read1", stream.read)
        self._window = bytearray()
        self._start = 0
        self._damage: Damage | None = None

    def read_at(self, offset: int, size: int) -> bytes:
        """Return up to ``size`` bytes from ``offset``, which never decreases; those before damage are included."""
        if offset < self._start:
            raise ValueError("a stream cannot be read backwards")
        while self._start + len(self._window) < offset:
            self._drop(self._start + len(self._window))
            if not self._fill(_STEP):
                return b""
        self._drop(offset)
        while len(self._window) < size and self._fill(max(size - len(self._window), _STEP)):
            pass
        return bytes(self._window[:size])

    def stat(self) -> os.stat_result:
        """Return what the system knows about the open file, compressed as it lies there.

        Raises:
            OSError: It is no file (standard input in a test, a pipe of another program).
        """
        return os.fstat(self._raw.fileno())

    @property
    def start(self) -> int:
        """The place before which nothing can be read any more."""
        return self._start

    @property
    def consumed(self) -> int:
        """How many bytes were taken from what lies on the disk; 0 where that cannot be asked."""
        try:
            return self._raw.tell()
        except (OSError, ValueError):
            return 0

    @property
    def damage(self) -> Damage | None:
        """Where and why the stream could not be read on; None while all is well."""
        return self._damage

    def close(self) -> None:
        """Close the stream and what is under it."""
        try:
            self._stream.close()
        finally:
            self._raw.close()

    def _drop(self, offset: int) -> None:
        del self._window[: offset - self._start]
        self._start = offset

    def _fill(self, size: int) -> bool:
        if self._damage:
            return False
        try:
            more = self._read(size)
        except Exception as error:  # noqa: BLE001 - zlib.error, and whatever else a damaged archive provokes
            said = f"{type(error).__name__}: {error}" if not isinstance(error, _DAMAGED) else str(error)
            parts = error.parts if isinstance(error, SalvagedError) else ()
            self._damage = Damage(self._start + len(self._window), said or type(error).__name__, parts)
            return False
        self._window += more
        return bool(more)


def compression_of(head: bytes) -> str:
    """Return the name of the compression, or ``EVTX``, by the file's first bytes; empty for a plain file."""
    return next((name for magic, name in _MAGIC if head.startswith(magic)), "")


def open_stream(stream: IO[bytes], kind: str) -> StreamContent:
    """Return the content of a compressed stream or an event log of this kind (empty: plain)."""
    if kind == EVTX:
        return StreamContent(EvtxStream(stream), stream)
    if kind == "zstd":
        return StreamContent(pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd"), stream)
    if kind not in _UNPACKED:
        return StreamContent(stream, stream)
    unpacked = _UNPACKED[kind](stream)
    return StreamContent(EvtxStream(unpacked) if _begins(unpacked, MAGIC) else unpacked, stream)


_UNPACKED: dict[str, Callable[[IO[bytes]], Any]] = {
    "gzip": lambda stream: gzip.GzipFile(fileobj=stream, mode="rb"),
    "bz2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}


def _begins(stream: Any, mark: bytes) -> bool:
    """Tell whether a stream begins with a mark; of a damaged one nobody knows, and reading it will say so."""
    try:
        return bool(stream.peek(len(mark)).startswith(mark))
    except Exception:  # noqa: BLE001 - zlib.error, and whatever else a damaged archive provokes
        return False


def open_content(path: str) -> PlainContent | StreamContent:
    """Open a file for reading: decompressed when its first bytes say that it is compressed, as XML when it is ``EVTX``.

    Raises:
        OSError: It cannot be opened, or is no regular file.
    """
    plain = PlainContent(path)
    kind = compression_of(plain.read_at(0, 8))
    if not kind:
        return plain
    # The very file that was opened, not what lies at the path by now.
    return open_stream(os.fdopen(plain.release(), "rb"), kind)
