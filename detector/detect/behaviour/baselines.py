"""What is usual: decaying histograms of past windows on a logarithmic scale, for each actor and each role.

Comes in: features of finished windows (one an hour, not overlapping). Goes out: quantiles, and windows expressed as
robust z against the actor's own past and against its role's. Zero has a bin of its own, because most features of most
windows are zero. A histogram forgets an eighth of itself each time it is full: old habits fade, ranges stay readable.

A whole company that is busier than usual (a launch, the end of a month) makes nobody suspicious: each z is taken after
subtracting how far the middle actor of the same tick, and of the same role, is above its own past.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.behaviour import features

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BINS = 24
BASE = 1.75
WEIGHT = 128
OWN_FULL = 256 * WEIGHT
ROLE_FULL = 20_000 * WEIGHT
LEAST_SPREAD = 0.4
LEAST, MOST = -3.0, 12.0
CROWD = 5
# Windows a role needs for each window an actor needs.
ROLE_FACTOR = 3
# Programs do the same every day, so a few windows tell; but no two do the same, so they are nobody's peers.
PROGRAM_FACTOR = 4

# Holders worked on at a time.
_CHUNK = 2048
_LEVELS = np.array([0.1, 0.5, 0.9])
# Lower edge of each bin in units; the last bin ends where one more would begin.
_EDGES = np.concatenate([[0.0], BASE ** np.arange(BINS)])


def bins(values: Floats) -> npt.NDArray[np.intp]:
    """Return the bin of each value (rows are windows, columns are features)."""
    units = values / features.STEPS
    with np.errstate(divide="ignore"):
        place = np.floor(np.log(np.maximum(units, 1e-9)) / np.log(BASE)).astype(np.intp) + 1
    return np.where(values <= 0, 0, np.clip(place, 1, BINS - 1))


def quantiles(histograms: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Return the 10, 50 and 90 % values of each histogram, interpolated inside the bin; shape (..., 3)."""
    mass = histograms.astype(np.float64)
    total = mass.sum(axis=-1, keepdims=True)
    upper = np.cumsum(mass, axis=-1)
    out = np.zeros((*histograms.shape[:-1], _LEVELS.size), dtype=np.float32)
    steps = features.STEPS
    for at, level in enumerate(_LEVELS):
        wanted = level * total
        place = np.minimum((upper < wanted).sum(axis=-1), BINS - 1)[..., None]
        inside = np.take_along_axis(mass, place, axis=-1)
        below = np.take_along_axis(upper, place, axis=-1) - inside
        share = np.divide(wanted - below, inside, out=np.zeros_like(inside), where=inside > 0)[..., 0]
        place = place[..., 0]
        value = _EDGES[place] * (_EDGES[np.minimum(place + 1, BINS)] / np.maximum(_EDGES[place], 1e-9)) ** share
        out[..., at] = np.where(place == 0, 0.0, value) * steps
    return out


def logs(values: npt.NDArray[np.floating]) -> Floats:
    """Return values on the logarithmic scale on which they are compared."""
    steps = features.STEPS if values.ndim < 3 else features.STEPS[:, None]
    return np.asarray(np.log1p(values / steps), dtype=np.float64)


@dataclass(slots=True)
class Histograms:
    """Histograms of many holders (actors or roles) and their quantiles, kept up to date.

    Attributes:
        windows: By holder, how many windows it has had.
        rows: By holder, the row of its histograms. It gets one with its first window; row 0 is that of all without any.
    """

    dtype: type[np.uint16] | type[np.int64]
    full: int
    windows: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rows: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    histograms: npt.NDArray[np.generic] = field(init=False)
    quantiles: npt.NDArray[np.float32] = field(init=False)
    used: int = 1

    def __post_init__(self) -> None:
        self.histograms = np.zeros((1, features.COUNT, BINS), dtype=self.dtype)
        self.quantiles = np.zeros((1, features.COUNT, _LEVELS.size), dtype=np.float32)

    def grow(self, capacity: int) -> None:
        """Make room for ``capacity`` holders."""
        more = capacity - self.windows.size
        if more > 0:
            self.windows = np.append(self.windows, np.zeros(more, dtype=np.int64))
            self.rows = np.append(self.rows, np.zeros(more, dtype=np.int32))

    def usual(self, holders: Ints) -> npt.NDArray[np.float32]:
        """Return the quantiles of some holders, 0 for one without a window; shape (holders, features, levels)."""
        return self.quantiles[self.rows[holders]]

    def learn(self, holders: Ints, values: Floats) -> None:
        """Add one window for each of ``holders``; a holder may come more than once."""
        changed = np.unique(holders)
        self._seat(changed)
        np.add.at(self.windows, holders, 1)
        for part in _parts(holders.size):
            place = bins(values[part])
            columns = np.broadcast_to(np.arange(features.COUNT), place.shape)
            rows = np.broadcast_to(self.rows[holders[part]][:, None], place.shape)
            np.add.at(self.histograms, (rows, columns, place), self.dtype(WEIGHT))
        self._settle(self.rows[changed])

    def _seat(self, holders: Ints) -> None:
        """Give a row to those of ``holders`` that have none."""
        new = holders[self.rows[holders] == 0]
        self.rows[new] = np.arange(self.used, self.used + new.size)
        self.used += new.size
        if self.used > len(self.histograms):
            room = self.used + self.used // 4
            # In place: with a copy both would be there at once. Nobody holds a view of them.
            self.histograms.resize((room, *self.histograms.shape[1:]), refcheck=False)
            self.quantiles.resize((room, *self.quantiles.shape[1:]), refcheck=False)

    def _settle(self, rows: npt.NDArray[np.int32]) -> None:
        """Let full histograms fade, and find the quantiles anew."""
        for part in _parts(rows.size):
            some = rows[part]
            mass = self.histograms[some, 0].astype(np.int64).sum(axis=-1)
            fading = some[mass > self.full]
            if fading.size:
                self.histograms[fading] = (self.histograms[fading].astype(np.int64) * 7 // 8).astype(self.dtype)
            self.quantiles[some] = quantiles(self.histograms[some])

    def retain(self, holders: Ints) -> None:
        """Forget all but ``holders``, which get the numbers 0, 1, 2 ... in the order given."""
        rows = self.rows[holders]
        seated = rows > 0
        self.windows, self.rows = self.windows[holders], np.cumsum(seated, dtype=np.int32) * seated
        kept = np.append(0, rows[seated])
        self.histograms, self.quantiles, self.used = self.histograms[kept], self.quantiles[kept], kept.size

    def table(self, count: int) -> pl.DataFrame:
        """Return the histograms of those of the first ``count`` holders that have any."""
        holders = np.flatnonzero(self.rows[:count])
        flat = pl.Series(self.histograms[self.rows[holders]].ravel())
        shape = (holders.size, features.COUNT * BINS)
        told = flat.reshape(shape) if holders.size else pl.Series(dtype=pl.Array(flat.dtype, shape[1]))
        return pl.DataFrame({"holder": holders, "histogram": told})

    def fill(self, windows: Ints, table: pl.DataFrame) -> None:
        """Take in what a snapshot holds: windows by holder, and a table of histograms."""
        self.grow(windows.size)
        self.windows[: windows.size] = windows
        self._seat(table["holder"].to_numpy())
        rows = self.rows[table["holder"].to_numpy()]
        self.histograms[rows] = table["histogram"].to_numpy().reshape(rows.size, features.COUNT, BINS)
        for part in _parts(rows.size):
            self.quantiles[rows[part]] = quantiles(self.histograms[rows[part]])


def _parts(size: int) -> Iterator[slice]:
    """Yield pieces of ``size`` rows: done at once, what is worked out about many holders would need a gigabyte."""
    return (slice(at, at + _CHUNK) for at in range(0, size, _CHUNK))


def robust(values: Floats, usual: npt.NDArray[np.float32]) -> Floats:
    """Return how far logarithmic ``values`` lie above the middle of ``usual``, in its spread."""
    low, middle, high = (logs(usual[..., at]) for at in range(3))
    spread = np.maximum((high - low) / 2.563, LEAST_SPREAD)
    return np.asarray((values - middle) / spread)


def shifts(above: Floats, ready: npt.NDArray[np.bool_], ticks: Ints, roles: Ints) -> Floats:
    """Return how much busier than usual everybody is, one row a window.

    ``above`` is the distance of each window from its actor's own middle, on the logarithmic scale. A crowd of at least
    ``CROWD`` actors with a past of their own speaks for the company, another for a role; the larger counts, and never
    less than nothing. A single actor cannot move a middle.
    """
    out = np.zeros_like(above)
    for tick in np.unique(ticks):
        here = np.flatnonzero(ticks == tick)
        known = here[ready[here]]
        if known.size < CROWD:
            continue
        out[here] = np.maximum(np.median(above[known], axis=0), 0.0)
        for role in np.unique(roles[known]):
            crowd = known[roles[known] == role]
            if CROWD <= crowd.size < known.size:
                members = here[roles[here] == role]
                out[members] = np.maximum(out[members], np.median(above[crowd], axis=0))
    return out


@dataclass(frozen=True, slots=True)
class Normal:
    """Windows as the forest sees them.

    Attributes:
        columns: One row a window, in the order of ``features.COLUMNS``.
        own: The actor has a past of its own. ready: it, or its role, has one; others are not judged.
    """

    columns: npt.NDArray[np.float32]
    own: npt.NDArray[np.bool_]
    ready: npt.NDArray[np.bool_]


def normalise(
    values: Floats,
    holders: tuple[Ints, Ints],
    ticks: Ints,
    pasts: tuple[Histograms, Histograms],
    needed: int,
    programs: npt.NDArray[np.bool_],
) -> Normal:
    """Express windows against the actors' own past and their roles', and against what everybody does.

    ``holders`` are the numbers of actors and roles in ``pasts``; ``programs`` tells which windows are of a program.
    """
    (actors, roles), (mine, peers) = holders, pasts
    own = mine.windows[actors] >= np.where(programs, max(needed // PROGRAM_FACTOR, 3), needed)
    shared = (peers.windows[roles] >= needed * ROLE_FACTOR) & ~programs
    scaled = logs(values)
    scaled -= shifts(scaled - logs(mine.usual(actors)[..., 1]), own, ticks, roles)
    columns = np.empty((actors.size, 2 * features.COUNT), dtype=np.float32)
    for part in _parts(actors.size):
        z_own = robust(scaled[part], mine.usual(actors[part]))
        z_peer = robust(scaled[part], peers.usual(roles[part]))
        z_own = np.where(own[part, None], z_own, z_peer)
        z_peer = np.where(shared[part, None], z_peer, z_own)
        columns[part] = np.clip(np.concatenate([z_own, z_peer], axis=1), LEAST, MOST)
    return Normal(columns, own, own | shared)
