"""Texts made of several fields: ``/{requestParameters.bucketName}/{requestParameters.key}``.

Comes in: a table of objects and paths, some of them with braces. Goes out: for each object the text of the first path
all of whose fields are there. The fields stay where they are, so that labels keep them too. ``%`` and ``?`` of a value
are written as escapes: the text is read as a target, whose path ends at a question mark and is decoded once.
"""

import re
from typing import Any

from detector.decode.json.lookup import as_text
from detector.decode.json.merge import AnyTable

_PART = re.compile(r"\{([^{}]+)\}")


def is_written(path: str) -> bool:
    """Say whether ``path`` is a text made of fields."""
    return "{" in path


def written(table: AnyTable, paths: tuple[str, ...]) -> list[Any]:
    """Return the first value of each object among ``paths``."""
    values: list[Any] = [None] * len(table)
    for path in paths:
        found = _filled(table, path) if is_written(path) else table.get_value(path)
        values = [other if value is None else value for value, other in zip(values, found, strict=True)]
    return values


def _filled(table: AnyTable, path: str) -> list[str | None]:
    fixed = _PART.split(path)
    columns = [[_safe(value) for value in table.get_value(name)] for name in fixed[1::2]]
    return [_joined(fixed[::2], parts) for parts in zip(*columns, strict=True)]


def _safe(value: Any) -> str | None:
    text = as_text(value)
    return None if text is None else text.replace("%", "%25").replace("?", "%3F")


def _joined(fixed: list[str], parts: tuple[str | None, ...]) -> str | None:
    said = [part for part in parts if part is not None]
    if len(said) < len(parts):
        return None
    return fixed[0] + "".join(part + text for part, text in zip(said, fixed[1:], strict=True))
