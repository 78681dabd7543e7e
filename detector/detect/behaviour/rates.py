"""How often honest days bring something so unusual: z turned into the rate of it in the company, a day.

Comes in: at the end of each day, the highest z of each facet of every actor. Goes out: surprise, -log10 of how many
actors a day reach such a z (2: one in a hundred days), and the threshold that a number of false incidents a month asks
for. The rate is counted among the actors of the role, and scaled to the company as if all were like them; where a role
is too small for that, among all of its kind (people, programs, addresses). Above the highest values of the last
``DAYS`` days it falls exponentially, as in the peaks-over-threshold method; until there are so many days it is mixed
with what a model brought.

Facets are asked one by one and the most surprising one speaks. They are allowed equal shares of the budget
(Bonferroni), so none is a sum of others, and noise in one makes no other more sensitive.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detector.detect.behaviour import features

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

JOINT = "combination"
"""The facet the forest speaks for."""
UNKNOWN = "unknown"
FACETS: tuple[str, ...] = (*features.FACETS, JOINT)
DAYS, LEAST_DAYS = 14, 5
DAYS_A_MONTH = 30.44
MOST_A_DAY = 10
"""Actors told of on one day; further ones only when they are worse than all of these."""
# How many of a role's highest z are remembered of a day, and from which z on something is odd at all.
KEPT, LEAST_Z = 8, 1.5
# Of the peaks of all days the tail is fitted to about half a one a day; it never falls off faster than this.
_RANK, _LEAST_SCALE, _UNKNOWN_SCALE = 0.5, 0.45, 0.7
# Days of actors from which a role tells its own rates; what they weigh there beside those of its kind.
_ROLE_DAYS, _ROLE_WEIGHT = 60, 0.65
_TEN = float(np.log(10))
# Facets that are asked only when there are days enough, and of which other companies tell nothing.
OF_THE_PAST = np.array([facet in {*features.OF_THE_PAST, JOINT} for facet in FACETS])


@dataclass(frozen=True, slots=True)
class Day:
    """What one day brought: by role, the number of its actors and their highest z (facets, ``KEPT``), falling."""

    number: int
    actors: dict[str, int]
    peaks: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Tails:
    """Rates by group and facet: from ``point`` on, ``start`` plus a straight line; below it there is no surprise.

    Each is of shape (groups, facets).
    """

    point: Floats
    start: Floats
    scale: Floats

    def surprise(self, z: Floats, groups: Ints) -> Floats:
        """Return the surprise of rows of z (one column a facet), each by its group."""
        point = self.point[groups]
        told = self.start[groups] + (z - point) / self.scale[groups] / _TEN
        return np.where(z > point, np.maximum(told, 0.0), 0.0)

    def mixed(self, other: "Tails", weight: Floats) -> "Tails":
        """Return tails between these and others, by facet."""
        return Tails(*(weight * a + (1 - weight) * b for a, b in zip(self.parts(), other.parts(), strict=True)))

    def parts(self) -> tuple[Floats, Floats, Floats]:
        """Return the three arrays."""
        return self.point, self.start, self.scale

    @classmethod
    def stacked(cls, some: Sequence["Tails"]) -> "Tails":
        """Return the tails of several groups as one."""
        columns = zip(*(each.parts() for each in some), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

    @classmethod
    def unknown(cls) -> "Tails":
        """Return tails of a group nothing is known of: nothing in it is surprising."""
        shape = (1, len(FACETS))
        return cls(np.full(shape, np.inf), np.zeros(shape), np.full(shape, _UNKNOWN_SCALE))


def fit(peaks: Sequence[Floats], days: int, share: float) -> Tails:
    """Fit the tails of one group.

    Args:
        peaks: Highest z of each day (facets, ``KEPT``).
        days: How many days there were.
        share: Of all actor-days, those of the group: its rates are scaled by it to the company's.
    """
    told = np.sort(np.concatenate([np.zeros((len(FACETS), KEPT)), *peaks], axis=1), axis=1)[:, ::-1]
    place = min(max(3, int(days * _RANK)), told.shape[1] - 1)
    point = np.maximum(told[:, place], LEAST_Z)
    above = np.where(told > point[:, None], told - point[:, None], 0.0)
    many = (above > 0).sum(axis=1)
    # Mean excess of a censored sample: the highest third counts as no higher than the next one below, so that a leak
    # among the days makes no later one usual.
    highest = many // 3
    next_below = np.take_along_axis(above, highest[:, None], axis=1)
    mean = np.minimum(above, next_below).sum(axis=1) / np.maximum(many - highest, 1)
    scale = np.maximum(np.where(many >= 3, mean, _UNKNOWN_SCALE), _LEAST_SCALE)
    start = -np.log10(np.maximum(many, 0.5) / max(days, 1) / share)
    return Tails(point[None], start[None], scale[None])


@dataclass(frozen=True, slots=True)
class Surprises:
    """How z become surprise, by the number of a role."""

    role: Tails
    kind: Tails
    weight: Floats

    def of(self, z: Floats, roles: Ints) -> Floats:
        """Return the surprise of rows of z (one column a facet)."""
        weight = self.weight[roles, None]
        return weight * self.role.surprise(z, roles) + (1 - weight) * self.kind.surprise(z, roles)


@dataclass(frozen=True, slots=True)
class RoleSizes:
    """How many actors roles had in the days remembered.

    Attributes:
        actors: By role, actors a day, summed.
        weights: The same, with those nobody knows counting as no more than all others: made up by the thousand they
            would take the budget of the others, which then would have to be so many times as unusual.
        whole: All weights together.
    """

    actors: dict[str, int]
    weights: dict[str, float]
    whole: float

    @classmethod
    def of(cls, actors: dict[str, int]) -> "RoleSizes":
        """Return the sizes where each role has so many actors."""
        strangers = sum(many for role, many in actors.items() if kind_of(role) == UNKNOWN)
        known = sum(actors.values()) - strangers
        part = min(known / strangers, 1.0) if known and strangers else 1.0
        weights = {role: many * (part if kind_of(role) == UNKNOWN else 1.0) for role, many in actors.items()}
        return cls(actors, weights, max(sum(weights.values()), 1.0))

    def share(self, roles: Sequence[str]) -> float:
        """Return what part of the company these roles are."""
        return sum(self.weights[role] for role in roles) / self.whole


@dataclass(slots=True)
class Rates:
    """The days remembered and what follows from them."""

    days: deque[Day] = field(default_factory=lambda: deque(maxlen=DAYS))

    @property
    def settled(self) -> bool:
        """Whether there are days enough to say how often something new comes."""
        return len(self.days) >= LEAST_DAYS

    def add(self, number: int, roles: Sequence[str], of: Ints, worst: Floats) -> None:
        """Remember a day: ``worst`` has a row an actor active in it, one column a facet; ``of`` is its role."""
        if not of.size:
            return
        actors, peaks = {}, {}
        order = np.argsort(of, kind="stable")
        for some in np.split(order, np.flatnonzero(np.diff(of[order])) + 1):
            high = -np.sort(-worst[some], axis=0)[:KEPT].T
            name = roles[int(of[some[0]])]
            actors[name] = int(some.size)
            peaks[name] = np.pad(high, ((0, 0), (0, KEPT - high.shape[1])))
        self.days.append(Day(number, actors, peaks))

    def kinds(self) -> dict[str, Tails]:
        """Return the tails of each kind of actors."""
        sizes = self._sizes()
        of_kind: dict[str, list[str]] = {}
        for role in sorted(sizes.actors):
            of_kind.setdefault(kind_of(role), []).append(role)
        return {kind: self._fitted(roles, sizes) for kind, roles in sorted(of_kind.items())}

    def surprises(self, roles: Sequence[str], model: Mapping[str, Tails]) -> Surprises:
        """Return how z of these roles become surprise; ``model`` knows tails by kind."""
        kinds, sizes = self.kinds(), self._sizes()
        known = np.full(len(FACETS), len(self.days) / DAYS)
        by_role, by_kind, weights = [], [], []
        for role in roles:
            mine, theirs = kinds.get(kind_of(role)), model.get(kind_of(role))
            of_kind = mine or theirs or Tails.unknown()
            if mine and theirs:
                of_kind = mine.mixed(theirs, np.where(OF_THE_PAST, 1.0, known))
            large = sizes.actors.get(role, 0) >= _ROLE_DAYS
            by_role.append(self._fitted([role], sizes).mixed(of_kind, known) if large else of_kind)
            by_kind.append(of_kind)
            weights.append(_ROLE_WEIGHT if large else 0.0)
        return Surprises(Tails.stacked(by_role), Tails.stacked(by_kind), np.array(weights))

    def _fitted(self, roles: list[str], sizes: RoleSizes) -> Tails:
        peaks = [day.peaks[role] for day in self.days for role in roles if role in day.peaks]
        return fit(peaks, len(self.days), max(sizes.share(roles), 1e-3))

    def _sizes(self) -> RoleSizes:
        many: dict[str, int] = {}
        for day in self.days:
            for role, actors in day.actors.items():
                many[role] = many.get(role, 0) + actors
        return RoleSizes.of(many)


def kind_of(role: str) -> str:
    """Return what kind of actors has a role: people, programs, or those nobody knows."""
    return {"human": "person", "admin": "person", "service": "program"}.get(role.partition(":")[0], UNKNOWN)


def threshold(false_a_month: float) -> float:
    """Return the surprise above which something is told, for so many false incidents a month."""
    return float(-np.log10(false_a_month / DAYS_A_MONTH / len(FACETS)))


def score(surprise: Floats) -> Floats:
    """Return surprise as a number from 0 to 1: 0.99, such a thing happens on one day in a hundred."""
    return np.asarray(1.0 - 10.0 ** -np.maximum(surprise, 0.0))


@dataclass(slots=True)
class Cap:
    """How many actors may be told of on one day: on a day that is unlike all others the worst ones come first.

    Accounts without a past are counted apart: made up to be noisy they take no place of those that have one.
    """

    day: int = -1
    told: dict[str, float] = field(default_factory=dict)
    strangers: dict[str, float] = field(default_factory=dict)

    def admit(self, day: int, actor: str, surprise: float, *, own: bool) -> bool:
        """Say whether an actor may be told of, and count it if so; who was told of is free for the day."""
        if day != self.day:
            self.day, self.told, self.strangers = day, {}, {}
        told = self.told if own else self.strangers
        if actor not in told and len(told) >= MOST_A_DAY and surprise <= max(told.values()):
            return False
        told[actor] = max(surprise, told.get(actor, surprise))
        return True
