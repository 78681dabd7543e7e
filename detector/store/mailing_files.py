"""The files of mailings: who is written to, and what all letters say alike. JSON lines, gzip.

Comes in: recipients and facts. Goes out: a file that is whole or not there, and its hash; both again, if the file is
the one that was written.
"""

import gzip
from collections.abc import Sequence

import msgspec

from detector.schema.letters.mailings import LetterFacts, Recipient
from detector.store.fingerprinted_files import DIGITS, FingerprintedFiles, WrittenFile


class MailingFiles(FingerprintedFiles):
    """The files in one folder."""

    def write(self, incident_id: str, number: int, facts: LetterFacts, recipients: Sequence[Recipient]) -> WrittenFile:
        """Write a mailing.

        Raises:
            StoreError: It could not be written.
        """
        encode = msgspec.json.Encoder().encode
        raw = gzip.compress(b"\n".join(map(encode, (facts, *recipients))), mtime=0)
        return self.write_bytes(raw, lambda digest: f"{incident_id}/{number:04}-{digest[:DIGITS]}.jsonl.gz")

    def read(self, path: str, digest: str) -> tuple[LetterFacts, dict[int, Recipient]]:
        """Return a mailing: what all letters say, and recipients by number.

        Raises:
            StoreError: The file is not there, or not the one that was written.
        """
        first, *lines = gzip.decompress(self.read_bytes(path, digest)).split(b"\n")
        decode = msgspec.json.Decoder(Recipient).decode
        recipients = map(decode, lines)
        return msgspec.json.decode(first, type=LetterFacts), {each.number: each for each in recipients}
