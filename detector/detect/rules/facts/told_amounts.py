"""How much each act was told to be, so that what two logs tell of counts once in sums by the day.

Comes in: rows in order, the act each tells of, and how much of something it says there was. Goes out: how much each
says beyond what was told of its act before: a log that knows more adds what it knows more, one that knows less nothing.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import NO_SWEEP, Keys, Overlay, Records, weightiest
from detector.detect.rules.columns.frame_view import begins_of

Ints = npt.NDArray[np.int64]

MAX_ACTS: Final = 50_000
"""The latest ones: logs that tell of one act do so within seconds, or later by as much as one of them lags."""
_NOTHING = np.array((-(1 << 62), 0), dtype=[("time", "i8"), ("amount", "i8")])
TOLD: dict[str, pl.DataType] = {"key": pl.UInt64(), "time": pl.Int64(), "amount": pl.Int64()}


@dataclass(slots=True)
class ToldAmounts:
    """How much was told of acts, the latest ones."""

    of: Records[np.void] = field(default_factory=partial(Records, _NOTHING))
    most: int = MAX_ACTS

    def overlay(self) -> "ToldAmounts":
        """Return memory that begins with this one and changes nothing in it."""
        return ToldAmounts(Overlay(self.of), NO_SWEEP)

    def upon(self, base: "ToldAmounts") -> "ToldAmounts":
        """Return this with what another one knows beyond it, which stays as it is."""
        return ToldAmounts(self.of.upon(base.of), self.most)

    def more(self, acts: Keys, time: Ints, amounts: Ints) -> Ints:
        """Take rows in, in order of time; return by how much each exceeds all that was told of its act before."""
        slots = self.of.at(acts)
        known = self.of.rows
        order = np.argsort(slots, kind="stable")
        again = ~begins_of(slots[order])
        single = order[~again & ~np.append(again[1:], False)]
        added: Ints = np.maximum(amounts - known["amount"][slots], 0)
        known["amount"][slots[single]] += added[single]
        for row in np.setdiff1d(order, single).tolist():  # told of twice in one frame: one after the other
            added[row] = max(int(amounts[row]) - int(known["amount"][slots[row]]), 0)
            known["amount"][slots[row]] += added[row]
        np.maximum.at(known["time"], slots, time)
        if self.of.size > self.most:
            kept = self.of.known()
            self.of.retain(weightiest(self.most * 3 // 4, kept["time"], kept["amount"]))
        return added

    def to_table(self) -> pl.DataFrame:
        """Return the memory as a table."""
        return pl.DataFrame(self.of.columns(), schema=TOLD)

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "ToldAmounts":
        """Return the memory held in a table."""
        return ToldAmounts() if table is None else ToldAmounts(Records.saved(_NOTHING, table.get_column))
