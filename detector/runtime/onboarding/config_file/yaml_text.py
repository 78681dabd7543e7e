"""Texts put safely into a YAML file: values in quotes, comments on one line.

Comes in: any text, also a stranger's. Goes out: what stands in the file and reads back as the same value. Characters
that steer a terminal or turn text round stand as escapes, in values and in comments, whatever they came from.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

import yaml

Value = str | int | bool | Sequence[str] | Mapping[str, str | int | bool]
_WIDE = 10**9
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
"""Words that need no quotes, unless YAML takes them for something else (``no``, ``null``)."""
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_LONGEST_COMMENT = 400


def visible(text: str) -> str:
    """Return the text with its invisible characters as escapes: no line end, no escape code, nothing bidirectional."""
    return "".join(f"\\x{ord(char):02x}" if unicodedata.category(char) in _HIDDEN else char for char in text)


def value(given: Value) -> str:
    """Write a value so that it is read back as it was, on one line.

    Raises:
        ValueError: It holds ``${``, which the configuration would replace from the environment.
    """
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int):
        return str(given)
    if isinstance(given, str):
        return _quoted(given)
    if isinstance(given, Mapping):
        return "{ " + ", ".join(f"{_quoted(key)}: {value(one)}" for key, one in given.items()) + " }"
    return "[" + ", ".join(_quoted(one) for one in given) + "]"


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text:
        return text
    if "${" in text:
        raise ValueError(f"{visible(text)} cannot be written: ${{ begins the name of an environment variable")
    readable = all(unicodedata.category(char) not in _HIDDEN for char in text)
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=readable, width=_WIDE)).rstrip("\n")


def comment(text: str, indent: int = 0) -> str:
    """Write a comment of one line."""
    line = visible(" ".join(text.split()))
    short = line if len(line) <= _LONGEST_COMMENT else f"{line[:_LONGEST_COMMENT]}…"
    return f"{' ' * indent}# {short}"
