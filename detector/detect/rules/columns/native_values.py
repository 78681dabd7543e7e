"""Fields under the names the log gives them: what a path through a record's objects and lists leads to, as texts.

Comes in: a decoded object, or the labels of an event, which hold the fields of a flat object and write lists as JSON.
Goes out: the texts a field holds. Plain events and decoded ones are asked in the same way, so that a rule says the same
of both.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

LIST: Final = "["
"""What the text of a list begins with."""
_decode = json.JSONDecoder().decode


def reach(value: Any, path: str) -> list[str | None] | None:
    """Return the values at a path as texts, or None where there is no such field."""
    if isinstance(value, list):
        found = [texts for part in value if (texts := reach(part, path)) is not None]
        return [text for texts in found for text in texts] if found else None
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return _values(value[path])
    for at, sign in enumerate(path):
        if sign == "." and path[:at] in value:
            below = reach(value[path[:at]], path[at + 1 :])
            if below is not None:
                return below
    return None


def all_texts(value: Any) -> Iterator[str]:
    """Yield every plain value inside an event, for keywords."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from all_texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from all_texts(part)
    elif (text := _text(value)) is not None:
        yield text


def label_values(text: str | None, path: str = "") -> list[str | None] | None:
    """Return what a label holds: the elements of a list, or what a path through its objects leads to."""
    if text is None:
        return None
    listed = _list(text) if text.startswith(LIST) else None
    if listed is None:
        return None if path else [text]
    return reach(listed, path) if path else _values(listed)


def label_texts(text: str) -> list[str | None]:
    """Return every plain value that stands in a label."""
    listed = _list(text) if text.startswith(LIST) else None
    return [text] if listed is None else list(all_texts(listed))


def label_object(labels: Sequence[tuple[str, str]], path: str) -> list[str | None] | None:
    """Return the object at a path as its JSON, made again of the labels below it; its plain values are texts."""
    made: dict[str, Any] = {}
    for key, text in labels:
        if not key.startswith(f"{path}."):
            continue
        *steps, last = key[len(path) + 1 :].split(".")
        inner = made
        for step in steps:
            below = inner.setdefault(step, {})
            inner = below if isinstance(below, dict) else inner
        listed = _list(text) if text.startswith(LIST) else None
        inner[last] = text if listed is None else listed
    return [_text(made)] if made else None


def _list(text: str) -> list[Any] | None:
    try:
        value = _decode(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else None


def _values(value: Any) -> list[str | None]:
    if isinstance(value, list):
        return [text for part in value for text in _values(part)]
    if isinstance(value, Mapping) and next(all_texts(value), None) is None:
        return []  # an object of nothing holds nothing
    return [_text(value)]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False)
