"""Numbers by key, for many keys at once: where was this value seen last?

Comes in: keys (64-bit hashes) in order, numbered on. Goes out: for each the number the same key had before. It is a
table with open addressing in arrays: a dictionary of Python costs several cache misses for each key, and every batch
brings thousands. A key keeps its place when it is forgotten; ``rebuild`` begins anew with those that still matter.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import HashIndex

Ints = npt.NDArray[np.int64]

NEVER: Final = -1


class LastSeen:
    """The latest number of each key."""

    def __init__(self) -> None:
        self._clear(0)

    def _clear(self, room: int) -> None:
        self._places = HashIndex(room)
        self._numbers = np.full(self._places.keys.size, NEVER, dtype=np.int32)
        self._twice = np.zeros(self._places.keys.size, dtype=np.bool_)

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return self._places.keys.nbytes + self._numbers.nbytes + self._twice.nbytes

    def update(self, keys: Ints, first: int) -> Ints:
        """Give keys the numbers from ``first`` on; return the number each had before, ``NEVER`` for a new one."""
        if self._places.full(keys.size):
            self._grow(keys.size)
        places = self._places.of(keys.view(np.uint64))
        before = self._numbers[places].astype(np.int64)
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

    def forget(self, keys: Ints) -> None:
        """Let keys be new again."""
        places = self._places.find(keys.view(np.uint64))
        self._numbers[places[places >= 0]] = NEVER

    def _grow(self, more: int) -> None:
        held = self._places.occupied()
        keys, numbers = self._places.keys[held], self._numbers[held]
        self._clear(held.size + more)
        self._numbers[self._places.of(keys)] = numbers

    def rebuild(self, keys: Ints) -> None:
        """Begin anew with these keys, all different, numbered from 0 on."""
        self._clear(keys.size)
        self.update(keys, 0)
