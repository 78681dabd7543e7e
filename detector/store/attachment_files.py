"""The files that came with reports from outside, each under its SHA-256, for the owner only.

Comes in: bytes. Goes out: a file that is whole or not there, and its hash. A name holds the hash of what is in it, so a
file is never changed, and the same bytes are kept once.
"""

from dataclasses import dataclass
from pathlib import Path

from detector.errors import StoreError
from detector.store import atomic_file

ATTACHMENTS = Path("evidence", "attachments")
"""Their folder under the state folder, beside the archives of raw lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentFile:
    """A file that was written."""

    path: str
    sha256: str
    bytes: int


class AttachmentFiles:
    """The files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, raw: bytes) -> AttachmentFile:
        """Keep bytes.

        Raises:
            StoreError: They could not be written.
        """
        digest = atomic_file.fingerprint_of(raw)
        relative = f"{digest[:2]}/{digest}"
        path = self._folder / relative
        atomic_file.make_folder(path.parent)
        atomic_file.write_whole(path, lambda file: file.write(raw))
        return AttachmentFile(path=relative, sha256=digest, bytes=len(raw))

    def read(self, path: str, digest: str) -> bytes:
        """Return the bytes of a file.

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
        return raw

    def problem(self, path: str, digest: str) -> str:
        """Return why a file is not the one that was written: ``missing`` or ``altered``; empty when it is."""
        return atomic_file.flaw(self._folder / path, digest)
