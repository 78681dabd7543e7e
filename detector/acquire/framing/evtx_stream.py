"""A binary Windows event log (``.evtx``) as a stream of XML, one ``<Event>`` after another.

Comes in: an open file. Goes out: ``read(size)``, as of any stream. What is damaged is passed over, chunks of 64 KiB or
single records, and told in the end: ``SalvagedError`` is raised where a stream would end. GUIDs stand in braces, as
Windows itself exports them. Nothing is followed: a log that Windows is writing is read as far as it is on the disk.
"""

import io
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evtx import PyRecordsIterator

MAGIC = b"ElfFile\x00"
_HEADER, _CHUNK = 4096, 65536
_COUNT_AT = 42
_MOST_DAMAGES = 10_000
"""Damages in a row without a record between them, behind which nothing is looked for."""
_GUID = re.compile(r'(?<=[">])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?=["<])')
_PROLOG = re.compile(r"^<\?xml[^>]*\?>\s*")


class SalvagedError(Exception):
    """Parts of a log could not be read; all others were.

    Args:
        parts: What is said of each.
    """

    def __init__(self, parts: tuple[str, ...]) -> None:
        super().__init__(parts[0])
        self.parts = parts


class EvtxStream:
    """The records of one file as XML.

    Args:
        raw: The file, which has to be one that can be read at any place.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._buffer = bytearray()
        self._texts: Iterator[bytes] | None = None

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; none at the end.

        Raises:
            SalvagedError: At the end, of a file that is damaged.
            OSError: It is no event log, or cannot be read.
        """
        if self._texts is None:
            self._texts = self._all()
        while not self._buffer:
            more = next(self._texts, None)
            if more is None:
                return b""
            self._buffer += more
        made = bytes(self._buffer[:size])
        del self._buffer[:size]
        return made

    def close(self) -> None:
        """Let go of what was read; the file is closed by whoever opened it."""
        self._texts = None
        self._buffer.clear()

    def _all(self) -> Iterator[bytes]:
        if not self._raw.seekable():
            raise OSError("a Windows event log is read as a file, not through a pipe")
        file = _Padded(self._raw)
        damages: list[str] = []
        if file.missing:
            damages.append(file.missing)
        row, records = 0, _records(file)
        while row < _MOST_DAMAGES:
            try:
                record: Any = next(records)
            except StopIteration:
                break
            except RuntimeError as error:
                damages.append(str(error))
                row += 1
                continue
            row = 0
            yield (_GUID.sub(r"{\g<0>}", _PROLOG.sub("", record["data"], count=1)).strip() + "\n").encode()
        if damages:
            raise SalvagedError(tuple(damages))


def _records(file: "_Padded") -> "PyRecordsIterator":
    from evtx import PyEvtxParser  # noqa: PLC0415 - a compiled library that few need

    try:
        return PyEvtxParser(file, number_of_threads=1, indent=False).records()
    except RuntimeError as error:
        raise OSError(f"not a whole Windows event log: {error}") from None


class _Padded:
    """A file whose last chunk is padded with zeros to its full size, so that its records can be read.

    Attributes:
        missing: What tells that its end is missing; empty where it is there.
    """

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._size = raw.seek(0, io.SEEK_END)
        over = max(self._size - _HEADER, 0) % _CHUNK
        self._whole = self._size + (_CHUNK - over if over else 0)
        raw.seek(0)
        head = raw.read(_COUNT_AT + 2)
        raw.seek(0)
        self._at = 0
        chunks = int.from_bytes(head[_COUNT_AT : _COUNT_AT + 2], "little")
        there = (self._size - _HEADER) // _CHUNK
        self.missing = ""
        if over or there < chunks:
            self.missing = f"its end is missing: {self._size} bytes are {there} of {max(chunks, there + 1)} chunks"

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes."""
        size = self._whole - self._at if size < 0 else max(min(size, self._whole - self._at), 0)
        data = b""
        if self._at < self._size:
            self._raw.seek(self._at)
            data = self._raw.read(min(size, self._size - self._at))
        self._at += size
        return data.ljust(size, b"\0")

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._whole}[whence]
        return self._at

    def tell(self) -> int:
        """Return where it stands."""
        return self._at

    def seekable(self) -> bool:
        """It is."""
        return True

    def readable(self) -> bool:
        """It is."""
        return True
