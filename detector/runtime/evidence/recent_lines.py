"""The latest lines of sources that are no files, as they were read: nowhere else can they be read again.

Comes in: events just decoded. Goes out: lines by place and hash. So much is remembered as has room; it is gone with the
service, and with what came since.
"""

from collections import deque
from collections.abc import Collection
from hashlib import sha256

import polars as pl

from detector.acquire import WantedLine

MOST_BYTES = 8 << 20
"""Room for the texts of lines."""


class LinesAsRead:
    """The latest lines of standard input and of the system's journal.

    Args:
        most_bytes: Room for their texts.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._size = most_bytes, 0
        self._parts: deque[tuple[int, pl.DataFrame]] = deque()

    def ingest(self, events: pl.DataFrame) -> None:
        """Remember the lines of those events that come from no file."""
        unfiled = ~events.get_column("log.file.path").fill_null("").str.starts_with("/")
        if not unfiled.any():
            return
        # Anew, or a few lines would keep all of the turn's texts in memory.
        texts = events.filter(unfiled).select(offset="log.offset", text="event.original").drop_nulls().rechunk()
        size = int(texts.get_column("text").str.len_bytes().sum())
        self._parts.append((size, texts))
        self._size += size
        while self._size > self._most and self._parts:
            self._size -= self._parts.popleft()[0]

    def find(self, wanted: Collection[WantedLine]) -> dict[WantedLine, bytes]:
        """Return the bytes of those lines that are remembered."""
        places: dict[int, list[WantedLine]] = {}
        for one in wanted:
            places.setdefault(one.offset, []).append(one)
        found: dict[WantedLine, bytes] = {}
        for _, part in self._parts:
            for offset, text in part.filter(pl.col("offset").is_in(list(places))).iter_rows():
                raw = text.encode()
                digest = sha256(raw).hexdigest()
                found |= {one: raw for one in places[offset] if digest.startswith(one.line_hash)}
        return found
