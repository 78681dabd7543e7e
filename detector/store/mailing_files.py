"""The files of mailings: who is written to, and what all letters say alike. JSON lines, gzip, for the owner only.

Comes in: recipients and facts. Goes out: a file that is whole or not there, and its hash; both again, if the file is
the one that was written. A name holds the hash of what is in it, as those of lists of clients do.
"""

import gzip
from collections.abc import Sequence
from pathlib import Path

import msgspec

from detector.errors import StoreError
from detector.schema.letters.mailings import LetterFacts, Recipient
from detector.store import atomic_file
from detector.store.client_list_files import ClientListFile

_DIGITS = 16


class MailingFiles:
    """The files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(
        self, incident_id: str, number: int, facts: LetterFacts, recipients: Sequence[Recipient]
    ) -> ClientListFile:
        """Write a mailing.

        Raises:
            StoreError: It could not be written.
        """
        encode = msgspec.json.Encoder().encode
        raw = gzip.compress(b"\n".join(map(encode, (facts, *recipients))), mtime=0)
        digest = atomic_file.fingerprint_of(raw)
        relative = f"{incident_id}/{number:04}-{digest[:_DIGITS]}.jsonl.gz"
        atomic_file.make_folder(self._folder)
        atomic_file.write_whole(self._folder / relative, lambda file: file.write(raw))
        return ClientListFile(path=relative, sha256=digest, bytes=len(raw))

    def read(self, path: str, digest: str) -> tuple[LetterFacts, dict[int, Recipient]]:
        """Return a mailing: what all letters say, and recipients by number.

        Raises:
            StoreError: The file is not there, or not the one that was written.
        """
        whole = self._folder / path
        try:
            raw = whole.read_bytes()
        except OSError as error:
            raise StoreError(f"{whole} cannot be read: {error.strerror or error}") from None
        if atomic_file.fingerprint_of(raw) != digest:
            raise StoreError(f"{whole} is not the file that was written; `nabat verify` names all that differ")
        first, *lines = gzip.decompress(raw).split(b"\n")
        decode = msgspec.json.Decoder(Recipient).decode
        recipients = map(decode, lines)
        return msgspec.json.decode(first, type=LetterFacts), {each.number: each for each in recipients}

    def problem(self, path: str, digest: str) -> str:
        """Return why a file is not the one that was written: ``missing`` or ``altered``; empty when it is."""
        return atomic_file.flaw(self._folder / path, digest)
