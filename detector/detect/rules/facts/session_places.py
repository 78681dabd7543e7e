"""Whether a session is used in two places at once: it comes back to a network while it goes on from another.

Comes in: rows in order. Goes out: the column ``nabat.session_back``: within ``SPAN`` before, the session of the row
came back to the network it had been used from before it was used from another one, ``SPAN`` ago at most. Whoever goes
home with a session, or on a journey, leaves the old network behind; two people with one session are in two networks by
turns. Networks are those that have names, and the internet as one: a telephone changes its addresses all day.

A row that comes late, after later ones were taken in, is marked as it would have been in its place, and changes
nothing: it does not say where the session was last.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Records, mix
from detector.detect.key_memory import KeyMemory
from detector.detect.rules.columns.frame_view import NONE, FrameView
from detector.detect.sorted_groups import begins_of, grouping

Ints = npt.NDArray[np.int64]

SESSION_BACK: Final = "nabat.session_back"
SPAN: Final = 2 * 3_600_000_000
MAX_SESSIONS: Final = 200_000
_NEVER: Final = -(1 << 62)
_HERE: Final = "this machine"
_FIELDS: Final = ("network", "last", "other", "other_last", "back", "since")
_UNKNOWN = np.array((0, _NEVER, 0, _NEVER, _NEVER, _NEVER), dtype=[(name, "i8") for name in _FIELDS])


@dataclass(slots=True)
class SessionPlaces(KeyMemory):
    """Of each actor's session its network and the one before, when it was used last from each, and when it came back.

    It came back last at ``back``, and again and again, never longer than ``SPAN`` apart, from ``since`` on.

    Beyond ``MAX_SESSIONS`` those not used for longest are let go of.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _UNKNOWN))
    most: int = MAX_SESSIONS

    def step(self, view: FrameView) -> pl.Series | None:
        """Take further rows in; say which belong to a session that came back. None: none does."""
        if view.empty("session.id") or view.empty("network.name") or view.empty("object.type"):
            return None
        sessions, actors, networks = (view.codes(name).of for name in ("session.id", "actor.id", "network.name"))
        used = (sessions != NONE) & (actors != NONE) & (networks != NONE) & ~view.holds("network.name", _HERE)
        used &= view.there("object.type") & view.holds("event.outcome", "success", "unknown")
        rows = np.flatnonzero(used)
        if not rows.size:
            return None
        many = len(view.codes("session.id").texts)
        pairs = actors[rows] * many + sessions[rows]
        order = grouping(pairs, len(view.codes("actor.id").texts) * many)
        rows, pairs = rows[order], pairs[order]
        begins = begins_of(pairs)
        starts = np.flatnonzero(begins)
        slots = self.of.at(
            mix(view.marks("session.id")[sessions[rows[starts]]], view.marks("actor.id")[actors[rows[starts]]])
        )
        known, group = self.of.rows[slots], np.cumsum(begins) - 1
        time = view.time[rows]
        late = time < known["last"][group]
        places = view.marks("network.name").view(np.int64)[networks[rows]]
        both = np.zeros(rows.size, dtype=np.bool_)
        both[~late] = _go_on(known, group[~late], places[~late], time[~late])
        both[late] = (time >= known["since"][group])[late] & (time - known["back"][group] < SPAN)[late]
        self.of.rows[slots] = known
        if self.of.size > self.most:
            self.retain(self.of.known()["last"])
        if not both.any():
            return None
        marked = np.zeros(view.height, dtype=np.bool_)
        marked[rows[both]] = True
        return pl.Series(SESSION_BACK, marked)

    @classmethod
    def from_table(cls, table: pl.DataFrame | None, **more: Any) -> Self:
        """Return what a table holds; in one of an older version a session came back once, when it did last."""
        if table is not None and "since" not in table.columns:
            table = table.with_columns(since="back")
        return super(SessionPlaces, cls).from_table(table, **more)


def _go_on(known: npt.NDArray[np.void], group: Ints, places: Ints, time: Ints) -> npt.NDArray[np.bool_]:
    """Take rows in order into what is known of their sessions; return which belong to one that came back."""
    if not group.size:
        return np.zeros(0, dtype=np.bool_)
    begins = begins_of(group)
    ends = np.append(np.flatnonzero(begins)[1:], group.size)
    end = ends[np.cumsum(begins) - 1]
    before = np.where(begins, known["network"][group], np.roll(places, 1))
    left = np.where(begins, known["last"][group], np.roll(time, 1))
    back = known["back"][group]
    for at in np.flatnonzero((places != before) & (before != 0)).tolist():
        one = known[group[at]]
        if places[at] == one["other"] and time[at] - one["other_last"] <= SPAN:
            if time[at] - one["back"] > SPAN:
                one["since"] = time[at]
            back[at : end[at]] = one["back"] = time[at]
        one["other"], one["other_last"] = before[at], left[at]
    known["network"][group[ends - 1]], known["last"][group[ends - 1]] = places[ends - 1], time[ends - 1]
    returned: npt.NDArray[np.bool_] = time - back < SPAN
    return returned
