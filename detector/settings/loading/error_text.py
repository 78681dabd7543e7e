"""A validation mistake in words: what is wrong and what to write instead, in the words of the file, not of Python.

Comes in: the library's mistakes about one place, and the model. Goes out: ``what`` and ``fix``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from detector.errors import did_you_mean
from detector.settings.loading.yaml_nodes import Where

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of keys to values",
    "tuple_type": "a list",
    "list_type": "a list",
    "path_type": "a path",
}
_HOW = {
    "text": 'put it in quotes: "…"',
    "a list": "write [one, two], or each on a line of its own after a dash",
    "a mapping of names to values": "write each as `name: value`",
    "a mapping of keys to values": "write each as `key: value`",
    "a path": "write it as text",
}
_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
_SHAPES = {
    "^[a-z0-9][a-z0-9_.-]*$": "a short name of small letters, digits, `_`, `.` and `-`, without spaces",
    "^[a-z][a-z0-9-]*$": "a short name of small letters, digits and `-`",
    "^[A-Z][0-9]{1,2}$": "a capital letter and a number, as in A1",
}


def worded(mistakes: Sequence[ErrorDetails], where: Where, model: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong at a place, and what to do about it."""
    name = ".".join(map(str, where))
    error = mistakes[0]
    if error["type"] in ("extra_forbidden", "invalid_key"):
        return f"unknown key {name}", did_you_mean(str(where[-1]), keys_at(model, where[:-1]))
    if error["type"] == "missing":
        return f"{name} is missing", "add it"
    if error["input"] is None and error["type"] != "value_error":
        return f"{name} has no value", "give it one, or leave the key out"
    kinds = list(dict.fromkeys(_KINDS[each["type"]] for each in mistakes if each["type"] in _KINDS))
    if kinds:
        return f"{name} must be {' or '.join(kinds)}", _HOW.get(kinds[0], "")
    what, fix = _value(error)
    return (f"{name}: {what}" if name else what), fix


def _value(error: ErrorDetails) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        what, _, fix = str(error["msg"]).removeprefix("Value error, ").partition("; ")
        return what, fix
    if kind in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return f"{_shown(error['input'])} is not known here", did_you_mean(str(error["input"]), filter(None, allowed))
    if kind in _LIMITS:
        words, key = _LIMITS[kind]
        limit = context[key]
        return f"must be {words} {limit if isinstance(limit, int) else f'{limit:g}'}", ""
    if kind in ("too_short", "string_too_short"):
        return "must not be empty", ""
    if kind == "string_pattern_mismatch":
        shape = _SHAPES.get(str(context["pattern"]), f"text of the form {context['pattern']}")
        return f"{_shown(error['input'])} is not allowed", f"write {shape}"
    return str(error["msg"]).replace("Input should be", "must be"), ""


def _shown(value: Any) -> str:
    text = str(value)
    return repr(text if len(text) <= 40 else text[:40] + "…")


def keys_at(model: type[BaseModel], where: Where) -> list[str]:
    """Return the keys a mapping at this place may have; none when names there are free."""
    kind: Any = model
    for part in where:
        kind = next(_inside(kind, part), None)
    return [field.alias or name for name, field in kind.model_fields.items()] if _is_model(kind) else []


def _inside(kind: Any, part: str | int) -> Iterator[Any]:
    """Yield the model that stands under a key or number of a kind of value."""
    if _is_model(kind):
        named = (field for name, field in kind.model_fields.items() if part in (name, field.alias))
        yield from (found for field in named for found in _models(field.annotation))
    elif get_origin(kind) in (tuple, dict):
        yield from (found for each in get_args(kind) for found in _models(each))


def _models(kind: Any) -> Iterator[Any]:
    """Yield what may hold keys of its own among the alternatives of an annotation."""
    if _is_model(kind) or get_origin(kind) in (tuple, dict):
        yield kind
    else:
        yield from (found for each in get_args(kind) for found in _models(each))


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
