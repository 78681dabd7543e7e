"""Which rows satisfy which rules, for a frame of events.

Comes in: rules and an event frame with facts. Goes out: for each rule the numbers of its rows, in order, and the rules
that failed. Rules that need a rare text are sieved first and judged exactly only on the rows that passed; the others
are judged on the rows of their source. The sieve never decides: a frame cut in any way gives the same rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns import URI, Types, expression
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test, with_keywords
from detector.detect.rules.grams import Needed, Sieve, sieves
from detector.detect.rules.ruleset import EventRule

Ints = npt.NDArray[np.int64]

_TEXTUAL = ("equals", "contains", "startswith", "endswith", "wildcard")
# Columns of few, short values: comparing them whole is cheaper than sieving, and nearly every row would pass.
_PLAIN = {
    "event.action",
    "event.category",
    "event.outcome",
    "http.request.method",
    "actor.type",
    "object.type",
    "object.confidentiality",
    "network.name",
    "record.count_basis",
    "service.name",
    "event.dataset",
}


@dataclass(slots=True)
class Matches:
    """Rows by number of the rule, and what failed."""

    rows: dict[int, Ints] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)


class Matcher:
    """Event rules made ready for frames of one set of columns."""

    def __init__(self, rules: Sequence[EventRule], types: Types) -> None:
        conditions = [with_keywords(rule.condition, rule.source.keywords) for rule in rules]
        self._exact = [expression(condition, types).alias(str(number)) for number, condition in enumerate(conditions)]
        self._source = [rule.source.name for rule in rules]
        self._predicates = {rule.source.name: rule.source.predicate() for rule in rules}
        texts = {name for name, kind in types.items() if kind == pl.String() and name not in _PLAIN}
        needs = {number: needed(condition, texts) for number, condition in enumerate(conditions)}
        self._plain = [number for number, need in needs.items() if not need]
        self._sieves = {
            name: sieves({number: need for number, need in needs.items() if need and self._source[number] == name})
            for name in self._predicates
        }

    def match(self, frame: pl.DataFrame) -> Matches:
        """Judge a frame."""
        found = Matches()
        if not frame.height:
            return found
        sources = self._rows_of_sources(frame)
        for name, rows in sources.items():
            numbers = [number for number in self._plain if self._source[number] == name]
            if numbers and rows.size:
                part = frame if rows.size == frame.height else frame[rows]
                self._judge(part, numbers, rows, found)
            if rows.size:
                self._sieved(frame, name, rows, found)
        return found

    def _rows_of_sources(self, frame: pl.DataFrame) -> dict[str, Ints]:
        rows: dict[str, Ints] = {}
        for name, predicate in self._predicates.items():
            if predicate is None:
                rows[name] = np.arange(frame.height)
            else:
                rows[name] = frame.select(predicate.alias("x")).to_series().arg_true().to_numpy().astype(np.int64)
        return rows

    def _sieved(self, frame: pl.DataFrame, name: str, allowed: Ints, found: Matches) -> None:
        pairs = [_pairs(sieve, frame.get_column(column)) for column, sieve in self._sieves[name].items()]
        rules = np.concatenate([rule for _, rule in pairs]) if pairs else np.empty(0, np.int64)
        if not rules.size:
            return
        rows = np.concatenate([row for row, _ in pairs])
        for number in np.unique(rules).tolist():
            mine = np.intersect1d(rows[rules == number], allowed)
            if mine.size:
                self._judge(frame[mine], [number], mine, found)

    def _judge(self, frame: pl.DataFrame, numbers: Sequence[int], rows: Ints, found: Matches) -> None:
        """Judge a frame by some rules; when one fails, each is judged alone and only that one is lost."""
        try:
            _note(_select(frame, [self._exact[number] for number in numbers]), rows, found)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, TypeError) as error:
            if len(numbers) == 1:
                found.failed[numbers[0]] = type(error).__name__
                return
            for number in numbers:
                self._judge(frame, [number], rows, found)


def _select(frame: pl.DataFrame, expressions: Sequence[pl.Expr]) -> pl.DataFrame:
    # A column of the frame's height makes constant expressions as long as the frame.
    return frame.select(pl.int_range(pl.len()).alias(""), *expressions)


def _note(verdicts: pl.DataFrame, rows: Ints, found: Matches) -> None:
    for column in verdicts.get_columns()[1:]:
        if column.any():
            found.rows[int(column.name)] = rows[column.arg_true().to_numpy()]


def _pairs(sieve: Sieve, column: pl.Series) -> tuple[Ints, Ints]:
    """Sieve a column; one that repeats itself (user agents, referrers) is sieved once a value."""
    unique = column.unique()
    if len(unique) * 2 > len(column):
        return sieve.pairs(column)
    values, rules = sieve.pairs(unique)
    if not values.size:
        return values, rules
    wanted = pl.DataFrame({"x": unique[values], "rule": rules})
    rows = column.to_frame("x").with_row_index("row").join(wanted, on="x")
    return rows["row"].to_numpy().astype(np.int64), rows["rule"].to_numpy().astype(np.int64)


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
