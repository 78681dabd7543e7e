"""What a replay did, counted.

Comes in: what was read, judged and answered. Goes out: one value for the person who asked.
"""

from dataclasses import dataclass, field

from detector.runtime.replay.stage_values import Answered, ReadTally


@dataclass(slots=True)
class Replayed:
    """What a replay did.

    Attributes:
        rejects: Lines that gave no event, by reason.
        late: Events behind the watermark.
        lost: Workers that were lost and whose part was done again.
    """

    lines: int = 0
    events: int = 0
    bytes: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    late: int = 0
    findings: int = 0
    alerts: int = 0
    incidents: int = 0
    lost: int = 0

    def read(self, tally: ReadTally) -> None:
        """Add what was read."""
        self.lines += tally.lines
        self.events += tally.events
        self.bytes += tally.bytes
        for reason, count in tally.rejects.items():
            self.rejects[reason] = self.rejects.get(reason, 0) + count

    def answered(self, answered: Answered) -> None:
        """Take in how much the answers hold."""
        self.findings, self.alerts, self.incidents = answered.findings, answered.alerts, answered.incidents
