"""Fields of JSON objects: flat objects, the first present of several paths, ids, values as text.

Comes in: decoded objects. Goes out: plain Python values. Nested objects become dotted keys, so that ECS lines written
either way (``{"source": {"ip": …}}`` or ``{"source.ip": …}``) read the same. A path through a list of objects
(``items.id``) gives the values of all of them.
"""

import json
import math
import re
from collections.abc import Collection, Iterator, Set
from typing import Any

import msgspec

from detector.decode.columns.unescape import unescape

Object = dict[str, Any]
_SCALARS = (str, int, float)
_DEPTH = 16
_IS_ID = re.compile(r"(?:^|_|[a-z](?=I))(?i:id|uuid|guid)$")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([,.' _\u00a0\u2009\u202f])[0-9]{3})(?:\1[0-9]{3})*([.,][0-9]*)?")
"""A number whose thousands stand apart."""
_ESCAPE = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r'|(?P<known>\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))'
    r"|(?P<bytes>(?:\\x[0-9a-fA-F]{2})+)"
    r"|(?P<other>\\)",
)

_decode = msgspec.json.Decoder(Object).decode


def object_of(text: str) -> Object | None:
    """Return the JSON object that a text is; None when it is none, or nested deeper than anybody writes it."""
    try:
        return _decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return lenient_object(text)


def lenient_object(line: str) -> dict[str, Any] | None:
    r"""Return the object of a line that is JSON but for what stands in its texts; None where it is none all the same.

    Three things come from real writers, and a visitor chooses where they appear: control characters as they are
    (objects written by hand), escapes that JSON does not know (nginx without ``escape=json`` and Apache write
    ``\xHH``), and half a surrogate pair (``\ud83d``, as JavaScript and Python write what they could not decode). A
    line refused for them would hide who sent them.
    """
    if not line.lstrip().startswith("{"):
        return None
    try:
        item = _decoder.decode(_ESCAPE.sub(_meant, line))
    except (ValueError, RecursionError):
        return None
    return item if type(item) is dict else None


def _meant(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "half":
            return "\ufffd"
        case "bytes":
            return json.dumps(unescape(found[0]))[1:-1]
        case "other":
            return "\\\\"
    return found[0]


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


_decoder = json.JSONDecoder(strict=False, parse_constant=_refuse, parse_float=_finite)


def flat(item: Object) -> Object:
    """Return the object with nested objects as dotted keys."""
    if dict not in map(type, item.values()):
        return item
    made: Object = {}
    _flatten(item, "", _DEPTH, made)
    return made


def _flatten(item: Object, prefix: str, depth: int, made: Object) -> None:
    for key, value in item.items():
        if type(value) is dict and depth:
            _flatten(value, f"{prefix}{key}.", depth - 1, made)
        else:
            made[prefix + key] = value


def lookup(item: Object, path: str) -> Any:
    """Return the value at a dotted path of a flat object; None when it is not there."""
    value = item.get(path)
    if value is not None or "." not in path:
        return value
    head, _, rest = path.partition(".")
    while rest:
        inner = item.get(head)
        if isinstance(inner, list):
            return [lookup(flat(part), rest) for part in inner if isinstance(part, dict)]
        step, _, rest = rest.partition(".")
        head = f"{head}.{step}"
    return None


def pop_value(item: Object, paths: tuple[str, ...]) -> Any:
    """Remove and return the first value that is present among ``paths``."""
    for path in paths:
        value = item.pop(path, None)
        if value is not None:
            return value
        if "." in path and (value := lookup(item, path)) is not None:
            return value
    return None


def reachable(path: str, keys: Set[str]) -> bool:
    """Say whether a flat object with some of ``keys`` can have a value at ``path``, be it in a list of objects."""
    return path in keys or in_list(path, keys)


def in_list(path: str, keys: Collection[str]) -> bool:
    """Say whether a flat object with some of ``keys`` can have values at ``path`` in a list of objects."""
    if "." not in path:
        return False
    steps = path.split(".")
    return any(".".join(steps[:count]) in keys for count in range(1, len(steps)))


def as_text(value: Any) -> str | None:
    """Write one JSON value as text: scalars plainly, lists and objects as JSON."""
    if value is None or type(value) is str:
        return value
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, int | float) else msgspec.json.encode(value).decode()


def as_ids(value: Any) -> list[str] | None:
    """Return one id or a list of them as distinct texts, in order; None for no id.

    Of objects in a list the id is their only value, or what they call an id.
    """
    if value is None:
        return None
    if type(value) is str:
        return [value] if value and value != "-" else None
    values = value if isinstance(value, list) else (value,)
    found = dict.fromkeys(
        text for one in _scalars(values) if (text := as_text(one)) not in ("", "-", None) and text is not None
    )
    return list(found) or None


def _scalars(values: Any) -> Iterator[Any]:
    for one in values:
        if isinstance(one, dict):
            names = [key for key in one if _IS_ID.search(key)]
            yield from _scalars([one[min(names, key=len)]] if names else one.values() if len(one) == 1 else ())
        elif isinstance(one, list):
            yield from _scalars(one)
        elif isinstance(one, _SCALARS):
            yield one


def as_number(value: Any, most: int) -> int | None:
    """Return a whole number between 0 and ``most``; None for anything else."""
    if type(value) is int:
        return value if 0 <= value <= most else None
    if type(value) is str and len(value) <= 24:
        value = _parsed(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        return None
    return int(value)


def as_count(value: Any, most: int) -> int | None:
    """Return a number of records, also where it has a sign, thousands set apart, or a list around it.

    What may be read as thousands or as a fraction (``99.999``) is thousands: the larger number.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        value = value.strip().removeprefix("+")
        if len(value) <= 24 and (grouped := _GROUPED.fullmatch(value)):
            whole = value[: -len(grouped[2])] if grouped[2] else value
            value = whole.replace(grouped[1], "")
    return as_number(value, most)


def _parsed(text: str) -> int | float | None:
    if not text[:1].isdigit():  # a word: cheaper than an exception
        return None
    try:
        return int(text) if text.isdigit() else float(text)
    except ValueError:
        return None
