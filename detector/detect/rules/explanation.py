"""Why a rule holds of an event, or does not: every part of its condition with whether it held.

Comes in: a rule and an event as a dictionary. Goes out: ``Verdict``, a tree. Each part is judged by what judges rules
(``matching``); nothing of what they mean is said a second time here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.native_values import reach
from detector.detect.rules.condition import All, Node, Not, Test, fields_of
from detector.detect.rules.evaluate_events import ALL_TEXTS, plain_frame
from detector.detect.rules.loading.rule_context import NO_VALUES, Placeholders, RuleContext
from detector.detect.rules.loading.rule_set import RuleSet
from detector.detect.rules.logsources.event_scope import EVERYWHERE, PLAIN
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.ruleset import About, EventRule, Rules
from detector.errors import InputError, Problem

_WORDS: Final = {
    "equals": "is",
    "contains": "contains",
    "startswith": "begins with",
    "endswith": "ends with",
    "wildcard": "fits",
    "regex": "fits the expression",
    "number": "is",
    "lt": "is below",
    "lte": "is at most",
    "gt": "is above",
    "gte": "is at least",
    "neq": "is not",
    "cidr": "lies in",
    "minute": "is in the minute",
    "hour": "is in the hour",
    "day": "is on the day",
    "week": "is in the week",
    "month": "is in the month",
    "year": "is in the year",
}
_MOST_SHOWN: Final = 120
_JUDGED: Final = About(id="part", title="part")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One part of a condition.

    Attributes:
        says: The part in words.
        held: Whether it held of the event.
        found: What the event has in the field that was asked; empty where no field was.
        parts: What it is made of.
    """

    says: str
    held: bool
    found: str = ""
    parts: tuple["Verdict", ...] = ()


def explain_rule(
    paths: Sequence[Path | str], name: str | None, event: Mapping[str, Any], placeholders: Placeholders = NO_VALUES
) -> tuple[About, Verdict]:
    """Judge an event by one rule, part by part. Fields are those the event has.

    Args:
        paths: Where rules are.
        name: Id, name or title of the rule; None: the first there is.
        event: The event.
        placeholders: What placeholders of rules stand for.

    Raises:
        ConfigError: The rules have mistakes.
        InputError: There is no such rule, or it is one about several events.
    """
    rules = RuleSet.load(paths, plain=True, tolerant=True, context=RuleContext(placeholders))
    if name is None and rules.skipped:
        raise InputError(rules.skipped)
    rule = rules.events[0] if name is None and rules.events else _named(rules, name or "")
    return rule.about, _verdict(rule.condition, event)


def _named(rules: Rules, name: str) -> EventRule:
    found = [rule for rule in rules.events if name in (rule.about.id, rule.about.name, rule.about.title)]
    if found:
        return found[0]
    for correlation in rules.correlations:
        if name in (correlation.about.id, correlation.about.name, correlation.about.title):
            bases = ", ".join(correlation.bases)
            raise InputError(Problem(what=f"{name} is about several events", fix=f"explain one it counts: {bases}"))
    refused = [problem for problem in rules.skipped if Path(problem.file).stem == name]
    if refused:
        raise InputError(refused)
    raise InputError(Problem(what=f"no rule has the id, name or title {name}", fix="`nabat rules list` names them"))


def _verdict(node: Node, event: Mapping[str, Any]) -> Verdict:
    held = _holds(node, event)
    if isinstance(node, Test):
        return Verdict(says=_says(node), held=held, found=_found(node, event))
    if isinstance(node, Not):
        return Verdict(says="not", held=held, parts=(_verdict(node.part, event),))
    parts = tuple(_verdict(part, event) for part in node.parts)
    if len(parts) == 1:
        return parts[0]
    return Verdict(says="all of" if isinstance(node, All) else "at least one of", held=held, parts=parts)


def _holds(node: Node, event: Mapping[str, Any]) -> bool:
    rule = EventRule(about=_JUDGED, source=PLAIN.name, conditions=((EVERYWHERE, node),))
    fields = fields_of(node) - {ALL_TEXTS}
    types: dict[str, pl.DataType] = {field: pl.List(pl.String()) for field in (*fields, ALL_TEXTS)}
    matches = RuleMatcher((rule,), types).match(FrameView(plain_frame([event], sorted(fields), types)))
    if matches.failed:
        raise InputError(Problem(what=f"it could not be judged: {next(iter(matches.failed.values()))}"))
    return bool(matches.rows)


def _says(test: Test) -> str:
    field = "some text" if test.field == ALL_TEXTS else test.field
    if test.operation == "exists":
        return f"{field} is there" if test.value else f"{field} is not there"
    if test.operation == "null":
        return f"{field} is empty"
    if test.operation == "fieldref":
        how = {(True, True): "contains", (True, False): "begins with", (False, True): "ends with"}
        return f"{field} {how.get((test.starts, test.ends), 'is')} what stands in {test.value}"
    shown = json.dumps(test.value, ensure_ascii=False) if isinstance(test.value, str) else str(test.value)
    return f"{field} {_WORDS[test.operation]} {_short(shown)}{', in this case' if test.cased else ''}"


def _found(test: Test, event: Mapping[str, Any]) -> str:
    if test.field == ALL_TEXTS:
        return ""
    values = reach(event, test.field)
    return "nothing" if values is None else _short(", ".join(json.dumps(each, ensure_ascii=False) for each in values))


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def lines_of(verdict: Verdict, depth: int = 0) -> list[str]:
    """Return a verdict as lines, a mark before each part: ``+`` held, ``-`` did not."""
    told = f"{'  ' * depth}{'+' if verdict.held else '-'} {verdict.says}"
    if verdict.found:
        told += f"  (found: {verdict.found})"
    return [told, *(line for part in verdict.parts for line in lines_of(part, depth + 1))]
