"""Correlations as statements that begin, go on and end.

Comes in: for each correlation the rows of its base rules, in total order, and the state, which is changed in place.
Goes out: the rows at which a statement began, and all rows behind open statements, for the ledger. The statement begins
at the row that makes the condition true and goes on while it stays true; once a row finds it false, or the window has
emptied, it is armed again.

At most ``MAX_GROUPS`` groups of a correlation are remembered; those quiet for longest are let go of first.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.members import Members, members_of
from detector.detect.rules.ruleset import CorrelationRule
from detector.detect.rules.windows import MAX_GROUPS, Group, held, oldest, quiet_up_to, tidy

Ints = npt.NDArray[np.int64]

CARRIED = {"group": pl.String(), "time": pl.Int64(), "value": pl.UInt64()}
OPEN = {
    "group": pl.String(),
    "last": pl.Int64(),
    "true": pl.Boolean(),
    "began": pl.Int64(),
    "first": pl.Int64(),
    "peak": pl.Int64(),
}
_SWEEP = 1_000


@dataclass(slots=True)
class CorrelationState:
    """What one correlation carries: its groups. ``sweep_at``: at how many groups the quiet ones are looked for."""

    groups: dict[str, Group] = field(default_factory=dict)
    sweep_at: int = _SWEEP

    @staticmethod
    def empty() -> "CorrelationState":
        """Return the state before the first event."""
        return CorrelationState()


class StatedRow(NamedTuple):
    """One row behind a statement: its group, when the statement began, its oldest event, its highest count so far."""

    row: int
    group: str
    began: int
    first: int
    peak: int


@dataclass(frozen=True, slots=True)
class Stated:
    """Rows behind statements, in order, and the numbers of those at which one began."""

    rows: list[StatedRow]
    begun: Ints


def correlate(
    rule: CorrelationRule,
    state: CorrelationState,
    frame: pl.DataFrame,
    rows_of: Mapping[str, Ints],
    time: Ints,
    shared: dict[object, Members] | None = None,
) -> Stated:
    """Take the fold one frame further.

    Args:
        rule: The correlation.
        state: Its state; changed.
        frame: Events in total order.
        rows_of: Rows of each base rule, by id.
        time: Event time of each row, in microseconds.
        shared: What correlations of the same events read of this frame, kept for the next one.
    """
    members = members_of(rule, frame, rows_of, time, {} if shared is None else shared)
    if not members:
        return Stated([], np.empty(0, np.int64))
    rows, begun = _walk(rule, state, members)
    if len(state.groups) > state.sweep_at:
        _sweep(rule, state, members[-1].time)
    return Stated(rows, np.unique(np.array(begun, dtype=np.int64)))


def _walk(rule: CorrelationRule, state: CorrelationState, members: Members) -> tuple[list[StatedRow], list[int]]:
    """Go through the members; those whose count cannot matter are only taken note of."""
    groups, most, quiet = state.groups, held(rule), quiet_up_to(rule)
    valued = rule.kind == "value_count"
    stated: list[StatedRow] = []
    begun: list[int] = []
    for row, key, time, values in members:
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(OrderedDict() if valued else deque())
        window = group.window
        if isinstance(window, deque):
            window.append(time)
        else:
            for value in values:
                if value in window:
                    window.move_to_end(value)
                window[value] = time
        if len(window) > quiet and _holds(rule, group, time, most):
            if _begins(rule, group, time):
                begun.append(row)
            stated.append(StatedRow(row, key, group.began, group.first, group.peak))
        else:
            group.true = False
        group.last = time
    return stated, begun


def _holds(rule: CorrelationRule, group: Group, time: int, most: int) -> bool:
    tidy(group.window, time - rule.span_us, most)
    return rule.holds(len(group.window))


def _begins(rule: CorrelationRule, group: Group, time: int) -> bool:
    """Let the statement begin or go on with a row at which the condition holds."""
    count = len(group.window)
    if group.true and time - group.last <= rule.span_us:
        group.peak = max(group.peak, count)
        return False
    group.true, group.began, group.peak = True, time, count
    group.first = oldest(group.window)
    return True


def _sweep(rule: CorrelationRule, state: CorrelationState, newest: int) -> None:
    """Let go of groups whose window has emptied, and of the quietest ones beyond the bound."""
    edge = newest - rule.span_us
    kept = {key: group for key, group in state.groups.items() if group.last >= edge}
    for group in kept.values():
        tidy(group.window, edge, held(rule))
    if len(kept) > MAX_GROUPS:
        latest = sorted(kept, key=lambda key: (kept[key].last, key))[-MAX_GROUPS:]
        kept = {key: kept[key] for key in latest}
    state.groups = kept
    state.sweep_at = min(2 * len(kept) + _SWEEP, MAX_GROUPS + _SWEEP)


def to_tables(states: Mapping[str, CorrelationState]) -> dict[str, pl.DataFrame]:
    """Return the states of correlations, by id of the rule, as tables."""
    windows: list[tuple[str, str, int, int | None]] = []
    groups: list[tuple[str, str, int, bool, int, int, int]] = []
    for rule, state in sorted(states.items()):
        for key, group in state.groups.items():
            groups.append((rule, key, group.last, group.true, group.began, group.first, group.peak))
            if isinstance(group.window, deque):
                windows.extend((rule, key, time, None) for time in group.window)
            else:
                windows.extend((rule, key, time, value) for value, time in group.window.items())
    return {
        "rules.windows": pl.DataFrame(windows, schema={"rule": pl.String(), **CARRIED}, orient="row"),
        "rules.groups": pl.DataFrame(groups, schema={"rule": pl.String(), **OPEN}, orient="row"),
    }


def from_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, CorrelationState]:
    """Return the states held in tables; what is missing is empty."""
    states: dict[str, CorrelationState] = {}
    windows, groups = tables.get("rules.windows"), tables.get("rules.groups")
    if windows is None or groups is None:
        return states
    for rule, key, *rest in groups.select("rule", *OPEN).iter_rows():
        states.setdefault(rule, CorrelationState()).groups[key] = Group(deque(), *rest)
    for rule, key, time, value in windows.select("rule", *CARRIED).iter_rows():
        group = states[rule].groups[key]
        if value is None:
            _times(group).append(time)
        else:
            _values(group)[value] = time
    return states


def _times(group: Group) -> deque[int]:
    if not isinstance(group.window, deque):
        group.window = deque()
    return group.window


def _values(group: Group) -> OrderedDict[int, int]:
    if isinstance(group.window, deque):
        group.window = OrderedDict()
    return group.window
