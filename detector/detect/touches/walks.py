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
piece takes ``CORRECTED`` away, for in lists of neighbours that are worked off a third of the cards is changed. Chance
leaves longer runs unchanged, too: so many that a list of 220 of whom a fifth is changed adds up to 50 once in 150 times
(with 4 in place of 8, in more than half of them).

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
PIECE: Final = 1_800_000_000
SURE: Final = 4
"""So many neighbours are a piece; two or three are also met by chance, by whoever opens hundreds of clients."""
CORRECTED: Final = 8
OF_WALKS: Final = ("time", "length", "began", "piece", "begun")
"""Of a stretch: when the last step was, how long the walk and the piece are, and when they began. Of an actor: when a
piece last became longer, how many clients all have, and when the first of them began."""
_GRID: Final = np.uint64(0x3A1C)
_WALKER: Final = np.uint64(0x3A1D)


class Walked(NamedTuple):
    """Of each step: how far its actor has walked; 0: it is no step.

    Attributes:
        lengths: How many clients the walk has so far. began: When it began, in microseconds.
        together: How many all pieces have, where the step makes one of them longer. since: When the first began.
    """

    lengths: Ints
    began: Ints
    together: Ints
    since: Ints

    @classmethod
    def nowhere(cls, size: int) -> "Walked":
        """Return that so many touches are no steps."""
        return cls(*(np.zeros(size, dtype=np.int64) for _ in cls._fields))

    def write(self, at: Ints | slice, some: "Walked") -> None:
        """Write down what is known of some of the steps."""
        for column, values in zip(self, some, strict=True):
            column[at] = values


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
    keys = mix(stretches(actors[at], clients[at], shift), _GRID)
    distinct, places = np.unique(keys.ravel(), return_inverse=True)
    numbers, _ = memory.at(distinct)
    rows = memory.rows
    known = list(zip(*(rows[numbers, column].tolist() for column in range(len(OF_WALKS))), strict=True))
    walked, pieces = list[tuple[int, int]](), list[tuple[int, int]]()
    pairs = places.reshape(-1, 2).tolist()
    for (one, other), moment, is_change in zip(pairs, time[at].tolist(), changed[at].tolist(), strict=True):
        length = piece = 0
        began = begun = moment
        for last, many, first, close, start in (known[one], known[other]):
            if many > length and moment - last <= PAUSE:
                length, began = many, first
            if close > piece and moment - last <= PIECE:
                piece, begun = close, start
        if is_change:
            known[one] = known[other] = (moment, 0, 0, 0, 0)
            walked.append((0, 0))
        else:
            piece += 1
            known[one] = known[other] = (moment, length + 1, began, piece, begun)
            walked.append((length + 1, began))
        pieces.append((piece, begun))
    rows[numbers] = np.array(known, dtype=np.int64).reshape(-1, len(OF_WALKS))
    found.lengths[at], found.began[at] = np.array(walked, dtype=np.int64).T
    _add_up(memory, actors[at], time[at], changed[at], np.array(pieces, dtype=np.int64), found, at)
    return found


def _add_up(
    memory: BoundedRecords, actors: Keys, time: Ints, changed: Mask, pieces: Ints, found: Walked, at: Ints
) -> None:
    """Add the pieces of each actor up, and say at each step that is one's how many clients they have.

    Nothing is remembered of an actor who walked through no piece: of such there may be any number.
    """
    adds = np.flatnonzero(pieces[:, 0] >= np.where(changed, 2, SURE))
    if not adds.size:
        return
    walkers, places = np.unique(mix(actors[adds], _WALKER), return_inverse=True)
    numbers, _ = memory.at(walkers)
    known = memory.rows[numbers].tolist()
    steps = zip(adds.tolist(), places.tolist(), time[adds].tolist(), changed[adds].tolist(), strict=True)
    for step, walker, moment, is_change in steps:
        last, together, since, *_ = known[walker]
        if is_change:
            known[walker] = [last, max(together - CORRECTED, 0), since, 0, 0]
            continue
        if moment - last > PAUSE:
            together = 0
        piece, begun = pieces[step].tolist()
        since = since if together else begun
        together += SURE if piece == SURE else 1
        known[walker] = [moment, together, since, 0, 0]
        found.together[at[step]], found.since[at[step]] = together, since
    memory.rows[numbers] = np.array(known, dtype=np.int64)
