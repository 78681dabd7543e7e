"""Rows that came late, counted by long correlations where they belong.

Comes in: of a correlation over more than an hour the rows of its base rules that came behind others which had been
judged, and its state, which is changed in place. Goes out: the rows behind statements that hold because of them.

What lies further back than an hour is not judged again (``detector.detect.rules.provisional``), and a day is what a log
that was held up for minutes would be missing from. So such rows are put among the sights a window holds, at their own
time, and the groups they belong to are gone over once: a statement begins at the first sight at which the condition
holds, as it would have if every row had come in time. Which rows after that one had been judged before is not known any
more: of these the finding, and a correlation over this one, count those alone that came late, or the latest of them
where all lie before it. Where a value was seen last before that sight is not known either if it was seen again behind
it: the oldest event may be told a little too early.

A row may come late in its own log and be ahead of another one that is waited for: it is kept until everything before it
has been judged.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.ordering.buffer import ReorderBuffer
from detector.detect.rules.columns.frame_view import Acts, FrameView
from detector.detect.rules.correlation.episodes import NOTHING, CorrelationState, Episodes, member_values
from detector.detect.rules.correlation.groups import Members, members_of
from detector.detect.rules.correlation.sliding_windows import capacity, most_told
from detector.detect.rules.ruleset import CorrelationRule

Ints = npt.NDArray[np.int64]

_ACTS = ("act.id", "act.repeated", "act.at_address")


def kept(rows: pl.DataFrame, acts: Acts | None) -> pl.DataFrame:
    """Return rows with the acts they tell of, to be counted later; without acts each tells of one of its own."""
    if acts is None:
        none = np.zeros(rows.height, np.bool_)
        acts = Acts(rows.select("log.stream", "log.offset").hash_rows().to_numpy(), none, none)
    return rows.with_columns(pl.Series(name, each) for name, each in zip(_ACTS, acts[: len(_ACTS)], strict=True))


def taken(rows: pl.DataFrame) -> tuple[pl.DataFrame, Acts]:
    """Return the rows that were kept, and the acts they tell of."""
    return rows.drop(_ACTS), Acts(*(rows.get_column(name).to_numpy() for name in _ACTS))


def to_table(rows: ReorderBuffer) -> pl.DataFrame:
    """Return what is kept, for a snapshot."""
    return frames.known(rows.to_frame())


def from_table(table: pl.DataFrame | None) -> ReorderBuffer:
    """Return what a snapshot holds."""
    if table is None or not table.height:
        return ReorderBuffer()
    return ReorderBuffer.from_frame(frames.complete(table).hstack(table.select(_ACTS)))


class _Statement(NamedTuple):
    """A statement about a group.

    Attributes:
        began / first / peak: When it began, its oldest event, its highest count.
        true: It holds at the latest sight. open: it was told of, and begins where it did.
        after: How many sights of the moment it began at are behind it, its first one included.
    """

    began: int
    first: int
    peak: int
    true: bool
    open: bool
    after: int


def place(
    rule: CorrelationRule,
    state: CorrelationState,
    view: FrameView,
    rows_of: Mapping[str, Ints],
    shared: dict[object, Members | None],
) -> Episodes:
    """Count rows that came late, in order of time, each no later than what was judged last.

    Args:
        rule: The correlation; its condition asks for many (``gt``, ``gte``).
        state: Its state; changed.
        view: The events.
        rows_of: Rows of each base rule, by id.
        shared: What correlations of the same events read of them, kept for the next one.
    """
    members = members_of(rule, view, rows_of, shared)
    if members is None:
        return NOTHING
    at = view.time[members.rows]
    codes = members.groups[members.order[members.starts]]
    slots = state.slots(members.marks[codes])
    mine, keys, owners = member_values(members, codes, slots)
    amounts = None if members.amounts is None else members.amounts[owners]
    state.windows.insert(mine, keys, at[owners], amounts, span=rule.span_us)
    told = list(_told(rule, state, members, at, slots))
    state.windows.tidy(capacity(rule), int(at.max()) - rule.span_us)
    if not told:
        return NOTHING
    many = [places.size for places, _ in told]
    places = np.concatenate([places for places, _ in told])
    began, first, peak = (
        np.repeat([getattr(statement, name) for _, statement in told], many) for name in ("began", "first", "peak")
    )
    rows = members.rows[places]
    begun = np.unique([members.rows[places[0]] for places, statement in told if not statement.open]).astype(np.int64)
    return Episodes(rows, members.groups[places], members.texts, began, first, peak, begun)


def _told(
    rule: CorrelationRule, state: CorrelationState, members: Members, at: Ints, slots: Ints
) -> Iterator[tuple[Ints, _Statement]]:
    """Yield the statements that hold in the groups that members belong to, with the places of members behind them."""
    ends = np.append(members.starts[1:], at.size)
    standing = state.groups.rows
    for slot, start, end in zip(slots.tolist(), members.starts.tolist(), ends.tolist(), strict=True):
        places = members.order[start:end]
        standing["last"][slot] = max(int(standing["last"][slot]), int(at[places[-1]]))
        if state.windows.live[slot] <= rule.quiet_up_to:
            continue
        statement = _statement(rule, state, slot)
        if statement is None:
            continue
        for name in ("began", "first", "peak", "true"):
            standing[name][slot] = getattr(statement, name)
        behind = places[at[places] >= statement.began]
        same = int(np.count_nonzero(at[behind] == statement.began))  # of one moment, what comes late stands last
        behind = behind[max(same - statement.after, 0) :]
        if statement.open and not behind.size:
            continue  # it was told of, and goes on
        yield (behind if behind.size else places[-1:]), statement


def _counted(rule: CorrelationRule, lasts: Ints, begins: Ints, amounts: Ints) -> tuple[Ints, Ints]:
    """Return the moments at which something came into a window, or is seen last, in order, and what it held then.

    A value that is seen again and again counts from the first time on: where it was seen in between need not be known.
    """
    again = begins < lasts
    times = np.concatenate([begins, lasts[again]])
    order = np.argsort(times, kind="stable")
    times, came = times[order], np.concatenate([amounts, np.zeros(np.count_nonzero(again), np.int64)])[order]
    gone = np.searchsorted(lasts, times - rule.span_us)
    return times, np.minimum(np.cumsum(came) - np.append(0, np.cumsum(amounts))[gone], most_told(rule))


def _oldest(rule: CorrelationRule, lasts: Ints, begins: Ints, moment: int) -> int:
    """Return the oldest of what a window held at a moment; of what is seen again behind it, the beginning is known."""
    edge = moment - rule.span_us
    seen = np.where(lasts <= moment, lasts, np.maximum(begins, edge))
    return int(seen[(begins <= moment) & (lasts >= edge)].min())


def _statement(rule: CorrelationRule, state: CorrelationState, slot: int) -> _Statement | None:
    """Return the latest statement about a group; one that was open goes on."""
    lasts, begins, amounts = state.windows.of(slot)
    times, counts = _counted(rule, lasts, begins, amounts)
    true = rule.hold(counts)
    if not true.any():
        return None
    last = int(np.flatnonzero(true)[-1])
    before = np.flatnonzero(~true[:last])
    begin = int(before[-1]) + 1 if before.size else 0
    began = int(times[begin])
    first = _oldest(rule, lasts, begins, began)
    after = int(np.searchsorted(times, began, side="right")) - begin
    peak = int(counts[begin : last + 1].max())
    known = state.groups.rows[slot]
    is_open = bool(known["true"]) and int(known["began"]) <= int(times[last])
    if is_open:
        first, peak = min(first, int(known["first"])), max(peak, int(known["peak"]))
        dedup = rule.about.dedup // timedelta(microseconds=1)
        # What came late may show that it began earlier, and is told of then; in another period it would be another one.
        is_open = began >= int(known["began"]) or began // dedup != int(known["began"]) // dedup
        if is_open:
            began, after = int(known["began"]), times.size
    return _Statement(began, first, peak, bool(true[-1]), is_open, after)
