"""How far an account has walked through neighbouring clients, over pauses and with other work between.

Comes in: clients new to their actors that these open, and changes of cards, in the order of events, as keys. Goes out:
for each opened one, how many have been opened next to each other so far, and when the first of them was; and the same
of all places together.

Numbers lie in stretches, two grids of them, one shifted by half a stretch: of two numbers half a stretch apart, or
less, both lie in one stretch of either grid. A stretch remembers the longest walk that came through it within
``PAUSE``; whoever opens a client there goes on from it, whichever way and whatever was done meanwhile. A card that is
changed ends the walks around it: who corrects neighbouring clients changes what is read, who copies the register only
reads. Clients the actor dealt with before are no part of a walk and end none.

Who copies a register in small pieces, here seven and there nine, walks in many places. So pieces are followed apart:
walks without a pause of more than ``PIECE``, since among all clients opened in twelve hours neighbours are met by
chance. The clients of pieces of ``SURE`` and more add up, for ``PAUSE`` after the last of them; each card changed on a
piece takes ``CORRECTED`` away, for in lists of neighbours that are worked off a third of the cards is changed.

Memory is bounded by number and by time; what is forgotten begins anew, which errs to the side of silence.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from detector.detect.bounded_records import BoundedRecords
from detector.detect.client_keys import NO_NUMBER
from detector.detect.hash_index import Keys, mix

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Known = tuple[int, int, int]
"""When the last step was, how long a walk is or all of them are, and when it began."""

PAUSE: Final = 12 * 3_600_000_000
"""A walk that nobody went on with for so long, in microseconds, is over."""
PIECE: Final = 1_800_000_000
SURE: Final = 4
"""So many neighbours are a piece; two or three are also met by chance, by whoever opens hundreds of clients."""
CORRECTED: Final = 4
OF_WALKS: Final = ("time", "length", "began")
_GRID: Final = np.uint64(0x3A1C)
_WALKER: Final = np.uint64(0x3A1D)
_PIECES: Final = np.uint64(0x3A1E)


class Walked(NamedTuple):
    """Of each step: how far its actor has walked; 0: it is no step.

    Attributes:
        lengths: How many clients the walk has so far. began: When it began, in microseconds.
        together: How many all pieces have. since: When the first of those began.
    """

    lengths: Ints
    began: Ints
    together: Ints
    since: Ints

    @classmethod
    def nowhere(cls, size: int) -> "Walked":
        """Return that so many touches are no steps."""
        return cls(*(np.zeros(size, dtype=np.int64) for _ in cls._fields))


def stretches(actors: Keys, clients: Keys, shift: int) -> Keys:
    """Return the two stretches in which each client lies, a row for each: keys of an actor's own."""
    half = np.uint64(1) << np.uint64(shift)
    grids = np.stack([clients >> np.uint64(shift + 1), (clients + half) >> np.uint64(shift + 1)], axis=1)
    grids = grids * np.uint64(2)
    grids[:, 1] += np.uint64(1)
    return mix(np.repeat(actors, 2).reshape(actors.size, 2), grids)


def walk_on(memory: BoundedRecords, shift: int, actors: Keys, clients: Keys, time: Ints, changed: Mask) -> Walked:
    """Take further steps and changes in, in the order of events; return how far each step's actor has walked.

    Args:
        memory: The stretches, and what all walks of an actor come to (``OF_WALKS``); changed.
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
    places_of = stretches(actors[at], clients[at], shift)
    keys = np.column_stack([mix(places_of, _GRID), mix(places_of, _PIECES), mix(actors[at], _WALKER)])
    distinct, places = np.unique(keys.ravel(), return_inverse=True)
    numbers, _ = memory.at(distinct)
    rows = memory.rows
    known = list(zip(*(rows[numbers, column].tolist() for column in range(3)), strict=True))
    walked = []
    fives = places.reshape(-1, 5).tolist()
    for (*here, walker), moment, is_change in zip(fives, time[at].tolist(), changed[at].tolist(), strict=True):
        length, began = _longest((known[here[0]], known[here[1]]), moment - PAUSE, moment)
        piece, begun = _longest((known[here[2]], known[here[3]]), moment - PIECE, moment)
        if is_change:
            if piece > 1:
                last, together, since = known[walker]
                known[walker] = (last, max(together - CORRECTED, 0), since)
            for place in here:
                known[place] = (moment, 0, 0)
            walked.append((0, 0, 0, 0))
            continue
        known[here[0]] = known[here[1]] = (moment, length + 1, began)
        known[here[2]] = known[here[3]] = (moment, piece + 1, begun)
        known[walker] = _added(known[walker], piece + 1, begun, moment)
        _, together, since = known[walker]
        walked.append((length + 1, began, together, since if together else 0))
    rows[numbers] = np.array(known, dtype=np.int64).reshape(-1, 3)
    for column, values in zip(found, np.array(walked, dtype=np.int64).T, strict=True):
        column[at] = values
    return found


def _longest(places: Iterable[Known], since: int, moment: int) -> tuple[int, int]:
    """Return how long the longest walk is that came by one of these places since then, and when it began."""
    length, began = 0, moment
    for last, many, first in places:
        if many > length and last >= since:
            length, began = many, first
    return length, began


def _added(walks: Known, length: int, began: int, moment: int) -> Known:
    """Return what all pieces of an actor come to when one of them becomes so long."""
    last, clients, since = walks
    if moment - last > PAUSE:
        clients = 0
    if length < SURE:
        return last, clients, since
    return moment, clients + (SURE if length == SURE else 1), since if clients else began
