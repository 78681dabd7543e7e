"""Who a file is, whatever it is called: a hash of its head, and the log that its name belongs to.

Comes in: the first bytes of a file, or a path. Goes out: heads to compare, stable ids, the stream of a path. Device and
inode are compared by the follower. Nothing here opens a file.

``file_id`` is derived from the stream and the file's first line, so it is known as soon as that line is complete, does
not change while the head grows, and comes out the same after a crash however the bytes were cut into batches. Two
files of one log that begin with the same line (a header) are told apart by a generation.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePath

from detector.schema import ids

HEAD = 1024

_COMPRESSED = re.compile(r"\.(?:gz|bz2|xz|lzma|zst)$", re.IGNORECASE)
_ROTATED = re.compile(
    r"(?:\.\d{1,5}|[-._]\d{8}(?:[-_.T]?\d{2,10})?|[-._]\d{4}-\d\d-\d\d(?:[-_.T]?[\d-]{2,10})?|[.-](?:old|bak|prev))$"
)
_NUMBERS = re.compile(r"[-._]?\d+")


@dataclass(frozen=True, slots=True)
class FileHead:
    """The first bytes of a file, as a hash; grows until ``HEAD`` bytes are in it."""

    length: int = 0
    digest: str = ""

    @classmethod
    def of(cls, data: bytes) -> "FileHead":
        """Return the head of a file that begins with ``data``."""
        data = data[:HEAD]
        return cls(len(data), blake2b(data, digest_size=16).hexdigest()) if data else cls()

    def begins(self, data: bytes) -> bool:
        """Tell whether a file that begins with ``data`` (up to ``HEAD`` bytes of it) may be this file, grown since."""
        return not self.length or (len(data) >= self.length and FileHead.of(data[: self.length]) == self)


def first_line(data: bytes, *, complete: bool = False) -> bytes | None:
    """Return the first line within the head, None while it is not complete.

    A line longer than the head counts by its first ``HEAD`` bytes; ``complete`` says that the file will not grow.
    """
    end = data.find(b"\n", 0, HEAD)
    if end >= 0:
        return data[: end + 1]
    return data[:HEAD] if len(data) >= HEAD or (complete and data) else None


def live_id(stream: str, line: bytes, generation: int) -> str:
    """Return the id of a followed file that begins with ``line``."""
    return ids.derive("file", stream, line.hex(), *([generation] if generation > 1 else []))


def archive_id(head: bytes) -> str:
    """Return the id of an archive: from its content alone, so that the same bytes give the same ids anywhere."""
    return ids.derive("file", "", head[:HEAD].hex())


def is_compressed(path: str) -> bool:
    """Tell by its name whether a file is compressed."""
    return _COMPRESSED.search(path) is not None


def stream_of(path: str) -> str:
    """Return the path of the log that ``path`` is, or is a rotated copy of: without ``.1``, ``-20260131``, ``.gz``."""
    folder, slash, name = path.rpartition("/")
    name = _COMPRESSED.sub("", name)
    base = _ROTATED.sub("", name)
    return f"{folder}{slash}{base if base.strip('._-') else name}"


def kinship(path: str) -> str:
    """Return what the names of one log's rotated copies have in common, dates within the name included."""
    name = PurePath(stream_of(path)).name
    return _NUMBERS.sub("", name)


def rotation_rank(path: str) -> tuple[int, str]:
    """Sort key among rotated copies of the same age: ``.2`` is older than ``.1``; dates sort as text."""
    number = re.search(r"\.(\d{1,5})$", _COMPRESSED.sub("", path))
    return (-int(number[1]), "") if number else (0, path)
