"""The state of the behaviour fold, and its way to tables and back.

Comes in: tables of a snapshot, or nothing. Goes out: a ``BehaviourState``, or its tables. Tables are versioned; one
written under another window, feature list or hash function is refused, and the past is then learned anew.
No raw line is in them: lines are identified. Of clients there are hashes, and the numbers in the ids of those opened
within a window, and of a sample.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.behaviour import compact_events, evidence, features
from detector.detect.behaviour.habits import SETTLED, Expected, Habits
from detector.detect.behaviour.rates import KEPT, LEAST_DAYS, Cap, Day, Rates, of_facets
from detector.detect.behaviour.windows import OPENED, Bucket, Live, RollingWindows
from detector.detect.density import Density
from detector.detect.hash_index import FRESH, Slots, weightiest
from detector.detect.seen_filter import SeenPairs
from detector.errors import InputError, Problem
from detector.schema.detection.findings import NotReady
from detector.schema.events.columns import ADDRESS

VERSION, _READ = 7, (5, 6, 7)
MOST_ACTORS = 200_000
MOST_ROLES = 1_000
"""Roles that are told apart: where a log names them, they can be made up."""
PASSING = 10
"""Who has fewer events than this in a window, and little history, is a passer-by."""
Ints = npt.NDArray[np.int64]
_BY_ACTOR = ("keys", "role", "last", "longest", "awake", "moved")


@dataclass(slots=True)
class BehaviourState:
    """Everything the fold remembers. A step changes it in place and hands it back.

    Attributes:
        last / longest: By actor, the bucket it was last seen in, and the longest silence so far, in buckets.
        awake / moved: Up to which bucket it counts as just woken, and as come from a new network.
        expected: What roles are like. quarter / day: Of which quarter of an hour and local day.
        reach: How far apart numbers of clients may be that follow each other.
        done: The rows of buckets that were closed are left here; None: nowhere.
    """

    tick: int
    span: int
    closed: int = -1
    next_tick: int = -1
    names: list[str] = field(default_factory=list)
    index: Slots = field(default_factory=Slots)
    keys: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    role: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    last: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    roles: list[str] = field(default_factory=list)
    role_index: dict[str, int] = field(default_factory=dict)
    role_keys: npt.NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    windows: RollingWindows = field(init=False)
    longest: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    awake: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    moved: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    habits: Habits = field(default_factory=Habits)
    expected: Expected = field(default_factory=lambda: Expected.unknown(0))
    quarter: int = -1
    day: int = -1
    learned: int = 0
    rates: Rates = field(default_factory=Rates)
    cap: Cap = field(default_factory=Cap)
    density: Density = field(default_factory=Density)
    reach: int = 0
    seen: SeenPairs = field(default_factory=SeenPairs)
    looks: dict[str, list[evidence.WindowEvidence]] = field(default_factory=dict)
    raw: list[pl.DataFrame] = field(default_factory=list)
    raw_height: int = 0
    waiting: compact_events.CompactEvents = field(default_factory=compact_events.CompactEvents)
    most_actors: int = MOST_ACTORS
    seed: int = FRESH
    refused: int = 0
    forgotten: int = 0
    done: list[compact_events.Rows] | None = None

    def __post_init__(self) -> None:
        self.windows = RollingWindows(self.span)

    @classmethod
    def empty(cls, window: timedelta, tick: timedelta, seed: int = FRESH) -> "BehaviourState":
        """Return a state that has seen nothing; ``seed`` is that of its hashes.

        Raises:
            InputError: The tick does not divide the window.
        """
        if window % tick:
            what = "behaviour.tick must divide behaviour.window without rest"
            raise InputError(Problem(what=what, fix="for example 5m and 1h"))
        return cls(int(tick / timedelta(microseconds=1)), window // tick, seed=seed)

    def copied(self) -> "BehaviourState":
        """Return a state that goes on from here and changes nothing in this one; of rows that wait it has none.

        What steps replace and never change in place is shared: pairs that were seen, and what roles are like.
        """
        windows = self.windows
        made = replace(
            self,
            names=list(self.names),
            index=Slots(self.keys[: len(self.names)]),
            roles=list(self.roles),
            role_index=dict(self.role_index),
            habits=Habits(**{name: column.copy() for name, column in self.habits.columns().items()}),
            rates=Rates(self.rates.days.copy()),
            cap=self.cap.copied(),
            density=replace(self.density),
            seen=replace(self.seen),
            looks={name: list(seen) for name, seen in self.looks.items()},
            raw=[],
            raw_height=0,
            waiting=compact_events.CompactEvents(floor=self.waiting.least, least=self.waiting.least),
            done=None,
            **{name: getattr(self, name).copy() for name in _BY_ACTOR},
        )
        made.windows = replace(
            windows,
            ring=windows.ring.copy(),
            live=replace(windows.live, last=windows.live.last.copy()),
            **{name: getattr(windows, name).copy() for name in ("totals", "opened", "neighbours")},
        )
        return made

    def not_ready(self) -> NotReady | None:
        """Return how many days have been seen and are needed until everything is judged; None when it is."""
        needed = SETTLED + LEAST_DAYS
        return None if self.learned >= needed else NotReady(detector="behaviour", seen=self.learned, needed=needed)

    def absorb(self) -> None:
        """Take the numbers out of the frames that wait."""
        if self.raw:
            frame = pl.concat(self.raw) if len(self.raw) > 1 else self.raw[0]
            self.waiting.append(*compact_events.lean(frame, timedelta(microseconds=self.tick), self.seed))
            self.raw, self.raw_height = [], 0

    def admit(self, names: list[str], keys: npt.NDArray[np.uint64], roles: list[str]) -> Ints:
        """Return the number of each actor, making room for new ones; -1 where there is none left."""
        actors = self.index.find(keys)
        new = np.flatnonzero(actors < 0)
        if new.size:
            # People first: a flood of strange addresses must not keep an account out.
            strangers = np.array([names[at].startswith(ADDRESS) for at in new])
            new = new[np.lexsort((pl.Series([names[at] for at in new]).rank("ordinal").to_numpy(), strangers))]
            room = max(self.most_actors - len(self.names), 0)
            self.refused += max(new.size - room, 0)
            self._enter([names[at] for at in new[:room]], keys[new[:room]])
            actors = self.index.find(keys)
        fits = actors >= 0
        self.role[actors[fits]] = self._role_numbers(roles)[fits]
        return actors

    def number(self, name: str) -> int:
        """Return the number of an actor, -1 for one that is not known."""
        return int(self.index.find(compact_events.hashes([name], self.seed).to_numpy())[0])

    def _enter(self, names: list[str], keys: npt.NDArray[np.uint64]) -> None:
        first = len(self.names)
        self.names += names
        self.index.of(keys)
        if len(self.names) > self.last.size:
            self._grow(max(len(self.names), self.last.size + self.last.size // 4, 64))
        self.keys[first : len(self.names)] = keys

    def _grow(self, capacity: int) -> None:
        more = capacity - self.last.size
        self.keys = np.concatenate([self.keys, np.zeros(more, dtype=np.uint64)])
        self.role = np.concatenate([self.role, np.zeros(more, dtype=np.int64)])
        self.last = np.concatenate([self.last, np.full(more, -1, dtype=np.int64)])
        for name in ("longest", "awake", "moved"):
            setattr(self, name, np.concatenate([getattr(self, name), np.full(more, -1, dtype=np.int64)]))
        self.windows.grow(capacity)
        self.habits.grow(capacity)

    def _role_numbers(self, roles: list[str]) -> Ints:
        """Return the number of each role; beyond ``MOST_ROLES`` further ones are those of whoever has none."""
        for role in sorted(set(roles) - self.role_index.keys()):
            known = role if len(self.roles) < MOST_ROLES else _roleless(role)
            if known not in self.role_index:
                self.role_index[known] = len(self.roles)
                self.roles.append(known)
        if len(self.roles) > self.role_keys.size:
            self.role_keys = compact_events.hashes(self.roles, self.seed).to_numpy()
        index = self.role_index
        return np.array([index[role] if role in index else index[_roleless(role)] for role in roles], dtype=np.int64)

    def crowded(self, coming: int) -> bool:
        """Whether ``coming`` further actors would not fit."""
        return len(self.names) + coming > self.most_actors

    def evict(self, needed: float) -> None:
        """Forget some actors: passers-by first, then those outside their windows, idle longest, then the others.

        A passer-by has little history, and few events in its window: thousands of them push nobody out whose habits
        are known, and nobody who is at work.
        """
        count = len(self.names)
        events = self.windows.totals[:count, features.INDEX["events"]]
        known = self.habits.days[:count] >= needed
        standing = np.where(~known & (events < PASSING), 0, np.where(events == 0, 1, 2))
        kept = weightiest(count - max(count // 10, 1), standing, events, self.last[:count])
        self.forgotten += count - kept.size
        place = np.full(count, -1, dtype=np.int64)
        place[kept] = np.arange(kept.size)
        self._renumber(kept, place)

    def _renumber(self, kept: Ints, place: Ints) -> None:
        self.names = [self.names[at] for at in kept]
        self.keys, self.role, self.last = self.keys[kept], self.role[kept], self.last[kept]
        self.longest, self.awake, self.moved = self.longest[kept], self.awake[kept], self.moved[kept]
        self.index = Slots(self.keys)
        self.habits.retain(kept)
        self.windows.renumber(kept, place)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return the state as tables for a snapshot: copies, which stay as they are while the fold goes on."""
        self.absorb()
        self.waiting.compact()
        self.waiting.details = [compact_events.hashed(frame) for frame in self.waiting.details]
        count = len(self.names)
        live, ring = self.windows.live, self.windows.ring
        head = {
            "version": VERSION,
            "features": features.fingerprint(),
            "probe": str(compact_events.probe(self.seed)),
            "tick": self.tick,
            "span": self.span,
            "closed": self.closed,
            "next_tick": self.next_tick,
            "quarter": self.quarter,
            "day": self.day,
            "learned": self.learned,
            "reach": self.reach,
            "cap": [self.cap.day, self.cap.told, self.cap.strangers, self.cap.alike],
            "refused": self.refused,
            "forgotten": self.forgotten,
        }
        return {
            "behaviour": pl.DataFrame({"head": [json.dumps(head)]}),
            "behaviour_actors": pl.DataFrame(
                {
                    "name": pl.Series(self.names, dtype=pl.String()),
                    "key": self.keys[:count].copy(),
                    "role": self.role[:count].copy(),
                    "last": self.last[:count].copy(),
                    "longest": self.longest[:count].copy(),
                    "awake": self.awake[:count].copy(),
                    "moved": self.moved[:count].copy(),
                    "neighbours": self.windows.neighbours[:count].copy(),
                    **{name: _flat(column[:count]) for name, column in self.habits.columns().items()},
                }
            ),
            "behaviour_roles": pl.DataFrame(
                {
                    "name": pl.Series(self.roles, dtype=pl.String()),
                    **{name: _flat(getattr(self.expected, name)) for name in self.expected.__slots__},
                }
            ),
            "behaviour_days": pl.DataFrame(
                [
                    (day.number, role, day.actors[role], day.peaks[role].ravel().tolist())
                    for day in self.rates.days
                    for role in day.actors
                ],
                schema={"day": pl.Int64(), "role": pl.String(), "actors": pl.Int64(), "peaks": pl.List(pl.Float64())},
                orient="row",
            ),
            "behaviour_density": pl.DataFrame({"hash": self.density.hashes, "key": self.density.keys}),
            "behaviour_ring": pl.DataFrame(
                {
                    "bucket": _join([np.full(b.actors.size, b.number) for b in ring]),
                    "actor": _join([b.actors for b in ring]),
                    "sums": _flat(_join([b.sums for b in ring], features.ADDITIVE)),
                }
            ),
            "behaviour_live": pl.DataFrame(
                {
                    "key": live.keys,
                    "item": live.items,
                    "last": live.last.copy(),
                    "actor": live.actors.copy(),
                    "kind": live.kinds,
                    "novel": live.novel,
                }
            ),
            "behaviour_seen": pl.concat(
                pl.DataFrame({"part": pl.Series([at], dtype=pl.Int8()).new_from_index(0, part.size), "key": part})
                for at, part in enumerate((self.seen.fresh, self.seen.present, self.seen.former))
            ),
            "behaviour_sights": evidence.table(self.looks),
            "behaviour_adds": pl.concat([pl.DataFrame(schema=compact_events.ADDS), *self.waiting.adds]),
            "behaviour_details": pl.concat([pl.DataFrame(schema=compact_events.DETAILS), *self.waiting.details]),
        }

    @classmethod
    def from_tables(cls, tables: dict[str, pl.DataFrame], seed: int = FRESH) -> "BehaviourState":
        """Return the state of a snapshot.

        Raises:
            InputError: It was written with another key, or by a version of Nabat, or of polars, whose numbers mean
                something else.
        """
        head = json.loads(tables["behaviour"]["head"][0])
        meant = (features.fingerprint(), str(compact_events.probe(seed)))
        if head["version"] not in _READ or (head["features"], head["probe"]) != meant:
            other = "with another key, or by a version whose numbers mean something else"
            what = f"the saved behaviour state was written {other}"
            raise InputError(
                Problem(
                    what=what,
                    fix="behaviour begins without a past; stop the service and run `nabat train --backfill`",
                )
            )
        state = cls(head["tick"], head["span"], head["closed"], head["next_tick"], seed=seed)
        state.refused, state.forgotten = head["refused"], head["forgotten"]
        names = ("quarter", "day", "learned", "reach")
        state.quarter, state.day, state.learned, state.reach = (head[name] for name in names)
        state.cap = Cap(*head["cap"])
        state._fill_holders(tables["behaviour_actors"], tables["behaviour_roles"])
        state._fill_windows(tables["behaviour_ring"], tables["behaviour_live"])
        parts = [tables["behaviour_seen"].filter(pl.col("part") == at)["key"].to_numpy() for at in range(3)]
        fresh, present, former = (np.array(part, dtype=np.uint64) for part in parts)
        state.seen = SeenPairs(fresh, present, former)
        for (number,), rows in tables["behaviour_days"].group_by("day", maintain_order=True):
            flat = rows.select("role", "peaks").iter_rows()
            peaks = {role: of_facets(np.array(values).reshape(-1, KEPT)) for role, values in flat}
            state.rates.days.append(Day(int(str(number)), dict(rows.select("role", "actors").iter_rows()), peaks))
        sample = tables["behaviour_density"]
        state.density = Density(*(np.array(sample[name].to_numpy(), dtype=np.uint64) for name in ("hash", "key")))
        state.looks = evidence.read(tables["behaviour_sights"])
        state.waiting.append(tables["behaviour_adds"], tables["behaviour_details"])
        return state

    def _fill_holders(self, actors: pl.DataFrame, roles: pl.DataFrame) -> None:
        self.roles = roles["name"].to_list()
        self.role_index = {name: at for at, name in enumerate(self.roles)}
        self.role_keys = compact_events.hashes(self.roles, self.seed).to_numpy()
        self._enter(actors["name"].to_list(), actors["key"].to_numpy())
        count = actors.height
        for name in ("role", "last", "longest", "awake", "moved"):
            getattr(self, name)[:count] = actors[name]
        self.windows.neighbours[:count] = actors["neighbours"]
        for name, column in self.habits.columns().items():
            column[:count] = actors[name].to_numpy()
        known = {name: np.array(roles[name].to_numpy()) for name in self.expected.__slots__}
        shapes = {name: column.reshape(roles.height, *known[name].shape[1:]) for name, column in known.items()}
        self.expected = Expected(**shapes)

    def _fill_windows(self, ring: pl.DataFrame, live: pl.DataFrame) -> None:
        for (number,), part in ring.group_by("bucket", maintain_order=True):
            sums = part["sums"].to_numpy().reshape(part.height, features.ADDITIVE)
            self.windows.add(Bucket(int(str(number)), np.array(part["actor"].to_numpy()), np.array(sums)))
        names = ("key", "item", "last", "actor", "kind", "novel")
        self.windows.live = Live(*(np.array(live[name].to_numpy()) for name in names))
        mine = self.windows.live.actors[self.windows.live.kinds == OPENED]
        np.add.at(self.windows.opened, mine, 1)


def _roleless(role: str) -> str:
    return role.partition(":")[0] + ":"


def _flat(matrix: npt.NDArray[np.generic]) -> pl.Series:
    if matrix.ndim == 1:
        return pl.Series(matrix.copy())
    width = int(np.prod(matrix.shape[1:]))
    flat = pl.Series(matrix.flatten())
    return (
        flat.reshape((matrix.shape[0], width)) if matrix.shape[0] else pl.Series([], dtype=pl.Array(flat.dtype, width))
    )


def _join(parts: list[Ints], width: int = 0) -> Ints:
    empty = np.zeros((0, width) if width else 0, dtype=np.int64)
    return np.concatenate([empty, *parts])
