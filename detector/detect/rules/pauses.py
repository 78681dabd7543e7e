"""The last hour of logs that tell nothing just now: what a log tells once it goes on belongs to it.

Comes in: rows that are too old to be remembered as recent, and the streams and times of those that are. Goes out: which
of the old ones are remembered still. A log that was held up for hours tells what happened from the beginning of the
pause on; rules about an hour count that with the hour before, which is long over in other logs by then. So the last
hour before a pause stays until its log has gone on for as long as recent rows are remembered. No state; a function of
the rows alone.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

KEPT: Final = 96 * 3_600_000_000
"""So long may a log tell nothing, in microseconds of event time; a lane is kept as long."""


def before_pauses(streams: pl.Series, times: Ints, old: int, edge: int, span: int) -> Mask:
    """Say of the first ``old`` rows which lie within ``span`` before a longer pause that goes on or ended lately.

    Args:
        streams: ``log.stream`` of the old rows, then of those that are recent.
        times: Their times, in microseconds.
        old: How many of them are old.
        edge: What is older is not recent.
        span: An hour, in microseconds.
    """
    of = streams.rank("dense").fill_null(0).to_numpy()
    order = np.lexsort((times, of))
    of, at = of[order], times[order]
    last = np.append((of[1:] != of[:-1]) | (at[1:] - at[:-1] > span), True)  # in its stream before a pause
    ends = np.flatnonzero(last)
    end = ends[np.searchsorted(ends, np.arange(at.size))]
    after = np.minimum(end + 1, at.size - 1)
    goes_on = (of[after] != of[end]) | (after == end) | (at[after] >= edge)
    kept = np.empty(at.size, np.bool_)
    kept[order] = goes_on & (at >= at[end] - span) & (at[end] >= edge - KEPT)
    return kept[:old]
