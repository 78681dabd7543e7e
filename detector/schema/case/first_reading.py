"""First readings: what was read of logs that were there before the service, and what it showed of the past."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from detector.schema.case.incidents import IncidentKind
from detector.schema.levels import Severity

OVER: Final = timedelta(days=1)
"""What ended so long before it was read is over: it waits for the digest. What ended later pages like anything live."""
_SHORT = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a first reading read.

    Attributes:
        lines / rejects: How many lines, and how many of them gave no event.
        sources: Names of the sources, sorted.
        first / last: Event times of the oldest and the newest line; None when none gave an event.
        unordered: How many lines lay over an hour behind others of their log, and counted among themselves only.
    """

    lines: int = 0
    rejects: int = 0
    sources: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    unordered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One actor's matter as history shows it.

    Attributes:
        kind: Of the incident it became or would be.
        id: Of the incident it would be, and will be when a person makes it one.
        events: At least so many stand behind it: the most that one of its findings counts. Several findings count the
            same events, so that their sum would be too many.
        titles: Of its rules, in English and Russian, the worst first.
        incident_id: The incident it became: a person made it one, or it went on; empty: neither.
    """

    id: str
    actor_id: str
    actor_type: str
    matter: str
    service: str
    severity: Severity
    kind: IncidentKind = IncidentKind.SUSPICIOUS
    score: float
    risk: int
    first_event_at: datetime
    last_event_at: datetime
    events: int
    subjects: int
    titles: tuple[tuple[str, str], ...]
    alert_ids: tuple[str, ...]
    incident_id: str = ""

    @property
    def short(self) -> str:
        """What people call the row."""
        return self.id[:_SHORT]
