"""Files of cases that are written once: each has the SHA-256 of what is in it in its name. For the owner only.

Comes in: bytes. Goes out: a file that is whole or not there, and its hash; the bytes again, if the file is the one that
was written. So a file is never changed, and one whose transaction failed is written again under the same name: whether
it failed is not always known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from detector.errors import StoreError
from detector.store import atomic_file

DIGITS = 16
"""So many digits of a hash are enough in the name of a file that one case alone has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file that was written; ``path`` is relative to its folder."""

    path: str
    sha256: str
    bytes: int


class FingerprintedFiles:
    """The files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write_bytes(self, raw: bytes, path_of: Callable[[str], str]) -> WrittenFile:
        """Write a file.

        Args:
            raw: What is in it.
            path_of: Gives its path in the folder, from the SHA-256 of what is in it.

        Raises:
            StoreError: It could not be written.
        """
        digest = atomic_file.fingerprint_of(raw)
        path = path_of(digest)
        atomic_file.make_folder(self._folder)
        atomic_file.write_whole(self._folder / path, lambda file: file.write(raw))
        return WrittenFile(path=path, sha256=digest, bytes=len(raw))

    def read_bytes(self, path: str, digest: str) -> bytes:
        """Return what is in a file.

        Raises:
            StoreError: It is not there, or not the one that was written.
        """
        whole = self._folder / path
        try:
            raw = whole.read_bytes()
        except OSError as error:
            raise StoreError(f"{whole} cannot be read: {error.strerror or error}") from error
        if atomic_file.fingerprint_of(raw) != digest:
            raise StoreError(f"{whole} is not the file that was written; `nabat verify` names all that differ")
        return raw

    def problem(self, path: str, digest: str) -> str:
        """Return why a file is not the one that was written: ``missing`` or ``altered``; empty when it is."""
        return atomic_file.flaw(self._folder / path, digest)
