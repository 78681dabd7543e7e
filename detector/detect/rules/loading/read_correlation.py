"""One correlation document → a correlation rule, or its problems.

Comes in: the document, and the rules it may refer to. Goes out: the rule and whether its bases are reported by
themselves too (``generate``). Kinds other than event_count, value_count and value_sum are refused.
"""

from datetime import timedelta
from typing import Any, Protocol

import polars as pl
from sigma.correlations import SigmaCorrelationCondition, SigmaCorrelationRule, SigmaCorrelationType
from sigma.exceptions import SigmaError

from detector import frames
from detector.detect.rules.columns.expressions import COUNTED
from detector.detect.rules.field_mapping import Source, column_of
from detector.detect.rules.ruleset import MOST_AMOUNT, About, CorrelationRule

_KINDS = {
    SigmaCorrelationType.EVENT_COUNT: "event_count",
    SigmaCorrelationType.VALUE_COUNT: "value_count",
    SigmaCorrelationType.VALUE_SUM: "value_sum",
}
_STUMBLES = (TypeError, AttributeError)
Known = dict[str, tuple[str, Source]]


class Refusing(Protocol):
    """A document that takes note of its problems."""

    data: dict[str, Any]

    def refuse(self, what: str, *where: str | int, fix: str = "") -> None:
        """Note a problem at a place of the document."""
        ...


def refusal(error: Exception) -> str:
    """Return what pySigma says of a rule; what it stumbles over without words for people is named by its kind."""
    said = str(error.args[0] if error.args else error)
    return f"pySigma cannot read it ({type(error).__name__}: {said})" if isinstance(error, _STUMBLES) else said


def read_correlation(
    document: Refusing, about: About, known: Known, *, plain: bool
) -> tuple[CorrelationRule, bool] | None:
    """Read a correlation; None when problems were noted."""
    rule = _parse(document)
    if rule is None:
        return None
    condition = rule.condition
    if rule.type not in _KINDS or not isinstance(condition, SigmaCorrelationCondition):
        document.refuse(
            f"correlations of type {document.data['correlation'].get('type')} are not supported yet",
            "correlation",
            "type",
            fix="event_count, value_count and value_sum are",
        )
        return None
    sources = _bases(document, rule, known)
    if not sources:
        return None
    values = condition.fieldref if isinstance(condition.fieldref, list) else [condition.fieldref or ""]
    source = next(iter(sources.values()))
    count = condition.count
    columns = tuple(value if plain else _counted(value, source) for value in values if value)
    if rule.type is SigmaCorrelationType.VALUE_SUM and not _summable(document, columns, condition, plain=plain):
        return None
    if not isinstance(count, int):
        document.refuse("the count must be a whole number", "correlation", "condition")
        return None
    found = CorrelationRule(
        about=about,
        kind=_KINDS[rule.type],
        bases=tuple(sources),
        group_by=_grouping(rule, sources, known, plain=plain),
        values=() if rule.type is SigmaCorrelationType.EVENT_COUNT else columns,
        span=timedelta(seconds=rule.timespan.seconds),
        operation=condition.op.name.lower(),
        count=count,
    )
    return found, bool(rule.generate)


def _summable(
    document: Refusing, columns: tuple[str, ...], condition: SigmaCorrelationCondition, *, plain: bool
) -> bool:
    """Note what cannot be summed. Sums only grow within a span, so that they are told at once: no upper limits."""
    where = ("correlation", "condition")
    if len(columns) != 1:
        document.refuse("a sum is of one field", *where, "field")
    elif not plain and not frames.EVENT_SCHEMA.get(columns[0], pl.String()).is_integer():
        document.refuse(f"{columns[0]} is no column of whole numbers", *where, "field")
    elif condition.op.name not in ("GT", "GTE"):
        document.refuse("a sum is compared by gt or gte", *where)
    elif not isinstance(condition.count, int) or not 0 <= condition.count <= MOST_AMOUNT - 1:
        document.refuse(f"the limit of a sum is a whole number below {MOST_AMOUNT}", *where)
    else:
        return True
    return False


def _parse(document: Refusing) -> SigmaCorrelationRule | None:
    body = document.data.get("correlation")
    data = {key: value for key, value in document.data.items() if key not in ("nabat", "id")}
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


def _bases(document: Refusing, rule: SigmaCorrelationRule, known: Known) -> dict[str, Source]:
    """Return id and source of every rule referred to; empty when one is missing."""
    missing = False
    sources: dict[str, Source] = {}
    for number, reference in enumerate(rule.rules or []):
        name = str(reference.reference)
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


def _grouping(
    rule: SigmaCorrelationRule, sources: dict[str, Source], known: Known, *, plain: bool
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    aliases = {alias.alias: alias.mapping for alias in rule.aliases} if rule.aliases else {}
    groups = []
    for name in rule.group_by or ():
        mapped = {
            known[str(ref.reference)][0]: column
            for ref, column in aliases.get(name, {}).items()
            if str(ref.reference) in known
        }
        columns = tuple(
            (base, mapped.get(base, name) if plain else _counted(mapped.get(base, name), source))
            for base, source in sources.items()
        )
        groups.append((name, columns))
    return tuple(groups)
