"""Whether an account's network, address or agent is new for it, and whether a network is new for everybody.

Comes in: events in order. Goes out: the columns ``nabat.network_new``, ``…address_new`` and ``…agent_new``, and
whether the account itself is new (``…account_first_day``, ``…account_new``, ``…account_young``); and since when it
signs in from where. A thing is new for a day, and only for an account that had been known for three days when it
first appeared; an account is young for a week. A service account is new until its third day (UTC), and while it does
far more than it ever did: a name somebody invents is called one by its spelling alone. That it does more than is
likely is a fact of its own (``service_habits``); a network it has come from for a week is settled.
A network of the internet is young for a week after client data was first touched from there (``nabat.network_young``),
whoever it was, where any has been touched for a week.
What was not seen for 90 days counts as never seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.arrow_buffers import not_null
from detector.detect.hash_index import NO_SWEEP, Keys, Overlay, Records, mix, weightiest
from detector.detect.rules.columns.expressions import COUNTED
from detector.detect.rules.columns.frame_view import NONE, FrameView, marks_of
from detector.detect.rules.facts.constant_sessions import ConstantSessions
from detector.detect.rules.facts.habits.day_habits import EXPORTS, LISTS, DayHabits
from detector.detect.rules.facts.habits.nobody_answers import NOBODY_MORE, NobodyAnswers
from detector.detect.rules.facts.habits.odd_days import OddDays
from detector.detect.rules.facts.habits.service_habits import OF_TABLES, ServiceHabits
from detector.detect.rules.facts.habits.taken_alone import LEAST_EXPORTED, LEAST_SHOWN, TakenAlone
from detector.detect.rules.facts.habits.told_amounts import ToldAmounts
from detector.detect.rules.facts.session_places import SESSION_BACK, SessionPlaces
from detector.detect.rules.facts.silences import OF_SILENCE, Silences
from detector.detect.rules.facts.touch_facts import OF_TOUCHES, TouchFacts
from detector.detect.rules.facts.watched_clients import WATCHED_NEW, WatchedClients
from detector.detect.sorted_groups import grouping, groups_of
from detector.detect.state_scopes import StateScope, no_state, seen_by
from detector.frames import wide_network
from detector.schema.events.columns import INTERNET, UNNAMED_NETWORKS

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_DAY = 86_400_000_000
KNOWN_FOR = 3 * _DAY
NEW_FOR = _DAY
YOUNG_FOR = 7 * _DAY
FORGET = 90 * _DAY
SEEN = {"key": pl.UInt64(), "first": pl.Int64(), "last": pl.Int64()}
NOVELTIES = {"nabat.network_new": "network", "nabat.address_new": "address", "nabat.agent_new": "agent"}
FIRST_DAY, ACCOUNT_NEW, SERVICE_NEW = "nabat.account_first_day", "nabat.account_new", "nabat.service_new"
ACCOUNT_YOUNG, NETWORK_YOUNG = "nabat.account_young", "nabat.network_young"
SERVICE_SETTLED = "nabat.service_settled"
ADDRESS_SETTLED = "nabat.address_settled"
OF_ACCOUNTS = (FIRST_DAY, ACCOUNT_NEW, SERVICE_NEW, ACCOUNT_YOUNG, SERVICE_SETTLED, ADDRESS_SETTLED)
SERVICE_MORE, LISTED_MORE = "nabat.service_more", "nabat.listed_more"
EXPORTED_TODAY, EXPORTED_DAYS = "nabat.exported_today", "nabat.exported_days"
EXPORTED_USUAL, TAKEN_ALONE = "nabat.exported_usual", "nabat.taken_alone"
OF_EXPORTS = (EXPORTED_TODAY, EXPORTED_DAYS, EXPORTED_USUAL, TAKEN_ALONE)
OF_NOVELTY = (*NOVELTIES, *OF_ACCOUNTS, SERVICE_MORE, LISTED_MORE, *OF_EXPORTS, NETWORK_YOUNG)
OF_SIGHTS = (*NOVELTIES, *OF_ACCOUNTS, NETWORK_YOUNG)
"""What hangs on when something was seen first, and not on how often."""
OF_HISTORY = (*OF_NOVELTY, WATCHED_NEW, NOBODY_MORE, SESSION_BACK, *OF_SILENCE, *OF_TOUCHES)
_BY_ACTOR: Final = seen_by(StateScope.ACTOR, StateScope.BEGINNING)
_LISTS: Final = ("list", "search", "read")
_EXPORTS: Final = ("export", "download", "print")
_DAYS: Final = ("second_day", "third_day")
_SUMS: Final = ("clients", "tables", "listed", "exported")
# What keeps an account apart from a network, an address and an agent of the same name.
_SALTS = {
    kind: np.uint64(salt)
    for salt, kind in enumerate(
        ("account", *NOVELTIES.values(), "login", *_DAYS, "login_network", "wide_network", *_SUMS), 1
    )
}
_ANYBODY = np.array([0x616E79], dtype=np.uint64)  # the key of all accounts together
_ANYWHERE = np.array([0x7768657265], dtype=np.uint64)  # the key of all places together
MAX_SEEN = 2_000_000
_SWEEP = 100_000
_SPARE, _SLACK = 4, 20  # a fourth more than is kept, and a little, may come between two sweeps
# All of these are hashed in any case.
_MARKED: Final = ("actor.id", "network.name", "source.ip", "user_agent.name")  # COUNTED only where it differs
# The network an address without a named one belongs to, as far as newness goes: /24 or /48.
_SMALL: Final = r"^([0-9]+\.[0-9]+\.[0-9]+\.|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F]*)"
_FEW: Final = 256  # addresses that are sooner looked up than a query is planned for them
_ADDRESSES: Final = 1 << 14  # whose networks are remembered
_DIGITS: Final = "0123456789"
_HEX: Final = f"{_DIGITS}abcdefABCDEF"

_SPAN = np.dtype([("first", "i8"), ("last", "i8")])
_NEVER = np.array((0, -(1 << 62)), dtype=_SPAN)


class _Values(NamedTuple):
    """A number for what each row came with, ``NONE`` for nothing; and, by number, its hash."""

    of: Ints
    marks: Keys


class SignedIn(NamedTuple):
    """Since when the account of each row has signed in from its address, and from its network; and that network's mark.

    The mark is 0 where there is no network.
    """

    address: Ints
    network: Ints
    of: Keys


class _Sights(NamedTuple):
    """What actors came with in some rows.

    Attributes:
        rows: The first row of each actor and value.
        begun: When they were first seen.
        order / starts: The rows by actor and value, and the places where one begins.
    """

    rows: Ints
    begun: Ints
    order: Ints
    starts: Ints


@dataclass(slots=True)
class NoveltyState:
    """First and latest sight of accounts, and of what they came with, each known by a hash.

    Beyond ``MAX_SEEN`` of them those seen over the fewest days are let go of, of equals those not seen for longest:
    they are new again when they come back. So nobody who makes up names can make an account one that is not known yet.

    Attributes:
        habits: What services do in a day. tables: How many whole tables they take.
        listed: How many records lists show people in a day. exported: How many they take out.
        odd_days: On how many days they took out far more than ever. alone: When they come for many records alone.
        told: What acts were counted for, in any of these four.
        sessions: Which sessions are none, as many accounts bear them.
        watched: Which watched clients accounts have touched. silences: When accounts were last active.
        nobody: How many records answers hand to nobody. places: From which networks sessions are used.
        touches: Who dealt with which clients.
        forgotten: How many were let go of because there were too many, since ``RuleState.take_forgotten``.
        most: How many may stay.
    """

    spans: Records[np.void] = field(
        default_factory=partial(Records, _NEVER),
        metadata=seen_by(StateScope.ACTOR, StateScope.NETWORK, StateScope.BEGINNING),
    )
    sweep_at: int = field(default=_SWEEP, metadata=no_state())
    forgotten: int = field(default=0, metadata=no_state())
    habits: ServiceHabits = field(default_factory=ServiceHabits, metadata=_BY_ACTOR)
    tables: ServiceHabits = field(default_factory=partial(ServiceHabits, measure=OF_TABLES), metadata=_BY_ACTOR)
    listed: DayHabits = field(default_factory=DayHabits, metadata=_BY_ACTOR)
    exported: DayHabits = field(default_factory=partial(DayHabits, measure=EXPORTS), metadata=_BY_ACTOR)
    odd_days: OddDays = field(default_factory=OddDays, metadata=_BY_ACTOR)
    alone: TakenAlone = field(default_factory=TakenAlone, metadata=_BY_ACTOR)
    told: ToldAmounts = field(default_factory=ToldAmounts, metadata=_BY_ACTOR)
    sessions: ConstantSessions = field(default_factory=ConstantSessions, metadata=seen_by(StateScope.SESSION))
    watched: WatchedClients = field(default_factory=WatchedClients, metadata=seen_by(StateScope.ACTOR))
    silences: Silences = field(default_factory=Silences, metadata=_BY_ACTOR)
    nobody: NobodyAnswers = field(default_factory=NobodyAnswers, metadata=seen_by(StateScope.SOURCE))
    places: SessionPlaces = field(default_factory=SessionPlaces, metadata=seen_by(StateScope.SESSION))
    touches: TouchFacts = field(
        default_factory=TouchFacts,
        metadata=seen_by(StateScope.ACTOR, StateScope.TEAM, StateScope.SOURCE, StateScope.COMPANY),
    )
    most: int = field(default=MAX_SEEN, metadata=no_state())

    def overlay(self) -> "NoveltyState":
        """Return a state that begins with what this one knows and changes nothing in it."""
        return NoveltyState(
            spans=Overlay(self.spans),
            sweep_at=NO_SWEEP,
            habits=self.habits.overlay(),
            tables=self.tables.overlay(),
            listed=self.listed.overlay(),
            exported=self.exported.overlay(),
            odd_days=self.odd_days.overlay(),
            alone=self.alone.overlay(),
            told=self.told.overlay(),
            sessions=self.sessions.overlay(),
            watched=self.watched.overlay(),
            silences=self.silences.overlay(),
            nobody=self.nobody.overlay(),
            places=self.places.overlay(),
            touches=self.touches.overlay(),
        )

    def upon(self, base: "NoveltyState") -> "NoveltyState":
        """Return it with what another one knows beyond it, which stays as it is."""
        return NoveltyState(
            spans=self.spans.upon(base.spans),
            sweep_at=self.sweep_at,
            habits=self.habits.upon(base.habits),
            tables=self.tables.upon(base.tables),
            listed=self.listed.upon(base.listed),
            exported=self.exported.upon(base.exported),
            odd_days=self.odd_days.upon(base.odd_days),
            alone=self.alone.upon(base.alone),
            told=self.told.upon(base.told),
            sessions=self.sessions.upon(base.sessions),
            watched=self.watched.upon(base.watched),
            silences=self.silences.upon(base.silences),
            nobody=self.nobody.upon(base.nobody),
            places=self.places.upon(base.places),
            touches=self.touches.upon(base.touches),
        )

    def step(self, view: FrameView) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of False."""
        new: dict[str, pl.Series | None] = dict.fromkeys(OF_NOVELTY)
        if not view.height:
            return new
        succeeded = (view.codes("event.outcome").of != NONE) & ~view.holds("event.outcome", "failure")
        if not view.empty("user.id"):
            self._step_accounts(view, new, succeeded)
        if not view.empty("object.type"):
            self._step_networks(view, new, succeeded)
        self._sweep(int(view.time[-1]))
        return new

    def _step_networks(self, view: FrameView, new: dict[str, pl.Series | None], succeeded: Mask) -> None:
        """Mark touches from networks of the internet from which there was none a week ago."""
        touches = succeeded & view.there("object.type") & view.touches()
        networks = wide_networks_of(view)
        alone = _Values(np.zeros_like(networks.of), np.zeros(1, dtype=np.uint64))
        for part in _parts(np.flatnonzero(touches), view.time):
            at_all = self._spans(_ANYWHERE, view.time[part[:1]], view.time[part[-1:]])["first"]
            sights = self._see("wide_network", alone, networks, part[networks.of[part] != NONE], view.time)
            begun_since = sights.begun - at_all >= YOUNG_FOR
            if begun_since.any():
                new[NETWORK_YOUNG] = _marked(
                    NETWORK_YOUNG, new[NETWORK_YOUNG], sights, begun_since, view.time, YOUNG_FOR
                )

    def _step_accounts(self, view: FrameView, new: dict[str, pl.Series | None], succeeded: Mask) -> None:
        networks = networks_of(view)
        actors = _values(view, "actor.id")
        rows = np.flatnonzero(view.there("user.id") & succeeded & (actors.of != NONE))
        alone = _Values(np.zeros_like(actors.of), np.zeros(1, dtype=np.uint64))
        values = (networks, _values(view, COUNTED), _values(view, "user_agent.name"))
        of_service = view.holds("actor.type", "service")
        for part in _parts(rows, view.time):
            accounts = self._see("account", actors, alone, part, view.time)
            at_all = self._spans(_ANYBODY, view.time[part[:1]], view.time[part[-1:]])["first"]
            since = np.zeros(actors.marks.size, dtype=np.int64)
            since[actors.of[accounts.rows]] = accounts.begun
            self._put_accounts(new, accounts, at_all, view.time)
            services = part[of_service[part]]
            if services.size:
                unproven = self._unproven(actors, alone, services, at_all, since, view.time)
                beyond, more = self._unusual(view, actors, services, at_all)
                unproven = np.append(unproven, beyond)
                new[SERVICE_NEW] = _with_rows(SERVICE_NEW, new[SERVICE_NEW], unproven, view.time.size)
                new[SERVICE_MORE] = _with_rows(SERVICE_MORE, new[SERVICE_MORE], more, view.time.size)
            listed = self._listed(view, actors, part, at_all)
            new[LISTED_MORE] = _with_rows(LISTED_MORE, new[LISTED_MORE], listed, view.time.size)
            new |= self._exported(view, actors, part, since, new)
            taken = self._taken_alone(view, actors, part, since)
            new[TAKEN_ALONE] = _with_rows(TAKEN_ALONE, new[TAKEN_ALONE], taken, view.time.size)
            for (name, kind), value in zip(NOVELTIES.items(), values, strict=True):
                sights = self._see(kind, actors, value, part[value.of[part] != NONE], view.time)
                young = sights.begun - since[actors.of[sights.rows]] >= KNOWN_FOR
                if young.any():
                    new[name] = _marked(name, new[name], sights, young, view.time)
                if kind == "network" and services.size:
                    settled = _known_for(sights, YOUNG_FOR, view.time)
                    settled = settled[of_service[settled]]
                    new[SERVICE_SETTLED] = _with_rows(SERVICE_SETTLED, new[SERVICE_SETTLED], settled, view.time.size)
                if kind == "address":
                    settled = _known_for(sights, YOUNG_FOR, view.time)
                    new[ADDRESS_SETTLED] = _with_rows(ADDRESS_SETTLED, new[ADDRESS_SETTLED], settled, view.time.size)

    def signed_in_since(self, view: FrameView) -> SignedIn:
        """Remember where accounts signed in; return of each row since when its account does so from there.

        Of rows that are no such login it is their own time. Logins alone count: a page that is open to all may be
        logged with any name.
        """
        accounts, networks = _values(view, "user.name"), networks_of(view)
        logins = view.holds("event.action", "login") & view.holds("event.outcome", "success") & (accounts.of != NONE)
        found = SignedIn(
            self._since("login", accounts, _values(view, COUNTED), logins, view.time),
            self._since("login_network", accounts, networks, logins, view.time),
            np.append(networks.marks, np.uint64(0))[networks.of],
        )
        self._sweep(int(view.time[-1]))
        return found

    def _since(self, kind: str, accounts: _Values, places: _Values, logins: Mask, time: Ints) -> Ints:
        since = time.copy()
        for part in _parts(np.flatnonzero(logins & (places.of != NONE)), time):
            sights = self._see(kind, accounts, places, part, time)
            since[sights.order] = _since_of(sights)
        return since

    def _see(self, kind: str, actors: _Values, values: _Values, rows: Ints, time: Ints) -> _Sights:
        """Remember what actors came with in some rows; return each actor and value, and when they were first seen."""
        pair = actors.of[rows] * values.marks.size + values.of[rows]
        order = grouping(pair, actors.marks.size * values.marks.size)
        starts = groups_of(pair[order])
        order = rows[order]
        distinct = order[starts]
        keys = mix(mix(actors.marks[actors.of[distinct]], values.marks[values.of[distinct]]), _SALTS[kind])
        spans = self._spans(keys, time[distinct], time[order[np.append(starts[1:], rows.size)[: starts.size] - 1]])
        return _Sights(distinct, spans["first"], order, starts)

    def _put_accounts(self, new: dict[str, pl.Series | None], accounts: _Sights, at_all: Ints, time: Ints) -> None:
        """Mark what accounts did that were first seen within the last day, and within the last week."""
        for name, known_for, within in (
            (FIRST_DAY, 0, NEW_FOR),
            (ACCOUNT_NEW, KNOWN_FOR, NEW_FOR),
            (ACCOUNT_YOUNG, YOUNG_FOR, YOUNG_FOR),
        ):
            begun_since = accounts.begun - at_all >= known_for
            if begun_since.any():
                new[name] = _marked(name, new[name], accounts, begun_since, time, within)

    def _unproven(self, actors: _Values, alone: _Values, rows: Ints, at_all: Ints, begun: Ints, time: Ints) -> Ints:
        """Return rows of service accounts before the third day they were seen; ``begun``: when each actor first was."""
        days = time[rows] // _DAY
        for kind in _DAYS:
            later = rows[days > begun[actors.of[rows]] // _DAY]
            begun = np.full(actors.marks.size, np.iinfo(np.int64).max)
            if later.size:
                sights = self._see(kind, actors, alone, later, time)
                begun[actors.of[sights.rows]] = sights.begun
        return rows[(time[rows] < begun[actors.of[rows]]) & (time[rows] - at_all >= KNOWN_FOR)]

    def _unusual(self, view: FrameView, actors: _Values, rows: Ints, at_all: Ints) -> tuple[Ints, Ints]:
        """Return rows of service accounts that do far more today than they ever did, and more than is likely."""
        rows = rows[view.there("object.type")[rows] & view.touches()[rows]]
        counted, named = view.number("record.count")[rows], view.lengths("subject.ids")[rows]
        clients = self._once(view, rows, np.maximum(np.maximum(counted, named), 1), "clients")
        whole = view.holds("event.action", "export")[rows] & ~view.there("record.count")[rows] & (named == 0)
        keys, days = actors.marks[actors.of[rows]], view.time[rows] // _DAY
        beyond, more = self.habits.step(keys, days, clients)
        beyond_tables, more_tables = self.tables.step(
            keys, days, self._once(view, rows, whole.astype(np.int64), "tables")
        )
        beyond = (beyond | (beyond_tables & whole)) & (view.time[rows] - at_all >= KNOWN_FOR)
        return rows[beyond], rows[more | (more_tables & whole)]

    def _listed(self, view: FrameView, actors: _Values, rows: Ints, at_all: Ints) -> Ints:
        """Return rows of lists that show people far more today than they ever did."""
        lists = view.there("object.type") & view.holds("event.action", *_LISTS) & (view.number("record.count") > 0)
        rows = rows[lists[rows] & ~view.holds("actor.type", "service")[rows]]
        time = view.time[rows]
        records = self._once(view, rows, np.minimum(view.number("record.count")[rows], LISTS.largest), "listed")
        beyond = LISTS.beyond(self.listed.step(actors.marks[actors.of[rows]], time // _DAY, records))
        return rows[beyond & (time - at_all >= KNOWN_FOR)]

    def _exported(
        self, view: FrameView, actors: _Values, rows: Ints, since: Ints, before: Mapping[str, pl.Series | None]
    ) -> dict[str, pl.Series | None]:
        """Return how much people take out, today and on odd days, and whether that is usual.

        Of each actor ``since`` says since when it is known, and ``before`` what is known of other rows, which stays.
        """
        taken = view.there("object.type") & view.holds("event.action", *_EXPORTS) & (view.number("record.count") > 0)
        rows = rows[taken[rows] & ~view.holds("actor.type", "service")[rows]]
        if not rows.size:
            return {}
        records = self._once(view, rows, view.number("record.count")[rows], "exported")
        of, time = actors.of[rows], view.time[rows]
        days = self.exported.step(actors.marks[of], time // _DAY, records)
        odd = self.odd_days.step(actors.marks[of], time // _DAY, records, since[of] // _DAY)
        told = {EXPORTED_TODAY: days.today, EXPORTED_DAYS: odd}
        usual = _with_rows(EXPORTED_USUAL, before[EXPORTED_USUAL], rows[~EXPORTS.beyond(days)], view.time.size)
        return {EXPORTED_USUAL: usual} | {
            name: view.spread(name, rows, numbers)
            if (known := before[name]) is None
            else known.fill_null(view.spread(name, rows, numbers))
            for name, numbers in told.items()
        }

    def _taken_alone(self, view: FrameView, actors: _Values, rows: Ints, since: Ints) -> Ints:
        """Return rows of many records that people come for alone, as they never did at that time of day."""
        touched = view.there("object.type") & view.touches() & ~view.holds("actor.type", "service")
        rows = rows[touched[rows]]
        many, exports = view.number("record.count"), view.holds("event.action", *_EXPORTS)
        shown = view.holds("event.category", "database") & view.holds("event.action", *_LISTS)
        takes = (exports & (many >= LEAST_EXPORTED)) | (shown & (many >= LEAST_SHOWN))
        rows = rows[(takes | ~view.holds("event.action", "export"))[rows]]  # one that is not counted is no work
        of = actors.of[rows]
        return rows[self.alone.step(actors.marks[of], view.time[rows], takes[rows], since[of])]

    def _once(self, view: FrameView, rows: Ints, amounts: Ints, kind: str) -> Ints:
        """Return what rows add to a sum in which an act counts once, however many logs tell of it."""
        if view.acts is None:
            return amounts
        return self.told.more(mix(view.acts.ids[rows], _SALTS[kind]), view.time[rows], amounts)

    def _spans(self, keys: Keys, first: Ints, last: Ints) -> npt.NDArray[np.void]:
        """Remember that something was seen from a first to a last moment; return since when it is known."""
        slots = self.spans.at(keys)
        spans = self.spans.rows[slots]
        anew = spans["last"] < first - FORGET
        spans["first"] = np.where(anew, first, np.minimum(spans["first"], first))
        spans["last"] = np.where(anew, last, np.maximum(spans["last"], last))
        self.spans.rows[slots] = spans
        return spans

    def _sweep(self, now: int) -> None:
        if self.spans.size > self.sweep_at:
            last = self.spans.known()["last"]
            kept = np.flatnonzero(last >= now - FORGET)
            if kept.size > self.most:
                days = (last[kept] - self.spans.known()["first"][kept]) // _DAY
                self.forgotten += kept.size - self.most
                kept = kept[weightiest(self.most, days, last[kept])]
            self.spans.retain(kept)
            self.sweep_at = min(2 * kept.size, self.most + self.most // _SPARE) + self.most // _SLACK

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        return pl.DataFrame(self.spans.columns(), schema=SEEN)

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "NoveltyState":
        """Return the state held in a table."""
        return NoveltyState() if table is None else NoveltyState(Records.saved(_NEVER, table.get_column))


def _marked(
    name: str, before: pl.Series | None, sights: _Sights, young: Mask, time: Ints, within: int = NEW_FOR
) -> pl.Series | None:
    """Mark the rows of what was young for its account and was first seen within the last day; None: there are none."""
    new = np.repeat(young, _lengths(sights)) & (time[sights.order] - _since_of(sights) < within)
    return _with_rows(name, before, sights.order[new], time.size)


def _lengths(sights: _Sights) -> Ints:
    return np.diff(np.append(sights.starts, sights.order.size))


def _since_of(sights: _Sights) -> Ints:
    """Return since when what each row came with is known, in the order of ``sights.order``."""
    return np.repeat(sights.begun, _lengths(sights))


def _known_for(sights: _Sights, span: int, time: Ints) -> Ints:
    """Return the rows of what has been known for so long."""
    return sights.order[time[sights.order] - _since_of(sights) >= span]


def _with_rows(name: str, before: pl.Series | None, rows: Ints, height: int) -> pl.Series | None:
    """Return a column that is true in these rows, too; None: in none."""
    if not rows.size:
        return before
    marked = np.zeros(height, dtype=np.bool_) if before is None else before.to_numpy().copy()
    marked[rows] = True
    return pl.Series(name, marked)


def _parts(rows: Ints, time: Ints) -> Iterator[Ints]:
    """Yield rows in pieces no longer than what is forgotten: inside of one, nothing is."""
    while rows.size:
        end = int(np.searchsorted(time[rows], time[rows[0]] + FORGET, side="right"))
        yield rows[:end]
        rows = rows[end:]


def _values(view: FrameView, name: str) -> _Values:
    return _Values(view.codes(name).of, view.marks(name))


@lru_cache(maxsize=_ADDRESSES)
def small_network(address: str) -> str | None:
    """Return what ``_SMALL`` finds in an address: the same few come in every frame."""
    parts = address.split(".", 3)
    if len(parts) > 3 and all(part and not part.strip(_DIGITS) for part in parts[:3]):
        return ".".join(parts[:3]) + "."
    parts = address.split(":", 3)[:3]
    if len(parts) < 3 or parts[0].strip(_HEX) or parts[1].strip(_HEX):
        return None
    third = parts[2]
    return f"{parts[0]}:{parts[1]}:{third[: len(third) - len(third.lstrip(_HEX))]}"


def small_networks(addresses: list[str]) -> pl.Series:
    """Return what ``_SMALL`` finds in each address; nothing where it finds none."""
    if len(addresses) > _FEW:
        return pl.Series(addresses, dtype=pl.String()).str.extract(_SMALL)
    return pl.Series([small_network(address) for address in addresses], dtype=pl.String())


def networks_of(view: FrameView) -> _Values:
    """Return the network of each row: the one that has a name, else that of the address."""
    named, addresses = view.codes("network.name"), view.codes("source.ip")
    small = small_networks(addresses.texts)
    of_small = view.mark(_MARKED, small)
    numbers, marks = _numbered(np.concatenate([view.marks("network.name"), of_small]))
    many = len(named.texts)
    unnamed = np.array([text in UNNAMED_NETWORKS for text in named.texts], dtype=np.bool_)
    nowhere = ~not_null(small.to_arrow(compat_level=pl.CompatLevel.newest()))
    of_name = np.append(np.where(unnamed, NONE, numbers[:many]), NONE)  # NONE is the last place
    of_address = np.append(np.where(nowhere, NONE, numbers[many:]), NONE)
    found = of_name[named.of]
    return _Values(np.where(found == NONE, of_address[addresses.of], found), marks)


def wide_networks_of(view: FrameView) -> _Values:
    """Return the /24 or /48 of each row that comes from the internet."""
    addresses = view.codes("source.ip")
    wide = pl.Series([wide_network(text) for text in addresses.texts], dtype=pl.String())
    numbers, marks = _numbered(marks_of(wide, view.seed))
    nowhere = ~not_null(wide.to_arrow(compat_level=pl.CompatLevel.newest()))
    of_address = np.append(np.where(nowhere, NONE, numbers), NONE)  # NONE is the last place
    return _Values(np.where(view.holds("network.name", INTERNET), of_address[addresses.of], NONE), marks)


def _numbered(every: Keys) -> tuple[Ints, Keys]:
    """Return a number for each hash, and the hashes by number: in their order of coming, as theirs is nobody's to know.

    Addresses of one network have one number.
    """
    _, first, numbers = np.unique(every, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[numbers], every[np.sort(first)]
