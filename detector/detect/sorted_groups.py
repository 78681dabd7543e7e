"""Equal codes brought together, and where a group of them begins.

Comes in: codes, or keys, of rows. Goes out: an order of the rows, and the places in it where another code begins. What
is computed for each group (sums, first and last rows) is computed from these places, for all groups at once.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_FEW: Final = 1 << 16


def grouping(codes: Ints, many: int) -> Ints:
    """Return the order that brings equal codes together and keeps their own order; few codes are sorted by digits."""
    return np.argsort(codes.astype(np.uint16) if many <= _FEW else codes, kind="stable")


def begins_of(codes: Ints | Keys) -> Mask:
    """Say where a new one begins in codes that were brought together."""
    begins = np.ones(codes.size, dtype=np.bool_)
    np.not_equal(codes[1:], codes[:-1], out=begins[1:])
    return begins


def groups_of(codes: Ints | Keys) -> Ints:
    """Return the places where a new one begins in codes that were brought together."""
    return np.flatnonzero(begins_of(codes))
