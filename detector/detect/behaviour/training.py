"""Training: from past events to a model and to baselines.

Comes in: ordered event frames (log files being read again), or touches from the access journal, or windows already
normalised. Goes out: a ``Model``, and the state of a fold that has seen it all, so that a service begins with the past
known. Each window is normalised by what was known *before* it, as it will be when it is judged live.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.behaviour import features
from detector.detect.behaviour.behaviour_state import BehaviourState
from detector.detect.behaviour.model import LEAST_ROWS, Facts, Model, build
from detector.detect.behaviour.step import Behaviour, JudgedWindows
from detector.detect.hash_index import FRESH, mix
from detector.errors import InputError, Problem
from detector.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20_000
LEAST_DAYS = 2
_DAY = 24 * 3_600_000_000


@dataclass(slots=True)
class _Collected:
    """Windows met on the way: one in ``span`` an actor for the sample, and each actor's worst of each day."""

    tick: int
    span: int
    ticks: list[npt.NDArray[np.int64]] = field(default_factory=list)
    columns: list[npt.NDArray[np.float32]] = field(default_factory=list)
    actors: set[str] = field(default_factory=set)
    peaks: dict[tuple[int, str], tuple[float, npt.NDArray[np.float32]]] = field(default_factory=dict)
    windows: int = 0

    def __call__(self, segment: JudgedWindows) -> None:
        ready = np.flatnonzero(segment.ready)
        if not ready.size:
            return
        self.windows += ready.size
        names = [segment.actors[at] for at in ready]
        self.actors.update(names)
        ticks, columns = segment.ticks[ready], segment.columns[ready]
        keys = mix(pl.Series(names).hash(17).to_numpy(), ticks.astype(np.uint64))
        thin = keys % np.uint64(self.span) == 0
        self.ticks.append(ticks[thin])
        self.columns.append(columns[thin])
        loud = np.sort(features.facets(columns), axis=1)[:, -2:].sum(axis=1)
        days = (ticks * self.tick - 1) // _DAY
        for at in np.argsort(loud, kind="stable"):
            key = (int(days[at]), names[at])
            if key not in self.peaks or self.peaks[key][0] < loud[at]:
                self.peaks[key] = (float(loud[at]), columns[at])


class Trainer:
    """Collects windows from event frames in total order; ``finish`` makes the model."""

    def __init__(
        self,
        settings: Settings,
        *,
        seed: int = 1,
        hash_seed: int = FRESH,
        state: BehaviourState | None = None,
        most_rows: int = MOST_ROWS,
    ) -> None:
        self.settings, self.seed, self.most_rows = settings, seed, most_rows
        empty = BehaviourState.empty(settings.behaviour.window, settings.behaviour.tick, hash_seed)
        self.state = empty if state is None else state
        self._collected = _Collected(self.state.tick, self.state.span)
        self._fold = Behaviour(settings.behaviour, None, timezone=settings.timezone, collect=self._collected)
        self._last: datetime | None = None
        self._first: datetime | None = None
        self.events = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take in further events; later than all before, in total order."""
        if not frame.height:
            return
        full = frames.complete(frame)
        first, last = full["@timestamp"][0], full["@timestamp"][-1]
        self._first = self._first or first
        self._last = last
        self.events += full.height
        self.state, _, _ = self._fold.step(self.state, full, last)

    def finish(self, now: datetime) -> tuple[Model, BehaviourState]:
        """Return the model, and the baselines as a state to go on from.

        Raises:
            InputError: There is too little history; it says how much there is and how much is needed.
        """
        got = self._collected
        if self._last is not None:
            self.state, _, _ = self._fold.step(
                self.state, frames.empty_events(), self._last + self.settings.behaviour.tick
            )
        rows = sum(part.shape[0] for part in got.columns)
        days = {day for day, _ in got.peaks}
        if rows < LEAST_ROWS or len(days) < LEAST_DAYS or self._first is None or self._last is None:
            raise _too_little(self.events, rows, len(days), self.settings.behaviour.min_windows)
        sample = _thinned(np.concatenate(got.columns), self.seed, self.most_rows)
        by_day = {
            day: np.stack([columns for (its, _), (_, columns) in sorted(got.peaks.items(), key=_place) if its == day])
            for day in sorted(days)
        }
        facts = Facts(
            now,
            self._first,
            self._last,
            got.windows,
            len(got.actors),
            self.seed,
            self.settings.behaviour.findings_a_day,
        )
        return build(sample, by_day, facts), self.state


def _place(item: tuple[tuple[int, str], tuple[float, npt.NDArray[np.float32]]]) -> tuple[int, str]:
    return item[0]


def _thinned(columns: npt.NDArray[np.float32], seed: int, most: int) -> npt.NDArray[np.float32]:
    if columns.shape[0] <= most:
        return columns
    chosen = np.random.default_rng(seed).choice(columns.shape[0], most, replace=False)
    return columns[np.sort(chosen)]


def _too_little(events: int, rows: int, days: int, needed: int) -> InputError:
    what = (
        f"too little history to train on: {events} events gave {rows} windows of actors with a past, on {days} days; "
        f"at least {LEAST_ROWS} windows on {LEAST_DAYS} days are needed"
    )
    fix = f"an actor has a past after {needed} active hours: give older logs, or wait and keep the shipped model"
    return InputError(Problem(what=what, fix=fix))


def _days(touches: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    span = touches.select(pl.col("@timestamp").min().alias("first"), pl.col("@timestamp").max().alias("last")).collect()
    if span["first"][0] is None:
        return
    day = span["first"][0].replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= span["last"][0]:
        later = day + timedelta(days=1)
        inside = (pl.col("@timestamp") >= day) & (pl.col("@timestamp") < later)
        yield frames.complete(touches.filter(inside).collect()).sort("@timestamp", "log.stream", "log.offset")
        day = later


def train(
    source: "pl.LazyFrame | pd.DataFrame", settings: Settings, now: datetime, seed: int = 1
) -> tuple[Model, BehaviourState]:
    """Train from the access journal (touches, read day by day), or from windows already normalised.

    Windows are a frame of ``features.COLUMNS`` and ``day`` (a number) and ``actor``; they give no baselines.

    Raises:
        InputError: There is too little history.
    """
    if not isinstance(source, pl.LazyFrame):
        return _from_windows(source, settings, now, seed)
    trainer = Trainer(settings, seed=seed)
    for frame in _days(source):
        trainer.add(frame)
    return trainer.finish(now)


def _from_windows(
    windows: "pd.DataFrame", settings: Settings, now: datetime, seed: int
) -> tuple[Model, BehaviourState]:
    columns = windows[list(features.COLUMNS)].to_numpy(dtype=np.float32)
    days = windows["day"].to_numpy()
    if columns.shape[0] < LEAST_ROWS or np.unique(days).size < LEAST_DAYS:
        raise _too_little(0, columns.shape[0], np.unique(days).size, settings.behaviour.min_windows)
    loud = np.sort(features.facets(columns), axis=1)[:, -2:].sum(axis=1)
    worst = windows.assign(loud=loud).reset_index(drop=True).groupby(["day", "actor"])["loud"].idxmax()
    peaks = {int(day): columns[worst.loc[[day]].to_numpy()] for day in np.unique(days)}
    first, last = (datetime.fromtimestamp(int(day) * 86400, UTC) for day in (days.min(), days.max()))
    facts = Facts(
        now, first, last, columns.shape[0], int(windows["actor"].nunique()), seed, settings.behaviour.findings_a_day
    )
    state = BehaviourState.empty(settings.behaviour.window, settings.behaviour.tick)
    return build(_thinned(columns, seed, MOST_ROWS), peaks, facts), state
