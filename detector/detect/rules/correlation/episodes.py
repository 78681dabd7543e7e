"""Correlations as statements that begin, go on and end.

Comes in: for each correlation the rows of its base rules, in total order, and the state, which is changed in place.
Goes out: the rows at which a statement began, and all rows behind open statements, for the ledger. The statement begins
at the row that makes the condition true and goes on while it stays true; once a row finds it false, or the window has
emptied, it is armed again.

About ``most_groups`` groups of a correlation are remembered; those that hold least (where a rule sums, the smallest
sums) are let go of first, of equals those quiet for longest.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import NO_SWEEP, Keys, Overlay, Records, mix, weightiest
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.correlation.groups import Members, members_of
from detector.detect.rules.correlation.sliding_windows import (
    Came,
    SlidingWindows,
    capacity,
    most_told,
)
from detector.detect.rules.ruleset import MOST_AMOUNT, CorrelationRule

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Of each correlation, how many groups and sights of its own stand in the tables of groups and of sights.
CARRYING = {
    "rule": pl.String(),
    "groups": pl.Int64(),
    "sights": pl.Int64(),
    "valued": pl.Boolean(),
    "summed": pl.Boolean(),
}
SIGHTS = {"group": pl.Int32(), "time": pl.Int64(), "value": pl.UInt64(), "amount": pl.Int64(), "begin": pl.Int64()}
GROUPS = {
    "key": pl.UInt64(),
    "last": pl.Int64(),
    "true": pl.Boolean(),
    "began": pl.Int64(),
    "first": pl.Int64(),
    "peak": pl.Int64(),
}
_SWEEP = 1_000
# A fourth more groups than are kept, and a little, may come between two sweeps: each looks at all of them.
_SPARE, _SLACK = 4, 50
_STANDING = np.dtype([("last", "i8"), ("true", "?"), ("began", "i8"), ("first", "i8"), ("peak", "i8")])
_HIGH = MOST_AMOUNT + 1  # higher than any count or sum
# Keeps equal values of two groups apart. It is no one's to know, or names could be made up for which a value of one
# group takes the place of another's, and is not counted. Nothing is saved under it.
_SALT: Final = np.uint64(secrets.randbits(64))


def _no_groups(keys: Keys | None = None) -> Records[np.void]:
    return Records(np.zeros((), _STANDING), keys)


@dataclass(slots=True)
class CorrelationState:
    """What one correlation carries.

    Attributes:
        groups: Of each group, known by the hash of its key: time of the latest event, whether the condition held there,
            and of the statement its beginning, its oldest event, its highest count.
        windows: What the groups hold.
        sweep_at: At how many groups the quiet ones are looked for.
        base: The state this one was begun from.
        forgotten: How many groups were let go of because there were too many, since ``RuleState.take_forgotten``.
    """

    groups: Records[np.void] = field(default_factory=_no_groups)
    windows: SlidingWindows = field(default_factory=SlidingWindows)
    sweep_at: int = _SWEEP
    base: "CorrelationState | None" = None
    forgotten: int = 0

    @staticmethod
    def empty() -> "CorrelationState":
        """Return the state before the first event."""
        return CorrelationState()

    def slots(self, marks: Keys) -> Ints:
        """Return the slots of groups; new ones get one."""
        size = self.groups.size
        found = self.groups.at(marks)
        self.windows.make_room(self.groups.size)
        if self.base is not None and self.groups.size > size:
            self._inherit(self.base, marks, found)
        return found

    def overlay(self) -> "CorrelationState":
        """Return a state for one step that begins with what this one knows and changes nothing in it."""
        return CorrelationState(groups=Overlay(self.groups), base=self, sweep_at=NO_SWEEP)

    def _inherit(self, base: "CorrelationState", marks: Keys, slots: Ints) -> None:
        """Take over what the windows of groups hold in the state this one was begun from."""
        there = base.groups.of.find(marks)
        known = np.flatnonzero(there >= 0)
        mine = np.full(base.windows.live.size, -1)
        mine[there[known]] = slots[known]
        numbers = base.windows.counted()
        theirs = mine[base.windows.slots[numbers]] >= 0
        numbers = numbers[theirs]
        if numbers.size:
            keys = base.windows.keys[numbers] if base.windows.valued else None
            amounts = base.windows.amounts[numbers] if base.windows.summed else None
            times, begins = base.windows.times[numbers], base.windows.since(numbers)
            self.windows.append(mine[base.windows.slots[numbers]], keys, times, amounts, begins=begins)


class Episodes(NamedTuple):
    """Rows behind statements, by group, and the numbers of those at which one began.

    ``groups`` are numbers of ``texts``. Of each row: when its statement began, the statement's oldest event, its
    highest count so far.
    """

    rows: Ints
    groups: Ints
    texts: list[str]
    began: Ints
    first: Ints
    peak: Ints
    begun: Ints

    @property
    def holding_rows(self) -> Ints:
        """The events at which the condition held, in order: what a correlation over this one counts."""
        return np.unique(self.rows)


_NO_ROWS = np.empty(0, np.int64)
NOTHING = Episodes(_NO_ROWS, _NO_ROWS, [], _NO_ROWS, _NO_ROWS, _NO_ROWS, _NO_ROWS)


def correlate(
    rule: CorrelationRule,
    state: CorrelationState,
    view: FrameView,
    rows_of: Mapping[str, Ints],
    time: Ints,
    shared: dict[object, Members | None] | None = None,
) -> Episodes:
    """Take the fold one frame further.

    Args:
        rule: The correlation.
        state: Its state; changed.
        view: Events in total order.
        rows_of: Rows of each base rule, by id.
        time: Event time of each row, in microseconds.
        shared: What correlations of the same events read of this frame, kept for the next one.
    """
    members = members_of(rule, view, rows_of, {} if shared is None else shared)
    if members is None:
        return NOTHING
    at = time[members.rows]
    codes = members.groups[members.order[members.starts]]
    slots = state.slots(members.marks[codes])
    before = state.windows.live[slots]
    came = _take(rule, state, members, at, codes, slots)
    if int(_highest(state.windows, slots, before, came).max()) <= rule.quiet_up_to:
        lasts = members.order[np.append(members.starts[1:], at.size) - 1]
        state.groups.rows["true"][slots] = False
        state.groups.rows["last"][slots] = at[lasts]
        stated = NOTHING
    else:
        counts = state.windows.counts(members, slots, at, came, rule.span_us, before)
        stated = _state(rule, state, members, at, slots, came, counts)
    state.windows.tidy(capacity(rule), int(at[-1]) - rule.span_us)
    if state.groups.size > state.sweep_at:
        _sweep(state, int(at[-1]) - rule.span_us, rule.most_groups)
    return stated


def _highest(windows: SlidingWindows, slots: Ints, before: Ints, came: Came) -> Ints:
    """Return what the window of each group held at most during the batch, or more."""
    if not windows.summed:
        return windows.live[slots]
    # What takes the place of something that was more may lower a sum.
    added = np.zeros(windows.live.size, np.int64)
    np.add.at(added, windows.slots[came.first : windows.size], windows.amounts[came.first : windows.size])
    return before + added[slots]


def _take(rule: CorrelationRule, state: CorrelationState, members: Members, at: Ints, codes: Ints, slots: Ints) -> Came:
    """Put the members' sights into the log."""
    size = state.windows.size
    mine, keys, owners = member_values(members, codes, slots)
    amounts = None if members.amounts is None else members.amounts[owners]
    before = state.windows.append(mine, keys, at[owners], amounts, span=rule.span_us)
    return Came(size, owners, before, size + (owners + 1 if members.values is None else members.values.begin[1:]))


def member_values(members: Members, codes: Ints, slots: Ints) -> tuple[Ints, Ints | None, Ints]:
    """Return the slot and the value of each sight of members, no values where events are counted, and whose it is.

    Args:
        members: The members.
        codes: The numbers of their groups.
        slots: The slots of these.
    """
    slot_of = np.empty(len(members.texts), dtype=np.int64)
    slot_of[codes] = slots
    if members.values is None:
        return slot_of[members.groups], None, np.arange(members.rows.size)
    owners = members.values.owners()
    groups = members.groups[owners]
    return slot_of[groups], members.values.values ^ _salts(members.marks)[groups], owners


def _salts(marks: Keys) -> Ints:
    """Return for each group what its values are mixed with."""
    return mix(marks, _SALT).view(np.int64)


def _state(
    rule: CorrelationRule,
    state: CorrelationState,
    members: Members,
    at: Ints,
    slots: Ints,
    came: Came,
    counts: Ints,
) -> Episodes:
    """Let statements begin, go on and end; members are taken by group."""
    order, starts, most = members.order, members.starts, most_told(rule)
    ends = np.append(starts[1:], order.size) - 1
    group = np.repeat(np.arange(slots.size), ends - starts + 1)
    time, standing = at[order], state.groups.rows[slots]
    true = rule.hold(np.minimum(counts, most))
    goes_on = np.append(False, true[:-1])
    goes_on[starts] = standing["true"]
    previous = np.append(0, time[:-1])
    previous[starts] = standing["last"]
    goes_on &= time - previous <= rule.span_us
    begins = true & ~goes_on
    standing["last"], standing["true"] = time[ends], true[ends]
    behind = np.flatnonzero(true)
    # Each statement is a piece of the rows; a piece that goes on from the batch before has what the state says of it.
    heads_all = begins.copy()
    heads_all[starts] = True
    piece = np.cumsum(heads_all)[behind]
    heads = np.flatnonzero(np.append(True, piece[1:] != piece[:-1])) if behind.size else behind
    began, first, peak = (standing[name][group[behind[heads]]] for name in ("began", "first", "peak"))
    for place in np.flatnonzero(begins[behind[heads]]).tolist():
        at_row = int(behind[heads[place]])
        began[place], peak[place] = time[at_row], 0
        first[place] = state.windows.oldest(
            int(slots[group[at_row]]), int(came.behind[order[at_row]]), int(time[at_row]) - rule.span_us,
            int(counts[at_row]), most,
        )  # fmt: skip
    number = np.repeat(np.arange(heads.size), np.diff(np.append(heads, behind.size)))
    highest = np.minimum(counts[behind], most)
    highest[heads] = np.maximum(highest[heads], peak)
    highest = np.maximum.accumulate(highest + number * _HIGH) - number * _HIGH
    done = Episodes(
        rows=members.rows[order[behind]],
        groups=members.groups[order[behind]],
        texts=members.texts,
        began=began[number],
        first=first[number],
        peak=highest,
        begun=np.unique(members.rows[order[begins]]),
    )
    last = np.flatnonzero(np.append(group[behind][1:] != group[behind][:-1], True)) if behind.size else behind
    of = group[behind[last]]
    standing["began"][of], standing["first"][of], standing["peak"][of] = (
        done.began[last], done.first[last], done.peak[last],
    )  # fmt: skip
    state.groups.rows[slots] = standing
    return done


def _sweep(state: CorrelationState, edge: int, most: int) -> None:
    """Let go of groups whose window has emptied, and beyond the bound of those that hold least."""
    windows, last = state.windows, state.groups.known()["last"]
    windows.expire(edge)
    kept = np.flatnonzero(last >= edge)
    if kept.size > most:
        state.forgotten += kept.size - most
        kept = kept[weightiest(most, state.groups.known()["true"][kept], windows.live[kept], last[kept])]
    moved = np.full(windows.live.size, -1)
    moved[kept] = np.arange(kept.size)
    numbers = windows.counted()
    windows.retain(numbers[moved[windows.slots[numbers]] >= 0])
    windows.slots[: windows.size] = moved[windows.slots[: windows.size]]
    windows.live = np.append(windows.live[kept], np.zeros(kept.size + 16, np.int64))
    state.groups.retain(kept)
    state.sweep_at = min(2 * kept.size, most + most // _SPARE) + most // _SLACK


def to_tables(states: Mapping[str, CorrelationState]) -> dict[str, pl.DataFrame]:
    """Return the states of correlations, by id of the rule, as tables."""
    carrying, groups, sights = [], [], []
    for rule, state in sorted(states.items()):
        known, counted = state.groups.known(), state.windows.counted()
        columns = {name: known[name].copy() for name in GROUPS if name != "key"}
        groups.append(pl.DataFrame({"key": state.groups.of.keys(), **columns}, schema=GROUPS))
        sights.append(_sights(state, counted))
        carrying.append((rule, known.size, counted.size, state.windows.valued, state.windows.summed))
    return {
        "rules.correlations": pl.DataFrame(carrying, schema=CARRYING, orient="row"),
        "rules.groups": pl.concat([pl.DataFrame(schema=GROUPS), *groups]),
        "rules.sights": pl.concat([pl.DataFrame(schema=SIGHTS), *sights]),
    }


def _sights(state: CorrelationState, numbers: Ints) -> pl.DataFrame:
    """Return the sights that count, in order, with their values as they came; one of an event has none."""
    log = state.windows
    slots, value = log.slots[numbers], pl.repeat(None, numbers.size, dtype=pl.UInt64(), eager=True)
    if log.valued:
        value = pl.Series((log.keys[numbers] ^ _salts(state.groups.of.keys())[slots]).view(np.uint64))
    amount = pl.repeat(None, numbers.size, dtype=pl.Int64(), eager=True)
    if log.summed:
        amount = pl.Series(log.amounts[numbers])
    times, begins = log.times[numbers], log.since(numbers)
    columns = {"group": slots.astype(np.int32), "time": times, "value": value, "amount": amount, "begin": begins}
    return pl.DataFrame(columns, schema=SIGHTS)


def from_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, CorrelationState]:
    """Return the states held in tables; what is missing is empty."""
    states: dict[str, CorrelationState] = {}
    carrying = tables.get("rules.correlations")
    if carrying is None:
        return states
    groups, sights = tables["rules.groups"].select(*GROUPS), tables["rules.sights"]
    if "begin" not in sights.columns:  # of a version that did not keep it
        sights = sights.with_columns(pl.col("time").alias("begin"))
    sights = sights.select(*SIGHTS)
    for rule, many_groups, many_sights, valued, summed in carrying.select(*CARRYING).iter_rows():
        mine, held = groups[:many_groups], sights[:many_sights]
        groups, sights = groups[many_groups:], sights[many_sights:]
        state = states[rule] = CorrelationState(_no_groups(mine["key"].to_numpy()))
        for name in GROUPS.keys() - {"key"}:
            state.groups.rows[name][: mine.height] = mine[name].to_numpy()
        state.windows.make_room(mine.height)
        slots, keys = held["group"].to_numpy().astype(np.int64), None
        if valued:
            keys = held["value"].to_numpy().view(np.int64) ^ _salts(mine["key"].to_numpy())[slots]
        amounts = held["amount"].to_numpy() if summed else None
        state.windows.append(slots, keys, held["time"].to_numpy(), amounts, begins=held["begin"].to_numpy())
    return states
