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

from detector.detect.hash_index import NO_SWEEP, Overlay, Records, mix, weightiest
from detector.detect.rules.columns.frame_view import NONE, FrameView, marks_of
from detector.detect.rules.facts.listed_ids import Named

WATCHED_NEW: Final = "nabat.watched_new"
MAX_PAIRS: Final = 200_000
_WHOEVER: Final = ("list", "search")
_DAY: Final = 86_400_000_000
_LATER: Final = 1 << 62
_NEVER = np.array((_LATER, -_LATER), dtype=[("first", "i8"), ("last", "i8")])
WATCHED: dict[str, pl.DataType] = {"key": pl.UInt64(), "first": pl.Int64(), "last": pl.Int64()}


@dataclass(slots=True)
class WatchedClients:
    """When each actor first and last touched each watched client."""

    of: Records[np.void] = field(default_factory=partial(Records, _NEVER))
    most: int = MAX_PAIRS

    def overlay(self) -> "WatchedClients":
        """Return what begins with this and changes nothing in it."""
        return WatchedClients(Overlay(self.of), NO_SWEEP)

    def upon(self, base: "WatchedClients") -> "WatchedClients":
        """Return this with what another one knows beyond it, which stays as it is."""
        return WatchedClients(self.of.upon(base.of), self.most)

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
            self.of.retain(weightiest(self.most * 3 // 4, days, known["last"]))

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        return pl.DataFrame(self.of.columns(), schema=WATCHED)

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "WatchedClients":
        """Return the state held in a table."""
        return WatchedClients() if table is None else WatchedClients(Records.saved(_NEVER, table.get_column))


def _lists(rows: npt.NDArray[np.int64], clients: list[str], height: int) -> pl.Series:
    values: list[list[str] | None] = [None] * height
    for row, client in zip(rows.tolist(), clients, strict=True):
        values[row] = [*(values[row] or ()), client]
    return pl.Series(WATCHED_NEW, values, dtype=pl.List(pl.String()))
