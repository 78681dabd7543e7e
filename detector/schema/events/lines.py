"""Positions in files, and lines that could not become events."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

IN_A_ROW: Final = 5
"""A time far ahead of those before counts for the order of a log when so many lines one after the other reach it."""


class RejectReason(StrEnum):
    """Why a line did not become an event: the closed list that labels ``nabat_rejects_total``."""

    TOO_LONG = "too_long"
    INVALID_UTF8 = "invalid_utf8"
    BINARY = "binary"
    NO_FORMAT = "no_format"
    MALFORMED = "malformed"
    NOT_JSON = "not_json"
    BAD_TIME = "bad_time"
    BAD_FIELD = "bad_field"
    EMPTY = "empty"
    HEADER = "header"
    IGNORED = "ignored"
    TOO_COSTLY = "too_costly"
    POISON = "poison"
    DAMAGED = "damaged"


@dataclass(slots=True, kw_only=True, unsafe_hash=True)
class LineReject:
    """A line that is no clean text, or that no format could decode. Nothing changes one.

    It is not frozen, for then it would take three times as long to make one, and a log of garbage makes one a line.

    What is no clean text may be mended (``detector.acquire.framing.mend``): then decode tries it like any other line,
    and it is rejected only when no format takes it.

    Attributes:
        offset: Byte where the line starts.
        number: Line number in its batch's numbering (1-based, from ``LineBatch.first_line``); 0 when unknown.
        reason: From the closed list.
        length: Bytes of the line without its end.
        text: What can be read of it, at most 64 KiB; empty: nothing, or it was never tried.
        line_hash: SHA-256 of its bytes, where there is a text.
    """

    offset: int
    reason: RejectReason
    number: int = 0
    length: int = 0
    text: str = field(default="", compare=False, repr=False)
    line_hash: str = field(default="", compare=False, repr=False)


WHOLE = 1 << 62
"""Of a file whose length is not known before it was read: all of it is history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How far a file has been read: identity and byte offset, never a bare path.

    Attributes:
        source: Name of the source in the configuration.
        stream: The logical log (a path with all its rotated predecessors).
        file_id: Stable key of this file's identity, as it stands in events (``log.file.identity``); empty while its
            first line is not complete: then only the log and ``seen_at`` count.
        path: Where the file was last seen.
        device: st_dev when last seen; 0 when unknown (an archive).
        inode: st_ino when last seen; 0 when unknown.
        head_length: How many bytes of the head are hashed.
        head_hash: Hex hash of these bytes; finds the file again after a rename, a copy or compression.
        offset: Byte behind the last line that was handed on.
        finished: The file was rotated away and has been read to its end.
        seen_at: When it was last seen there.
        cursor: Where to read on in a journal that is not a file; empty for files.
        history: Byte up to which the file is read for the first time: what stood there when its log was first opened.
            0: nothing; ``WHOLE``: all of it. In a journal, the microsecond at which it was first opened.
    """

    source: str
    stream: str
    file_id: str
    path: str
    device: int = 0
    inode: int = 0
    head_length: int = 0
    head_hash: str = ""
    offset: int = 0
    finished: bool = False
    seen_at: datetime | None = None
    cursor: str = ""
    history: int = 0
