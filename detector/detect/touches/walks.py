"""How far an account has walked through neighbouring clients, over pauses and with other work between.

Comes in: clients new to their actors that these open, and changes of cards, in the order of events, as keys. Goes out:
for each opened one, how many have been opened next to each other so far, and when the first of them was.

Numbers lie in stretches, two grids of them, one shifted by half a stretch: of two numbers half a stretch apart, or
less, both lie in one stretch of either grid. A stretch remembers the longest walk that came through it within
``PAUSE``; whoever opens a client there goes on from it, whichever way and whatever was done meanwhile. A card that is
changed ends the walks around it: who corrects neighbouring clients changes what is read, who copies the register only
reads. Clients the actor dealt with before are no part of a walk and end none.

Memory is bounded by number and by time; what is forgotten begins anew, which errs to the side of silence.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from detector.detect.bounded_records import BoundedRecords
from detector.detect.client_keys import NO_NUMBER
from detector.detect.hash_index import Keys, mix

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PAUSE: Final = 12 * 3_600_000_000
"""A walk that nobody went on with for so long, in microseconds, is over."""
OF_WALKS: Final = ("time", "length", "began")
_GRID: Final = np.uint64(0x3A1C)


class Walked(NamedTuple):
    """Of each step: how many clients the walk has so far, and when it began, in microseconds; 0: it is no step."""

    lengths: Ints
    began: Ints

    @classmethod
    def nowhere(cls, size: int) -> "Walked":
        """Return that so many touches are no steps."""
        return cls(np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64))


def stretches(actors: Keys, clients: Keys, shift: int) -> Keys:
    """Return the two stretches in which each client lies, a row for each: keys of an actor's own."""
    half = np.uint64(1) << np.uint64(shift)
    grids = np.stack([clients >> np.uint64(shift + 1), (clients + half) >> np.uint64(shift + 1)], axis=1)
    grids = grids * np.uint64(2)
    grids[:, 1] += np.uint64(1)
    return mix(np.repeat(actors, 2).reshape(actors.size, 2), grids)


def walk_on(memory: BoundedRecords, shift: int, actors: Keys, clients: Keys, time: Ints, changed: Mask) -> Walked:
    """Take further steps and changes in, in the order of events; return how long each step's walk is.

    Args:
        memory: The stretches (``OF_WALKS``); changed.
        shift: Of a stretch: half of it is so many bits of a number long.
        actors: Whose, of each step or change.
        clients: Keys of clients; those without a number are passed over.
        time: When, in microseconds.
        changed: Which are changes of a card; all others are steps.
    """
    found = Walked.nowhere(clients.size)
    at = np.flatnonzero(clients < np.uint64(NO_NUMBER))
    if not at.size:
        return found
    keys = mix(stretches(actors[at], clients[at], shift), _GRID)
    distinct, places = np.unique(keys.ravel(), return_inverse=True)
    numbers, _ = memory.at(distinct)
    rows = memory.rows
    known = list(zip(*(rows[numbers, column].tolist() for column in range(3)), strict=True))
    lengths, began = [], []
    pairs = places.reshape(-1, 2).tolist()
    for (one, other), moment, is_change in zip(pairs, time[at].tolist(), changed[at].tolist(), strict=True):
        if is_change:
            known[one] = known[other] = (moment, 0, 0)
            lengths.append(0)
            began.append(0)
            continue
        length, since = 0, moment
        for last, many, first in (known[one], known[other]):
            if many > length and moment - last <= PAUSE:
                length, since = many, first
        known[one] = known[other] = (moment, length + 1, since)
        lengths.append(length + 1)
        began.append(since)
    rows[numbers] = np.array(known, dtype=np.int64).reshape(-1, 3)
    found.lengths[at], found.began[at] = lengths, began
    return found
