"""For which controllers the data of some clients is processed, by the company's file (``records.controllers``).

Comes in: the path of the file, ids of clients. Goes out: controllers by client; counts, which name no client. Each
controller is told of its own clients alone (GDPR Art. 33(2)). A row may name the company itself: whoever stands there
so is a client of its own. The file is read anew once it has changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from detector.runtime.edited_files import stamp
from detector.runtime.incidents.scopes.client_lookup import ClientLookup
from detector.runtime.incidents.scopes.client_residences import counted
from detector.settings import Settings
from detector.settings.lists.controller_rows import read_controllers


@dataclass(frozen=True, slots=True)
class ClientControllers:
    """Tells whose clients are concerned.

    Attributes:
        path: Of the file; empty: there is none.
        ourselves: What the company is called; a controller of this name has the empty one.
    """

    path: str = ""
    ourselves: frozenset[str] = frozenset()

    @classmethod
    def of_settings(cls, settings: Settings) -> "ClientControllers":
        """Return those of a configuration."""
        named = {settings.organization.name, settings.organization.legal_name} - {""}
        return cls(settings.records.controllers, frozenset(each.casefold() for each in named))

    def of(self, clients: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the controllers of these clients; whom the file does not name is left out.

        Raises:
            ConfigError: The file cannot be read, or is wrong by now.
        """
        if not self.path:
            return {}
        known = _read(self.path, stamp(Path(self.path)))
        found = {client: names for client in clients if (names := known.of(client))}
        if not self.ourselves:
            return found
        ours = frozenset(name for names in found.values() for name in names if name.casefold() in self.ourselves)
        return {client: tuple("" if name in ours else name for name in names) for client, names in found.items()}


def of_others_alone(owners: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the clients whose controllers are others alone."""
    return frozenset(client for client, names in owners.items() if "" not in names)


def by_controller(owners: Mapping[str, tuple[str, ...]], clients: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return how many of these clients are of each controller, the most first."""
    return counted(name for client in clients for name in owners.get(client, ()))


def classes_by_controller(
    owners: Mapping[str, tuple[str, ...]], of_class: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, str, int], ...]:
    """Return how many clients of each class of data are of each controller."""
    return tuple(
        (name, controller, count)
        for name, clients in sorted(of_class.items())
        for controller, count in by_controller(owners, clients)
    )


def controllers_by_residence(
    owners: Mapping[str, tuple[str, ...]], homes: Mapping[str, str]
) -> tuple[tuple[str, str, int], ...]:
    """Return how many clients of each controller live where; of whom it is not known the place is empty."""
    places: dict[str, list[str]] = {}
    for client, names in owners.items():
        for name in filter(None, names):
            places.setdefault(name, []).append(homes.get(client, ""))
    return tuple((name, place, count) for name in sorted(places) for place, count in counted(places[name]))


@lru_cache(1)
def _read(path: str, _stamp: object) -> ClientLookup[tuple[str, ...]]:
    return ClientLookup(read_controllers(Path(path)))
