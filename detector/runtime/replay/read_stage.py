"""The first stage of a replay: lines become events, in the order of time.

Comes in: files. Goes out: ``Turn`` by ``Turn``, with the touches of client data already packed for the journal.
Nothing is judged and nothing is written here.
"""

from collections import Counter
from collections.abc import Iterator

import polars as pl

from detector import frames
from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.runtime.intake.merge_logs import Merge
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.stage_values import ReadTally, Turn
from detector.store import JournalBuffer

# Touches kept in memory before they are packed: a year of them does not fit.
PENDING_TOUCHES = 25_000


class LogReading:
    """The files read side by side, always the one that lies furthest back.

    Args:
        plan: Which files, how many lines a batch, which span of time.
        decoder: Made for the plan's settings; it has not decoded yet.
    """

    def __init__(self, plan: ReplayPlan, decoder: Decoder) -> None:
        self._plan, self._decoder = plan, decoder

    def turns(self) -> Iterator[Turn]:
        """Yield the events of all files, and at the end a turn that says so."""
        merge, gathered = Merge(self._plan.logs, self._decoder, self._plan.batch_lines), JournalBuffer()
        for batch, decoded in merge:
            events = self._within(decoded.frame)
            gathered.append(events)
            yield Turn(
                events=events,
                opened=merge.opened,
                idle=merge.idle(),
                closed=tuple(merge.closed),
                touches=tuple(gathered.drain()) if gathered.rows > PENDING_TOUCHES else (),
                tally=_tally(batch, decoded),
            )
        yield Turn(events=frames.empty_events(), touches=tuple(gathered.drain()), last=True)

    def _within(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self._plan.since is not None:
            frame = frame.filter(pl.col("@timestamp") >= self._plan.since)
        if self._plan.until is not None:
            frame = frame.filter(pl.col("@timestamp") < self._plan.until)
        return frame


def _tally(batch: LineBatch, decoded: EventBatch) -> ReadTally:
    return ReadTally(
        lines=batch.lines.len() + len(batch.rejects),
        events=decoded.frame.height,
        bytes=batch.size,
        rejects=dict(Counter(reject.reason.value for reject in decoded.rejects)),
    )
