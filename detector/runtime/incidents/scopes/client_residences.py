"""How many of some clients live where, by the company's file (``records.residence``).

Comes in: the path of the file, ids of clients. Goes out: counts by place; an id never. The file is read when it is
first asked, and again once it has changed: a case that is counted anew goes by the file as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detector.runtime.edited_files import stamp
from detector.schema.events.id_forms import one_form
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


@dataclass(frozen=True, slots=True)
class _Known:
    """Where clients live, by the id as the file has it, and by its one form where that is another."""

    written: Mapping[str, str]
    spelt: Mapping[str, str]

    def of(self, client: str) -> str:
        return self.written.get(client) or self.spelt.get(client) or self.spelt.get(one_form(client), "")


@lru_cache(1)
def _read(path: str, _stamp: object) -> _Known:
    written, spelt = read_residences(Path(path)), dict[str, str]()
    for client, place in written.items():
        for form in {one_form(client), one_form(client, number=False)} - {client}:
            # Two ids that a log may spell alike, and that live elsewhere: nobody knows whose it is.
            spelt[form] = place if spelt.get(form, place) == place else ""
    return _Known(written, spelt)
