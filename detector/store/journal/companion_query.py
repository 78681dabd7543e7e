"""Who else was at work around an incident: which clients people opened, and from where, as the access journal has it.

Comes in: the journal, whose touches the incident's are, and spans of time. Goes out: frames of a row a person and
client (``opened_clients``), and a row a person and place (``seen_at``), that say which of it was within the incident.
Only accounts of people are in them, beside the incident's own actors; a day is read at a time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from detector import frames
from detector.frames import REASONS
from detector.schema.events.columns import ACCOUNT
from detector.schema.events.touches import TouchReason
from detector.store.journal.access_journal import Anyone, Journal
from detector.store.journal.journal_schema import LINE

UNKNOWN, EXPLAINED, NEIGHBOUR, NOBODY = range(4)
"""What explains that a client was opened: not known, something, that it lay next to another one, nothing."""
_WHY: Final = {
    reason.value: {
        TouchReason.NO_ACTOR: UNKNOWN,
        TouchReason.TOO_EARLY: UNKNOWN,
        TouchReason.NEIGHBOUR: NEIGHBOUR,
        TouchReason.NOBODY: NOBODY,
    }.get(reason, EXPLAINED)
    for reason in TouchReason
    if reason is not TouchReason.LISTED
}
_PEOPLE: Final = (
    pl.col("actor.id").str.starts_with(ACCOUNT)
    & pl.col("actor.type").fill_null("unknown").is_in(["human", "admin", "unknown"])
).fill_null(value=False)
_ROLE: Final = pl.concat_str(pl.col("actor.type").fill_null("unknown"), frames.first_role(), separator=":")
_SEED: Final = 1
_DAY: Final = timedelta(days=1)
_OPENED: Final = {
    "who": pl.String(),
    "role": pl.String(),
    "client": pl.UInt64(),
    "series": pl.UInt64(),
    "number": pl.Int64(),
    "inside": pl.Boolean(),
    "why": pl.Int8(),
    "first": frames.TIME,
    "last": frames.TIME,
}
_SEEN: Final = ("who", "role", "source.ip", "session.id", "user_agent.name")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSpan:
    """Whose touches an incident's are, and when they were: from its first event to its last, both included."""

    whose: Anyone
    first: datetime
    last: datetime

    @property
    def mine(self) -> pl.Expr:
        """Which rows are by its actors, whenever."""
        whose = self.whose
        mine = whose.touching if whose.others else pl.col("actor.id").is_in(sorted(whose.actors))
        return mine.fill_null(value=False)

    @property
    def inside(self) -> pl.Expr:
        """Which rows are of its time, by whomever."""
        return pl.col("@timestamp").is_between(self.first, self.last)


def opened_clients(
    journal: Journal, incident: IncidentSpan, since: datetime, until: datetime, *, skip_bad: bool = False
) -> pl.DataFrame:
    """Return which clients people opened, or took in an export that names them; what lists showed is left out.

    Columns: ``who`` (null: the incident's actors) and ``role``; ``client``, a hash, with ``number``, the digits its id
    ends in, and ``series``, a hash of what stands before them; ``inside``, whether that was in the time of the
    incident; ``why``, the least explained of its touches; the ``first`` and the ``last`` moment. One row a day.

    Raises:
        StoreError: The journal cannot be read.
    """
    found = [pl.DataFrame(schema=_OPENED)]
    while since < until:
        found.append(_opened_on(journal, incident, since, min(since + _DAY, until), skip_bad))
        since += _DAY
    return pl.concat(found)


def _opened_on(
    journal: Journal, incident: IncidentSpan, since: datetime, until: datetime, skip_bad: bool
) -> pl.DataFrame:
    columns = [
        *LINE,
        pl.when(~incident.mine).then("actor.id").alias("who"),
        _ROLE.alias("role"),
        incident.inside.alias("inside"),
        pl.col("subject.ids").list.drop_nulls().alias("client"),
    ]
    named = pl.col("subject.ids").list.len() > 0

    def read() -> tuple[pl.DataFrame, pl.DataFrame]:
        lazy = journal.scan(since=since, until=until, skip_bad=skip_bad)
        touches = lazy.filter((_PEOPLE | incident.mine) & named).select(columns).collect()
        opened = pl.col(REASONS).list.eval(pl.element() != TouchReason.LISTED.value).list.any()
        known = [
            each.filter(opened).select(*LINE, REASONS).collect() for each in journal.reasons(since=since, until=until)
        ]
        return touches, pl.concat(known) if known else pl.DataFrame()

    touches, reasons = journal.read_files(read)
    if not touches.height or not reasons.height:
        return pl.DataFrame(schema=_OPENED)
    rows = touches.join(reasons.unique(LINE, keep="any"), on=LINE).filter(
        pl.col(REASONS).list.len() == pl.col("client").list.len()
    )
    rows = rows.drop("log.file.identity", "log.offset").explode("client", REASONS)
    why = pl.col(REASONS).replace_strict(_WHY, default=None, return_dtype=pl.Int8())
    rows = rows.with_columns(why=why).filter(pl.col("why").is_not_null())
    return rows.group_by("who", "client", "inside").agg(
        pl.col("role").last(),
        pl.col("why").max(),
        pl.col("@timestamp").min().alias("first"),
        pl.col("@timestamp").max().alias("last"),
    ).select(
        "who",
        "role",
        pl.col("client").hash(_SEED),
        pl.col("client").str.replace(r"[0-9]{1,18}$", "").hash(_SEED).alias("series"),
        pl.col("client").str.extract(r"([0-9]{1,18})$").cast(pl.Int64, strict=False).alias("number"),
        "inside",
        "why",
        "first",
        "last",
    )  # fmt: skip


def places_of(
    journal: Journal, incident: IncidentSpan, most: int, *, skip_bad: bool = False
) -> tuple[list[str], list[str]]:
    """Return the addresses and the sessions of an incident's touches, the ``most`` used first and no more.

    Raises:
        StoreError: The journal cannot be read.
    """
    until = incident.last + timedelta(microseconds=1)

    def read() -> pl.DataFrame:
        pieces = journal.pieces(since=incident.first, until=until, skip_bad=skip_bad)
        some = [each.filter(incident.mine).select("source.ip", "session.id").collect() for each in pieces]
        return pl.concat(some)

    rows = journal.read_files(read)
    addresses, sessions = (_most_used(rows, name, most) for name in ("source.ip", "session.id"))
    return addresses, sessions


def _most_used(rows: pl.DataFrame, name: str, most: int) -> list[str]:
    counts = rows.get_column(name).drop_nulls().value_counts().sort(["count", name], descending=[True, False])
    used: list[str] = counts.get_column(name).head(most).to_list()
    return used


def seen_at(
    journal: Journal,
    incident: IncidentSpan,
    addresses: Collection[str],
    sessions: Collection[str],
    since: datetime,
    around: timedelta,
    *,
    skip_bad: bool = False,
) -> pl.DataFrame:
    """Return who touched client data from some addresses, or in some sessions, until ``around`` after the incident.

    Columns: ``who`` (null: the incident's actors) and ``role``; ``source.ip``, ``session.id`` and ``user_agent.name``;
    ``inside``, whether that was in the time of the incident, and ``before``, whether it was more than ``around`` before
    it; how many ``touches``, the ``first`` and the ``last`` moment; one row an ``hour``.

    Raises:
        StoreError: The journal cannot be read.
    """
    there = pl.col("source.ip").is_in(sorted(addresses)) | pl.col("session.id").is_in(sorted(sessions))
    inside, before = incident.inside, pl.col("@timestamp") < incident.first - around
    grouped = [*_SEEN, "hour", "inside", "before"]

    def read() -> list[pl.DataFrame]:
        return [
            each.filter((_PEOPLE | incident.mine) & there.fill_null(value=False))
            .select(
                pl.when(~incident.mine).then("actor.id").alias("who"),
                _ROLE.alias("role"),
                *_SEEN[2:],
                inside.alias("inside"),
                before.alias("before"),
                pl.col("@timestamp").dt.truncate("1h").alias("hour"),
                "@timestamp",
            )
            .group_by(grouped)
            .agg(
                pl.len().alias("touches"),
                pl.col("@timestamp").min().alias("first"),
                pl.col("@timestamp").max().alias("last"),
            )
            .collect()
            for each in journal.pieces(since=since, until=incident.last + around, skip_bad=skip_bad)
        ]

    rows = pl.concat(journal.read_files(read))
    return rows.group_by(grouped).agg(pl.col("touches").sum(), pl.col("first").min(), pl.col("last").max())
