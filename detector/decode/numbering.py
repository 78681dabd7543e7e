"""Line numbers, in a file whose reader counts lines and takes some of them out as rejects.

Comes in: a line batch. Goes out: the number of each of its lines. The reader numbers its rejects itself; here the good
lines get theirs, by how many rejected lines stand before them. A run of empty lines is one reject that covers several.
"""

import numpy as np
import numpy.typing as npt

from detector.frames import LineBatch
from detector.schema.lines import RejectReason

Numbers = npt.NDArray[np.int64]


def line_numbers(batch: LineBatch) -> Numbers | None:
    """Return the 1-based number of each line; None when the reader does not count."""
    if batch.first_number <= 0:
        return None
    numbers = np.arange(batch.first_number, batch.first_number + len(batch.lines), dtype=np.int64)
    if not batch.rejects:
        return numbers
    offsets: Numbers = batch.offsets.to_numpy()
    rejects = sorted(batch.rejects, key=lambda one: (one.offset, one.length))
    places = np.asarray([one.offset for one in rejects], dtype=np.int64)
    ends = [int(one) for one in _next_starts(offsets, places, batch.end)]
    width = _end_width(batch, offsets)
    taken = np.zeros(len(rejects) + 1, dtype=np.int64)
    for at, one in enumerate(rejects):
        if one.reason is RejectReason.EMPTY:
            taken[at + 1] = max((ends[at] - one.offset) // width, 1)
        else:  # NULs cut off the front of a good line end where that line starts: no line was lost
            taken[at + 1] = 0 if one.offset + one.length == ends[at] and one.length else 1
    before = np.searchsorted(places, offsets, side="left")
    return numbers + np.cumsum(taken)[before]


def _next_starts(offsets: Numbers, places: Numbers, end: int) -> Numbers:
    """Return for each reject where the next line or reject starts."""
    starts = np.unique(np.concatenate([offsets, places, np.asarray([end], dtype=np.int64)]))
    found: Numbers = starts[np.minimum(np.searchsorted(starts, places, side="right"), len(starts) - 1)]
    return found


def _end_width(batch: LineBatch, offsets: Numbers) -> int:
    """Return 2 when lines end with CR LF, else 1."""
    if len(offsets) < 2:
        return 1
    gaps = np.diff(offsets) - batch.lines.str.len_bytes().to_numpy()[:-1].astype(np.int64)
    return 2 if int(gaps.min()) == 2 else 1
