"""The isolation forest: fitted by scikit-learn, evaluated over packed arrays.

Comes in: normalised windows. Goes out: raw scores, higher = easier to isolate; the same numbers as scikit-learn's
``-score_samples``. scikit-learn takes about 6 ms a call whatever the number of rows, because it visits 200 trees one
by one from Python; live, a tick asks about a handful of windows. Here all trees lie in one array and every row walks
down all of them at once. On disk a forest is a table of numbers, checked before it is walked: scikit-learn is needed to
fit one, and loading it takes longer than everything else at a start.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Columns = npt.NDArray[np.float32]

TREES = 200
SAMPLES = 1024
NODES: dict[str, pl.DataType] = {
    "tree": pl.UInt16(),
    "left": pl.UInt16(),
    "right": pl.UInt16(),
    "feature": pl.UInt16(),
    "limit": pl.Float64(),
    "depth": pl.Float64(),
}
_LEAST_SPREAD = 0.01
# Rows at a time: 256 rows times 200 trees keep every array of the walk inside the cache.
_CHUNK = 256


def _average_path(counts: Floats) -> Floats:
    """Return the mean depth of an unsuccessful search in a tree of ``counts`` leaves (Liu et al., 2008)."""
    safe = np.maximum(counts, 2.0)
    full = 2.0 * (np.log(safe - 1.0) + np.euler_gamma) - 2.0 * (safe - 1.0) / safe
    return np.where(counts <= 1, 0.0, np.where(counts == 2, 1.0, full))


@dataclass(frozen=True, slots=True)
class Forest:
    """Packed trees. ``child`` holds left and right of each node; a leaf is its own child."""

    roots: npt.NDArray[np.int64]
    child: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    limit: Floats
    depth: Floats
    steps: int
    norm: float

    def table(self) -> pl.DataFrame:
        """Return the trees, one row a node; children by their place in the tree."""
        sizes = np.diff([*self.roots, self.feature.size])
        base = np.repeat(self.roots, sizes)
        return pl.DataFrame(
            {
                "tree": np.repeat(np.arange(self.roots.size), sizes).astype(np.uint16),
                "left": (self.child[0::2] - base).astype(np.uint16),
                "right": (self.child[1::2] - base).astype(np.uint16),
                "feature": self.feature.astype(np.uint16),
                "limit": self.limit,
                "depth": self.depth,
            },
            schema=NODES,
        )

    @classmethod
    def of(cls, table: pl.DataFrame, samples: int, features: int) -> "Forest":
        """Return the forest of a table whose trees were fitted to ``samples`` rows of ``features`` columns.

        Raises:
            ValueError: The table is not one of trees: following it would lead outside, or in a circle.
        """
        if dict(table.schema) != NODES or not table.height:
            raise ValueError("the table has other columns than a forest")
        tree, left, right, feature = (
            table.get_column(name).to_numpy().astype(np.int64) for name in ("tree", "left", "right", "feature")
        )
        roots = np.flatnonzero(np.diff(tree, prepend=-1))
        sizes = np.diff([*roots, tree.size])
        own, size = np.arange(tree.size) - np.repeat(roots, sizes), np.repeat(sizes, sizes)
        inner = (left > own) & (right > own) & (left < size) & (right < size) & (feature < features)
        leaf = (left == own) & (right == own) & (feature == 0)
        if (np.diff(tree) < 0).any() or not (inner | leaf).all():
            raise ValueError("the table does not hold trees")
        child = (np.stack([left, right], axis=1) + np.repeat(roots, sizes)[:, None]).ravel()
        limit, depth = (table.get_column(name).to_numpy() for name in ("limit", "depth"))
        norm = roots.size * float(_average_path(np.array([samples], dtype=np.float64))[0])
        return cls(roots, child, feature, limit, depth, _height(roots, child), norm)

    def raw(self, columns: Columns) -> Floats:
        """Return the raw score of each row."""
        if not columns.shape[0]:
            return np.empty(0, dtype=np.float64)
        return np.concatenate([self._walk(columns[at : at + _CHUNK]) for at in range(0, columns.shape[0], _CHUNK)])

    def _walk(self, columns: Columns) -> Floats:
        flat = np.ascontiguousarray(columns, dtype=np.float32).ravel()
        starts = np.repeat(np.arange(columns.shape[0]) * columns.shape[1], self.roots.size)
        node = np.tile(self.roots, columns.shape[0])
        for _ in range(self.steps):
            right = flat[starts + self.feature[node]] > self.limit[node]
            node = self.child[2 * node + right]
        depth = self.depth[node].reshape(columns.shape[0], self.roots.size).sum(axis=1)
        return np.asarray(2.0 ** (-depth / self.norm))


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a forest says of windows, in standard deviations of what it says of its sample; as usual or less: 0."""

    forest: Forest
    centre: float
    spread: float

    @classmethod
    def fitted(cls, sample: Columns, seed: int) -> "Opinion":
        """Fit a forest to a sample; the same sample and seed give the same."""
        forest = fit(sample, seed)
        raw = forest.raw(sample)
        return cls(forest, float(np.median(raw)), max(float(raw.std()), _LEAST_SPREAD))

    def of(self, columns: Columns) -> Floats:
        """Return it of each window."""
        return np.maximum((self.forest.raw(columns) - self.centre) / self.spread, 0.0)


def _height(roots: npt.NDArray[np.int64], child: npt.NDArray[np.int64]) -> int:
    """Return how many steps the longest way down takes."""
    steps, level = 0, roots
    marks = np.zeros(child.size // 2, np.bool_)
    while True:
        below = child.reshape(-1, 2)[level]
        marks[below[below != level[:, None]]] = True
        level = np.flatnonzero(marks)  # each once
        if not level.size:
            return steps
        marks[level] = False
        steps += 1


def fit(columns: Columns, seed: int) -> Forest:
    """Fit a forest; the same columns and seed give the same forest."""
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415 - a second of start-up that only training needs

    fitted = IsolationForest(
        n_estimators=TREES, max_samples=min(SAMPLES, columns.shape[0]), contamination="auto", random_state=seed
    ).fit(columns)
    return pack(fitted)


def pack(fitted: "IsolationForest") -> Forest:
    """Put the trees of a fitted forest into one array."""
    roots, child, feature, limit, depth, base = [], [], [], [], [], 0
    for tree in (estimator.tree_ for estimator in fitted.estimators_):
        leaf = tree.children_left < 0
        own = np.arange(tree.node_count)
        left = np.where(leaf, own, tree.children_left)
        right = np.where(leaf, own, tree.children_right)
        level = np.zeros(tree.node_count)
        for node in range(tree.node_count):
            if not leaf[node]:
                level[left[node]] = level[right[node]] = level[node] + 1
        roots.append(base)
        child.append(np.stack([left, right], axis=1).ravel() + base)
        feature.append(np.where(leaf, 0, tree.feature))
        limit.append(np.where(leaf, np.inf, tree.threshold))
        depth.append(level + _average_path(tree.n_node_samples.astype(np.float64)))
        base += tree.node_count
    places, children = np.array(roots, dtype=np.int64), np.concatenate(child).astype(np.int64)
    norm = TREES * float(_average_path(np.array([fitted.max_samples_], dtype=np.float64))[0])
    return Forest(
        places,
        children,
        np.concatenate(feature).astype(np.int64),
        np.concatenate(limit),
        np.concatenate(depth),
        _height(places, children),
        norm,
    )
