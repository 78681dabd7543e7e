"""How far apart the numbers of clients lie: what counts as following each other.

Comes in: keys of clients as they are opened. Goes out: ``reach``. A sample of fixed size is kept, those whose hashes
are smallest (a k-minimum-values sketch), so that it depends on the clients only, not on their order or how often they
come. The middle gap of the sample times the part it is of all clients is the middle gap between clients.
"""

from dataclasses import dataclass, field

import numpy as np

from detector.detect.hash_index import Keys, mix

SIZE = 2048
LEAST = 200
NEAREST = 4
"""As many usual gaps, or fewer, lie between numbers that follow each other."""
_SALT, _NUMBERS = np.uint64(0x6D), np.uint64(1 << 63)
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
        keys = keys[keys < _NUMBERS]
        hashes = mix(keys, _SALT)
        if self.hashes.size == SIZE:
            few = hashes < self.hashes[-1]
            keys, hashes = keys[few], hashes[few]
        if keys.size:
            self.hashes, at = np.unique(np.concatenate([self.hashes, hashes]), return_index=True)
            self.keys = np.concatenate([self.keys, keys])[at][:SIZE]
            self.hashes = self.hashes[:SIZE]

    def reach(self) -> int:
        """Return how far apart numbers may be that follow each other."""
        if self.keys.size < LEAST:
            return NEAREST
        part = 1.0 if self.hashes.size < SIZE else float(self.hashes[-1]) / _WHOLE
        gaps = np.diff(np.sort(self.keys)).astype(np.float64)
        # Of gaps that are spread as chance has it the middle one is ln 2 of their mean.
        usual = float(np.median(gaps)) if part == 1.0 else float(np.median(gaps)) * part / float(np.log(2))
        return max(round(NEAREST * usual), NEAREST)
