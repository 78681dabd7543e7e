"""Correlations as statements that begin, go on and end.

Comes in: for each correlation the rows of its base rules, in total order, and the state, which is changed in place.
Goes out: the rows at which a statement began, and all rows behind open statements, for the ledger. The statement begins
at the row that makes the condition true and goes on while it stays true; once a row finds it false, or the window has
emptied, it is armed again.

At most ``MAX_GROUPS`` groups of a correlation are remembered; those quiet for longest are let go of first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.members import Members, members_of
from detector.detect.rules.ruleset import CorrelationRule
from detector.detect.rules.view import View
from detector.detect.rules.windows import MAX_GROUPS, Came, Windows, held, quiet_up_to

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

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
_STANDING = np.dtype([("last", "i8"), ("true", "?"), ("began", "i8"), ("first", "i8"), ("peak", "i8"), ("salt", "i8")])
_HIGH = 1 << 40  # higher than any count


@dataclass(slots=True)
class CorrelationState:
    """What one correlation carries.

    Attributes:
        groups: Slot of each group.
        standing: By slot: time of the latest event, whether the condition held there, and of the statement its
            beginning, its oldest event, its highest count. ``salt``: keeps equal values of two groups apart.
        windows: What the groups hold.
        sweep_at: At how many groups the quiet ones are looked for.
    """

    groups: dict[str, int] = field(default_factory=dict)
    standing: npt.NDArray[np.void] = field(default_factory=lambda: np.zeros(16, _STANDING))
    windows: Windows = field(default_factory=Windows)
    sweep_at: int = _SWEEP

    @staticmethod
    def empty() -> "CorrelationState":
        """Return the state before the first event."""
        return CorrelationState()

    def slots(self, texts: list[str]) -> Ints:
        """Return the slots of groups; new ones get one."""
        groups, before = self.groups, len(self.groups)
        found = [groups.setdefault(text, len(groups)) for text in texts]
        if len(groups) > before:
            if len(groups) > self.standing.size:
                self.standing = np.append(self.standing, np.zeros(len(groups), _STANDING))
            self.windows.make_room(len(groups))
            for text, slot in zip(texts, found, strict=True):
                if slot >= before:
                    self.standing[slot] = (0, False, 0, 0, 0, hash(text))
        return np.array(found, dtype=np.int64)


class Stated(NamedTuple):
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


_NO_ROWS = np.empty(0, np.int64)
NOTHING = Stated(_NO_ROWS, _NO_ROWS, [], _NO_ROWS, _NO_ROWS, _NO_ROWS, _NO_ROWS)


def correlate(
    rule: CorrelationRule,
    state: CorrelationState,
    view: View,
    rows_of: Mapping[str, Ints],
    time: Ints,
    shared: dict[object, Members | None] | None = None,
) -> Stated:
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
    slots = state.slots([members.texts[code] for code in codes.tolist()])
    before = state.windows.live[slots]
    came = _take(state, members, at, codes, slots)
    if int(state.windows.live[slots].max()) <= quiet_up_to(rule):
        lasts = members.order[np.append(members.starts[1:], at.size) - 1]
        state.standing["true"][slots] = False
        state.standing["last"][slots] = at[lasts]
        stated = NOTHING
    else:
        counts = state.windows.counts(members, slots, at, came, rule.span_us, before)
        stated = _state(rule, state, members, at, slots, came, counts)
    state.windows.tidy(held(rule), int(at[-1]) - rule.span_us)
    if len(state.groups) > state.sweep_at:
        _sweep(state, int(at[-1]) - rule.span_us)
    return stated


def _take(state: CorrelationState, members: Members, at: Ints, codes: Ints, slots: Ints) -> Came:
    """Put the members' sights into the log."""
    slot_of = np.empty(len(members.texts), dtype=np.int64)
    slot_of[codes] = slots
    mine = slot_of[members.groups]
    size = state.windows.size
    if members.values is None:
        owners = np.arange(at.size)
        return Came(owners, state.windows.append(mine, None, at), size + owners + 1)
    owners = members.values.owners()
    keys = members.values.values ^ state.standing["salt"][mine[owners]]
    before = state.windows.append(mine[owners], keys, at[owners])
    return Came(owners, before, size + members.values.begin[1:])


def _state(
    rule: CorrelationRule,
    state: CorrelationState,
    members: Members,
    at: Ints,
    slots: Ints,
    came: Came,
    counts: Ints,
) -> Stated:
    """Let statements begin, go on and end; members are taken by group."""
    order, starts, most = members.order, members.starts, held(rule)
    ends = np.append(starts[1:], order.size) - 1
    group = np.repeat(np.arange(slots.size), ends - starts + 1)
    time, standing = at[order], state.standing[slots]
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
    done = Stated(
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
    state.standing[slots] = standing
    return done


def _sweep(state: CorrelationState, edge: int) -> None:
    """Let go of groups whose window has emptied, and of the quietest ones beyond the bound."""
    windows, last = state.windows, state.standing["last"]
    windows.expire(edge)
    kept = {text: slot for text, slot in state.groups.items() if last[slot] >= edge}
    if len(kept) > MAX_GROUPS:
        latest = sorted(kept, key=lambda text: (last[kept[text]], text))[-MAX_GROUPS:]
        kept = {text: kept[text] for text in latest}
    slots = np.fromiter(kept.values(), dtype=np.int64, count=len(kept))
    moved = np.full(windows.live.size, -1)
    moved[slots] = np.arange(slots.size)
    numbers = windows.counted()
    windows.keep(numbers[moved[windows.slots[numbers]] >= 0])
    windows.slots[: windows.size] = moved[windows.slots[: windows.size]]
    windows.live = np.append(windows.live[slots], np.zeros(slots.size + 16, np.int64))
    state.standing = np.append(state.standing[slots], np.zeros(slots.size + 16, _STANDING))
    state.groups = {text: slot for slot, text in enumerate(kept)}
    state.sweep_at = min(2 * len(kept) + _SWEEP, MAX_GROUPS + _SWEEP)


def to_tables(states: Mapping[str, CorrelationState]) -> dict[str, pl.DataFrame]:
    """Return the states of correlations, by id of the rule, as tables."""
    windows, groups = [], []
    for rule, state in sorted(states.items()):
        texts = pl.Series("group", list(state.groups), dtype=pl.String())
        standing = state.standing[: len(state.groups)]
        mine = {name: pl.Series(standing[name].copy()).cast(kind) for name, kind in OPEN.items() if name != "group"}
        groups.append(pl.DataFrame({"group": texts, **mine}).select(pl.lit(rule).alias("rule"), *OPEN))
        windows.append(_window_table(rule, state, texts))
    return {
        "rules.windows": pl.concat([pl.DataFrame(schema={"rule": pl.String(), **CARRIED}), *windows]),
        "rules.groups": pl.concat([pl.DataFrame(schema={"rule": pl.String(), **OPEN}), *groups]),
    }


def _window_table(rule: str, state: CorrelationState, texts: pl.Series) -> pl.DataFrame:
    """Return the sights that count; one of an event has no value."""
    log = state.windows
    numbers = log.counted()
    slots = log.slots[numbers]
    values = pl.repeat(None, numbers.size, dtype=pl.UInt64(), eager=True)
    if log.valued:
        values = pl.Series((log.keys[numbers] ^ state.standing["salt"][slots]).view(np.uint64))
    columns = {"group": texts[slots], "time": pl.Series(log.times[numbers]), "value": values}
    return pl.DataFrame(columns, schema=CARRIED).select(pl.lit(rule).alias("rule"), *CARRIED)


def from_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, CorrelationState]:
    """Return the states held in tables; what is missing is empty."""
    states: dict[str, CorrelationState] = {}
    windows, groups = tables.get("rules.windows"), tables.get("rules.groups")
    if windows is None or groups is None:
        return states
    for (rule,), table in groups.select("rule", *OPEN).partition_by("rule", as_dict=True).items():
        state = states[str(rule)] = CorrelationState()
        slots = state.slots(table["group"].to_list())
        for name in OPEN.keys() - {"group"}:
            state.standing[name][slots] = table[name].to_numpy()
    for (rule,), table in windows.select("rule", *CARRIED).partition_by("rule", as_dict=True).items():
        state = states[str(rule)]
        sights = table.sort("time", maintain_order=True)
        slots = state.slots(sights["group"].to_list())
        keys = None
        if not sights["value"].null_count():
            keys = sights["value"].to_numpy().view(np.int64) ^ state.standing["salt"][slots]
        state.windows.append(slots, keys, sights["time"].to_numpy())
    return states
