"""Where some clients live, by the company's file (``Settings.residence_file``), and how many live where.

Comes in: the path of the file, ids of clients. Goes out: places by client; counts, which name nobody. The file is read
when it is first asked, and again once it has changed: a case that is counted anew goes by the file as it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detector.runtime.edited_files import stamp
from detector.runtime.incidents.scopes.client_lookup import ClientLookup
from detector.settings.lists.residence_rows import read_residences


@dataclass(frozen=True, slots=True)
class ClientResidences:
    """Tells where clients live.

    Attributes:
        path: Of the file; empty: there is none.
    """

    path: str = ""

    def of(self, clients: Iterable[str]) -> dict[str, str]:
        """Return where these clients live; whom the file does not name is left out.

        Raises:
            ConfigError: The file cannot be read, or is wrong by now.
        """
        if not self.path:
            return {}
        known = _read(self.path, stamp(Path(self.path)))
        return {client: place for client in clients if (place := known.of(client))}


def counted(places: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return how often each place stands among these, the most first."""
    return most_first(Counter(places))


def most_first(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return counts by name as pairs, the most first."""
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def counted_of_classes(
    homes: Mapping[str, str], of_class: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, str, int], ...]:
    """Return how many clients of each class of data live where.

    Args:
        homes: Where each client lives of whom that is known.
        of_class: Clients by class of data.
    """
    return tuple(
        (name, place, count)
        for name, clients in sorted(of_class.items())
        for place, count in counted(homes[client] for client in clients if client in homes)
    )


@lru_cache(1)
def _read(path: str, _stamp: object) -> ClientLookup[str]:
    return ClientLookup(read_residences(Path(path)))
