"""A condition made ready to be judged.

Comes in: a condition tree and the types of the columns it will meet. Goes out: what gives, of some rows of a frame,
those that satisfy it. Each operator is defined once. Whatever asks for numbers, truth values, presence or names out of
small sets is judged over whole columns, once a frame however many rules hold it; whatever asks for texts, on those rows
alone that are left. A missing field satisfies no positive test. A list satisfies a test when any of its elements does.
Regular expressions run on Rust's engine, which does not backtrack.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from operator import methodcaller
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import CLOSED, Types, safe, source
from detector.detect.rules.columns.moments import part_of
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test
from detector.detect.rules.matching.field_values import FieldValues, Verdicts

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Judge = Callable[[FieldValues, Ints], Ints]
"""Returns which of some rows satisfy a condition, in their order."""

# Columns of few, short values: comparing them whole is cheaper than looking for texts, and nearly every row would pass.
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
_MANY: Final = 64
"""From so many texts on, a search for several values at once pays."""
_ALIKE: Final = ("equals", "contains", "startswith", "endswith")
"""Operators of which several values for one field are one test."""


def _contains(values: Sequence[str]) -> Verdicts:
    if len(values) == 1:
        return lambda texts: [values[0] in text for text in texts]
    return partial(_contain_any, list(values))


def _contain_any(values: list[str], texts: Sequence[str]) -> Iterable[bool | None]:
    if len(texts) < _MANY:
        return [any(value in text for value in values) for text in texts]
    return pl.Series(texts, dtype=pl.String()).str.contains_any(values)


def _matches(values: Sequence[str]) -> Verdicts:
    return lambda texts: pl.Series(texts, dtype=pl.String()).str.contains(values[0])


def _in_network(values: Sequence[str]) -> Verdicts:
    return partial(map, partial(_in, network=ip_network(values[0])))


@lru_cache(maxsize=100_000)
def _in(address: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(address) in network
    except ValueError:
        return False


def _part(part: str, values: Sequence[int]) -> Verdicts:
    return lambda texts: [part_of(text, part) == values[0] for text in texts]


def _compared(compare: Callable[[Any, Any], Any], values: Sequence[float]) -> Verdicts:
    return lambda texts: compare(pl.Series(texts, dtype=pl.String()).cast(pl.Float64, strict=False), values[0])


NUMBERS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "number": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "neq": operator.ne,
}
"""What each operator means for numbers."""
PARTS: Final[Mapping[str, Callable[[pl.Series], pl.Series]]] = {
    "minute": lambda times: times.dt.minute(),
    "hour": lambda times: times.dt.hour(),
    "day": lambda times: times.dt.day(),
    "week": lambda times: times.dt.week(),
    "month": lambda times: times.dt.month(),
    "year": lambda times: times.dt.year(),
}
"""What each operator asks of a column of times, in UTC."""
TEXTS: Final[Mapping[str, Callable[[Sequence[Any]], Verdicts]]] = {
    "equals": lambda values: partial(map, frozenset(values).__contains__),
    "contains": _contains,
    "startswith": lambda values: partial(map, methodcaller("startswith", tuple(values))),
    "endswith": lambda values: partial(map, methodcaller("endswith", tuple(values))),
    "wildcard": _matches,
    "regex": _matches,
    "cidr": _in_network,
    "number": lambda values: partial(map, str(values[0]).__eq__),
    **{name: partial(_compared, compare) for name, compare in NUMBERS.items() if name != "number"},
    **{name: partial(_part, name) for name in PARTS},
}
"""What each operator means for texts."""


class CompiledCondition(NamedTuple):
    """A condition in two parts, both of which must hold; None: nothing is left to ask.

    Attributes:
        columns: Number of the part that is judged over whole columns.
        rest: The other part.
    """

    columns: int | None
    rest: Judge | None


class ConditionCompiler:
    """Compiles the conditions of all rules; what several of them hold is judged once a frame."""

    def __init__(self, types: Types) -> None:
        self.types = types
        self.masks: list[Callable[[FieldValues], Mask]] = []
        self._numbers: dict[Any, int] = {}
        self._kinds: dict[str, pl.DataType | None] = {}
        self._ranks: dict[tuple[str, str], int] = {}

    def compile(self, node: Node) -> CompiledCondition:
        """Return a condition ready to be judged."""
        parts = list(_flat(All, [node]))
        columns = tuple(part for part in parts if self._is_columnar(part))
        rest = tuple(part for part in parts if not self._is_columnar(part))
        return CompiledCondition(
            self._mask(All(columns)) if columns else None, self._judge(All(rest)) if rest else None
        )

    def _kind(self, field: str) -> pl.DataType | None:
        """Return the type of a field; None: there is none such."""
        if field not in self._kinds:
            found = source(field, self.types)
            self._kinds[field] = None if found is None else found[1]
        return self._kinds[field]

    def _is_columnar(self, node: Node) -> bool:
        if isinstance(node, Test):
            return self._rank(node) < _TEXT
        return all(map(self._is_columnar, _parts(node)))

    def _rank(self, test: Test) -> int:
        """Say how dear a test is; those below ``_TEXT`` are judged over whole columns."""
        what = test.field, test.operation
        if what not in self._ranks:
            self._ranks[what] = self._ranked(test)
        return self._ranks[what]

    def _ranked(self, test: Test) -> int:
        kind = self._kind(test.field)
        if kind is None or test.operation in ("exists", "null"):
            return 0
        if test.operation in NUMBERS and kind.is_numeric():
            return 0
        if test.operation in PARTS and kind.is_temporal():
            return 0
        if test.operation == "equals" and kind == pl.Boolean():
            return 0
        if test.operation == "equals" and kind == pl.String() and test.field in SHORT:
            return 1
        return _TEXT if test.operation in _ALIKE else _TEXT + 1

    def _dearest(self, node: Node) -> int:
        return self._rank(node) if isinstance(node, Test) else max(map(self._dearest, _parts(node)), default=0)

    def _cased(self, test: Test) -> bool:
        in_lower_case = test.field in CLOSED and self.types.get(test.field) == pl.String()
        return test.cased or in_lower_case or test.operation in ("number", "cidr", *_COMPARED, *PARTS)

    def _alternatives(self, node: AnyOf) -> Iterator[tuple[Node, tuple[Any, ...]]]:
        """Yield alternatives, the cheapest first; several values for one field together."""
        groups: dict[Any, tuple[Node, tuple[Any, ...]]] = {}
        for part in sorted(_flat(AnyOf, [node]), key=self._dearest):
            alike = isinstance(part, Test) and part.operation in _ALIKE
            key = (part.field, part.operation, self._cased(part)) if isinstance(part, Test) and alike else part
            values = (part.value,) if isinstance(part, Test) else ()
            first, others = groups.get(key, (part, ()))
            groups[key] = first, (*others, *values)
        yield from groups.values()

    # Over whole columns.

    def _mask(self, node: Node, values: tuple[Any, ...] = ()) -> int:
        """Take a condition in; return its number."""
        if isinstance(node, Test):
            values = values or (node.value,)
            what: Any = (node.field, node.operation, self._cased(node), values)
            return self._number(what, partial(self._column_mask, node, values))
        if isinstance(node, Not):
            part = self._mask(node.part)
            return self._number(("not", part), lambda fields: ~fields.mask(part))
        if isinstance(node, AnyOf):
            parts = tuple(self._mask(part, some) for part, some in self._alternatives(node))
            judge = _either
        else:
            parts = tuple(map(self._mask, sorted(_flat(All, [node]), key=self._dearest)))
            judge = _every
        return parts[0] if len(parts) == 1 else self._number((judge, parts), partial(judge, parts))

    def _number(self, what: Any, mask: Callable[[FieldValues], Mask]) -> int:
        if what not in self._numbers:
            self._numbers[what] = len(self.masks)
            self.masks.append(mask)
        return self._numbers[what]

    def _column_mask(self, test: Test, values: tuple[Any, ...], fields: FieldValues) -> Mask:
        kind = self._kind(test.field)
        if test.operation == "exists":
            return fields.exists(test.field) if test.value else ~fields.exists(test.field)
        if test.operation == "null":
            return _null(test.field, fields)
        if kind is None or not (there := fields.there(test.field)).any():
            return fields.none
        view, name = fields.view, safe(test.field)
        if test.operation in NUMBERS:
            numbers = view.number(name) if kind.is_integer() else view.column(name).to_numpy()
            mask: Mask = NUMBERS[test.operation](numbers, test.value) & there
            return mask
        if test.operation in PARTS:
            asked: Mask = (PARTS[test.operation](view.column(name)) == test.value).fill_null(value=False).to_numpy()
            return asked
        if kind == pl.Boolean():
            truths = {"true": view.truth(name), "false": ~view.truth(name) & there}
            truth: Mask = np.logical_or.reduce([truths.get(value, fields.none) for value in values])
            return truth
        texts = view.codes(name).texts
        meant = TEXTS[test.operation](values)(texts if self._cased(test) else [text.lower() for text in texts])
        return view.among(name, list(map(bool, meant)))

    # On the rows that are left.

    def _judge(self, node: Node, values: tuple[Any, ...] = ()) -> Judge:
        if self._is_columnar(node):
            return partial(_masked, self._mask(node, values))
        if isinstance(node, Test):
            return self._text_judge(node, values or (node.value,))
        if isinstance(node, Not):
            return partial(_without, self._judge(node.part))
        if isinstance(node, AnyOf):
            return partial(_any_of, [self._judge(part, some) for part, some in self._alternatives(node)])
        return partial(_all_of, [self._judge(part) for part in sorted(_flat(All, [node]), key=self._dearest)])

    def _text_judge(self, test: Test, values: tuple[Any, ...]) -> Judge:
        if test.operation == "fieldref":
            return partial(_referring, test)
        judge: Judge = partial(_having, test.field, TEXTS[test.operation](values), self._cased(test))
        if test.operation == "wildcard" and test.literal:
            likely = partial(_having, test.field, _contains((test.literal,)), self._cased(test))
            return partial(_all_of, [likely, judge])
        return judge


_TEXT: Final = 2
_COMPARED: Final = ("lt", "lte", "gt", "gte", "neq")


def _parts(node: Node) -> tuple[Node, ...]:
    return (node.part,) if isinstance(node, Not) else node.parts if isinstance(node, All | AnyOf) else ()


def _flat(kind: type[All] | type[AnyOf], parts: Iterable[Node]) -> Iterator[Node]:
    """Yield parts, those of parts of the same kind among them."""
    for part in parts:
        if isinstance(part, kind):
            yield from _flat(kind, part.parts)
        else:
            yield part


def _either(parts: tuple[int, ...], fields: FieldValues) -> Mask:
    either: Mask = np.logical_or.reduce([fields.mask(part) for part in parts])
    return either


def _every(parts: tuple[int, ...], fields: FieldValues) -> Mask:
    mask = fields.mask(parts[0])
    for part in parts[1:]:
        if not np.count_nonzero(mask):  # a tenth of what any() costs for few rows
            break
        mask = mask & fields.mask(part)
    return mask


def _null(field: str, fields: FieldValues) -> Mask:
    nothing = ~fields.filled(field)
    column = fields.view.field(safe(field))
    if column is None or not isinstance(column.dtype, pl.List) or nothing.all():
        return nothing
    begin, elements = fields.view.listed(safe(field))
    nothing |= begin[1:] == begin[:-1]
    if elements.null_count:
        nulls = pl.Series(elements).is_null().arg_true().to_numpy()
        nothing[np.searchsorted(begin, nulls, side="right") - 1] = True
    return nothing


def _masked(number: int, fields: FieldValues, rows: Ints) -> Ints:
    return rows[fields.mask(number)[rows]]


def _having(field: str, verdicts: Verdicts, cased: bool, fields: FieldValues, rows: Ints) -> Ints:
    return fields.having(field, verdicts, rows, cased=cased)


def _without(part: Judge, fields: FieldValues, rows: Ints) -> Ints:
    return _minus(rows, part(fields, rows), fields)


def _minus(rows: Ints, others: Ints, fields: FieldValues) -> Ints:
    left = np.ones(fields.view.height, dtype=np.bool_)
    left[others] = False
    return rows[left[rows]]


def _all_of(parts: Sequence[Judge], fields: FieldValues, rows: Ints) -> Ints:
    for part in parts:
        if not rows.size:
            break
        rows = part(fields, rows)
    return rows


def _any_of(parts: Sequence[Judge], fields: FieldValues, rows: Ints) -> Ints:
    left, found = rows, []
    for part in parts:
        more = part(fields, left)
        if more.size:
            found.append(more)
            left = _minus(left, more, fields)
            if not left.size:
                return rows
    return np.sort(np.concatenate(found)) if found else rows[:0]


def _referring(test: Test, fields: FieldValues, rows: Ints) -> Ints:
    lefts = fields.texts(test.field, rows, cased=False)
    rights = fields.texts(str(test.value), rows, cased=False)
    pairs = zip(lefts, rights, strict=True)
    refers = [
        row
        for (row, some), (_, others) in pairs
        if any(_refers(test, left, right) for left in some for right in others)
    ]
    return np.array(refers, dtype=np.int64)


def _refers(test: Test, left: str, right: str) -> bool:
    if test.starts and test.ends:
        return right in left
    if test.starts:
        return left.startswith(right)
    return left.endswith(right) if test.ends else left == right
