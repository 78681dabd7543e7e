"""Correlations as statements that begin, go on and end.

Comes in: for each correlation the rows of its base rules, in total order, and the state. Goes out: the rows at which a
statement began, and all rows behind open statements, for the ledger. The statement begins at the row that makes the
condition true and goes on while it stays true; once a row finds it false, or the window has emptied, it is armed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns import Types, source
from detector.detect.rules.ruleset import CorrelationRule
from detector.detect.rules.windows import CARRIED, count

Ints = npt.NDArray[np.int64]

OPEN = {
    "group": pl.String(),
    "last": pl.Int64(),
    "true": pl.Boolean(),
    "began": pl.Int64(),
    "first": pl.Int64(),
    "peak": pl.Int64(),
}
_MARK = "\x1f"


@dataclass(frozen=True, slots=True)
class CorrelationState:
    """What one correlation carries: rows in the windows, and where each group's statement stands."""

    window: pl.DataFrame
    groups: pl.DataFrame

    @staticmethod
    def empty() -> "CorrelationState":
        """Return the state before the first event."""
        return CorrelationState(pl.DataFrame(schema=CARRIED), pl.DataFrame(schema=OPEN))


@dataclass(frozen=True, slots=True)
class Stated:
    """Rows behind statements: row number, group, when the statement began, its oldest event, count, and beginnings."""

    rows: pl.DataFrame
    begun: Ints


STATED = {"row": pl.Int64(), "group": pl.String(), "began": pl.Int64(), "first": pl.Int64(), "peak": pl.Int64()}


def correlate(
    rule: CorrelationRule,
    state: CorrelationState,
    frame: pl.DataFrame,
    rows_of: Mapping[str, Ints],
    time: pl.Series,
) -> tuple[CorrelationState, Stated]:
    """Take the fold one frame further.

    Args:
        rule: The correlation.
        state: Its state.
        frame: Events in total order.
        rows_of: Rows of each base rule, by id.
        time: Event time of each row, in microseconds.
    """
    members = _members(rule, frame, rows_of, time)
    if not members.height:
        return state, Stated(pl.DataFrame(schema=STATED), np.empty(0, np.int64))
    counted = count(rule, state.window, members.select(*CARRIED))
    table = members.with_columns(pl.Series("count", counted.counts), pl.Series("oldest", counted.oldest))
    # A row that brings several values stands for one event: its last value tells the count after it.
    table = table.unique(["row", "group"], keep="last", maintain_order=True)
    if rule.kind == "event_count" and rule.operation in ("gte", "gt"):
        # No more rows are carried than the condition needs, so no more can be told, however the rows are cut.
        table = table.with_columns(pl.col("count").clip(upper_bound=rule.count + 1))
    states = _states(rule, state.groups, table)
    groups = _groups(rule, state.groups, states)
    stated = states.filter("true").select(*STATED)
    begun = states.filter(pl.col("true") & pl.col("begins"))["row"].unique().sort().to_numpy().astype(np.int64)
    return CorrelationState(counted.carried, groups), Stated(stated, begun)


def _members(rule: CorrelationRule, frame: pl.DataFrame, rows_of: Mapping[str, Ints], time: pl.Series) -> pl.DataFrame:
    parts = []
    for base in rule.bases:
        rows = rows_of.get(base)
        if rows is None or not rows.size:
            continue
        types = dict(frame.schema)
        part = frame[rows].select(
            pl.Series(rows).cast(pl.Int64).alias("row"),
            _group(rule, base, types),
            time.gather(rows).alias("time"),
            *_values(rule, types),
        )
        parts.append(_hashed(rule, part).filter(pl.col("group").is_not_null()))
    if not parts:
        return pl.DataFrame(schema={"row": pl.Int64(), **CARRIED})
    members = pl.concat(parts).unique(["row", "group", "value"], keep="first", maintain_order=True)
    return members.sort("row", maintain_order=True)


def _values(rule: CorrelationRule, types: Types) -> list[pl.Expr]:
    found = [source(value, types) for value in rule.values]
    return [
        (pl.lit(None, dtype=pl.String()) if each is None else each[0]).alias(f"value {number}")
        for number, each in enumerate(found)
    ]


def _hashed(rule: CorrelationRule, part: pl.DataFrame) -> pl.DataFrame:
    """Turn the counted fields into one hash a value; an element of a list is a value, a missing one is none."""
    names = [f"value {number}" for number in range(len(rule.values))]
    if not names:
        return part.with_columns(value=pl.lit(None, dtype=pl.UInt64())).select("row", *CARRIED)
    for name in names:
        if isinstance(part.schema[name], pl.List):
            part = part.explode(name)
    part = part.drop_nulls(names).with_columns(pl.col(names).cast(pl.String))
    text = pl.concat_str(names, separator=_MARK)
    return part.with_columns(value=text.hash(seed=0)).select("row", *CARRIED)


def _group(rule: CorrelationRule, base: str, types: Types) -> pl.Expr:
    """Return the key of an event's group, null where a part of it is missing."""
    keys = [_plain(dict(columns)[base], types) for _, columns in rule.group_by]
    return pl.concat_str(keys, separator=_MARK).alias("group") if keys else pl.lit("").alias("group")


def _plain(field: str, types: Types) -> pl.Expr:
    found = source(field, types)
    if found is None:
        return pl.lit(None, dtype=pl.String())
    x, kind = found
    if isinstance(kind, pl.List):
        there = x.list.drop_nulls()
        return pl.when(there.list.len() > 0).then(there.list.join(","))
    return x.cast(pl.String)


def _states(rule: CorrelationRule, groups: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Say for each row whether the condition is true, whether it began there, and since when."""
    operations = {
        "gte": pl.Expr.ge,
        "gt": pl.Expr.gt,
        "lte": pl.Expr.le,
        "lt": pl.Expr.lt,
        "eq": pl.Expr.eq,
        "neq": pl.Expr.ne,
    }
    before = groups.rename({"last": "last0", "true": "true0", "began": "began0", "first": "first0", "peak": "peak0"})
    table = table.join(before, on="group", how="left", maintain_order="left").with_columns(
        true=operations[rule.operation](pl.col("count"), rule.count)
    )
    previous = pl.col("time").shift(1).over("group").fill_null(pl.col("last0"))
    was = pl.col("true").shift(1).over("group").fill_null(pl.col("true0")).fill_null(value=False)
    alive = was & (pl.col("time") - previous <= rule.span_us).fill_null(value=False)
    table = table.with_columns(begins=pl.col("true") & ~alive)
    number = pl.col("begins").cum_sum().over("group")
    table = table.with_columns(number=number)
    own = pl.col("number") > 0
    per = ["group", "number"]
    return table.with_columns(
        began=pl.when(own).then(pl.col("time").first().over(per)).otherwise(pl.col("began0")),
        first=pl.when(own).then(pl.col("oldest").first().over(per)).otherwise(pl.col("first0")),
        peak=pl.when(own)
        .then(pl.col("count").cum_max().over(per))
        .otherwise(pl.max_horizontal(pl.col("count").cum_max().over(per), "peak0")),
    )


def _groups(rule: CorrelationRule, groups: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    latest = (
        states.group_by("group", maintain_order=True)
        .last()
        .select("group", pl.col("time").alias("last"), "true", "began", "first", "peak")
    )
    others = groups.join(latest.select("group"), on="group", how="anti", maintain_order="left")
    newest = states["time"].max()
    kept = pl.concat([others, latest])
    return kept.filter(pl.col("last") >= int(newest) - rule.span_us) if isinstance(newest, int) else kept
