"""The lines of a case as logs that can be replayed: those that its archive holds, as they were copied.

Comes in: an archive, the configured sources. Goes out: one file for each log the lines stood in, in their order. A
line that is not what was copied proves nothing: it is refused.
"""

from hashlib import sha256
from pathlib import Path

import polars as pl

from detector.errors import FoundError, InputError, Problem
from detector.runtime.intake.log_file import Log
from detector.schema.case.evidence_archive import EvidenceSummary
from detector.settings import Settings, SourceSettings
from detector.store import SegmentFiles

_COLUMNS = ("source", "file_id", "path", "offset", "sha256", "raw")
_ONE_LOG = ("source", "file_id", "path")


def case_logs(held: EvidenceSummary, files: SegmentFiles, settings: Settings, folder: Path) -> tuple[list[Log], int]:
    """Write the lines of an archive as logs into a folder; return these, and how many lines they hold.

    Raises:
        StoreError: A segment cannot be read.
        FoundError: A line is not the one that was copied.
        InputError: A source that lines are of is configured no more.
    """
    frames = [files.read(segment, _COLUMNS) for segment in held.segments]
    if not frames:
        return [], 0
    lines = pl.concat(frames).unique(["file_id", "path", "offset"], keep="first").sort("path", "file_id", "offset")
    for digest, raw in lines.select("sha256", "raw").iter_rows():
        if sha256(raw).hexdigest() != digest:
            raise FoundError("a line of the archive is not the one that was copied: nabat evidence verify names all")
    sources = {each.name: each for each in settings.sources}
    gone = sorted(set(lines.get_column("source").unique()) - sources.keys())
    if gone:
        what = f"the case has lines of {', '.join(gone)}, of which no source is configured any more"
        raise InputError(Problem(what=what, fix="name a configuration that has it: -c"))
    logs = []
    for number, ((source, *_), part) in enumerate(lines.group_by(_ONE_LOG, maintain_order=True), 1):
        place = folder / f"{number}.log"
        place.write_bytes(b"".join(raw + b"\n" for raw in part.get_column("raw")))
        logs.append(Log(str(place), _as_file(sources[str(source)], place)))
    return logs, lines.height


def _as_file(source: SourceSettings, place: Path) -> SourceSettings:
    """Return a source that reads one file, whatever it read before."""
    return source.model_copy(update={"paths": (str(place),), "journald": None, "exclude": ()})
