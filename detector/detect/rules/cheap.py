"""The cheap part of conditions, over whole columns, before anything exact is asked of few rows.

Comes in: a frame and conditions. Goes out: for a condition which rows may satisfy it, and whether that is already the
answer. Tests of numbers, truth values, presence and short names from small sets cost a microsecond a thousand rows, are
done once a frame however many rules hold them, and rule out nearly everything; the rest of a condition counts as true.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns import CLOSED, Types, truths
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
_NUMBERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "number": lambda column, value: column == value,
    "lt": lambda column, value: column < value,
    "lte": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "gte": lambda column, value: column >= value,
    "neq": lambda column, value: column != value,
}


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
    if test.operation in _NUMBERS and kind.is_numeric():
        return 0
    if test.operation != "equals":
        return 2
    if kind == pl.Boolean():
        return 0
    return 1 if kind == pl.String() and test.field in SHORT else 2


class Cheap:
    """The cheap tests of one frame, each done once. ``all``: every row."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._done: dict[Test, Mask] = {}
        self._lower: dict[str, pl.Series] = {}
        self._numbers: dict[str, npt.NDArray[Any]] = {}
        self._known: dict[str, Mask] = {}
        self.all = np.ones(frame.height, dtype=np.bool_)
        self._none = np.zeros(frame.height, dtype=np.bool_)

    def rows(self, node: Node) -> Mask:
        """Return which rows satisfy a condition made by ``cheap_part``."""
        if isinstance(node, Test):
            return self._test(node)
        if isinstance(node, Not):
            return ~self.rows(node.part)
        if isinstance(node, AnyOf):
            either: Mask = np.logical_or.reduce([self.rows(part) for part in node.parts])
            return either
        mask = self.all
        for part in node.parts:
            mask = mask & self.rows(part)
            if not mask.any():
                break
        return mask

    def _test(self, test: Test) -> Mask:
        found = self._done.get(test)
        if found is None:
            found = self._done[test] = self._judge(test)
        return found

    def _judge(self, test: Test) -> Mask:
        column = self._frame.get_column(test.field)
        there = self._there(test.field, column)
        if test.operation == "exists":
            return there if test.value else ~there
        if there is self._none:
            return there
        if test.operation in _NUMBERS:
            # What a null is counts for nothing: it is no value.
            numbers = self._numbers.get(test.field)
            if numbers is None:
                numbers = self._numbers[test.field] = column.to_numpy()
            mask: Mask = _NUMBERS[test.operation](numbers, test.value)
            return mask & there
        if column.dtype == pl.Boolean():
            return truths(self._truth(column, str(test.value)))
        return truths(self._text(test, column) == str(test.value))

    def _there(self, name: str, column: pl.Series) -> Mask:
        found = self._known.get(name)
        if found is None:
            nulls = column.null_count()
            if nulls in (0, len(column)):
                found = self._none if nulls else self.all
            else:
                found = column.is_not_null().to_numpy()
            self._known[name] = found
        return found

    @staticmethod
    def _truth(column: pl.Series, value: str) -> pl.Series:
        if value in ("true", "false"):
            return column if value == "true" else ~column
        return pl.repeat(value=False, n=len(column), eager=True, dtype=pl.Boolean())

    def _text(self, test: Test, column: pl.Series) -> pl.Series:
        if test.cased or test.field in CLOSED:
            return column
        if test.field not in self._lower:
            self._lower[test.field] = column.str.to_lowercase()
        return self._lower[test.field]
