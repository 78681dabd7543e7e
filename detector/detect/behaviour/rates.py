"""How often honest days bring something so unusual: z turned into the rate of it in the company, a day.

Comes in: at the end of each day, the highest z of each facet of every actor. Goes out: surprise, -log10 of how many
actors a day reach such a z (2: one in a hundred days), and the threshold that a number of false incidents a month asks
for. The rate is counted among the actors of the role, and scaled to the company as if all were like them; where a role
is too small for that, among all of its kind (people, programs, addresses). Above the highest values of the last
``DAYS`` days it falls exponentially, as in the peaks-over-threshold method; until there are so many days it is mixed
with what a model brought.

Accounts without a past of their own are measured by all accounts, those with one by such alone: everybody is new to
who has just begun, and the first days of one colleague must not make strangers usual for all of the role.

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
Bools = npt.NDArray[np.bool_]

JOINT = "combination"
"""The facet the forest speaks for."""
UNKNOWN = "unknown"
_BEGINNER = "+"
"""Begins the name of the group of those actors of a role that have no past of their own."""
FACETS: tuple[str, ...] = (*features.FACETS, JOINT)
DAYS, LEAST_DAYS = 14, 5
DAYS_A_MONTH = 30.44
MOST_A_DAY, ALIKE = 10, 2
"""Actors told of on one day, and those of a role told of by one facet; further ones only when they are worse."""
# How many of a role's highest z are remembered of a day, and from which z on something is odd at all.
KEPT, LEAST_Z = 8, 1.5
# Of the peaks of all days the tail is fitted to about half a one a day; it never falls off faster than this.
_RANK, _LEAST_SCALE, _UNKNOWN_SCALE = 0.5, 0.45, 0.7
# Days of actors from which a role tells its own rates; what they weigh there beside those of its kind.
_ROLE_DAYS, _ROLE_WEIGHT = 60, 0.65
_TEN = float(np.log(10))
# Facets that are asked only when there are days enough, and of which other companies tell nothing.
OF_THE_PAST = np.array([facet in {*features.OF_THE_PAST, JOINT} for facet in FACETS])
_WRITTEN = {
    len(names): names
    for names in (
        FACETS,
        ("volume", "search", "export", "documents", "relation", "order", JOINT),
        ("volume", "search", "export", "documents", "relation", "network", "waking", "order", JOINT),
    )
}
WIDTHS = frozenset(_WRITTEN)
"""How many facets a snapshot or a model may have been written with."""


def of_facets(rows: Floats) -> Floats:
    """Return the rows of ``FACETS`` of one row a facet, as written now or before some of them were left to rules."""
    written = _WRITTEN[len(rows)]
    return rows[[written.index(facet) for facet in FACETS]]


@dataclass(frozen=True, slots=True)
class Day:
    """What one day brought: by group, the number of its actors and their highest z (facets, ``KEPT``), falling."""

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
    """How z become surprise: by the number of a role for actors with a past, and behind these for those without."""

    role: Tails
    kind: Tails
    weight: Floats

    def of(self, z: Floats, roles: Ints, own: Bools) -> Floats:
        """Return the surprise of rows of z (one column a facet); ``own``: of actors with a past of their own."""
        groups = np.where(own, roles, roles + self.weight.size // 2)
        weight = self.weight[groups, None]
        return weight * self.role.surprise(z, groups) + (1 - weight) * self.kind.surprise(z, groups)


@dataclass(frozen=True, slots=True)
class RoleSizes:
    """How many actors groups had in the days remembered.

    Attributes:
        actors: By group, actors a day, summed.
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

    def share(self, groups: Sequence[str]) -> float:
        """Return what part of the company these groups are."""
        return sum(self.weights.get(group, 0.0) for group in groups) / self.whole

    def measure(self, roles: Sequence[str], *, own: bool) -> list[str]:
        """Return the groups by which actors of some roles are measured, with a past of their own or without."""
        known = [role for role in roles if role in self.actors]
        if own and sum(self.actors[role] for role in known) >= _ROLE_DAYS:
            return known
        return [*known, *(group for role in roles if (group := _BEGINNER + role) in self.actors)]


@dataclass(slots=True)
class Rates:
    """The days remembered and what follows from them."""

    days: deque[Day] = field(default_factory=lambda: deque(maxlen=DAYS))

    @property
    def settled(self) -> bool:
        """Whether there are days enough to say how often something new comes."""
        return len(self.days) >= LEAST_DAYS

    def add(self, number: int, roles: Sequence[str], of: Ints, worst: Floats, own: Bools) -> None:
        """Remember a day.

        Args:
            number: Of the day.
            roles: Names.
            of: By actor active in it, the number of its role.
            worst: A row an actor, one column a facet.
            own: By actor, whether it has a past of its own.
        """
        if not of.size:
            return
        actors, peaks = {}, {}
        groups = np.where(own, of, of + len(roles))
        order = np.argsort(groups, kind="stable")
        for some in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
            high = -np.sort(-worst[some], axis=0)[:KEPT].T
            name = group_of(roles[int(of[some[0]])], own=bool(own[some[0]]))
            actors[name] = int(some.size)
            peaks[name] = np.pad(high, ((0, 0), (0, KEPT - high.shape[1])))
        self.days.append(Day(number, actors, peaks))

    def kinds(self, *, own: bool = True) -> dict[str, Tails]:
        """Return the tails of each kind of actors, with a past of their own or without."""
        sizes = self._sizes()
        of_kind: dict[str, list[str]] = {}
        for role in sorted({group.removeprefix(_BEGINNER) for group in sizes.actors}):
            of_kind.setdefault(kind_of(role), []).append(role)
        return {kind: self._fitted(sizes.measure(roles, own=own), sizes) for kind, roles in sorted(of_kind.items())}

    def surprises(self, roles: Sequence[str], model: Mapping[str, Tails]) -> Surprises:
        """Return how z of these roles become surprise; ``model`` knows tails by kind."""
        sizes = self._sizes()
        known = np.full(len(FACETS), len(self.days) / DAYS)
        by_role, by_kind, weights = [], [], []
        for own in (True, False):
            kinds = self.kinds(own=own)
            for role in roles:
                mine, theirs = kinds.get(kind_of(role)), model.get(kind_of(role))
                of_kind = mine or theirs or Tails.unknown()
                if mine and theirs:
                    of_kind = mine.mixed(theirs, np.where(OF_THE_PAST, 1.0, known))
                groups = sizes.measure([role], own=own)
                large = sum(sizes.actors[group] for group in groups) >= _ROLE_DAYS
                by_role.append(self._fitted(groups, sizes).mixed(of_kind, known) if large else of_kind)
                by_kind.append(of_kind)
                weights.append(_ROLE_WEIGHT if large else 0.0)
        return Surprises(Tails.stacked(by_role), Tails.stacked(by_kind), np.array(weights))

    def _fitted(self, groups: list[str], sizes: RoleSizes) -> Tails:
        peaks = [day.peaks[group] for day in self.days for group in groups if group in day.peaks]
        return fit(peaks, len(self.days), max(sizes.share(groups), 1e-3))

    def _sizes(self) -> RoleSizes:
        many: dict[str, int] = {}
        for day in self.days:
            for role, actors in day.actors.items():
                many[role] = many.get(role, 0) + actors
        return RoleSizes.of(many)


def group_of(role: str, *, own: bool) -> str:
    """Return the group in which the days of an actor of a role are remembered."""
    return role if own else _BEGINNER + role


def kind_of(group: str) -> str:
    """Return what kind of actors a role or a group of one is: people, programs, or those nobody knows."""
    role = group.removeprefix(_BEGINNER)
    return {"human": "person", "admin": "person", "service": "program"}.get(role.partition(":")[0], UNKNOWN)


def threshold(false_a_month: float) -> float:
    """Return the surprise above which something is told, for so many false incidents a month."""
    return float(-np.log10(false_a_month / DAYS_A_MONTH / len(FACETS)))


def score(surprise: Floats) -> Floats:
    """Return surprise as a number from 0 to 1: 0.99, such a thing happens on one day in a hundred."""
    return np.asarray(1.0 - 10.0 ** -np.maximum(surprise, 0.0))


@dataclass(slots=True)
class Cap:
    """Limits how many actors are reported on one day: on a day unlike all others the worst come first.

    Accounts without a past are counted apart: made up to be noisy they take no place of those that have one. What
    several of a role do alike on one day is the company's doing (a campaign, a clean-up all take part in): when
    ``ALIKE`` others of it have stood out in a facet, a further one is told of only if it is ten times as rare.

    Attributes:
        told / strangers: By actor told of, with a past and without, how surprising it was.
        alike: The same of those that stood out most, by role and facet.
    """

    day: int = -1
    told: dict[str, float] = field(default_factory=dict)
    strangers: dict[str, float] = field(default_factory=dict)
    alike: dict[str, dict[str, float]] = field(default_factory=dict)

    def admit(self, day: int, actor: str, role: str, by_facet: Floats, threshold: float, *, own: bool) -> bool:
        """Say whether an actor may be reported, and count it if so; one reported before that day takes no place.

        Args:
            day: Number of the day.
            actor: Who.
            role: Of which role.
            by_facet: How surprising it is, one column a facet.
            threshold: From which surprise on something is told.
            own: Whether the actor has a past of its own.
        """
        if day != self.day:
            self.day, self.told, self.strangers, self.alike = day, {}, {}, {}
        told = self.told if own else self.strangers
        surprise = float(by_facet.max())
        with_others = self._with_others(actor, group_of(role, own=own), by_facet, threshold)
        if actor not in told and (with_others or (len(told) >= MOST_A_DAY and surprise <= max(told.values()))):
            return False
        told[actor] = max(surprise, told.get(actor, surprise))
        return True

    def _with_others(self, actor: str, group: str, by_facet: Floats, threshold: float) -> bool:
        """Say whether others of the group stood out as much in each facet that speaks, and note that this one does."""
        if kind_of(group) == UNKNOWN:
            return False
        alone = False
        for at in np.flatnonzero(by_facet >= threshold):
            mine = float(by_facet[at])
            seen = self.alike.setdefault(f"{group} {FACETS[at]}", {})
            alone |= sum(other != actor and its >= mine - 1 for other, its in seen.items()) < ALIKE
            seen[actor] = max(mine, seen.get(actor, mine))
            if len(seen) > ALIKE + 1:  # whoever is asked for, the worst ``ALIKE`` of the others are among these
                del seen[min(seen, key=lambda each: (seen[each], each))]
        return not alone

    def copied(self) -> "Cap":
        """Return one that goes on from here and changes nothing in this one."""
        alike = {group: dict(seen) for group, seen in self.alike.items()}
        return Cap(self.day, dict(self.told), dict(self.strangers), alike)
