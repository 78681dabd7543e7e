"""Where a file may have gone: the rotated copies that lie beside a log.

Comes in: a path. Goes out: paths of the same log's family in its folder, with what the system says about them. A folder
is listed once a look, and once more where something moved, however many logs lie in it. It opens nothing and decides
nothing.
"""

import os
from collections.abc import Container, Iterable
from dataclasses import dataclass

from detector.acquire.files.identity import is_compressed, kinship, rotation_rank, stream_of


@dataclass(frozen=True, slots=True)
class RotatedCopy:
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


_Index = dict[str, list["os.DirEntry[str]"]]


class Listing:
    """Files beside logs, for the time of one search: each folder is listed once, files are examined when needed."""

    def __init__(self) -> None:
        self._folders: dict[str, tuple[_Index, _Index]] = {}

    def siblings(self, *paths: str) -> list[RotatedCopy]:
        """Return the files that may be rotated copies of the logs at these paths, older ones first."""
        entries = {entry.path: entry for path in paths for entry in self._folder(path)[0].get(kinship(path), ())}
        return _files(entries.values())

    def rotated(self, stream: str) -> list[RotatedCopy]:
        """Return the rotated copies of ``stream``, older ones first.

        A compressed one beside its plain original is still being written, and is left out.
        """
        entries = self._folder(stream)[1].get(stream, [])
        paths = {entry.path for entry in entries}
        return [
            one
            for one in _files(entry for entry in entries if entry.path != stream)
            if not (one.compressed and one.path.rpartition(".")[0] in paths)
        ]

    def family(self, stream: str) -> frozenset[tuple[str, int]]:
        """Return the paths and inodes of all that may be of this log, as they were listed."""
        by_kin, by_log = self._folder(stream)
        entries = (*by_kin.get(kinship(stream), ()), *by_log.get(stream, ()))
        return frozenset((entry.path, entry.inode()) for entry in entries)

    def _folder(self, path: str) -> tuple[_Index, _Index]:
        """Return what lies in the path's folder, by kinship and by log."""
        folder = path.rpartition("/")[0] or "/"
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = ({}, {})
            try:
                entries = list(os.scandir(folder))
            except OSError:
                entries = []  # where it cannot be listed, the log in it cannot be read either, which is told
            for entry in entries:
                known[0].setdefault(kinship(entry.path), []).append(entry)
                known[1].setdefault(stream_of(entry.path), []).append(entry)
        return known


def _files(entries: Iterable[os.DirEntry[str]]) -> list[RotatedCopy]:
    """Ask the system about those that are files, older ones first."""
    found: list[RotatedCopy] = []
    for entry in entries:
        try:
            if entry.is_file():
                found.append(RotatedCopy(entry.path, os.stat(entry.path)))
        except OSError:
            continue  # gone since the listing
    return sorted(found, key=lambda one: one.age)


def rotated_in(folder: str, streams: Container[str]) -> set[str]:
    """Return those of ``streams`` that have rotated copies in this folder."""
    found: set[str] = set()
    try:
        names = os.listdir(folder or "/")
    except OSError:
        return found  # gone, or shut: what is followed in it tells so
    for name in names:
        path = f"{folder}/{name}"
        stream = stream_of(path)
        if stream != path and stream in streams:
            found.add(stream)
    return found
