"""Which moments a log of today can mean: those from 1990 to 2100. Any other is a broken clock or a broken line.

Comes in: moments. Goes out: the same with null in place of others, or which are good.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_LAST = datetime(2100, 1, 1, tzinfo=UTC)
FIRST = (_FIRST - EPOCH) // MICROSECOND
"""Microseconds since 1970 of the first plausible moment."""
LAST = (_LAST - EPOCH) // MICROSECOND
"""Those of the first moment that is not plausible any more."""


def plausible(times: pl.Series) -> pl.Series:
    """Return ``times`` with null in place of moments no log of today can mean."""
    moments = times.cast(pl.Int64())  # a year that Python's dates do not have must not raise
    low, high = moments.min(), moments.max()
    if low is None or (isinstance(low, int) and isinstance(high, int) and low >= FIRST and high < LAST):
        return times
    return (
        times.to_frame("t").select(pl.when(pl.col("t").is_between(_FIRST, _LAST, closed="left")).then("t")).to_series()
    )


def plausible_micros(moments: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say of moments in microseconds which of them a log of today can mean."""
    good: npt.NDArray[np.bool_] = (moments >= FIRST) & (moments < LAST)
    return good
