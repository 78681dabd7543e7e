"""Which rows satisfy which rules, for a frame of events.

Comes in: rules and an event frame with facts. Goes out: for each rule the numbers of its rows, in order, and the rules
that failed. Rules that need a rare text are sieved first; of all rules the cheap tests rule out rows, and what is left
is judged exactly, on the columns the rule reads. The sieve never decides: a frame cut in any way gives the same rows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import URI, Types, expression, part_of
from detector.detect.rules.columns.frame_view import FrameView, groups_of
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test, with_keywords
from detector.detect.rules.matching.mask_eval import SHORT, Mask, MaskEval, MaskTests, cheap_part
from detector.detect.rules.matching.prefilter import Needed, sieves
from detector.detect.rules.matching.row_eval import RowEval, judge
from detector.detect.rules.matching.value_prefilter import ValuePrefilter
from detector.detect.rules.ruleset import EventRule
from detector.errors import Cause

Ints = npt.NDArray[np.int64]

_TEXTUAL = ("equals", "contains", "startswith", "endswith", "wildcard")
_SMALL = 0.5  # a rule that may concern a smaller part of the rows is judged on those alone
_HANDFUL = 256  # up to so many rows plain comparisons are cheaper than expressions
_FAILURES = (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError)


@dataclass(slots=True)
class Matches:
    """Rows by number of the rule, and what failed."""

    rows: dict[int, Ints] = field(default_factory=dict)
    failed: dict[int, Cause] = field(default_factory=dict)


class CandidateRows(NamedTuple):
    """Rows that may satisfy a rule."""

    number: int
    rows: Ints


class RuleMatcher:
    """Event rules made ready for frames of one set of columns. Rules of one condition and source are judged once."""

    def __init__(self, rules: Sequence[EventRule], types: Types) -> None:
        given = [with_keywords(rule.condition, rule.source.keywords) for rule in rules]
        self._tests = MaskTests(types)
        self._cheap: list[tuple[int | None, bool]] = []
        for condition in given:
            part, same = cheap_part(condition, types)
            self._cheap.append((None if part is None else self._tests.add(part), same))
        self._exact = [expression(condition, types).alias(str(number)) for number, condition in enumerate(given)]
        self._few = [judge(condition, types) for condition in given]
        self._roots = [sorted(set(each.meta.root_names())) for each in self._exact]
        self._predicates = {rule.source.name: rule.source.predicate() for rule in rules}
        self._alike: dict[int, list[int]] = {}
        leaders: dict[tuple[Node, str], int] = {}
        for number, condition in enumerate(given):
            leader = leaders.setdefault((condition, rules[number].source.name), number)
            self._alike.setdefault(leader, []).append(number)
        self._source = [rule.source.name for rule in rules]
        texts = {name for name, kind in types.items() if kind == pl.String() and name not in SHORT}
        self._plain: dict[str, list[int]] = {name: [] for name in self._predicates}
        self._needs: dict[str, dict[int, Needed]] = {name: {} for name in self._predicates}
        for number in self._alike:
            need = needed(given[number], texts)
            if need:
                self._needs[self._source[number]][number] = need
            else:
                self._plain[self._source[number]].append(number)
        self._alike = {leader: numbers[1:] for leader, numbers in self._alike.items() if numbers[1:]}
        self._sieves: dict[tuple[str, ...], dict[str, ValuePrefilter]] = {}

    def match(self, view: FrameView) -> Matches:
        """Judge a frame."""
        found = Matches()
        if not view.height:
            return found
        cheap = MaskEval(self._tests, view)
        asked = {
            name: cheap.all if predicate is None else predicate(view) for name, predicate in self._predicates.items()
        }
        allowed = {name: mask for name, mask in asked.items() if mask.any()}
        some = self._sieved(view, allowed, cheap)
        for name, mask in allowed.items():
            some += self._judge_plain(view, name, mask, cheap, found)
        self._judge_some(view, some, found)
        for leader, numbers in self._alike.items():
            for number in numbers:
                if leader in found.rows:
                    found.rows[number] = found.rows[leader]
                if leader in found.failed:
                    found.failed[number] = found.failed[leader]
        return found

    def _judge_plain(
        self, view: FrameView, name: str, allowed: Mask, cheap: MaskEval, found: Matches
    ) -> list[CandidateRows]:
        """Judge rules that need no text: by the cheap part where that says all; return what is left for few rows."""
        everywhere: list[CandidateRows] = []
        some: list[CandidateRows] = []
        meant = np.flatnonzero(allowed)
        for number in self._plain[name]:
            mask, exact = self._may(number, cheap)
            if not np.count_nonzero(mask):
                continue
            rows = (mask & allowed).nonzero()[0]
            if exact:
                _take(number, rows, found)
            elif rows.size > view.height * _SMALL:
                everywhere.append(CandidateRows(number, meant))
            elif rows.size:
                some.append(CandidateRows(number, rows))
        if everywhere:
            self._judge(view, everywhere, found)
        return some

    def _may(self, number: int, cheap: MaskEval) -> tuple[Mask, bool]:
        """Return the cheap verdict; a rule whose cheap part fails is left to the exact one, which counts failures."""
        part, same = self._cheap[number]
        if part is None:
            return cheap.all, False
        try:
            return cheap.rows(part), same
        except _FAILURES:
            return cheap.all, False

    def _sieved(self, view: FrameView, allowed: Mapping[str, Mask], cheap: MaskEval) -> list[CandidateRows]:
        """Return rules that need a text, with the rows that have it and pass the cheap part."""
        pairs = [sieved.pairs(view, column) for column, sieved in self._columns(tuple(allowed)).items()]
        rules = np.concatenate([rule for _, rule in pairs]) if pairs else np.empty(0, np.int64)
        if not rules.size:
            return []
        rules, rows = np.divmod(np.unique(rules * view.height + np.concatenate([row for row, _ in pairs])), view.height)
        starts = groups_of(rules)
        candidates: list[CandidateRows] = []
        for number, mine in zip(rules[starts].tolist(), np.split(rows, starts[1:]), strict=True):
            may = mine[(self._may(number, cheap)[0] & allowed[self._source[number]])[mine]]
            if may.size:
                candidates.append(CandidateRows(number, may))
        return candidates

    def _columns(self, sources: tuple[str, ...]) -> dict[str, ValuePrefilter]:
        """Return a sieve for each column that rules of these sources need texts in: each is gone through once."""
        if sources not in self._sieves:
            needs = {number: need for name in sources for number, need in self._needs[name].items()}
            self._sieves[sources] = {column: ValuePrefilter(sieve) for column, sieve in sieves(needs).items()}
        return self._sieves[sources]

    def _judge_some(self, view: FrameView, candidates: Sequence[CandidateRows], found: Matches) -> None:
        """Judge rules about part of the rows: those about a handful without polars."""
        for candidate in candidates:
            if candidate.rows.size > _HANDFUL:
                self._judge(view, [candidate], found)
        few = [candidate for candidate in candidates if candidate.rows.size <= _HANDFUL]
        if not few:
            return
        rows = np.unique(np.concatenate([candidate.rows for candidate in few]))
        together = RowEval(view, rows)
        for candidate in few:
            places = np.searchsorted(rows, candidate.rows)
            try:
                true = self._few[candidate.number](together, places.tolist())
            except _FAILURES as error:
                found.failed[candidate.number] = Cause.of(error)
                continue
            _take(candidate.number, rows[true], found)

    def _judge(self, view: FrameView, candidates: Sequence[CandidateRows], found: Matches) -> None:
        """Judge rules about many rows, the same for all; when one fails, each is judged alone and only it is lost."""
        rows = candidates[0].rows
        try:
            # A column that is there in any case makes constant expressions as long as the frame.
            roots = sorted({view.frame.columns[0], *(root for each in candidates for root in self._roots[each.number])})
            verdicts = part_of(view.frame, roots, rows).select(
                pl.int_range(pl.len()).alias(""), *(self._exact[each.number] for each in candidates)
            )
            for candidate, column in zip(candidates, verdicts.get_columns()[1:], strict=True):
                _take(candidate.number, rows[column.to_numpy()], found)
        except _FAILURES as error:
            if len(candidates) == 1:
                found.failed[candidates[0].number] = Cause.of(error)
                return
            for candidate in candidates:
                self._judge(view, [candidate], found)


def _take(number: int, rows: Ints, found: Matches) -> None:
    if rows.size:
        found.rows[number] = rows


def needed(node: Node, columns: Collection[str]) -> Needed:
    """Return columns and texts of which at least one stands in every event that satisfies the condition, or nothing.

    Only texts in ``columns`` are named.
    """
    if isinstance(node, Not):
        return frozenset()
    if isinstance(node, Test):
        return _needed_text(node, columns)
    parts = [needed(part, columns) for part in node.parts]
    if isinstance(node, All):
        return max(filter(None, parts), key=_worth, default=frozenset())
    return frozenset().union(*parts) if all(parts) and isinstance(node, AnyOf) else frozenset()


def _worth(need: Needed) -> tuple[int, int]:
    return min(8, *(len(text) for _, text in need)), -len(need)


def _needed_text(test: Test, columns: Collection[str]) -> Needed:
    if test.operation not in _TEXTUAL or test.field not in (URI, *columns):
        return frozenset()
    if test.field != URI:
        text = _ascii(test.literal)
        return frozenset({(test.field, text)}) if text else frozenset()
    text = max(map(_ascii, test.literal.split("?")), key=len)
    return frozenset({("url.path", text), ("url.query", text)}) if text else frozenset()


def _ascii(text: str) -> str:
    """Return the longest run of ASCII in a text if it is long enough to sieve by."""
    runs = "".join(char if char.isascii() else "\0" for char in text).split("\0")
    best = max(runs, key=len)
    return best if len(best) >= 3 else ""
