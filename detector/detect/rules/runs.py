"""How many neighbouring ids in a row an actor has read: 5, 6, 7 is a run of three.

Comes in: events in order. Goes out: the column ``nabat.sequential_run``. Reading the same record again neither breaks a
run nor lengthens it; a pause of more than ten minutes ends it. So does a change: who corrects the cards of neighbouring
clients changes what is read, who copies the register only reads. Ids a few apart are neighbours, because some numbers
are not given out and some reads fail.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

RUN_PAUSE = 600_000_000
APART = 3
_CHANGES = ["create", "update", "delete"]
RUNS = {"actor": pl.String(), "id": pl.Int64(), "step": pl.Int64(), "run": pl.Int64(), "time": pl.Int64()}
_NAME = "nabat.sequential_run"
_SWEEP = 10_000

Run = tuple[int, int, int, int]  # id, step, length, time


@dataclass(slots=True)
class Runs:
    """The latest run of each actor."""

    of: dict[str, Run] = field(default_factory=dict)
    sweep_at: int = _SWEEP

    def step(self, frame: pl.DataFrame, time: npt.NDArray[np.int64]) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of nulls."""
        touches = _touches(frame)
        if not touches.height:
            return {_NAME: None}
        rows = touches.get_column("row").to_numpy()
        lengths = []
        columns = (touches[name].to_list() for name in ("actor", "id", "changed"))
        for actor, number, changed, now in zip(*columns, time[rows].tolist(), strict=True):
            run = self.of[actor] = (number, 0, 1, now) if changed else _next(self.of.get(actor), number, now)
            lengths.append(run[2])
        if len(self.of) > self.sweep_at:
            edge = int(time[-1]) - RUN_PAUSE
            self.of = {actor: run for actor, run in self.of.items() if run[3] >= edge}
            self.sweep_at = 2 * len(self.of) + _SWEEP
        nothing = pl.repeat(None, frame.height, eager=True, dtype=pl.Int64())
        return {_NAME: nothing.scatter(rows, lengths).alias(_NAME)}

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table."""
        return pl.DataFrame([(actor, *run) for actor, run in self.of.items()], schema=RUNS, orient="row")

    @staticmethod
    def from_table(table: pl.DataFrame | None) -> "Runs":
        """Return the state held in a table."""
        if table is None:
            return Runs()
        return Runs({actor: (number, *rest) for actor, number, *rest in table.select(*RUNS).iter_rows()})


def _touches(frame: pl.DataFrame) -> pl.DataFrame:
    if frame.get_column("subject.ids").null_count() == frame.height:
        return pl.DataFrame()
    number = pl.col("subject.ids").list.first().str.extract(r"(\d{1,17})$").cast(pl.Int64, strict=False)
    return (
        frame.lazy()
        .select(
            pl.int_range(pl.len()).alias("row"),
            pl.col("actor.id").alias("actor"),
            "event.outcome",
            number.alias("id"),
            pl.col("event.action").is_in(_CHANGES).fill_null(value=False).alias("changed"),
        )
        .filter(pl.col("id").is_not_null() & pl.col("actor").is_not_null() & (pl.col("event.outcome") != "failure"))
        .collect()
    )


def _next(before: Run | None, number: int, time: int) -> Run:
    if before is None or time - before[3] > RUN_PAUSE:
        return number, 0, 1, time
    known, step, length, _ = before
    delta = number - known
    if delta == 0:
        return number, step, length, time
    if abs(delta) > APART:
        return number, 0, 1, time
    way = 1 if delta > 0 else -1
    return number, way, length + 1 if way == step else 2, time
