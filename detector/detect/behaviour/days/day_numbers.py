"""What the touches of one local day come to, for each of many actors, and how they lie in it.

Comes in: touches (rows of the access journal) of one day, each with the number of the actor it counts for. Goes out:
``DayNumbers``, the features of ``detector.detect.behaviour.features`` that a day tells by itself. What asks for more
than the day (clients nobody knew, new networks, runs, silence) is not among them.

A busiest hour ends at a multiple of five minutes, as where behaviour is judged, and lies within the day. Different
clients are told apart by 41 bits of a hash: of 200,000 in a day, one in a hundred days counts one too few.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.behaviour import features, habits

Ints = npt.NDArray[np.int64]

KNOWN_DAYS = habits.KNOWN_DAYS
SLOT = timedelta(minutes=5)
SLOTS = 25 * 12
"""Slots of the longest day: the one on which clocks are set back."""
_HOUR = 12
_SUMS = ("events", "records", "shown", "exports", "documents")
_DAILY = ("shown", "exports", "documents")
HOURLY = (*_SUMS, "clients")
DAY_NUMBERS: tuple[str, ...] = (*HOURLY, *(f"{name}_day" for name in (*_DAILY, "clients", "taken")))
"""Features of the busiest hour, then of the whole day; ``taken_day``, the records taken out, is none of behaviour's."""
_ADDED = (*_SUMS, "taken", "uncounted")
_WHO_BITS, _SLOT_BITS = 14, 9
MOST_ACTORS = 1 << _WHO_BITS
"""So many actors' days can be counted at once."""
_SEED = 1


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """A day of several actors; the first axis is the actor's number.

    Attributes:
        values: In the order of ``DAY_NUMBERS``.
        uncounted: Exports, prints and downloads whose number of records the log does not tell.
        touches: By slots of five minutes since local midnight.
    """

    values: Ints
    uncounted: Ints
    touches: Ints

    @property
    def clients(self) -> Ints:
        """How many different clients were opened, by actor."""
        return self.values[:, DAY_NUMBERS.index("clients_day")]

    @property
    def taken(self) -> Ints:
        """How many records exports, prints and downloads of many took out, as far as the log tells, by actor."""
        return self.values[:, DAY_NUMBERS.index("taken_day")]


def facet_of(name: str) -> str:
    """Return of which facet a number tells."""
    return _like(name).facet


def step_of(name: str) -> float:
    """Return how much of a number is little, as behaviour has it."""
    return _like(name).step


def _like(name: str) -> features.Feature:
    """Return the feature a number is one of; records taken out are an export by facet, and counted as records are."""
    if name == "taken_day":
        return replace(features.FEATURES[features.INDEX["records"]], facet="export")
    return features.FEATURES[features.INDEX[name]]


def touches_data() -> pl.Expr:
    """Whether a row touched client data, as behaviour counts it."""
    return features.touched()


def day_columns(start: datetime) -> list[pl.Expr]:
    """Return what is kept of each touch of the day that begins at ``start`` (UTC): its slot, and what it adds.

    Not evaluated here, so that a file is read once and only in the columns that are asked for.
    """
    first = pl.lit(start, dtype=frames.TIME)
    added = {f.name: f.expression() for f in features.ROW if f.expression is not None and f.name in _SUMS}
    exported, records = features.exported(), features.returned()
    untold = pl.col("record.count").is_null() & (records == 0)
    return [
        ((pl.col("@timestamp") - first).dt.total_microseconds() // int(SLOT / timedelta(microseconds=1)))
        .cast(pl.Int64)
        .alias("slot"),
        *(added[name].cast(pl.Int64).alias(name) for name in _SUMS),
        pl.when(exported).then(records).otherwise(0).cast(pl.Int64).alias("taken"),
        (exported & untold).cast(pl.Int64).alias("uncounted"),
        features.opened().alias("opened"),
        pl.col("subject.ids").alias("clients"),
    ]


def count_days(rows: pl.DataFrame, count: int) -> DayNumbers:
    """Return the day of each actor.

    Args:
        rows: Columns of ``day_columns``, and ``who``: the number of the actor, below ``count``.
        count: How many actors there are, at most ``MOST_ACTORS``.
    """
    place = rows.get_column("who").to_numpy() * SLOTS + rows.get_column("slot").to_numpy()
    sums = [np.bincount(place, rows.get_column(name).to_numpy(), minlength=count * SLOTS) for name in _ADDED]
    by_slot = np.stack(sums, axis=1).astype(np.int64).reshape(count, SLOTS, len(_ADDED))
    whole = by_slot.sum(axis=1)
    of_day, of_hour = _different(rows, count)
    peaks = _rolling(by_slot[:, :, : len(_SUMS)]).max(axis=1)
    taken = whole[:, _ADDED.index("taken")]
    daily = whole[:, [_SUMS.index(name) for name in _DAILY]]
    return DayNumbers(
        np.concatenate([peaks, of_hour[:, None], daily, of_day[:, None], taken[:, None]], axis=1),
        whole[:, _ADDED.index("uncounted")],
        by_slot[:, :, 0],
    )


def _rolling(by_slot: Ints) -> Ints:
    """Return the sums of the hour that ends with each slot."""
    added = np.cumsum(by_slot, axis=1)
    added[:, _HOUR:] -= added[:, :-_HOUR].copy()
    return added


def _different(rows: pl.DataFrame, count: int) -> tuple[Ints, Ints]:
    """Return how many different clients each actor opened: in the day, and in the busiest hour of it.

    All at once, as sorted numbers of 64 bits: actor, client, slot. A client counts in each hour from the slot it was
    opened in until an hour later, or until it is opened again.
    """
    named = rows.lazy().filter(pl.col("opened"), pl.col("clients").list.len() > 0).select("who", "slot", "clients")
    each = named.explode("clients").drop_nulls("clients").select("who", "slot", pl.col("clients").hash(_SEED)).collect()
    who, slot, client = (each.get_column(name).to_numpy().astype(np.uint64) for name in each.columns)
    shift = np.uint64(64 - _WHO_BITS)
    keys = (who << shift) | ((client >> np.uint64(_WHO_BITS + _SLOT_BITS)) << np.uint64(_SLOT_BITS)) | slot
    keys.sort()
    owners, items = (keys >> shift).astype(np.int64), keys >> np.uint64(_SLOT_BITS)
    begins = (keys & np.uint64((1 << _SLOT_BITS) - 1)).astype(np.int64)
    again = np.append(items[1:] == items[:-1], False)[: keys.size]
    until = np.where(again, np.append(begins[1:], 0)[: keys.size] - begins, _HOUR)
    ends = begins + np.minimum(until, _HOUR)
    width = SLOTS + _HOUR + 1
    size = count * width
    change = np.bincount(owners * width + begins, minlength=size) - np.bincount(owners * width + ends, minlength=size)
    of_hour = np.cumsum(change.reshape(count, width), axis=1).max(axis=1, initial=0)
    return np.bincount(owners[~again], minlength=count), of_hour
