"""Conditions judged over a handful of rows, as plain comparisons of texts.

Comes in: a condition once; then a view and some of its rows. Goes out: those that satisfy it. It says exactly what the
condition as a polars expression says (``columns.expression``), which for few rows spends a millisecond on building its
search machines anew. What is no plain comparison (regular expressions, networks, casts) is asked of polars here too, on
these rows alone, and a pattern with wildcards only where its longest text stands.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import CLOSED, EXTENSION, URI, Types, expression, flat, lower, safe
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test
from detector.detect.rules.matching.mask_eval import COMPARISONS

Ints = npt.NDArray[np.int64]

_STRING = pl.String()
_LISTED = pl.List(pl.String())
_ENDS = {"startswith": str.startswith, "endswith": str.endswith}


class RowEval:
    """Some rows of a view, each column read when it is first asked for."""

    def __init__(self, view: FrameView, rows: Ints) -> None:
        self._view = view
        self._rows = pl.Series(rows.astype(np.uint32))
        self.all = list(range(rows.size))
        self._values: dict[str, list[Any]] = {}
        self._texts: dict[tuple[str, bool], list[tuple[str, ...]]] = {}
        self._asked: dict[str, list[bool]] = {}

    def values(self, field: str) -> list[Any]:
        """Return what a column holds in each row."""
        found = self._values.get(field)
        if found is None:
            found = self._values[field] = self._view.column(safe(field))[self._rows].to_list()
        return found

    def texts(self, field: str, *, cased: bool) -> list[tuple[str, ...]]:
        """Return the texts a field has in each row, in lower case unless case counts; nothing is no text."""
        found = self._texts.get((field, cased))
        if found is None:
            if cased:
                found = [_listed(value) for value in (self._uris() if field == URI else self.values(field))]
            else:
                found = [tuple(map(lower, texts)) for texts in self.texts(field, cased=True)]
            self._texts[field, cased] = found
        return found

    def _uris(self) -> list[str | None]:
        return [
            None if path is None else path if query is None else f"{path}?{query}"
            for path, query in zip(self.values("url.path"), self.values("url.query"), strict=True)
        ]

    def ask(self, name: str, question: pl.Expr, roots: list[str]) -> list[bool]:
        """Return polars' answer for each row."""
        found = self._asked.get(name)
        if found is None:
            # A column that is there in any case makes constant expressions as long as the rows.
            names = sorted({self._view.frame.columns[0], *roots})
            part = pl.DataFrame([self._view.column(name)[self._rows] for name in names])
            answer = part.select(pl.int_range(pl.len()).alias(""), question.alias("answer"))
            found = self._asked[name] = answer.get_column("answer").to_list()
        return found


Judge = Callable[[RowEval, list[int]], list[int]]


def judge(node: Node, types: Types) -> Judge:
    """Return what tells which of some rows satisfy a condition."""
    if isinstance(node, Test):
        return _test(node, types)
    if isinstance(node, Not):
        return _without(judge(node.part, types))
    if isinstance(node, All):
        return _every([judge(part, types) for part in node.parts])
    return _either(_alternatives(node, types))


def _without(part: Judge) -> Judge:
    def judged(few: RowEval, rows: list[int]) -> list[int]:
        out = set(part(few, rows))
        return [row for row in rows if row not in out]

    return judged


def _every(parts: list[Judge]) -> Judge:
    def judged(few: RowEval, rows: list[int]) -> list[int]:
        for part in parts:
            if not rows:
                break
            rows = part(few, rows)
        return rows

    return judged


def _either(parts: list[Judge]) -> Judge:
    def judged(few: RowEval, rows: list[int]) -> list[int]:
        found: set[int] = set()
        left = rows
        for part in parts:
            more = part(few, left)
            if more:
                found.update(more)
                left = [row for row in left if row not in found]
                if not left:
                    break
        return [row for row in rows if row in found]

    return judged


def _alternatives(node: AnyOf, types: Types) -> list[Judge]:
    """Put many texts for one field together."""
    texts: dict[tuple[str, str, bool], list[str]] = {}
    rest: list[Judge] = []
    for part in flat(node.parts):
        if isinstance(part, Test) and _is_plain(part, types):
            texts.setdefault((part.field, part.operation, _cased(part, types)), []).append(str(part.value))
        else:
            rest.append(judge(part, types))
    return [*(_plain(*what, tuple(values)) for what, values in texts.items()), *rest]


def _test(test: Test, types: Types) -> Judge:
    kind = types.get(test.field)
    if test.operation in COMPARISONS and kind is not None and kind.is_numeric():
        return _number(test)
    if kind is not None and test.operation == "exists":
        return _exists(test.field, there=bool(test.value))
    if _is_plain(test, types):
        return _plain(test.field, test.operation, _cased(test, types), (str(test.value),))
    asked = _asked(test, types)
    if test.operation == "wildcard" and test.literal and _is_text(test.field, types):
        likely = _plain(test.field, "contains", _cased(test, types), (test.literal,))
        return _every([likely, asked])
    return asked


def _is_plain(test: Test, types: Types) -> bool:
    return test.operation in ("equals", "contains", "startswith", "endswith") and _is_text(test.field, types)


def _is_text(field: str, types: Types) -> bool:
    return field == URI or (field != EXTENSION and types.get(field) in (_STRING, _LISTED))


def _cased(test: Test, types: Types) -> bool:
    return test.cased or (test.field in CLOSED and types.get(test.field) == _STRING)


def _plain(field: str, operation: str, cased: bool, values: tuple[str, ...]) -> Judge:
    holds = _holding(operation, values)

    def judged(few: RowEval, rows: list[int]) -> list[int]:
        texts = few.texts(field, cased=cased)
        return [row for row in rows if any(map(holds, texts[row]))]

    return judged


def _holding(operation: str, values: tuple[str, ...]) -> Callable[[str], bool]:
    if operation == "equals":
        return frozenset(values).__contains__
    if operation == "contains":
        return lambda text: any(value in text for value in values)
    ends = _ENDS[operation]
    return lambda text: ends(text, values)


def _number(test: Test) -> Judge:
    compare, value = COMPARISONS[test.operation], test.value

    def judged(few: RowEval, rows: list[int]) -> list[int]:
        numbers = few.values(test.field)
        return [row for row in rows if numbers[row] is not None and compare(numbers[row], value)]

    return judged


def _exists(field: str, *, there: bool) -> Judge:
    def judged(few: RowEval, rows: list[int]) -> list[int]:
        values = few.values(field)
        return [row for row in rows if (values[row] is not None) is there]

    return judged


def _asked(test: Test, types: Types) -> Judge:
    question, name = expression(test, types), repr(test)
    roots = question.meta.root_names()

    def judged(few: RowEval, rows: list[int]) -> list[int]:
        answer = few.ask(name, question, roots)
        return [row for row in rows if answer[row]]

    return judged


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(_present(value))


def _present(values: Iterable[str | None]) -> Iterable[str]:
    return (value for value in values if value is not None)
