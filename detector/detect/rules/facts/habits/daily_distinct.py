"""Which of some things come for the first time on a day (UTC): what comes again that day is none more.

Comes in: keys in order of time, and the day of each. Goes out: which are the first of their day. Today and the day
before are remembered, of either the latest ``MOST`` at least; what is forgotten counts once more.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Keys, mix
from detector.detect.rules.facts.habits.busiest_days import parts_by_day
from detector.detect.seen_filter import SeenPairs

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST: Final = 200_000


@dataclass(slots=True)
class DailyDistinct:
    """What came today and on the day before.

    Attributes:
        seen: Keys with their day, as one.
        day: The latest day on which any came.
    """

    seen: SeenPairs = field(default_factory=partial(SeenPairs, generation=MOST))
    day: int = -1

    def overlay(self) -> "DailyDistinct":
        """Return what begins with this and changes nothing in it."""
        return DailyDistinct(self.seen.overlay(), self.day)

    def upon(self, base: "DailyDistinct") -> "DailyDistinct":
        """Return this with what another one knows beyond it, which stays as it is."""
        return DailyDistinct(self.seen.upon(base.seen), self.day)

    def first(self, keys: Keys, days: Ints) -> Mask:
        """Take further keys in, in order of time; say which come for the first time that day."""
        found = np.zeros(keys.size, dtype=np.bool_)
        for rows in parts_by_day(days):
            day = int(days[rows[0]])
            if day > self.day:
                self.seen.turn()
                self.day = day
            distinct, at = np.unique(mix(keys[rows], np.uint64(day)), return_index=True)
            found[rows[at[self.seen.add(distinct)]]] = True
        return found

    def to_table(self) -> pl.DataFrame:
        """Return all as a table, with the latest day in each row."""
        keys = np.unique(np.concatenate([self.seen.former, self.seen.present, self.seen.fresh]))
        return pl.DataFrame({"key": keys, "day": np.full(keys.size, self.day)})

    @classmethod
    def from_table(cls, table: pl.DataFrame | None) -> "DailyDistinct":
        """Return what a table holds; without one nothing came."""
        known = cls()
        if table is not None and table.height:
            known.seen.present = np.array(table["key"].to_numpy(), dtype=np.uint64)
            known.day = int(table["day"][0])
        return known
