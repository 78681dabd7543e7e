"""Whether an account's network, address or agent is new for it.

Comes in: events in order. Goes out: the columns ``nabat.network_new``, ``…address_new`` and ``…agent_new``. A thing is
new for a day, and only for an account that had been known for three days when it first appeared. What was not seen for
90 days counts as never seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.view import NONE, Codes, View, grouping, groups_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_DAY = 86_400_000_000
KNOWN_FOR = 3 * _DAY
NEW_FOR = _DAY
FORGET = 90 * _DAY
SEEN = {"kind": pl.String(), "actor": pl.String(), "value": pl.String(), "first": pl.Int64(), "last": pl.Int64()}
NOVELTIES = {"nabat.network_new": "network", "nabat.address_new": "address", "nabat.agent_new": "agent"}
_ACCOUNT = "account"
_SWEEP = 100_000
_FOUR = re.compile(r"(\d+\.\d+\.\d+)\.", re.ASCII)
_SIX = re.compile(r"([0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F]*)")

Key = tuple[str, str, str]  # kind, actor, value
_SPAN = np.dtype([("first", "i8"), ("last", "i8")])
_NEVER = (0, -(1 << 62))


def _unseen(many: int) -> npt.NDArray[np.void]:
    return np.full(many, np.array(_NEVER, dtype=_SPAN))


class _Sights(NamedTuple):
    """What actors came with in some rows.

    Attributes:
        rows: The first row of each actor and value.
        begun: When they were first seen.
        order / starts: The rows by actor and value, and the places where one begins.
    """

    rows: Ints
    begun: Ints
    order: Ints
    starts: Ints


@dataclass(slots=True)
class Seen:
    """First and latest sight of accounts, and of what they came with: the slot of each, and by slot its span."""

    of: dict[Key, int] = field(default_factory=dict)
    spans: npt.NDArray[np.void] = field(default_factory=lambda: _unseen(64))
    sweep_at: int = _SWEEP

    def step(self, view: View) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of False."""
        new: dict[str, pl.Series | None] = dict.fromkeys(NOVELTIES)
        if view.empty("user.id"):
            return new
        actors = view.codes("actor.id")
        succeeded = (view.codes("event.outcome").of != NONE) & ~view.holds("event.outcome", "failure")
        rows = np.flatnonzero(view.there("user.id") & succeeded & (actors.of != NONE))
        values = (_networks(view), view.codes("source.ip"), view.codes("user_agent.name"))
        for part in _parts(rows, view.time):
            accounts = self._see(_ACCOUNT, actors, None, part, view.time)
            since = np.zeros(len(actors.texts), dtype=np.int64)
            since[actors.of[accounts.rows]] = accounts.begun
            for (name, kind), value in zip(NOVELTIES.items(), values, strict=True):
                sights = self._see(kind, actors, value, part[value.of[part] != NONE], view.time)
                young = sights.begun - since[actors.of[sights.rows]] >= KNOWN_FOR
                if young.any():
                    new[name] = _marked(name, new[name], sights, young, view.time)
        self._sweep(int(view.time[-1]))
        return new

    def _see(self, kind: str, actors: Codes, values: Codes | None, rows: Ints, time: Ints) -> _Sights:
        """Remember what actors came with in some rows; return each actor and value, and when they were first seen."""
        pair, many = actors.of[rows], len(actors.texts)
        if values is not None:
            pair, many = pair * len(values.texts) + values.of[rows], many * len(values.texts)
        order = grouping(pair, many)
        starts = groups_of(pair[order])
        order = rows[order]
        distinct = order[starts]
        who = [actors.texts[code] for code in actors.of[distinct].tolist()]
        what = [values.texts[code] for code in values.of[distinct].tolist()] if values else [""] * len(who)
        slots = self._slots(list(zip(repeat(kind), who, what, strict=False)))
        first, last = time[distinct], time[order[np.append(starts[1:], rows.size)[: starts.size] - 1]]
        spans = self.spans[slots]
        anew = spans["last"] < first - FORGET
        spans["first"] = np.where(anew, first, np.minimum(spans["first"], first))
        spans["last"] = np.where(anew, last, np.maximum(spans["last"], last))
        self.spans[slots] = spans
        return _Sights(distinct, spans["first"], order, starts)

    def _slots(self, keys: list[Key]) -> Ints:
        """Return the slots of keys; a new one gets one, whose span was forgotten long ago."""
        slots = self.of
        found = np.array([slots.setdefault(key, len(slots)) for key in keys], dtype=np.int64)
        if len(slots) > self.spans.size:
            self.spans = np.append(self.spans, _unseen(len(slots)))
        return found

    def _sweep(self, newest: int) -> None:
        if len(self.of) > self.sweep_at:
            kept = {key: slot for key, slot in self.of.items() if self.spans["last"][slot] >= newest - FORGET}
            self.spans = np.append(self.spans[list(kept.values())], _unseen(len(kept) + 64))
            self.of = {key: slot for slot, key in enumerate(kept)}
            self.sweep_at = 2 * len(self.of) + _SWEEP

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        rows = [(*key, *self.spans[slot].item()) for key, slot in sorted(self.of.items())]
        return pl.DataFrame(rows, schema=SEEN, orient="row")

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "Seen":
        """Return the state held in a table."""
        seen = Seen()
        if table is not None and table.height:
            slots = seen._slots(table.select("kind", "actor", "value").rows())
            seen.spans["first"][slots] = table["first"].to_numpy()
            seen.spans["last"][slots] = table["last"].to_numpy()
        return seen


def _marked(name: str, before: pl.Series | None, sights: _Sights, young: Mask, time: Ints) -> pl.Series | None:
    """Mark the rows of what was young for its account and was first seen within the last day; None: there are none."""
    lengths = np.diff(np.append(sights.starts, sights.order.size))
    new = np.repeat(young, lengths) & (time[sights.order] - np.repeat(sights.begun, lengths) < NEW_FOR)
    if not new.any():
        return before
    marked = np.zeros(time.size, dtype=np.bool_) if before is None else before.to_numpy().copy()
    marked[sights.order[new]] = True
    return pl.Series(name, marked)


def _parts(rows: Ints, time: Ints) -> Iterator[Ints]:
    """Yield rows in pieces no longer than what is forgotten: inside of one, nothing is."""
    while rows.size:
        end = int(np.searchsorted(time[rows], time[rows[0]] + FORGET, side="right"))
        yield rows[:end]
        rows = rows[end:]


def _networks(view: View) -> Codes:
    """Return the network of each row: the one that has a name, else that of the address."""
    named, addresses = view.codes("network.name"), view.codes("source.ip")
    numbers: dict[str, int] = {}

    def number(text: str | None) -> int:
        return NONE if text is None else numbers.setdefault(text, len(numbers))

    of_name = np.array([*(number(None if text == "internet" else text) for text in named.texts), NONE], dtype=np.int64)
    of_address = np.array([*map(number, map(_small, addresses.texts)), NONE], dtype=np.int64)
    found = of_name[named.of]  # NONE is the last place
    return Codes(np.where(found == NONE, of_address[addresses.of], found), list(numbers))


@lru_cache(maxsize=100_000)
def _small(address: str) -> str | None:
    """Return the network an address without a named one belongs to, as far as newness goes: /24 or /48."""
    found = (_SIX if ":" in address else _FOUR).match(address)
    return found[1] if found else None
