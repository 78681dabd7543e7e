"""Touches in the order of cards and time: what was done with the same card before and after.

Comes in: which card each touch is of (whose, and of which client, as one number), and when it was made. Goes out:
marks, a place a touch. One sorting serves all questions: a join for each costs more than all of them.
"""

import numpy as np
import numpy.typing as npt

from detector.runtime.incidents.manner.touch_runs import Ints, Mask

_NEVER = np.iinfo(np.int64).max


class CardOrder:
    """Touches, those of one card behind each other.

    Args:
        cards: Equal numbers are one card.
        times: In microseconds.
    """

    def __init__(self, cards: npt.NDArray[np.uint64], times: Ints) -> None:
        self._order = np.lexsort((times, cards))
        self._times, ordered = times[self._order], cards[self._order]
        other = np.ones(times.size, dtype=np.bool_)
        other[1:] = ordered[1:] != ordered[:-1]
        self._begins, self._card = np.flatnonzero(other), np.cumsum(other) - 1
        other[1:] |= self._times[1:] != self._times[:-1]
        moments = np.append(np.flatnonzero(other), times.size)
        at = np.cumsum(other) - 1
        self._first, self._behind = moments[at], moments[at + 1]

    def followed(self, acts: Mask, within: int, *, later: bool = False) -> Mask:
        """Say with which cards one of some acts was done at once (``later``: not), or within some microseconds."""
        found, at = np.zeros(acts.size, dtype=np.bool_), np.flatnonzero(acts[self._order])
        if at.size:
            place = np.searchsorted(at, self._behind if later else self._first)
            comes = at[np.minimum(place, at.size - 1)]
            near = (self._card[comes] == self._card) & (self._times[comes] - self._times - later <= within)
            found[self._order] = near & (place < at.size)
        return found

    def since(self, found: Mask) -> Mask:
        """Say which touches are of a card one of whose touches is marked, and no earlier than the first such."""
        later = np.zeros(found.size, dtype=np.bool_)
        if self._begins.size:
            first = np.minimum.reduceat(np.where(found[self._order], self._times, _NEVER), self._begins)
            later[self._order] = self._times >= first[self._card]
        return later
