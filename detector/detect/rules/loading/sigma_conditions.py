"""pySigma's parsed conditions → conditions of our own (``condition``).

Comes in: pySigma's condition tree. Goes out: ``All``, ``AnyOf``, ``Not`` and ``Test`` values. What we cannot judge
raises ``Unsupported``; nothing is skipped.
"""

import operator
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
    TimestampPart,
)

from detector.detect.rules.condition import All, AnyOf, Node, Not, Operation, Test
from detector.detect.rules.loading.regular_expression import for_rust, is_known_to_rust


class Unsupported(ValueError):
    """The rule uses something Nabat does not judge yet."""


_COMPARE: dict[CompareOperators, Operation] = {
    CompareOperators.LT: "lt",
    CompareOperators.LTE: "lte",
    CompareOperators.GT: "gt",
    CompareOperators.GTE: "gte",
    CompareOperators.NEQ: "neq",
}
_HOLDS: dict[CompareOperators, Callable[[int, int], bool]] = {
    CompareOperators.LT: operator.lt,
    CompareOperators.LTE: operator.le,
    CompareOperators.GT: operator.gt,
    CompareOperators.GTE: operator.ge,
    CompareOperators.NEQ: operator.ne,
}
_PARTS: dict[TimestampPart, range] = {
    TimestampPart.MINUTE: range(60),
    TimestampPart.HOUR: range(24),
    TimestampPart.DAY: range(1, 32),
    TimestampPart.WEEK: range(1, 54),
    TimestampPart.MONTH: range(1, 13),
}
"""What a part of a time can be."""
_NEVER = -1
_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}


def from_sigma(node: Any) -> Node:
    """Translate pySigma's condition tree.

    Raises:
        Unsupported: It holds something that is not judged yet.
    """
    kind = type(node)
    if kind is ConditionFieldEqualsValueExpression:
        return value_test(node.field, node.value)
    if kind is ConditionValueExpression:
        return value_test("", node.value)
    if kind is ConditionNOT:
        return Not(from_sigma(node.args[0]))
    if kind is ConditionAND:
        return All(tuple(map(from_sigma, node.args)))
    if kind is ConditionOR:
        return AnyOf(tuple(map(from_sigma, node.args)))
    raise Unsupported("the condition is empty" if node is None else f"a condition of {kind.__name__}")


def value_test(field: str, value: SigmaType) -> Node:
    """Translate one field and value.

    Raises:
        Unsupported: The value is of a kind that is not judged yet.
    """
    make = _maker(type(value))
    if make is None:
        raise Unsupported(f"values of {type(value).__name__}")
    return make(field, value)


@cache
def _maker(kind: type[SigmaType]) -> Callable[[str, Any], Node] | None:
    return next((make for known, make in _MAKERS if issubclass(kind, known)), None)


def _expansion(field: str, value: Any) -> Node:
    return AnyOf(tuple(value_test(field, part) for part in value.values))


def _timestamp(field: str, value: Any) -> Node:
    return Test(field, value.timestamp_part.name.lower(), value.number)


def _number(field: str, value: Any) -> Node:
    if not field:
        return _text(field, SigmaString(str(value.number)))
    return Test(field, "number", value.number)


def _text(field: str, value: Any) -> Node:
    cased = isinstance(value, SigmaCasedString)
    parts: list[Any] = list(value.s)
    texts: list[str] = []
    for place, part in enumerate(parts):
        if isinstance(part, str):
            parts[place] = part if cased else part.lower()
            texts.append(parts[place])
        elif not isinstance(part, SpecialChars):
            raise Unsupported("placeholders (the modifier expand)")
    if not field:
        parts = [SpecialChars.WILDCARD_MULTI, *parts, SpecialChars.WILDCARD_MULTI]
    literal = max(texts, key=len, default="")
    plain = _plain(parts, texts)
    if plain:
        return Test(field, plain, literal, cased, literal)
    return Test(field, "wildcard", _wildcard(parts), cased, literal)


def _plain(parts: list[Any], texts: list[str]) -> Operation | None:
    """Name the plain text comparison the pattern comes down to, if it does."""
    many = SpecialChars.WILDCARD_MULTI
    if SpecialChars.WILDCARD_SINGLE in parts or len(texts) > 1:
        return None
    if parts == texts or not parts:
        return "equals"
    first, last = parts[0] is many, parts[-1] is many
    if not texts or (first and last):
        return "contains"
    return "endswith" if first else "startswith"


def _wildcard(parts: list[Any]) -> str:
    signs = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    return r"(?s)\A" + "".join(re.escape(part) if isinstance(part, str) else signs[part] for part in parts) + r"\z"


def _regex(field: str, value: Any) -> Node:
    flags = "".join(sorted(_FLAGS[flag] for flag in value.flags))
    pattern = for_rust(str(value.regexp))
    whole = f"(?{flags}){pattern}" if flags else pattern
    if not is_known_to_rust(whole):
        raise Unsupported("a regular expression that needs backtracking (lookaround, back references) or is not valid")
    return Test(field, "regex", whole, True)


def _cidr(field: str, value: Any) -> Node:
    return Test(field, "cidr", str(value.network))


def _compare(field: str, value: Any) -> Node:
    if isinstance(value.number, SigmaTimestampPart):
        return _compared_part(field, value.number, _HOLDS[value.op])
    return Test(field, _COMPARE[value.op], value.number.number)


def _compared_part(field: str, limit: Any, holds: Callable[[int, int], bool]) -> Node:
    """Return that a part of a time is one of those that a comparison leaves (``hour|gte``)."""
    if limit.timestamp_part not in _PARTS:
        raise Unsupported("a year that is compared")
    meant = [number for number in _PARTS[limit.timestamp_part] if holds(number, limit.number)] or [_NEVER]
    return AnyOf(tuple(Test(field, limit.timestamp_part.name.lower(), number) for number in meant))


def _exists(field: str, value: Any) -> Node:
    return Test(field, "exists", bool(value.exists))


def _null(field: str, value: Any) -> Node:
    return Test(field, "null", None)


def _bool(field: str, value: Any) -> Node:
    text = "true" if value.boolean else "false"
    return Test(field, "equals" if field else "contains", text, False, text)


def _reference(field: str, value: Any) -> Node:
    return Test(field, "fieldref", value.field, starts=value.starts_with, ends=value.ends_with)


_MAKERS: tuple[tuple[type, Callable[[str, Any], Node]], ...] = (
    (SigmaExpansion, _expansion),
    (SigmaTimestampPart, _timestamp),
    (SigmaNumber, _number),
    (SigmaString, _text),
    (SigmaRegularExpression, _regex),
    (SigmaCIDRExpression, _cidr),
    (SigmaCompareExpression, _compare),
    (SigmaExists, _exists),
    (SigmaNull, _null),
    (SigmaBool, _bool),
    (SigmaFieldReference, _reference),
)
