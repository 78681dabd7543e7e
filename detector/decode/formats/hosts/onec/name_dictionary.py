"""The dictionary of 1C's event log, ``1Cv8.lgf``: names of users, computers, events by the numbers records hold.

Comes in: the file beside the log. Goes out: names by kind and number. The file grows while the log is written:
its last entry may be half there. Entries that are broken are left out; a number nobody names stays a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import dirname, join

from detector.decode.formats.hosts.onec.brace_parser import Broken, Item, records
from detector.decode.line_context import LineContext

NAME = "1Cv8.lgf"
USER, COMPUTER, APPLICATION, EVENT, METADATA, SERVER, PORT, OTHER_PORT = "12345678"


@dataclass(frozen=True, slots=True)
class NameDictionary:
    """Names by kind and number, and the UUIDs of users."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    users: Mapping[str, str] = field(default_factory=dict)

    def name(self, kind: str, number: str) -> str:
        """Return a name; empty when the dictionary has none."""
        return self.names.get((kind, number), "")


def dictionary(place: LineContext) -> NameDictionary:
    """Return the dictionary that lies beside a log; an empty one when there is none."""
    content = place.beside(join(dirname(place.path), NAME)) if place.path else None
    return _read(content) if content else NameDictionary()


@lru_cache(maxsize=8)
def _read(content: bytes) -> NameDictionary:
    names: dict[tuple[str, str], str] = {}
    users: dict[str, str] = {}
    try:
        for entry in records(content.decode("utf-8-sig", "replace")):
            _take(entry, names, users)
    except Broken:
        pass  # the last entry is being written
    return NameDictionary(names, users)


def _take(entry: list[Item], names: dict[tuple[str, str], str], users: dict[str, str]) -> None:
    kind, name, number = entry[0] if entry else "", entry[-2:-1], entry[-1:]
    if isinstance(kind, str) and name and isinstance(name[0], str) and isinstance(number[0], str):
        names[kind, number[0]] = name[0]
        if kind == USER and len(entry) == 4 and isinstance(entry[1], str):
            users[number[0]] = entry[1]
