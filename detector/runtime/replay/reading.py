"""The first stage of a replay: lines become events, in the order of time.

Comes in: files. Goes out: ``Turn`` by ``Turn``, with the touches of client data already packed for the journal.
Nothing is judged and nothing is written here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from detector import frames
from detector.decode import Decoder
from detector.frames import EventBatch, LineBatch
from detector.runtime.merge import Log, Merge
from detector.runtime.replay.handed import Tally, Turn
from detector.store import Gathered

# Lines a batch. Larger ones are faster; the answer is the same.
BATCH_LINES = 10_000

# Touches kept in memory before they are packed: a year of them does not fit.
PENDING_TOUCHES = 25_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read.

    Attributes:
        since / until: Only events at or after / before these moments of event time.
        batch_lines: Lines a batch.
    """

    decoder: Decoder
    since: datetime | None = None
    until: datetime | None = None
    batch_lines: int = BATCH_LINES

    def turns(self, logs: Sequence[Log]) -> Iterator[Turn]:
        """Yield the events of all files; several are read side by side, always the one that lies furthest back."""
        merge, gathered = Merge(logs, self.decoder, self.batch_lines), Gathered()
        for batch, decoded in merge:
            events = self._within(decoded.frame)
            gathered.append(events)
            yield Turn(
                events=events,
                opened=merge.opened,
                idle=merge.idle(),
                closed=tuple(merge.closed),
                touches=tuple(gathered.take()) if gathered.rows > PENDING_TOUCHES else (),
                tally=_tally(batch, decoded),
            )
        yield Turn(events=frames.empty_events(), touches=tuple(gathered.take()), last=True)

    def _within(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.since is not None:
            frame = frame.filter(pl.col("@timestamp") >= self.since)
        if self.until is not None:
            frame = frame.filter(pl.col("@timestamp") < self.until)
        return frame


def _tally(batch: LineBatch, decoded: EventBatch) -> Tally:
    return Tally(
        lines=batch.lines.len() + len(batch.rejects),
        events=decoded.frame.height,
        bytes=batch.size,
        rejects=Counter(reject.reason.value for reject in decoded.rejects),
    )
