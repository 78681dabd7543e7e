"""What a replay is to do: settings, files, a folder, as one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from detector.keys import Keys
from detector.runtime.intake.log_file import TOGETHER, Log
from detector.runtime.replay.batch_lines import BATCH_LINES
from detector.schema.detection.work_exceptions import WorkException
from detector.settings import Settings

# Where an installation has no key of its own: equal sessions must stay equal from one replay to the next.
REPLAY_KEY = b"nabat replay without an installation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What is to be replayed.

    Attributes:
        settings: The configuration.
        logs: The files, with their sources.
        out: Folder for the answers, the replay's own database and journal; made if need be.
        since / until: Only events at or after / before these moments of event time.
        exceptions: Those for planned work that are taken into account.
        batch_lines: Lines a batch.
        together: So many lines of a file are judged together at most, but for a batch that has more.
        held_findings: Findings kept in memory before they are decided about together. What a rule says again of a
            matter that goes on has been merged by then, so that keeping them costs by matters, not by batches.
    """

    settings: Settings
    logs: Sequence[Log]
    out: Path
    since: datetime | None = None
    until: datetime | None = None
    exceptions: Sequence[WorkException] = ()
    batch_lines: int = BATCH_LINES
    together: int = TOGETHER
    held_findings: int = 2_000

    @property
    def session_key(self) -> bytes:
        """The key of session hashes: they must not depend on where the replay runs, or its answers would."""
        keys = Keys(self.settings.state)
        return keys.session if (self.settings.state / "keys").is_dir() else REPLAY_KEY

    def within(self, events: pl.DataFrame) -> pl.DataFrame:
        """Return the events of the span of time."""
        if self.since is not None:
            events = events.filter(pl.col("@timestamp") >= self.since)
        if self.until is not None:
            events = events.filter(pl.col("@timestamp") < self.until)
        return events
