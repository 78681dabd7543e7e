"""Texts made of several fields: ``/{requestParameters.bucketName}/{requestParameters.key}``.

Comes in: a table of objects and paths, some of them with braces. Goes out: for each object the text of the first path
all of whose fields are there. The fields stay where they are, so that labels keep them too. ``%`` and ``?`` of a value
are written as escapes: the text is read as a target, whose path ends at a question mark and is decoded once. A field
with ``!`` before its name is such a target already, ``{!requestParameters.x-amz-copy-source}``. An access point of S3,
which a request names by its ARN or alias where a bucket's name stands, is the bucket it leads to, if the record names
that one among its ``resources``; else it stands under its own name.
"""

import re
from typing import Any
from urllib.parse import unquote

from detector.decode.json.lookup import as_text
from detector.decode.json.merge import AnyTable

_PART = re.compile(r"\{([^{}]+)\}")
_ACCESS_POINT = re.compile(r"arn:[^:/]*:s3[^:/]*:[^:/]*:[^:/]*:accesspoint[/:]([^/:]+)(?:/object(?=/))?")
_ALIAS = re.compile(r"[a-z0-9-]+-(?:s3alias|-ol-s3|-op-s3)")
_BUCKET, _OF_BUCKET = "AWS::S3::Bucket", re.compile(r"arn:[^:/]*:s3[^:/]*:[^:/]*:[^:/]*:([^:/]+)")
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
    columns[0] = _buckets(table, columns[0], fixed[1])
    return [_joined(fixed[::2], parts) for parts in zip(*columns, strict=True)]


def _texts(table: AnyTable, name: str) -> list[str | None]:
    write = _as_sent if name.startswith(_TARGET) else _safe
    texts = map(as_text, table.get_value(name.removeprefix(_TARGET)))
    return [None if text is None else write(text) for text in texts]


def _buckets(table: AnyTable, texts: list[str | None], name: str) -> list[str | None]:
    """Return names of buckets, with those that access points lead to in place of the points."""
    said = table.get_value(name.removeprefix(_TARGET))
    points = [at for at, text in enumerate(said) if isinstance(text, str) and _is_point(text)]
    if points and not name.startswith(_TARGET):
        kinds, arns = table.get_value("resources.type"), table.get_value("resources.ARN")
        for at in points:
            texts[at] = _bucket(kinds[at], arns[at]) or texts[at]
    return texts


def _is_point(text: str) -> bool:
    return bool(_ACCESS_POINT.match(text) or _ALIAS.fullmatch(text))


def _bucket(kinds: Any, arns: Any) -> str | None:
    """Return the only bucket among resources."""
    if not (isinstance(kinds, list) and isinstance(arns, list)):
        kinds, arns = [kinds], [arns]
    named = (arn for kind, arn in zip(kinds, arns, strict=True) if kind == _BUCKET and isinstance(arn, str))
    found = {match[1] for match in map(_OF_BUCKET.fullmatch, named) if match}
    return found.pop() if len(found) == 1 else None


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
