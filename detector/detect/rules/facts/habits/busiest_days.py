"""The busiest day of an account, a service or a log, which nobody raises more than once in three days.

Comes in: what is known of keys, by day. Goes out: the same as of a day that begins. A day counts as busiest
(``settled``) once the ``SETTLES`` days it belongs to are over; until then it is among the ``recent`` ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from detector.detect.key_memory import KeyMemory

SETTLES: Final = 3
"""Days after which the busiest of them counts."""
NEVER: Final = {"day": -1, "today": 0, "recent": 0, "settled": 0, "turned": -1}
"""Fields, and what they hold of a key that never came."""

Ints = npt.NDArray[np.int64]
OneOrMany = TypeVar("OneOrMany", np.void, npt.NDArray[np.void])


@dataclass(slots=True)
class BusiestDays(KeyMemory):
    """What each key did today, on the busiest of the days not settled yet, and on the busiest before."""

    def forget_least(self) -> None:
        """Of too many let go of those that did least on a day, of equals of those not seen for longest."""
        if self.of.size > self.most:
            known = self.of.known()
            did = np.maximum(np.maximum(known["settled"], known["recent"]), known["today"])
            self.retain(did, known["day"])


def begun(habits: OneOrMany, day: int) -> OneOrMany:
    """Return habits as of a day that begins, changed in place; where it is over already they go on as they are.

    Args:
        habits: Of one key or of several, with the fields of ``NEVER``.
        day: Counted from 1970.
    """
    turns = day > habits["day"]
    recent = np.maximum(habits["recent"], habits["today"])
    settles = turns & (habits["day"] >= 0) & (day - habits["turned"] >= SETTLES)
    habits["settled"] = np.where(settles, np.maximum(habits["settled"], recent), habits["settled"])
    habits["recent"] = np.where(settles, 0, np.where(turns, recent, habits["recent"]))
    habits["turned"] = np.where(settles | (habits["turned"] < 0), day, habits["turned"])
    habits["today"] = np.where(turns, 0, habits["today"])
    habits["day"] = np.maximum(habits["day"], day)
    return habits


def parts_by_day(days: Ints) -> Sequence[Ints]:
    """Return the rows of each day, of rows in order of time; ``days``: of each row."""
    return np.split(np.arange(days.size), np.flatnonzero(np.diff(days)) + 1) if days.size else ()


def sums_so_far(places: Ints, amounts: Ints, before: Ints) -> tuple[Ints, Ints]:
    """Return of each row what its key adds up to so far, and of each key what it adds up to in the end.

    Args:
        places: Which key each row has.
        amounts: What each row adds.
        before: Of each key, what it had before.
    """
    order = np.argsort(places, kind="stable")
    sums = np.cumsum(amounts[order])
    ends = np.cumsum(np.bincount(places, minlength=before.size))
    others = np.concatenate([[0], sums[ends[:-1] - 1]])
    so_far = np.empty(places.size, dtype=np.int64)
    so_far[order] = sums - (others - before)[places[order]]
    return so_far, before + sums[ends - 1] - others
