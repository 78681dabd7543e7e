"""Whether an account comes for many records alone, as it never came before at that time of day.

Comes in: rows of accounts, in order: those that take many records at once, and other work with client data. Goes out:
which takes are alone. In the ``SPAN`` before such a one its account did fewer than ``WORK`` other things with client
data; and it never took anything alone in that quarter of the day (UTC) until the day before, though it had been known
for ``KNOWN_FOR``. Who works at night and needs a list opens cards before; who signs in for the list opens none. A
report somebody makes at such an hour is told of on one day, and usual then.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from detector.detect.hash_index import Keys, Records
from detector.detect.key_memory import KeyMemory
from detector.detect.sorted_groups import grouping

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_HOUR: Final = 3_600_000_000
SPAN: Final = 90 * 60_000_000
WORK: Final = 3
KNOWN_FOR: Final = 3 * 24 * _HOUR
NEW_FOR: Final = 24 * _HOUR
LEAST_EXPORTED, LEAST_SHOWN = 30, 100
"""So many records of one export, or of one answer of a database, are many: fewer are no take, and teach nothing."""
MAX_ACCOUNTS: Final = 50_000
_QUARTER: Final = 6 * _HOUR
_LONG_AGO: Final = -(1 << 62)
_NOT_YET: Final = 1 << 62
_WORKED: Final = tuple(f"worked_{number}" for number in range(WORK))
_ALONE: Final = tuple(f"alone_{quarter}" for quarter in range(24 * _HOUR // _QUARTER))
_NEW = np.array(
    (_LONG_AGO, *(_LONG_AGO for _ in _WORKED), *(_NOT_YET for _ in _ALONE)),
    dtype=[(name, "i8") for name in ("last", *_WORKED, *_ALONE)],
)


@dataclass(slots=True)
class TakenAlone(KeyMemory):
    """When each account worked last, and since when it takes records alone in each quarter of the day.

    Beyond ``MAX_ACCOUNTS`` those not seen for longest are let go of.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _NEW))
    most: int = MAX_ACCOUNTS

    def step(self, keys: Keys, time: Ints, takes: Mask, since: Ints) -> Mask:
        """Take further rows in, in order of time; say which are takes that are alone.

        Args:
            keys: The account of each row.
            time: When it was, in microseconds.
            takes: Which rows take many records at once; all others are work.
            since: Since when its account is known.
        """
        distinct, places = np.unique(keys, return_inverse=True)
        slots = self.of.at(distinct)
        known = self.of.rows[slots]
        alone = takes & (time - _worked(known, places, time, takes) > SPAN)
        first = np.stack([known[name] for name in _ALONE])
        quarter = time // _QUARTER % len(_ALONE)
        np.minimum.at(first, (quarter[alone], places[alone]), time[alone])
        for name, begun in zip(_ALONE, first, strict=True):
            known[name] = begun
        np.maximum.at(known["last"], places, time)
        self.of.rows[slots] = known
        if self.of.size > self.most:
            self.retain(self.of.known()["last"])
        alone &= (time - first[quarter, places] < NEW_FOR) & (time - since >= KNOWN_FOR)
        return alone


def _worked(known: npt.NDArray[np.void], places: Ints, time: Ints, takes: Mask) -> Ints:
    """Return when the account of each row did the ``WORK``-th thing before it, counted backwards; note the last ones.

    Each account's times lie together, those known from before first.
    """
    order = grouping(places, known.size)
    work = order[~takes[order]]
    begins = np.searchsorted(places[work], np.arange(known.size))
    before = np.stack([known[name] for name in _WORKED], axis=1)
    times = np.insert(time[work], np.repeat(begins, WORK), before.ravel())
    done = np.empty(places.size, dtype=np.int64)
    done[order] = np.cumsum(~takes[order]) - ~takes[order]
    ends = np.append(begins[1:], work.size) + WORK * np.arange(known.size)
    for number, name in enumerate(_WORKED):
        known[name] = times[ends + number]
    found: Ints = times[done + WORK * places]
    return found
