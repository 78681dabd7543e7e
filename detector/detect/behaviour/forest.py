"""The isolation forest: fitted by scikit-learn, evaluated over packed arrays.

Comes in: normalised windows. Goes out: raw scores, higher = easier to isolate; the same numbers as scikit-learn's
``-score_samples``. scikit-learn takes about 6 ms a call whatever the number of rows, because it visits 200 trees one
by one from Python; live, a tick asks about a handful of windows. Here all trees lie in one array and every row walks
down all of them at once. Nothing is read from disk: a forest is always refitted from its sample, by seed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import IsolationForest

Floats = npt.NDArray[np.float64]
Columns = npt.NDArray[np.float32]

TREES = 200
SAMPLES = 1024
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


def fit(columns: Columns, seed: int) -> Forest:
    """Fit a forest; the same columns and seed give the same forest."""
    fitted = IsolationForest(
        n_estimators=TREES, max_samples=min(SAMPLES, columns.shape[0]), contamination="auto", random_state=seed
    ).fit(columns)
    return pack(fitted)


def pack(fitted: IsolationForest) -> Forest:
    """Put the trees of a fitted forest into one array."""
    roots, child, feature, limit, depth, steps, base = [], [], [], [], [], 0, 0
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
        steps, base = max(steps, int(level.max())), base + tree.node_count
    norm = TREES * float(_average_path(np.array([fitted.max_samples_], dtype=np.float64))[0])
    return Forest(
        np.array(roots, dtype=np.int64),
        np.concatenate(child).astype(np.int64),
        np.concatenate(feature).astype(np.int64),
        np.concatenate(limit),
        np.concatenate(depth),
        steps,
        norm,
    )
