"""What is usual: the highest hour of each day, of each actor and of its role, on a logarithmic scale.

Comes in: features of windows as they are judged, and at each local midnight the word that the day is over. Goes out:
windows as z, how many standard deviations an hour lies above what the highest hour of this actor's days is expected to
be. What is expected is learned at three levels (an empirical Bayes estimate for each feature): the company's kinds of
actors as a model knows them, the role, the actor. With few days of its own an actor is expected to be like its role,
and the spread between the actors of the role counts as doubt; with many days its own habits decide.

A day with a leak in it is learned only as far as three standard deviations, and a past longer than ``FULL`` days
fades. A whole company that is busier than usual (a launch, the end of a month) makes nobody suspicious: how far the
middle actor of a role is above its own past today is taken off each z.

Clients nobody knew (``features.SHARES``) are judged as a share of those opened: the actor's own share of about the last
ten days, shrunk to its role's, and how much its days scatter about that (overdispersion of the binomial).
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from detector.detect.behaviour import features

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

FULL = 60
CROWD = 5
KNOWN_DAYS = 3
"""With so many days an actor has a past of its own."""
BEGUN, SETTLED = 1, 7
"""The first days of a company. Until ``BEGUN`` everything is new, so that it is not counted what is; until ``SETTLED``
nothing is usual yet, so that what days bring is learned and not counted as rare."""
LEAST, MOST = -3.0, 30.0
# What is learned of a day lies at most so many standard deviations above what was expected.
_CLIPPED = 3.0
_LEAST_VARIANCE = 0.02
# Variance between a kind of actors as a model knows it and a role here of which nothing is known yet.
_ELSEWHERE = 0.5
# How many days of evidence the spread within a role counts as, for an actor's own spread; the level above, for a role.
_SPREAD_DAYS, ROLE_DAYS = 6.0, 20.0
# Clients opened that a role's share counts as; how fast a share forgets; days of scatter three times the binomial's.
_SHARE_CLIENTS, _SHARE_KEPT, _SCATTER_DAYS, _SCATTER = 60.0, 0.9, 3.0, 3.0


@dataclass(frozen=True, slots=True)
class Expected:
    """What a role's days are like; shape (roles, features), on the logarithmic scale; shares by role.

    Attributes:
        mean: Of the highest hours. within: Variance of an actor's days. between: Variance between actors.
        share: Of clients opened that nobody knew.
        days: By role, days its actors were active.
    """

    mean: Floats
    within: Floats
    between: Floats
    share: Floats
    days: Floats

    @classmethod
    def unknown(cls, roles: int) -> "Expected":
        """Return what is expected where nothing is known: nothing, with a wide spread."""
        shape = (roles, features.COUNT)
        wide = np.full(shape, 1.0)
        return cls(np.zeros(shape), wide * 0.5, wide * 1.5, np.full(roles, 0.5), np.zeros(roles))

    def joined(self, more: "Expected") -> "Expected":
        """Return these roles and further ones."""
        return Expected(*(np.concatenate([getattr(self, name), getattr(more, name)]) for name in self.__slots__))


def logs(values: npt.NDArray[np.floating]) -> Floats:
    """Return values on the logarithmic scale on which they are compared."""
    return np.asarray(np.log1p(values / features.STEPS), dtype=np.float64)


@dataclass(slots=True)
class Habits:
    """Days of all actors: sums over them, and what today has brought so far.

    Attributes:
        days: Days each actor was active, faded. total / squares: Sums of the highest hours, and of their squares.
        opened / strangers: Clients opened, and those nobody knew, faded; ``scatter``: sum of squared residuals of the
            daily share over ``scatter_days``.
        peak / worst: Of today, the highest value and the highest z of each feature.
        today: What the hourly features have come to since local midnight.
    """

    days: Singles = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    total: Singles = field(default_factory=lambda: np.zeros((0, features.COUNT), dtype=np.float32))
    squares: Singles = field(default_factory=lambda: np.zeros((0, features.COUNT), dtype=np.float32))
    opened: Singles = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    strangers: Singles = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    scatter: Singles = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    scatter_days: Singles = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    peak: Singles = field(default_factory=lambda: np.zeros((0, features.COUNT), dtype=np.float32))
    worst: Singles = field(default_factory=lambda: np.zeros((0, features.COUNT + 1), dtype=np.float32))
    today: Singles = field(default_factory=lambda: np.zeros((0, len(features.HOURLY)), dtype=np.float32))

    def columns(self) -> dict[str, Singles]:
        """Return everything, by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    def grow(self, capacity: int) -> None:
        """Make room for ``capacity`` actors."""
        more = capacity - self.days.size
        if more > 0:
            for name, column in self.columns().items():
                added = np.zeros((more, *column.shape[1:]), dtype=np.float32)
                setattr(self, name, np.concatenate([column, added]))

    def retain(self, actors: Ints) -> None:
        """Forget all but ``actors``, which get the numbers 0, 1, 2 ... in the order given."""
        for name, column in self.columns().items():
            setattr(self, name, column[actors])

    def expected(self, roles: Ints, count: int, above: Expected) -> Expected:
        """Return what each of ``count`` roles is like, from its actors' days.

        Args:
            roles: By actor, the number of its role.
            count: How many roles there are.
            above: What a model knows of each of them.
        """
        known = np.flatnonzero(self.days[: roles.size] > 0)
        mine, days = roles[known], self.days[known, None].astype(np.float64)
        total, squares = self.total[known].astype(np.float64), self.squares[known].astype(np.float64)
        mean = total / days
        spent, actors = _by(mine, days, count), _by(mine, np.ones_like(days), count)
        role_mean = _by(mine, total, count) / np.maximum(spent, 1e-9)
        doubt = _by(mine, np.maximum(days - 1, 0), count)
        within = _by(mine, np.maximum(squares - days * mean**2, 0), count) / np.maximum(doubt, 1e-9)
        within = np.where(doubt >= 1, np.maximum(within, _LEAST_VARIANCE), above.within)
        apart = _by(mine, (mean - role_mean[mine]) ** 2, count) / np.maximum(actors, 1)
        between = np.maximum(apart - within * actors / np.maximum(spent, 1e-9), _LEAST_VARIANCE)
        between = np.where(actors >= 2, between, above.between)
        weight = spent / (spent + ROLE_DAYS)
        opened, strangers = _by(mine, self.opened[known, None], count), _by(mine, self.strangers[known, None], count)
        share = (strangers + _SHARE_CLIENTS * above.share[:, None]) / (opened + _SHARE_CLIENTS)
        return Expected(
            weight * role_mean + (1 - weight) * above.mean,
            weight * within + (1 - weight) * above.within,
            weight * between + (1 - weight) * above.between,
            share[:, 0],
            spent[:, 0],
        )

    def usual(self, actors: Ints, roles: Ints, expected: Expected) -> tuple[Floats, Floats]:
        """Return mean and standard deviation expected of the highest hour of each actor's day."""
        days = self.days[actors, None].astype(np.float64)
        total, squares = self.total[actors].astype(np.float64), self.squares[actors].astype(np.float64)
        within = expected.within[roles]
        between = expected.between[roles] + np.where(expected.days[roles] > 0, 0.0, _ELSEWHERE)[:, None]
        prior = np.clip(within / between, 0.5, 8.0)
        mean = (total + prior * expected.mean[roles]) / (days + prior)
        more = np.maximum(days - 1, 0)
        own = np.maximum(squares - total**2 / np.maximum(days, 1e-9), 0)
        variance = (own + _SPREAD_DAYS * within) / (more + _SPREAD_DAYS)
        # The last term: a count scatters by itself, the more so the smaller it is.
        counted = 0.5 / (np.exp(mean) * features.STEPS)
        spread = variance * (1 + 1 / (days + prior)) + between * prior / (days + prior) + counted
        return mean, np.sqrt(spread)

    def standardized(self, values: Floats, actors: Ints, roles: Ints, expected: Expected, shift: Floats) -> Singles:
        """Return how unusual windows are.

        Args:
            values: One row a window, in the order of ``FEATURES``.
            actors: Whose.
            roles: Of which role.
            expected: What roles are like.
            shift: How far the middle actor of its role is above what was expected today, by feature.
        """
        mean, spread = self.usual(actors, roles, expected)
        z = (logs(values) - mean - shift) / spread
        share, scatter = self._own_share(actors, expected.share[roles])
        for part, whole in features.SHARES:
            strangers, opened = values[:, part], values[:, whole]
            off = (strangers - opened * share) / np.sqrt(opened * share * (1 - share) * scatter + 1)
            z[:, part] = np.where(opened >= features.LEAST_OPENED, off, 0.0)
        return np.clip(z, LEAST, MOST).astype(np.float32)

    def _own_share(self, actors: Ints, roles: Floats) -> tuple[Floats, Floats]:
        opened, strangers = self.opened[actors].astype(np.float64), self.strangers[actors].astype(np.float64)
        share = np.clip((strangers + _SHARE_CLIENTS * roles) / (opened + _SHARE_CLIENTS), 0.01, 0.99)
        seen = self.scatter_days[actors].astype(np.float64)
        scatter = (self.scatter[actors] + _SCATTER_DAYS * _SCATTER) / (seen + _SCATTER_DAYS)
        return share, np.maximum(scatter, 1.0)

    def note(self, actors: Ints, values: Floats) -> None:
        """Remember the highest values of today."""
        self.peak[actors] = np.maximum(self.peak[actors], values)

    def stood_out(self, actors: Ints, z: Singles) -> None:
        """Remember the highest z of today; ``z`` has one column more than there are features, the forest's."""
        np.maximum.at(self.worst, actors, z)

    def active(self, count: int) -> Ints:
        """Return which of the first ``count`` actors have been active today."""
        return np.flatnonzero(self.peak[:count, features.INDEX["events"]] > 0)

    def shift(self, roles: Ints, count: int, expected: Expected) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Return by role how far its middle actor is above what was expected today, and whether there are enough.

        Args:
            roles: By actor, the number of its role, of ``count``.
            count: How many roles there are.
            expected: What they are like.
        """
        actors = self.active(roles.size)
        out, crowded = np.zeros((count, features.COUNT)), np.zeros(count, dtype=np.bool_)
        if actors.size:
            of = roles[actors]
            mean, _ = self.usual(actors, of, expected)
            above = logs(self.peak[actors]) - mean
            order = np.argsort(of, kind="stable")
            begins = np.flatnonzero(np.diff(of[order], prepend=-1))
            ends = np.append(begins[1:], order.size)
            for at in np.flatnonzero(ends - begins >= CROWD):
                some = order[begins[at] : ends[at]]
                out[of[some[0]]] = np.maximum(np.median(above[some], axis=0), 0)
                crowded[of[some[0]]] = True
        return out, crowded

    def learn(self, actors: Ints, roles: Ints, expected: Expected) -> None:
        """Take the day that is over into the past of all who were active in it, and begin another."""
        mean, spread = self.usual(actors, roles[actors], expected)
        day = logs(self.peak[actors])
        known = (self.days[actors] >= KNOWN_DAYS) | (expected.days[roles[actors]] >= ROLE_DAYS)
        day = np.where(known[:, None], np.minimum(day, mean + _CLIPPED * spread), day)
        fading = np.where(self.days[actors] >= FULL, 0.75, 1.0).astype(np.float32)
        self.days[actors] = self.days[actors] * fading + 1
        self.total[actors] = self.total[actors] * fading[:, None] + day
        self.squares[actors] = self.squares[actors] * fading[:, None] + day**2
        self._learn_share(actors, expected.share[roles[actors]], known)
        for name in ("peak", "worst", "today"):
            getattr(self, name)[:] = 0

    def _learn_share(self, actors: Ints, roles: Floats, known: npt.NDArray[np.bool_]) -> None:
        strangers, opened = (self.today[actors, at].astype(np.float64) for at in features.SHARES[0])
        share, scatter = self._own_share(actors, roles)
        told = opened >= features.LEAST_OPENED
        chance = opened * share * (1 - share)
        off = (strangers - opened * share) ** 2 / (chance + 1)
        most = opened * share + _CLIPPED * np.sqrt(chance * scatter + 1)
        strangers = np.where(known, np.minimum(strangers, most), strangers)
        for name, more in (
            ("opened", opened),
            ("strangers", strangers),
            ("scatter", np.where(told, np.minimum(off, 25.0), 0.0)),
            ("scatter_days", told),
        ):
            column = getattr(self, name)
            column[actors] = column[actors] * _SHARE_KEPT + more


def _by(roles: Ints, values: npt.NDArray[np.floating], count: int) -> Floats:
    """Return the sums by role; shape (roles, columns of ``values``)."""
    out = np.zeros((count, values.shape[1]))
    np.add.at(out, roles, values)
    return out
