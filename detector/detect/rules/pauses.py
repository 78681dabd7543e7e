"""The last hour of logs that tell nothing just now: what a log tells once it goes on belongs to it.

Comes in: the streams and times of rows that are remembered. Goes out: which of the old ones are needed still. A log
that was held up for hours tells what happened from the beginning of the pause on; rules about an hour count that with
the hour before, which is long over in other logs by then. So the last hour before a pause is needed until its log has
gone on for as long as rows are recent. No state; a function of the rows alone.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def before_pauses(streams: pl.Series, times: Ints, edge: int, span: int) -> Mask:
    """Say which rows before ``edge`` lie within ``span`` before a longer pause that goes on or ended behind it.

    Args:
        streams: ``log.stream`` of the rows.
        times: Their times, in microseconds.
        edge: What is older is not recent, in microseconds.
        span: An hour, in microseconds.
    """
    of = streams.rank("dense").fill_null(0).to_numpy()
    order = np.lexsort((times, of))
    of, at = of[order], times[order]
    last = np.append((of[1:] != of[:-1]) | (at[1:] - at[:-1] > span), True)  # in its stream before a pause
    ends = np.flatnonzero(last)
    end = ends[np.searchsorted(ends, np.arange(at.size))]
    after = np.minimum(end + 1, at.size - 1)
    needed = (of[after] != of[end]) | (after == end) | (at[after] >= edge)
    found = np.empty(at.size, np.bool_)
    found[order] = needed & (at < edge) & (at >= at[end] - span)
    return found
