"""Which acts a matter has counted: of several events that tell of one act it counts one, and the most records.

Comes in: acts, what they count for, and how many records each event names. Goes out: for each event whether it is the
first of its act there, and the records it adds. A log that knows more of an act than the one before it (how many
records an export had) adds what it knows more; one that knows less adds nothing.

A rule may see an act in one log only, because the other says less: so it is asked by matter, not once for all.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.bounded_records import BoundedRecords
from detector.detect.hash_index import Keys, mix
from detector.detect.sorted_groups import begins_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_COLUMNS = ("low", "high")


class Brought(NamedTuple):
    """What events add: whether each is the first of its act, and records."""

    first: Mask
    low: Ints
    high: Ints

    def at(self, places: Ints) -> "Brought":
        """Return what some of them add."""
        return Brought(self.first[places], self.low[places], self.high[places])


class Counted:
    """Acts by matter, the latest ones."""

    def __init__(self, of: BoundedRecords | None = None) -> None:
        self._of = BoundedRecords(_COLUMNS) if of is None else of

    def overlay(self) -> "Counted":
        """Return a state that begins with what this one knows and changes nothing in it."""
        return Counted(self._of.overlay())

    def bring(self, acts: Keys, matters: Keys, low: Ints, high: Ints) -> Brought:
        """Take events in, in order; return what each adds."""
        numbers, known = self._of.at(mix(acts, matters))
        rows = self._of.rows
        order = np.argsort(numbers, kind="stable")
        begins = begins_of(numbers[order])
        first = np.zeros(order.size, dtype=np.bool_)
        first[order] = begins
        first &= ~known
        rows[numbers[first]] = 0
        added = [self._more(rows[:, column], numbers, order, begins, each) for column, each in enumerate((low, high))]
        return Brought(first, *added)

    @staticmethod
    def _more(known: Ints, numbers: Ints, order: Ints, begins: Mask, values: Ints) -> Ints:
        """Return by how much each value exceeds all before it; ``known`` is raised."""
        if begins.all():
            before = known[numbers]
            known[numbers] = np.maximum(before, values)
            more: Ints = np.maximum(values - before, 0)
            return more
        more = np.zeros(values.size, dtype=np.int64)
        for place in order.tolist():
            number = numbers[place]
            more[place] = max(values[place] - known[number], 0)
            known[number] += more[place]
        return more

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        return self._of.to_table()

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "Counted":
        """Return the state held in a table; empty without one."""
        counted = Counted()
        if table is not None:
            counted._of.fill(table)
        return counted
