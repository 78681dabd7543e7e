"""Which events a correlation counts, in which group, and with which values.

Comes in: the rows of the base rules in a frame. Goes out: row, group, time and hashed values, in total order.
Correlations that count the same values of the same rows
(clients in an hour, clients in a day) share the work.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns import Types, part_of, source
from detector.detect.rules.ruleset import CorrelationRule

Ints = npt.NDArray[np.int64]
_MARK = "\x1f"


class Member(NamedTuple):
    """One row in one group: when it was, and the hashes of what it brings; none when events are counted."""

    row: int
    group: str
    time: int
    values: Sequence[int]


Members = Sequence[Member]


def members_of(
    rule: CorrelationRule, frame: pl.DataFrame, rows_of: Mapping[str, Ints], time: Ints, shared: dict[object, Members]
) -> Members:
    """Return what the correlation counts in a frame, from ``shared`` when another one has read the same."""
    bases = [(base, rows_of[base]) for base in rule.bases if base in rows_of and rows_of[base].size]
    if not bases:
        return ()
    keys = [tuple(dict(columns)[base] for _, columns in rule.group_by) for base, _ in bases]
    what = (tuple((rows.tobytes(), key) for (_, rows), key in zip(bases, keys, strict=True)), rule.values)
    if what not in shared:
        parts = [_part(key, rule.values, frame, rows, time) for (_, rows), key in zip(bases, keys, strict=True)]
        shared[what] = parts[0] if len(parts) == 1 else _joined(parts)
    return shared[what]


def _joined(parts: Sequence[Members]) -> Members:
    """Put bases together: an event behind two of them is one event."""
    joined: dict[tuple[int, str], Member] = {}
    for member in chain.from_iterable(parts):
        key = member.row, member.group
        known = joined.get(key)
        joined[key] = member if known is None else member._replace(values=(*known.values, *member.values))
    return [joined[key] for key in sorted(joined)]


def _part(key: tuple[str, ...], values: Sequence[str], frame: pl.DataFrame, rows: Ints, time: Ints) -> Members:
    types = frame.schema
    wanted = [_group(key, types), (_together(values, types) if len(values) > 1 else _value(values, types))]
    roots = sorted({frame.columns[0], *(name for each in wanted for name in each.meta.root_names())})
    part = part_of(frame, roots, rows).select(pl.int_range(pl.len()).alias(""), *wanted)
    groups = part.get_column("group").to_list()
    times = time[rows].tolist()
    if not values:
        return [
            Member(row, group, at, ())
            for row, group, at in zip(rows.tolist(), groups, times, strict=True)
            if group is not None
        ]
    brought = part.get_column("values").to_list()
    return [
        Member(row, group, at, mine if type(mine) is list else (mine,))
        for row, group, at, mine in zip(rows.tolist(), groups, times, brought, strict=True)
        if group is not None and mine is not None and mine != []
    ]


def _together(values: Sequence[str], types: Types) -> pl.Expr:
    """Return the hashes of several fields taken together: a value is what stands in all of them."""
    found = [source(value, types) for value in values]
    texts = [_texts(*each) if each else pl.lit(None, dtype=pl.List(pl.String())) for each in found]
    return (
        pl.struct(text.alias(str(number)) for number, text in enumerate(texts))
        .map_elements(_products, return_dtype=pl.List(pl.String()))
        .list.eval(pl.element().hash(seed=0))
        .alias("values")
    )


def _texts(x: pl.Expr, kind: pl.DataType) -> pl.Expr:
    return x.cast(pl.List(pl.String())) if isinstance(kind, pl.List) else pl.concat_list(x.cast(pl.String))


def _products(row: Mapping[str, Sequence[str | None] | None]) -> list[str]:
    lists = [[text for text in texts or () if text is not None] for texts in row.values()]
    return [_MARK.join(each) for each in product(*lists)]


def _value(values: Sequence[str], types: Types) -> pl.Expr:
    """Return the hash of what is counted, or a list of them; a missing value is null, and 0 when events are counted."""
    if not values:
        return pl.lit(0, dtype=pl.UInt64()).alias("values")
    found = source(values[0], types)
    return (pl.lit(None, dtype=pl.UInt64()) if found is None else _hash(*found)).alias("values")


def _hash(x: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.List):
        return x.list.eval(pl.element().drop_nulls().cast(pl.String).hash(seed=0))
    return pl.when(x.is_not_null()).then(x.cast(pl.String).hash(seed=0))


def _group(key: tuple[str, ...], types: Types) -> pl.Expr:
    """Return the key of an event's group, null where a part of it is missing."""
    keys = [_plain(field, types) for field in key]
    return (pl.concat_str(keys, separator=_MARK) if keys else pl.lit("")).alias("group")


def _plain(field: str, types: Types) -> pl.Expr:
    found = source(field, types)
    if found is None:
        return pl.lit(None, dtype=pl.String())
    x, kind = found
    if isinstance(kind, pl.List):
        there = x.list.drop_nulls()
        return pl.when(there.list.len() > 0).then(there.list.join(","))
    return x.cast(pl.String)
