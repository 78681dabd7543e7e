"""Training: from past events to a model and to baselines.

Comes in: ordered event frames (log files being read again), or touches from the access journal. Goes out: a ``Model``,
and the state of a fold that has seen it all, so that a service begins with the past known. Each window is compared with
what was known *before* it, as it will be when it is judged live.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from detector import frames
from detector.detect.behaviour.behaviour_state import BehaviourState
from detector.detect.behaviour.habits import SETTLED
from detector.detect.behaviour.model import LEAST_ROWS, Facts, Model, Opinion, build, kinds
from detector.detect.behaviour.rates import KEPT, LEAST_Z
from detector.detect.behaviour.step import Behaviour, JudgedWindows
from detector.detect.hash_index import FRESH, mix
from detector.errors import InputError, Problem
from detector.frames import KeptTouches
from detector.settings import Settings
from detector.settings.lists.company_lists import NO_LISTS, CompanyLists

MOST_ROWS = 20_000
LEAST_DAYS = 2


@dataclass(slots=True)
class _Collected:
    """Windows met on the way: one in ``span`` an actor for the sample, and each actor's worst of each day."""

    span: int
    columns: list[npt.NDArray[np.float32]] = field(default_factory=list)
    actors: set[str] = field(default_factory=set)
    peaks: dict[tuple[int, str], tuple[float, str, npt.NDArray[np.float32]]] = field(default_factory=dict)
    windows: int = 0

    def __call__(self, segment: JudgedWindows) -> None:
        self.windows += segment.ticks.size
        self.actors.update(segment.actors)
        keys = mix(pl.Series(segment.actors).hash(17).to_numpy(), segment.ticks.astype(np.uint64))
        self.columns.append(segment.columns[keys % np.uint64(self.span) == 0])
        for at in np.flatnonzero(segment.loud >= LEAST_Z):
            key = (segment.day, segment.actors[at])
            if key not in self.peaks or self.peaks[key][0] < segment.loud[at]:
                self.peaks[key] = (float(segment.loud[at]), segment.groups[at], segment.columns[at])


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
        lists: CompanyLists = NO_LISTS,
    ) -> None:
        self.settings, self.seed, self.most_rows = settings, seed, most_rows
        empty = BehaviourState.empty(settings.behaviour.window, settings.behaviour.tick, hash_seed)
        self.state = empty if state is None else state
        self._collected = _Collected(self.state.span)
        self._fold = Behaviour(
            settings.behaviour, None, timezone=settings.timezone, collect=self._collected, lists=lists
        )
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
        rows, days = sum(part.shape[0] for part in got.columns), len(self.state.rates.days)
        if rows < LEAST_ROWS or days < LEAST_DAYS or self._first is None or self._last is None:
            raise _too_little(self.events, rows, self.state.learned)
        sample = _thinned(np.concatenate(got.columns), self.seed, self.most_rows)
        state, opinion = self.state, Opinion.fitted(sample, self.seed)
        self._ask(opinion)
        known = kinds(state.habits, state.role[: len(state.names)], state.roles, state.rates)
        facts = Facts(now, self._first, self._last, got.windows, len(got.actors), self.seed, days)
        return build(sample, opinion, known, facts), state

    def _ask(self, opinion: Opinion) -> None:
        """Put what the forest says of the past days into the rates: while they went by there was none."""
        peaks = sorted(self._collected.peaks.items(), key=_place)
        if not peaks:
            return
        said = opinion.of(np.stack([columns for _, (_, _, columns) in peaks]))
        told: dict[tuple[int, str], list[float]] = {}
        for ((day, _), (_, role, _)), one in zip(peaks, said, strict=True):
            told.setdefault((day, role), []).append(float(one))
        for known in self.state.rates.days:
            for role, table in known.peaks.items():
                most = sorted(told.get((known.number, role), ()), reverse=True)[:KEPT]
                table[-1] = [*most, *[0.0] * (KEPT - len(most))]


def _place(item: tuple[tuple[int, str], object]) -> tuple[int, str]:
    return item[0]


def _thinned(columns: npt.NDArray[np.float32], seed: int, most: int) -> npt.NDArray[np.float32]:
    if columns.shape[0] <= most:
        return columns
    chosen = np.random.default_rng(seed).choice(columns.shape[0], most, replace=False)
    return columns[np.sort(chosen)]


def _too_little(events: int, rows: int, days: int) -> InputError:
    what = (
        f"too little history to train on: {events} events gave {rows} windows on {days} whole days; "
        f"at least {LEAST_ROWS} windows on {SETTLED + LEAST_DAYS} days are needed"
    )
    return InputError(Problem(what=what, fix="give older logs, or wait and keep the shipped model"))


def journal_days(touches: KeptTouches) -> Iterator[pl.DataFrame]:
    """Yield the touches of a journal day by day (UTC), as event frames in total order."""
    if touches.first is None or touches.last is None:
        return
    begin = touches.first
    while begin <= touches.last:
        later = begin.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        yield frames.complete(touches.between(begin, later)).sort("@timestamp", "log.stream", "log.offset")
        begin = later


def train(
    touches: KeptTouches,
    settings: Settings,
    now: datetime,
    seed: int = 1,
    leave_out: Callable[[pl.DataFrame], pl.DataFrame] = frames.complete,
    *,
    lists: CompanyLists = NO_LISTS,
) -> tuple[Model, BehaviourState]:
    """Train from the access journal (touches, read day by day).

    Args:
        touches: Of the journal.
        settings: What windows are like.
        now: When.
        seed: Same touches and seed, same model.
        leave_out: Takes out of a day what is not to be learned.
        lists: What the company's files say of its clients and people.

    Raises:
        InputError: There is too little history.
    """
    trainer = Trainer(settings, seed=seed, lists=lists)
    for frame in journal_days(touches):
        trainer.add(leave_out(frame))
    return trainer.finish(now)
