"""The figures that docs/adr quotes: ``POLARS_MAX_THREADS=1 python -m tests.bench.bench_decisions``.

CPU seconds of this process, warm, the median of several runs.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import IsolationForest

from detector import frames
from detector.detect.behaviour.model.forest import SAMPLES, TREES, pack
from tests.bench.bench_decode import LINES, prepared

RUNS = 15


def spent(work: Callable[[], object]) -> float:
    """Return CPU seconds of one call."""
    work()
    found = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return statistics.median(found)


def identities() -> None:
    """Compare decoding lines with identifying all of them (docs/adr/0007-lazy-event-ids.md)."""
    decoder, batches = prepared("combined", LINES)
    frame = decoder.decode(batches[0]).frame
    for name, work in (
        ("decode", lambda: decoder.decode(batches[0])),
        ("identify", lambda: frames.identify(frame)),
    ):
        print(f"{name:10} {LINES / spent(work):10,.0f} lines a CPU second")


def forests() -> None:
    """Compare scikit-learn's way through a forest with ours (docs/adr/0016-own-walk-over-the-forest.md)."""
    columns = np.random.default_rng(0).normal(size=(6000, 28)).astype(np.float32)
    fitted = IsolationForest(n_estimators=TREES, max_samples=SAMPLES, random_state=1).fit(columns)
    packed, differ = pack(fitted), 0.0
    for rows in (1, 10, 100, 1000, 5000):
        part = columns[:rows]
        theirs, ours = spent(lambda part=part: fitted.score_samples(part)), spent(lambda part=part: packed.raw(part))
        differ = max(differ, float(np.abs(-fitted.score_samples(part) - packed.raw(part)).max()))
        print(f"{rows:6,} rows: scikit-learn {theirs * 1000:6.2f} ms, ours {ours * 1000:6.2f} ms")
    print(f"greatest difference of scores {differ:.0e}")


if __name__ == "__main__":
    identities()
    forests()
