"""Why a rule holds of an event, or does not: every part of its condition with whether it held.

Comes in: a rule and an event as a dictionary. Goes out: ``Verdict``, a tree. Each part is judged by what judges rules
(``matching``); nothing of what they mean is said a second time here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl

from detector.detect.rules.columns.expressions import LABEL, NATIVE
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.native_values import reach
from detector.detect.rules.columns.plain_frame import ALL_TEXTS, TYPE, plain_frame
from detector.detect.rules.condition import All, Node, Not, Test, fields_of
from detector.detect.rules.decoded_event import TYPES, DecodedEvent
from detector.detect.rules.facts.fact_maker import ORDERED
from detector.detect.rules.facts.novelty import OF_HISTORY
from detector.detect.rules.loading.rule_context import NO_VALUES, Placeholders, RuleContext
from detector.detect.rules.loading.rule_set import RuleSet
from detector.detect.rules.logsources.event_scope import EVERYWHERE, PLAIN, EventScope
from detector.detect.rules.matching.match import RuleMatcher
from detector.detect.rules.ruleset import About, EventRule, Rules
from detector.errors import InputError, Problem
from detector.settings import Settings
from detector.settings.lists.company_lists import NO_LISTS, CompanyLists

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
_OF_SEVERAL: Final = frozenset({*ORDERED, *OF_HISTORY})
_ANY: Final = "at least one of"
_FEW: Final = 5
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
    paths: Sequence[Path | str],
    name: str | None,
    event: Mapping[str, Any],
    placeholders: Placeholders = NO_VALUES,
    settings: Settings | None = None,
    lists: CompanyLists = NO_LISTS,
) -> tuple[About, Verdict]:
    """Judge an event by one rule, part by part.

    An event that ``nabat decode`` printed is judged as a running service judges it, with the rule's log source and the
    columns its fields are read into; any other by the fields that it has.

    Args:
        paths: Where rules are.
        name: Id, name or title of the rule; None: the first there is.
        event: The event.
        placeholders: What placeholders of rules stand for.
        settings: What facts of a decoded event are made with; None: the defaults.
        lists: What the company's files say of its clients and people.

    Raises:
        ConfigError: The rules have mistakes.
        InputError: There is no such rule, or it is one about several events.
    """
    decoded = DecodedEvent.of(event, settings or Settings(), lists)
    rules = RuleSet.load(paths, plain=decoded is None, tolerant=True, context=RuleContext(placeholders))
    if name is None and rules.skipped:
        raise InputError(rules.skipped)
    rule = rules.events[0] if name is None and rules.events else _named(rules, name or "")
    if decoded is None:
        return rule.about, _verdict(rule.condition, _PlainEvent(event))
    if not rule.conditions:
        raise InputError(Problem(what=f"no event that is read here is of its log source, {rule.source}"))
    meant = [(scope, node) for scope, node in rule.conditions if _fits(scope, decoded.view)]
    source = Verdict(says=f"it is of the log source {rule.source}", held=bool(meant))
    if not meant:
        return rule.about, source
    parts = [_verdict(node, _Decoded(decoded, scope)) for scope, node in meant]
    whole = next((part for part in parts if part.held), parts[0])
    if any(scope == EVERYWHERE for scope, _ in meant):
        return rule.about, whole
    return rule.about, Verdict(says="all of", held=whole.held, parts=(source, whole))


class _Judged(Protocol):
    """An event that parts of rules are held against."""

    def holds(self, node: Node) -> bool: ...

    def values(self, test: Test) -> list[str | None] | None: ...


@dataclass(frozen=True, slots=True)
class _PlainEvent:
    """An event with names of its own."""

    event: Mapping[str, Any]

    def holds(self, node: Node) -> bool:
        fields = sorted(fields_of(node))
        return _holds(EVERYWHERE, node, dict.fromkeys(fields, TYPE), FrameView(plain_frame([self.event], fields)))

    def values(self, test: Test) -> list[str | None] | None:
        return reach(self.event, test.field)


@dataclass(frozen=True, slots=True)
class _Decoded:
    """An event that was decoded, as one way of reading its log source means it."""

    event: DecodedEvent
    scope: EventScope

    def holds(self, node: Node) -> bool:
        return _holds(self.scope, node, TYPES, self.event.view)

    def values(self, test: Test) -> list[str | None] | None:
        return self.event.values(test.field)


def _fits(scope: EventScope, view: FrameView) -> bool:
    predicate = scope.predicate()
    return predicate is None or bool(predicate(view).all())


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


def _verdict(node: Node, event: _Judged) -> Verdict:
    held = event.holds(node)
    if isinstance(node, Test):
        return Verdict(says=_says(node), held=held, found=_found(node, event))
    if isinstance(node, Not):
        return Verdict(says="not", held=held, parts=(_verdict(node.part, event),))
    parts = tuple(_verdict(part, event) for part in node.parts)
    if len(parts) == 1:
        return parts[0]
    return Verdict(says="all of" if isinstance(node, All) else _ANY, held=held, parts=parts)


def _holds(scope: EventScope, node: Node, types: Mapping[str, pl.DataType], view: FrameView) -> bool:
    rule = EventRule(about=_JUDGED, source=PLAIN.name, conditions=((scope, node),))
    matches = RuleMatcher((rule,), types).match(view)
    if matches.failed:
        raise InputError(Problem(what=f"it could not be judged: {next(iter(matches.failed.values()))}"))
    return bool(matches.rows)


def _says(test: Test) -> str:
    field = "some text" if test.field == ALL_TEXTS else test.field.removeprefix(NATIVE).removeprefix(LABEL)
    if test.operation == "exists":
        return f"{field} is there" if test.value else f"{field} is not there"
    if test.operation == "null":
        return f"{field} is empty"
    if test.operation == "fieldref":
        how = {(True, True): "contains", (True, False): "begins with", (False, True): "ends with"}
        return f"{field} {how.get((test.starts, test.ends), 'is')} what stands in {test.value}"
    is_text = isinstance(test.value, str) and test.operation != "cidr"
    shown = json.dumps(test.value, ensure_ascii=False) if is_text else str(test.value)
    return f"{field} {_WORDS[test.operation]} {_short(shown)}{', in this case' if test.cased else ''}"


def _found(test: Test, event: _Judged) -> str:
    if test.field == ALL_TEXTS:
        return ""
    values = event.values(test)
    if values is None and test.field in _OF_SEVERAL:
        return "is made of several events"
    return "nothing" if values is None else _short(", ".join(json.dumps(each, ensure_ascii=False) for each in values))


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def lines_of(verdict: Verdict, depth: int = 0) -> list[str]:
    """Return a verdict as lines, a mark before each part: ``+`` held, ``-`` did not.

    Of many parts one of which is enough those that held are shown; where none did, the first of them.
    """
    told = f"{'  ' * depth}{'+' if verdict.held else '-'} {verdict.says}"
    if verdict.found:
        told += f"  (found: {verdict.found})"
    shown: Sequence[Verdict] = verdict.parts
    if verdict.says == _ANY and len(shown) > _FEW:
        shown = [part for part in shown if part.held] or shown[:_FEW]
    more = len(verdict.parts) - len(shown)
    lines = [told, *(line for part in shown for line in lines_of(part, depth + 1))]
    return [*lines, f"{'  ' * depth}  - {more} more of which none holds"] if more else lines
