"""Texts made of several fields: ``/{requestParameters.bucketName}/{requestParameters.key}``.

Comes in: a table of objects and paths, some of them with braces. Goes out: for each object the text of the first path
all of whose fields are there. The fields stay where they are, so that labels keep them too. ``%`` and ``?`` of a value
are written as escapes: the text is read as a target, whose path ends at a question mark and is decoded once. A field
with ``!`` before its name is such a target already, ``{!requestParameters.x-amz-copy-source}``. An access point of S3,
which a request names by its ARN, stands under its own name.
"""

import re
from typing import Any
from urllib.parse import unquote

from detector.decode.json.lookup import as_text
from detector.decode.json.merge import AnyTable

_PART = re.compile(r"\{([^{}]+)\}")
_ACCESS_POINT = re.compile(r"arn:[^:/]*:s3[^:/]*:[^:/]*:[^:/]*:accesspoint[/:]([^/:]+)(?:/object(?=/))?")
_TARGET = "!"


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
    columns = [_texts(table, name) for name in fixed[1::2]]
    return [_joined(fixed[::2], parts) for parts in zip(*columns, strict=True)]


def _texts(table: AnyTable, name: str) -> list[str | None]:
    write = _as_sent if name.startswith(_TARGET) else _safe
    texts = map(as_text, table.get_value(name.removeprefix(_TARGET)))
    return [None if text is None else write(text) for text in texts]


def _safe(text: str) -> str:
    text = _ACCESS_POINT.sub(r"\1", text, count=1) if text.startswith("arn:") else text
    return text.replace("%", "%25").replace("?", "%3F")


def _as_sent(text: str) -> str:
    """Return a target that is written without its first slash, or with it."""
    text = text.removeprefix("/")
    plain = unquote(text)
    return _safe(plain) if plain.startswith("arn:") else text


def _joined(fixed: list[str], parts: tuple[str | None, ...]) -> str | None:
    said = [part for part in parts if part is not None]
    if len(said) < len(parts):
        return None
    return fixed[0] + "".join(part + text for part, text in zip(said, fixed[1:], strict=True))
