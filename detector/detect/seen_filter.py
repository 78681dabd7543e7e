"""Which pairs (actor and client, role or team and client, actor and address) have been seen, in bounded memory.

Comes in: 64-bit keys, each sorted and without repeats. Goes out: which were known. Keys lie in sorted arrays: a small
fresh one in front of two generations. When the present generation is full it becomes the former one and the former is
forgotten; a pair that is still used has been written anew by then. A forgotten pair counts as new again, which errs to
the side of noticing.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import NO_SWEEP, Keys

GENERATION = 8_000_000
FRESH = 1 << 14


def _empty() -> Keys:
    return np.empty(0, dtype=np.uint64)


def _slots(keys: Keys, room: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    size = max(1024, 1 << (4 * room).bit_length())
    return (keys & np.uint64(size - 1)).astype(np.int64), np.zeros(size, dtype=np.int64)


def thin(keys: Keys) -> npt.NDArray[np.int64]:
    """Return places of ``keys`` without most repeats, the first of each among them; far cheaper than sorting."""
    places = np.arange(keys.size)
    slots, table = _slots(keys, keys.size)
    table[slots[::-1]] = places[::-1]
    first = table[slots]
    return np.flatnonzero((first == places) | (keys[first] != keys))


def lookup(known: Keys, wanted: Keys) -> npt.NDArray[np.int64]:
    """Return the index in ``known`` (distinct, in any order) of each of ``wanted``; all of them must be in it."""
    slots, table = _slots(known, known.size)
    table[slots] = np.arange(known.size)
    at = table[(wanted & np.uint64(table.size - 1)).astype(np.int64)]
    wrong = np.flatnonzero(known[at] != wanted)
    if wrong.size:
        order = np.argsort(known)
        at[wrong] = order[np.searchsorted(known[order], wanted[wrong])]
    return at


def contains(keys: Keys, wanted: Keys) -> npt.NDArray[np.bool_]:
    """Return which of ``wanted`` are in the sorted ``keys``."""
    if not keys.size or not wanted.size:
        return np.zeros(wanted.size, dtype=np.bool_)
    at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
    return np.asarray(keys[at] == wanted)


def merged(keys: Keys, more: Keys) -> Keys:
    """Return both sorted arrays, which share nothing, as one."""
    return np.insert(keys, np.searchsorted(keys, more), more)


@dataclass(slots=True)
class SeenPairs:
    """The pairs known so far.

    Attributes:
        base: What another one knows beyond it, which stays as it is.
        dropped: How many were let go of because a generation was full.
    """

    fresh: Keys = field(default_factory=_empty)
    present: Keys = field(default_factory=_empty)
    former: Keys = field(default_factory=_empty)
    generation: int = GENERATION
    most_fresh: int = FRESH
    base: "SeenPairs | None" = None
    dropped: int = 0

    def overlay(self) -> "SeenPairs":
        """Return what begins with this and changes nothing in it: arrays are made anew, never written to."""
        return SeenPairs(self.fresh, self.present, self.former, NO_SWEEP, self.most_fresh, self.base)

    def upon(self, base: "SeenPairs") -> "SeenPairs":
        """Return this with what another one knows beyond it, which stays as it is."""
        return SeenPairs(self.fresh, self.present, self.former, self.generation, self.most_fresh, base)

    def knows(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Return which of ``keys`` are known; it is not remembered that they were asked for."""
        found = contains(self.fresh, keys) | contains(self.present, keys) | contains(self.former, keys)
        return found if self.base is None else found | self.base.knows(keys)

    def turn(self) -> None:
        """Begin a generation, however full this one is: for whoever forgets by time."""
        self.former, self.present, self.fresh = merged(self.present, self.fresh), _empty(), _empty()

    def add(self, keys: Keys) -> npt.NDArray[np.bool_]:
        """Remember ``keys`` (sorted, no repeats); return which of them are new."""
        recent = contains(self.fresh, keys) | contains(self.present, keys)
        new = ~recent & ~contains(self.former, keys)
        if self.base is not None:
            new &= ~self.base.knows(keys)
        if not recent.all():
            self.fresh = merged(self.fresh, keys[~recent])
        if self.fresh.size > max(self.most_fresh, self.present.size >> 3):
            self.present, self.fresh = merged(self.present, self.fresh), _empty()
        if self.present.size > self.generation:
            self.dropped += self.former.size
            self.former, self.present = self.present, _empty()
        return new

    @property
    def size(self) -> int:
        """How many pairs are remembered."""
        return self.fresh.size + self.present.size + self.former.size
