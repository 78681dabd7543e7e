"""Rule collections: documents of one file that share what one of them says for all (``action: global``).

Comes in: the documents of a file, one after another. Goes out: for each rule the whole of it.
"""

from collections.abc import Mapping
from typing import Any


class RuleCollection:
    """The documents of one file."""

    def __init__(self) -> None:
        self._shared: dict[str, Any] = {}
        self._before: dict[str, Any] = {}

    def whole(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return a rule as a whole; None when the document only says something for others."""
        action = data.get("action")
        own = {key: value for key, value in data.items() if key != "action"}
        if action == "global":
            self._shared = own
            return None
        if action == "reset":
            self._shared = {}
            return None
        if action == "repeat":
            own = merged(self._before, own)
        elif action is not None:
            return dict(data)  # an action nobody knows is told where keys are
        elif not {"correlation", "filter"} & own.keys():
            own = merged(self._shared, own)
        self._before = own
        return own


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with what another one says over it, mappings within joined."""
    found = dict(base)
    for key, value in over.items():
        known = found.get(key)
        found[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return found
