"""Since when a case may have gone on, and who else did the same: the access journal read backwards.

Comes in: a case, the events its scope counts, the journal. Goes out: traces, each with its reason, the most telling
first. It finds nothing that pages anybody: it names where a person has to look, and says what it could not look at.
What is usual is no trace: places where the actor is at home, exports that most do, rules that find a crowd, days like
others. Bounded: no more
than ``MOST_TOUCHES`` are read, the newest; of a case with more clients than are looked for, the same part each time.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final

import polars as pl

from detector.errors import StoreError
from detector.runtime.incidents.retro.case_profile import CaseProfile, case_profile
from detector.schema.case.incidents import Incident
from detector.schema.case.retro import HABIT_DAYS, RetroSearch, RetroTrace, RetroWay, RuleFound
from detector.store import Anyone, Journal, RetroTouches, retro_touches

MOST_DAYS: Final = 90
"""So far back it is looked where nobody says how far."""
MOST_TOUCHES: Final = 5_000_000
MOST_LISTED: Final = 20
_CROWD: Final = 20
"""An address of more accounts than this is an office's or a provider's, and says nothing of any of them."""
_LEAST_SHARED: Final = 3
_LEAST_STRANGERS: Final = 5
_TIMES: Final = 3
_ORDER: Final = {way: place for place, way in enumerate(RetroWay)}


def search_back(
    journal: Journal,
    incident: Incident,
    mine: Anyone,
    events: pl.DataFrame,
    now: datetime,
    *,
    rules: Callable[[datetime, datetime], Sequence[RuleFound]] = lambda since, until: (),
    days: int = MOST_DAYS,
    most_touches: int = MOST_TOUCHES,
) -> RetroSearch:
    """Search backwards from a case.

    Args:
        journal: What is kept.
        incident: The case.
        mine: Whose touches are its own.
        events: Those its scope counts.
        now: Until when others are looked for.
        rules: Returns whom the rules that found the case found between two moments.
        days: So many days before its first event.
        most_touches: No more are read.

    Raises:
        StoreError: The journal cannot be read at all.
    """
    begins = events.get_column("@timestamp").min()
    first = min([incident.first_event_at, *([begins] if isinstance(begins, datetime) else [])]).astimezone(UTC)
    profile = case_profile(mine, events, first)
    asked_since, until = first - timedelta(days=days), max(now, first) + timedelta(microseconds=1)
    since = _since(journal, asked_since, until, most_touches)
    try:
        found, whole = retro_touches(journal, profile.asked, since, until), True
    except StoreError:
        found, whole = retro_touches(journal, profile.asked, since, until, skip_bad=True), False
    begun = max(since, journal.begins() or since)
    judged = _Traces(profile, found, first, _by_rules(rules(begun, until), mine))
    return RetroSearch(
        earlier=judged.earlier(),
        others=judged.others(),
        first_event_at=first,
        since=begun,
        until=until,
        asked_since=asked_since,
        touches=journal.most(since, until),
        looked_for=profile.asked.clients.len(),
        clients=profile.clients,
        too_early=judged.too_early(),
        whole=whole and found.whole,
    )


def _since(journal: Journal, asked: datetime, until: datetime, most: int) -> datetime:
    """Return from when on no more touches than allowed are read: rather what is near the case than what is far."""
    since = asked
    while journal.most(since, until) > most and until - since > timedelta(days=1):
        since = until - (until - since) / 2
    return since


class _Traces:
    """Judges what was found."""

    def __init__(self, profile: CaseProfile, found: RetroTouches, first: datetime, by_rules: list[RetroTrace]) -> None:
        self._profile, self._found, self._first, self._by_rules = profile, found, first, by_rules
        self._sessions, self._places = len(profile.asked.sessions), len(profile.asked.addresses)

    def earlier(self) -> tuple[RetroTrace, ...]:
        """Return what the case's own left before its first event."""
        found = self._found
        opened = dict(found.strangers.group_by("who").agg(pl.col("events").sum()).iter_rows())
        own = pl.col("mine") & pl.col("before")
        return _ranked(
            [
                *_spans(RetroWay.SESSION, found.sessions.filter("before"), "session.id", self._sessions),
                *self._shared(found.shared.filter(pl.col("mine"), pl.col("at") < self._first), opened),
                *_spans(RetroWay.EXPORT, found.exports.filter(own), "size", 0),
                *_spans(RetroWay.VOLUME, found.volumes.filter(own), "size", self._profile.busiest),
                *self._strange_places(own),
                *self._stranger_days(),
            ]
        )

    def others(self) -> tuple[RetroTrace, ...]:
        """Return what others left, whenever."""
        theirs = ~pl.col("mine") & pl.col("who").is_not_null()
        sessions = self._found.sessions.filter(theirs)
        exports = self._found.exports.filter(theirs)
        doing = exports.get_column("who").n_unique()
        rare, volumes = _no_habit(exports), _no_habit(self._found.volumes.filter(theirs))
        places = self._found.places.filter(pl.col("source.ip").is_in(self._strange_addresses()))
        crowded = places.filter(theirs).group_by("source.ip").agg(pl.col("who").n_unique())
        crowded = crowded.filter(pl.col("who") > _CROWD)
        places = places.filter(theirs).join(crowded.select("source.ip"), on="source.ip", how="anti")
        return _ranked(
            [
                *_spans(RetroWay.SESSION, sessions, "session.id", self._sessions),
                *self._shared(self._found.shared.filter(theirs), self._found.unexplained),
                *self._by_rules,
                *_spans(RetroWay.EXPORT, rare, "size", doing),
                *_spans(RetroWay.VOLUME, volumes, "size", self._profile.busiest),
                *_spans(RetroWay.PLACE, places, "source.ip", self._places),
            ]
        )

    def too_early(self) -> int:
        """Return how many touches of the same clients or records, but the case's own, came too early to be judged."""
        theirs = ~pl.col("mine") | (pl.col("at") < self._first)
        unsaid = pl.col("early") & ~pl.col("strange") & pl.col("who").is_not_null()
        return self._found.shared.filter(theirs, unsaid).get_column("line").n_unique()

    def _shared(self, rows: pl.DataFrame, opened: Mapping[str, int]) -> list[RetroTrace]:
        """Return who opened some of the same clients or records, of lines whose reason is known those without one.

        Args:
            rows: Lines that name one.
            opened: How many lines of each actor nothing explains, whatever they name.
        """
        strange = rows.filter(pl.col("strange").fill_null(value=True))
        asked, found = self._profile.asked, list[RetroTrace]()
        for record, way, of, looked_for, there in (
            (True, RetroWay.RECORDS, self._profile.records, asked.records, self._found.records),
            (False, RetroWay.CLIENTS, self._profile.clients, asked.clients, self._found.clients),
        ):
            some = strange.filter(pl.col("record") == record).group_by("who").agg(
                pl.col("line").n_unique().alias("events"),
                pl.col("thing").n_unique().alias("things"),
                pl.col("at").dt.date().n_unique().alias("days"),
                pl.col("at").min().alias("first"),
                pl.col("at").max().alias("last"),
            )  # fmt: skip
            by_chance = looked_for.len() / max(there, looked_for.len(), 1)
            found += [
                _trace(way, row, of)
                for row in some.iter_rows(named=True)
                if _is_much(row["things"], of, by_chance, opened.get(row["who"], 0))
            ]
        return found

    def _strange_addresses(self) -> list[str]:
        """Return the addresses of the case at which its actors were not at home before."""
        own = self._found.places.filter(pl.col("mine") & pl.col("before"))
        home = own.group_by("source.ip").agg(pl.col("day").n_unique())
        known = set(home.filter(pl.col("day") >= HABIT_DAYS).get_column("source.ip"))
        return sorted(set(self._profile.asked.addresses) - known)

    def _strange_places(self, own: pl.Expr) -> list[RetroTrace]:
        there = pl.col("source.ip").is_in(self._strange_addresses())
        return _spans(RetroWay.PLACE, self._found.places.filter(own & there), "source.ip", self._places)

    def _stranger_days(self) -> list[RetroTrace]:
        """Return the days on which an actor opened many more clients without a reason than on its others."""
        found: list[RetroTrace] = []
        for (who,), rows in self._found.strangers.group_by("who"):
            usual = median(rows.get_column("events").to_list())
            odd = rows.filter(pl.col("events") >= max(_LEAST_STRANGERS, _TIMES * usual))
            if odd.height and rows.height > odd.height:
                odd = odd.with_columns(who=pl.lit(who))
                found += _spans(RetroWay.STRANGERS, odd, "events", round(usual))
        return found


def _no_habit(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows a day without those of actors who do such on many days."""
    usual = rows.group_by("who").agg(pl.col("day").n_unique()).filter(pl.col("day") >= HABIT_DAYS)
    return rows.join(usual, on="who", how="anti")


def _by_rules(found: Sequence[RuleFound], mine: Anyone) -> list[RetroTrace]:
    """Return whom others of the case's rules found; a rule that finds a crowd tells nothing of any of them."""
    others: dict[str, dict[str, list[datetime]]] = {}
    for each in found:
        if each.actor_id not in mine.actors:
            others.setdefault(each.rule_id, {}).setdefault(each.actor_id, []).append(each.at)
    telling = {rule: those for rule, those in others.items() if len(those) <= _CROWD}
    times: dict[str, dict[str, list[datetime]]] = {}
    for rule, those in telling.items():
        for actor, moments in those.items():
            times.setdefault(actor, {})[rule] = moments
    of = len({each.rule_id for each in found})
    return [
        RetroTrace(
            way=RetroWay.RULE,
            actor_id=actor,
            events=sum(map(len, rules.values())),
            things=len(rules),
            of=of,
            days=len({at.astimezone(UTC).date() for moments in rules.values() for at in moments}),
            first_at=min(min(moments) for moments in rules.values()),
            last_at=max(max(moments) for moments in rules.values()),
        )
        for actor, rules in times.items()
    ]


def _is_much(things: int, of: int, by_chance: float, opened: int) -> bool:
    """Tell whether somebody shares more with a case than whoever opens as much without a reason would.

    Args:
        things: Clients, or records, that it shares.
        of: How many the case has.
        by_chance: Which part of all that anybody touched the case has.
        opened: How many of the actor's touches nothing explains.
    """
    least = min(_TIMES * by_chance, (1 + by_chance) / 2)
    return things >= min(_LEAST_SHARED, of) and things >= least * max(opened, things)


def _spans(way: RetroWay, rows: pl.DataFrame, thing: str, of: int) -> list[RetroTrace]:
    """Return a trace for each actor of some rows a day."""
    if not rows.height:
        return []
    number = pl.col(thing).max() if rows.schema[thing].is_integer() else pl.col(thing).n_unique()
    found = rows.group_by("who").agg(
        number.alias("things"),
        pl.col("day").n_unique().alias("days"),
        pl.col("events").sum(),
        pl.col("first").min(),
        pl.col("last").max(),
    )
    return [_trace(way, row, of) for row in found.iter_rows(named=True)]


def _trace(way: RetroWay, row: dict[str, Any], of: int) -> RetroTrace:
    return RetroTrace(
        way=way,
        actor_id=row["who"] or "",
        events=int(row["events"]),
        things=int(row["things"]),
        of=of,
        days=int(row["days"]),
        first_at=row["first"].astimezone(UTC),
        last_at=row["last"].astimezone(UTC),
    )


def _ranked(found: Sequence[RetroTrace]) -> tuple[RetroTrace, ...]:
    """Return traces, the most telling way first, of one way what shares most."""
    order = sorted(found, key=lambda each: (_ORDER[each.way], -each.things, each.first_at, each.actor_id))
    return tuple(order[:MOST_LISTED])
