"""Event frames made lean: the few numbers a window needs of each event, and where evidence can be found again.

Comes in: event frames in total order. Goes out: ``Rows``, which wait for their bucket to close. ``compact`` joins the
rows of one actor and bucket, so that what waits is bounded by actors rather than by events; sums of whole numbers and
sets do not depend on where the cuts were. Nothing is judged here.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from detector import frames
from detector.detect.behaviour import features

LIMIT = 1 << 16
_SEED_WHO, _SEED_ITEM = 11, 13
_KEYS = pl.List(pl.UInt64())

ADDS: dict[str, pl.DataType] = {
    "bucket": pl.Int64(),
    "@timestamp": frames.TIME,
    "who": pl.UInt64(),
    "actor.id": pl.String(),
    "role": pl.String(),
    **{feature.name: pl.Int64() for feature in features.ROW},
    "subjects": _KEYS,
    "addresses": _KEYS,
}
POINTERS = ("log.file.path", "log.file.identity", "log.offset", "event.original", "event.id", "event.hash")
DETAILS: dict[str, pl.DataType] = {
    "bucket": pl.Int64(),
    "@timestamp": frames.TIME,
    "who": pl.UInt64(),
    "source.ip": pl.String(),
    "service.name": pl.String(),
    "object.confidentiality": pl.String(),
    "object.classes": pl.List(pl.String()),
    **{name: frames.EVENT_SCHEMA[name] for name in POINTERS},
}
_SAME = ["bucket", "who", "source.ip", "service.name", "object.confidentiality", "object.classes"]


def hashes(names: list[str]) -> pl.Series:
    """Return the key of each actor or role name."""
    return pl.Series(names, dtype=pl.String()).hash(_SEED_WHO)


def probe() -> int:
    """Return the hash of a fixed text: a state written under another hash function cannot be read."""
    return int(hashes(["nabat"])[0])


def lean(frame: pl.DataFrame, tick: timedelta) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what is needed of the events that count: numbers (``ADDS``) and pointers (``DETAILS``).

    A failed login is charged to the address it came from: its victim did nothing.
    """
    attempt = pl.col("event.action").eq_missing("login") & (pl.col("touch") == 0) & pl.col("source.ip").is_not_null()
    role = pl.concat_str(
        pl.col("actor.type").fill_null("unknown"),
        pl.col("user.roles").list.get(0, null_on_oob=True).fill_null(""),
        separator=":",
    )
    kept = (
        frame.with_columns(features.touched().cast(pl.Int64).alias("touch"))
        .filter((pl.col("touch") == 1) | features.failed())
        .with_columns(
            (pl.col("@timestamp").dt.epoch("us") // int(tick / timedelta(microseconds=1))).alias("bucket"),
            pl.when(attempt).then(pl.lit("ip:") + pl.col("source.ip")).otherwise(pl.col("actor.id")).alias("actor.id"),
            pl.when(attempt).then(pl.lit("anonymous:")).otherwise(role).alias("role"),
        )
        .with_columns(pl.col("actor.id").hash(_SEED_WHO).alias("who"))
    )
    numbers = [f.expression().cast(pl.Int64).alias(f.name) for f in features.ROW if f.expression is not None]
    adds = kept.select(
        "bucket",
        "@timestamp",
        "who",
        "actor.id",
        "role",
        *numbers,
        pl.when(pl.col("touch") == 1)
        .then(pl.col("subject.ids").list.eval(pl.element().hash(_SEED_ITEM)))
        .alias("subjects"),
        pl.when(pl.col("source.ip").is_not_null())
        .then(pl.concat_list(pl.col("source.ip").hash(_SEED_ITEM)))
        .alias("addresses"),
    )
    # A filtered text column keeps the whole batch's text alive; appending nothing writes the kept texts anew.
    return adds, kept.select(
        pl.col(name) + pl.lit("") if dtype == pl.String() else pl.col(name) for name, dtype in DETAILS.items()
    )


def _joined(adds: pl.DataFrame) -> pl.DataFrame:
    keys = [
        pl.col(name).list.explode(empty_as_null=True).drop_nulls().unique().sort().alias(name)
        for name in ("subjects", "addresses")
    ]
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
class Rows:
    """Events whose bucket is still open."""

    adds: list[pl.DataFrame] = field(default_factory=list)
    details: list[pl.DataFrame] = field(default_factory=list)
    height: int = 0
    floor: int = LIMIT

    def append(self, adds: pl.DataFrame, details: pl.DataFrame) -> None:
        """Keep rows; join them when there are many."""
        if not adds.height:
            return
        self.adds.append(adds)
        self.details.append(details)
        self.height += adds.height
        if self.height > self.floor:
            self.compact()
            self.floor = max(LIMIT, 2 * self.height)

    def compact(self) -> None:
        """Join rows of one actor and bucket; of rows alike in everything an incident wants to know keep the first."""
        if self.adds:
            self.adds = [_joined(pl.concat(self.adds)).sort("bucket", maintain_order=True)]
            self.details = [identified(first_of_each(pl.concat(self.details)))]
            self.height = self.adds[0].height

    def take(self, until: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Take out the rows of all buckets before ``until``."""
        if not self.adds:
            return pl.DataFrame(schema=ADDS), pl.DataFrame(schema=DETAILS)
        adds, details = pl.concat(self.adds), pl.concat(self.details)
        closed = pl.col("bucket") < until
        rest = adds.filter(~closed)
        self.adds, self.details = ([rest], [details.filter(~closed)]) if rest.height else ([], [])
        self.height, self.floor = rest.height, LIMIT
        return adds.filter(closed).sort("bucket", maintain_order=True), details.filter(closed)
