"""Event frames made lean: the few numbers a window needs of each event, and where evidence can be found again.

Comes in: event frames in total order. Goes out: ``CompactEvents``, which wait for their bucket to close. ``compact``
joins the rows of one actor and bucket, so that what waits is bounded by actors rather than by events; sums of whole
numbers and sets do not depend on where the cuts were. Nothing is judged here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from detector import frames
from detector.detect.behaviour import features
from detector.detect.client_keys import ITEM, client_key

LIMIT = 1 << 16
_MANY = 4_096  # rows that are worth it to copy others that they would stay in memory for
_WHO = 11  # what keeps the hashes of actors apart from those of another kind
_KEYS = pl.List(pl.UInt64())

ADDS: dict[str, pl.DataType] = {
    "bucket": pl.Int64(),
    "@timestamp": frames.TIME,
    "who": pl.UInt64(),
    "actor.id": pl.String(),
    "role": pl.String(),
    **{feature.name: pl.Int64() for feature in features.ROW},
    "opened_clients": _KEYS,
    "shown_clients": _KEYS,
    "networks": _KEYS,
}
SETS = ("opened_clients", "shown_clients", "networks")
POINTERS = (
    *("log.file.path", "log.file.identity", "log.offset", "event.original", "event.id", "event.hash"),
    "log.history",
)
DETAILS: dict[str, pl.DataType] = {
    "bucket": pl.Int64(),
    "@timestamp": frames.TIME,
    "who": pl.UInt64(),
    "source.ip": pl.String(),
    "service.name": pl.String(),
    "object.confidentiality": pl.String(),
    "object.classes": pl.List(pl.String()),
    "sent": pl.Boolean(),
    **{name: frames.EVENT_SCHEMA[name] for name in POINTERS},
}
_SAME = [name for name in DETAILS if name not in POINTERS and name != "@timestamp"] + ["log.history"]


class Rows(NamedTuple):
    """Numbers (``ADDS``) of some events, and pointers to them (``DETAILS``)."""

    adds: pl.DataFrame
    details: pl.DataFrame

    @classmethod
    def of(cls, parts: Iterable["Rows"]) -> "Rows":
        """Return all rows of several parts."""
        parts = list(parts)
        return cls(
            pl.concat([pl.DataFrame(schema=ADDS), *(part.adds for part in parts)]),
            pl.concat([pl.DataFrame(schema=DETAILS), *(part.details for part in parts)]),
        )

    def since(self, bucket: int) -> "Rows":
        """Return the rows of a bucket and of those behind it."""
        return Rows(*(part.filter(pl.col("bucket") >= bucket) for part in self))

    def before(self, bucket: int) -> "Rows":
        """Return the rows of the buckets before one."""
        return Rows(*(part.filter(pl.col("bucket") < bucket) for part in self))

    def in_order(self) -> "Rows":
        """Return the rows in order of time."""
        return Rows(*(part.sort("bucket", "@timestamp", maintain_order=True) for part in self))

    def own(self) -> "Rows":
        """Return the rows in memory of their own."""
        adds, details = (part[np.arange(part.height)] for part in self)
        return Rows(adds, _own(details))

    def compact(self) -> "Rows":
        """Join rows of one actor and bucket; of rows alike in everything an incident wants to know keep the first."""
        adds, details = self
        return Rows(_joined(adds).sort("bucket", maintain_order=True), _own(hashed(first_of_each(details))))


def hashes(names: list[str], seed: int) -> pl.Series:
    """Return the key of each actor or role name."""
    return pl.Series(names, dtype=pl.String()).hash(seed ^ _WHO)


def probe(seed: int) -> int:
    """Return the hash of a fixed text: a state written under another seed or hash function cannot be read."""
    return int(hashes(["nabat"], seed)[0])


def lean(frame: pl.DataFrame, tick: timedelta, seed: int) -> Rows:
    """Return what is needed of the events that count: numbers (``ADDS``) and pointers (``DETAILS``)."""
    counts, owners, whole = _expressions(int(tick / timedelta(microseconds=1)), seed)
    # One query for everything: planning each step of it by itself costs more than small batches take.
    found = frame.lazy().filter(counts).with_columns(owners).select(whole).collect()
    return Rows(frames.chosen(found, ADDS), frames.chosen(found, DETAILS))


@cache
def _expressions(tick: int, seed: int) -> tuple[pl.Expr, list[pl.Expr], list[pl.Expr]]:
    """Return the steps of ``lean``: whether an event counts, for whom, and what is kept of it."""
    role = pl.concat_str(
        pl.col("actor.type").fill_null("unknown"),
        frames.first_role(),
        separator=":",
    )
    owners = [
        (pl.col("@timestamp").dt.epoch("us") // tick).alias("bucket"),
        role.alias("role"),
        features.sent().alias("sent"),
    ]
    clients = pl.col("subject.ids").list.eval(client_key(pl.element(), seed))
    whole = [
        pl.col("actor.id"),
        pl.col("role"),
        pl.col("actor.id").hash(seed ^ _WHO).alias("who"),
        *(f.expression().cast(pl.Int64).alias(f.name) for f in features.ROW if f.expression is not None),
        pl.when(features.opened()).then(clients).alias("opened_clients"),
        pl.when(features.showed()).then(clients).alias("shown_clients"),
        pl.when(pl.col("network").is_not_null())
        .then(pl.concat_list(pl.col("network").hash(seed ^ ITEM)))
        .alias("networks"),
        *(pl.col(name) for name in DETAILS if name != "who"),
    ]
    # What the log charges to nobody is nobody's behaviour.
    return features.touched() & pl.col("actor.id").is_not_null(), owners, whole


def _own(details: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with texts of their own: filtered ones keep those of the whole batch alive."""
    texts = [name for name, dtype in DETAILS.items() if dtype == pl.String()]
    return details.with_columns(pl.col(name) + pl.lit("") for name in texts)


def _joined(adds: pl.DataFrame) -> pl.DataFrame:
    keys = [pl.col(name).list.explode(empty_as_null=True).drop_nulls().unique().sort().alias(name) for name in SETS]
    grouped = adds.group_by("bucket", "who", maintain_order=True).agg(
        pl.col("@timestamp").max(),
        pl.col("actor.id").last(),
        pl.col("role").last(),
        *[pl.col(feature.name).sum() for feature in features.ROW],
        *keys,
    )
    return grouped.select(list(ADDS))


def first_of_each(details: pl.DataFrame) -> pl.DataFrame:
    """Return the first of those rows of an actor and bucket that are alike in all an incident wants to know."""
    return details.unique(subset=_SAME, keep="first", maintain_order=True)


def hashed(details: pl.DataFrame) -> pl.DataFrame:
    """Return details with hashes instead of raw lines: all that ids are made of, at an eighth of what ids cost."""
    new = details["event.hash"].is_null()
    if new.any():
        made = pl.Series("event.hash", frames.digests(details["event.original"].filter(new)).bin.encode("hex"))
        at = (new.cast(pl.Int64).cum_sum() - 1).clip(0)
        details = details.with_columns(
            pl.when(new).then(made.gather(at)).otherwise(pl.col("event.hash")).alias("event.hash")
        )
    return details.with_columns(pl.lit(None, dtype=pl.String()).alias("event.original"))


def identified(details: pl.DataFrame) -> pl.DataFrame:
    """Return details with ids and hashes instead of raw lines."""
    new = details["event.id"].is_null()
    if new.any():
        known = frames.identify(details.filter(new)).select("event.id", "event.hash")
        at = (new.cast(pl.Int64).cum_sum() - 1).clip(0)
        details = details.with_columns(
            pl.when(new).then(known[name].gather(at)).otherwise(pl.col(name)).alias(name) for name in known.columns
        )
    return details.with_columns(pl.lit(None, dtype=pl.String()).alias("event.original"))


@dataclass(slots=True)
class CompactEvents:
    """Events whose bucket is still open.

    Attributes:
        floor: At how many rows they are joined next.
        least: At so many they are joined first.
    """

    adds: list[pl.DataFrame] = field(default_factory=list)
    details: list[pl.DataFrame] = field(default_factory=list)
    height: int = 0
    floor: int = LIMIT
    least: int = LIMIT

    def append(self, adds: pl.DataFrame, details: pl.DataFrame) -> None:
        """Keep rows; join them when there are many."""
        if not adds.height:
            return
        self.adds.append(adds)
        self.details.append(details)
        self.height += adds.height
        if self.height > self.floor:
            self.compact()
            self.floor = max(self.least, 2 * self.height)

    def compact(self) -> None:
        """Join rows of one actor and bucket; of rows alike in everything an incident wants to know keep the first."""
        if self.adds:
            self._hold(self.rows().compact())

    def insert(self, rows: Rows) -> None:
        """Keep rows that may lie before others that are kept."""
        if rows.adds.height:
            self._hold(Rows.of([self.rows(), rows]).in_order())

    def rows(self) -> Rows:
        """Return what is kept."""
        return Rows.of(map(Rows, self.adds, self.details))

    def _hold(self, rows: Rows) -> None:
        self.adds, self.details, self.height = [rows.adds], [rows.details], rows.adds.height

    def pop_before(self, until: int) -> Rows:
        """Take out the rows of all buckets before ``until``."""
        if not self.adds:
            return Rows.of(())
        adds, details = _in_order(_one(self.adds)), _in_order(_one(self.details))
        cut = int(np.searchsorted(adds.get_column("bucket").to_numpy(), until))
        seen = int(np.searchsorted(details.get_column("bucket").to_numpy(), until))
        rest = Rows(adds[cut:], details[seen:])
        if cut > _MANY and rest.adds.height * 2 < cut:
            rest = rest.own()  # a few that wait would keep all alive that came with them
        self.adds, self.details = ([rest.adds], [rest.details]) if rest.adds.height else ([], [])
        self.height, self.floor = rest.adds.height, self.least
        return Rows(adds[:cut], details[:seen])


def _one(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return parts[0] if len(parts) == 1 else pl.concat(parts)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    buckets = rows.get_column("bucket").to_numpy()
    return rows if (buckets[1:] >= buckets[:-1]).all() else rows.sort("bucket", maintain_order=True)
