"""Accounts seen where an incident's actors were in its time: in their session, at an address, with a program there.

Comes in: who was seen at the addresses and in the sessions of an incident, in its time and in the two weeks before.
Goes out: a trace for each account. At an address two meet who are there within about an hour of each other. One that
both used before is a desk they share, and one that many use is an office's: neither says anything, unless few there
use the same program. A session is one account's, so who else is in it is named, unless very many are, which is what
some logs write for none. Pure.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import polars as pl

from detector.web.companions import SharedTrace, SharedWay

FEW_ACCOUNTS = 3
"""Accounts at an address, the incident's included, that is no office's."""
AROUND = timedelta(hours=1)
"""Who is seen so long before or after the incident is seen in its time."""

Found = Mapping[str, tuple[SharedTrace, ...]]


def same_place(seen: pl.DataFrame, *, usual_known: bool) -> Found:
    """Return who was seen there, by account.

    Args:
        seen: As ``seen_at`` returns it, for the days before and ``AROUND`` the incident.
        usual_known: Enough is kept of the days before to say who was there then; else only sessions are looked at.
    """
    crowded = seen.group_by("source.ip").agg(pl.col("who").n_unique()).filter(pl.col("who") > FEW_ACCOUNTS)
    in_offices = seen.join(crowded.select("source.ip"), on="source.ip", how="semi")
    looks = [(seen, ["session.id"], SharedWay.SESSION)]
    if usual_known:
        looks.append((seen, ["source.ip"], SharedWay.ADDRESS))
        looks.append((in_offices, ["source.ip", "user_agent.name"], SharedWay.AGENT))
    found: dict[str, list[SharedTrace]] = {}
    for rows, place, way in looks:
        for who, trace in _shared(rows, place, way):
            found.setdefault(who, []).append(trace)
    return {who: tuple(_most_of_each_way(traces)) for who, traces in found.items()}


def _shared(seen: pl.DataFrame, place: list[str], way: SharedWay) -> Iterator[tuple[str, SharedTrace]]:
    """Yield who was at a place of the incident's, where few are, and not both were before."""
    rows = seen.drop_nulls(place)
    rows = rows.join(rows.filter(pl.col("who").is_null() & pl.col("inside")).select(place), on=place, how="semi")
    for _, at in rows.group_by(place):
        accounts = at.get_column("who").n_unique()
        if accounts > FEW_ACCOUNTS:
            continue
        before = set(at.filter("before").get_column("who"))
        near = at.filter(~pl.col("before") & pl.col("who").is_not_null())
        if way is not SharedWay.SESSION:
            hours = at.filter(pl.col("who").is_null() & pl.col("inside")).get_column("hour").unique()
            around = pl.concat([hours, hours.dt.offset_by("1h"), hours.dt.offset_by("-1h")]).unique()
            near = near.filter(pl.col("hour").is_in(around.implode()))
        for (who,), own in near.group_by("who"):
            if way is SharedWay.SESSION or not {None, who} <= before:
                yield str(who), _trace(own, way, accounts, own_before=who in before)


def _trace(own: pl.DataFrame, way: SharedWay, accounts: int, *, own_before: bool) -> SharedTrace:
    return SharedTrace(
        way=way,
        first_at=own.get_column("first").min(),  # type: ignore[arg-type]
        last_at=own.get_column("last").max(),  # type: ignore[arg-type]
        count=int(own.get_column("touches").sum()),
        of=accounts,
        where=own.get_column("source.ip").drop_nulls().first() or "",  # type: ignore[arg-type]
        agent=own.get_column("user_agent.name").first() or "" if way is SharedWay.AGENT else "",  # type: ignore[arg-type]
        own_before=own_before and way is not SharedWay.SESSION,
    )


def _most_of_each_way(traces: list[SharedTrace]) -> Iterator[SharedTrace]:
    """Yield one trace of each way: that with the most touches."""
    for way in SharedWay:
        of_way = [each for each in traces if each.way is way]
        if of_way:
            yield max(of_way, key=lambda each: (each.count, each.where))
