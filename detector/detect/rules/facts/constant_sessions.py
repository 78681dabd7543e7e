"""Sessions that are none: a value that a log writes for everybody's.

Comes in: rows in order. Goes out: which of them bear a session that ``ACCOUNTS`` accounts have used, and that was in
use for ``LONG`` by then. A program that logs ``0``, a masked token or a gateway's own session makes everybody one
session; whoever changes the name within a session is found in its first hour (``accounts/session-accounts``).
Only times count, so any cut of the rows gives the same. Beyond ``MAX_SESSIONS`` those of the fewest accounts are let go
of, of equals those not seen for longest: a session of one account is none of these anyway.
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
from detector.frames import counted_addresses
from detector.schema.events.columns import ADDRESS, SESSION

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

ACCOUNTS: Final = 6
LONG: Final = 86_400_000_000
MAX_SESSIONS: Final = 100_000
_NEVER: Final = 1 << 62
_USERS: Final = tuple(f"user{number}" for number in range(ACCOUNTS))
_FIELDS: Final = ("first", "last", "full", "users", *_USERS)
_UNKNOWN = np.array((_NEVER, 0, _NEVER, 0, *[0] * ACCOUNTS), dtype=[(name, "i8") for name in _FIELDS])


@dataclass(slots=True)
class ConstantSessions(KeyMemory):
    """Of each session, when an account first and last used it, its accounts, and since when these are many."""

    of: Records[np.void] = field(default_factory=partial(Records, _UNKNOWN))
    most: int = MAX_SESSIONS

    def step(self, view: FrameView) -> Mask:
        """Take further rows in; say which bear what is no session."""
        found = np.zeros(view.height, dtype=np.bool_)
        if view.empty("session.id"):
            return found
        sessions, accounts = view.codes("session.id").of, view.codes("user.id").of
        there = np.flatnonzero(sessions != NONE)
        marks = view.marks("session.id")
        used = there[accounts[there] != NONE]
        if used.size:
            self._learn(marks, view.marks("user.id").view(np.int64), sessions[used], accounts[used], view.time[used])
        known = self.of.peek(marks)
        since = np.maximum(known["first"] + LONG, known["full"])
        found[there] = view.time[there] > since[sessions[there]]
        self._sweep()
        return found

    def _learn(self, marks: Keys, names: Ints, sessions: Ints, accounts: Ints, time: Ints) -> None:
        """Remember who used which session when."""
        bearers, first, places = np.unique(sessions, return_index=True, return_inverse=True)
        slots = self.of.at(marks[bearers])
        # Times rise: the first row of a session is its earliest, and what comes last its latest.
        rows = self.of.rows
        rows["first"][slots] = np.minimum(rows["first"][slots], time[first])
        np.maximum.at(rows["last"], slots[places], time)
        _, pairs = np.unique(places * (int(accounts.max()) + 1) + accounts, return_index=True)
        pairs.sort()
        held = np.stack([rows[name][slots[places[pairs]]] for name in _USERS], axis=1)
        new = ~(held == names[accounts[pairs]][:, np.newaxis]).any(axis=1)
        new &= rows["users"][slots[places[pairs]]] < ACCOUNTS
        for pair in pairs[new].tolist():
            one = rows[slots[places[pair]]]
            if one["users"] < ACCOUNTS:
                one[_USERS[one["users"]]] = names[accounts[pair]]
                one["users"] += 1
                one["full"] = time[pair] if one["users"] == ACCOUNTS else _NEVER

    def _sweep(self) -> None:
        if self.of.size > self.most:
            known = self.of.known()
            self.retain(known["users"], known["last"])


def without_sessions(frame: pl.DataFrame, rows: Mask) -> pl.DataFrame:
    """Return a frame in which some rows bear no session; whom it stood for is the address, where there is one."""
    constant, addresses = pl.Series(rows), counted_addresses(frame)
    charged = constant & frame["actor.id"].str.starts_with(SESSION).fill_null(value=False) & addresses.is_not_null()
    nobody, anonymous = pl.Series([None], dtype=pl.String()), pl.Series(["anonymous"])
    return frame.with_columns(
        frame["session.id"].zip_with(~constant, nobody),
        frame["actor.id"].zip_with(~charged, ADDRESS + addresses),
        frame["actor.type"].zip_with(~charged, anonymous),
    )
