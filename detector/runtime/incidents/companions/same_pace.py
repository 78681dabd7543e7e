"""Accounts that worked beside an incident: on the next slice of the register, or at the same pace in the same hours.

Comes in: work around an incident. Goes out: a trace for each account. Counted are clients that are not an account's own
or its team's: of a slice also those that only lie next to each other, which is how who walks through a register
opens them. More than a few accounts that do so at once have a list to work through; and who does it on other days,
does its work. What a program did has no pace of people. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from detector.runtime.incidents.companions.same_clients import outstanding
from detector.runtime.incidents.companions.surrounding_work import SurroundingWork, not_own, unexplained
from detector.store import NEIGHBOUR, NOBODY
from detector.web.companions import SharedTrace, SharedWay

LEAST_CLIENTS = 20
"""Of fewer there is no pace, and no slice."""
MOST_AT_ONCE = 3
"""More accounts that do the same at once have the same task."""
LEAST_IN_HOUR = 10
TIMES_USUAL = 4.0
"""So many times what an account's other hours have on average an unusual one has."""
LEAST_HOURS = 8
"""Of fewer other hours nobody knows what is usual."""
PACE = 1.6
"""Paces that differ by more than this factor are not the same."""
ENDS = timedelta(hours=2)
"""Who begins so long after the other ended takes up where that one left off."""
_PAUSE = timedelta(minutes=30)
_BETWEEN = 10
_USUAL = _MOSTLY = 0.5
_TIMES = 4
_BY_PEOPLE = ~pl.col("role").str.starts_with("service:")
_AN_HOUR = timedelta(hours=1)
_EVER = datetime.max.replace(tzinfo=UTC)
_HOUR = pl.col("first").dt.truncate("1h").alias("hour")


@dataclass(frozen=True, slots=True)
class _Slice:
    """Neighbouring numbers of one series that somebody opened one after the other.

    Attributes:
        series: Of which ids. low / high: the first and the last number. gap: usual distance of two.
    """

    series: int
    low: int
    high: int
    gap: float
    count: int
    first: datetime
    last: datetime
    seconds: float

    def at_once(self, other: "_Slice") -> bool:
        """Return whether another one is of the same register, at the same time and the same pace."""
        overlaps = other.first - ENDS <= self.last and self.first <= other.last + ENDS
        return self.series == other.series and overlaps and alike(self.seconds, other.seconds)

    def beside(self, other: "_Slice") -> bool:
        """Return whether another one lies within this or next to it: no farther away than this is long."""
        reach = max(_BETWEEN * self.gap, self.high - self.low)
        return other.low - reach <= self.high and self.low <= other.high + reach


def alike(one: float, other: float) -> bool:
    """Return whether two paces, in seconds from client to client, are the same."""
    return one <= PACE * other and other <= PACE * one


def next_slices(work: SurroundingWork) -> Mapping[str, SharedTrace]:
    """Return who walked through the same or the next slice of the register at the time, by account."""
    slices = _slices(not_own(work.mine.filter(_BY_PEOPLE)))
    if not slices:
        return {}
    since, until = min(each.first for each in slices) - ENDS, max(each.last for each in slices) + ENDS
    found: dict[str, SharedTrace] = {}
    walkers = 0
    open_ones = not_own(work.others)
    near = open_ones.filter(pl.col("first").is_between(since, until))
    elsewhen = open_ones.filter(~pl.col("first").is_between(since, until) & (pl.col("why") == NEIGHBOUR))
    usual = dict(
        elsewhen.group_by("who", pl.col("first").dt.date()).len().group_by("who").agg(pl.col("len").max()).iter_rows()
    )
    for (who,), rows in near.group_by("who"):
        at_once = [(own, their) for their in _slices(rows) for own in slices if own.at_once(their)]
        walkers += bool(at_once)
        pairs = [(own, their) for own, their in at_once if own.beside(their)]
        if not pairs:
            continue
        own, their = max(pairs, key=lambda each: (each[1].count, each[1].low, each[0].low))
        if usual.get(who, 0) < _USUAL * their.count:
            found[str(who)] = SharedTrace(
                way=SharedWay.SLICE, first_at=their.first, last_at=their.last, count=their.count, of=own.count,
                seconds=round(their.seconds), own_seconds=round(own.seconds),
            )  # fmt: skip
    return found if walkers <= MOST_AT_ONCE else {}


def same_pace(work: SurroundingWork) -> Mapping[str, SharedTrace]:
    """Return who opened far more than usual that nothing explains in the same hours as the incident, by account.

    Hours are the same that are not more than one apart. An hour is unusual that has several times what the account's
    other hours have on average, and more than each but one of them. Hours after the incident began that stand out
    likewise are none of these: a theft goes on for days, and findings may tell of the first. Colleagues have far less
    in these hours, and most of the incident lies in them.
    """
    mine = unexplained(work.mine).filter(_BY_PEOPLE)
    in_time = _by_hour(mine)
    begins = min(in_time, default=_EVER)
    hours = _unusual(in_time, _by_hour(work.mine_elsewhen), begins)
    bursts = mine.filter(_HOUR.is_in(hours))
    if bursts.height < max(LEAST_CLIENTS, _MOSTLY * mine.height):
        return {}
    around = {hour + apart * _AN_HOUR for hour in hours for apart in (-1, 0, 1)}
    near = pl.col("hour").is_in(sorted(around))
    others = work.others.with_columns(hour=_HOUR)
    there = unexplained(others).filter(near)
    busy = there.group_by("who").len().filter(pl.col("len") >= LEAST_CLIENTS).get_column("who").sort()
    found: dict[str, SharedTrace] = {}
    counts: dict[str, tuple[int, Mapping[str, int]]] = {}
    for who in busy:
        own = others.filter(pl.col("who") == who)
        same = _unusual(_by_hour(own.filter(near)), _by_hour(own.filter(~near)), begins - _AN_HOUR)
        rows = unexplained(own).filter(pl.col("hour").is_in(same))
        met = [hour for hour in hours if any(abs(hour - other) <= _AN_HOUR for other in same)]
        if 2 * len(met) >= len(hours) and _alike(rows, bursts):
            others_then = there.filter(pl.col("hour").is_in(same)).group_by("who").len()
            counts[who] = rows.height, dict(others_then.iter_rows())
            found[who] = SharedTrace(
                way=SharedWay.PACE,
                first_at=rows.get_column("first").min(),  # type: ignore[arg-type]
                last_at=rows.get_column("first").max(),  # type: ignore[arg-type]
                count=rows.height,
                of=bursts.height,
                seconds=round(pace_of(rows)),
                own_seconds=round(pace_of(bursts)),
            )
    return outstanding(work, found, counts) if len(found) <= MOST_AT_ONCE else {}


def _alike(rows: pl.DataFrame, bursts: pl.DataFrame) -> bool:
    """Return whether two have about as many clients, at the same pace."""
    few = rows.height < max(LEAST_CLIENTS, bursts.height / _TIMES)
    return not few and rows.height <= bursts.height * _TIMES and alike(pace_of(rows), pace_of(bursts))


def _by_hour(rows: pl.DataFrame) -> dict[datetime, int]:
    """Return how many clients nothing explains in each hour in which somebody opened any."""
    open_ones = (pl.col("why") == NOBODY).sum()
    return dict(rows.group_by(_HOUR).agg(open_ones).iter_rows())


def _unusual(hours: Mapping[datetime, int], usual: Mapping[datetime, int], since: datetime) -> list[datetime]:
    """Return the hours that have far more than others on average, and more than each but one of them.

    Args:
        hours: Of which it is asked.
        usual: Others.
        since: Those of the others, from then on, that stand out likewise are left out: the matter goes on.
    """
    calm = _calm(usual, since)
    if len(calm) < LEAST_HOURS:
        return []
    least = max(_far_more(calm), sorted(calm.values())[-2] + 1)
    return sorted(hour for hour, count in hours.items() if count >= least)


def _calm(hours: Mapping[datetime, int], since: datetime) -> Mapping[datetime, int]:
    """Return hours without those, from some moment on, that have far more than the others and than those before it."""
    before = sorted(count for hour, count in hours.items() if hour < since)
    highest = before[-2] + 1 if len(before) > 1 else 0
    while hours:
        least = max(_far_more(hours), highest)
        left = {hour: count for hour, count in hours.items() if hour < since or count < least}
        if len(left) == len(hours):
            break
        hours = left
    return hours


def _far_more(hours: Mapping[datetime, int]) -> float:
    """Return how much an hour has at least that has far more than some others on average."""
    return max(LEAST_IN_HOUR, TIMES_USUAL * sum(hours.values()) / len(hours))


def pace_of(rows: pl.DataFrame) -> float:
    """Return how many seconds are between one client and the next in the middle, pauses aside."""
    gaps = rows.get_column("first").sort().diff().drop_nulls()
    seconds = gaps.filter(gaps <= _PAUSE).median()
    return seconds.total_seconds() if isinstance(seconds, timedelta) else _PAUSE.total_seconds()


def _slices(rows: pl.DataFrame) -> list[_Slice]:
    """Return the slices of some clients; none where most were not opened one next to the other."""
    numbered = rows.drop_nulls("number")
    neighbours = numbered.filter(pl.col("why") == NEIGHBOUR).height
    if numbered.height < LEAST_CLIENTS or neighbours < _USUAL * numbered.height:
        return []
    found = []
    for (series,), of in numbered.group_by("series"):
        ordered = of.sort("number")
        steps = ordered.get_column("number").diff().fill_null(0)
        gap = max(float(steps.slice(1).median() or 1), 1.0)  # type: ignore[arg-type]
        run = (steps > _BETWEEN * gap).cum_sum().alias("run")
        for part in ordered.with_columns(run).partition_by("run"):
            if part.height >= LEAST_CLIENTS:
                numbers, times = part.get_column("number"), part.get_column("first")
                found.append(
                    _Slice(
                        series=int(str(series)),
                        low=int(numbers[0]),
                        high=int(numbers[-1]),
                        gap=gap,
                        count=part.height,
                        first=times.min(),  # type: ignore[arg-type]
                        last=times.max(),  # type: ignore[arg-type]
                        seconds=pace_of(part),
                    )
                )
    return found
