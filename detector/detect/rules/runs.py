"""How many neighbouring ids in a row an actor has read: 5, 6, 7 is a run of three.

Comes in: events in order. Goes out: the column ``nabat.sequential_run``. Reading the same record again neither breaks a
run nor lengthens it; a pause of more than ten minutes ends it. So does a change: who corrects the cards of neighbouring
clients changes what is read, who copies the register only reads. Ids a few apart are neighbours, because some numbers
are not given out and some reads fail.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.keyed import Keys, Records
from detector.detect.rules.view import NONE, View, grouping, groups_of

Ints = npt.NDArray[np.int64]

RUN_PAUSE = 600_000_000
APART = 3
RUNS = {"actor": pl.UInt64(), "id": pl.Int64(), "step": pl.Int64(), "run": pl.Int64(), "time": pl.Int64()}
_CHANGES = ("create", "update", "delete")
_NAME = "nabat.sequential_run"
_SWEEP = 10_000
_DIGITS = 10**17  # longer numbers are taken by their last 17 digits
_NONE = -1
_LONG_AGO = -(1 << 62)
_NOTHING = np.array([0, 0, 0, _LONG_AGO])  # id, step, length, time of no run


class _Touches(NamedTuple):
    """Reads and changes by actor and time: their rows, ids, times; ``starts`` are the places where actors begin."""

    rows: Ints
    ids: Ints
    changed: npt.NDArray[np.bool_]
    time: Ints
    starts: Ints
    actors: Keys


def _no_runs(keys: Keys | None = None) -> Records[np.int64]:
    return Records(_NOTHING, keys)


@dataclass(slots=True)
class Runs:
    """The latest run of each actor, known by the hash of its name."""

    of: Records[np.int64] = field(default_factory=_no_runs)
    sweep_at: int = _SWEEP

    def step(self, view: View) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of nulls."""
        touches = _touches(view)
        if touches is None:
            return {_NAME: None}
        mine = self.of.at(touches.actors)
        self.of.rows[mine], lengths = _run(touches, self.of.rows[mine])
        if self.of.size > self.sweep_at:
            self.of.keep(np.flatnonzero(self.of.known()[:, 3] >= int(view.time[-1]) - RUN_PAUSE))
            self.sweep_at = 2 * self.of.size + _SWEEP
        return {_NAME: view.spread(_NAME, touches.rows, lengths)}

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        known = self.of.known().copy()
        return pl.DataFrame([self.of.of.keys(), *known.T], schema=RUNS)

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "Runs":
        """Return the state held in a table."""
        if table is None:
            return Runs()
        actors, *known = table.select(*RUNS).get_columns()
        runs = Runs(_no_runs(actors.to_numpy()))
        runs.of.rows[: table.height] = np.stack([column.to_numpy() for column in known], axis=1)
        return runs


def _touches(view: View) -> _Touches | None:
    if view.empty("subject.ids"):
        return None
    listed, firsts = view.firsts("subject.ids")
    numbers = _numbers(firsts)
    actors = view.codes("actor.id")
    succeeded = (view.codes("event.outcome").of != NONE) & ~view.holds("event.outcome", "failure")
    mine = np.flatnonzero((numbers != _NONE) & (actors.of[listed] != NONE) & succeeded[listed])
    rows, ids = listed[mine], numbers[mine]
    if not rows.size:
        return None
    codes = actors.of[rows]
    order = grouping(codes, len(actors.texts))
    starts = groups_of(codes[order])
    rows = rows[order]
    return _Touches(
        rows=rows,
        ids=ids[order],
        changed=view.holds("event.action", *_CHANGES)[rows],
        time=view.time[rows],
        starts=starts,
        actors=view.marks("actor.id")[codes[order][starts]],
    )


def _numbers(texts: pl.Series) -> Ints:
    """Return the number a text ends with, or ``_NONE``; most are nothing else, and reading those whole is cheaper."""
    whole = texts.cast(pl.Int64, strict=False)
    numbers = whole.to_numpy() if not whole.null_count() else whole.fill_null(_NONE).to_numpy()
    rest = np.flatnonzero((numbers < 0) | (numbers >= _DIGITS))
    if rest.size:
        ends = texts[rest].str.extract(r"(\d{1,17})$").cast(pl.Int64, strict=False)
        numbers = numbers.copy()
        numbers[rest] = ends.fill_null(_NONE).to_numpy()
    return numbers


def _run(touches: _Touches, known: Ints) -> tuple[Ints, Ints]:
    """Return the latest run of each actor, and the length of the run at each touch.

    Args:
        touches: Reads and changes.
        known: The run of each actor before them: id, step, length, time.
    """
    ids, time, starts = touches.ids, touches.time, touches.starts
    many = ids.size
    ends = np.append(starts[1:], many)
    actor = np.repeat(np.arange(starts.size), ends - starts)
    before_id, before_time = np.append(0, ids[:-1]), np.append(0, time[:-1])
    before_id[starts], before_time[starts] = known[:, 0], known[:, 3]
    delta = ids - before_id
    anew = touches.changed | (time - before_time > RUN_PAUSE) | (np.abs(delta) > APART)
    # Reading the same again says nothing: the touch before it stands for it.
    moves = np.flatnonzero(anew | (delta != 0))
    way = np.where(anew[moves], 0, np.sign(delta[moves]))
    who = actor[moves]
    first = np.append(True, who[1:] != who[:-1])[: moves.size]
    breaks = first | (way == 0)
    breaks[1:] |= way[1:] != way[:-1]
    place = np.arange(moves.size)
    length = np.where(way == 0, 1, place - np.maximum.accumulate(np.where(breaks, place, 0)) + 2)
    # What goes on from the frame before is longer by what was read there.
    more = np.where(first & (way != 0) & (way == known[who, 1]), known[who, 2] - 1, 0)
    length += more[np.maximum.accumulate(np.where(breaks, place, 0))]
    latest = np.cumsum(np.bincount(moves, minlength=many)) - 1
    moved = (latest >= 0) & (who[latest] == actor) if moves.size else np.zeros(many, dtype=np.bool_)
    lengths, steps = known[actor, 2], known[actor, 1]
    lengths[moved], steps[moved] = length[latest[moved]], way[latest[moved]]
    last = ends - 1
    return np.stack([ids[last], steps[last], lengths[last], time[last]], axis=1), lengths
