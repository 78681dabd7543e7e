"""What is known of the keys that came last: memory with a bound that costs nothing to keep.

Comes in: 64-bit keys. Goes out: rows of numbers. There are two halves; when the newer one is full, the older one is
forgotten and the newer one becomes the older. A key of the older half that comes again moves into the newer one. So the
latest ``MAX_KEPT`` keys are known, and at most twice as many; nothing is ever looked through.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import NO_SWEEP, Keys, Records

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MAX_KEPT: Final = 50_000


class BoundedRecords:
    """Rows of numbers by key.

    Args:
        columns: Their names, for a table.
        most: How many keys fill one half.
        base: Keys that are known already, and stay as they are there.

    Attributes:
        forgotten: How many were let go of because a half was full.
    """

    def __init__(self, columns: tuple[str, ...], most: int = MAX_KEPT, base: "BoundedRecords | None" = None) -> None:
        self._columns, self._most, self._base = columns, most, base
        self._now, self._before = self._empty(), self._empty()
        self.forgotten = 0

    def overlay(self) -> "BoundedRecords":
        """Return memory that begins with what this one knows and changes nothing in it."""
        return BoundedRecords(self._columns, most=NO_SWEEP, base=self)

    def upon(self, base: "BoundedRecords") -> "BoundedRecords":
        """Return memory that knows what this one knows and beyond it what the base does, which stays as it is."""
        both = BoundedRecords(self._columns, self._most, base)
        both._now, both._before = self._now, self._before
        return both

    def turn(self) -> None:
        """Begin a new half, however full this one is: for whoever forgets by time."""
        self._now, self._before = self._empty(), self._now

    def peek(self, keys: Keys) -> tuple[Ints, Mask]:
        """Return the rows of keys, and which of them are known, without counting this as a use of them."""
        found, known = np.zeros((keys.size, len(self._columns)), dtype=np.int64), np.zeros(keys.size, dtype=np.bool_)
        for half in (*self._older(), self._now):
            if half.size:
                at = half.of.find(keys)
                there = np.flatnonzero(at >= 0)
                found[there] = half.rows[at[there]]
                known[there] = True
        return found, known

    def _older(self) -> tuple[Records[np.int64], ...]:
        """Return the halves that are not the newest one, the oldest first."""
        return (self._before,) if self._base is None else (self._base._before, self._base._now, self._before)

    def _empty(self) -> Records[np.int64]:
        return Records(np.zeros(len(self._columns), dtype=np.int64))

    @property
    def rows(self) -> Ints:
        """What is known, by number; may be changed until the next call of ``at``."""
        return self._now.rows

    def at(self, keys: Keys) -> tuple[Ints, Mask]:
        """Return the numbers of keys, and which of them are known; nothing is known of new ones."""
        if self._now.size > self._most:
            self.forgotten += self._before.size
            self.turn()
        had = self._now.size
        numbers = self._now.at(keys)
        known = numbers < had
        new = np.flatnonzero(~known)
        for half in self._older():
            if new.size and half.size:
                old = half.of.find(keys[new])
                back = np.flatnonzero(old >= 0)
                self._now.rows[numbers[new[back]]] = half.rows[old[back]]
                known[new[back]] = True
        return numbers, known

    def to_table(self) -> pl.DataFrame:
        """Return all as a table, the older half first."""
        halves = (self._before, self._now)
        keys = np.concatenate([half.of.keys() for half in halves])
        known = np.concatenate([half.known() for half in halves])
        there = np.flatnonzero(keys)
        schema = {"key": pl.UInt64(), **dict.fromkeys(self._columns, pl.Int64())}
        return pl.DataFrame([keys[there], *known[there].T.copy()], schema=schema)

    def fill(self, table: pl.DataFrame) -> None:
        """Take in what a table holds; a column that an older version did not save is 0: nothing is known of it."""
        numbers, _ = self.at(table["key"].to_numpy())
        for place, column in enumerate(self._columns):
            self._now.rows[numbers, place] = table[column].to_numpy() if column in table.columns else 0
