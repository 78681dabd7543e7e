"""How far apart the numbers of clients lie: what counts as following each other.

Comes in: keys of clients as they are opened. Goes out: ``reach``. A sample of fixed size is kept, those whose hashes
are smallest (a k-minimum-values sketch), so that it depends on the clients only, not on their order, on how often they
come or on the seed of the state: the hash is of their numbers. The middle gap of the sample times the part it is of
all clients is the middle gap between clients.
"""

from dataclasses import dataclass, field

import numpy as np

from detector.detect.client_keys import NO_NUMBER, NUMBERS
from detector.detect.hash_index import Keys, mix

SIZE = 2048
LEAST = 200
NEAREST = 4
"""As many usual gaps, or fewer, lie between numbers that follow each other."""
_SALT = np.uint64(0x6D)
_WHOLE = float(2**64)


def _empty() -> Keys:
    return np.empty(0, dtype=np.uint64)


@dataclass(slots=True)
class Density:
    """The sample: hashes (sorted) and the keys they are of."""

    hashes: Keys = field(default_factory=_empty)
    keys: Keys = field(default_factory=_empty)

    def add(self, keys: Keys) -> None:
        """Take in clients; those without a number do not count."""
        keys = keys[keys < np.uint64(NO_NUMBER)]
        hashes = mix(keys % np.uint64(NUMBERS), _SALT)
        if self.hashes.size >= SIZE:
            few = hashes <= self.hashes[-1]
            keys, hashes = keys[few], hashes[few]
        if keys.size:
            keys, at = np.unique(np.concatenate([self.keys, keys]), return_index=True)
            hashes = np.concatenate([self.hashes, hashes])[at]
            order = np.argsort(hashes, kind="stable")
            # Whole numbers stay or go: which of two clients of one number comes first is the seed's.
            kept = order[hashes[order] <= hashes[order[:SIZE][-1]]]
            self.keys, self.hashes = keys[kept], hashes[kept]

    def reach(self) -> int:
        """Return how far apart numbers may be that follow each other."""
        if self.keys.size < LEAST:
            return NEAREST
        part = 1.0 if self.hashes.size < SIZE else float(self.hashes[-1]) / _WHOLE
        gaps = np.diff(np.sort(self.keys)).astype(np.float64)
        # Of gaps that are spread as chance has it the middle one is ln 2 of their mean.
        usual = float(np.median(gaps)) if part == 1.0 else float(np.median(gaps)) * part / float(np.log(2))
        return max(round(NEAREST * usual), NEAREST)
