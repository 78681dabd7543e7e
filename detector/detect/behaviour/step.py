"""The fold: events in, windows judged at each tick of event time, findings out.

Comes in: a state, events in total order, and the moment up to which every event has been seen. Goes out: the state, the
findings, and what happened (``Stats``). Windows are judged at ticks not later than that moment, with exactly the events
before each tick, so that the answer does not depend on where the calls cut the stream. No clock, no file.

Within one call everything is batched: sums over all closed buckets at once, and the windows of a quarter of an hour
are judged at once, under what was known at each moment. At each local midnight the day is learned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.behaviour import compact_events, evidence, features, habits, rates, reasons
from detector.detect.behaviour.behaviour_state import BehaviourState
from detector.detect.behaviour.buckets import SALTS, Active, Closed
from detector.detect.behaviour.model import Model
from detector.detect.behaviour.reasons import CandidateWindow
from detector.detect.behaviour.variants import BehaviourVariant
from detector.detect.behaviour.windows import NETWORK, OPENED, SHOWN, Bucket, Things
from detector.detect.client_keys import client_keys
from detector.detect.hash_index import FRESH, mix
from detector.detect.portfolio_keys import NO_TEAM, PortfolioKeys
from detector.detect.seen_filter import contains
from detector.schema.detection.findings import Finding, NotReady
from detector.schema.events.id_forms import one_form
from detector.settings import BehaviourSettings, GroupSettings, Settings
from detector.settings.lists.company_lists import NO_LISTS, CompanyLists

_HOUR = 3_600_000_000
_QUARTER = _HOUR // 4
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
_ROLE_SALT = np.uint64(0x20)
_DAY = 24 * _HOUR
# How long an account counts as come from a new network, and as just woken; a silence shorter than this is none, and
# one has to be so many times as long as any before.
_MOVED, _WOKEN, _SILENCE, _LONGER, _HISTORY = _HOUR, 2 * _HOUR, 6 * _DAY, 1.5, 10
_NEEDED = [
    "@timestamp",
    "actor.id",
    "actor.type",
    "user.roles",
    "event.action",
    "event.outcome",
    "object.type",
    "object.confidentiality",
    "object.classes",
    "subject.ids",
    "record.ids",
    "record.count",
    "source.ip",
    "network.name",
    "service.name",
    "log.file.path",
    "log.file.identity",
    "log.offset",
    "event.original",
    "log.history",
    "event.id",
    "event.hash",
]
# Rows that wait before their numbers are taken out: small batches would pay the fixed cost of it each time.
_WAITING = 16_384

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JudgedWindows:
    """Windows of one hour: what a collector of training windows is given.

    Attributes:
        day: Ordinal of the local day. ticks / actors / groups: Of each window.
        columns: z, one column a feature. loud: the highest of them that counts.
    """

    day: int
    ticks: Ints
    actors: list[str]
    groups: list[str]
    columns: npt.NDArray[np.float32]
    loud: npt.NDArray[np.float32]


@dataclass(slots=True)
class Stats:
    """What one call did.

    Attributes:
        windows: Windows judged. unready: of these, windows of actors that neither have a past nor a role with one.
        scores: Score of each judged window, 0..1, for the score histogram.
        asked: Windows shown to the forest. late: events that came behind the moment already judged: not counted in.
        capped: Windows above the threshold that the daily cap kept from becoming findings.
        refused: New actors for whom there was no room. forgotten: idle actors evicted.
        not_ready: Set when nothing can be judged yet: no model, or no history.
        threshold: Score at and above which there is a finding, as it stands; None without a model.
    """

    windows: int = 0
    unready: int = 0
    scores: Floats = field(default_factory=lambda: np.empty(0, dtype=np.float64))
    asked: int = 0
    late: int = 0
    capped: int = 0
    refused: int = 0
    forgotten: int = 0
    actors: int = 0
    not_ready: NotReady | None = None
    threshold: float | None = None

    def add(self, other: "Stats") -> None:
        """Add what another call did."""
        for name in ("windows", "unready", "asked", "late", "capped", "refused", "forgotten"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.scores = np.concatenate([self.scores, other.scores])


class Behaviour:
    """Judges behaviour by a model; without one it only learns what is usual."""

    def __init__(
        self,
        settings: BehaviourSettings,
        model: Model | None,
        *,
        group: GroupSettings | None = None,
        timezone: str = "UTC",
        seed: int = FRESH,
        collect: Callable[[JudgedWindows], None] | None = None,
        lists: CompanyLists = NO_LISTS,
        variants: Sequence[BehaviourVariant] = (),
    ) -> None:
        self.settings = settings
        self.model = model
        self.seed = seed
        self._risk = (group or GroupSettings()).risk
        self._zone = ZoneInfo(timezone)
        self._collect = collect
        self._variants = variants
        self.lists = lists
        self._owned: tuple[int, PortfolioKeys] | None = None

    @classmethod
    def of(
        cls,
        settings: Settings,
        model: Model | None,
        seed: int = FRESH,
        *,
        lists: CompanyLists = NO_LISTS,
        variants: Sequence[BehaviourVariant] = (),
    ) -> "Behaviour":
        """Return the judge a configuration asks for.

        Args:
            settings: The configuration.
            model: What windows are judged by; None: nothing is judged.
            seed: Of the hashes in its state.
            lists: What the company's files say of its clients and people.
            variants: Told of the same windows, beside what is said.
        """
        return cls(
            settings.behaviour,
            model,
            group=settings.group,
            timezone=settings.timezone,
            seed=seed,
            lists=lists,
            variants=variants,
        )

    def owned(self, seed: int) -> PortfolioKeys:
        """Return whose clients the company says they are, as the keys of a state with this seed."""
        if self._owned is None or self._owned[0] != seed:
            said = self.lists.portfolios
            made = PortfolioKeys.of(
                said,
                lambda names: compact_events.hashes(names.to_list(), seed).to_numpy(),
                lambda clients: client_keys(_one_forms(clients), seed),
            )
            self._owned = seed, made
        return self._owned[1]

    def empty(self) -> BehaviourState:
        """Return a state that has seen nothing."""
        return BehaviourState.empty(self.settings.window, self.settings.tick, self.seed)

    def step(
        self, state: BehaviourState, frame: pl.DataFrame, upto: datetime
    ) -> tuple[BehaviourState, list[Finding], Stats]:
        """Take in events (in total order; all events before ``upto`` have now been seen) and judge.

        The state is changed in place and handed back. The same events and moments in any cut give the same findings.
        """
        turn = _Turn(self, state)
        closing = (upto - _EPOCH) // timedelta(microseconds=state.tick)
        turn.add_events(frame)
        if closing > state.closed:
            state.absorb()
            turn.close(closing)
            state.closed = closing
        elif state.raw_height >= _WAITING:
            state.absorb()
        return state, turn.judge(), turn.finish()

    def local_day(self, quarter: int) -> int:
        """Return the ordinal of the day, where the company is, in which a quarter of an hour since 1970 begins."""
        return (_EPOCH + timedelta(minutes=15 * quarter)).astimezone(self._zone).toordinal()


def _one_forms(clients: pl.Series) -> pl.Series:
    # Zeros before a number change no key.
    return pl.Series([one_form(client, number=False) for client in clients.to_list()], dtype=pl.String())


def numbers_of(frame: pl.DataFrame, state: BehaviourState) -> compact_events.Rows:
    """Return what a state needs of events that count."""
    return compact_events.lean(_needed(frame), timedelta(microseconds=state.tick), state.seed)


def _needed(frame: pl.DataFrame) -> pl.DataFrame:
    kept = frames.chosen(frame, _NEEDED)
    if "source.subnet" in frame.columns:  # the journal has none
        kept.replace_column(_NEEDED.index("source.ip"), frames.counted_addresses(frame).alias("source.ip"))
    named = kept.get_column("network.name")
    network = named.zip_with(named.is_not_null(), kept.get_column("source.ip")).alias("network")
    kept.insert_column(kept.width, network)
    return kept


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Windows of one tick: whose, of which role, what they hold, and what was known of the role at that moment.

    Attributes:
        shift: How far the middle actor of the role is above what was expected today.
        known: Whether anything is known of the role.
    """

    tick: int
    actors: Ints
    roles: Ints
    values: Floats
    last_at: Ints
    shift: Floats
    known: npt.NDArray[np.bool_]


class _Turn:
    """One call of ``step``."""

    def __init__(self, behaviour: Behaviour, state: BehaviourState) -> None:
        self.behaviour, self.state, self.stats = behaviour, state, Stats()
        self._refused, self._forgotten = state.refused, state.forgotten
        self._pending: list[_Waiting] = []
        self._scores: list[Floats] = []
        self._candidates: list[CandidateWindow] = []
        self._details = pl.DataFrame()
        self._surprises: rates.Surprises | None = None

    def add_events(self, frame: pl.DataFrame) -> None:
        """Let events wait for their bucket to close."""
        if not frame.height:
            return
        state = self.state
        floor = _EPOCH + timedelta(microseconds=state.closed * state.tick)
        kept = _needed(frame)
        if state.closed >= 0 and kept.get_column("@timestamp")[0] < floor:
            kept = kept.filter(pl.col("@timestamp") >= pl.lit(floor, dtype=frames.TIME))
            self.stats.late += frame.height - kept.height
        state.raw.append(kept)
        state.raw_height += kept.height

    def close(self, closing: int) -> None:
        """Close every bucket before ``closing``, judging windows on the way."""
        state = self.state
        adds, self._details = state.waiting.pop_before(closing)
        if state.done is not None and adds.height:
            state.done.append(compact_events.Rows(adds, self._details))
        closed = Closed.of(adds) if adds.height else None
        tick = state.next_tick
        while True:
            if not state.windows.ring:
                first = closed.next_after(tick - 1) if closed else None
                if first is None:
                    break
                tick = first + 1
            if tick > closing:
                break
            self._tick(tick, closed.bucket(tick - 1) if closed else None)
            tick += 1
            if sum(part.actors.size for part in self._pending) > _WAITING:
                self._flush()
        state.next_tick = tick
        self._flush()

    def _tick(self, tick: int, active: Active | None) -> None:
        state = self.state
        self._turn_quarter((tick - 1) * state.tick // _QUARTER)
        state.windows.expire(tick - state.span)
        if active is not None:
            self._enter(active, tick)

    def _turn_quarter(self, quarter: int) -> None:
        """Begin a quarter of an hour, if it is another one; learn the day, if it has ended where the company is.

        Zones differ from each other by whole quarters.
        """
        state = self.state
        if quarter == state.quarter:
            return
        self._flush()
        day = self.behaviour.local_day(quarter)
        roles = state.role[: len(state.names)]
        active = state.habits.active(roles.size)
        if day != state.day and active.size:
            z = state.habits.worst[active].astype(np.float64)
            worst = np.concatenate([features.facets(z[:, :-1]), z[:, -1:]], axis=1)
            state.learned += 1
            if state.learned > habits.SETTLED:
                own = state.habits.days[active] >= habits.KNOWN_DAYS
                state.rates.add(state.day, state.roles, roles[active], worst, own)
            state.habits.learn(active, roles, state.expected)
            state.expected = state.habits.expected(roles, len(state.roles), self._above(state.roles))
            self._surprises = None
        state.reach = state.density.reach()
        state.quarter, state.day = quarter, day

    def _above(self, roles: list[str]) -> habits.Expected:
        model = self.behaviour.model
        return habits.Expected.unknown(len(roles)) if model is None else model.expected(roles)

    def _enter(self, active: Active, tick: int) -> None:
        state, windows = self.state, self.state.windows
        if state.crowded(len(active.names)):
            self._flush()
            state.evict(habits.KNOWN_DAYS)
        actors = state.admit(active.names, active.whos, active.roles)
        new_roles = state.roles[state.expected.days.size :]
        if new_roles:
            state.expected = state.expected.joined(self._above(new_roles))
            self._surprises = None
        fits = actors >= 0
        known = actors[fits]
        mine = actors[active.places]
        counted = mine >= 0
        things = Things(active.keys, active.items, mine, active.kinds).of(counted)
        places = np.full(len(state.names), -1, dtype=np.int64)
        places[known] = np.arange(known.size)
        opened, strangers, chained, moved = self._novelty(active.number, things, known, places)
        woken = self._silence(active.number, known)
        events = active.sums[fits, features.INDEX["events"]]
        more = np.stack([strangers, events * moved, strangers * woken], axis=1)
        sums = np.concatenate([active.sums[fits], more], axis=1)
        windows.add(Bucket(active.number, known, sums))
        state.habits.today[known] += np.concatenate([sums, opened[:, None], chained[:, None]], axis=1)
        state.last[known] = active.number
        values = np.concatenate([windows.of(known), state.habits.today[known][:, features.DAILY]], axis=1)
        state.habits.note(known, values)
        # Of this moment: what is learned later of the role, or another role of the actor, changes nothing of it.
        shift, crowded = state.habits.shift(state.role[: len(state.names)], len(state.roles), state.expected)
        roles = state.role[known]
        told = (state.expected.days[roles] > 0) | crowded[roles]
        self._pending.append(_Waiting(tick, known, roles, values, active.last_at[fits], shift[roles], told))

    def _novelty(self, number: int, things: Things, known: Ints, places: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """Take in what actors touched in a bucket.

        Returns:
            For each actor: clients it opened, those of them nobody knew, those in runs, and whether it has moved to a
            new network.
        """
        state, live = self.state, self.state.windows.live
        things = things.of(live.unknown(number, things.keys))
        seen = things.kinds != SHOWN
        novel = np.zeros(things.keys.size, dtype=np.bool_)
        novel[seen] = state.seen.add(things.keys[seen])
        state.windows.enter(number, things, novel)
        client = things.kinds == OPENED
        state.density.add(things.items[client])
        opened = np.bincount(places[things.actors[client]], minlength=known.size)
        strangers, chained = self._unknown(things.of(client), novel[client], known, places)
        came = things.actors[novel & (things.kinds == NETWORK)]
        came = came[state.last[came] >= 0]
        state.moved[came] = number + _MOVED // state.tick
        return opened, strangers, chained, (state.moved[known] >= number).astype(np.int64)

    def _unknown(self, clients: Things, novel: npt.NDArray[np.bool_], known: Ints, places: Ints) -> tuple[Ints, Ints]:
        """Return for each actor how many of the clients it opened nobody knew, and how many lie in runs."""
        state, nobody = self.state, np.zeros(known.size, dtype=np.int64)
        role_keys = mix(mix(state.role_keys[state.role[clients.actors]], clients.items), _ROLE_SALT)
        owned, actors = self.behaviour.owned(state.seed), state.keys[clients.actors]
        teams = owned.teams_of(actors)
        # A role's clients are known to it whatever the teams: a team that is named anew has no past of its own.
        of_teams = mix(mix(teams, clients.items[:, np.newaxis]), _ROLE_SALT)
        groups = np.concatenate([role_keys[:, np.newaxis], of_teams], axis=1)
        counts = np.concatenate([np.ones((teams.shape[0], 1), dtype=np.bool_), teams != NO_TEAM], axis=1)
        different, back = np.unique(groups[counts], return_inverse=True)
        known_to = np.zeros(groups.shape, dtype=np.bool_)
        known_to[counts] = ~state.seen.add(different)[back]
        strange = ~known_to.any(axis=1) & novel
        strange &= ~owned.holds_own(actors, clients.items) & ~owned.holds_of_team(teams, clients.items)
        if state.learned < habits.BEGUN:
            return nobody, nobody
        beside, runs = state.windows.follow(known, state.reach)
        # New to the role and the teams as well, in no portfolio of theirs, and neither shown to the actor nor a
        # neighbour of what else is new to it.
        shown = mix(mix(state.keys[clients.actors], clients.items), SALTS[SHOWN])
        strange &= ~contains(state.windows.live.keys, shown) & ~contains(beside, clients.keys)
        strangers = np.bincount(places[clients.actors[strange]], minlength=known.size)
        return strangers, np.bincount(places[clients.actors[contains(runs, clients.keys)]], minlength=known.size)

    def _silence(self, number: int, known: Ints) -> Ints:
        """Say which actors have just woken from a silence longer than any before."""
        state = self.state
        # An account never seen in so many days is as one that has slept for them.
        unseen = _SILENCE // state.tick + 1 if state.learned >= _HISTORY else 0
        silent = np.where(state.last[known] >= 0, number - state.last[known], unseen)
        unheard = np.maximum(_SILENCE // state.tick, _LONGER * state.longest[known])
        woken = known[silent > unheard]
        state.awake[woken] = number + _WOKEN // state.tick
        state.longest[known] = np.maximum(state.longest[known], silent)
        return (state.awake[known] >= number).astype(np.int64)

    def _flush(self) -> None:
        """Judge the windows that wait, all of one quarter of an hour, and keep those worth a look."""
        if not self._pending:
            return
        state, model = self.state, self.behaviour.model
        ticks = np.repeat([part.tick for part in self._pending], [part.actors.size for part in self._pending])
        actors, roles, values, last_at, shift, known = (
            np.concatenate([getattr(part, name) for part in self._pending])
            for name in ("actors", "roles", "values", "last_at", "shift", "known")
        )
        self._pending = []
        signed = state.habits.standardized(values, actors, roles, state.expected, shift)
        z = features.counted(signed, values) * known[:, None]
        joint = np.zeros((actors.size, 1), dtype=np.float32)
        odd = np.flatnonzero(z.max(axis=1) >= rates.LEAST_Z)
        if model is not None:
            joint[odd, 0] = model.by_forest(signed[odd])
            self.stats.asked += odd.size
        state.habits.stood_out(actors, np.concatenate([z, joint], axis=1))
        self.stats.windows += int(known.sum())
        self.stats.unready += int((~known).sum())
        own = state.habits.days[actors] >= habits.KNOWN_DAYS
        if self.behaviour._collect is not None:
            names = [state.names[at] for at in actors]
            groups = [rates.group_of(state.roles[of], own=bool(its)) for of, its in zip(roles, own, strict=True)]
            self.behaviour._collect(JudgedWindows(state.day, ticks, names, groups, signed, z.max(axis=1)))
        if model is None:
            return
        if self._surprises is None:
            self._surprises = state.rates.surprises(state.roles, model.tails)
        told = np.zeros((actors.size, len(rates.FACETS)))
        worst = np.concatenate([features.facets(z[odd]), joint[odd]], axis=1)
        told[odd] = self._surprises.of(worst, roles[odd], own[odd])
        if not state.rates.settled:
            told[:, rates.OF_THE_PAST] = 0
        self._scores.append(told.max(axis=1)[known])
        unusual = np.flatnonzero(told.max(axis=1) >= evidence.LEVEL)
        mean, _ = state.habits.usual(actors[unusual], roles[unusual], state.expected)
        usual = np.expm1(mean) * features.STEPS
        peers = np.expm1(state.expected.mean[roles[unusual]]) * features.STEPS
        for place, at in enumerate(unusual):
            actor = int(actors[at])
            self._candidates.append(
                CandidateWindow(
                    tick=int(ticks[at]),
                    day=state.day,
                    actor=state.names[actor],
                    who=int(state.keys[actor]),
                    role=state.roles[int(roles[at])],
                    z=z[at],
                    values=values[at],
                    usual=usual[place],
                    peers=peers[place],
                    own=bool(own[at]),
                    last_at=_EPOCH + timedelta(microseconds=int(last_at[at])),
                    by_facet=told[at],
                )
            )

    def judge(self) -> list[Finding]:
        """State findings, tick by tick, the worst first."""
        if not self._candidates:
            return []
        told = sorted(self._candidates, key=lambda candidate: (candidate.tick, -candidate.surprise, candidate.actor))
        threshold = rates.threshold(self.behaviour.settings.false_incidents_a_month)
        stated = [candidate for candidate in told if candidate.surprise >= threshold and self._admit(candidate)]
        wanted = {(candidate.who, candidate.actor, candidate.tick - 1) for candidate in told}
        for actor, seen in evidence.collect(self._details, wanted).items():
            self.state.looks.setdefault(actor, []).extend(seen)
        for variant in self.behaviour._variants:
            variant.state(told, self._finding)
        return [self._finding(candidate, threshold) for candidate in stated]

    def _admit(self, candidate: CandidateWindow) -> bool:
        """Say whether a window above the threshold is told of."""
        threshold = rates.threshold(self.behaviour.settings.false_incidents_a_month)
        admitted = candidate.admitted(self.state.cap, threshold)
        self.stats.capped += not admitted
        return admitted

    def _finding(self, candidate: CandidateWindow, threshold: float) -> Finding:
        state = self.state
        window = range(candidate.tick - state.span, candidate.tick)
        looks = [look for look in state.looks.get(candidate.actor, ()) if look.bucket in window]
        told = replace(candidate, tick=candidate.tick * state.tick)
        return reasons.finding(told, looks, threshold, self._risk, (state.span * state.tick, _HOUR))

    @property
    def _risk(self) -> dict[str, int]:
        return self.behaviour._risk

    def finish(self) -> Stats:
        """Forget sights that have left every window; return what happened."""
        state, stats = self.state, self.stats
        oldest = state.closed - state.span
        for actor in [name for name, seen in state.looks.items() if seen[0].bucket < oldest]:
            state.looks[actor] = [sight for sight in state.looks[actor] if sight.bucket >= oldest]
            if not state.looks[actor]:
                del state.looks[actor]
        stats.scores = rates.score(np.concatenate(self._scores)) if self._scores else stats.scores
        stats.refused, stats.forgotten = state.refused - self._refused, state.forgotten - self._forgotten
        stats.actors = len(state.names)
        stats.not_ready = self._not_ready()
        if self.behaviour.model is not None:
            allowed = rates.threshold(self.behaviour.settings.false_incidents_a_month)
            stats.threshold = float(rates.score(np.array(allowed)))
        return stats

    def _not_ready(self) -> NotReady | None:
        if self.behaviour.model is None:
            return NotReady(detector="behaviour model", seen=0, needed=1)
        return self.state.not_ready()
