"""Correlations that look at a window as a whole: which rules matched, in which order; averages, medians, percentiles.

Comes in: for each correlation the rows of its base rules, in total order, and the state, which is changed in place.
Goes out: ``Episodes``, as of correlations that count (``episodes``). A window reaches back from an event by the span,
both ends included. The condition is asked at each event of a base rule.

- ``temporal``: of each base the time of its latest event is all there is to know. A condition with ``and``, ``or`` and
  ``not`` is asked of which bases have one within the span.
- ``temporal_ordered``: of each place in a sequence of bases the latest beginning of a chain of events that leads there;
  a chain holds an event once.
- Of numbers, the window itself: sums are kept as exact fractions of what was written (0.1 is a tenth), so that what
  leaves a window leaves no trace, and values in order. A percentile between two values is interpolated linearly (R's
  type 7, ``percentile_cont`` of SQL).
  What is no number counts for nothing.

Groups beyond ``most_groups`` are let go of, those quiet for longest first; of a group, values beyond ``most_values``,
the oldest first.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.frame_view import NONE, FrameView
from detector.detect.rules.correlation.episodes import NOTHING, Episodes
from detector.detect.rules.correlation.groups import known_by_account
from detector.detect.rules.ruleset import MOST_AMOUNT, CorrelationRule, exact

Ints = npt.NDArray[np.int64]

NEVER: Final = -(1 << 62)
_SLACK: Final = 50
STANDING: Final = {
    "rule": pl.String(),
    "key": pl.UInt64(),
    "last": pl.Int64(),
    "true": pl.Boolean(),
    "began": pl.Int64(),
    "first": pl.Int64(),
    "peak": pl.Int64(),
    "seen": pl.List(pl.Int64()),
}
VALUES: Final = {"rule": pl.String(), "key": pl.UInt64(), "time": pl.Int64(), "value": pl.String()}
_TOLD_APART: Final = 1 << 53
"""Below this a float tells whole numbers apart."""
Number = int | float


@dataclass(slots=True)
class Standing:
    """What is known of one group.

    Attributes:
        last: Time of its latest event.
        true: Whether the condition held then; of the statement ``began``, ``first`` (its oldest event) and ``peak``.
        seen: Of each base the time of its latest event; then of each place of each sequence the latest beginning.
        values: Times and values in the window, in order of time.
        ordered: The values in order.
        total: Their sum.
    """

    last: int = NEVER
    true: bool = False
    began: int = 0
    first: int = 0
    peak: int = 0
    seen: list[int] = field(default_factory=list)
    values: deque[tuple[int, Number]] = field(default_factory=deque)
    ordered: list[Number] = field(default_factory=list)
    total: Fraction = Fraction(0)

    def add(self, time: int, value: Number) -> None:
        """Take a value in."""
        self.values.append((time, value))
        insort(self.ordered, value)
        self.total += exact(value)

    def expire(self, edge: int, most: int) -> None:
        """Let go of what is older than ``edge``, and of the oldest beyond ``most``."""
        while self.values and (self.values[0][0] < edge or len(self.values) > most):
            _, value = self.values.popleft()
            del self.ordered[bisect_left(self.ordered, value)]
            self.total -= exact(value)


@dataclass(slots=True)
class WholeWindows:
    """What one correlation carries.

    Attributes:
        groups: What is known of each group, by the hash of its key.
        base: The state this one was begun from.
        forgotten: How many groups were let go of because there were too many, since ``RuleState.take_forgotten``.
    """

    groups: dict[int, Standing] = field(default_factory=dict)
    base: "WholeWindows | None" = None
    forgotten: int = 0

    def overlay(self) -> "WholeWindows":
        """Return a state for one step that begins with what this one knows and changes nothing in it."""
        return WholeWindows(base=self)

    def of(self, mark: int) -> Standing:
        """Return what is known of a group; a new one is known from now on."""
        found = self.groups.get(mark)
        if found is None:
            known = self.base.groups.get(mark) if self.base is not None else None
            found = self.groups[mark] = Standing() if known is None else deepcopy(known)
        return found

    def sweep(self, edge: int, most: int) -> None:
        """Let go of groups whose window has emptied, and beyond the bound of those quiet for longest."""
        kept = {mark: one for mark, one in self.groups.items() if one.last >= edge}
        if len(kept) > most:
            self.forgotten += len(kept) - most
            kept = dict(sorted(kept.items(), key=lambda pair: (pair[1].last, pair[0]))[-most:])
        self.groups = kept


def correlate(
    rule: CorrelationRule, state: WholeWindows, view: FrameView, rows_of: Mapping[str, Ints], time: Ints
) -> Episodes:
    """Take the fold one frame further.

    Args:
        rule: The correlation.
        state: Its state; changed.
        view: Events in total order.
        rows_of: Rows of each base rule, by id.
        time: Event time of each row, in microseconds.
    """
    texts: dict[str, int] = {}
    behind: list[tuple[int, int, int, int, int]] = []
    begun: list[int] = []
    at = NEVER
    for row, mark, text, bases, values in _events(rule, view, rows_of):
        at, one = int(time[row]), state.of(mark)
        goes_on = one.true and at - one.last <= rule.span_us
        found = _judged(rule, one, at, bases, values)
        one.last, one.true = at, found is not None
        if found is None:
            continue
        first, peak = found
        if not goes_on:
            one.began, one.first, one.peak = at, first, peak
            begun.append(row)
        one.peak = max(one.peak, peak)
        behind.append((row, texts.setdefault(text, len(texts)), one.began, one.first, one.peak))
    if state.base is None and len(state.groups) > rule.most_groups + rule.most_groups // _SLACK:
        state.sweep(at - rule.span_us, rule.most_groups)
    if not behind:
        return NOTHING
    rows, groups, began, first_of, peaks = np.array(behind, dtype=np.int64).T
    return Episodes(rows, groups, list(texts), began, first_of, peaks, np.unique(np.array(begun, dtype=np.int64)))


def _events(
    rule: CorrelationRule, view: FrameView, rows_of: Mapping[str, Ints]
) -> Iterator[tuple[int, int, str, list[int], list[Number]]]:
    """Yield events in order: row, hash and text of the group, numbers of the bases behind it, values it brings."""
    found: dict[tuple[int, str], tuple[int, list[int], list[Number]]] = {}
    for number, base in enumerate(rule.bases):
        rows = rows_of.get(base)
        if rows is None or not rows.size:
            continue
        key = tuple(dict(columns)[base] for _, columns in rule.group_by)
        codes, marks = view.key(key), view.marks(*key)
        groups = codes.of[rows]
        there = groups != NONE
        if view.acts is not None:  # what another log told of before is no event of its own
            there &= ~view.acts.repeated[rows]
            if not known_by_account(key):
                there &= ~view.acts.at_address[rows]
        rows, groups = rows[there], groups[there]
        column = rule.values_of(base)
        numbers = _numbers(view, column[0], rows) if column else [()] * rows.size
        for row, group, values in zip(rows.tolist(), groups.tolist(), numbers, strict=True):
            mark, bases, many = found.setdefault((row, codes.texts[group]), (int(marks[group]), [], []))
            bases.append(number)
            many.extend(values if len(bases) == 1 else ())  # an event behind two bases is one event
    for (row, text), (mark, bases, values) in sorted(found.items()):
        yield row, mark, text, bases, values


def _numbers(view: FrameView, name: str, rows: Ints) -> list[Sequence[Number]]:
    """Return the numbers a field holds in some rows."""
    column = view.field_at(name, rows)
    if column is None:
        return [()] * rows.size
    listed = (value if isinstance(value, list) else (value,) for value in column.to_list())
    return [[number for value in values if (number := _number(value)) is not None] for values in listed]


def _number(value: Any) -> Number | None:
    """Return what a text or a number is worth; None: it is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    if not isfinite(number):
        return None
    if abs(number) >= _TOLD_APART:
        with suppress(ValueError):
            return int(value)
    return number


def _judged(
    rule: CorrelationRule, one: Standing, at: int, bases: Sequence[int], values: Sequence[Number]
) -> tuple[int, int] | None:
    """Take an event in; return the oldest event of the window that counts and a number for people, if it holds."""
    edge = at - rule.span_us
    if rule.kind == "temporal":
        return _together(rule, one, at, edge, bases)
    if rule.kind == "temporal_ordered":
        return _in_order(rule, one, at, edge, bases)
    for value in values:
        one.add(at, value)
    one.expire(edge, rule.most_values)
    if not one.values:
        return None
    number = _statistic(rule, one)
    if not rule.hold_number(number):
        return None
    return one.values[0][0], max(-MOST_AMOUNT, min(MOST_AMOUNT, int(number)))


def _there(rule: CorrelationRule, one: Standing, at: int, edge: int, bases: Sequence[int]) -> dict[str, int]:
    """Return the bases that matched within the span, and when they last did."""
    one.seen = one.seen or [NEVER] * (len(rule.bases) + sum(len(chain) for chain, _ in rule.ways))
    for number in bases:
        one.seen[number] = at
    return {base: seen for base, seen in zip(rule.bases, one.seen, strict=False) if seen >= edge}


def _together(rule: CorrelationRule, one: Standing, at: int, edge: int, bases: Sequence[int]) -> tuple[int, int] | None:
    there = _there(rule, one, at, edge, bases)
    met = any(there.keys() >= set(present) and there.keys().isdisjoint(absent) for present, absent in rule.ways)
    if not met or not rule.hold_number(Fraction(len(there))):
        return None
    return min(there.values()), len(there)


def _in_order(rule: CorrelationRule, one: Standing, at: int, edge: int, bases: Sequence[int]) -> tuple[int, int] | None:
    there = _there(rule, one, at, edge, bases)
    here = {rule.bases[number] for number in bases}
    before = list(one.seen)
    place, found = len(rule.bases), None
    for chain, absent in rule.ways:
        for number, base in enumerate(chain):
            if base in here:
                begin = at if number == 0 else before[place + number - 1]
                one.seen[place + number] = max(before[place + number], begin)
        place += len(chain)
        begin = one.seen[place - 1]
        if begin >= edge and there.keys().isdisjoint(absent) and (found is None or begin < found[0]):
            found = begin, len(chain)
    return found


def _statistic(rule: CorrelationRule, one: Standing) -> Fraction:
    if rule.kind == "value_sum":
        return one.total
    if rule.kind == "value_avg":
        return one.total / len(one.ordered)
    place = Fraction(rule.percentile, 100) * (len(one.ordered) - 1)
    low = int(place)
    below = exact(one.ordered[low])
    above = exact(one.ordered[min(low + 1, len(one.ordered) - 1)])
    return below + (above - below) * (place - low)


def to_tables(states: Mapping[str, WholeWindows]) -> dict[str, pl.DataFrame]:
    """Return the states of correlations, by id of the rule, as tables."""
    standing, values = [], []
    for rule, state in sorted(states.items()):
        for mark, one in sorted(state.groups.items()):
            standing.append((rule, mark, one.last, one.true, one.began, one.first, one.peak, one.seen))
            values += [(rule, mark, at, repr(value)) for at, value in one.values]
    return {
        "rules.windows": pl.DataFrame(standing, schema=STANDING, orient="row"),
        "rules.window_values": pl.DataFrame(values, schema=VALUES, orient="row"),
    }


def from_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, WholeWindows]:
    """Return the states held in tables; what is missing is empty."""
    states: dict[str, WholeWindows] = {}
    if "rules.windows" not in tables:
        return states
    for rule, mark, last, true, began, first, peak, seen in tables["rules.windows"].select(*STANDING).iter_rows():
        groups = states.setdefault(rule, WholeWindows()).groups
        groups[mark] = Standing(last, true, began, first, peak, list(seen))
    for rule, mark, at, value in tables["rules.window_values"].select(*VALUES).iter_rows():
        if (number := _number(value)) is not None:
            states[rule].groups[mark].add(at, number)
    return states
