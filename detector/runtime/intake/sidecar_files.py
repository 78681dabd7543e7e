"""Files that lie beside a log and are needed to read it (1C keeps the names of users and events in one).

Comes in: the full path that a format asks for. Goes out: its bytes, remembered until the file changes. What is larger
than ``largest`` or cannot be read is as if it were not there.
"""

import os
from collections import OrderedDict

LARGEST = 64 * 1024 * 1024

Stamp = tuple[int, int, int]


class SidecarFiles:
    """Reads files, each again only when it changed.

    Args:
        largest: Bytes of a file that is read, and of all that are remembered together.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._known: OrderedDict[str, tuple[Stamp, bytes]] = OrderedDict()

    def __call__(self, path: str) -> bytes | None:
        """Return what the file holds; None when it cannot be read or is too large."""
        try:
            found = os.stat(path)
            stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
            known = self._known.get(path)
            if known is not None and known[0] == stamp:
                self._known.move_to_end(path)
                return known[1]
            data = self._read(path)
        except (OSError, ValueError):
            self._known.pop(path, None)
            return None
        if data is not None:
            self._keep(path, stamp, data)
        return data

    def _keep(self, path: str, stamp: Stamp, data: bytes) -> None:
        self._known.pop(path, None)
        self._known[path] = (stamp, data)
        while sum(len(kept) for _, kept in self._known.values()) > self._largest:
            self._known.popitem(last=False)

    def _read(self, path: str) -> bytes | None:
        # O_NONBLOCK: a FIFO at that path would otherwise be waited for.
        with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY), "rb") as file:
            data = file.read(self._largest + 1) if os.path.isfile(path) else None
        return data if data is not None and len(data) <= self._largest else None
