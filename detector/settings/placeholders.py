"""Names within path patterns: ``/var/log/containers/{pod}_{namespace}_{container}-*.log``.

Comes in: patterns and a path. Goes out: the pattern as a plain glob, or what the names stand for in that path. A name
in braces stands for one or more characters of one folder or file name.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
_GLOB = re.compile(r"\*\*/|\*|\?|\[!?[^\]]+\]|.", re.DOTALL)


def as_glob(pattern: str) -> str:
    """Return the pattern with each name as ``*``."""
    return PLACEHOLDER.sub("*", pattern)


def names_in(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the names that stand in any of the patterns."""
    return tuple(dict.fromkeys(name for pattern in patterns for name in PLACEHOLDER.findall(pattern)))


def values_in(patterns: Iterable[str], path: str) -> dict[str, str]:
    """Return what the names stand for in a path, by the first pattern that has names and fits; empty when none does."""
    for pattern in patterns:
        if PLACEHOLDER.search(pattern) is None:
            continue
        names, regex = _compiled(pattern)
        found = regex.fullmatch(path)
        if found is not None:
            return dict(zip(names, found.groups(), strict=True))
    return {}


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    names: list[str] = []
    out, place = "", 0
    for found in PLACEHOLDER.finditer(pattern):
        out += _regex(pattern[place : found.start()]) + "([^/]+?)"
        names.append(found[1])
        place = found.end()
    return tuple(names), re.compile(out + _regex(pattern[place:]))


def _regex(glob: str) -> str:
    return "".join(map(piece_regex, _GLOB.findall(glob)))


def piece_regex(part: str) -> str:
    """Return the regex of one piece of a glob: a wildcard, a set of characters, a character."""
    if part == "**/":
        return "(?:[^/]+/)*"
    if part == "*":
        return "[^/]*"
    if part == "?":
        return "[^/]"
    if len(part) > 1:
        inner = part[1:-1].replace("\\", "\\\\").replace("[", "\\[")
        return "[" + ("^" + inner[1:] if inner.startswith("!") else inner.replace("^", "\\^")) + "]"
    return re.escape(part)
