"""Whether an account's network, address or agent is new for it.

Comes in: events in order. Goes out: the columns ``nabat.network_new``, ``…address_new`` and ``…agent_new``. A thing is
new for a day, and only for an account that had been known for three days when it first appeared. What was not seen for
90 days counts as never seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

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


@dataclass(slots=True)
class Seen:
    """First and latest sight of accounts, and of what they came with: the slot of each, and by slot its span."""

    of: dict[Key, int] = field(default_factory=dict)
    spans: npt.NDArray[np.void] = field(default_factory=lambda: _unseen(64))
    sweep_at: int = _SWEEP

    def step(self, view: View) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of False."""
        none: dict[str, pl.Series | None] = dict.fromkeys(NOVELTIES)
        if view.empty("user.id"):
            return none
        actors = view.codes("actor.id")
        succeeded = (view.codes("event.outcome").of != NONE) & ~view.holds("event.outcome", "failure")
        rows = np.flatnonzero(view.there("user.id") & succeeded & (actors.of != NONE))
        new = {name: np.zeros(view.height, dtype=np.bool_) for name in NOVELTIES}
        values = dict(
            zip(NOVELTIES, (_networks(view), view.codes("source.ip"), view.codes("user_agent.name")), strict=True)
        )
        for part in _parts(rows, view.time):
            since = self._see(_ACCOUNT, actors, None, part, view.time)
            for name, kind in NOVELTIES.items():
                mine = part[values[name].of[part] != NONE]
                begun = self._see(kind, actors, values[name], mine, view.time)
                young = view.time[mine] - begun[mine] < NEW_FOR
                new[name][mine] = young & (begun[mine] - since[mine] >= KNOWN_FOR)
        self._sweep(int(view.time[-1]))
        return {**none, **{name: pl.Series(name, mask) for name, mask in new.items() if mask.any()}}

    def _see(self, kind: str, actors: Codes, values: Codes | None, rows: Ints, time: Ints) -> Ints:
        """Remember what actors came with in some rows; return for each of those when that was first seen."""
        begun = np.zeros(time.size, dtype=np.int64)
        if not rows.size:
            return begun
        pair, many = actors.of[rows], len(actors.texts)
        if values is not None:
            pair, many = pair * len(values.texts) + values.of[rows], many * len(values.texts)
        order = grouping(pair, many)
        starts = groups_of(pair[order])
        ends = np.append(starts[1:], rows.size)
        distinct = rows[order[starts]]
        who = [actors.texts[code] for code in actors.of[distinct].tolist()]
        what = [values.texts[code] for code in values.of[distinct].tolist()] if values else [""] * len(who)
        slots = self._slots([(kind, *each) for each in zip(who, what, strict=True)])
        first, last = time[distinct], time[rows[order[ends - 1]]]
        spans = self.spans[slots]
        anew = spans["last"] < first - FORGET
        spans["first"] = np.where(anew, first, np.minimum(spans["first"], first))
        spans["last"] = np.where(anew, last, np.maximum(spans["last"], last))
        self.spans[slots] = spans
        begun[rows[order]] = np.repeat(spans["first"], ends - starts)
        return begun

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
