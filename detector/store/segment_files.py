"""The files of archives of raw lines: Parquet, zstd, one a segment, written whole and never changed.

Comes in: lines with where they were found. Goes out: a file that is whole or not there, and its hash. A file that
no row tells of was written by a service that ended before it could say so: it is written again, under the same name.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from detector.errors import StoreError
from detector.schema.case.evidence_archive import EvidenceSegment
from detector.store import atomic_file

ARCHIVED: dict[str, pl.DataType] = {
    "event_id": pl.String(),
    "at": pl.Datetime("us", "UTC"),
    "source": pl.String(),
    "stream": pl.String(),
    "file_id": pl.String(),
    "path": pl.String(),
    "device": pl.UInt64(),
    "inode": pl.UInt64(),
    "offset": pl.Int64(),
    "length": pl.Int64(),
    "sha256": pl.String(),
    "taken_at": pl.Datetime("us", "UTC"),
    "raw": pl.Binary(),
}
"""What is kept of a line: which event it is, where it was found, its bytes without the line end, and their SHA-256."""


class SegmentFiles:
    """The archives in one folder, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(
        self, incident_id: str, number: int, rows: Sequence[dict[str, Any]], *, taken_at: datetime, collector: str
    ) -> EvidenceSegment:
        """Write a segment, in place of one that was written and not told of.

        Raises:
            StoreError: It could not be written.
        """
        frame = pl.DataFrame(rows, schema=ARCHIVED, orient="row").sort("at", "file_id", "offset")
        relative = f"{incident_id}/{number:06}.parquet"
        path = self.folder / relative
        atomic_file.make_folder(self.folder)
        atomic_file.write_whole(path, lambda file: frame.write_parquet(file, compression="zstd"))
        times = frame.get_column("at").to_list()
        return EvidenceSegment(
            incident_id=incident_id,
            number=number,
            path=relative,
            lines=frame.height,
            bytes=path.stat().st_size,
            raw_bytes=int(frame.get_column("length").sum()),
            sha256=atomic_file.fingerprint(path),
            first_at=times[0],
            last_at=times[-1],
            taken_at=taken_at,
            collector=collector,
        )

    def read(self, segment: EvidenceSegment, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the lines of a segment.

        Raises:
            StoreError: It cannot be read.
        """
        path = self.folder / segment.path
        try:
            return pl.read_parquet(path, columns=list(columns) if columns else None)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise StoreError(f"{path} cannot be read: {error}") from error

    def problem(self, segment: EvidenceSegment) -> str:
        """Return why a file is not the one that was written: ``missing`` or ``altered``; empty when it is."""
        return atomic_file.flaw(self.folder / segment.path, segment.sha256)
