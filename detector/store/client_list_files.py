"""The files of clients of cases: versions of scopes, and imported lists. Parquet, zstd.

Comes in: ids of clients with their marks. Goes out: a file that is whole or not there, and its hash; the ids again, if
the file is the one that was written.
"""

from collections.abc import Collection, Iterable, Mapping
from io import BytesIO

import polars as pl

from detector.schema.case.scope_versions import ClientMark
from detector.store.fingerprinted_files import DIGITS, FingerprintedFiles, WrittenFile

_LISTED = {"client": pl.String(), "mark": pl.Int8()}


class ClientListFiles(FingerprintedFiles):
    """The files in one folder."""

    def write(self, incident_id: str, name: str, clients: Mapping[ClientMark, Collection[str]]) -> WrittenFile:
        """Write ids of clients by their marks.

        Raises:
            StoreError: It could not be written.
        """
        parts = [
            pl.DataFrame({"client": sorted(ids), "mark": [int(mark)] * len(ids)}, schema=_LISTED)
            for mark, ids in sorted(clients.items())
        ]
        buffer = BytesIO()
        pl.concat([pl.DataFrame(schema=_LISTED), *parts]).write_parquet(buffer, compression="zstd")
        return self.write_bytes(buffer.getvalue(), lambda digest: f"{incident_id}/{name}-{digest[:DIGITS]}.parquet")

    def read(self, path: str, digest: str) -> Iterable[tuple[str, ClientMark]]:
        """Return the ids in a file, each with its mark.

        Raises:
            StoreError: It is not there, or not the one that was written.
        """
        raw = self.read_bytes(path, digest)
        marks = {int(mark): mark for mark in ClientMark}
        return ((client, marks[mark]) for client, mark in pl.read_parquet(BytesIO(raw)).iter_rows())
