"""Whether an account's network, address or agent is new for it.

Comes in: events in order. Goes out: the columns ``nabat.network_new``, ``…address_new`` and ``…agent_new``. A thing is
new for a day, and only for an account that had been known for three days when it first appeared. What was not seen for
90 days counts as never seen.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.rules.columns import part_of

_DAY = 86_400_000_000
KNOWN_FOR = 3 * _DAY
NEW_FOR = _DAY
FORGET = 90 * _DAY
SEEN = {"kind": pl.String(), "actor": pl.String(), "value": pl.String(), "first": pl.Int64(), "last": pl.Int64()}
NOVELTIES = {"nabat.network_new": "network", "nabat.address_new": "address", "nabat.agent_new": "agent"}
_SWEEP = 100_000
_FOUR = re.compile(r"(\d+\.\d+\.\d+)\.", re.ASCII)
_SIX = re.compile(r"([0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F]*)")
_RAW = ("actor.id", "network.name", "source.ip", "user_agent.name")

Span = tuple[int, int]  # first and last sight
Key = tuple[str, str, str]  # kind, actor, value


@dataclass(slots=True)
class Seen:
    """First and latest sight of accounts, and of what they came with."""

    of: dict[Key, Span] = field(default_factory=dict)
    sweep_at: int = _SWEEP

    def step(self, frame: pl.DataFrame, time: npt.NDArray[np.int64]) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of False."""
        none: dict[str, pl.Series | None] = dict.fromkeys(NOVELTIES)
        if frame.get_column("user.id").null_count() == frame.height:
            return none
        signed = pl.col("user.id").is_not_null() & (pl.col("event.outcome") != "failure")
        sights = (
            frame.lazy()
            .select(*_RAW, signed.alias("signed"), pl.Series("time", time))
            .filter(pl.col("signed") & pl.col("actor.id").is_not_null())
            .group_by(_RAW, maintain_order=True)
            .agg(pl.col("time").first().alias("first"), pl.col("time").last().alias("last"))
            .collect()
        )
        recent = self._see(sights)
        self._sweep(int(time[-1]))
        return {**none, **{name: _new(name, actors, frame, time) for name, actors in recent.items()}}

    def _see(self, sights: pl.DataFrame) -> dict[str, dict[tuple[str, str], int]]:
        """Remember sights; return what of each kind may be new: actor and value, and when it was first seen."""
        recent: dict[str, dict[tuple[str, str], int]] = {}
        for actor, named, address, agent, first, last in sights.iter_rows():
            network = _network(named, address)
            since = self._one(("account", actor, ""), first, last)
            for (name, kind), value in zip(NOVELTIES.items(), (network, address, agent), strict=True):
                if value is None:
                    continue
                begun = self._one((kind, actor, value), first, last)
                if begun - since >= KNOWN_FOR and first - begun < NEW_FOR:
                    recent.setdefault(name, {})[actor, value] = begun
        return recent

    def _one(self, key: Key, first: int, last: int) -> int:
        known = self.of.get(key)
        if known is None or known[1] < first - FORGET:
            self.of[key] = (first, last)
            return first
        begun = min(known[0], first)
        self.of[key] = (begun, max(known[1], last))
        return begun

    def _sweep(self, newest: int) -> None:
        if len(self.of) > self.sweep_at:
            self.of = {key: span for key, span in self.of.items() if span[1] >= newest - FORGET}
            self.sweep_at = 2 * len(self.of) + _SWEEP

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        return pl.DataFrame([(*key, *span) for key, span in sorted(self.of.items())], schema=SEEN, orient="row")

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "Seen":
        """Return the state held in a table."""
        rows = table.select(*SEEN).iter_rows() if table is not None else ()
        return Seen({(kind, actor, value): (first, last) for kind, actor, value, first, last in rows})


def _network(named: str | None, address: str | None) -> str | None:
    return _small(address) if named is None or named == "internet" else named


@lru_cache(maxsize=100_000)
def _small(address: str | None) -> str | None:
    """Return the network an address without a named one belongs to, as far as newness goes: /24 or /48."""
    if address is None:
        return None
    found = (_SIX if ":" in address else _FOUR).match(address)
    return found[1] if found else None


def _new(name: str, firsts: dict[tuple[str, str], int], frame: pl.DataFrame, time: npt.NDArray[np.int64]) -> pl.Series:
    """Say of each row whether what its account came with is younger than a day."""
    signed = pl.col("user.id").is_not_null() & (pl.col("event.outcome") != "failure")
    actors = pl.Series([actor for actor, _ in firsts]).implode()
    rows = frame.select((signed & pl.col("actor.id").is_in(actors)).alias("may")).to_series().arg_true().to_numpy()
    part = part_of(frame, _RAW, rows)
    new = np.zeros(frame.height, dtype=np.bool_)
    for row, now, (actor, named, address, agent) in zip(
        rows.tolist(), time[rows].tolist(), part.iter_rows(), strict=True
    ):
        value = {
            "nabat.network_new": _network(named, address),
            "nabat.address_new": address,
            "nabat.agent_new": agent,
        }[name]
        first = firsts.get((actor, value)) if value is not None else None
        new[row] = first is not None and now - first < NEW_FOR
    return pl.Series(name, new)
