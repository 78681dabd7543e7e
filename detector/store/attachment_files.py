"""The files that came with reports from outside. The same bytes are kept once."""

from pathlib import Path

from detector.store.fingerprinted_files import FingerprintedFiles, WrittenFile

ATTACHMENTS = Path("evidence", "attachments")
"""Their folder under the state folder, beside the archives of raw lines."""


class AttachmentFiles(FingerprintedFiles):
    """The files in one folder."""

    def write(self, raw: bytes) -> WrittenFile:
        """Keep bytes.

        Raises:
            StoreError: They could not be written.
        """
        return self.write_bytes(raw, lambda digest: f"{digest[:2]}/{digest}")

    def read(self, path: str, digest: str) -> bytes:
        """Return the bytes of a file.

        Raises:
            StoreError: It is not there, or not the one that was written.
        """
        return self.read_bytes(path, digest)
