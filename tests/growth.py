"""What work costs as its text grows, in CPU times of this process that are only ever compared with each other.

Comes in: work, and the text of a length. Goes out: 0 where the cost grows with the length, else how many times more the
longest text costs. Whatever else the machine does only adds to a time; so where one measuring says too much, the least
of several decides, with pauses between them, and a slow machine is no failure.
"""

import gc
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")

SIZES = (7_500, 15_000, 30_000, 60_000)
"""Bytes of the hostile part: the longest still fits into a line."""
_TRIES = (1, 3, 5, 9)
_PAUSE = 0.2
_SLACK = 3
"""So many times as much as if it were linear something may cost."""
_LEAST = 1e-3
"""Seconds that anything takes: a shorter time says nothing."""


def swollen(
    work: Callable[[T], object],
    text: Callable[[int], T],
    *,
    sizes: Sequence[int] = SIZES,
    whole: bool = False,
    fresh: Callable[[], object] = lambda: None,
) -> float:
    """Return how many times more the longest text costs than the shortest, where that is more than it may be, else 0.

    Args:
        work: Takes a text.
        text: The text of a length.
        sizes: The lengths, rising.
        whole: Compare each length with the one before it too.
        fresh: Called before each time, so that nothing is remembered.
    """
    pairs = [(sizes[0], sizes[-1]), *(pairwise(sizes) if whole else ())]
    work(text(sizes[0]))
    return max(_times_more(work, text(short), text(long), _SLACK * long / short, fresh) for short, long in pairs)


def _times_more(work: Callable[[T], object], short: T, long: T, most: float, fresh: Callable[[], object]) -> float:
    times = 0.0
    for tries in _TRIES:
        times = _cost(work, long, tries, fresh) / _cost(work, short, tries, fresh)
        if times <= most:
            return 0.0
        time.sleep(_PAUSE * tries)
    return times


def _cost(work: Callable[[T], object], text: T, times: int, fresh: Callable[[], object]) -> float:
    taken = []
    gc.disable()  # a collection goes over all that the tests made, not over this text alone
    try:
        for _ in range(times):
            fresh()
            began = time.process_time()
            work(text)
            taken.append(time.process_time() - began)
    finally:
        gc.enable()
    return max(min(taken), _LEAST)
