r"""Regular expressions as Sigma means them (PCRE) → the same for Rust's engine, which does not backtrack.

Comes in: an expression. Goes out: one that means the same. Within brackets Rust has operators on sets (``&&``, ``~~``,
``--``) and sets within sets (``[``), which PCRE reads as plain signs; a ``{`` that begins no count is one, too, and
``\Z`` is the end. What Rust does not know at all (lookaround, back references) is left as it is, and refused by it.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple, cast

import polars as pl
import re2  # type: ignore[import-untyped]
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RegexEngine, RegexPattern

_COUNT: Final = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_ESCAPE: Final = re.compile(r"\\(?:[xpPuU]\{[^{}]*\}|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|[pP].|.)", re.DOTALL)
_POSIX: Final = re.compile(r"\[:\^?[a-z]+:\]")
_MANY: Final = "dDwWsSpPhHvV"
"""Escapes that stand for many signs, and so begin and end no range."""
_OPERATORS: Final = "[&~-"
_END: Final = r"(?:\n?\z)"
_KEPT: Final = 500
"""Expressions of which is known what was found out: those of a rule are asked for again soon."""


class RustEngine(RegexEngine):
    """The engine that judges, for pySigma to try expressions with; its own knows others, and writes to stderr.

    What pySigma finds selections with is an expression of RE2, to which the two are alike in that.
    """

    def compile(self, pattern: str, flags: int = 0) -> RegexPattern:
        """Try an expression."""
        if not is_known_to_rust(for_rust(pattern)):
            raise ValueError("it needs backtracking (lookaround, back references), or is no regular expression")
        return _re2(pattern)

    @property
    def error(self) -> type[Exception]:
        """What is raised of an expression that cannot be used."""
        return ValueError


_SILENT: Final = re2.Options()
_SILENT.log_errors = False
_NOTHING: Final = re.compile("")
POLICY: Final = SigmaPolicy(regex_engine=RustEngine())


class _Member(NamedTuple):
    """What stands within brackets; ``single``: one sign, which may begin or end a range."""

    text: str
    single: bool = True


@lru_cache(maxsize=_KEPT)
def _re2(pattern: str) -> RegexPattern:
    try:
        return cast(RegexPattern, re2.compile(pattern, _SILENT))
    except re2.error:
        return cast(RegexPattern, _NOTHING)


@lru_cache(maxsize=_KEPT)
def is_known_to_rust(expression: str) -> bool:
    """Say whether Rust's engine takes an expression. pySigma asks several times of each, and each try compiles it."""
    try:
        pl.Series([""]).str.contains(expression)
    except pl.exceptions.PolarsError:
        return False
    return True


@lru_cache(maxsize=_KEPT)
def for_rust(pattern: str) -> str:
    """Return an expression for Rust's engine."""
    made: list[str] = []
    at = 0
    while at < len(pattern):
        if escape := _ESCAPE.match(pattern, at):
            made.append(_END if escape[0] == r"\Z" else escape[0])
            at = escape.end()
        elif pattern[at] == "{":
            count = _COUNT.match(pattern, at)
            made.append(count[0] if count else r"\{")
            at = count.end() if count else at + 1
        elif pattern[at] == "[":
            text, at = _brackets(pattern, at)
            made.append(text)
        else:
            made.append(pattern[at])
            at += 1
    return "".join(made)


def _brackets(pattern: str, at: int) -> tuple[str, int]:
    """Return a set of signs, and where it ends; the rest of the expression when it does not."""
    start, at = at, at + 1
    begin = "["
    if pattern.startswith("^", at):
        begin, at = "[^", at + 1
    members: list[_Member] = []
    while at < len(pattern):
        if pattern[at] == "]" and members:
            return f"{begin}{_written(members)}]", at + 1
        if escape := _ESCAPE.match(pattern, at) or _POSIX.match(pattern, at):
            text = escape[0]
            members.append(_Member(r"\x08" if text == r"\b" else text, text[0] == "\\" and text[1] not in _MANY))
            at = escape.end()
        else:
            members.append(_Member(pattern[at]))
            at += 1
    return pattern[start:], at


def _written(members: list[_Member]) -> str:
    made: list[str] = []
    at = 0
    while at < len(members):
        range_ = members[at : at + 3]
        if len(range_) == 3 and range_[1].text == "-" and range_[0].single and range_[2].single:
            made.append(f"{_sign(range_[0])}-{_sign(range_[2])}")
            at += 3
        else:
            made.append(_sign(members[at]))
            at += 1
    return "".join(made)


def _sign(member: _Member) -> str:
    return f"\\{member.text}" if member.text in (*_OPERATORS, "]", "^") else member.text
