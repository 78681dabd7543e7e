"""Rolling windows of all actors: sums over the last buckets, and exact counts of different clients and addresses.

Comes in: one closed bucket at a time, in order. Goes out: the totals of each actor's window. A bucket holds rows only
for actors active in it, so the ring costs memory by activity, not by actors times buckets. Sums are of whole numbers,
which makes adding a bucket and taking it away again exact. Nothing is judged here.
"""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detector.detect.behaviour import features
from detector.detect.hash_index import Keys

Ints = npt.NDArray[np.int64]
SUBJECT, ADDRESS = 0, 1


@dataclass(frozen=True, slots=True)
class Bucket:
    """Sums of one closed bucket: one row an actor active in it."""

    number: int
    actors: Ints
    sums: Ints


@dataclass(slots=True)
class Live:
    """Different things each actor touched within the window: sorted keys and the bucket each was last seen in."""

    keys: Keys = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    last: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    actors: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    kinds: npt.NDArray[np.int8] = field(default_factory=lambda: np.empty(0, dtype=np.int8))

    def add(self, number: int, keys: Keys, actors: Ints, kinds: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
        """Take in a bucket's keys (sorted, no repeats); return which are new within the window."""
        at = np.searchsorted(self.keys, keys)
        if self.keys.size:
            known = np.asarray(self.keys[np.minimum(at, self.keys.size - 1)] == keys)
        else:
            known = np.zeros(keys.size, dtype=np.bool_)
        self.last[at[known]] = number
        new = ~known
        where = at[new]
        self.keys = np.insert(self.keys, where, keys[new])
        self.last = np.insert(self.last, where, number)
        self.actors = np.insert(self.actors, where, actors[new])
        self.kinds = np.insert(self.kinds, where, kinds[new])
        return new

    def expire(self, number: int) -> tuple[Ints, npt.NDArray[np.int8]]:
        """Forget what was last seen in bucket ``number`` or before; return whose it was and of what kind."""
        old = self.last <= number
        if not old.any():
            return self.actors[:0], self.kinds[:0]
        gone = self.actors[old], self.kinds[old]
        kept = ~old
        self.keys, self.last = self.keys[kept], self.last[kept]
        self.actors, self.kinds = self.actors[kept], self.kinds[kept]
        return gone


@dataclass(slots=True)
class RollingWindows:
    """The ring of buckets and the totals over it; ``span`` is the number of buckets in a window."""

    span: int
    ring: deque[Bucket] = field(default_factory=deque)
    live: Live = field(default_factory=Live)
    totals: Ints = field(default_factory=lambda: np.zeros((0, features.ADDITIVE), dtype=np.int64))
    counts: Ints = field(default_factory=lambda: np.zeros((0, len(features.DISTINCT)), dtype=np.int64))

    def grow(self, capacity: int) -> None:
        """Make room for ``capacity`` actors."""
        more = capacity - self.totals.shape[0]
        if more > 0:
            self.totals = np.concatenate([self.totals, np.zeros((more, self.totals.shape[1]), dtype=np.int64)])
            self.counts = np.concatenate([self.counts, np.zeros((more, self.counts.shape[1]), dtype=np.int64)])

    def count(self, number: int, keys: Keys, actors: Ints, kinds: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
        """Count a bucket's different things; return which are new within the window."""
        new = self.live.add(number, keys, actors, kinds)
        np.add.at(self.counts, (actors[new], kinds[new]), 1)
        return new

    def add(self, bucket: Bucket) -> None:
        """Put a bucket's sums into the window."""
        self.ring.append(bucket)
        self.totals[bucket.actors] += bucket.sums

    def expire(self, first: int) -> None:
        """Take out every bucket before ``first``."""
        if not self.ring or self.ring[0].number >= first:
            return
        while self.ring and self.ring[0].number < first:
            bucket = self.ring.popleft()
            self.totals[bucket.actors] -= bucket.sums
        actors, kinds = self.live.expire(first - 1)
        np.subtract.at(self.counts, (actors, kinds), 1)

    def of(self, actors: Ints) -> npt.NDArray[np.float64]:
        """Return the features of these actors' windows, in the order of ``FEATURES``."""
        return np.concatenate([self.totals[actors], self.counts[actors]], axis=1).astype(np.float64)

    def renumber(self, places: Ints) -> None:
        """Give actors in buckets new numbers; those whose place is below 0 are taken out."""
        live, stays = self.live, places[self.live.actors] >= 0
        self.live = Live(live.keys[stays], live.last[stays], places[live.actors[stays]], live.kinds[stays])
        for at, bucket in enumerate(self.ring):
            stays = places[bucket.actors] >= 0
            self.ring[at] = Bucket(bucket.number, places[bucket.actors[stays]], bucket.sums[stays])

    def active(self) -> Ints:
        """Return the actors with anything in the window."""
        found = np.zeros(self.totals.shape[0], dtype=np.bool_)
        for bucket in self.ring:
            found[bucket.actors] = True
        return np.flatnonzero(found)
