"""Runs of acts in time, and walks through neighbouring numbers: what tells taking in bulk from work beside it.

Comes in: moments, and numbers of clients, as arrays. Goes out: which of them belong to a run or a walk. Plain
functions; nothing of incidents or findings.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

LEAST_RUN: Final = 4
"""So many acts one soon after the other are a run."""
_LEAST_SPLIT: Final = 8
_APART: Final = math.log(4)
"""A pace of work that is less than this factor (as a logarithm) slower than the fast one is the same pace."""
_SECOND: Final = 1_000_000
_SHORTLY: Final = 1_800 * _SECOND
_BESIDE: Final = (1, 2, 3)
_MOST_GAP: Final = 300.0
# So many steps wide may gaps be in what was just read: lines between come late.
_GAPS: Final = 3


@dataclass(frozen=True, slots=True)
class TouchRuns:
    """Acts one soon after the other, a place of each array a run, in order of time.

    Attributes:
        first, last: In microseconds.
        paces: The median pause between its moments, in seconds.
    """

    first: Ints
    last: Ints
    paces: Floats
    _order: Ints
    _starts: Ints
    _ends: Ints

    @property
    def sizes(self) -> Ints:
        """How many acts each run has."""
        return self._ends - self._starts

    def rows(self, run: np.intp) -> Ints:
        """Return which places of the times belong to a run."""
        return self._order[self._starts[run] : self._ends[run]]

    def shares(self, marked: Mask) -> Floats:
        """Return which share of each run is marked."""
        total = np.concatenate([[0], np.cumsum(marked[self._order])])
        return np.asarray((total[self._ends] - total[self._starts]) / (self._ends - self._starts))


def fast_part(times: Ints) -> tuple[Mask, float | None]:
    """Say which acts were done in runs at the fast one of two paces, and the longest pause in them, in seconds.

    Where there are too few acts, or one pace only, all of them are, and there is no such pause.

    Args:
        times: In microseconds, in order; several of one moment are one act.
    """
    moments, place = np.unique(times, return_inverse=True)
    pause = (
        _between_paces(np.log(np.maximum(np.diff(moments) / _SECOND, 0.5))) if moments.size >= _LEAST_SPLIT else None
    )
    if pause is None:
        return np.ones(times.size, dtype=np.bool_), None
    group = np.cumsum(np.concatenate([[True], np.diff(moments) > pause * _SECOND])) - 1
    return (np.bincount(group)[group] >= LEAST_RUN)[place], pause


def _between_paces(gaps: Floats) -> float | None:
    """Return the pause, in seconds, that parts short gaps (logarithms) from long ones; None: they are of one kind."""
    short, long = float(np.percentile(gaps, 25)), float(gaps.max())
    for _ in range(50):
        low = gaps <= (short + long) / 2
        if low.all() or not low.any():
            return None
        means = float(gaps[low].mean()), float(gaps[~low].mean())
        if means == (short, long):
            break
        short, long = means
    return math.exp((short + long) / 2) if long - short >= _APART else None


def usual_pause(times: Ints) -> float:
    """Return the longest pause that some acts known to be of one matter make within a run, in seconds."""
    gaps = np.diff(np.unique(times)) / _SECOND
    return min(max(float(np.percentile(gaps, 75)) * 3, 20.0), _MOST_GAP) if gaps.size >= LEAST_RUN else 120.0


def usual_pace(times: Ints) -> float:
    """Return the median pause between acts, in seconds; 0 where there is none."""
    gaps = np.diff(np.unique(times)) / _SECOND
    return float(np.median(gaps)) if gaps.size else 0.0


def as_fast(paces: Floats, pace: float) -> Mask:
    """Say which paces (seconds) are like one: neither is more than twice the other, or a second apart."""
    alike = np.maximum(paces, pace) <= 2 * np.minimum(paces, pace)
    return np.asarray((np.abs(paces - pace) <= 1) | alike)


def runs(times: Ints, pause: float) -> TouchRuns:
    """Return the runs among acts that lie no further apart than a pause (seconds)."""
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    gaps = np.diff(ordered)
    starts = np.flatnonzero(np.concatenate([np.ones(min(times.size, 1), dtype=np.bool_), gaps > pause * _SECOND]))
    ends = np.append(starts[1:], times.size)[: starts.size]
    run = np.repeat(np.arange(starts.size), ends - starts)
    # Several acts of one moment are one, without a pause between them.
    inside = np.flatnonzero((gaps > 0) & (run[1:] == run[:-1]))
    pauses = np.bincount(run[inside], minlength=starts.size)
    long = np.flatnonzero(pauses >= LEAST_RUN - 1)
    by_length = gaps[inside][np.lexsort((gaps[inside], run[inside]))] / _SECOND
    begin, count = (np.cumsum(pauses) - pauses)[long], pauses[long]
    paces = (by_length[begin + (count - 1) // 2] + by_length[begin + count // 2]) / 2
    return TouchRuns(ordered[starts[long]], ordered[ends[long] - 1], paces, order, starts[long], ends[long])


def walk(times: Ints, numbers: Floats, steps: Mask, untold: Mask) -> Mask:
    """Say which openings of cards belong to a walk through numbers.

    Args:
        times: Of each, in microseconds.
        numbers: The client's; NaN: it has none.
        steps: Those known to be next to one opened shortly before. Others that lie as near to one of these, half an
            hour before or after it, are the walk's beginning, or were known to the actor already.
        untold: Those of which it is not known yet whether they are steps: they are where they lie as near to one, or to
            another of these that does.
    """
    found = steps & ~np.isnan(numbers)
    if not found.any():
        return found
    order = np.lexsort((times, numbers))
    order = order[~np.isnan(numbers[order])]
    number, time, step = numbers[order], times[order], found[order]
    nearest, to_step = np.full(order.size, np.inf), np.full(order.size, np.inf)
    for shift in _BESIDE:
        if shift >= order.size:
            break
        apart = number[shift:] - number[:-shift]
        fits = (apart > 0) & (np.abs(time[shift:] - time[:-shift]) <= _SHORTLY)
        for mine, other in ((slice(shift, None), slice(None, -shift)), (slice(None, -shift), slice(shift, None))):
            nearest[mine] = np.minimum(nearest[mine], np.where(fits, apart, np.inf))
            to_step[mine] = np.minimum(to_step[mine], np.where(fits & step[other], apart, np.inf))
    # What the first steps of all lie next to may have been opened before there was anything here.
    known = nearest[step & np.isfinite(nearest) & (time > times.min() + _SHORTLY)]
    reach = known.max() if known.size else np.percentile(nearest[step], 50)
    found[order[np.isfinite(to_step) & (to_step <= reach)]] = True
    if untold.any():
        chain = np.flatnonzero(step | untold[order])
        group = np.cumsum(np.concatenate([[True], np.diff(number[chain]) > _GAPS * reach])) - 1
        begun = np.bincount(group, weights=found[order[chain]]) > 0
        found[order[chain[begun[group]]]] = True
    return found
