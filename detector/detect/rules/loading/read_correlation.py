"""One correlation document → a correlation rule, or its problems.

Comes in: the document, and the rules it may refer to. Goes out: the rule and whether its bases are reported by
themselves too (``generate``). pySigma takes one comparison a condition; of a range (``gt`` with ``lte``) it is given
one after another.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations, islice, product
from typing import Any, Final, Literal

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    SigmaCorrelationCondition,
    SigmaCorrelationConditionOperator,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)
from sigma.exceptions import SigmaError

from detector import frames
from detector.detect.rules.columns.expressions import COUNTED, LABEL, NATIVE
from detector.detect.rules.loading.document import Document, refusal, small_operators
from detector.detect.rules.logsources.event_scope import Source, column_of
from detector.detect.rules.ruleset import OPERATIONS, About, CorrelationRule, Field, Way

_Expression = str | tuple[Literal["and", "or", "not"], tuple["_Expression", ...]]
"""Which base rules must have matched: the id of one, or several joined."""
Known = dict[str, tuple[str, Source]]
_CONDITION: Final = ("correlation", "condition")
_OPERATIONS: Final = SigmaCorrelationConditionOperator.operators()
_TEMPORAL: Final = ("temporal", "temporal_ordered")
_MOST_WAYS: Final = 64
_OF_NUMBERS: Final = ("value_sum", "value_avg", "value_percentile", "value_median")


def read_correlation(
    document: Document, about: About, known: Known, *, plain: bool
) -> tuple[CorrelationRule, bool] | None:
    """Read a correlation; None when problems were noted."""
    ranges = list(_ranges(document))
    rule = _parse(document)
    if rule is None:
        return None
    sources = _bases(document, rule, known)
    if not sources:
        return None
    kind = rule.type.name.lower()
    listed = tuple(known[name][0] for name in _named(rule))
    if kind == "temporal":
        _refuse_repeated(document, listed)
    condition = rule.condition
    given = "condition" in document.data["correlation"]
    expression = _expression(document, condition, kind, known, sources)
    numbers = kind not in _TEMPORAL or (given and isinstance(condition, SigmaCorrelationCondition))
    conditions = _conditions(document, [condition, *ranges]) if numbers else ()
    values = _values(document, rule, kind, sources, known, plain=plain)
    if document.problems or expression is None:
        return None
    percentile = _percentile(document, condition) if kind == "value_percentile" else 50
    ways = _ways(document, kind, conditions, expression, listed)
    if document.problems:
        return None
    found = CorrelationRule(
        about=about,
        kind=kind,
        bases=tuple(sources),
        group_by=tuple(_field(name, rule, sources, known, plain=plain) for name in rule.group_by or ()),
        values=values,
        span=timedelta(seconds=rule.timespan.seconds),
        conditions=conditions,
        amounts=not plain and kind == "value_sum" and all(map(_whole, _columns(values))),
        ways=ways,
        percentile=percentile,
    )
    return found, bool(rule.generate)


def _refuse_repeated(document: Document, listed: Sequence[str]) -> None:
    for number, base in enumerate(listed):
        if base in listed[:number]:
            what = f"the rule {base} is listed twice: `temporal` asks which rules matched, not how often"
            document.refuse(what, "correlation", "rules", number, fix="use temporal_ordered or event_count")


def _percentile(document: Document, condition: Any) -> int:
    percentile = condition.percentile or 0
    if not 0 < percentile <= 100:
        document.refuse("the percentile is a whole number from 1 to 100", *_CONDITION)
    return int(percentile)


def _ranges(document: Document) -> Iterator[SigmaCorrelationCondition]:
    """Yield all comparisons of a condition but the first, and take them out of what pySigma is given."""
    body = document.data.get("correlation")
    condition = body.get("condition") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(condition, dict):
        return
    names = [name for name in condition if name in _OPERATIONS]
    rest = {name: value for name, value in condition.items() if name not in names[1:]}
    document.data = {**document.data, "correlation": {**body, "condition": rest}}
    for name in names[1:]:
        try:
            yield SigmaCorrelationCondition.from_dict({name: condition[name]})
        except SigmaError as error:
            document.refuse(refusal(error), *_CONDITION, name)


def _conditions(document: Document, parts: list[Any]) -> tuple[tuple[str, int | float], ...]:
    if not all(isinstance(part, SigmaCorrelationCondition) for part in parts):
        document.refuse(
            "this kind of correlation needs a condition of numbers: gt, gte, lt, lte, eq or neq", *_CONDITION
        )
        return ()
    return tuple((part.op.name.lower(), part.count) for part in parts)


def _expression(
    document: Document, condition: Any, kind: str, known: Known, sources: Mapping[str, Source]
) -> _Expression | None:
    """Return which bases must have matched; None when a problem was noted."""
    if isinstance(condition, SigmaExtendedCorrelationCondition):
        return _joined(document, condition.parsed, known)
    asked = kind == "temporal" and "condition" in document.data["correlation"]
    return ("or" if asked else "and", tuple(sources))


def _of_many(
    document: Document, conditions: tuple[tuple[str, int | float], ...], bases: Sequence[str]
) -> tuple[Way, ...]:
    """Return the sequences of as many bases as a condition of numbers asks for at least."""
    enough = (many for many in range(1, len(bases) + 1) if all(OPERATIONS[name](many, to) for name, to in conditions))
    many = next(enough, 0)
    chains = dict.fromkeys(islice(combinations(bases, many), _MOST_WAYS + 1)) if many else ()
    found = tuple((chain, ()) for chain in chains)
    if not 0 < len(found) <= _MOST_WAYS:
        document.refuse(f"there are no ways to meet the condition, or more than {_MOST_WAYS}", *_CONDITION)
    return found


def _ways(
    document: Document,
    kind: str,
    conditions: tuple[tuple[str, int | float], ...],
    expression: _Expression,
    bases: Sequence[str],
) -> tuple[Way, ...]:
    """Return which bases must match and which must not: one alternative of the condition each.

    ``bases`` are in the order in which they are listed; one may have to match several times.
    """
    if kind not in _TEMPORAL:
        return ()
    if kind == "temporal_ordered" and conditions:
        return _of_many(document, conditions, bases)
    found: dict[Way, None] = {}
    for alternative in islice(_alternatives(expression, wanted=True), _MOST_WAYS + 1):
        there = {base for base, wanted in alternative if wanted}
        absent = {base for base, wanted in alternative if not wanted}
        if not there:
            document.refuse("one way to meet the condition needs no rule to match: nothing would begin it", *_CONDITION)
            return ()
        if there.isdisjoint(absent):
            found[tuple(base for base in bases if base in there), tuple(sorted(absent))] = None
    if not 0 < len(found) <= _MOST_WAYS:
        document.refuse(f"there are no ways to meet the condition, or more than {_MOST_WAYS}", *_CONDITION)
    return tuple(found)


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
            document.refuse(f"the rule {part.reference} is not there, or was refused", *_CONDITION)
            return None
        return known[part.reference][0]
    parts = [_joined(document, each, known) for each in part.args]
    whole = tuple(each for each in parts if each is not None)
    if len(whole) < len(parts):
        return None
    if isinstance(part, CorrelationConditionNOT):
        return ("not", whole)
    return ("and" if isinstance(part, CorrelationConditionAND) else "or", whole)


def _values(
    document: Document,
    rule: SigmaCorrelationRule,
    kind: str,
    sources: Mapping[str, Source],
    known: Known,
    *,
    plain: bool,
) -> tuple[Field, ...]:
    """Return the fields of the condition, and note what cannot be reckoned with."""
    if kind == "event_count" or not isinstance(rule.condition, SigmaCorrelationCondition):
        return ()
    given = rule.condition.fieldref
    names = given if isinstance(given, list) else [given] if given else []
    fields = tuple(_field(name, rule, sources, known, plain=plain) for name in names)
    if kind in _TEMPORAL:
        return ()
    if not names:
        document.refuse("the condition names no field", *_CONDITION, fix="add `field:`")
    elif kind in _OF_NUMBERS:
        if len(names) > 1:
            document.refuse("a sum, an average and a percentile are of one field", *_CONDITION, "field")
        for column in sorted(_columns(fields) if not plain else ()):
            if not _numeric(column):
                document.refuse(f"{column} is no column of numbers", *_CONDITION, "field")
    return fields


def _columns(fields: Sequence[Field]) -> set[str]:
    return {column for _, columns in fields for _, column in columns}


def _whole(column: str) -> bool:
    """Say whether a column holds whole numbers: those of events count something and are never below 0."""
    dtype = frames.EVENT_SCHEMA.get(column)
    return dtype is not None and dtype.is_integer()


def _numeric(column: str) -> bool:
    dtype = frames.EVENT_SCHEMA.get(column)
    return column.startswith((LABEL, NATIVE)) if dtype is None else dtype.is_numeric()


def _parse(document: Document) -> SigmaCorrelationRule | None:
    body = document.data.get("correlation")
    data = {key: small_operators(key, value) for key, value in document.data.items() if key not in ("nabat", "id")}
    if not isinstance(body, dict):
        document.refuse("`correlation` is not a mapping", "correlation")
        return None
    for key in body:
        if key not in ("type", "rules", "group-by", "timespan", "condition", "aliases", "generate"):
            document.refuse(f"unknown key correlation.{key}", "correlation", key)
    try:
        rule = SigmaCorrelationRule.from_dict(data, collect_errors=True)
    except (SigmaError, TypeError, AttributeError, ValueError) as error:
        document.refuse(refusal(error), "correlation")
        return None
    for found in rule.errors:
        text = str(found.args[0] if found.args else found)
        key = next((key for key in ("timespan", "type", "rules", "condition", "generate") if key in text.lower()), "")
        document.refuse(text, *(("correlation", key) if key else ("correlation",)))
    return None if rule.errors else rule


def _named(rule: SigmaCorrelationRule) -> list[str]:
    """Return the rules referred to, by id or name; without a list they are those of the condition."""
    if rule.rules is None and isinstance(rule.condition, SigmaExtendedCorrelationCondition):
        return rule.condition.get_referenced_rules()
    return [str(reference.reference) for reference in rule.rules or ()]


def _bases(document: Document, rule: SigmaCorrelationRule, known: Known) -> dict[str, Source]:
    """Return id and source of every rule referred to; empty when one is missing."""
    missing = False
    sources: dict[str, Source] = {}
    for number, name in enumerate(_named(rule)):
        if name in known:
            sources[known[name][0]] = known[name][1]
        else:
            missing = True
            document.refuse(
                f"the rule {name} is not there, or was refused",
                "correlation",
                "rules",
                number,
                fix="give an id or name",
            )
    return {} if missing else sources


def _counted(field: str, source: Source) -> str:
    """Return the column a field is counted by: addresses of one network of IPv6 are one."""
    column = column_of(field, source)
    return COUNTED if column == "source.ip" else column


def _field(name: str, rule: SigmaCorrelationRule, sources: Mapping[str, Source], known: Known, *, plain: bool) -> Field:
    """Return the column of a field in the events of each base; aliases name it."""
    aliases = {alias.alias: alias.mapping for alias in rule.aliases} if rule.aliases else {}
    mapped = {
        known[str(reference.reference)][0]: own
        for reference, own in aliases.get(name, {}).items()
        if str(reference.reference) in known
    }
    own = {base: mapped.get(base, name) for base in sources}
    return name, tuple((base, own[base] if plain else _counted(own[base], source)) for base, source in sources.items())
