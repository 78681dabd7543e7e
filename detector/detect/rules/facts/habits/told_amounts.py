"""How much each act was told to be, so that what two logs tell of counts once in sums by the day.

Comes in: rows in order, the act each tells of, and how much of something it says there was. Goes out: how much each
says beyond what was told of its act before: a log that knows more adds what it knows more, one that knows less nothing.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.key_memory import KeyMemory
from detector.detect.sorted_groups import begins_of

Ints = npt.NDArray[np.int64]

MAX_ACTS: Final = 50_000
"""The latest ones: logs that tell of one act do so within seconds, or later by as much as one of them lags."""
_NOTHING = np.array((-(1 << 62), 0), dtype=[("time", "i8"), ("amount", "i8")])


@dataclass(slots=True)
class ToldAmounts(KeyMemory):
    """How much was told of acts, the latest ones."""

    of: Records[np.void] = field(default_factory=partial(Records, _NOTHING))
    most: int = MAX_ACTS

    def more(self, acts: Keys, time: Ints, amounts: Ints) -> Ints:
        """Take rows in, in order of time; return by how much each exceeds all that was told of its act before."""
        slots = self.of.at(acts)
        known = self.of.rows
        order = np.argsort(slots, kind="stable")
        again = ~begins_of(slots[order])
        single = order[~again & ~np.append(again[1:], False)]
        added: Ints = np.maximum(amounts - known["amount"][slots], 0)
        known["amount"][slots[single]] += added[single]
        for row in np.setdiff1d(order, single).tolist():  # told of twice in one frame: one after the other
            added[row] = max(int(amounts[row]) - int(known["amount"][slots[row]]), 0)
            known["amount"][slots[row]] += added[row]
        np.maximum.at(known["time"], slots, time)
        if self.of.size > self.most:
            kept = self.of.known()
            self.retain(kept["time"], kept["amount"])
        return added
