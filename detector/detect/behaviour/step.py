"""The fold: events in, windows judged at each tick of event time, findings out.

Comes in: a state, events in total order, and the moment up to which every event has been seen. Goes out: the state, the
findings, and what happened (``Stats``). Windows are judged at ticks not later than that moment, with exactly the events
before each tick, so that the answer does not depend on where the calls cut the stream. No clock, no file.

Within one call everything is batched: sums over all closed buckets at once, normalising between two changes of the
baselines at once, and the forest is asked once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.behaviour import baselines, evidence, features, reasons
from detector.detect.behaviour.behaviour_state import BehaviourState
from detector.detect.behaviour.buckets import Active, Closed
from detector.detect.behaviour.model import GATE, Model, score
from detector.detect.behaviour.reasons import CandidateWindow
from detector.detect.behaviour.windows import SUBJECT, Bucket
from detector.detect.hash_index import FRESH, mix
from detector.schema.findings import Finding, NotReady
from detector.settings import BehaviourSettings, GroupSettings, Settings

_HOUR = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
_ROLE_SALT = np.uint64(0x20)
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
    "http.response.body.bytes",
    "source.ip",
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
    """Windows judged under the same baselines: what a collector of training windows is given."""

    ticks: Ints
    actors: list[str]
    columns: npt.NDArray[np.float32]
    ready: npt.NDArray[np.bool_]


@dataclass(slots=True)
class Stats:
    """What one call did.

    Attributes:
        windows: Windows judged. unready: windows of actors that neither have a past nor a role with one: not scored.
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
    ) -> None:
        self.settings = settings
        self.model = model
        self.seed = seed
        self._risk = (group or GroupSettings()).risk
        self._zone = ZoneInfo(timezone)
        self._collect = collect

    @classmethod
    def of(cls, settings: Settings, model: Model | None, seed: int = FRESH) -> "Behaviour":
        """Return the judge a configuration asks for; ``seed`` is that of the hashes in its state."""
        return cls(settings.behaviour, model, group=settings.group, timezone=settings.timezone, seed=seed)

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

    def night(self, bucket: int, tick: int) -> bool:
        """Whether a bucket begins at night or at the weekend where the company is."""
        local = (_EPOCH + timedelta(microseconds=bucket * tick)).astimezone(self._zone)
        return local.hour < 7 or local.hour >= 21 or local.weekday() >= 5


class _Turn:
    """One call of ``step``."""

    def __init__(self, behaviour: Behaviour, state: BehaviourState) -> None:
        self.behaviour, self.state, self.stats = behaviour, state, Stats()
        self._refused, self._forgotten = state.refused, state.forgotten
        self._pending: list[tuple[int, Ints, Floats, Ints]] = []
        self._scores: list[Floats] = []
        self._candidates: list[CandidateWindow] = []
        self._details = pl.DataFrame()

    def add_events(self, frame: pl.DataFrame) -> None:
        """Let events wait for their bucket to close."""
        if not frame.height:
            return
        state = self.state
        floor = _EPOCH + timedelta(microseconds=state.closed * state.tick)
        kept = frames.chosen(frame, _NEEDED)
        if "source.subnet" in frame.columns:  # the journal has none
            kept.replace_column(_NEEDED.index("source.ip"), frames.counted_addresses(frame).alias("source.ip"))
        if state.closed >= 0 and kept.get_column("@timestamp")[0] < floor:
            kept = kept.filter(pl.col("@timestamp") >= pl.lit(floor, dtype=frames.TIME))
            self.stats.late += frame.height - kept.height
        state.raw.append(kept)
        state.raw_height += kept.height

    def close(self, closing: int) -> None:
        """Close every bucket before ``closing``, judging windows on the way."""
        state = self.state
        adds, self._details = state.waiting.pop_before(closing)
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
            if sum(part.size for _, part, _, _ in self._pending) > _WAITING:
                self._flush()
        state.next_tick = tick
        self._flush()

    def _tick(self, tick: int, active: Active | None) -> None:
        state = self.state
        state.windows.expire(tick - state.span)
        if active is not None:
            self._enter(active, tick)
        if tick % state.span == 0:
            self._learn()

    def _enter(self, active: Active, tick: int) -> None:
        state, windows = self.state, self.state.windows
        if state.crowded(len(active.names)):
            self._flush()
            state.evict(self.behaviour.settings.min_windows)
        actors = state.admit(active.names, active.whos, active.roles)
        fits = actors >= 0
        mine = actors[active.places]
        counted = mine >= 0
        keys, items, kinds, mine = active.keys[counted], active.items[counted], active.kinds[counted], mine[counted]
        new = windows.count(active.number, keys, mine, kinds)
        places = np.full(len(state.names), -1, dtype=np.int64)
        places[actors[fits]] = np.arange(int(fits.sum()))
        more = self._novelty(keys[new], items[new], kinds[new], mine[new], places)
        sums = active.sums[fits]
        night = sums[:, features.INDEX["events"]] * self.behaviour.night(active.number, state.tick)
        known = actors[fits]
        windows.add(Bucket(active.number, known, np.concatenate([sums, night[:, None], more], axis=1)))
        state.last[known] = active.number
        self._pending.append((tick, known, windows.of(known), active.last_at[fits]))

    def _novelty(
        self, keys: npt.NDArray[np.uint64], items: npt.NDArray[np.uint64], kinds: npt.NDArray[np.int8], actors: Ints,
        places: Ints,
    ) -> Ints:  # fmt: skip
        """Return, for each actor of the bucket: clients new to it, clients new to its role, addresses new to it."""
        state = self.state
        out = np.zeros((int(places.max()) + 1 if places.size else 0, 3), dtype=np.int64)
        novel = state.seen.add(keys)
        subject = kinds == SUBJECT
        np.add.at(out, (places[actors[novel & subject]], 0), 1)
        np.add.at(out, (places[actors[novel & ~subject]], 2), 1)
        owners = actors[subject]
        roles = mix(mix(state.role_keys[state.role[owners]], items[subject]), _ROLE_SALT)
        different, back = np.unique(roles, return_inverse=True)
        strange = state.seen.add(different)[back]
        np.add.at(out, (places[owners[strange]], 1), 1)
        return out

    def _learn(self) -> None:
        """Take the hour that ends now into the baselines of all who were active in it."""
        state = self.state
        actors = state.windows.active()
        if actors.size:
            self._flush()
            values = state.windows.of(actors)
            state.own.learn(actors, values)
            state.peers.learn(state.role[actors], values)

    def _flush(self) -> None:
        """Normalise the windows waiting under the present baselines, and keep those worth a look."""
        if not self._pending:
            return
        state, needed = self.state, self.behaviour.settings.min_windows
        actors = np.concatenate([actors for _, actors, _, _ in self._pending])
        ticks = np.repeat([tick for tick, *_ in self._pending], [part.size for _, part, _, _ in self._pending])
        values = np.concatenate([values for _, _, values, _ in self._pending])
        last_at = np.concatenate([times for *_, times in self._pending])
        self._pending = []
        roles = state.role[actors]
        programs = np.array([role.startswith("service:") for role in state.roles])[roles]
        normal = baselines.normalise(values, (actors, roles), ticks, (state.own, state.peers), needed, programs)
        self.stats.windows += int(normal.ready.sum())
        self.stats.unready += int((~normal.ready).sum())
        if self.behaviour._collect is not None:
            names = [state.names[at] for at in actors]
            self.behaviour._collect(JudgedWindows(ticks, names, normal.columns, normal.ready))
        if self.behaviour.model is None:
            return
        told = self.behaviour.model.by_facets(normal.columns)
        self._scores.append(told[normal.ready & (told < GATE)])
        for at in np.flatnonzero(normal.ready & (told >= GATE)):
            actor = int(actors[at])
            self._candidates.append(
                CandidateWindow(
                    int(ticks[at]),
                    state.names[actor],
                    int(state.keys[actor]),
                    state.roles[int(roles[at])],
                    normal.columns[at],
                    values[at],
                    state.own.usual(actors[at : at + 1])[0],
                    state.peers.usual(roles[at : at + 1])[0],
                    bool(normal.own[at]),
                    _EPOCH + timedelta(microseconds=int(last_at[at])),
                    float(told[at]),
                )
            )

    def judge(self) -> list[Finding]:
        """Ask the forest about the candidates and state findings, tick by tick, the worst first."""
        model = self.behaviour.model
        if model is None or not self._candidates:
            return []
        self.stats.asked = len(self._candidates)
        joint = model.by_forest(np.stack([candidate.columns for candidate in self._candidates]))
        told = [
            replace(candidate, surprise=max(candidate.facets, float(opinion)))
            for candidate, opinion in zip(self._candidates, joint, strict=True)
        ]
        self._scores.append(np.array([candidate.surprise for candidate in told]))
        told.sort(key=lambda candidate: (candidate.tick, -candidate.surprise, candidate.actor))
        stated = [(candidate, at) for candidate in told if (at := self._admit(candidate, model)) is not None]
        loud = [candidate for candidate in told if candidate.surprise >= evidence.LEVEL]
        wanted = {(c.who, c.actor, c.tick - 1) for c in [*loud, *(candidate for candidate, _ in stated)]}
        for actor, seen in evidence.collect(self._details, wanted).items():
            self.state.looks.setdefault(actor, []).extend(seen)
        return [self._finding(candidate, threshold) for candidate, threshold in stated]

    def _admit(self, candidate: CandidateWindow, model: Model) -> float | None:
        """Return the threshold a window has passed, or None."""
        state, budget = self.state, self.behaviour.settings.findings_a_day
        state.budgets.turn((candidate.tick * state.tick - 1) // (24 * _HOUR), budget)
        admitted = state.budgets.admit(candidate.actor, candidate.surprise, budget, model.threshold, own=candidate.own)
        self.stats.capped += admitted is None
        return state.budgets.of(own=candidate.own).threshold(budget, model.threshold) if admitted else None

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
        stats.scores = score(np.concatenate(self._scores)) if self._scores else stats.scores
        stats.refused, stats.forgotten = state.refused - self._refused, state.forgotten - self._forgotten
        stats.actors = len(state.names)
        stats.not_ready = self._not_ready()
        model, budget = self.behaviour.model, self.behaviour.settings.findings_a_day
        if model is not None:
            stats.threshold = float(score(np.array(state.budgets.known.threshold(budget, model.threshold))))
        return stats

    def _not_ready(self) -> NotReady | None:
        state, needed = self.state, self.behaviour.settings.min_windows
        if self.behaviour.model is None:
            return NotReady(detector="behaviour model", seen=0, needed=1)
        peers = state.peers.windows[: len(state.roles)]
        seen = int(peers.max()) if peers.size else 0
        if seen >= needed * baselines.ROLE_FACTOR:
            return None
        return NotReady(detector="behaviour", seen=seen, needed=needed * baselines.ROLE_FACTOR)
