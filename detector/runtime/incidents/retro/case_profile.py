"""What a case is known by when its like is looked for: sessions, addresses, clients, records, sizes, hours. Pure.

Comes in: the events that a case's scope counts. Goes out: what to ask the access journal for.
"""

from datetime import datetime
from typing import NamedTuple

import polars as pl

from detector.schema.events.columns import OF_MANY
from detector.store import Anyone, RetroAsked, hashed

MOST_THINGS = 5_000
"""Of more clients, or records, so many are looked for: those with the smallest hashes, so always the same."""
_MOST_PLACES, _MOST_SESSIONS, _MOST_EXPORTS = 50, 200, 20
LEAST_SIZE = 50
"""An act of many with fewer records is everybody's work."""
LEAST_AN_HOUR = 20
"""So many acts within an hour are nothing that a case is known by."""
_MOST_VOLUMES = 5
_LIKE = 0.5


class CaseProfile(NamedTuple):
    """What to look for.

    Attributes:
        clients / records: How many the case has; of some of them it may not be looked.
        busiest: How many acts of one kind it has within an hour at most.
    """

    asked: RetroAsked
    clients: int
    records: int
    busiest: int


def case_profile(mine: Anyone, events: pl.DataFrame, first: datetime) -> CaseProfile:
    """Return what a case is known by.

    Args:
        mine: Whose touches are its own.
        events: Those its scope counts, in columns of the journal.
        first: The first of them.
    """
    clients = _things(events, "subject.ids")
    names = events.get_column("subject.ids").explode().drop_nulls().unique()
    records = _things(events.with_columns(pl.col("record.ids").list.set_difference(names.implode())), "record.ids")
    volumes, clock, busiest = _volumes(events)
    return CaseProfile(
        RetroAsked(
            mine=mine,
            first=first,
            sessions=_most_used(events, "session.id", _MOST_SESSIONS),
            addresses=_most_used(events, "source.ip", _MOST_PLACES),
            clients=clients.sort().head(MOST_THINGS),
            records=records.sort().head(MOST_THINGS),
            exports=_exports(events),
            volumes=volumes,
            clock=clock,
        ),
        clients.len(),
        records.len(),
        busiest,
    )


def _things(events: pl.DataFrame, ids: str) -> pl.Series:
    """Return the different clients or records, hashed."""
    kinds = pl.col("object.type") if ids == "record.ids" else None
    each = events.filter(pl.col(ids).list.len() > 0).select("object.type", each=ids).explode("each").drop_nulls("each")
    return each.select(thing=hashed(pl.col("each"), kinds)).get_column("thing").unique()


def _most_used(events: pl.DataFrame, name: str, most: int) -> list[str]:
    counts = events.get_column(name).drop_nulls().value_counts().sort(["count", name], descending=[True, False])
    used: list[str] = counts.get_column(name).head(most).to_list()
    return used


def _exports(events: pl.DataFrame) -> list[tuple[str, str, str, int]]:
    """Return the kinds of large acts, each with half the size of its usual one."""
    named = pl.max_horizontal(pl.col("record.ids").list.len(), pl.col("subject.ids").list.len()).cast(pl.Int64)
    size = pl.coalesce("record.count", named).fill_null(0).alias("size")
    large = events.with_columns(size).filter(pl.col("event.action").is_in(OF_MANY), pl.col("size") >= LEAST_SIZE)
    kinds = large.group_by(pl.col("service.name").fill_null(""), "event.action", "object.type").agg(
        pl.col("size").median(), pl.len()
    )
    kinds = kinds.drop_nulls("object.type").sort("len", "service.name", "event.action", "object.type", descending=True)
    return [
        (service, action, kind, max(int(size * _LIKE), LEAST_SIZE))
        for service, action, kind, size, _ in kinds.head(_MOST_EXPORTS).iter_rows()
    ]


def _volumes(events: pl.DataFrame) -> tuple[list[tuple[str, str, str, int]], list[int], int]:
    """Return what the case did most of, each with half of its busiest hour; at which hours of the day, and the most."""
    service = pl.col("service.name").fill_null("").alias("service")
    of_hour = pl.col("@timestamp").dt.convert_time_zone("UTC").dt.truncate("1h").alias("hour")
    hours = (
        events.drop_nulls(["event.action", "object.type"])
        .group_by(service, "event.action", "object.type", of_hour)
        .len("acts")
    )
    busy = hours.filter(pl.col("acts") >= LEAST_AN_HOUR)
    most = busy.group_by("service", "event.action", "object.type").agg(pl.col("acts").max())
    most = most.sort("acts", "service", "event.action", "object.type", descending=True).head(_MOST_VOLUMES)
    volumes = [
        (service, action, object_type, max(int(acts * _LIKE), LEAST_AN_HOUR))
        for service, action, object_type, acts in most.iter_rows()
    ]
    then = {hour + shift for hour in busy.get_column("hour").dt.hour().unique() for shift in (-1, 0, 1)}
    return volumes, sorted({hour % 24 for hour in then}), int(str(busy.get_column("acts").max() or 0))
