"""Facts about events that need memory or settings, as columns (``detector.schema.events.facts``).

Comes in: events in total order and the state, which is changed in place. Goes out: the fact columns.
Only facts some rule asks for are worked out, and only rows that can have them are looked at; the others are null.
Whether a remembered thing still counts is decided by event time, never by when memory was tidied, so that any cut of
the rows gives the same facts.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns.expressions import COUNTED, NETWORK
from detector.detect.rules.columns.frame_view import FrameView
from detector.detect.rules.facts import touch_facts
from detector.detect.rules.facts.constant_sessions import ConstantSessions
from detector.detect.rules.facts.decoded_text import decoded_column
from detector.detect.rules.facts.failed_logins import FailedLogins
from detector.detect.rules.facts.habits.day_habits import EXPORTS, DayHabits
from detector.detect.rules.facts.habits.nobody_answers import NOBODY_MORE, NobodyAnswers
from detector.detect.rules.facts.habits.odd_days import OddDays
from detector.detect.rules.facts.habits.service_habits import OF_TABLES, ServiceHabits
from detector.detect.rules.facts.habits.taken_alone import TakenAlone
from detector.detect.rules.facts.habits.told_amounts import ToldAmounts
from detector.detect.rules.facts.id_sequences import OF_ACTOR, OF_ADDRESS, Runs, Walks
from detector.detect.rules.facts.listed_ids import ListedIds
from detector.detect.rules.facts.novelty import (
    LISTED_MORE,
    NETWORK_YOUNG,
    NOVELTIES,
    OF_ACCOUNTS,
    OF_EXPORTS,
    OF_NOVELTY,
    OF_SIGHTS,
    SERVICE_MORE,
    NoveltyState,
)
from detector.detect.rules.facts.opened_storage import OPENED_TO, opened_column
from detector.detect.rules.facts.owned_clients import OwnedClients
from detector.detect.rules.facts.session_places import SESSION_BACK, SessionPlaces
from detector.detect.rules.facts.silences import HOLIDAY, OF_SILENCE, ON_LEAVE, Silences, absences, on_holiday, on_leave
from detector.detect.rules.facts.touch_facts import OF_TOUCHES, OF_WALK, OF_WALKS
from detector.detect.rules.facts.watched_clients import WATCHED_NEW, WatchedClients
from detector.detect.state_scopes import StateScope, made_of, seen_by
from detector.frames import wide_networks
from detector.schema.events.facts import FACTS
from detector.settings import Settings
from detector.settings.account_form import ANY, account_form
from detector.settings.lists.company_lists import NO_LISTS, CompanyLists

Ints = npt.NDArray[np.int64]

_QUARTER = 900_000_000  # no zone changes its offset inside a quarter of an hour
_QUARTERS = 1_000  # a frame of more than ten days asks only for those it has
_DTYPES: dict[str, pl.DataType] = {
    "bool": pl.Boolean(), "int64": pl.Int64(), "str": pl.String(), "list[str]": pl.List(pl.String()),
}  # fmt: skip
CANARY, WATCHED = "nabat.canary", "nabat.watched"
DECODED = "nabat.request.decoded"
BARE = "nabat.account_bare"
ORDERED = frozenset((OF_ACTOR.fact, OF_ADDRESS.fact, "nabat.failures_before"))
"""Facts that hang on the events of the hour before one."""
FACT_TYPES = {fact.name: _DTYPES[fact.dtype] for fact in FACTS}


FACT_SCOPES: dict[str, StateScope | None] = {
    **dict.fromkeys((*NOVELTIES, *OF_ACCOUNTS, SERVICE_MORE, LISTED_MORE, *OF_EXPORTS, WATCHED_NEW), StateScope.ACTOR),
    **dict.fromkeys((*OF_SILENCE, OF_ACTOR.fact, OF_ACTOR.since), StateScope.ACTOR),
    **dict.fromkeys((OF_ADDRESS.fact, OF_ADDRESS.since), StateScope.ADDRESS),
    SESSION_BACK: StateScope.SESSION,
    NETWORK_YOUNG: StateScope.NETWORK,
    NOBODY_MORE: StateScope.SOURCE,
    **dict.fromkeys(("nabat.failures_before", *OF_TOUCHES), StateScope.COMPANY),
    **dict.fromkeys(("nabat.local_hour", "nabat.night", DECODED, BARE, CANARY, WATCHED)),
    **dict.fromkeys((OPENED_TO, ON_LEAVE, HOLIDAY, NETWORK)),
}
"""Whose rows each fact is worked out from; None: from its own event alone.

Those of an account count from when anybody was seen first (``StateScope.BEGINNING``). Failed logins are an account's
and an address's, touches an actor's, a team's and everybody's (how far apart clients' numbers lie): these are made
where all rows are.
"""
BY_SOURCE = ("actor.id", "log.source")
BY_ADDRESS = (COUNTED, "log.source")  # what is read in another log, or later, breaks no run


@dataclass(slots=True)
class FactState:
    """What accounts were seen with, runs of neighbouring ids, and recent failed logins."""

    seen: NoveltyState = field(default_factory=NoveltyState, metadata=made_of(NoveltyState))
    runs: Runs = field(default_factory=Runs, metadata=seen_by(StateScope.ACTOR))
    runs_by_source: Runs = field(default_factory=partial(Runs, by=BY_SOURCE), metadata=seen_by(StateScope.ACTOR))
    runs_by_address: Runs = field(
        default_factory=partial(Runs, by=BY_ADDRESS, columns=OF_ADDRESS), metadata=seen_by(StateScope.ADDRESS)
    )
    failures: FailedLogins = field(default_factory=FailedLogins, metadata=seen_by(StateScope.COMPANY))

    @staticmethod
    def empty() -> "FactState":
        """Return the state before the first event."""
        return FactState()

    def overlay(self) -> "FactState":
        """Return a state that begins with what this one knows and changes nothing in it."""
        parts = (self.seen, self.runs, self.runs_by_source, self.runs_by_address, self.failures)
        return FactState(*(part.overlay() for part in parts))  # type: ignore[arg-type]


@cache
def _constant(name: str, height: int, *, value: bool | None) -> pl.Series:
    return pl.repeat(value, height, eager=True, dtype=FACT_TYPES.get(name, pl.Int64())).alias(name)


def constant(name: str, height: int, *, value: bool | None) -> pl.Series:
    """Return a fact (or since when a run lasts) that is the same for all rows: a slice of one prepared before."""
    return _constant(name, 1 << max(height - 1, 0).bit_length(), value=value).slice(0, height)


class FactMaker:
    """Works the facts of events out.

    ``wanted`` are the facts some rule asks for; None: all. ``lists``: what the company says of its clients and people.

    Attributes:
        touches: Why clients were touched in the last step that was to keep it (``frames.TOUCH_SCHEMA``); None: there
            were none.
    """

    def __init__(
        self, settings: Settings, wanted: Collection[str] | None = None, lists: CompanyLists = NO_LISTS
    ) -> None:
        self._zone = settings.timezone
        self._several = len(settings.sources) > 1
        self._canaries = ListedIds(settings.records.canaries, settings.records)
        self._watched = ListedIds(lists.watched, settings.records)
        self._owned = OwnedClients(lists.portfolios, settings.records)
        self._away = absences(lists.leave, lists.holidays, settings.timezone)
        self._wanted = set(FACT_TYPES) if wanted is None else set(wanted)
        self.touches: pl.DataFrame | None = None

    def late(self, view: FrameView, seen: NoveltyState | None = None) -> list[pl.Series]:
        """Return the facts of late events, in order of time: those that need no history; the others are null.

        With what is known of accounts, ``seen``, they tell what is new for one, too; nothing is remembered.
        """
        columns = self._stateless(view)
        if seen is not None:
            columns |= self._history(seen.overlay(), view)
        return self._columns(view, columns)

    def step(
        self, state: FactState, view: FrameView, *, keep: bool = False, known: npt.NDArray[np.bool_] | None = None
    ) -> list[pl.Series]:
        """Take the fold one frame further: return every fact asked for.

        Args:
            state: Changed.
            view: Events in the total order.
            keep: The journal will keep why clients were touched (``touches``).
            known: Events that what is known of accounts was learned from already: they teach it nothing once more, and
                what it counts is not told of them (null). None: it was of none.
        """
        columns, walks = self._stateless(view), Walks()
        if known is None or not known.any():
            columns |= self._history(state.seen, view, keep=keep)
        else:
            columns |= self._history_beside(state.seen, view, known, keep=keep)
        if OF_ACTOR.fact in self._wanted:
            columns |= self._runs(state, view, walks)
        if OF_ADDRESS.fact in self._wanted:
            columns |= state.runs_by_address.step(view, walks)
        if "nabat.failures_before" in self._wanted:
            columns |= state.failures.step(view, state.seen.signed_in_since(view))
        return self._columns(view, columns)

    def _runs(self, state: FactState, view: FrameView, walks: Walks) -> dict[str, pl.Series | None]:
        """Return the longest run of each touch: over all logs, or in its source alone."""
        found = state.runs.step(view, walks)
        if not self._several:
            return found
        own = state.runs_by_source.step(view, walks)
        (length, since), (other, other_since) = ((each[name] for name in OF_ACTOR) for each in (found, own))
        if length is None or other is None or since is None or other_since is None:
            return found
        longer = (other > length).fill_null(value=False)
        both = (length.zip_with(~longer, other), since.zip_with(~longer, other_since))
        return dict(zip(OF_ACTOR, both, strict=True))

    @staticmethod
    def _columns(view: FrameView, columns: Mapping[str, pl.Series | None]) -> list[pl.Series]:
        """Return all columns; a novelty nobody had is False, anything else that is missing is null."""
        made = [
            found
            if (found := columns.get(name)) is not None
            else constant(name, view.height, value=False if name in columns and kind == pl.Boolean() else None)
            for name, kind in FACT_TYPES.items()
        ]
        for name in (OF_ACTOR.since, OF_ADDRESS.since, OF_WALK.since, OF_WALKS.since):
            if name in columns:
                since = columns[name]
                made.append(constant(name, view.height, value=None) if since is None else since)
        return made

    def _stateless(self, view: FrameView) -> dict[str, pl.Series | None]:
        found: dict[str, pl.Series | None] = {}
        if self._wanted & {"nabat.local_hour", "nabat.night"}:
            hours = self._hours(view.time)
            found["nabat.local_hour"] = pl.Series("nabat.local_hour", hours)
            found["nabat.night"] = pl.Series("nabat.night", (hours >= 22) | (hours < 6))
        made: dict[str, Callable[[FrameView], pl.Series | None]] = {
            DECODED: _decoded,
            BARE: _bare,
            CANARY: self._canary,
            OPENED_TO: opened_column,
            ON_LEAVE: lambda view: on_leave(view, self._away),
            HOLIDAY: lambda view: on_holiday(view, self._away),
        }
        found |= {name: make(view) for name, make in made.items() if name in self._wanted}
        if NETWORK in self._wanted and not view.empty("network.name") and not view.empty("source.ip"):
            found[NETWORK] = wide_networks(view.frame).alias(NETWORK)
        if WATCHED in self._wanted:
            rows = self._watched.named(view, "subject.ids").rows
            found[WATCHED] = _marked(WATCHED, rows, view.height)
        return found

    def _hours(self, time: Ints) -> Ints:
        """Return the local hour of each row; the zone is asked once for each quarter of an hour there is."""
        quarters = time // _QUARTER
        first, last = int(quarters.min()), int(quarters.max())
        if last - first > _QUARTERS:
            distinct, place = np.unique(quarters, return_inverse=True)
            return np.array([_hour(quarter, self._zone) for quarter in distinct.tolist()], dtype=np.int64)[place]
        hours = np.array([_hour(quarter, self._zone) for quarter in range(first, last + 1)], dtype=np.int64)
        return hours[quarters - first]

    def _canary(self, view: FrameView) -> pl.Series | None:
        """Say which events touched a planted record; None: no event did."""
        named = [self._canaries.named(view, name).rows for name in ("subject.ids", "record.ids")]
        return _marked(CANARY, np.concatenate(named), view.height)

    def _history(self, seen: NoveltyState, view: FrameView, *, keep: bool = False) -> dict[str, pl.Series | None]:
        """Take what is known of accounts one frame further."""
        found, kept = seen.touches.step(view, self._wanted, keep=keep, owned=self._owned)
        if keep:
            self.touches = kept
        if self._wanted & {*OF_NOVELTY}:
            found |= seen.step(view)
        if WATCHED_NEW in self._wanted:
            found[WATCHED_NEW] = seen.watched.step(view, self._watched.named(view, "subject.ids"))
        if NOBODY_MORE in self._wanted:
            found[NOBODY_MORE] = seen.nobody.step(view)
        if SESSION_BACK in self._wanted:
            found[SESSION_BACK] = seen.places.step(view)
        if self._wanted & {*OF_SILENCE}:
            found |= seen.silences.step(view, self._away)
        return found

    def _history_beside(
        self, seen: NoveltyState, view: FrameView, known: npt.NDArray[np.bool_], *, keep: bool
    ) -> dict[str, pl.Series | None]:
        """Take what is known of accounts further by the events that it does not know.

        Of the others it tells what was new for an account, and since when; what it counts is told of none of them.
        """
        self.touches = None
        told: dict[str, pl.Series | None] = {}
        if self._wanted & {*OF_SIGHTS}:
            again = seen.overlay().step(view.only(known))
            told = {name: again[name] for name in OF_SIGHTS}
        new = {} if known.all() else self._history(seen, view.only(~known), keep=keep)
        return {name: _together(name, (new.get(name), ~known), (told.get(name), known)) for name in {*new, *told}}


def _together(name: str, *parts: tuple[pl.Series | None, npt.NDArray[np.bool_]]) -> pl.Series | None:
    """Return one column of what parts of the rows hold; None: nothing."""
    there = [(column, np.flatnonzero(rows)) for column, rows in parts if column is not None]
    if not there:
        return None
    columns, rows = pl.concat([column for column, _ in there]), np.concatenate([rows for _, rows in there])
    at = np.full(parts[0][1].size, -1, dtype=np.int64)
    at[rows] = np.arange(rows.size)
    return columns.gather(pl.Series(at).set(pl.Series(at < 0), None)).alias(name)


def _marked(name: str, rows: Ints, height: int) -> pl.Series | None:
    """Return a column that is true in some rows; None: in none."""
    marked = np.zeros(height, dtype=np.bool_)
    marked[rows] = True
    return pl.Series(name, marked) if rows.size else None


def _decoded(view: FrameView) -> pl.Series | None:
    return decoded_column(DECODED, view.column("url.path"), view.column("url.query"))


def _bare(view: FrameView) -> pl.Series | None:
    """Return accounts without their domain or realm, where they have one; None: none has."""
    accounts = view.codes("user.id")
    found: list[str | None] = [
        account_form(text, (ANY,), case_sensitive=True) if "\\" in text or "@" in text else None
        for text in accounts.texts
    ]
    if not any(found):
        return None
    return pl.Series(BARE, [*found, None], dtype=pl.String())[pl.Series(accounts.of % (len(found) + 1))]  # NONE is last


@lru_cache(maxsize=10_000)
def _hour(quarter: int, zone: str) -> int:
    moment = datetime.fromtimestamp(quarter * (_QUARTER // 1_000_000), tz=UTC)
    return moment.astimezone(ZoneInfo(zone)).hour


def to_tables(state: FactState) -> dict[str, pl.DataFrame]:
    """Return the state as tables."""
    return {
        "facts.seen": state.seen.to_table(),
        "facts.services": state.seen.habits.to_table(),
        "facts.service_tables": state.seen.tables.to_table(),
        "facts.listed": state.seen.listed.to_table(),
        "facts.exported": state.seen.exported.to_table(),
        "facts.odd_days": state.seen.odd_days.to_table(),
        "facts.taken_alone": state.seen.alone.to_table(),
        "facts.told": state.seen.told.to_table(),
        "facts.sessions": state.seen.sessions.to_table(),
        "facts.watched": state.seen.watched.to_table(),
        "facts.silences": state.seen.silences.to_table(),
        "facts.nobody": state.seen.nobody.to_table(),
        "facts.places": state.seen.places.to_table(),
        **touch_facts.to_tables(state.seen.touches),
        "facts.runs": state.runs.to_table(),
        "facts.runs_by_source": state.runs_by_source.to_table(),
        "facts.runs_by_address": state.runs_by_address.to_table(),
        "facts.failures": state.failures.to_table(),
    }


def from_tables(tables: Mapping[str, pl.DataFrame]) -> FactState:
    """Return the state held in tables; what is missing is empty."""
    seen = NoveltyState.from_table(tables.get("facts.seen"))
    seen.habits = ServiceHabits.from_table(tables.get("facts.services"))
    seen.tables = ServiceHabits.from_table(tables.get("facts.service_tables"), measure=OF_TABLES)
    seen.listed = DayHabits.from_table(tables.get("facts.listed"))
    seen.exported = DayHabits.from_table(tables.get("facts.exported"), measure=EXPORTS)
    seen.odd_days = OddDays.from_table(tables.get("facts.odd_days"))
    seen.alone = TakenAlone.from_table(tables.get("facts.taken_alone"))
    seen.told = ToldAmounts.from_table(tables.get("facts.told"))
    seen.sessions = ConstantSessions.from_table(tables.get("facts.sessions"))
    seen.watched = WatchedClients.from_table(tables.get("facts.watched"))
    seen.silences = Silences.from_table(tables.get("facts.silences"))
    seen.nobody = NobodyAnswers.from_table(tables.get("facts.nobody"))
    seen.places = SessionPlaces.from_table(tables.get("facts.places"))
    seen.touches = touch_facts.from_tables(tables)
    return FactState(
        seen,
        Runs.from_table(tables.get("facts.runs")),
        Runs.from_table(tables.get("facts.runs_by_source"), BY_SOURCE),
        Runs.from_table(tables.get("facts.runs_by_address"), BY_ADDRESS, OF_ADDRESS),
        FailedLogins.from_table(tables.get("facts.failures")),
    )
