"""Behaviour goes back for events that come late: of a log that was held up, or is always a quarter of an hour behind.

Comes in: the state of the fold, events in total order, and events that came behind the watermark. Goes out: what is
found when each is counted where it belongs. Habits, windows and ranks hang on all that was before, so nothing is put
right in place: an earlier state is kept, with what came since (numbers by actor and bucket, no lines), and where late
events lie among it, that is folded again. What is found again has the same ids.

Soundness: the earlier state is one the fold went through, and nothing older than it is taken in; what came since is
folded in the order of time. So the answer is that of a fold that was given all events in order
(``tests/detect/test_rewind.py``). Before the late ones come, windows are judged without them.

In a snapshot stands the earlier state, with what came since as rows that wait: who begins with it folds these first.
No clock and no file here.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from detector import frames
from detector.detect.behaviour import Behaviour, BehaviourState, Rows, Stats, numbers_of
from detector.schema.detection.findings import Finding

REACH: Final = timedelta(hours=2)
"""So far behind the watermark late events are counted, at least; twice as far at most."""
MOST_ROWS: Final = 250_000
"""Numbers by actor and bucket that are kept; of more the earlier state is given up, and a new one taken."""
_LOOSE: Final = 2_048
"""So many rows are joined by actor and bucket."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class BehaviourPast:
    """What can be gone back to. Changed in place.

    Attributes:
        earlier: States gone through, at most two, the earlier first; nothing waits in them.
        done: What was folded since the first of them, in order of buckets, joined by actor and bucket.
        fresh: What was folded since then; not joined yet.
        late: What lies in buckets that are closed, and is not folded yet. late_from: The first of these buckets.
        dropped: How many rows of ``done`` were let go because there were too many, since ``take_dropped``.
        most_rows: How many there may be.
    """

    earlier: list[BehaviourState] = field(default_factory=list)
    done: list[Rows] = field(default_factory=list)
    fresh: list[Rows] = field(default_factory=list)
    late: list[Rows] = field(default_factory=list)
    late_from: int | None = None
    dropped: int = 0
    most_rows: int = MOST_ROWS

    def begin(self, state: BehaviourState) -> None:
        """Take a state for the one to go back to."""
        self.earlier, self.done, self.fresh = [state.copied()], [], []
        state.done = self.fresh

    def add(self, state: BehaviourState, rows: pl.DataFrame) -> int:
        """Let late events wait; return how many lie before all that can be gone back to."""
        if not rows.height:
            return 0
        came = numbers_of(rows, state)
        known = came.since(self.earlier[0].closed)
        if known.adds.height:
            state.absorb()
            state.waiting.insert(known.since(state.closed))
            behind = known.before(state.closed)
            if behind.adds.height:
                self.late.append(behind.compact())
                first = int(behind.adds.get_column("bucket").to_numpy().min())
                self.late_from = first if self.late_from is None else min(first, self.late_from)
        return came.adds.height - known.adds.height

    def is_leaving(self, closing: int, reach: int) -> bool:
        """Say whether late events could not be gone back to any more when buckets before ``closing`` are closed."""
        if self.late_from is None or len(self.earlier) < 2:
            return False
        return closing - self.earlier[1].closed >= reach and self.late_from < self.earlier[1].closed

    def back(self, state: BehaviourState) -> tuple[BehaviourState, list[int]]:
        """Return the state to fold again from, in which all that came since waits.

        Returns:
            The state, and up to which buckets to go: where states were taken that are not true any more, and where it
            stood.
        """
        late = min(int(rows.adds.get_column("bucket").to_numpy().min()) for rows in self.late)
        at = max(number for number, each in enumerate(self.earlier) if each.closed <= late)
        to = [each.closed for each in self.earlier[at + 1 :]] + [state.closed]
        self.earlier = self.earlier[: at + 1]
        self._join()
        first = self.earlier[at].closed
        again = [rows.since(first) for rows in self.done]
        self.done = [rows for each in self.done if (rows := each.before(first)).adds.height]
        state.absorb()
        made = self.earlier[at].copied()
        made.waiting.append(*Rows.of([*again, *self.late]).in_order())
        made.waiting.append(*state.waiting.rows())
        made.done = self.fresh
        self.late, self.late_from = [], None
        return made, to

    def advance(self, state: BehaviourState, reach: int) -> None:
        """Save the state when the last saved one is far behind, and drop events older than the oldest saved state."""
        if state.closed - self.earlier[-1].closed >= reach:
            self.earlier.append(state.copied())
            if len(self.earlier) > 2:
                del self.earlier[0]
                self._join()
                first = self.earlier[0].closed
                self.done = [rows for each in self.done if (rows := each.since(first)).adds.height]
        if _height(self.fresh) > _LOOSE:
            self._join()

    @property
    def is_full(self) -> bool:
        """Whether there are more rows than may be kept."""
        return _height(self.done) > self.most_rows

    def give_up(self, state: BehaviourState) -> None:
        """Forget all there is to go back to, and begin with this state."""
        self.dropped += _height(self.done)
        self.begin(state)

    def take_dropped(self) -> int:
        """Return how many rows were let go since the last call."""
        dropped, self.dropped = self.dropped, 0
        return dropped

    def _join(self) -> None:
        if self.fresh:
            self.done.append(Rows.of(self.fresh).compact())
            self.fresh.clear()

    def tables(self, state: BehaviourState) -> dict[str, pl.DataFrame]:
        """Return what a snapshot holds: the first state to go back to, with what came since as rows that wait."""
        if not self.earlier:
            return state.tables()
        state.absorb()
        state.waiting.compact()
        self._join()
        rows = Rows.of([*self.done, *self.late])
        rows = Rows.of([rows.in_order() if self.late else rows, state.waiting.rows()])
        return self.earlier[0].tables() | {"behaviour_adds": rows.adds, "behaviour_details": rows.details}


@dataclass(frozen=True, slots=True)
class RewindingBehaviour:
    """The fold of behaviour, which goes back where late events lie among what was folded."""

    behaviour: Behaviour

    def step(
        self,
        state: BehaviourState,
        past: BehaviourPast,
        ordered: pl.DataFrame,
        late: pl.DataFrame,
        upto: datetime,
        *,
        at_once: bool,
        final: bool = False,
    ) -> tuple[BehaviourState, list[Finding], Stats]:
        """Take events in and judge.

        Args:
            state: Of the fold; changed, and another one may come back.
            past: Of the same fold; changed.
            ordered: Events, in total order.
            late: Events before others that were given before.
            upto: Every event before it has been given, but for late ones.
            at_once: Go back whenever a bucket closes; else when it has to be, as where old lines are read.
            final: There is nothing more to come.
        """
        if not past.earlier:
            past.begin(state)
        reach, closing = int(REACH / _MICROSECOND) // state.tick, (upto - _EPOCH) // _MICROSECOND // state.tick
        missed = past.add(state, late)
        found: list[Finding] = []
        if past.late_from is not None and (
            final or (at_once and closing > state.closed) or past.is_leaving(closing, reach)
        ):
            state, found = self._again(state, past)
        state, more, stats = self.behaviour.step(state, ordered, upto)
        past.advance(state, reach)
        if past.is_full:
            if past.late_from is not None:
                state, some = self._again(state, past)
                more += some
            past.give_up(state)
        stats.late += missed
        return state, found + more, stats

    def _again(self, state: BehaviourState, past: BehaviourPast) -> tuple[BehaviourState, list[Finding]]:
        """Fold again what late events lie among."""
        found: list[Finding] = []
        state, to = past.back(state)
        for number, bucket in enumerate(to, start=1):
            moment = _EPOCH + bucket * state.tick * _MICROSECOND
            state, some, _ = self.behaviour.step(state, frames.empty_events(), moment)
            found += some
            if number < len(to):
                past.earlier.append(state.copied())
        return state, found


def _height(parts: list[Rows]) -> int:
    return sum(rows.adds.height for rows in parts)
