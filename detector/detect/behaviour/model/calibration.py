"""From a number to how surprising it is: -log of the share of training windows that had at least as much.

Comes in: the values a statistic took over the training windows. Goes out: a ``Tail``, which turns further values into
surprise. Inside the training range it is the empirical share; above the 95 % point the share falls exponentially, so
that values never seen still differ from each other. ``score`` brings surprise to 0..1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_POINT = 0.95
_KNOTS = 64
# A statistic that varied in fewer windows than this share is called constant.
_CONSTANT = 0.001


@dataclass(frozen=True, slots=True)
class Tail:
    """A calibrated statistic: knots up to the 95 % point, then a straight line in -log p."""

    values: tuple[float, ...]
    surprises: tuple[float, ...]
    point: float
    start: float
    scale: float

    def surprise(self, values: Floats) -> Floats:
        """Return -log p of each value."""
        inside = np.interp(values, self.values, self.surprises)
        return np.where(values > self.point, self.start + (values - self.point) / self.scale, inside)


def fit_tail(values: Floats, least_scale: float) -> Tail:
    """Calibrate a statistic; ``least_scale`` keeps a tail of few windows from being too steep."""
    # Knots a denormal apart would make the line between them infinitely steep.
    ordered = np.sort(np.round(values, 9))
    point = float(np.quantile(ordered, _POINT))
    knots = np.unique(np.append(np.quantile(ordered, np.linspace(0, _POINT, _KNOTS)), point))
    share = 1.0 - np.searchsorted(ordered, knots, side="left") / ordered.size
    surprises = -np.log(np.maximum(share, 1.0 / ordered.size))
    above = ordered[ordered > point]
    more = above.size / ordered.size
    start = float(-np.log(max(more, 1 - _POINT))) if more >= _CONSTANT else float(surprises[-1])
    scale = max(float((above - point).mean()) if above.size else 0.0, least_scale)
    return Tail(tuple(map(float, knots)), tuple(map(float, surprises)), point, max(start, float(surprises[-1])), scale)


def score(surprise: Floats) -> Floats:
    """Return the share of training windows that were less surprising, 0..1."""
    return np.asarray(1.0 - np.exp(-np.maximum(surprise, 0.0)))
