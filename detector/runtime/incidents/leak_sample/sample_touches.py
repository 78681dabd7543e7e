"""Touches of the clients of a sample, and the shortest windows that hold so many of them.

Comes in: the journal, a sample. Goes out: who touched which of them, and of a few actors when. Of each actor one pair a
client is held; times are held of the few that are looked at, one a client and minute.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from detector.runtime.incidents.leak_sample.client_counts import clients_of
from detector.schema.outside.leak_samples import UnnamedTaking
from detector.store import RETURNED_DATA, Journal

_PLACES = {"form": pl.String(), "place": pl.UInt32()}


def sample_frame(forms: Mapping[str, int]) -> pl.DataFrame:
    """Return a sample as a table: each form of an id, and which client of the sample it is."""
    return pl.DataFrame({"form": list(forms), "place": list(forms.values())}, schema=_PLACES)


def who_held(
    journal: Journal, sample: pl.DataFrame, since: datetime, until: datetime, *, tenants: bool
) -> pl.DataFrame:
    """Return which actor touched which clients of a sample (``actor.id``, ``place``), each pair once.

    Raises:
        StoreError: The journal cannot be read.
    """

    def read() -> pl.DataFrame:
        found = pl.DataFrame(schema={"actor.id": pl.String(), "place": pl.UInt32()})
        for lazy in journal.pieces(since=since, until=until, skip_bad=True):
            part = _held(lazy, sample, tenants).select("actor.id", "place").unique()
            found = pl.concat([found, part]).unique() if part.height else found
        return found

    return journal.read_files(read)


def when_held(
    journal: Journal,
    sample: pl.DataFrame,
    since: datetime,
    until: datetime,
    actors: Sequence[str],
    *,
    tenants: bool,
) -> pl.DataFrame:
    """Return when some actors touched clients of a sample (``actor.id``, ``place``, ``at``), to the minute, in order.

    Raises:
        StoreError: The journal cannot be read.
    """

    def read() -> pl.DataFrame:
        found = pl.DataFrame(schema={"actor.id": pl.String(), "place": pl.UInt32(), "at": pl.Datetime("us", "UTC")})
        for lazy in journal.pieces(since=since, until=until, actors=actors, skip_bad=True):
            part = _held(lazy, sample, tenants).with_columns(pl.col("at").dt.truncate("1m")).unique()
            found = pl.concat([found, part]).unique() if part.height else found
        return found.sort("at", "place")

    return journal.read_files(read)


def unnamed_takings(journal: Journal, size: int, since: datetime, until: datetime, most: int) -> list[UnnamedTaking]:
    """Return who took so many records at once, or more, in lines that name no client; the largest first.

    Raises:
        StoreError: The journal cannot be read.
    """
    bare = pl.col("subject.ids").list.len().fill_null(0) == 0
    large = bare & (pl.col("record.count") >= size)

    def read() -> pl.DataFrame:
        parts = [
            lazy.filter(RETURNED_DATA, large)
            .select(pl.col("actor.id").fill_null(""), "record.count", pl.col("@timestamp").alias("at"))
            .collect()
            for lazy in journal.pieces(since=since, until=until, skip_bad=True)
        ]
        count, at = pl.col("record.count"), pl.col("at")
        found = pl.concat(parts).group_by("actor.id").agg(pl.len(), count.max(), at.min().alias("first"), at.max())
        return found.sort(["record.count", "actor.id"], descending=[True, False]).head(most)

    return [
        UnnamedTaking(actor=actor, events=n, most=count, first_at=first.astimezone(UTC), last_at=last.astimezone(UTC))
        for actor, n, count, first, last in journal.read_files(read).iter_rows()
    ]


def shortest_window(times: pl.DataFrame, count: int) -> tuple[datetime, datetime]:
    """Return the shortest window in which so many different clients were touched, the earliest of equal ones.

    Args:
        times: Of one actor, in order; so many different clients stand in it.
        count: At least 1.
    """
    moments, places = times.get_column("at").to_physical().to_numpy(), times.get_column("place").to_numpy()
    inside: dict[int, int] = {}
    best, first = (0, len(moments) - 1), 0
    for last, place in enumerate(places):
        inside[place] = inside.get(place, 0) + 1
        while len(inside) >= count:
            if moments[last] - moments[first] < moments[best[1]] - moments[best[0]]:
                best = (first, last)
            left = places[first]
            inside[left] -= 1
            if not inside[left]:
                del inside[left]
            first += 1
    column = times.get_column("at")
    begin, end = column[best[0]], column[best[1]]
    return begin.astimezone(UTC), end.astimezone(UTC) + timedelta(minutes=1)


def _held(lazy: pl.LazyFrame, sample: pl.DataFrame, tenants: bool) -> pl.DataFrame:
    return (
        lazy.filter(RETURNED_DATA)
        .select("actor.id", pl.col("@timestamp").alias("at"), pl.col("subject.ids").alias("form"))
        .explode("form")
        .drop_nulls("form")
        .with_columns(clients_of("form", tenants=tenants).alias("form"))
        .join(sample.lazy(), on="form")
        .select(pl.col("actor.id").fill_null(""), "place", "at")
        .collect()
    )
