"""Rolling windows of all actors: sums over the last buckets, and exact counts of different clients.

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
from detector.detect.seen_filter import contains

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
OPENED, SHOWN, NETWORK = 0, 1, 2
RUN = 4
"""So many clients whose numbers follow each other are a run: fewer lie side by side in any day's work."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Sums of one closed bucket: one row an actor active in it."""

    number: int
    actors: Ints
    sums: Ints


@dataclass(frozen=True, slots=True)
class Things:
    """What actors touched in one bucket: by key (sorted, no repeats), whose, what it is, and of what kind."""

    keys: Keys
    items: Keys
    actors: Ints
    kinds: npt.NDArray[np.int8]

    def of(self, kept: Bools | Ints) -> "Things":
        """Return some of them."""
        return Things(self.keys[kept], self.items[kept], self.actors[kept], self.kinds[kept])


@dataclass(slots=True)
class Live:
    """Different things each actor touched within the window: sorted keys and the bucket each was last seen in.

    ``novel``: it was new to the actor when it came into the window.
    """

    keys: Keys = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    items: Keys = field(default_factory=lambda: np.empty(0, dtype=np.uint64))
    last: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    actors: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    kinds: npt.NDArray[np.int8] = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    novel: Bools = field(default_factory=lambda: np.empty(0, dtype=np.bool_))

    def unknown(self, number: int, keys: Keys) -> Bools:
        """Say which keys are new within the window; the others were seen in bucket ``number`` again."""
        known = contains(self.keys, keys)
        self.last[np.searchsorted(self.keys, keys[known])] = number
        return ~known

    def add(self, number: int, things: Things, novel: Bools) -> None:
        """Take in things that are new within the window."""
        where = np.searchsorted(self.keys, things.keys)
        self.keys = np.insert(self.keys, where, things.keys)
        self.items = np.insert(self.items, where, things.items)
        self.last = np.insert(self.last, where, number)
        self.actors = np.insert(self.actors, where, things.actors)
        self.kinds = np.insert(self.kinds, where, things.kinds)
        self.novel = np.insert(self.novel, where, novel)

    def retain(self, kept: Bools, actors: Ints) -> "Live":
        """Return some of it, with other numbers of the actors."""
        rest = (self.keys[kept], self.items[kept], self.last[kept])
        return Live(*rest, actors, self.kinds[kept], self.novel[kept])


@dataclass(slots=True)
class RollingWindows:
    """The ring of buckets and the totals over it; ``span`` is the number of buckets in a window.

    Attributes:
        opened: By actor, how many different clients it opened.
        neighbours: By actor, how many of those new to it lie in runs; as of its last bucket.
    """

    span: int
    ring: deque[Bucket] = field(default_factory=deque)
    live: Live = field(default_factory=Live)
    totals: Ints = field(default_factory=lambda: np.zeros((0, features.ADDITIVE), dtype=np.int64))
    opened: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    neighbours: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def grow(self, capacity: int) -> None:
        """Make room for ``capacity`` actors."""
        more = capacity - self.totals.shape[0]
        if more > 0:
            self.totals = np.concatenate([self.totals, np.zeros((more, self.totals.shape[1]), dtype=np.int64)])
            self.opened = np.append(self.opened, np.zeros(more, dtype=np.int64))
            self.neighbours = np.append(self.neighbours, np.zeros(more, dtype=np.int64))

    def enter(self, number: int, things: Things, novel: Bools) -> None:
        """Take in things that are new within the window."""
        self.live.add(number, things, novel)
        np.add.at(self.opened, things.actors[things.kinds == OPENED], 1)

    def follow(self, actors: Ints, reach: int) -> tuple[Keys, Keys]:
        """Count anew which clients that are new to these actors lie in runs.

        Args:
            actors: Whose.
            reach: Numbers so far apart, or less, follow each other.

        Returns:
            Keys of those that are neighbours of another one, and of those in runs; sorted.
        """
        live = self.live
        wanted = np.zeros(self.opened.size, dtype=np.bool_)
        wanted[actors] = True
        at = np.flatnonzero(live.novel & (live.kinds == OPENED) & wanted[live.actors])
        at = at[np.lexsort((live.items[at], live.actors[at]))]
        items, actors_of = live.items[at], live.actors[at]
        near = (actors_of[1:] == actors_of[:-1]) & (items[1:] - items[:-1] <= np.uint64(reach))
        run = np.cumsum(np.append(True, ~near)[: at.size]) - 1
        length = np.bincount(run)[run] if at.size else run
        long = length >= RUN
        self.neighbours[actors] = 0
        np.add.at(self.neighbours, actors_of[long], 1)
        return np.sort(live.keys[at[length > 1]]), np.sort(live.keys[at[long]])

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
        live = self.live
        old = live.last < first
        if old.any():
            np.subtract.at(self.opened, live.actors[old & (live.kinds == OPENED)], 1)
            self.live = live.retain(~old, live.actors[~old])

    def of(self, actors: Ints) -> npt.NDArray[np.float64]:
        """Return the features of these actors' windows, in the order of ``HOURLY``."""
        counts = (self.opened[actors, None], self.neighbours[actors, None])
        return np.concatenate([self.totals[actors], *counts], axis=1).astype(np.float64)

    def renumber(self, kept: Ints, places: Ints) -> None:
        """Keep some actors, which get the numbers in ``places``; those whose place is below 0 are taken out."""
        self.totals, self.opened, self.neighbours = self.totals[kept], self.opened[kept], self.neighbours[kept]
        new = places[self.live.actors]
        self.live = self.live.retain(new >= 0, new[new >= 0])
        for at, bucket in enumerate(self.ring):
            stays = places[bucket.actors] >= 0
            self.ring[at] = Bucket(bucket.number, places[bucket.actors[stays]], bucket.sums[stays])
