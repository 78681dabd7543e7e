"""How many records lists show an account in a day, so that one which is shown far more than ever stands out.

Comes in: rows of lists, searches and queries of people, in order, with how many records each showed. Goes out: which
lie beyond what the account may be shown that day (UTC): ``TIMES`` what it was on its busiest day, ``LEAST`` in any
case. So a page that loads itself anew all day, or an evaluation that somebody runs every week, is usual once it is
known, and a register that is carried off in small lists is not, whatever their size. A day counts as busiest once the
three days it belongs to are over, so that nobody raises the bar more than once in three days. One answer counts as
``LARGEST`` at most: an errand that lists half the register at once is judged by its size.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.key_memory import KeyMemory
from detector.detect.rules.facts.service_habits import SETTLES

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

LEAST: Final = 20_000
LARGEST: Final = 5_000
TIMES: Final = 3
MAX_ACCOUNTS: Final = 50_000
_FIELDS: Final = ("day", "today", "recent", "settled", "turned")
_NOBODY = np.array((-1, 0, 0, 0, -1), dtype=[(name, "i8") for name in _FIELDS])


@dataclass(slots=True)
class ListedHabits(KeyMemory):
    """What each account was shown today, on the busiest of the days not settled yet, and on the busiest before.

    Beyond ``MAX_ACCOUNTS`` those that were shown least are let go of, of equals those not seen for longest.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _NOBODY))
    most: int = MAX_ACCOUNTS

    def step(self, keys: Keys, days: Ints, records: Ints) -> Mask:
        """Take further rows in, in order of time; say which lie beyond what their account may be shown that day.

        Args:
            keys: The account of each row.
            days: Its day, counted from 1970.
            records: How many records it showed.
        """
        beyond = np.zeros(keys.size, dtype=np.bool_)
        borders = np.flatnonzero(np.diff(days)) + 1
        for rows in np.split(np.arange(keys.size), borders) if keys.size else ():
            beyond[rows] = self._step_day(keys[rows], int(days[rows[0]]), np.minimum(records[rows], LARGEST))
        if self.of.size > self.most:
            known = self.of.known()
            shown = np.maximum(np.maximum(known["settled"], known["recent"]), known["today"])
            self.retain(shown, known["day"])
        return beyond

    def _step_day(self, keys: Keys, day: int, records: Ints) -> Mask:
        distinct, places = np.unique(keys, return_inverse=True)
        slots = self.of.at(distinct)
        habits = begun(self.of.rows[slots], day)
        order = np.argsort(places, kind="stable")
        sums = np.cumsum(records[order])
        ends = np.cumsum(np.bincount(places, minlength=distinct.size))
        before = np.concatenate([[0], sums[ends[:-1] - 1]])
        shown = np.empty(keys.size, dtype=np.int64)
        shown[order] = sums - (before - habits["today"])[places[order]]
        habits["today"] += sums[ends - 1] - before
        self.of.rows[slots] = habits
        beyond: Mask = shown > np.maximum(LEAST, TIMES * habits["settled"])[places]
        return beyond


def begun(habits: npt.NDArray[np.void], day: int) -> npt.NDArray[np.void]:
    """Return habits as of a day that begins; where it is over already they go on as they are.

    The largest of a day (``today``) counts (``settled``) once the days it belongs to are over.
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
