"""The last lines of a file that is cut by lines, for whoever wants to know what comes now and not what came first.

Comes in: a path. Goes out: one batch, or None where only the beginning can be read (compressed files, records of
several lines). Nothing is followed or remembered.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from detector.acquire.files.identity import HEAD, archive_id, stream_of
from detector.acquire.framing.content import compression_of, open_content
from detector.acquire.framing.directive import directive_before
from detector.acquire.source import FramingOf, by_lines
from detector.clock import Clock
from detector.frames import LineBatch
from detector.schema.events.framing import Cutting
from detector.settings.sections.sources import SourceSettings

TAIL = 1024 * 1024
_LONGEST = 64 * 1024


def read_tail(
    path: str | Path, source: SourceSettings, *, clock: Clock, size: int = TAIL, framing: FramingOf = by_lines
) -> LineBatch | None:
    """Return the lines within the last ``size`` bytes of a file; the first of them, which may be cut off, is left out.

    Raises:
        OSError: The file cannot be read.
    """
    with Path(path).open("rb") as file:
        head = file.read(HEAD)
        cut = framing(source, head)
        if compression_of(head[:8]) or cut.cutting is not Cutting.LINES:
            return None
        end = os.fstat(file.fileno()).st_size
        start = max(end - size, 0)
        file.seek(start)
        data = file.read(size)
    first = data.find(b"\n") + 1 if start else 0
    texts = [line.rstrip(b"\r").decode("utf-8", "replace")[:_LONGEST] for line in data[first:].split(b"\n") if line]
    header = ""
    if cut.header:
        content = open_content(str(path))
        try:
            header = directive_before(content, start + first, cut.header)
        finally:
            content.close()
    return LineBatch(
        source=source.name,
        stream=stream_of(str(path)),
        path=str(path),
        file_id=archive_id(head),
        lines=pl.Series(texts, dtype=pl.String()),
        offsets=pl.Series(range(len(texts)), dtype=pl.Int64()),
        start=start + first,
        end=end,
        header=header,
        written=datetime.fromtimestamp(Path(path).stat().st_mtime, UTC),
        ingested=clock.now(),
        at_end=True,
        finished=True,
    )
