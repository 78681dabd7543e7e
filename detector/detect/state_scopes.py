"""What each part of the state of detection sees: by which key rows could be cut apart without changing what it says.

Comes in: nothing. Goes out: ``StateScope``, and ``seen_by``, which the parts of the state declare it with, field by
field; ``declared`` reads it. ``docs/architecture.md`` shows it as a table, and ``tests/detect/test_shards.py`` cuts by
it.
"""

from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any, Final, NamedTuple

_SEES: Final = "sees"
_PARTS: Final = "parts"


class StateScope(StrEnum):
    """Whose rows must lie together.

    Of ``BEGINNING`` nothing must: it is a moment that every shard is told of (when anything was first seen).
    """

    ACTOR = "actor"
    ADDRESS = "address"
    SESSION = "session"
    NETWORK = "network"
    SOURCE = "source"
    STREAM = "stream"
    TEAM = "team"
    GROUP = "group of the rule"
    COMPANY = "company"
    BEGINNING = "beginning"


class Declared(NamedTuple):
    """A part of the state, named by the fields that lead to it, and what it sees."""

    part: str
    sees: tuple[StateScope, ...]


def seen_by(*scopes: StateScope) -> dict[str, Any]:
    """Return what a field of a state declares: each of these is seen by a part of it that could be cut by that key."""
    return {_SEES: scopes}


def made_of(state: type) -> dict[str, Any]:
    """Return what a field declares that is a state with parts of its own."""
    return {_PARTS: state}


def no_state() -> dict[str, Any]:
    """Return what a field declares that remembers no events: a limit, a counter, a seed."""
    return {_SEES: ()}


def declared(state: type, path: str = "") -> Iterator[Declared]:
    """Yield what the parts of a state see, in their order.

    Raises:
        LookupError: A field declares nothing.
    """
    for each in fields(state):
        name = f"{path}{each.name}"
        if _PARTS in each.metadata:
            yield from declared(each.metadata[_PARTS], f"{name}.")
        elif _SEES not in each.metadata:
            raise LookupError(f"{state.__name__}.{each.name} does not say what it sees (detector.detect.state_scopes)")
        elif each.metadata[_SEES]:
            yield Declared(name, each.metadata[_SEES])
