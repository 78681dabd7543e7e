"""Objects made plainer before they are mapped: one line that holds several events, lists that stand for objects.

Comes in: one decoded JSON object. Goes out: the objects that are events.

- ``each``: where a list of objects stands under one of these keys, each object of the list is an event; an object alone
  is a list of one (programs that fetch a log part its lists in this way). It gets the fields around the list too; where
  both have a field, its own counts. Lists within lists are unfolded one after the other (OpenTelemetry:
  ``resourceLogs``, ``scopeLogs``, ``logRecords``).
- ``pairs``: where a list of ``{"name": …, "value": …}`` stands at one of these paths, it becomes the object it stands
  for. Values may be wrapped in their type (``{"stringValue": …}``, OpenTelemetry) or named after it (``intValue``,
  Google). Of pairs of one name the first counts.

The lists of a hostile line are no longer than the line; objects are shared between events, not copied.
"""

from collections.abc import Sequence
from typing import Any

from detector.decode.json.lookup import Object

_DEPTH = 16
_Path = Sequence[str]


class Unfold:
    """How the objects of one format are made plainer.

    Args:
        each: Keys whose lists hold events.
        pairs: Dotted paths, seen from an event, of lists of names and values.
    """

    def __init__(self, each: Sequence[str], pairs: Sequence[str]) -> None:
        self._each = tuple(each)
        self._pairs = tuple(path.split(".") for path in pairs)

    def __call__(self, item: Object) -> list[Object]:
        """Return the events of one object."""
        events = [item]
        for key in self._each:
            if any(key in event for event in events):
                events = [one for event in events for one in _elements(event, key)]
        for path in self._pairs:
            for event in events:
                _plainer(event, path)
        return events


def _elements(event: Object, key: str) -> list[Object]:
    inside = event.get(key)
    inside = [inside] if type(inside) is dict else inside
    if not isinstance(inside, list) or not inside or any(type(one) is not dict for one in inside):
        return [event]
    around = {name: value for name, value in event.items() if name != key}
    return [{**around, **one} for one in inside]


def _plainer(event: Object, path: _Path) -> None:
    for step in path[:-1]:
        inner = event.get(step)
        if type(inner) is not dict:
            return
        event = inner
    value = event.get(path[-1])
    if isinstance(value, list | dict):
        event[path[-1]] = _object(value, _DEPTH) if isinstance(value, list) else _plain(value, _DEPTH)


def _object(items: list[Any], depth: int) -> Any:
    """Return the object a list of names and values stands for; the list itself when it is none."""
    made: Object = {}
    for item in items:
        name = _name(item) if depth else None
        if name is None:
            return items
        if name not in made:
            made[name] = _value(item, depth - 1)
    return made


def _name(item: Any) -> str | None:
    if type(item) is not dict:
        return None
    name = item.get("key") or item.get("name") or item.get("Name") or item.get("Key")
    return name if type(name) is str else None


def _value(item: Object, depth: int) -> Any:
    value = item["value"] if "value" in item else item.get("Value", item)
    if value is item:  # named after its type
        typed = next((key for key in item if key.endswith("Value")), None)
        return None if typed is None else _plain({typed: item[typed]}, depth)
    return _plain(value, depth) if type(value) is dict else value


def _plain(value: Any, depth: int) -> Any:
    """Take the type off a value: ``{"intValue": "5"}`` is 5, whatever stands for a list or an object becomes that."""
    if type(value) is not dict or len(value) != 1 or not depth:
        return value
    ((kind, inner),) = value.items()
    if not kind.endswith("Value"):
        return value
    if type(inner) is str:
        return inner
    if type(inner) is dict:  # arrayValue, kvlistValue, messageValue
        inner = next((inner[key] for key in ("values", "parameter") if key in inner), inner)
    if isinstance(inner, list):
        return _object(inner, depth) if inner and _name(inner[0]) else [_plain(one, depth - 1) for one in inner]
    return inner
