"""The condition of a temporal correlation → the ways to meet it: which rules must match, and which must not.

Comes in: the condition as pySigma read it. Goes out: one alternative each, ``MOST_WAYS`` at most, or problems.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product
from typing import Any, Final, Literal

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from detector.detect.rules.loading.document import Document
from detector.detect.rules.logsources.event_scope import Source
from detector.detect.rules.ruleset import OPERATIONS, Way

_Expression = str | tuple[Literal["and", "or", "not"], tuple["_Expression", ...]]
"""Which base rules must have matched: the id of one, or several joined."""
Known = dict[str, tuple[str, Source]]
"""Rules that may be referred to: by id and by name, their id and log source."""
CONDITION: Final = ("correlation", "condition")
TEMPORAL: Final = ("temporal", "temporal_ordered")
_MOST_WAYS: Final = 64


def ways_of(
    document: Document,
    kind: str,
    condition: Any,
    conditions: tuple[tuple[str, int | float], ...],
    known: Known,
    bases: Sequence[str],
) -> tuple[Way, ...]:
    """Return which bases must match and which must not: one alternative of the condition each.

    ``bases`` are in the order in which they are listed; one may have to match several times.
    """
    if kind == "temporal_ordered" and conditions:
        return _of_many(document, conditions, bases)
    expression = _expression(document, condition, kind, known, bases)
    if expression is None:
        return ()
    found: dict[Way, None] = {}
    for alternative in islice(_alternatives(expression, wanted=True), _MOST_WAYS + 1):
        there = {base for base, wanted in alternative if wanted}
        absent = {base for base, wanted in alternative if not wanted}
        if not there:
            document.refuse("one way to meet the condition needs no rule to match: nothing would begin it", *CONDITION)
            return ()
        if there.isdisjoint(absent):
            found[tuple(base for base in bases if base in there), tuple(sorted(absent))] = None
    if not 0 < len(found) <= _MOST_WAYS:
        document.refuse(f"there are no ways to meet the condition, or more than {_MOST_WAYS}", *CONDITION)
    return tuple(found)


def _expression(
    document: Document, condition: Any, kind: str, known: Known, bases: Sequence[str]
) -> _Expression | None:
    """Return which bases must have matched; None when a problem was noted."""
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        return _joined(document, condition.parsed, known)
    asked = kind == "temporal" and "condition" in document.data["correlation"]
    return ("or" if asked else "and", tuple(bases))


def _of_many(
    document: Document, conditions: tuple[tuple[str, int | float], ...], bases: Sequence[str]
) -> tuple[Way, ...]:
    """Return the sequences of as many bases as a condition of numbers asks for at least."""
    enough = (many for many in range(1, len(bases) + 1) if all(OPERATIONS[name](many, to) for name, to in conditions))
    many = next(enough, 0)
    chains = dict.fromkeys(islice(combinations(bases, many), _MOST_WAYS + 1)) if many else ()
    found = tuple((chain, ()) for chain in chains)
    if not 0 < len(found) <= _MOST_WAYS:
        document.refuse(f"there are no ways to meet the condition, or more than {_MOST_WAYS}", *CONDITION)
    return found


def _alternatives(expression: _Expression, *, wanted: bool) -> Iterator[frozenset[tuple[str, bool]]]:
    """Yield the ways to meet a condition (or not to, unless ``wanted``): bases that must match, and that must not."""
    if isinstance(expression, str):
        yield frozenset({(expression, wanted)})
        return
    operation, parts = expression
    if operation == "not":
        yield from _alternatives(parts[0], wanted=not wanted)
    elif (operation == "or") is wanted:
        for part in parts:
            yield from _alternatives(part, wanted=wanted)
    else:
        each = [list(islice(_alternatives(part, wanted=wanted), _MOST_WAYS + 1)) for part in parts]
        yield from (frozenset().union(*some) for some in product(*each))


def _joined(
    document: Document, part: CorrelationConditionItem | SigmaRuleReference, known: Known
) -> _Expression | None:
    if isinstance(part, SigmaRuleReference):
        if part.reference not in known:
            document.refuse(f"the rule {part.reference} is not there, or was refused", *CONDITION)
            return None
        return known[part.reference][0]
    parts = [_joined(document, each, known) for each in part.args]
    whole = tuple(each for each in parts if each is not None)
    if len(whole) < len(parts):
        return None
    if isinstance(part, CorrelationConditionNOT):
        return ("not", whole)
    return ("and" if isinstance(part, CorrelationConditionAND) else "or", whole)
