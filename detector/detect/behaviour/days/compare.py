"""How far two days are apart, and what a usual one has: on the logarithmic scale on which behaviour is judged.

Comes in: days in the order of ``DAY_NUMBERS``. Goes out: factors, and numbers of a usual day.
"""

import numpy as np
import numpy.typing as npt

from detector.detect.behaviour.days.day_numbers import DAY_NUMBERS, step_of

Floats = npt.NDArray[np.float64]
_STEPS = np.array([step_of(name) for name in DAY_NUMBERS])


def _logs(days: npt.NDArray[np.int64] | Floats) -> Floats:
    return np.asarray(np.log1p(days / _STEPS), dtype=np.float64)


def days_apart(days: npt.NDArray[np.int64], day: npt.NDArray[np.int64]) -> Floats:
    """Return by which factor the numbers of each of ``days`` differ from those of ``day``, on average.

    The mean of the absolute differences of ``log(1 + number / step)`` over the numbers that are not 0 on both days, as
    a factor: 1.0 where all are equal, 2.0 where each is twice as much, or half, of what counts.
    """
    apart = np.abs(_logs(days) - _logs(day))
    told = ((days > 0) | (day > 0)).sum(axis=1)
    return np.asarray(np.exp(apart.sum(axis=1) / np.maximum(told, 1)), dtype=np.float64)


def usual_day(days: npt.NDArray[np.int64]) -> Floats:
    """Return what a usual one of some days (at least one) has: the mean on the logarithmic scale, and back."""
    return np.asarray(np.expm1(_logs(days).mean(axis=0)) * _STEPS, dtype=np.float64)


def above_usual(day: npt.NDArray[np.int64], usual: Floats) -> Floats:
    """Return how far each number of a day lies above a usual day's, on the logarithmic scale; 0 where it does not."""
    return np.asarray(np.maximum(_logs(day) - _logs(usual), 0), dtype=np.float64)


def amount_of_day(day: npt.NDArray[np.int64]) -> float:
    """Return how much a day brought, all numbers together; only for comparing days of one actor."""
    return float(_logs(day).sum())
