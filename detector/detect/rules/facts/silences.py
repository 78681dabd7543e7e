"""How long an account was silent before it woke.

Comes in: events in order, who is on leave, and when the company is closed. Goes out: the columns ``nabat.on_leave``,
``nabat.holiday`` and ``nabat.silent_days``: of what an account does within a day of waking, the whole days between its
last touch of client data, or sign-in, and the first one now. Days of its leave, and holidays, do not count.
An account that has a role in the directory and was never seen is silent
since the first event of all, and ``nabat.account_unused``. Less than ``LEAST`` days are no silence.

``MAX_ACCOUNTS`` are remembered, for good: beyond them those seen over the fewest days are let go of, of equals those
not seen for longest. So nobody who makes up names makes an account one that was never seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Records
from detector.detect.key_memory import KeyMemory
from detector.detect.rules.columns.frame_view import NONE, FrameView
from detector.detect.sorted_groups import begins_of, grouping
from detector.schema.events.columns import ACCOUNT
from detector.settings.lists.absence import Absence, HoursAway, Leave

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Spans = tuple[tuple[int, int], ...]
"""From when until when, in microseconds, in order and apart from each other."""

ON_LEAVE: Final = "nabat.on_leave"
HOLIDAY: Final = "nabat.holiday"
SILENT_DAYS: Final = "nabat.silent_days"
UNUSED: Final = "nabat.account_unused"
OF_SILENCE: Final = (SILENT_DAYS, UNUSED)
LEAST: Final = 10
MAX_ACCOUNTS: Final = 500_000
_DAY: Final = 86_400_000_000
_NEVER: Final = -(1 << 62)
_FIELDS: Final = ("first", "last", "woke", "days")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_UNKNOWN = np.array((-_NEVER, _NEVER, _NEVER, 0), dtype=[(name, "i8") for name in _FIELDS])
_ANYBODY = np.array([0x616E79626F6479], dtype=np.uint64)  # the key of all accounts together


@dataclass(frozen=True, slots=True)
class Absences:
    """When people are away, and when the company is closed.

    Attributes:
        of: By ``actor.id``, when each is away. closed: When the company is.
    """

    of: Mapping[str, Spans] = field(default_factory=dict)
    closed: Spans = ()

    def silent(self, actor: str) -> Spans:
        """Return when nothing is expected of an actor."""
        return _joined([*self.of.get(actor, ()), *self.closed])


def absences(leave: Mapping[str, Sequence[Absence]], holidays: Sequence[Absence], zone: str) -> Absences:
    """Return leave and holidays as moments.

    Leave begins at noon of its first day: until then a night shift may last. Days that follow each other are joined.
    """
    away = {f"{ACCOUNT}{account}": _of_person(times, ZoneInfo(zone)) for account, times in leave.items()}
    return Absences(away, _joined(_span(each, ZoneInfo(zone), time()) for each in holidays))


def _of_person(times: Sequence[Absence], zone: ZoneInfo) -> Spans:
    days: list[tuple[int, int]] = []
    for one in sorted(each for each in times if isinstance(each, Leave)):
        begin, end = _span(one, zone, time(12))
        if days and begin - days[-1][1] <= _DAY // 2:
            begin, end = days[-1][0], max(end, days.pop()[1])
        days.append((begin, end))
    return _joined([*days, *(_span(each, zone, time()) for each in times if isinstance(each, HoursAway))])


def _span(one: Absence, zone: ZoneInfo, begins: time) -> tuple[int, int]:
    """Return an absence as moments; ``begins``: at what time its first day does."""
    if isinstance(one, HoursAway):
        return (one.begin - _EPOCH) // _MICROSECOND, (one.end - _EPOCH) // _MICROSECOND
    ends = one.until + timedelta(days=1)
    return (
        (datetime.combine(one.begin, begins, zone).astimezone(UTC) - _EPOCH) // _MICROSECOND,
        (datetime.combine(ends, time(), zone).astimezone(UTC) - _EPOCH) // _MICROSECOND,
    )


def _joined(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return spans in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for span in sorted(spans):
        if found and span[0] <= found[-1][1]:
            found[-1] = found[-1][0], max(span[1], found[-1][1])
        else:
            found.append(span)
    return tuple(found)


def on_leave(view: FrameView, away: Absences) -> pl.Series | None:
    """Say whose actor is on leave; None: nobody's."""
    found = np.zeros(view.height, dtype=np.bool_)
    actors = view.codes("actor.id") if away.of else None
    for code, actor in enumerate(actors.texts if actors else ()):
        if actors and actor in away.of:
            rows = np.flatnonzero(actors.of == code)
            found[rows] = _lie_in(view.time[rows], away.of[actor])
    return pl.Series(ON_LEAVE, found) if found.any() else None


def on_holiday(view: FrameView, away: Absences) -> pl.Series | None:
    """Say which events happened while the company is closed; None: none did."""
    found = _lie_in(view.time, away.closed)
    return pl.Series(HOLIDAY, found) if found.any() else None


def _lie_in(moments: Ints, spans: Spans) -> Mask:
    """Say which moments lie in spans."""
    if not spans:
        return np.zeros(moments.size, dtype=np.bool_)
    begins, ends = np.array(spans, dtype=np.int64).T
    at = np.searchsorted(begins, moments, side="right") - 1
    return np.asarray((at >= 0) & (moments < ends[np.maximum(at, 0)]))


@dataclass(slots=True)
class Silences(KeyMemory):
    """When each account was first and last active, when it last woke, and how many days it had been silent then."""

    of: Records[np.void] = field(default_factory=partial(Records, _UNKNOWN))
    most: int = MAX_ACCOUNTS

    def step(self, view: FrameView, away: Absences) -> dict[str, pl.Series | None]:
        """Take further rows in; return for how long accounts were silent that woke. None: none did."""
        nothing = dict[str, pl.Series | None].fromkeys(OF_SILENCE)
        if not view.height:
            return nothing
        began = self._began(int(view.time[0]))
        actors = view.codes("actor.id").of
        active = (actors != NONE) & view.there("user.id") & view.there("event.outcome")
        active &= ~view.holds("event.outcome", "failure")
        active &= (view.there("object.type") & view.touches()) | view.holds("event.action", "login")
        rows = np.flatnonzero(active)
        if not rows.size:
            return nothing
        rows = rows[grouping(actors[rows], len(view.codes("actor.id").texts))]
        begins = begins_of(actors[rows])
        starts, group = np.flatnonzero(begins), np.cumsum(begins) - 1
        slots = self.of.at(view.marks("actor.id")[actors[rows[starts]]])
        known, time = self.of.rows[slots], view.time[rows]
        # What is judged again may lie before what is known already.
        before = np.maximum(np.where(begins, _NEVER, np.roll(time, 1)), known["last"][group])
        never = begins & (before == _NEVER)
        if never.any():
            before[never] = np.where(view.there("user.roles")[rows[never]], began, time[never])
        wakes = np.flatnonzero(time - before >= LEAST * _DAY)
        woke, days = known["woke"][group], known["days"][group]
        for wake in wakes.tolist():
            text = view.codes("actor.id").text(int(actors[rows[wake]]))
            silent = _outside(int(before[wake]), int(time[wake]), away.silent(text or ""))
            here = (group == group[wake]) & (np.arange(rows.size) >= wake)
            woke[here], days[here] = time[wake], silent // _DAY
        ends = np.append(starts[1:], rows.size) - 1
        known["first"] = np.minimum(known["first"], time[starts])
        known["last"] = np.maximum(known["last"], time[ends])
        known["woke"], known["days"] = woke[ends], days[ends]
        self.of.rows[slots] = known
        self._sweep()
        awake = (time >= woke) & (time - woke < _DAY) & (days >= LEAST)
        if not awake.any():
            return nothing
        unused = np.zeros(view.height, dtype=np.bool_)
        unused[rows] = awake & (known["first"][group] == woke)
        return {
            SILENT_DAYS: view.spread(SILENT_DAYS, rows[awake], days[awake]),
            UNUSED: pl.Series(UNUSED, unused) if unused.any() else None,
        }

    def _began(self, now: int) -> int:
        """Return when the first event of all was read."""
        slots = self.of.at(_ANYBODY)
        self.of.rows["first"][slots] = np.minimum(self.of.rows["first"][slots], now)
        self.of.rows["last"][slots] = np.maximum(self.of.rows["last"][slots], now)
        return int(self.of.rows["first"][slots[0]])

    def _sweep(self) -> None:
        if self.of.size > self.most:
            known = self.of.known()
            days = (known["last"] - known["first"]) // _DAY
            self.retain(days, known["last"])


def _outside(begin: int, end: int, away: Sequence[tuple[int, int]]) -> int:
    """Return how long a span is without what lies in others, which are apart."""
    return end - begin - sum(max(0, min(end, last) - max(begin, first)) for first, last in away)
