"""How many of some clients live where, by the company's file (``Settings.residence_file``).

Comes in: the path of the file, ids of clients. Goes out: counts by place; an id never. The file is read when it is
first asked, and again once it has changed: a case that is counted anew goes by the file as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detector.runtime.edited_files import stamp
from detector.runtime.incidents.scopes.client_lookup import ClientLookup
from detector.settings.lists.residence_rows import read_residences

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ClientResidences:
    """Counts clients by where they live.

    Attributes:
        path: Of the file; empty: there is none.
    """

    path: str = ""

    def count(self, clients: Iterable[str]) -> Counts:
        """Return how many of these clients live where, the most first; whom the file does not name counts nowhere.

        Raises:
            ConfigError: The file cannot be read, or is wrong by now.
        """
        if not self.path:
            return ()
        known = _read(self.path, stamp(Path(self.path)))
        found: dict[str, int] = {}
        for client in clients:
            if place := known.of(client):
                found[place] = found.get(place, 0) + 1
        return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


@lru_cache(1)
def _read(path: str, _stamp: object) -> ClientLookup[str]:
    return ClientLookup(read_residences(Path(path)))
