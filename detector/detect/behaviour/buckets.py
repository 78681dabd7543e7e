"""Closed buckets as arrays: who was active in each, sums, and keys of the different things touched.

Comes in: lean rows of closed buckets, in order of buckets. Goes out: a ``Closed`` that hands out one bucket at a time.
Everything that is done once an event is done here, over whole columns.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.behaviour import compact_events, features
from detector.detect.behaviour.windows import NETWORK, OPENED, SHOWN
from detector.detect.hash_index import Keys, mix
from detector.detect.seen_filter import lookup, thin

Ints = npt.NDArray[np.int64]
SALTS = np.array([0x5B, 0xC1, 0xAD], dtype=np.uint64)  # by kind


@dataclass(frozen=True, slots=True)
class Active:
    """One bucket: its actors, with sums and the time of the last event; keys of things, with their actor's place."""

    number: int
    names: list[str]
    whos: Keys
    roles: list[str]
    last_at: Ints
    sums: Ints
    keys: Keys
    items: Keys
    places: Ints
    kinds: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Closed:
    """All closed buckets of a turn: one group is one actor in one bucket, groups stand in order of buckets."""

    numbers: Ints
    heads: pl.DataFrame
    whos: Keys
    sums: Ints
    items: Keys
    places: Ints
    kinds: npt.NDArray[np.int8]
    buckets_of_items: Ints

    @classmethod
    def of(cls, adds: pl.DataFrame) -> "Closed":
        """Group lean rows (sorted by bucket)."""
        heads = adds.select("bucket", "who", "@timestamp", "actor.id", "role").unique(
            subset=["bucket", "who"], keep="last", maintain_order=True
        )
        numbers, whos = heads["bucket"].to_numpy(), heads["who"].to_numpy()
        ours = mix(whos, numbers.astype(np.uint64))
        theirs = mix(adds["who"].to_numpy(), adds["bucket"].to_numpy().astype(np.uint64))
        group = lookup(ours, theirs)
        sums = [
            np.bincount(group, weights=adds[feature.name].to_numpy(), minlength=heads.height)
            for feature in features.ROW
        ]
        items, places, kinds = _items(adds, group)
        return cls(
            numbers,
            heads,
            whos,
            np.rint(np.stack(sums, axis=1)).astype(np.int64),
            items,
            places,
            kinds,
            numbers[places],
        )

    def next_after(self, number: int) -> int | None:
        """Return the first bucket at or after ``number`` with anything in it."""
        at = int(np.searchsorted(self.numbers, number))
        return int(self.numbers[at]) if at < self.numbers.size else None

    def bucket(self, number: int) -> Active | None:
        """Return one bucket, or None when nobody was active in it."""
        first, end = np.searchsorted(self.numbers, [number, number + 1])
        if first == end:
            return None
        mine = np.flatnonzero(self.buckets_of_items == number)
        places, items, kinds = self.places[mine] - first, self.items[mine], self.kinds[mine]
        whos = self.whos[first:end]
        every = mix(mix(whos[places], items), SALTS[kinds])
        few = thin(every)
        keys, at = np.unique(every[few], return_index=True)
        at = few[at]
        head = self.heads[int(first) : int(end)]
        return Active(
            number,
            head["actor.id"].to_list(),
            whos,
            head["role"].to_list(),
            head["@timestamp"].to_numpy().astype("datetime64[us]").view(np.int64),
            self.sums[first:end],
            keys,
            items[at],
            places[at],
            kinds[at],
        )


def _items(adds: pl.DataFrame, group: Ints) -> tuple[Keys, Ints, npt.NDArray[np.int8]]:
    items, places, kinds = [], [], []
    lengths = adds.select(pl.col(compact_events.SETS).list.len().fill_null(0).cast(pl.Int64))
    for name, kind in zip(compact_events.SETS, (OPENED, SHOWN, NETWORK), strict=True):
        sizes = lengths.get_column(name).to_numpy()
        # An empty list, and none, would be a null among the keys.
        flat = adds.get_column(name).explode().drop_nulls().to_numpy()
        items.append(flat.astype(np.uint64))
        places.append(np.repeat(group, sizes).astype(np.int64))
        kinds.append(np.full(flat.size, kind, dtype=np.int8))
    return np.concatenate(items), np.concatenate(places), np.concatenate(kinds)
