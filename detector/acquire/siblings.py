"""Where a file may have gone: the rotated copies that lie beside a log.

Comes in: a path. Goes out: paths of the same log's family in its folder, with what the system says about them. It
opens nothing and decides nothing.
"""

import os
from collections.abc import Container, Iterator
from dataclasses import dataclass

from detector.acquire.identity import is_compressed, kinship, rotation_rank, stream_of


@dataclass(frozen=True, slots=True)
class Sibling:
    """A regular file of the same family."""

    path: str
    stat: os.stat_result

    @property
    def key(self) -> tuple[int, int]:
        """Device and inode."""
        return self.stat.st_dev, self.stat.st_ino

    @property
    def compressed(self) -> bool:
        """Whether its name says that it is compressed."""
        return is_compressed(self.path)

    @property
    def age(self) -> tuple[int, tuple[int, str]]:
        """Sort key: older files first."""
        return self.stat.st_mtime_ns, rotation_rank(self.path)


def siblings(*paths: str) -> list[Sibling]:
    """Return the files that may be rotated copies of the logs at these paths, older ones first."""
    found: dict[str, Sibling] = {}
    for path in paths:
        for other in _family(path):
            if other.path not in found:
                found[other.path] = other
    return sorted(found.values(), key=lambda one: one.age)


def rotated_after(stream: str, mtime: int) -> list[Sibling]:
    """Return rotated copies of ``stream`` last written at ``mtime`` or later, older ones first.

    A compressed one beside its plain original is still being written, and is left out.
    """
    family = siblings(stream)
    paths = {one.path for one in family}
    return [
        one
        for one in family
        if one.path != stream
        and stream_of(one.path) == stream
        and one.stat.st_mtime_ns >= mtime
        and not (one.compressed and one.path.rpartition(".")[0] in paths)
    ]


def rotated_in(folder: str, streams: Container[str]) -> set[str]:
    """Return those of ``streams`` that have rotated copies in this folder."""
    found: set[str] = set()
    try:
        names = os.listdir(folder or "/")
    except OSError:
        return found
    for name in names:
        path = f"{folder}/{name}"
        stream = stream_of(path)
        if stream != path and stream in streams:
            found.add(stream)
    return found


def _family(path: str) -> Iterator[Sibling]:
    folder, _, _ = path.rpartition("/")
    family = kinship(path)
    try:
        entries = list(os.scandir(folder or "/"))
    except OSError:
        return
    for entry in entries:
        if kinship(entry.path) != family:
            continue
        try:
            if entry.is_file():
                yield Sibling(entry.path, entry.stat())
        except OSError:
            continue
