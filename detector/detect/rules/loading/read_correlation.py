"""One correlation document → a correlation rule, or its problems.

Comes in: the document, and the rules it may refer to. Goes out: the rule and whether its bases are reported by
themselves too (``generate``). pySigma takes one comparison a condition; of a range (``gt`` with ``lte``) it is given
one after another.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sigma.correlations import (
    SigmaCorrelationCondition,
    SigmaCorrelationConditionOperator,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
)
from sigma.exceptions import SigmaError

from detector import frames
from detector.detect.rules.columns.expressions import COUNTED, LABEL, NATIVE
from detector.detect.rules.loading.correlation_ways import CONDITION, TEMPORAL, Known, ways_of
from detector.detect.rules.loading.document import Document, place_of, refusal, small_operators
from detector.detect.rules.logsources.event_scope import Source, column_of
from detector.detect.rules.ruleset import About, CorrelationRule, Field

_OPERATIONS: Final = SigmaCorrelationConditionOperator.operators()
_KEYS: Final = ("timespan", "type", "rules", "group-by", "aliases", "condition", "generate")
_WORD: Final = re.compile(r"\w+")
_JOINING: Final = ("and", "or", "not")
_LONGEST_DAYS: Final = 3_660
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
    _refuse_unknown_aliases(document, rule, known, sources)
    kind = rule.type.name.lower()
    listed = tuple(known[name][0] for name in _named(rule))
    if kind == "temporal":
        _refuse_repeated(document, listed)
    condition = rule.condition
    given = "condition" in document.data["correlation"]
    numbers = kind not in TEMPORAL or (given and isinstance(condition, SigmaCorrelationCondition))
    conditions = _conditions(document, kind, [condition, *ranges]) if numbers else ()
    if rule.timespan.seconds > _LONGEST_DAYS * 86_400:
        what = f"the timespan {rule.timespan.spec} is longer than {_LONGEST_DAYS:,} days"
        document.refuse(what, "correlation", "timespan", fix="give a shorter one")
    values = _values(document, rule, kind, sources, known, plain=plain)
    if document.problems:
        return None
    percentile = _percentile(document, condition) if kind == "value_percentile" else 50
    ways = ways_of(document, kind, condition, conditions, known, listed) if kind in TEMPORAL else ()
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


def _refuse_unknown_aliases(
    document: Document, rule: SigmaCorrelationRule, known: Known, sources: Mapping[str, Source]
) -> None:
    for alias in rule.aliases:
        for reference in alias.mapping:
            name = str(reference.reference)
            if name not in known or known[name][0] not in sources:
                what = f"the alias {alias.alias} names {name}, which is none of the rules of this correlation"
                document.refuse(what, "correlation", "aliases", alias.alias, name)


def _refuse_repeated(document: Document, listed: Sequence[str]) -> None:
    for number, base in enumerate(listed):
        if base in listed[:number]:
            what = f"the rule {base} is listed twice: `temporal` asks which rules matched, not how often"
            document.refuse(what, "correlation", "rules", number, fix="use temporal_ordered or event_count")


def _percentile(document: Document, condition: Any) -> int:
    percentile = condition.percentile or 0
    if not 0 < percentile <= 100:
        document.refuse("the percentile is a whole number from 1 to 100", *CONDITION)
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
            document.refuse(refusal(error), *CONDITION, name)


def _conditions(document: Document, kind: str, parts: list[Any]) -> tuple[tuple[str, int | float], ...]:
    if not all(isinstance(part, SigmaCorrelationCondition) for part in parts):
        document.refuse(
            "this kind of correlation needs a condition of numbers: gt, gte, lt, lte, eq or neq", *CONDITION
        )
        return ()
    if kind not in _OF_NUMBERS and any(part.count < 0 for part in parts):
        document.refuse("what is counted is never below 0", *CONDITION, fix="give a number from 0 on")
    return tuple((part.op.name.lower(), part.count) for part in parts)


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
    if not isinstance(rule.condition, SigmaCorrelationCondition):
        return ()
    _refuse_foreign(document, rule.condition, kind)
    if kind in (*TEMPORAL, "event_count"):
        return ()
    given = rule.condition.fieldref
    names = given if isinstance(given, list) else [given] if given else []
    fields = tuple(_field(name, rule, sources, known, plain=plain) for name in names)
    if not names:
        document.refuse("the condition names no field", *CONDITION, fix="add `field:`")
    elif kind in _OF_NUMBERS:
        if len(names) > 1:
            document.refuse("a sum, an average and a percentile are of one field", *CONDITION, "field")
        for column in sorted(_columns(fields) if not plain else ()):
            if not _numeric(column):
                document.refuse(f"{column} is no column of numbers", *CONDITION, "field")
    return fields


def _refuse_foreign(document: Document, condition: SigmaCorrelationCondition, kind: str) -> None:
    """Note what a condition says that its kind of correlation has no use for."""
    if condition.fieldref is not None and not kind.startswith("value_"):
        document.refuse(f"{kind} takes no field", *CONDITION, "field", fix="use value_count to count values")
    if condition.percentile is not None and kind != "value_percentile":
        document.refuse(f"{kind} takes no percentile", *CONDITION, "percentile", fix="use value_percentile")


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
    if _unknown_keys(document, body):
        return None
    try:
        rule = SigmaCorrelationRule.from_dict(data, collect_errors=True)
    except (SigmaError, TypeError, AttributeError, ValueError) as error:
        document.refuse(refusal(error), *_place(error))
        return None
    for found in rule.errors:
        document.refuse(refusal(found), *_place(found))
    return None if rule.errors else rule


def _unknown_keys(document: Document, body: Mapping[str, Any]) -> bool:
    """Note keys that mean nothing; say whether there are some."""
    condition = body.get("condition")
    known = (*_OPERATIONS, "field", "percentile")
    unknown: list[tuple[str, ...]] = [(key,) for key in body if key not in _KEYS]
    unknown += [("condition", key) for key in condition if key not in known] if isinstance(condition, dict) else []
    for keys in unknown:
        document.refuse(f"unknown key correlation.{'.'.join(map(str, keys))}", "correlation", *keys)
    return bool(unknown)


def _place(error: Exception) -> tuple[str, ...]:
    """Return the key that an error of pySigma's is about, which its words name."""
    common = place_of(error)
    if common and common != "correlation":
        return (common,)
    text = str(error).lower()
    if "field reference" in text:
        return CONDITION
    return ("correlation", *[key for key in _KEYS if key in text][:1])


def references(document: Document) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return the rules a correlation refers to by id or name, and where; without a list those of its condition."""
    body = document.data.get("correlation")
    if not isinstance(body, dict):
        return []
    rules, condition = body.get("rules"), body.get("condition")
    if rules is None and isinstance(condition, str):
        return [(name, CONDITION) for name in dict.fromkeys(_WORD.findall(condition)) if name.lower() not in _JOINING]
    listed = rules if isinstance(rules, list) else [rules]
    return [(str(name), ("correlation", "rules", number)) for number, name in enumerate(listed)]


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
