"""Which watched clients an account touches that it never dealt with before.

Comes in: events in order, and where they name watched clients. Goes out: the column ``nabat.watched_new``, of each
event the watched clients that its actor first touched within the last day. So who looks after a watched client is told
of once, and a day of snooping can be counted. Lists and searches show whoever fits: they tell of no dealings, and count
as none. Of actors and clients ``MAX_PAIRS`` are remembered, for good: beyond them those seen over the fewest days are
let go of, of equals those not seen for longest.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Records, mix
from detector.detect.key_memory import KeyMemory
from detector.detect.rules.columns.frame_view import NONE, FrameView, marks_of
from detector.detect.rules.facts.listed_ids import Named

WATCHED_NEW: Final = "nabat.watched_new"
MAX_PAIRS: Final = 200_000
_WHOEVER: Final = ("list", "search")
_DAY: Final = 86_400_000_000
_LATER: Final = 1 << 62
_NEVER = np.array((_LATER, -_LATER), dtype=[("first", "i8"), ("last", "i8")])


@dataclass(slots=True)
class WatchedClients(KeyMemory):
    """When each actor first and last touched each watched client."""

    of: Records[np.void] = field(default_factory=partial(Records, _NEVER))
    most: int = MAX_PAIRS

    def step(self, view: FrameView, named: Named) -> pl.Series | None:
        """Take further rows in; return the watched clients that are new to whom touched them. None: there are none."""
        actors = view.codes("actor.id").of
        touched = (actors != NONE) & view.touches() & ~view.holds("event.outcome", "failure")
        touched &= ~view.holds("event.action", *_WHOEVER)
        some = touched[named.rows]
        rows, places = named.rows[some], named.places[some]
        if not rows.size:
            return None
        clients = pl.Series(view.listed("subject.ids")[1], dtype=pl.String())[pl.Series(places.astype(np.uint32))]
        slots = self.of.at(mix(view.marks("actor.id")[actors[rows]], marks_of(clients, view.seed)))
        known, time = self.of.rows, view.time[rows]
        np.minimum.at(known["first"], slots, time)
        np.maximum.at(known["last"], slots, time)
        new = time - known["first"][slots] < _DAY
        self._sweep()
        return _lists(rows[new], clients.filter(pl.Series(new)).to_list(), view.height) if new.any() else None

    def _sweep(self) -> None:
        if self.of.size > self.most:
            known = self.of.known()
            days = (known["last"] - known["first"]) // _DAY
            self.retain(days, known["last"])


def _lists(rows: npt.NDArray[np.int64], clients: list[str], height: int) -> pl.Series:
    values: list[list[str] | None] = [None] * height
    for row, client in zip(rows.tolist(), clients, strict=True):
        values[row] = [*(values[row] or ()), client]
    return pl.Series(WATCHED_NEW, values, dtype=pl.List(pl.String()))
