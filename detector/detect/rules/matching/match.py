"""Which rows satisfy which rules, for a frame of events.

Comes in: rules and an event frame with facts. Goes out: for each rule the numbers of its rows, in order, and the rules
that failed. A rule that needs a text is judged on the rows that hold it (``prefilter``), any other on all, unless the
frame has nothing of what it needs (``presence``); while the search for texts fails, every rule is judged on all. Of
those, what is asked of whole columns rules out most, and the rest of a condition is asked of the rows that are left.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import LABEL, LINE, VALUES, VIRTUAL, Types
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.columns.line_values import values_of_lines
from detector.detect.rules.condition import Node, fields_of
from detector.detect.rules.logsources.event_scope import EventScope, Predicate
from detector.detect.rules.matching.compile_condition import SHORT, CompiledCondition, ConditionCompiler
from detector.detect.rules.matching.field_values import FEW, FieldValues
from detector.detect.rules.matching.prefilter import Prefilter, needed
from detector.detect.rules.matching.presence import FrameContents, requirements
from detector.detect.rules.matching.text_search import FAILURES
from detector.detect.rules.ruleset import EventRule
from detector.errors import Cause

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_FAILURES = (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError)


@dataclass(slots=True)
class Matches:
    """Rows by number of the rule, and what failed; ``search``: why the search for texts did."""

    rows: dict[int, Ints] = field(default_factory=dict)
    failed: dict[int, Cause] = field(default_factory=dict)
    search: Cause | None = None


@dataclass(slots=True)
class _Condition:
    """A condition over events of one scope, and the numbers of the rules that have it."""

    node: Node
    scope: EventScope
    rules: list[int]
    compiled: CompiledCondition | None = None


class RuleMatcher:
    """Event rules made ready for frames of one set of columns. Rules of one condition and scope are judged once.

    A condition is compiled when some event may satisfy it for the first time: of thousands of rules few ever are.
    """

    def __init__(self, rules: Sequence[EventRule], types: Types, few: int = FEW) -> None:
        self._few = few
        self._predicates = {scope: scope.predicate() for rule in rules for scope, _ in rule.conditions}
        spoken = {scope for rule in rules for scope, node in rule.conditions if VALUES in fields_of(node)}
        self._spoken = sorted(spoken, key=repr) if LINE in types else []
        types = {**types, VALUES: VIRTUAL[VALUES]} if self._spoken else types
        self._compiler, self._lock = ConditionCompiler(types), Lock()
        alike: dict[tuple[EventScope, Node], list[int]] = {}
        for number, rule in enumerate(rules):
            for condition in dict.fromkeys(rule.conditions):
                alike.setdefault(condition, []).append(number)
        self._conditions = [_Condition(node, scope, numbers) for (scope, node), numbers in alike.items()]
        texts = {name for name, kind in types.items() if _holds_texts(name, kind) and name not in SHORT}
        needs = {number: needed(node, texts) for number, (_, node) in enumerate(alike)}
        self._prefilter = Prefilter({number: need for number, need in needs.items() if need})
        self._types = types
        self._required = {
            number: requirements(node, types) for number, (_, node) in enumerate(alike) if not needs[number]
        }

    def match(self, view: FrameView) -> Matches:
        """Judge a frame."""
        found = Matches()
        if not view.height:
            return found
        meant = _ScopeMasks(view, self._predicates)
        if self._spoken and not view.knows(VALUES):
            view.make(values_of_lines(view.column(LINE), self._asked(meant)).alias(VALUES))
        fields = FieldValues(view, self._compiler.types, self._compiler.masks, self._few)
        for condition, rows in self._candidates(view, meant, found):
            try:
                satisfying = _judged(self._compiled(condition), rows, fields) if rows.size else rows
            except _FAILURES as error:
                found.failed.update(dict.fromkeys(condition.rules, Cause.of(error)))
                continue
            if satisfying.size:
                for number in condition.rules:
                    known = found.rows.get(number)
                    found.rows[number] = satisfying if known is None else np.union1d(known, satisfying)
        return found

    def _compiled(self, condition: _Condition) -> CompiledCondition:
        if condition.compiled is None:
            with self._lock:
                condition.compiled = self._compiler.compile(condition.node)
        return condition.compiled

    def _asked(self, meant: "_ScopeMasks") -> Ints:
        """Return the rows whose lines some rule searches for keywords: the other lines are not read again."""
        rows: Ints = np.logical_or.reduce([meant.of(scope) for scope in self._spoken]).nonzero()[0]
        return rows

    def _candidates(self, view: FrameView, meant: "_ScopeMasks", found: Matches) -> Iterator[tuple[_Condition, Ints]]:
        """Yield conditions and the rows that may satisfy them, of those events that are in their scope."""
        everywhere: dict[EventScope, Ints] = {}
        sifted: list[tuple[int, Ints]] = []
        try:
            sifted = self._prefilter.candidates(view)
        except FAILURES as error:
            found.search = Cause.of(error)
        always: Iterable[int] = self._present(view) if found.search is None else range(len(self._conditions))
        for number in always:
            condition = self._conditions[number]
            if condition.scope not in everywhere:
                everywhere[condition.scope] = meant.of(condition.scope).nonzero()[0]
            yield condition, everywhere[condition.scope]
        for number, rows in sifted:
            condition = self._conditions[number]
            yield condition, rows[meant.of(condition.scope)[rows]]

    def _present(self, view: FrameView) -> Iterator[int]:
        """Yield the conditions that need no text and may be satisfied by what the frame holds."""
        contents = FrameContents(view, self._types)
        return (number for number, required in self._required.items() if contents.may_satisfy(required))


class _ScopeMasks:
    """Which rows of a frame are in which scope, each told once."""

    def __init__(self, view: FrameView, predicates: Mapping[EventScope, Predicate | None]) -> None:
        self._view = view
        self._predicates = predicates
        self._masks: dict[EventScope, Mask] = {}

    def of(self, scope: EventScope) -> Mask:
        if scope not in self._masks:
            predicate = self._predicates[scope]
            everything = np.ones(self._view.height, dtype=np.bool_)
            self._masks[scope] = everything if predicate is None else predicate(self._view)
        return self._masks[scope]


def _judged(compiled: CompiledCondition, rows: Ints, fields: FieldValues) -> Ints:
    """Return which of some rows satisfy a condition."""
    if compiled.columns is not None and rows.size:
        rows = rows[fields.mask(compiled.columns)[rows]]
    return compiled.rest(fields, rows) if compiled.rest is not None and rows.size else rows


def _holds_texts(name: str, kind: pl.DataType) -> bool:
    return kind in (pl.String(), pl.List(pl.String())) or f"{name}." == LABEL
