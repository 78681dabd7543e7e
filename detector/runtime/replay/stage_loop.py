"""How the stages of a replay are driven: what one gives, the next takes, until nothing is left.

Comes in: the stages, wherever they run. Goes out: how much was done. It does not know about processes.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from detector.runtime.replay.stage_values import Answered, Ripe, Turn
from detector.runtime.replay.summary import Replayed

Progress = Callable[[int], None]


class Reads(Protocol):
    """The first stage."""

    def turns(self) -> Iterator[Turn]:
        """Yield batches of events, and at the end a turn that says so."""


class Judges(Protocol):
    """The second stage.

    Attributes:
        late: Events behind the watermark, so far.
    """

    late: int

    def judge(self, turn: Turn) -> Ripe | None:
        """Judge a batch; return what is to be kept now, if anything is."""


class Keeps(Protocol):
    """The third stage."""

    def write(self, ripe: Ripe) -> None:
        """Decide and write."""

    def answer(self) -> Answered:
        """Write the answers."""


def silent(_done: int) -> None:
    """Tell nobody how far it is."""


def drive(reading: Reads, judging: Judges, keeping: Keeps, on_progress: Progress) -> Replayed:
    """Replay to the end; ``on_progress`` is told how many bytes were read so far."""
    done = Replayed()
    for turn in reading.turns():
        done.read(turn.tally)
        ripe = judging.judge(turn)
        if ripe is not None:
            keeping.write(ripe)
        on_progress(done.bytes)
    done.late = judging.late
    done.answered(keeping.answer())
    return done
