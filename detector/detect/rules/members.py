"""Which events a correlation counts, in which group, and with which values.

Comes in: the rows of the base rules in a frame. Goes out: lists of row, group, time and hashed value, in total order; a
row that brings several values stands there once a value. Correlations that count the same values of the same rows
(clients in an hour, clients in a day) share the work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns import Types, source
from detector.detect.rules.ruleset import CorrelationRule

Ints = npt.NDArray[np.int64]
_MARK = "\x1f"
_TABLE = {"row": pl.Int64(), "group": pl.String(), "value": pl.UInt64()}


@dataclass(frozen=True, slots=True)
class Members:
    """Columns as lists. ``ends``: the member is the last one of its row and group."""

    rows: Sequence[int] = ()
    groups: Sequence[str] = ()
    times: Sequence[int] = ()
    values: Sequence[int] = ()
    ends: Sequence[bool] = ()


def members_of(
    rule: CorrelationRule, frame: pl.DataFrame, rows_of: Mapping[str, Ints], time: Ints, shared: dict[object, Members]
) -> Members:
    """Return what the correlation counts in a frame, from ``shared`` when another one has read the same."""
    bases = [(base, rows_of[base]) for base in rule.bases if base in rows_of and rows_of[base].size]
    if not bases:
        return Members()
    keys = [tuple(dict(columns)[base] for _, columns in rule.group_by) for base, _ in bases]
    what = (tuple((rows.tobytes(), key) for (_, rows), key in zip(bases, keys, strict=True)), rule.values)
    if what not in shared:
        parts = [_part(key, rule.values, frame, rows) for (_, rows), key in zip(bases, keys, strict=True)]
        table = parts[0]
        if len(parts) > 1:
            # An event behind two bases is one event.
            table = pl.concat(parts).unique(maintain_order=True).sort("row", "group", maintain_order=True)
        shared[what] = _lists(table, time)
    return shared[what]


def _lists(table: pl.DataFrame, time: Ints) -> Members:
    if not table.height:
        return Members()
    rows = table.get_column("row").to_numpy()
    ends = np.append(rows[1:] != rows[:-1], True)
    groups = table.get_column("group")
    ends[:-1] |= (groups != groups.shift(-1)).fill_null(value=True).to_numpy()[:-1]
    values = table.get_column("value").to_list()
    return Members(rows.tolist(), groups.to_list(), time[rows].tolist(), values, ends.tolist())


def _part(key: tuple[str, ...], values: Sequence[str], frame: pl.DataFrame, rows: Ints) -> pl.DataFrame:
    types = frame.schema
    wanted = [_group(key, types), *_values(values, types)]
    roots = sorted({name for each in wanted for name in each.meta.root_names()})
    part = (frame.select(roots)[rows] if roots else pl.DataFrame({"row": rows})).select(
        pl.Series("row", rows, dtype=pl.Int64()), *wanted
    )
    part = part.filter(pl.col("group").is_not_null()) if part.get_column("group").null_count() else part
    if not values:
        return part.with_columns(pl.lit(None, dtype=pl.UInt64()).alias("value")).select(*_TABLE)
    return _hashed(part, [f"value {number}" for number in range(len(values))])


def _hashed(part: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Turn the counted fields into one hash a value; an element of a list is a value, a missing one is none."""
    for name in names:
        if isinstance(part.schema[name], pl.List):
            part = part.explode(name)
    part = part.drop_nulls(names)
    text = pl.concat_str([pl.col(name).cast(pl.String) for name in names], separator=_MARK)
    return part.select("row", "group", text.hash(seed=0).alias("value"))


def _values(values: Sequence[str], types: Types) -> list[pl.Expr]:
    found = [source(value, types) for value in values]
    return [
        (pl.lit(None, dtype=pl.String()) if each is None else each[0]).alias(f"value {number}")
        for number, each in enumerate(found)
    ]


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
