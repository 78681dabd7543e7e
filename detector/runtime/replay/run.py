"""One replay from end to end: the three stages called in a row.

Comes in: settings, files, a folder for the answers. Goes out: the answers, and how much was done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from detector.keys import Keys
from detector.runtime.decide import Decider
from detector.runtime.merge import Log
from detector.runtime.parts import build
from detector.runtime.replay.handed import Tally
from detector.runtime.replay.judging import Judging
from detector.runtime.replay.keeping import Keeping, clear
from detector.runtime.replay.reading import BATCH_LINES, Reading
from detector.settings import Settings

# Where an installation has no key of its own: equal sessions must stay equal from one replay to the next.
REPLAY_KEY = b"nabat replay without an installation"


@dataclass(slots=True)
class Replayed:
    """What a replay did.

    Attributes:
        rejects: Lines that gave no event, by reason.
        late: Events behind the watermark.
    """

    lines: int = 0
    events: int = 0
    bytes: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    late: int = 0
    findings: int = 0
    alerts: int = 0
    incidents: int = 0

    def count(self, tally: Tally) -> None:
        """Add what was read."""
        self.lines += tally.lines
        self.events += tally.events
        self.bytes += tally.bytes
        for reason, count in tally.rejects.items():
            self.rejects[reason] = self.rejects.get(reason, 0) + count


class Replay:
    """One replay.

    Args:
        settings: The configuration.
        out: Folder for the answers, the replay's own database and journal; made if need be.
        since / until: Only events at or after / before these moments of event time.
        batch_lines: Lines a batch.

    Raises:
        ConfigError: With every mistake in what the settings name.
    """

    def __init__(
        self,
        settings: Settings,
        out: Path,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        batch_lines: int = BATCH_LINES,
    ) -> None:
        self._out = out
        parts = build(settings, session_key=session_key(settings), replay=True)
        self._reading = Reading(parts.decoder, since, until, batch_lines)
        self._judging = Judging(parts.core)
        self._decider = Decider(
            settings=settings, playbooks=parts.playbooks, regulations=parts.regulations, event_time=True
        )
        self.done = Replayed()

    def run(self, logs: Sequence[Log], on_progress: Callable[[int], None] = lambda done: None) -> Replayed:
        """Replay the logs and write the answers."""
        clear(self._out)
        keeping = Keeping(self._out, self._decider)
        try:
            for turn in self._reading.turns(logs):
                self.done.count(turn.tally)
                ripe = self._judging.take(turn)
                if ripe is not None:
                    keeping.keep(ripe)
                on_progress(self.done.bytes)
            answered = keeping.answer()
        finally:
            keeping.close()
        self.done.late = self._judging.late
        self.done.findings, self.done.alerts, self.done.incidents = (
            answered.findings,
            answered.alerts,
            answered.incidents,
        )
        return self.done


def session_key(settings: Settings) -> bytes:
    """Return the key of session hashes: they must not depend on where the replay runs, or its answers would."""
    keys = Keys(settings.state)
    return keys.session if (settings.state / "keys").is_dir() else REPLAY_KEY
