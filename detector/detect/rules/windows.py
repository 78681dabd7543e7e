"""Sliding windows over ordered rows, as a fold: after each row, how many events (or distinct values) its group has.

Comes in: the rows of one correlation in total order (group, time, and for value_count one row a value), and the rows
carried from before. Goes out: the count after each row, and what to carry on. A window holds the rows of the same group
from ``time - span`` up to and including the row itself. The work is a few sorts over columns, whatever the counts are.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.ruleset import CorrelationRule

Ints = npt.NDArray[np.int64]

CARRIED = {"group": pl.String(), "time": pl.Int64(), "value": pl.UInt64()}


@dataclass(frozen=True, slots=True)
class Counted:
    """The count after each new row, the oldest time in its window, and the rows to carry on."""

    counts: Ints
    oldest: Ints
    carried: pl.DataFrame


def count(rule: CorrelationRule, carried: pl.DataFrame, rows: pl.DataFrame) -> Counted:
    """Count windows.

    Args:
        rule: The correlation.
        carried: ``CARRIED`` rows of earlier calls, in order.
        rows: ``CARRIED`` rows, new, in order.
    """
    mine = carried.join(rows.select("group").unique(), on="group", how="semi", maintain_order="left")
    both = pl.concat([mine, rows]).with_row_index("at").with_columns(code=pl.col("group").rank("dense").cast(pl.Int64))
    order = both.select(pl.arg_sort_by("code", "at")).to_series().to_numpy()
    code, time = both["code"].to_numpy()[order], both["time"].to_numpy()[order]
    size = len(order)
    begin = _begins(code, time, rule.span_us)
    here = np.arange(size)
    if rule.kind == "event_count":
        counts = here - begin + 1
    else:
        counts = _distinct(both["value"].to_numpy()[order], code, begin, here)
    back = np.empty(size, np.int64)
    back[order] = here
    fresh = back[mine.height :]
    keep = _keep(rule, carried, rows, both, counts)
    return Counted(counts[fresh], time[begin][fresh], keep)


def _begins(code: Ints, time: Ints, span: int) -> Ints:
    """Return for each row (grouped, in order) the first row of its window."""
    size = len(code)
    starts = np.searchsorted(code, code, side="left")
    low, high = starts.copy(), np.arange(size)
    edge = time - span
    # Binary search within each row's own group: times do not decrease there.
    while bool((low < high).any()):
        middle = (low + high) // 2
        inside = time[middle] >= edge
        high = np.where(inside, middle, high)
        low = np.where(inside, low, np.minimum(middle + 1, high))
    return low


def _distinct(values: npt.NDArray[np.uint64], code: Ints, begin: Ints, here: Ints) -> Ints:
    """Count distinct values in each window: rows whose value does not come again before the window's end.

    A row counts in the windows that begin at or before it and end before the next row of the same value.
    """
    size = len(here)
    order = np.lexsort((here, values, code))
    same = (code[order][1:] == code[order][:-1]) & (values[order][1:] == values[order][:-1])
    following = np.full(size, size, np.int64)
    following[order[:-1][same]] = order[1:][same]
    # ``begin`` does not decrease inside a group: the first window that no longer holds the row.
    ends_of_group = np.searchsorted(code, code, side="right")
    gone = _first_beyond(begin, here, ends_of_group)
    until = np.minimum(np.minimum(following, gone), ends_of_group)
    change = np.zeros(size + 1, np.int64)
    np.add.at(change, here, 1)
    np.add.at(change, until, -1)
    counted: Ints = np.cumsum(change)[:size]
    return counted


def _first_beyond(begin: Ints, here: Ints, stop: Ints) -> Ints:
    low, high = here.copy(), stop.copy()
    while bool((low < high).any()):
        middle = (low + high) // 2
        beyond = begin[np.minimum(middle, len(begin) - 1)] > here
        high = np.where(beyond & (low < high), middle, high)
        low = np.where(~beyond & (low < high), middle + 1, low)
    return low


def _keep(
    rule: CorrelationRule, carried: pl.DataFrame, rows: pl.DataFrame, both: pl.DataFrame, counts: Ints
) -> pl.DataFrame:
    """Return what later windows can need: rows not older than the span, no more than the condition can tell apart."""
    newest = rows["time"].max()
    others = carried.join(rows.select("group").unique(), on="group", how="anti", maintain_order="left")
    mine = both.select(*CARRIED)
    if rule.kind == "value_count":
        mine = mine.unique(["group", "value"], keep="last", maintain_order=True)
    elif rule.operation in ("gte", "gt"):
        mine = mine.group_by("group", maintain_order=True).tail(rule.count + 1).select(*CARRIED)
    kept = pl.concat([others, mine])
    return kept.filter(pl.col("time") >= int(newest) - rule.span_us) if isinstance(newest, int) else kept
