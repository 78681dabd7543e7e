"""How many cards an account opens at some pace in a day, beside its busiest day.

Comes in: rows of accounts, in order, each of which opens a card it had not just open. Goes out: which of them come
``fastest`` to ``slowest`` seconds after the one before; how many of these the day (UTC) of their account holds so far,
and how many its busiest day held.

``HASTE`` is the pace of hands that copy: work has something to do with a client, whoever copies what a card shows has
not. Seconds are whole, and of several cards in one second, or in two that follow each other, none is hasty: a page that
fetches forty cards at once is one look. ``SCRIPTED`` is the pace of such pages, and of scripts.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.rules.facts.habits.busiest_days import NEVER
from detector.detect.rules.facts.habits.day_habits import DayHabits, DayMeasure, Days
from detector.detect.sorted_groups import grouping, groups_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND
_LONG_AGO: Final = -(1 << 40)
_NOBODY = np.array((*NEVER.values(), _LONG_AGO), dtype=[(name, "i8") for name in (*NEVER, "last")])


class Pace(NamedTuple):
    """A pace, in whole seconds from one card to the next, and what is unusual of cards opened at it."""

    fastest: int
    slowest: int
    day: DayMeasure


HASTE: Final = Pace(fastest=2, slowest=6, day=DayMeasure(times=3, least=60))
SCRIPTED: Final = Pace(fastest=0, slowest=1, day=DayMeasure(times=2, most=1_000))


def days_of(time: Ints) -> Ints:
    """Return the days (UTC), counted from 1970, of moments in microseconds."""
    return time // _DAY


class PacedCards(NamedTuple):
    """Of each row, whether it came at the pace, and what the days of its account hold."""

    paced: Mask
    days: Days


@dataclass(slots=True)
class PacedDays(DayHabits):
    """Cards each account opened at a pace, by the day, and the second in which it opened its last one.

    Beyond ``MAX_ACCOUNTS`` those with the fewest are let go of, of equals those not seen for longest.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _NOBODY))
    pace: Pace = HASTE

    def open(self, keys: Keys, time: Ints) -> PacedCards:
        """Take further cards in, in order of time.

        Args:
            keys: The account of each row.
            time: When it was, in microseconds.
        """
        paced = self._paced(keys, time // _SECOND)
        return PacedCards(paced, self.step(keys, days_of(time), paced.astype(np.int64)))

    def _paced(self, keys: Keys, seconds: Ints) -> Mask:
        distinct, places = np.unique(keys, return_inverse=True)
        slots = self.of.at(distinct)
        known = self.of.rows[slots]
        order = grouping(places, distinct.size)
        starts = groups_of(places[order])
        ordered = seconds[order]
        before = np.roll(ordered, 1)
        before[starts] = known["last"]
        known["last"] = ordered[np.roll(starts, -1) - 1]
        self.of.rows[slots] = known
        paced = np.empty(keys.size, dtype=np.bool_)
        paced[order] = (ordered - before >= self.pace.fastest) & (ordered - before <= self.pace.slowest)
        return paced
