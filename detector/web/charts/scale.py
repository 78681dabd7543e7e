"""The vertical scale of a chart: linear, or logarithmic where one value is many times what is usual.

Comes in: values. Goes out: places from 0 (bottom) to 1 (top), and where lines with a number stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log1p, log10
from statistics import median

_MANY_TIMES = 20
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis.

    Attributes:
        top: The value at the top, at least 1.
        logarithmic: Places are those of ``log(1 + value)``.
        lines: Values at which a line stands, the least first; 0 and ``top`` among them.
    """

    top: int
    logarithmic: bool
    lines: tuple[int, ...]

    def place(self, value: float) -> float:
        """Return how high a value stands, from 0 to 1."""
        share = log1p(value) / log1p(self.top) if self.logarithmic else value / self.top
        return min(max(share, 0.0), 1.0)


def scale_for(values: Sequence[int]) -> Scale:
    """Return the scale for values that are not negative."""
    some = [value for value in values if value > 0]
    highest = max(some, default=1)
    if some and highest > _MANY_TIMES * median(some):
        powers = ceil(log10(highest))
        step = ceil(powers / _MOST_LINES)
        return Scale(10**powers, True, (0, *(10**power for power in reversed(range(powers, 0, -step)))))
    step = max(1, round(_round_step(highest / _MOST_LINES)))
    return Scale(step * ceil(highest / step), False, tuple(range(0, step * ceil(highest / step) + 1, step)))


def round_ticks(highest: float) -> tuple[float, ...]:
    """Return round numbers from 0 up to one no less than this (which is more than 0), fractions among them."""
    step = _round_step(highest / _MOST_LINES)
    return tuple(round(step * number, 9) for number in range(ceil(highest / step - 1e-9) + 1))


def _round_step(least: float) -> float:
    """Return the least of ... 0.5, 1, 2, 5, 10, 20 ... that is no less than this."""
    power = 10.0 ** floor(log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
