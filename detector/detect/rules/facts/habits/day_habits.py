"""How many records an account is shown, or takes out, in a day, beside its busiest day.

Comes in: rows of accounts, in order, with how many records each stands for. Goes out: of each row, how many of its
account the day (UTC) holds so far, and how many its busiest day held. A day counts as busiest once the three days it
belongs to are over, so that nobody raises the bar more than once in three days.

What is made of it is up to the measure: lists that show far more than ever (``LISTS``), and exports that are usual
(``EXPORTS``). A page that loads itself anew all day, an evaluation that somebody runs every week and the large reports
of a department are usual once they are known; a register that is carried off in small pieces is not, whatever their
size. One answer of a list counts as ``largest`` at most: an errand that lists half the register at once is judged by
its size. More exports than ``most`` are usual of nobody.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.rules.facts.habits.busiest_days import NEVER, BusiestDays, begun, parts_by_day, sums_so_far

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MAX_ACCOUNTS: Final = 50_000
_MOST: Final = 1 << 40  # of records in one row: sums of them stay whole numbers
_NOBODY = np.array(tuple(NEVER.values()), dtype=[(name, "i8") for name in NEVER])


class DayMeasure(NamedTuple):
    """What is unusual of what is counted.

    Attributes:
        times: So many times the busiest day is usual.
        least: So many are usual of anybody. most: More than these are usual of nobody.
        largest: One row counts as so many at most.
    """

    times: int
    least: int = 0
    most: int = _MOST
    largest: int = _MOST

    def beyond(self, days: "Days") -> Mask:
        """Say which rows lie beyond what is usual."""
        found: Mask = days.today > np.clip(self.times * days.busiest, self.least, self.most)
        return found


LISTS: Final = DayMeasure(times=3, least=20_000, largest=5_000)
EXPORTS: Final = DayMeasure(times=2, most=200_000)


class Days(NamedTuple):
    """Of each row, how many records of its account the day holds so far, and how many its busiest day held."""

    today: Ints
    busiest: Ints


@dataclass(slots=True)
class DayHabits(BusiestDays):
    """Records of each account today, on the busiest of the days not settled yet, and on the busiest before.

    Beyond ``MAX_ACCOUNTS`` those with the fewest are let go of, of equals those not seen for longest.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _NOBODY))
    most: int = MAX_ACCOUNTS
    measure: DayMeasure = LISTS

    def step(self, keys: Keys, days: Ints, records: Ints) -> Days:
        """Take further rows in, in order of time; return how much their accounts did on those days.

        Args:
            keys: The account of each row.
            days: Its day, counted from 1970.
            records: How many records it stands for.
        """
        found = Days(np.zeros(keys.size, dtype=np.int64), np.zeros(keys.size, dtype=np.int64))
        for rows in parts_by_day(days):
            done = self._step_day(keys[rows], int(days[rows[0]]), np.minimum(records[rows], self.measure.largest))
            found.today[rows], found.busiest[rows] = done
        self.forget_least()
        return found

    def _step_day(self, keys: Keys, day: int, records: Ints) -> Days:
        distinct, places = np.unique(keys, return_inverse=True)
        slots = self.of.at(distinct)
        habits = begun(self.of.rows[slots], day)
        today, habits["today"] = sums_so_far(places, records, habits["today"])
        self.of.rows[slots] = habits
        return Days(today, habits["settled"][places])
