"""Numbers by key, for many keys at once: where was this value seen last?

Comes in: keys (64-bit hashes) in order, numbered on. Goes out: for each the number the same key had before. It is a
table with open addressing in arrays: a dictionary of Python costs several cache misses for each key, and every batch
brings thousands. Keys are never taken out one by one; ``rebuild`` begins anew with those that still matter.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

NEVER: Final = -1
_EMPTY: Final = 0
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
_LEAST: Final = 10  # bits


class Latest:
    """The latest number of each key."""

    def __init__(self) -> None:
        self._clear(0)

    def _clear(self, room: int) -> None:
        self._bits = max(_LEAST, (2 * room).bit_length())
        self._keys = np.full(1 << self._bits, _EMPTY, dtype=np.int64)
        self._numbers = np.full(1 << self._bits, NEVER, dtype=np.int64)
        self._twice = np.zeros(1 << self._bits, dtype=np.bool_)
        self._used = 0

    def take(self, keys: Ints, first: int) -> Ints:
        """Give keys the numbers from ``first`` on; return the number each had before, ``NEVER`` for a new one."""
        if 2 * (self._used + keys.size) > self._keys.size:
            self._grow(keys.size)
        places = self._places(keys)
        before = self._numbers[places]
        numbers = np.arange(first, first + keys.size)
        self._numbers[places] = numbers  # of equal places the last counts
        early = places[self._numbers[places] != numbers]
        if early.size:
            # Keys that come more than once in this batch.
            self._twice[early] = True
            again = np.flatnonzero(self._twice[places])
            self._twice[early] = False
            again = again[np.argsort(places[again], kind="stable")]
            same = places[again[1:]] == places[again[:-1]]
            before[again[1:][same]] = numbers[again[:-1][same]]
        return before

    def _places(self, keys: Ints) -> Ints:
        """Return the place of each key; new ones get one."""
        keys = np.where(keys == _EMPTY, 1, keys)
        table, mask = self._keys, self._keys.size - 1
        places = ((keys.view(np.uint64) * _FACTOR) >> np.uint64(64 - self._bits)).astype(np.int64)
        left, wanted = np.arange(keys.size), keys
        while left.size:
            at = places[left]
            free = table[at] == _EMPTY
            if free.any():
                table[at[free]] = wanted[free]  # one of those that want the same place gets it
                self._used += int(np.count_nonzero(free))
            missed = table[at] != wanted
            left, wanted = left[missed], wanted[missed]
            places[left] = (at[missed] + 1) & mask
        return places

    def _grow(self, more: int) -> None:
        held = np.flatnonzero(self._keys != _EMPTY)
        keys, numbers = self._keys[held], self._numbers[held]
        self._clear(2 * (held.size + more))
        self._numbers[self._places(keys)] = numbers

    def rebuild(self, keys: Ints) -> None:
        """Begin anew with these keys, all different, numbered from 0 on."""
        self._clear(2 * keys.size)
        self.take(keys, 0)
