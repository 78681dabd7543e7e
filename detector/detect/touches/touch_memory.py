"""What is remembered of who dealt with which client: bounded, and told by event time alone.

Comes in: keys of pairs (actor and client, team and client), and moments. Goes out: which pairs are known, what an actor
opened or was shown within the last half hour, near which numbers it opened clients, and since when each source has
touched any. Pairs are known for 45 to 90 days after they last came; of more than ``PAIRS`` within 45 days the oldest
are let go of early, which is counted (``forgotten``). A pair that is forgotten is unexplained when it comes again: that
errs to the side of noticing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.bounded_records import BoundedRecords
from detector.detect.density import Density
from detector.detect.hash_index import Keys
from detector.detect.seen_filter import SeenPairs
from detector.detect.touches.walks import OF_WALKS, PAUSE

Ints = npt.NDArray[np.int64]

PAIRS: Final = 8_000_000
RECENT: Final = 200_000
SOURCES: Final = 1_000
SHORTLY: Final = 1_800_000_000
"""What was opened or shown within this time, in microseconds, explains what is done next."""
HOUR: Final = 3_600_000_000
_DAY_HOURS: Final = 24
_DAY: Final = _DAY_HOURS * HOUR
WALK_HOURS: Final = PAUSE // HOUR
GENERATION: Final = 45 * _DAY
READY: Final = 10 * _DAY
"""Until a source has touched clients for so long nobody can say of its touches that nothing explains them."""
NEVER: Final = -(1 << 62)
_PARTS: Final = ("fresh", "present", "former")
_OF_RECENT: Final = ("opened", "shown")
_OF_CELLS: Final = ("opened",)


@dataclass(slots=True)
class TouchState:
    """Everything that is remembered.

    Attributes:
        pairs: Of actors and clients, and of teams and clients.
        recent: Of actors and clients, when one last opened, or was shown, the other.
        cells: Of actors and stretches of numbers, when one last opened a client new to it in the other.
        walks: Of actors and stretches of numbers, the longest walk through them (``walks``).
        density: How far apart the numbers of clients lie.
        begun: By source, when it first touched a client.
        hour: The hour of event time of the last touch. shift: A stretch is so many bits of a number long.
        walk_shift: The same of walks, for a whole day (UTC): stretches of another length would end them all.
        generation: Since when the present generation of pairs gathers.
        forgotten: How many were let go of because there were too many, since ``RuleState.take_forgotten``.
    """

    pairs: SeenPairs = field(default_factory=partial(SeenPairs, generation=PAIRS))
    recent: BoundedRecords = field(default_factory=partial(BoundedRecords, _OF_RECENT, RECENT))
    cells: BoundedRecords = field(default_factory=partial(BoundedRecords, _OF_CELLS, RECENT))
    walks: BoundedRecords = field(default_factory=partial(BoundedRecords, OF_WALKS, RECENT))
    density: Density = field(default_factory=Density)
    begun: dict[str, int] = field(default_factory=dict)
    hour: int = -1
    shift: int = 2
    walk_shift: int = 2
    generation: int = NEVER
    forgotten: int = 0

    def overlay(self) -> "TouchState":
        """Return a state that begins with what this one knows and changes nothing in it."""
        return TouchState(
            self.pairs.overlay(),
            self.recent.overlay(),
            self.cells.overlay(),
            self.walks.overlay(),
            Density(self.density.hashes, self.density.keys),
            dict(self.begun),
            self.hour,
            self.shift,
            self.walk_shift,
            self.generation,
        )

    def upon(self, base: "TouchState") -> "TouchState":
        """Return this with what another one knows beyond it, which stays as it is."""
        density = self.density if self.density.keys.size else Density(base.density.hashes, base.density.keys)
        return TouchState(
            self.pairs.upon(base.pairs),
            self.recent.upon(base.recent),
            self.cells.upon(base.cells),
            self.walks.upon(base.walks),
            density,
            {**base.begun, **self.begun},
            self.hour,
            max(self.shift, base.shift),
            max(self.walk_shift, base.walk_shift),
            self.generation,
        )

    def enter(self, hour: int, time: int) -> None:
        """Begin an hour of event time, if it is another one."""
        if hour == self.hour:
            return
        before, self.hour = self.hour, hour
        for memory, hours in ((self.recent, 1), (self.cells, 1), (self.walks, WALK_HOURS)):
            self.forgotten += memory.forgotten
            memory.forgotten = 0
            if hour // hours != before // hours:
                memory.turn()
        self.shift = max(int(self.density.reach()) - 1, 1).bit_length()
        if hour // _DAY_HOURS != before // _DAY_HOURS:
            self.walk_shift = self.shift
        if self.generation == NEVER:
            self.generation = time
        elif time - self.generation > GENERATION:
            self.pairs.turn()
            self.generation = time

    def add_pairs(self, keys: Keys, time: int) -> npt.NDArray[np.bool_]:
        """Remember pairs (sorted, no repeats); return which of them are new."""
        before = self.pairs.dropped
        new = self.pairs.add(keys)
        if self.pairs.dropped > before:  # full before its time
            self.forgotten += self.pairs.dropped - before
            self.generation = time
        return new

    def begin_sources(self, names: list[str], numbers: Ints, time: Ints) -> None:
        """Remember when sources first touched a client, if these were first; of ``SOURCES`` at most.

        Args:
            names: Of sources.
            numbers: Which of them touches each client, in order of time.
            time: When it does, in microseconds.
        """
        different, first = np.unique(numbers, return_index=True)
        for number, at in zip(different.tolist(), first.tolist(), strict=True):
            if len(self.begun) < SOURCES:
                self.begun.setdefault(names[number], int(time[at]))

    def begun_of(self, names: list[str], time: int) -> Ints:
        """Return when each source first touched a client: ``time`` for one that is not remembered."""
        return np.array([self.begun.get(name, time) for name in names], dtype=np.int64)

    def to_tables(self) -> dict[str, pl.DataFrame]:
        """Return the state as tables, for a snapshot."""
        parts = [getattr(self.pairs, name) for name in _PARTS]
        numbers = np.repeat(np.arange(len(_PARTS), dtype=np.int8), [part.size for part in parts])
        return {
            "pairs": pl.DataFrame({"part": numbers, "key": np.concatenate(parts)}),
            "recent": self.recent.to_table(),
            "cells": self.cells.to_table(),
            "walks": self.walks.to_table(),
            "walking": pl.DataFrame({"shift": [self.walk_shift]}),
            "density": pl.DataFrame({"hash": self.density.hashes.copy(), "key": self.density.keys.copy()}),
            "begun": pl.DataFrame(
                list(self.begun.items()), schema={"source": pl.String(), "first": pl.Int64()}, orient="row"
            ),
            "head": pl.DataFrame({"hour": [self.hour], "shift": [self.shift], "generation": [self.generation]}),
        }

    @classmethod
    def from_tables(cls, tables: Mapping[str, pl.DataFrame]) -> "TouchState":
        """Return what tables hold; without them nothing is known."""
        state = cls()
        if "head" not in tables:
            return state
        for at, name in enumerate(_PARTS):
            keys = tables["pairs"].filter(pl.col("part") == at)["key"].to_numpy()
            setattr(state.pairs, name, np.array(keys, dtype=np.uint64))
        state.recent.fill(tables["recent"])
        state.cells.fill(tables["cells"])
        if "walks" in tables:
            state.walks.fill(tables["walks"])
            state.walk_shift = tables["walking"]["shift"][0]
        sample = tables["density"]
        state.density = Density(*(np.array(sample[name].to_numpy(), dtype=np.uint64) for name in ("hash", "key")))
        state.begun = dict(tables["begun"].select("source", "first").iter_rows())
        (state.hour, state.shift, state.generation), *_ = tables["head"].iter_rows()
        return state
