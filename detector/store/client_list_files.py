"""The files of clients of cases: versions of scopes, and imported lists. Parquet, zstd, for the owner only.

Comes in: ids of clients with their marks. Goes out: a file that is whole or not there, and its hash; the ids again, if
the file is the one that was written. A name holds the hash of what is in it, so a file is never changed, and one whose
transaction failed is written again under the same name: whether it failed is not always known.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl

from detector.errors import StoreError
from detector.schema.case.scope_versions import ClientMark
from detector.store import atomic_file

_LISTED = {"client": pl.String(), "mark": pl.Int8()}
_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientListFile:
    """A file that was written."""

    path: str
    sha256: str
    bytes: int


class ClientListFiles:
    """The files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, incident_id: str, name: str, clients: Mapping[ClientMark, Collection[str]]) -> ClientListFile:
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
        raw = buffer.getvalue()
        digest = atomic_file.fingerprint_of(raw)
        relative = f"{incident_id}/{name}-{digest[:_DIGITS]}.parquet"
        path = self._folder / relative
        atomic_file.make_folder(self._folder)
        atomic_file.write_whole(path, lambda file: file.write(raw))
        return ClientListFile(path=relative, sha256=digest, bytes=len(raw))

    def read(self, path: str, digest: str) -> Iterable[tuple[str, ClientMark]]:
        """Return the ids in a file, each with its mark.

        Raises:
            StoreError: It is not there, or not the one that was written.
        """
        whole = self._folder / path
        try:
            raw = whole.read_bytes()
        except OSError as error:
            raise StoreError(f"{whole} cannot be read: {error.strerror or error}") from None
        if atomic_file.fingerprint_of(raw) != digest:
            raise StoreError(f"{whole} is not the file that was written; `nabat verify` names all that differ")
        marks = {int(mark): mark for mark in ClientMark}
        return ((client, marks[mark]) for client, mark in pl.read_parquet(BytesIO(raw)).iter_rows())

    def problem(self, path: str, digest: str) -> str:
        """Return why a file is not the one that was written: ``missing`` or ``altered``; empty when it is."""
        return atomic_file.flaw(self._folder / path, digest)
