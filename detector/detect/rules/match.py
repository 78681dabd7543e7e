"""Which rows satisfy which rules, for a frame of events.

Comes in: rules and an event frame with facts. Goes out: for each rule the numbers of its rows, in order, and the rules
that failed. Rules that need a rare text are sieved first; of all rules the cheap tests rule out rows, and what is left
is judged exactly, on the columns the rule reads. The sieve never decides: a frame cut in any way gives the same rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.cheap import SHORT, Cheap, Mask, cheap_part
from detector.detect.rules.columns import URI, Types, expression, part_of
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test, with_keywords
from detector.detect.rules.grams import Needed, Sieve, sieves
from detector.detect.rules.ruleset import EventRule

Ints = npt.NDArray[np.int64]

_TEXTUAL = ("equals", "contains", "startswith", "endswith", "wildcard")
_KNOWN_VALUES = 20_000
_SMALL = 0.5  # a rule that may concern a smaller part of the rows is judged on those alone


@dataclass(slots=True)
class Matches:
    """Rows by number of the rule, and what failed."""

    rows: dict[int, Ints] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


class Matcher:
    """Event rules made ready for frames of one set of columns. Rules of one condition and source are judged once."""

    def __init__(self, rules: Sequence[EventRule], types: Types) -> None:
        given = [with_keywords(rule.condition, rule.source.keywords) for rule in rules]
        self._cheap = [cheap_part(condition, types) for condition in given]
        self._exact = [expression(condition, types).alias(str(number)) for number, condition in enumerate(given)]
        self._roots = [sorted(set(each.meta.root_names())) for each in self._exact]
        self._source = [rule.source.name for rule in rules]
        self._predicates = {rule.source.name: rule.source.predicate() for rule in rules}
        self._alike: dict[int, list[int]] = {}
        leaders: dict[tuple[Node, str], int] = {}
        for number, condition in enumerate(given):
            leader = leaders.setdefault((condition, self._source[number]), number)
            self._alike.setdefault(leader, []).append(number)
        texts = {name for name, kind in types.items() if kind == pl.String() and name not in SHORT}
        needs = {number: needed(given[number], texts) for number in self._alike}
        self._plain = [number for number, need in needs.items() if not need]
        self._sieves = {
            name: {
                column: Sieved(sieve)
                for column, sieve in sieves(
                    {number: need for number, need in needs.items() if need and self._source[number] == name}
                ).items()
            }
            for name in self._predicates
        }

    def match(self, frame: pl.DataFrame) -> Matches:
        """Judge a frame."""
        found = Matches()
        if not frame.height:
            return found
        cheap = Cheap(frame)
        for name, allowed in self._allowed(frame).items():
            if allowed.any():
                self._judge_plain(frame, name, allowed, cheap, found)
                self._judge_sieved(frame, name, allowed, cheap, found)
        for leader, numbers in self._alike.items():
            for number in numbers[1:]:
                if leader in found.rows:
                    found.rows[number] = found.rows[leader]
                if leader in found.failed:
                    found.failed[number] = found.failed[leader]
        return found

    def _allowed(self, frame: pl.DataFrame) -> dict[str, Mask]:
        """Return the rows of each source."""
        everything = np.ones(frame.height, dtype=np.bool_)
        names: list[str | None] = []
        if any(self._predicates.values()):
            names = frame.get_column("event.dataset").unique().to_list()
        return {
            name: everything if predicate is None else predicate(frame, names)
            for name, predicate in self._predicates.items()
        }

    def _judge_plain(self, frame: pl.DataFrame, name: str, allowed: Mask, cheap: Cheap, found: Matches) -> None:
        everywhere: list[int] = []
        for number in self._plain:
            if self._source[number] != name:
                continue
            mask, exact = self._may(number, cheap)
            rows = np.flatnonzero(mask & allowed)
            if exact:
                _take(number, rows, found)
            elif rows.size > frame.height * _SMALL:
                everywhere.append(number)
            elif rows.size:
                self._judge(frame, [number], rows, found)
        if everywhere:
            self._judge(frame, everywhere, np.flatnonzero(allowed), found)

    def _may(self, number: int, cheap: Cheap) -> tuple[Mask, bool]:
        """Return the cheap verdict; a rule whose cheap part fails is left to the exact one, which counts failures."""
        part, same = self._cheap[number]
        if part is None:
            return cheap.all, False
        try:
            return cheap.rows(part), same
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError):
            return cheap.all, False

    def _judge_sieved(self, frame: pl.DataFrame, name: str, allowed: Mask, cheap: Cheap, found: Matches) -> None:
        pairs = [sieved.pairs(frame.get_column(column)) for column, sieved in self._sieves[name].items()]
        rules = np.concatenate([rule for _, rule in pairs]) if pairs else np.empty(0, np.int64)
        if not rules.size:
            return
        rows = np.concatenate([row for row, _ in pairs])
        for number in np.unique(rules).tolist():
            mine = np.unique(rows[rules == number])
            mine = mine[allowed[mine] & self._may(number, cheap)[0][mine]]
            if mine.size:
                self._judge(frame, [number], mine, found)

    def _judge(self, frame: pl.DataFrame, numbers: Sequence[int], rows: Ints, found: Matches) -> None:
        """Judge rows of a frame by some rules; when one fails, each is judged alone and only that one is lost."""
        try:
            # A column that is there in any case makes constant expressions as long as the frame.
            roots = sorted({frame.columns[0], *(root for number in numbers for root in self._roots[number])})
            verdicts = part_of(frame, roots, rows).select(
                pl.int_range(pl.len()).alias(""), *(self._exact[number] for number in numbers)
            )
            for column in verdicts.get_columns()[1:]:
                _take(int(column.name), rows[column.arg_true().to_numpy()], found)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError) as error:
            if len(numbers) == 1:
                found.failed[numbers[0]] = type(error).__name__
                return
            for number in numbers:
                self._judge(frame, [number], rows, found)


def _take(number: int, rows: Ints, found: Matches) -> None:
    if rows.size:
        found.rows[number] = rows


class Sieved:
    """A sieve that remembers values nothing was found in: user agents and referrers come again and again."""

    def __init__(self, sieve: Sieve) -> None:
        self._sieve = sieve
        self._clean: set[str | None] = {None}

    def pairs(self, column: pl.Series) -> tuple[Ints, Ints]:
        """Return rows and rules that may go together."""
        nothing = np.empty(0, np.int64)
        if column.null_count() == len(column):
            return nothing, nothing
        unique = column.unique()
        if len(unique) * 2 > len(column):
            return self._sieve.pairs(column)
        new = [value for value in unique.to_list() if value not in self._clean]
        if not new:
            return nothing, nothing
        unique = pl.Series(new, dtype=pl.String())
        values, rules = self._sieve.pairs(unique)
        self._remember(new, set(values.tolist()))
        if not values.size:
            return nothing, nothing
        wanted = pl.DataFrame({"x": unique[values], "rule": rules})
        rows = column.to_frame("x").with_row_index("row").join(wanted, on="x")
        return rows["row"].to_numpy().astype(np.int64), rows["rule"].to_numpy().astype(np.int64)

    def _remember(self, values: Sequence[str], found: Collection[int]) -> None:
        if len(self._clean) > _KNOWN_VALUES:
            self._clean = {None}
        self._clean.update(value for at, value in enumerate(values[:_KNOWN_VALUES]) if at not in found)


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
