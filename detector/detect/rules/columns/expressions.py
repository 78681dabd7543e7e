"""A condition as a polars expression.

Comes in: a condition tree and the types of the columns it will meet. Goes out: one boolean expression, never null.
A missing field satisfies no positive test. A list satisfies a test when any of its elements does. Regular expressions
run on Rust's engine, which does not backtrack.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial, reduce
from ipaddress import IPv4Network, IPv6Network, ip_address
from operator import and_, or_
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.rules.condition import All, AnyOf, Node, Not, Test

Types = Mapping[str, pl.DataType]
URI = "nabat.uri"  # path and query as they were asked for, put together on the rows that need it
EXTENSION = "nabat.extension"
COUNTED = "nabat.address"  # what an address counts by: what groups and values of correlations mean by ``source.ip``
NETWORK = "nabat.network"  # a fact; groups by it are told of as the network's
# Values of closed lists, which decode writes in lower case only: no need to fold them again and again.
CLOSED = {
    "actor.type",
    "event.category",
    "event.action",
    "event.outcome",
    "object.confidentiality",
    "record.count_basis",
}
VIRTUAL: dict[str, pl.DataType] = {URI: pl.String(), EXTENSION: pl.String(), COUNTED: pl.String()}

_COMPARISONS = {"lt": pl.Expr.lt, "lte": pl.Expr.le, "gt": pl.Expr.gt, "gte": pl.Expr.ge, "neq": pl.Expr.ne}


def times(frame: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Return the event time of each row, in microseconds."""
    return frame.get_column("@timestamp").to_numpy().astype("datetime64[us]", copy=False).view(np.int64)


def lower(text: str) -> str:
    """Return a text in lower case, as polars makes it: the two differ in a few letters outside of ASCII."""
    if text.isascii():
        return text.lower()
    lowered: str = pl.Series([text]).str.to_lowercase().item()
    return lowered


def part_of(frame: pl.DataFrame, names: Sequence[str], rows: npt.NDArray[np.int64]) -> pl.DataFrame:
    """Return some rows of some columns; naming columns first spares copying the sixty others."""
    part = pl.DataFrame([frame.get_column(name) for name in names])
    return part if rows.size == frame.height else part[rows]


def expression(node: Node, types: Types) -> pl.Expr:
    """Return the condition over columns of ``types``."""
    if isinstance(node, Test):
        return _test(node, types)
    if isinstance(node, Not):
        return ~expression(node.part, types)
    if isinstance(node, All):
        return reduce(and_, [expression(part, types) for part in node.parts])
    return reduce(or_, _alternatives(node.parts, types))


def _alternatives(parts: Sequence[Node], types: Types) -> list[pl.Expr]:
    """Compile alternatives; many texts for one field become one search."""
    groups: dict[tuple[str, str, bool], list[str]] = {}
    rest: list[pl.Expr] = []
    for part in flat(parts):
        if isinstance(part, Test) and part.operation in ("equals", "contains") and part.value:
            cased = part.cased or _folded(part.field, types)
            groups.setdefault((part.field, part.operation, cased), []).append(str(part.value))
        else:
            rest.append(expression(part, types))
    for (field, operation, cased), values in groups.items():
        if len(values) == 1:
            rest.extend(_test(Test(field, operation, value, cased), types) for value in values)  # type: ignore[arg-type]
        else:
            rest.append(_over(field, types, partial(_any_text, operation=operation, values=values, cased=cased)))
    return rest


def flat(parts: Iterable[Node]) -> Iterator[Node]:
    """Yield alternatives, those of alternatives among them."""
    for part in parts:
        if isinstance(part, AnyOf):
            yield from flat(part.parts)
        else:
            yield part


def _any_text(x: pl.Expr, kind: pl.DataType, *, operation: str, values: list[str], cased: bool) -> pl.Expr:
    text = _text(x, kind, cased)
    return text.is_in(values) if operation == "equals" else text.str.contains_any(values)


def source(field: str, types: Types) -> tuple[pl.Expr, pl.DataType] | None:
    """Return the expression and type of a field, or None where no such column is."""
    if field == URI:
        query = pl.concat_str(pl.lit("?"), pl.col("url.query")).fill_null("")
        return pl.concat_str(pl.col("url.path"), query), pl.String()
    if field == EXTENSION:
        return pl.col("url.path").str.extract(r"\.([A-Za-z0-9]{1,8})$"), pl.String()
    if field == COUNTED:
        return frames.counted_address(), pl.String()
    if field in types:
        return pl.col(safe(field)), types[field]
    if field.startswith("labels.") and "labels" in types:
        return frames.label(field.removeprefix("labels.")), pl.String()
    return None


def safe(name: str) -> str:
    """Return the column's name for a field: polars takes a lone star and ``^…$`` for patterns of names."""
    return f"={name}" if name == "*" or (name.startswith("^") and name.endswith("$")) else name


def _over(field: str, types: Types, leaf: Any) -> pl.Expr:
    found = source(field, types)
    if found is None:
        return pl.lit(False)
    x, kind = found
    if isinstance(kind, pl.List):
        # An element's test is over the list's own values: any of them is enough.
        inner = pl.DataType.from_python(str) if kind.inner is None else kind.inner
        return x.list.eval(leaf(pl.element(), inner).any()).list.first().fill_null(value=False)
    expr: pl.Expr = leaf(x, kind)
    return expr.fill_null(value=False)


def _test(test: Test, types: Types) -> pl.Expr:
    if test.operation == "exists":
        found = source(test.field, types)
        there = pl.lit(value=False) if found is None else found[0].is_not_null()
        return there if test.value else ~there
    if test.operation == "null":
        return _null(test.field, types)
    if test.operation == "fieldref":
        return _reference(test, types)
    if _folded(test.field, types):
        test = replace(test, cased=True)
    return _over(test.field, types, partial(_leaf, test))


def _folded(field: str, types: Types) -> bool:
    return field in CLOSED and types.get(field) == pl.String()


def _null(field: str, types: Types) -> pl.Expr:
    found = source(field, types)
    if found is None:
        return pl.lit(value=True)
    x, kind = found
    if not isinstance(kind, pl.List):
        return x.is_null()
    inside = x.list.eval(pl.element().is_null().any()).list.first()
    return x.is_null() | (x.list.len() == 0).fill_null(value=True) | inside.fill_null(value=False)


def _text(x: pl.Expr, kind: pl.DataType, cased: bool) -> pl.Expr:
    text = x if isinstance(kind, pl.String) else x.cast(pl.String)
    return text if cased else text.str.to_lowercase()


def _leaf(test: Test, x: pl.Expr, kind: Any) -> pl.Expr:
    value: Any = test.value
    operation = test.operation
    if operation == "number":
        return x == value if kind.is_numeric() else x.cast(pl.String) == str(value)
    if operation in _COMPARISONS:
        number = x if kind.is_numeric() else x.cast(pl.String).cast(pl.Float64, strict=False)
        return _COMPARISONS[operation](number, value)
    if operation == "cidr":
        return x.cast(pl.String).map_batches(
            partial(_inside, network=value), return_dtype=pl.Boolean(), is_elementwise=True
        )
    return _compare_text(operation, _text(x, kind, test.cased), value)


def _compare_text(operation: str, text: pl.Expr, value: str) -> pl.Expr:
    if operation == "equals":
        return text == value
    if operation == "startswith":
        return text.str.starts_with(value)
    if operation == "endswith":
        return text.str.ends_with(value)
    return text.str.contains(value, literal=operation == "contains")


def _inside(addresses: pl.Series, network: IPv4Network | IPv6Network) -> pl.Series:
    return pl.Series(addresses.name, [_in(address, network) for address in addresses], dtype=pl.Boolean())


@lru_cache(maxsize=100_000)
def _in(address: str | None, network: IPv4Network | IPv6Network) -> bool:
    try:
        return address is not None and ip_address(address) in network
    except ValueError:
        return False


def _reference(test: Test, types: Types) -> pl.Expr:
    left, right = source(test.field, types), source(str(test.value), types)
    if left is None or right is None:
        return pl.lit(value=False)
    pair = pl.struct(_texts(*left).alias("left"), _texts(*right).alias("right"))
    return pair.map_elements(
        partial(_refers, starts=test.starts, ends=test.ends), return_dtype=pl.Boolean(), skip_nulls=False
    ).fill_null(value=False)


def _texts(x: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.List):
        return x
    return pl.when(x.is_not_null()).then(pl.concat_list(x.cast(pl.String)))


def _refers(pair: dict[str, list[Any] | None], *, starts: bool, ends: bool) -> bool:
    lefts = [str(value).lower() for value in pair["left"] or () if value is not None]
    rights = [str(value).lower() for value in pair["right"] or () if value is not None]
    return any(_one(left, right, starts, ends) for left in lefts for right in rights)


def _one(left: str, right: str, starts: bool, ends: bool) -> bool:
    if starts and ends:
        return right in left
    if starts:
        return left.startswith(right)
    return left.endswith(right) if ends else left == right
