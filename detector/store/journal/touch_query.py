"""Who touched a client, what explains it, and what is usual: questions to the access journal about reasons of touches.

Comes in: the journal, and a scope or some clients. Goes out: clients by class (``TouchSummary``), and everybody who
touched some clients, the least explained first (``Toucher``). Touches of which no reason is kept (they came too late to
be placed among others, or are only about to be) are of unknown class; a line that another log had told of before has
none, and the other one speaks for it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl

from detector import frames
from detector.frames import REASONS
from detector.schema.events.touches import RANK, TouchClass, Toucher, TouchReason, TouchSummary, UnexplainedShare
from detector.store.journal.access_journal import Journal
from detector.store.journal.client_rows import UNTOLD, client_rows, spoken_for
from detector.store.journal.journal_schema import LINE, LINE_KEY
from detector.store.journal.journal_slice import JournalSlice
from detector.store.journal.scope_query import WHO, Reach, touching, touching_clients

USUAL: Final = timedelta(days=14)
"""So many days before tell what is usual."""
_CLASSES: Final = {rank: of for of, rank in RANK.items()}
_ASKED: Final = [
    reason.value
    for reason in TouchReason
    if reason not in (TouchReason.SAME_CARD, TouchReason.FROM_LIST, TouchReason.LISTED, TouchReason.TOO_EARLY)
]
_OF_EVENTS: Final = (LINE_KEY, "@timestamp", "log.offset", "actor.id", "source.ip", "event.action", "subject.ids")
_ROLE: Final = pl.concat_str(pl.col("actor.type"), frames.first_role(), separator=":").alias("role")


def touch_summary(
    journal: Journal,
    reach: Reach,
    actor: str,
    *,
    without: Collection[str] = frozenset(),
    began: datetime | None = None,
) -> TouchSummary:
    """Return what explains the touches a scope counts, and what is usual of its actor.

    Args:
        journal: Where touches are kept.
        reach: Whose touches, and when.
        actor: Of whom it is said what is usual.
        without: Clients that are left out.
        began: The days before this tell what is usual; None: those before the reach.

    Raises:
        StoreError: The journal cannot be read.
    """
    frame = touching(journal, reach, skip_bad=True)
    named = _by_client(journal, frame, reach.since, reach.until)
    named = named.filter(~pl.col("client").is_in(sorted(without))) if without else named
    if not named.height:
        return TouchSummary()
    worst = named.group_by("client").agg(pl.col("rank").max()).get_column("rank").value_counts()
    found = {_CLASSES[rank]: count for rank, count in worst.iter_rows()}
    by_class = tuple((of, found[of]) for of in sorted(found, key=RANK.__getitem__, reverse=True))
    untold = named.filter(pl.col("label") == UNTOLD).get_column("client").n_unique()
    summary = TouchSummary(by_class=by_class, untold=untold)
    if TouchClass.UNEXPLAINED not in found:
        return summary
    began = began or reach.since
    shares = _Shares(journal, began - USUAL, began)
    return replace(summary, own=shares.of_actor(actor), role=shares.of_role_of(actor))


def touched_clients(touches: JournalSlice, reach: Reach) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the events that a scope counts, and a row for each client that one of them names.

    The first has the columns ``LINE_KEY``, ``@timestamp``, ``log.offset``, ``actor.id``, ``source.ip``,
    ``event.action`` and ``clients`` (a list, as the event names them); the second those of ``client_rows``. A second
    log's line of an act is in the first only.
    """
    whose, since, until = reach.whose, reach.since, reach.until
    frame = touches.touches(either=whose, since=since, until=until, columns=dict.fromkeys((*_OF_EVENTS, *WHO)))
    rows = touches.clients(either=whose, since=since, until=until)
    events = frames.chosen(reach.narrowed(frame), _OF_EVENTS)
    events.columns = [*_OF_EVENTS[:-1], "clients"]
    return events, spoken_for(reach.narrowed(rows))


def who_touched(
    journal: Journal, clients: Mapping[str, str], since: datetime, until: datetime, *, tenants: bool = False
) -> list[Toucher]:
    """Return everybody who touched all of some clients, the least explained first.

    Args:
        journal: Where touches are kept.
        clients: Which client each form of an id is.
        since: From this event time on.
        until: Before this one.
        tenants: Ids of events may have a tenant before them, up to the last slash.

    Raises:
        StoreError: The journal cannot be read.
    """
    rows = _of_clients(journal, clients, since, until, tenants=tenants)
    if not rows.height:
        return []
    asked = len(set(clients.values()))
    shares = _Shares(journal, since, until)
    worst = rows.group_by("actor.id", "client").agg(pl.col("rank").max())
    unexplained = dict(
        worst.filter(pl.col("rank") == RANK[TouchClass.UNEXPLAINED]).group_by("actor.id").len().iter_rows()
    )
    found = []
    for (actor,), part in rows.group_by("actor.id"):
        if part.get_column("client").n_unique() == asked:
            found.append(_toucher(str(actor or ""), part, unexplained.get(actor, 0), shares))
    return sorted(found, key=_least_explained)


def unexplained_touchers(
    journal: Journal, clients: Mapping[str, str], since: datetime, until: datetime, *, tenants: bool = False
) -> frozenset[str]:
    """Return the actors whose touch of one of some clients nothing explained; arguments as for ``who_touched``.

    Raises:
        StoreError: The journal cannot be read.
    """
    rows = _of_clients(journal, clients, since, until, tenants=tenants)
    found = rows.filter(pl.col("rank") == RANK[TouchClass.UNEXPLAINED]).get_column("actor.id")
    return frozenset(found.drop_nulls().unique())


def unexplained_pairs(
    journal: Journal,
    clients: Mapping[str, str],
    since: datetime,
    until: datetime,
    actors: Collection[str],
    *,
    tenants: bool = False,
) -> dict[str, int]:
    """Return how many of some clients each of some actors touched without anything explaining one of these touches.

    Raises:
        StoreError: The journal cannot be read.
    """
    found: dict[str, int] = {}
    for actor in actors:  # one after the other: all touches of all of them may be many
        rows = _of_clients(journal, clients, since, until, tenants=tenants, actor=actor)
        bare = rows.filter(pl.col("rank") == RANK[TouchClass.UNEXPLAINED])
        found[actor] = bare.get_column("client").n_unique()
    return found


def _of_clients(
    journal: Journal,
    clients: Mapping[str, str],
    since: datetime,
    until: datetime,
    *,
    tenants: bool,
    actor: str | None = None,
) -> pl.DataFrame:
    """Return a row for each touch of one of some clients, with what explains it; ``client`` is which one it is.

    ``actor`` narrows to touches of one.
    """
    client = pl.element().str.replace(r"(?s)^.*/", "") if tenants else pl.element()
    which = frames.names_one_of(clients, client)
    which = which if actor is None else (pl.col("actor.id") == actor) & which
    frame = touching_clients(journal, which, since, until)
    rows = _by_client(journal, frame, since, until)
    form = pl.col("client").str.replace(r"(?s)^.*/", "") if tenants else pl.col("client")
    rows = rows.with_columns(client=form.replace_strict(dict(clients), default=None, return_dtype=pl.String()))
    return rows.filter(pl.col("client").is_not_null())


def _least_explained(each: Toucher) -> tuple[int, int, float, float, str]:
    """Order by class, then by how many clients, then by how unusual that is of whom it is of, the latest first."""
    usual = each.own if each.own is not None else each.of_role
    share = 1.0 if usual is None else usual
    return -RANK[each.touch_class], -each.unexplained, share, -each.last_at.timestamp(), each.actor


def _toucher(actor: str, rows: pl.DataFrame, unexplained: int, shares: "_Shares") -> Toucher:
    events = rows.unique(LINE_KEY)
    reasons = rows.select("rank", "label").unique().sort("rank", "label", descending=[True, False])
    actions = events.group_by("event.action").len().sort(["len", "event.action"], descending=[True, False])
    times = events.get_column("@timestamp")
    return Toucher(
        actor=actor,
        role=shares.role_of(actor),
        touch_class=_CLASSES[int(rows.get_column("rank").max())],  # type: ignore[arg-type]
        reasons=tuple(reasons.get_column("label")),
        clients=rows.get_column("client").n_unique(),
        unexplained=unexplained,
        events=events.height,
        first_at=times.min().astimezone(UTC),  # type: ignore[union-attr]
        last_at=times.max().astimezone(UTC),  # type: ignore[union-attr]
        actions=tuple(actions.iter_rows()),
        addresses=tuple(events.get_column("source.ip").drop_nulls().unique().sort()),
        services=tuple(events.get_column("service.name").drop_nulls().unique().sort()),
        own=shares.of_actor(actor).share,
        of_role=shares.of_role_of(actor).share,
    )


def _by_client(journal: Journal, frame: pl.DataFrame, since: datetime, until: datetime) -> pl.DataFrame:
    """Return a row for each client that events name, with what explains it."""
    known = journal.reasons_of(frame.get_column(LINE_KEY), since, until)
    return spoken_for(client_rows(frame.join(known, on=LINE_KEY, how="left", maintain_order="left")))


class _Shares:
    """How much of what actors and roles open nothing explains, within a span of time."""

    def __init__(self, journal: Journal, since: datetime, until: datetime) -> None:
        asked = pl.col(REASONS).list.eval(pl.element().is_in(_ASKED)).list.sum()
        nobody = pl.col(REASONS).list.eval(pl.element() == TouchReason.NOBODY.value).list.sum()
        counts = journal.read_files(
            lambda: [
                lazy.unique(LINE)
                .group_by("actor.id")
                .agg(asked.sum().alias("opened"), nobody.sum().alias("unexplained"))
                .collect()
                for lazy in journal.reasons(since=since, until=until)
            ]
        )
        roles = journal.read_files(
            lambda: [
                lazy.select("actor.id", _ROLE).unique().collect()
                for lazy in (journal.pieces(since=since, until=until, skip_bad=True) if counts else ())
            ]
        )
        self._roles: dict[str, str] = {actor: role for part in roles for actor, role in _rows(part)}
        self._by_actor: dict[str, UnexplainedShare] = {}
        self._by_role: dict[str, UnexplainedShare] = {}
        for actor, opened, unexplained in (row for part in counts for row in _rows(part)):
            self._by_actor[actor] = _sum(self._by_actor.get(actor), opened, unexplained)
            role = self._roles.get(actor, "")
            self._by_role[role] = _sum(self._by_role.get(role), opened, unexplained)

    def role_of(self, actor: str) -> str:
        """Return the kind and first role of an actor; empty: it touched no client in that time."""
        return self._roles.get(actor, "")

    def of_actor(self, actor: str) -> UnexplainedShare:
        """Return the actor's own share."""
        return self._by_actor.get(actor, UnexplainedShare())

    def of_role_of(self, actor: str) -> UnexplainedShare:
        """Return the share of all who have the actor's role, itself aside."""
        own, all_of_them = self.of_actor(actor), self._by_role.get(self.role_of(actor), UnexplainedShare())
        return UnexplainedShare(
            opened=max(all_of_them.opened - own.opened, 0),
            unexplained=max(all_of_them.unexplained - own.unexplained, 0),
        )


def _rows(part: pl.DataFrame) -> Iterable[tuple[Any, ...]]:
    return part.filter(pl.col("actor.id").is_not_null()).sort(pl.all()).iter_rows()


def _sum(before: UnexplainedShare | None, opened: int, unexplained: int) -> UnexplainedShare:
    before = before or UnexplainedShare()
    return UnexplainedShare(opened=before.opened + opened, unexplained=before.unexplained + unexplained)
