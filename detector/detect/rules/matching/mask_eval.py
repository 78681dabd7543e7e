"""The cheap part of conditions, over whole columns, before anything exact is asked of few rows.

Comes in: conditions once, then frames. Goes out: for a condition which rows may satisfy it, and whether that is already
the answer. Tests of numbers, truth values, presence and short names from small sets cost a microsecond a thousand rows,
are done once a frame however many rules hold them, and rule out nearly everything; the rest of a condition counts as
true. Short names are compared once for each name there is, not for each row.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import CLOSED, Types, lower
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test

Mask = npt.NDArray[np.bool_]

# Columns of few, short values: comparing them whole is cheaper than sieving, and nearly every row would pass.
SHORT: Final = frozenset(
    {
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
)
COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "number": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "neq": operator.ne,
}
"""How numbers are compared, be they columns or single values."""


def cheap_part(node: Node, types: Types) -> tuple[Node | None, bool]:
    """Return a cheap condition every row that satisfies this one satisfies too, and whether the two are the same.

    None: nothing cheap can be said. In an ``All`` the cheapest comes first.
    """
    if isinstance(node, Test):
        return (None, False) if _rank(node, types) == 2 else (node, True)
    if isinstance(node, Not):
        inner, same = cheap_part(node.part, types)
        return (Not(inner), True) if inner is not None and same else (None, False)
    parts = [cheap_part(part, types) for part in node.parts]
    known = [part for part, _ in parts if part is not None]
    same = all(same for _, same in parts)
    if isinstance(node, AnyOf):
        return (AnyOf(tuple(known)), same) if len(known) == len(parts) else (None, False)
    known.sort(key=lambda part: _dearest(part, types))
    return (All(tuple(known)), same) if known else (None, False)


def _dearest(node: Node, types: Types) -> int:
    if isinstance(node, Test):
        return _rank(node, types)
    if isinstance(node, Not):
        return _dearest(node.part, types)
    return max((_dearest(part, types) for part in node.parts), default=0)


def _rank(test: Test, types: Types) -> int:
    """Say how dear a test is: 0 numbers and presence, 1 short names, 2 what is not cheap."""
    kind = types.get(test.field)
    if kind is None:
        return 2
    if test.operation == "exists":
        return 0
    if test.operation in COMPARISONS and kind.is_numeric():
        return 0
    if test.operation != "equals":
        return 2
    if kind == pl.Boolean():
        return 0
    return 1 if kind == pl.String() and test.field in SHORT else 2


class MaskTests:
    """The cheap conditions of all rules, each part of them once, by number."""

    __test__ = False  # not a test case of pytest

    def __init__(self, types: Types) -> None:
        self._types = types
        self._numbers: dict[Any, int] = {}
        self.judges: list[Callable[[MaskEval], Mask]] = []

    def add(self, node: Node) -> int:
        """Take a condition made by ``cheap_part`` in; return its number."""
        if isinstance(node, Test):
            return self._put(node, self._leaf(node))
        if isinstance(node, Not):
            part = self.add(node.part)
            return self._put(("not", part), lambda cheap: ~cheap.rows(part))
        parts = self._names(node.parts) if isinstance(node, AnyOf) else tuple(map(self.add, node.parts))
        if len(parts) == 1:
            return parts[0]
        judge = _either if isinstance(node, AnyOf) else _every
        return self._put((type(node), parts), lambda cheap: judge(cheap, parts))

    def _names(self, alternatives: tuple[Node, ...]) -> tuple[int, ...]:
        """Take alternatives in; several names for one column become one look at it."""
        names: dict[tuple[str, bool], list[str]] = {}
        parts: list[int] = []
        for node in alternatives:
            if isinstance(node, Test) and node.operation == "equals" and self._types[node.field] == pl.String():
                names.setdefault((node.field, _cased(node)), []).append(str(node.value))
            else:
                parts.append(self.add(node))
        for (field, cased), values in names.items():
            parts.append(self._put((field, cased, *values), _among(field, frozenset(values), cased=cased)))
        return tuple(parts)

    def _put(self, what: Any, judge: Callable[["MaskEval"], Mask]) -> int:
        if what not in self._numbers:
            self._numbers[what] = len(self.judges)
            self.judges.append(judge)
        return self._numbers[what]

    def _leaf(self, test: Test) -> Callable[["MaskEval"], Mask]:
        field, value, kind = test.field, test.value, self._types[test.field]
        if test.operation == "exists":
            return lambda cheap: cheap.there(field) if value else ~cheap.there(field)
        if test.operation in COMPARISONS:
            compare = COMPARISONS[test.operation]
            return lambda cheap: compare(cheap.numbers(field), value) & cheap.there(field)
        if kind == pl.Boolean():
            return _truth(field, str(value))
        return _among(field, frozenset({str(value)}), cased=_cased(test))


def _cased(test: Test) -> bool:
    return test.cased or test.field in CLOSED


def _among(field: str, values: frozenset[str], *, cased: bool) -> Callable[["MaskEval"], Mask]:
    return lambda cheap: cheap.view.among(field, [text in values for text in cheap.texts(field, cased=cased)])


def _truth(field: str, value: str) -> Callable[["MaskEval"], Mask]:
    if value == "true":
        return lambda cheap: cheap.view.truth(field)
    if value == "false":
        return lambda cheap: ~cheap.view.truth(field) & cheap.there(field)
    return lambda cheap: cheap.none


def _either(cheap: "MaskEval", parts: tuple[int, ...]) -> Mask:
    either: Mask = np.logical_or.reduce([cheap.rows(part) for part in parts])
    return either


def _every(cheap: "MaskEval", parts: tuple[int, ...]) -> Mask:
    mask = cheap.rows(parts[0])
    for part in parts[1:]:
        if not np.count_nonzero(mask):  # a tenth of what any() costs for few rows
            break
        mask = mask & cheap.rows(part)
    return mask


class MaskEval:
    """The cheap conditions over one frame, each judged when it is first asked for. ``all``, ``none``: of the rows."""

    def __init__(self, tests: MaskTests, view: FrameView) -> None:
        self.view = view
        self.all = np.ones(view.height, dtype=np.bool_)
        self.none = np.zeros(view.height, dtype=np.bool_)
        self._judges = tests.judges
        self._done: list[Mask | None] = [None] * len(tests.judges)
        self._there: dict[str, Mask] = {}
        self._numbers: dict[str, npt.NDArray[Any]] = {}
        self._lower: dict[str, list[str]] = {}

    def rows(self, number: int) -> Mask:
        """Return which rows satisfy a condition."""
        found = self._done[number]
        if found is None:
            found = self._done[number] = self._judges[number](self)
        return found

    def there(self, field: str) -> Mask:
        """Say where a column holds something."""
        found = self._there.get(field)
        if found is None:
            nulls = self.view.column(field).null_count()
            known = {0: self.all, self.view.height: self.none}
            found = self._there[field] = known[nulls] if nulls in known else self.view.there(field)
        return found

    def numbers(self, field: str) -> npt.NDArray[Any]:
        """Return a column of numbers; what stands where there is nothing counts for nothing."""
        found = self._numbers.get(field)
        if found is None:
            empty = self.there(field) is self.none
            found = self.none if empty else self.view.column(field).to_numpy()
            self._numbers[field] = found
        return found

    def texts(self, field: str, *, cased: bool) -> list[str]:
        """Return the texts of a column, in lower case unless case counts."""
        texts = self.view.codes(field).texts
        if cased:
            return texts
        if field not in self._lower:
            self._lower[field] = list(map(lower, texts))
        return self._lower[field]
