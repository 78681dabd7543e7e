"""To how many of its own clients an account goes back in a day, beside its busiest day.

Comes in: rows of accounts, in order, each of which opens the card of another own client of that day. Goes out: which
of them lie beyond what is usual of it. An account that has opened such cards for less than ``KNOWN`` days has no habits
yet, nor has one that went back to fewer than ``SEEN`` on its busiest: who is new, or back, goes back to more clients
each day.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.rules.facts.habits.busiest_days import NEVER
from detector.detect.rules.facts.habits.day_habits import DayHabits, DayMeasure

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

REOPENED: Final = DayMeasure(times=4, least=60)
KNOWN: Final = 7
SEEN: Final = 5
"""Whose busiest day held fewer does not go back to clients: there is nothing to compare a day with."""
_NOT_YET: Final = 1 << 40
_NOBODY = np.array((*NEVER.values(), _NOT_YET), dtype=[(name, "i8") for name in (*NEVER, "first")])


@dataclass(slots=True)
class ReopenedDays(DayHabits):
    """Own clients to whom each account went back, by the day, and the first day on which it did."""

    of: Records[np.void] = field(default_factory=partial(Records, _NOBODY))
    measure: DayMeasure = REOPENED

    def beyond(self, keys: Keys, days: Ints) -> Mask:
        """Take further clients in, in order of time; say which are more than is usual of their account.

        Args:
            keys: The account of each row.
            days: Its day, counted from 1970.
        """
        distinct, places = np.unique(keys, return_inverse=True)
        slots = self.of.at(distinct)
        first = self.of.rows["first"]
        np.minimum.at(first, slots[places], days)
        known = days - first[slots[places]] >= KNOWN
        opened = self.step(keys, days, np.ones(keys.size, dtype=np.int64))
        found: Mask = self.measure.beyond(opened) & known & (opened.busiest >= SEEN)
        return found
