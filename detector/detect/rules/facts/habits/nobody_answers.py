"""Whether an answer hands many client records to nobody, where that never happens.

Comes in: events in order. Goes out: the column ``nabat.nobody_more``: an answer to whom no account, session or host is
known names or counts at least ``LEAST`` client records, and ``TIMES`` more than the largest such answer of the same
service in the same log before. It is told only of a log that has told of accounts for ``KNOWN`` days and more often
than of nobody: where an application signs people in by itself, the log names none of them. What counts is what was
known before the day (UTC), so the order within it is of no matter; an answer counts as usual once the three days it
belongs to are over.
"""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import Keys, Records
from detector.detect.key_memory import KeyMemory
from detector.detect.rules.columns.frame_view import NONE, FrameView
from detector.detect.rules.facts.habits.busiest_days import begun, parts_by_day
from detector.schema.events.columns import ADDRESS

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NOBODY_MORE: Final = "nabat.nobody_more"
LEAST: Final = 100
TIMES: Final = 3
KNOWN: Final = 3
MAX_SERVICES: Final = 10_000
_DAY: Final = 86_400_000_000
_BY: Final = ("service.name", "log.source")
# Of a service in a log: the day; how often accounts, and nobody, touched client data that day, and the largest answer
# to nobody; the same of all days before, the largest of days not settled, and since when these are; the first day.
_FIELDS: Final = (
    "day", "accounts", "nobody", "today", "accounts_before", "nobody_before", "settled", "recent", "turned", "first",
)  # fmt: skip
_NEW = np.array((-1, 0, 0, 0, 0, 0, 0, 0, -1, 1 << 40), dtype=[(name, "i8") for name in _FIELDS])


@dataclass(slots=True)
class NobodyAnswers(KeyMemory):
    """What each service told of in each log, with accounts and without.

    Beyond ``MAX_SERVICES`` those with the fewest touches by accounts are let go of.
    """

    of: Records[np.void] = field(default_factory=partial(Records, _NEW))
    most: int = MAX_SERVICES

    def step(self, view: FrameView) -> pl.Series | None:
        """Take further rows in; say which answers hand many client records to nobody. None: none does."""
        keys = view.key(_BY)
        touched = (keys.of != NONE) & view.there("object.type") & view.touches()
        rows = np.flatnonzero(touched & ~view.holds("event.outcome", "failure"))
        if not rows.size:
            return None
        actors = view.codes("actor.id")
        unknown = np.array([text.startswith(ADDRESS) for text in actors.texts] + [True])  # NONE is the last place
        nobody = unknown[actors.of[rows]] & ~view.there("user.id")[rows]
        shown = np.maximum(view.number("record.count"), view.lengths("subject.ids"))[rows]
        marks, days = view.marks(*_BY)[keys.of[rows]], view.time[rows] // _DAY
        beyond = np.zeros(rows.size, dtype=np.bool_)
        for some in parts_by_day(days):
            beyond[some] = self._step_day(marks[some], int(days[some[0]]), nobody[some], shown[some])
        if self.of.size > self.most:
            known = self.of.known()
            self.retain(known["accounts_before"] + known["accounts"], known["day"])
        if not beyond.any():
            return None
        found = np.zeros(view.height, dtype=np.bool_)
        found[rows[beyond]] = True
        return pl.Series(NOBODY_MORE, found)

    def _step_day(self, marks: Keys, day: int, nobody: Mask, shown: Ints) -> Mask:
        distinct, places = np.unique(marks, return_inverse=True)
        slots = self.of.at(distinct)
        known = _turned(self.of.rows[slots], day)
        told = (known["accounts_before"] > known["nobody_before"]) & (day - known["first"] >= KNOWN)
        limit = np.where(told, np.maximum(LEAST, TIMES * known["settled"] + 1), np.iinfo(np.int64).max)
        known["accounts"] += np.bincount(places[~nobody], minlength=distinct.size)
        known["nobody"] += np.bincount(places[nobody], minlength=distinct.size)
        np.maximum.at(known["today"], places[nobody], shown[nobody])
        self.of.rows[slots] = known
        beyond: Mask = nobody & (shown >= limit[places])
        return beyond


def _turned(known: npt.NDArray[np.void], day: int) -> npt.NDArray[np.void]:
    """Return what is known as of a day that begins; where it is over already it goes on as it is."""
    turns = day > known["day"]
    for of_day, before in (("accounts", "accounts_before"), ("nobody", "nobody_before")):
        known[before] += np.where(turns, known[of_day], 0)
        known[of_day] = np.where(turns, 0, known[of_day])
    known["first"] = np.minimum(known["first"], day)
    return begun(known, day)
