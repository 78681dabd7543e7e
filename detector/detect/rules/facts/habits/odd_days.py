"""On how many of the last days an account took out far more than ever before.

Comes in: rows of accounts, in order, with how many records each takes out. Goes out: of each row, how many of the last
``SPAN`` days (UTC, the row's included) were odd so far: more than ``LEAST`` records, and more than ``TIMES`` those of
the busiest day before that span, on a day on which the account had been known for ``KNOWN`` days. One odd day is an
errand; several within a week are another habit, or a register carried off in parts.

A day is usual once it lies behind the span, so a leak of some days does not make itself usual meanwhile, and a new duty
is usual after a week.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.key_memory import KeyMemory
from detector.detect.rules.facts.habits.busiest_days import parts_by_day, sums_so_far

Ints = npt.NDArray[np.int64]

SPAN: Final = 7
TIMES: Final = 3
LEAST: Final = 1_000
KNOWN: Final = 7
MAX_ACCOUNTS: Final = 50_000
# Of an account: its latest day, the busiest day before the span, and what it took out on each day of the span by age.
_AGES: Final = tuple(f"age_{age}" for age in range(SPAN))
_NEW = np.array((-1, 0, *(0 for _ in _AGES)), dtype=[(name, "i8") for name in ("day", "busiest", *_AGES)])


@dataclass(slots=True)
class OddDays(KeyMemory):
    """What each account took out on the last days, and on the busiest day before them.

    Beyond ``MAX_ACCOUNTS`` those that took out least on a day are let go of, of equals those not seen for longest.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _NEW))
    most: int = MAX_ACCOUNTS

    def step(self, keys: Keys, days: Ints, records: Ints, begun: Ints) -> Ints:
        """Take further rows in, in order of time; return of each how many of the last days were odd so far.

        Args:
            keys: The account of each row.
            days: Its day, counted from 1970.
            records: How many records it takes out.
            begun: The day since when its account is known.
        """
        odd = np.zeros(keys.size, dtype=np.int64)
        for rows in parts_by_day(days):
            odd[rows] = self._step_day(keys[rows], int(days[rows[0]]), records[rows], begun[rows])
        if self.of.size > self.most:
            known = self.of.known()
            self.retain(np.maximum.reduce([known[name] for name in ("busiest", *_AGES)]), known["day"])
        return odd

    def _step_day(self, keys: Keys, day: int, records: Ints, begun: Ints) -> Ints:
        distinct, places = np.unique(keys, return_inverse=True)
        slots = self.of.at(distinct)
        known = self.of.rows[slots]
        _age(known, np.maximum(day - known["day"], 0))
        known["day"] = np.maximum(known["day"], day)
        today, known["age_0"] = sums_so_far(places, records, known["age_0"])
        self.of.rows[slots] = known
        least = np.maximum(TIMES * known["busiest"], LEAST)[places]
        taken = [today, *(known[name][places] for name in _AGES[1:])]
        odd = np.zeros(keys.size, dtype=np.int64)
        for age, many in enumerate(taken):
            odd += (many > least) & (day - age - begun >= KNOWN)
        return odd


def _age(known: npt.NDArray[np.void], over: Ints) -> None:
    """Let so many days pass; what was taken on days behind the span may be the busiest there was."""
    old = np.stack([known[name] for name in _AGES])
    place = np.arange(SPAN)[:, None] - over
    for age, name in enumerate(_AGES):
        known[name] = np.where(place[age] >= 0, np.take_along_axis(old, np.maximum(place[age], 0)[None], axis=0)[0], 0)
    behind = np.arange(SPAN)[:, None] + over >= SPAN
    known["busiest"] = np.maximum(known["busiest"], np.where(behind, old, 0).max(axis=0))
