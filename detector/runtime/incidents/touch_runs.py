"""Runs of acts in time, and walks through neighbouring numbers: what tells taking in bulk from work beside it.

Comes in: moments, and numbers of clients, as arrays. Goes out: which of them belong to a run or a walk. Plain
functions; nothing of incidents or findings.
"""

import math
from typing import Final, NamedTuple

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


class TouchRun(NamedTuple):
    """Acts one soon after the other.

    Attributes:
        first, last: In microseconds.
        rows: Which places of the array they are.
    """

    first: int
    last: int
    rows: Ints


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


def as_fast(pace: float, other: float) -> bool:
    """Tell whether two paces (seconds) are alike: neither is more than twice the other, or a second apart."""
    return abs(pace - other) <= 1 or max(pace, other) <= 2 * min(pace, other)


def runs(times: Ints, pause: float) -> list[TouchRun]:
    """Return the runs among acts that lie no further apart than a pause (seconds), in order of time."""
    if not times.size:
        return []
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(ordered) > pause * _SECOND]))
    found = [
        TouchRun(int(ordered[part[0]]), int(ordered[part[-1]]), order[part])
        for part in np.split(np.arange(order.size), starts[1:])
    ]
    return [run for run in found if np.unique(times[run.rows]).size >= LEAST_RUN]


def walk(times: Ints, numbers: Floats, steps: Mask) -> Mask:
    """Say which openings of cards belong to a walk through numbers.

    Args:
        times: Of each, in microseconds.
        numbers: The client's; NaN: it has none.
        steps: Those known to be next to one opened shortly before. Others that lie as near to one of these, half an
            hour before or after it, are the walk's beginning, or were known to the actor already.
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
    return found
