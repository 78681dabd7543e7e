"""Touches beside a case over a long time: what the search backwards (``nabat incidents retro``) is made of.

Comes in: the journal, and what is to be found: whose touches, sessions, addresses, clients, records, sizes of exports.
Goes out: small frames: a row an actor and day, or an actor and thing. The journal is read in pieces, one after the
other, and of each only what is like the case is kept, so that memory follows what is found and not how much is kept.
Reasons of touches are read likewise, for the lines that were found and for the case's own actors.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from detector import frames
from detector.frames import REASONS
from detector.schema.events.touches import TouchReason
from detector.store.journal.access_journal import Anyone, Journal
from detector.store.journal.journal_schema import KEYS, LINE_KEY
from detector.store.journal.returned_touches import RETURNED_DATA

_SEED: Final = 11
MOST_LINES: Final = 300_000
"""So many lines about the case's clients and records are held; later ones are left out, and that is said."""
_MOST_KNOWN: Final = 200_000
_MOST_HOURS: Final = 300_000
"""So many counts by actor and hour are held; of more, small ones are dropped that were over two days ago."""
_USED: Final = (
    *("@timestamp", "actor.id", "session.id", "source.ip", "event.action", "event.outcome", "object.type"),
    *("service.name", "host.name", "record.ids", "record.count", "subject.ids", "http.request.method"),
    *("http.response.status_code", "log.file.identity", "log.offset"),
)
_TOLD: Final = {"strange": pl.Int64(), "told": pl.Int64()}
_TWO_DAYS: Final = timedelta(days=2)
_DAY: Final = pl.col("@timestamp").dt.date().alias("day")
_SPAN: Final = (
    pl.len().alias("events"),
    pl.col("@timestamp").min().alias("first"),
    pl.col("@timestamp").max().alias("last"),
)
_AGAIN: Final = (pl.col("events").sum(), pl.col("first").min(), pl.col("last").max())
PLACES: Final = {
    **{"who": pl.String(), "source.ip": pl.String(), "mine": pl.Boolean(), "before": pl.Boolean(), "day": pl.Date()},
    **{"events": pl.UInt32(), "first": frames.TIME, "last": frames.TIME},
}
SESSIONS: Final = {
    **{"who": pl.String(), "session.id": pl.String(), "mine": pl.Boolean(), "before": pl.Boolean(), "day": pl.Date()},
    **{"events": pl.UInt32(), "first": frames.TIME, "last": frames.TIME},
}
EXPORTS: Final = {
    **{"who": pl.String(), "mine": pl.Boolean(), "before": pl.Boolean(), "day": pl.Date(), "size": pl.Int64()},
    **{"events": pl.UInt32(), "first": frames.TIME, "last": frames.TIME},
}
VOLUMES: Final = {
    **{"who": pl.String(), "mine": pl.Boolean(), "before": pl.Boolean(), "kind": pl.UInt32(), "hour": frames.TIME},
    **{"events": pl.UInt32(), "first": frames.TIME, "last": frames.TIME},
}
SHARED: Final = {
    **{"who": pl.String(), "mine": pl.Boolean(), "at": frames.TIME, LINE_KEY: pl.UInt64()},
    **{"record": pl.Boolean(), "thing": pl.UInt64()},
}
STRANGERS: Final = {
    **{"who": pl.String(), "day": pl.Date(), "events": pl.UInt32(), "first": frames.TIME, "last": frames.TIME},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroAsked:
    """What is looked for.

    Attributes:
        mine: Whose touches are the case's.
        first: Its first event: what lies before it is told apart.
        sessions / addresses: Of the case.
        clients / records: Hashes (``hashed``) of some of its clients, and of its records that are none.
        exports: Service, action and kind of object of its largest acts, with the least size that is like them.
        volumes: Likewise of what it did most of, with how many within an hour are like it.
        clock: The hours of the day (UTC) at which that counts.
    """

    mine: Anyone
    first: datetime
    sessions: Collection[str] = ()
    addresses: Collection[str] = ()
    clients: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt64()), compare=False)
    records: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.UInt64()), compare=False)
    exports: Sequence[tuple[str, str, str, int]] = ()
    volumes: Sequence[tuple[str, str, str, int]] = ()
    clock: Collection[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetroTouches:
    """What was found.

    Attributes:
        places: Who came from the addresses, a row an actor, address and day, ``before`` the first event and since then.
        sessions / exports: Likewise of sessions, and of acts of those kinds and sizes.
        volumes: Likewise of hours with as many acts of those kinds, ``size``: how many; not where something explains
            most of what the actor did in that hour.
        shared: Lines that name one of the clients or records, a row a line and thing, and whether nothing explains the
            line (``strange``; null: not known), or it was too early to say (``early``).
        strangers: How many touches of its actors before that nothing explains, a row an actor and day.
        unexplained: How many lines of each actor nothing explains.
        clients / records: Different ones that anybody touched, about.
        whole: All that was found was held.
    """

    places: pl.DataFrame
    sessions: pl.DataFrame
    exports: pl.DataFrame
    volumes: pl.DataFrame
    shared: pl.DataFrame
    strangers: pl.DataFrame
    unexplained: Mapping[str, int]
    clients: int
    records: int
    whole: bool


def hashed(values: pl.Expr | pl.Series, kinds: pl.Expr | None = None) -> pl.Expr:
    """Return ids as the search compares them; good in this process only."""
    ids = pl.lit(values) if isinstance(values, pl.Series) else values
    return ids.hash(_SEED) if kinds is None else pl.concat_str(kinds, ids, separator="\x1f").hash(_SEED)


def retro_touches(
    journal: Journal,
    asked: RetroAsked,
    since: datetime,
    until: datetime,
    *,
    skip_bad: bool = False,
    most_lines: int = MOST_LINES,
) -> RetroTouches:
    """Return all touches between two moments that are like a case.

    Raises:
        StoreError: The journal cannot be read.
    """
    found = journal.read_files(lambda: _Reading(asked, most_lines).of(journal, since, until, skip_bad))
    hours = found.large_hours()
    why = journal.read_files(lambda: _Reasons(asked, found.shared, hours).of(journal, since, until))
    shared = found.shared.join(why.strange(), on=LINE_KEY, how="left", maintain_order="left")
    return RetroTouches(
        places=found.places,
        sessions=found.sessions,
        exports=found.exports,
        volumes=why.unexplained_hours(hours),
        shared=shared,
        strangers=why.strangers,
        unexplained=why.unexplained,
        clients=found.all_of[False].count,
        records=found.all_of[True].count,
        whole=found.whole,
    )


class _Counted:
    """Counts different things of very many, about: beyond a number only a share of them is remembered."""

    def __init__(self) -> None:
        self._known, self._share = pl.Series(dtype=pl.UInt64()), 1

    @property
    def count(self) -> int:
        """How many there are."""
        return self._known.len() * self._share

    def add(self, things: pl.Series) -> None:
        """Count things, by their hashes."""
        self._known = pl.concat([self._known, things.filter(things % self._share == 0).unique()]).unique()
        while self._known.len() > _MOST_KNOWN:
            self._share *= 2
            self._known = self._known.filter(self._known % self._share == 0)


class _Reading:
    """Takes what is like a case out of one piece of the journal after the other."""

    def __init__(self, asked: RetroAsked, most_lines: int) -> None:
        self._asked, self._room = asked, most_lines
        self.places, self.sessions = pl.DataFrame(schema=PLACES), pl.DataFrame(schema=SESSIONS)
        self.exports, self.shared = pl.DataFrame(schema=EXPORTS), pl.DataFrame(schema=SHARED)
        self._hours = pl.DataFrame(schema=VOLUMES)
        self.all_of = {False: _Counted(), True: _Counted()}
        self.whole = True

    def of(self, journal: Journal, since: datetime, until: datetime, skip_bad: bool) -> "_Reading":
        """Read a span of time."""
        mine = self._asked.mine.touching.fill_null(value=False).alias("mine")
        before = (pl.col("@timestamp") < self._asked.first).alias("before")
        for lazy in journal.pieces(since=since, until=until, skip_bad=skip_bad):
            rows = lazy.select(_USED).filter(RETURNED_DATA).with_columns(mine, before, _DAY, who="actor.id").collect()
            if rows.height:
                self._add(rows)
        return self

    def _add(self, rows: pl.DataFrame) -> None:
        at = pl.col("source.ip").is_in(sorted(self._asked.addresses))
        self.places = _summed(self.places, rows.filter(at), ["who", "source.ip", "mine", "before", "day"])
        there = pl.col("session.id").is_in(sorted(self._asked.sessions))
        self.sessions = _summed(self.sessions, rows.filter(there), ["who", "session.id", "mine", "before", "day"])
        if self._asked.exports:
            self.exports = _summed(self.exports, self._large(rows), ["who", "mine", "before", "day", "size"])
        if self._asked.volumes:
            self._count_hours(rows)
        for ids, wanted, record in (
            ("subject.ids", self._asked.clients, False),
            ("record.ids", self._asked.records, True),
        ):
            if wanted.len():
                self._share(rows, ids, wanted, record)

    def large_hours(self) -> pl.DataFrame:
        """Return the hours with as many acts of one kind as the case's, at its hours of the day, a row each."""
        least = {number: each[-1] for number, each in enumerate(self._asked.volumes)}
        enough = pl.col("events") >= pl.col("kind").replace_strict(least, default=None, return_dtype=pl.Int64)
        then = pl.col("hour").dt.hour().is_in(sorted(self._asked.clock))
        day, size = pl.col("hour").dt.date().alias("day"), pl.col("events").cast(pl.Int64).alias("size")
        shown = ("who", "hour", "mine", "before", day, size, "events", "first", "last")
        return self._hours.filter(enough & then).select(*shown)

    def _count_hours(self, rows: pl.DataFrame) -> None:
        """Count the acts of the case's kinds by actor and hour."""
        kind = pl.coalesce(
            *(
                pl.when(_is_of(service, action, object_type)).then(pl.lit(number, dtype=pl.UInt32()))
                for number, (service, action, object_type, _) in enumerate(self._asked.volumes)
            )
        )
        counted = rows.with_columns(kind=kind, hour=pl.col("@timestamp").dt.truncate("1h")).drop_nulls("kind")
        self._hours = _summed(self._hours, counted, ["who", "mine", "before", "kind", "hour"])
        if self._hours.height > _MOST_HOURS:
            newest, least = pl.col("hour").max(), min(each[-1] for each in self._asked.volumes)
            self._hours = self._hours.filter((pl.col("hour") > newest - _TWO_DAYS) | (pl.col("events") >= least))

    def _large(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the acts of the same kinds and sizes."""
        named = pl.max_horizontal(pl.col("record.ids").list.len(), pl.col("subject.ids").list.len()).cast(pl.Int64)
        size = pl.coalesce("record.count", named).fill_null(0).alias("size")
        like = [
            _is_of(service, action, kind) & (pl.col("size") >= least)
            for service, action, kind, least in self._asked.exports
        ]
        return rows.with_columns(size).filter(pl.any_horizontal(like).fill_null(value=False))

    def _share(self, rows: pl.DataFrame, ids: str, wanted: pl.Series, record: bool) -> None:
        """Take the lines that name one of some clients, or records."""
        some = rows.filter(pl.col(ids).list.len() > 0)
        some = some.select("who", "mine", KEYS[0], pl.col("@timestamp").alias("at"), "object.type", each=ids)
        kinds = pl.col("object.type") if record else None
        named = some.explode("each").drop_nulls("each").with_columns(thing=hashed(pl.col("each"), kinds))
        self.all_of[record].add(named.get_column("thing"))
        shared = named.filter(pl.col("thing").is_in(wanted.implode())).with_columns(record=pl.lit(record))
        shared = shared.select(SHARED.keys())
        self.whole = self.whole and shared.height <= self._room
        shared = shared.head(self._room)
        self._room -= shared.height
        if shared.height:
            self.shared = pl.concat([self.shared, shared])


def _is_of(service: str, action: str, kind: str) -> pl.Expr:
    """Return whether a touch is an act of a kind."""
    there = pl.col("service.name").fill_null("") == service
    return there & (pl.col("event.action") == action) & (pl.col("object.type") == kind)


def _summed(before: pl.DataFrame, rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return what was counted so far with some rows more."""
    if not rows.height:
        return before
    counted = rows.group_by(keys).agg(_SPAN).select(before.columns).cast(before.schema)
    both = pl.concat([before, counted]).group_by(keys).agg(_AGAIN)
    return both.select(before.columns).cast(before.schema)


class _Reasons:
    """Takes out of the reasons of touches what is told of some lines, and counts those that nothing explains."""

    def __init__(self, asked: RetroAsked, shared: pl.DataFrame, hours: pl.DataFrame) -> None:
        self._lines, self._asked_of = shared.get_column(LINE_KEY).unique(), hours.select("who", "hour").unique()
        self._of_hours = pl.DataFrame(schema={**hours.select("who", "hour").schema, **_TOLD})
        self._own = pl.col("who").is_in(sorted(asked.mine.actors)) & (pl.col("@timestamp") < asked.first)
        self._told = [
            pl.DataFrame(schema={LINE_KEY: self._lines.dtype, "strange": pl.Boolean(), "early": pl.Boolean()})
        ]
        self.strangers = pl.DataFrame(schema=STRANGERS)
        self.unexplained: dict[str, int] = {}

    def of(self, journal: Journal, since: datetime, until: datetime) -> "_Reasons":
        """Read a span of time."""
        strange = pl.col(REASONS).list.contains(TouchReason.NOBODY.value).alias("strange")
        early = pl.col(REASONS).list.contains(TouchReason.TOO_EARLY.value).alias("early")
        for lazy in journal.reasons(since=since, until=until):
            rows = lazy.select("@timestamp", KEYS[0], _DAY, strange, early, who="actor.id").collect()
            ours = rows.filter(pl.col(LINE_KEY).is_in(self._lines.implode()))
            self._told.append(ours.select(LINE_KEY, "strange", "early"))
            hourly = rows.with_columns(hour=pl.col("@timestamp").dt.truncate("1h"))
            hourly = hourly.join(self._asked_of, on=["who", "hour"], how="semi")
            self._count_hours(hourly.select("who", "hour", pl.col("strange").cast(pl.Int64), told=pl.lit(1, pl.Int64)))
            unexplained = rows.filter("strange")
            self.strangers = _summed(self.strangers, unexplained.filter(self._own), ["who", "day"])
            for who, count in unexplained.drop_nulls("who").group_by("who").len().iter_rows():
                self.unexplained[who] = self.unexplained.get(who, 0) + count
        return self

    def _count_hours(self, told: pl.DataFrame) -> None:
        both = pl.concat([self._of_hours, told])
        self._of_hours = both.group_by("who", "hour").agg(pl.col(*_TOLD).sum())

    def unexplained_hours(self, hours: pl.DataFrame) -> pl.DataFrame:
        """Return hours without those in which something explains most of what is told of."""
        usual = self._of_hours.filter(pl.col("strange") * 2 < pl.col("told"))
        return hours.join(usual, on=["who", "hour"], how="anti").drop("hour")

    def strange(self) -> pl.DataFrame:
        """Return for each line that was told of whether nothing explains it, or it was too early to say."""
        return pl.concat(self._told).group_by(LINE_KEY).agg(pl.col("strange", "early").any())
