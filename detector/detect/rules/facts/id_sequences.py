"""How many neighbouring ids an actor has read in one direction: 5, 6, 7 is a run of three.

Comes in: events in order. Goes out: the column ``nabat.sequential_run`` (or ``nabat.address_run``: of all who come from
one address, programs aside), and beside it when each run began (``RunColumns.since``), so that what is said of a run is
true of all of it and not of its end alone.

Requests overlap and logs are merged, so the order within a run is not taken literally. A run is followed in a window of
``WIDTH`` ids behind the furthest one: what is read there, in any order, fills the run; what was read there before
neither breaks nor lengthens it. Ids up to ``APART`` apart are neighbours, because some numbers are not given out and
some reads fail; a longer hole that nothing has filled when it leaves the window ends what lies behind it. The window
moves one way only.

An actor may be in several runs: each of its last ``RECENT`` touches may have one, so neither a second copy of a walk
with another delay nor other reads in between end a run. A pause of ``RUN_PAUSE`` does, and so does a change of a record
in its window: who corrects the cards of neighbouring clients changes what is read, who copies the register only reads.

Most touches make no run longer than one; that is found as arrays, and only the others are gone through one by one.
Nothing is overlooked: a run that takes a touch in was touched by one of the ``RECENT`` before it, at an id no further
away than ``_REACH``, so that whatever shares runs lies in one group of touches that are linked like that. Where no two
ids of a group are neighbours, none of its runs is longer than one. What may still go on behind the last touch, or went
on before the first one, is always gone through.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from detector.detect.hash_index import NO_SWEEP, Keys, Overlay, Records, weightiest
from detector.detect.rules.columns.frame_view import NONE, FrameView
from detector.detect.sorted_groups import grouping, groups_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Walks = dict[tuple[bytes, ...], tuple[Ints, Ints]]
"""What one actor's touches gave, by the touches and the runs it was in: its lengths and begins, and the runs behind.

Who works from an address of its own is told by account, by address and by source as the same; it is followed once.
"""

RUN_PAUSE = 600_000_000
APART = 3
WIDTH = 24
AHEAD = 8  # how far a touch may be ahead of the furthest id of its run; the ids between may follow
RECENT = 6
_REACH = WIDTH - 1 + AHEAD
_STEPS = tuple(range(1, APART))
# Of a run: number of its latest touch of the actor (from 1; 0: no run), the id touched then, the furthest id, which of
# those behind it were touched (bits), how many neighbours lie behind the window, which way it goes (0: not known yet),
# when it was touched last, when it began (what lay beyond a hole that has ended counts as its beginning).
_OF_RUN = ("turn", "id", "front", "touched", "behind", "way", "time", "began")
_TURN, _ID, _TIME = _OF_RUN.index("turn"), _OF_RUN.index("id"), _OF_RUN.index("time")
RUNS = {"actor": pl.UInt64(), **dict.fromkeys(_OF_RUN, pl.Int64())}
_CHANGES = ("create", "update", "delete")


class RunColumns(NamedTuple):
    """Columns of the runs of an actor, or of an address.

    Attributes:
        fact: How long the run of a touch is.
        since: When it began, in microseconds since 1970.
    """

    fact: str
    since: str


OF_ACTOR = RunColumns("nabat.sequential_run", "$sequential_since")
OF_ADDRESS = RunColumns("nabat.address_run", "$address_run_since")
MAX_ACTORS = 50_000
"""Actors whose runs are remembered; of more, those with the shortest runs go first, of equals the quietest."""
_SWEEP = 10_000
_SLACK = 5
_DIGITS = 10**17  # longer numbers are taken by their last 17 digits
_NONE = -1
_WINDOW = (1 << WIDTH) - 1
NO_RUNS = np.zeros((RECENT, len(_OF_RUN)), dtype=np.int64)


class RecordTouches(NamedTuple):
    """Reads and changes of client records, by actor and time.

    Attributes:
        time / ids: When, and the number in the client's id.
        changed: The record was changed, not only read.
    """

    time: Ints
    ids: Ints
    changed: Mask


def run_lengths(touches: RecordTouches, runs: Ints | None = None) -> Ints:
    """Return the length of the run at each touch of one actor.

    Args:
        touches: In order of time.
        runs: What the actor was in before (shape of ``NO_RUNS``); changed. None: nothing.
    """
    known = NO_RUNS.copy() if runs is None else runs
    if not touches.ids.size:
        return touches.ids
    return follow(touches, np.zeros(1, dtype=np.int64), known[np.newaxis])[0]


def follow(touches: RecordTouches, starts: Ints, runs: Ints, walks: Walks | None = None) -> tuple[Ints, Ints]:
    """Return the length of the run at each touch of several actors, and when that run began.

    Args:
        touches: By actor, those of one in order of time.
        starts: The places where actors begin.
        runs: What each of them was in before; changed.
        walks: What was followed before among the same touches; added to.
    """
    actor = np.repeat(np.arange(starts.size), np.diff(np.append(starts, touches.ids.size)))
    first = np.zeros(actor.size, dtype=np.bool_)
    first[starts] = True
    latest = runs[np.arange(starts.size), runs[:, :, _TURN].argmax(axis=1)]
    again = _repeated(touches, starts, latest)
    # A repetition of the touch before it is that touch going on: it has no turn of its own.
    fresh = first | ~again
    turn: Ints = np.cumsum(~again, dtype=np.int64)
    turn += (latest[:, _TURN] - turn[starts] + ~again[starts])[actor]
    kept = np.flatnonzero(fresh)
    lasted = touches.time[np.append(kept[1:], actor.size) - 1]
    changed: Mask = touches.changed[kept]
    mine = _Turns(actor[kept], turn[kept], touches.ids[kept], touches.time[kept], lasted, changed)
    lengths, began = np.ones(kept.size, dtype=np.int64), mine.time.copy()
    ends = turn[np.append(starts[1:], actor.size) - 1]
    near, blocks = _near(mine)
    going_on = _going_on(mine, runs)
    near |= going_on
    always = going_on | (mine.turn > (ends - RECENT)[mine.actor])
    places = _groups(mine, near, blocks, always)
    lengths[places], began[places] = _follow_each(mine, places, runs, ends, {} if walks is None else walks)
    alone = np.flatnonzero(~near & (mine.turn > (ends - RECENT)[mine.actor]))
    runs[mine.actor[alone], mine.turn[alone] % RECENT] = np.stack(
        [
            mine.turn[alone],
            mine.ids[alone],
            mine.ids[alone],
            np.ones(alone.size, dtype=np.int64),
            *np.zeros((2, alone.size), dtype=np.int64),
            mine.lasted[alone],
            mine.time[alone],
        ],
        axis=1,
    )
    place = np.cumsum(fresh) - 1
    return lengths[place], began[place]


class _Turns(NamedTuple):
    """Touches that are no repetition of the one before; ``lasted``: when it was repeated last."""

    actor: Ints
    turn: Ints
    ids: Ints
    time: Ints
    lasted: Ints
    changed: Mask


def _repeated(touches: RecordTouches, starts: Ints, latest: Ints) -> Mask:
    """Say which touches repeat the one of their actor before them; ``latest``: what each actor did last before all."""
    before_id, before_time = np.append(0, touches.ids[:-1]), np.append(0, touches.time[:-1])
    before_id[starts], before_time[starts] = latest[:, _ID], latest[:, _TIME]
    again: Mask = (touches.ids == before_id) & ~touches.changed & (touches.time - before_time <= RUN_PAUSE)
    again[starts] &= latest[:, _TURN] > 0
    return again


def _near(mine: _Turns) -> tuple[Mask, Ints]:
    """Say which touches may share a run with another one; and number stretches that no such link leads out of."""
    many = mine.ids.size
    near = np.zeros(many, dtype=np.bool_)
    spans = np.zeros(many + 1, dtype=np.int64)
    for back in range(1, min(RECENT + 1, many)):
        close = (np.abs(mine.ids[back:] - mine.ids[:-back]) <= _REACH) & (mine.actor[back:] == mine.actor[:-back])
        near[back:] |= close
        near[:-back] |= close
        spans[1 : many - back + 1] += close
        spans[back + 1 :] -= close
    return near, np.cumsum(np.cumsum(spans[:-1]) == 0)


def _going_on(mine: _Turns, runs: Ints) -> Mask:
    """Say which touches may share a run with what their actor did before all of them."""
    found = np.zeros(mine.ids.size, dtype=np.bool_)
    begins = groups_of(mine.actor)
    early = np.flatnonzero(np.arange(mine.ids.size) - begins[mine.actor] <= RECENT)
    turns, ids = (runs[mine.actor[early], :, column] for column in (_TURN, _ID))
    alive = (turns > 0) & (turns >= (mine.turn[early] - RECENT)[:, np.newaxis])
    found[early] = (alive & (np.abs(ids - mine.ids[early][:, np.newaxis]) <= _REACH)).any(axis=1)
    return found


def _groups(mine: _Turns, near: Mask, blocks: Ints, always: Mask) -> Ints:
    """Return the places of touches that may lie in a run longer than one, or in one that goes on.

    Args:
        mine: The touches.
        near: Which of them may share a run with another one.
        blocks: Numbers of the stretches they lie in.
        always: Which of them are gone through in any case, and with them whatever shares a run with them.
    """
    at = np.flatnonzero(near)
    if not at.size:
        return at
    at = at[np.lexsort((mine.ids[at], blocks[at]))]
    gaps, same = np.diff(mine.ids[at]), np.diff(blocks[at]) == 0
    group = np.cumsum(np.append(False, ~same | (gaps > _REACH)))
    wanted = np.zeros(at.size, dtype=np.bool_)
    wanted[group[:-1][same & (gaps <= APART)]] = True
    wanted[group[always[at]]] = True
    return np.sort(at[wanted[group]])


def _follow_each(mine: _Turns, places: Ints, runs: Ints, ends: Ints, walks: Walks) -> Ints:
    """Go through the touches that may share a run; return lengths and begins. ``ends``: each actor's last turn."""
    found = np.empty((2, places.size), dtype=np.int64)
    actors, columns = mine.actor[places], [column[places] for column in mine[1:]]
    for begin, end in pairwise([*groups_of(actors).tolist(), places.size]):
        who, touches = actors[begin], [column[begin:end] for column in columns]
        key = (runs[who].tobytes(), ends[who].tobytes(), *(column.tobytes() for column in touches))
        if key not in walks:
            walks[key] = _walk(touches, runs[who], int(ends[who]))
        found[:, begin:end], runs[who] = walks[key]
    return found


def _walk(touches: Sequence[Ints | Mask], runs: Ints, end: int) -> tuple[Ints, Ints]:
    """Go through the touches of one actor; return lengths and begins, and the runs it is in then."""
    going = _Going([Run.of(*run) for run in sorted(runs.tolist()) if run[0]])
    rows = zip(*(column.tolist() for column in touches), strict=True)
    return np.array([going.touch(*row) for row in rows], dtype=np.int64).T, going.kept(end)


@dataclass(slots=True, eq=False)
class Run:
    """One run, as ``_OF_RUN`` says.

    Attributes:
        low / high: It takes ids in that are above the one and not above the other: in its window, or not too far ahead.
        size: How many ids it has, those beyond a hole too.
        whole: There is no hole in it that is longer than neighbours may have; False where nobody has looked.
    """

    turn: int
    id: int
    front: int
    touched: int
    behind: int
    way: int
    time: int
    began: int
    low: int
    high: int
    size: int
    whole: bool

    @classmethod
    def of(cls, turn: int, id: int, front: int, touched: int, behind: int, way: int, time: int, began: int) -> "Run":
        """Return one that was going on."""
        size = behind + touched.bit_count()
        run = cls(turn, id, front, touched, behind, way, time, began, low=0, high=0, size=size, whole=False)
        run._reach()
        return run

    def _reach(self) -> None:
        """Say which ids it takes in from now on."""
        if self.way < 0:
            self.low, self.high = self.front - AHEAD - 1, self.front + WIDTH - 1
        else:
            back = WIDTH if self.way else self.touched.bit_length() + AHEAD
            self.low, self.high = self.front - back, self.front + AHEAD

    def add(self, number: int) -> int:
        """Take an id in; return how many neighbours stand in a row around it."""
        ahead = (number - self.front) * (self.way or 1)
        if ahead <= 0 and self.whole and self.touched >> -ahead & 1:
            return self.size
        told = self.way
        if not told:
            spread = self.touched.bit_length()  # from the furthest id to the one furthest behind
            if ahead <= -WIDTH:
                # Until now all fitted into one window: it goes down.
                self.way, self.front = -1, self.front - spread + 1
                self.touched = int(f"{self.touched:b}"[::-1], 2)
                ahead = self.front - number
            elif ahead > 0 and spread + ahead > WIDTH:
                self.way = 1
        if ahead > 0:
            self.front = number
            self._move(ahead)
            self._reach()
            if self.whole and ahead <= APART:
                return self.size
        else:
            self.touched |= 1 << -ahead
            if not told:
                self._reach()
            self.size = self.behind + self.touched.bit_count()
        length = self._row(-min(ahead, 0))
        self.whole = length == self.size
        return length

    def _move(self, steps: int) -> None:
        """Move the window on; what leaves it counts on while it has a neighbour among what stays."""
        touched = self.touched << steps | 1
        self.size += 1
        while touched > _WINDOW:
            last = touched.bit_length()
            touched ^= 1 << (last - 1)
            if last - touched.bit_length() <= APART:
                self.behind += 1
            else:
                self.size -= self.behind + 1
                self.behind = 0
        self.touched = touched

    def _row(self, place: int) -> int:
        """Return how many neighbours stand in a row around an id in the window."""
        touched = row = self.touched
        for step in _STEPS:
            row |= touched << step
        first = (~row & ((1 << place) - 1)).bit_length()
        above = row >> place
        end = place + (~above & (above + 1)).bit_length() - 1
        count = (touched >> first & ((1 << (end - first)) - 1)).bit_count()
        return count + self.behind if end >= touched.bit_length() else count


class _Going:
    """The runs one actor is in, while its touches are gone through: in the order in which they were touched last."""

    def __init__(self, runs: list[Run]) -> None:
        self._runs = runs

    def touch(self, turn: int, number: int, time: int, lasted: int, changed: bool) -> tuple[int, int]:
        """Take a touch in; return the length of its run, and when that began."""
        runs, since, oldest = self._runs, turn - RECENT, time - RUN_PAUSE
        while runs and (runs[0].turn < since or runs[0].time < oldest):
            del runs[0]
        mine: Run | None = None
        for run in runs:
            # A repetition of the touch before all belongs where that one went, any other to the longest run.
            if run.low < number <= run.high and (mine is None or run.size >= mine.size or run.turn == turn):
                mine = run
        if mine is None or changed:
            if changed:
                self._runs = runs = [run for run in runs if not run.low < number <= run.high]
            low, high = number - 1 - AHEAD, number + AHEAD
            runs.append(Run(turn, number, number, 1, 0, 0, lasted, time, low, high, size=1, whole=True))
            return 1, time
        length = mine.add(number)
        mine.turn, mine.id, mine.time = turn, number, lasted
        if runs[-1] is not mine:
            runs.remove(mine)
            runs.append(mine)
        return length, mine.began

    def kept(self, end: int) -> Ints:
        """Return those that may go on after an actor's last turn, each in its place."""
        table = NO_RUNS.copy()
        for run in self._runs:
            if run.turn > end - RECENT:
                table[run.turn % RECENT] = tuple(getattr(run, name) for name in _OF_RUN)
        return table


def _no_runs(keys: Keys | None = None) -> Records[np.int64]:
    return Records(NO_RUNS, keys)


@dataclass(slots=True)
class Runs:
    """The runs of each actor, known by the hash of its name.

    Attributes:
        by: What tells them apart. By actor alone a walk is followed over several logs; by source as well, what an actor
            does elsewhere, and when that is read, cannot break it.
        forgotten: How many actors were let go of because there were too many, since ``RuleState.take_forgotten``.
        columns: What is told.
        most: How many actors there may be.
    """

    of: Records[np.int64] = field(default_factory=_no_runs)
    sweep_at: int = _SWEEP
    forgotten: int = 0
    by: tuple[str, ...] = ("actor.id",)
    columns: RunColumns = OF_ACTOR
    most: int = MAX_ACTORS

    def overlay(self) -> "Runs":
        """Return a state that begins with what this one knows and changes nothing in it."""
        return Runs(of=Overlay(self.of), sweep_at=NO_SWEEP, by=self.by, columns=self.columns)

    def step(self, view: FrameView, walks: Walks | None = None) -> dict[str, pl.Series | None]:
        """Take the fold one frame further; None stands for a column of nulls.

        Args:
            view: The frame.
            walks: What other states followed in this frame; added to.
        """
        found = _touches(view, self.by, programs=self.columns is OF_ACTOR)
        if found is None:
            return dict.fromkeys(self.columns)
        rows, touches, starts, actors = found
        mine = self.of.at(actors)
        runs = self.of.rows[mine]
        lengths, began = follow(touches, starts, runs, walks)
        self.of.rows[mine] = runs
        if self.of.size > self.sweep_at:
            self._sweep(int(view.time[-1]) - RUN_PAUSE)
        told = zip(self.columns, (lengths, began), strict=True)
        return {name: view.spread(name, rows, values) for name, values in told}

    def _sweep(self, edge: int) -> None:
        known = self.of.known()
        latest = known[:, :, _TIME].max(axis=1)
        kept = np.flatnonzero(latest >= edge)
        if kept.size > self.most:
            self.forgotten += kept.size - self.most
            kept = kept[weightiest(self.most, _longest(known[kept]), latest[kept])]
        self.of.retain(kept)
        self.sweep_at = min(2 * kept.size, self.most + self.most // 4) + self.most // _SLACK

    def to_table(self) -> pl.DataFrame:
        """Return the state as a table, a row for each run."""
        known = self.of.known()
        actor, place = np.nonzero(known[:, :, _TURN])
        return pl.DataFrame([self.of.of.keys()[actor], *known[actor, place].T.copy()], schema=RUNS)

    @staticmethod
    def from_table(
        table: pl.DataFrame | None, by: tuple[str, ...] = ("actor.id",), told: RunColumns = OF_ACTOR
    ) -> "Runs":
        """Return the state held in a table."""
        runs = Runs(by=by, columns=told)
        if table is None or not table.height:
            return runs
        if "began" not in table.columns:  # saved before that was remembered
            table = table.with_columns(began="time")
        actors, *columns = (column.to_numpy() for column in table.select(*RUNS).get_columns())
        known = np.stack(columns, axis=1)
        places = runs.of.at(actors)  # makes room in the rows
        runs.of.rows[places, known[:, _TURN] % RECENT] = known
        return runs


def _longest(runs: Ints) -> Ints:
    """Return how many ids the longest run of each actor has."""
    touched = runs[:, :, _OF_RUN.index("touched")]
    inside = sum((touched >> place) & 1 for place in range(WIDTH))
    found: Ints = (runs[:, :, _OF_RUN.index("behind")] + inside).max(axis=1)
    return found


def _touches(view: FrameView, by: tuple[str, ...], *, programs: bool) -> tuple[Ints, RecordTouches, Ints, Keys] | None:
    """Return reads and changes: their rows, what they are, the places where actors begin, the actors.

    ``programs``: those of service accounts, too.
    """
    if view.empty("subject.ids"):
        return None
    listed, firsts = view.firsts("subject.ids")
    numbers = _numbers(firsts)
    actors = view.key(by)
    succeeded = (view.codes("event.outcome").of != NONE) & ~view.holds("event.outcome", "failure")
    if not programs:
        succeeded &= ~view.holds("actor.type", "service")
    mine = np.flatnonzero((numbers != _NONE) & (actors.of[listed] != NONE) & succeeded[listed])
    rows, ids = listed[mine], numbers[mine]
    if not rows.size:
        return None
    codes = actors.of[rows]
    order = grouping(codes, len(actors.texts))
    starts = groups_of(codes[order])
    rows = rows[order]
    touches = RecordTouches(time=view.time[rows], ids=ids[order], changed=view.holds("event.action", *_CHANGES)[rows])
    return rows, touches, starts, view.marks(*by)[codes[order][starts]]


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
