"""What is called healthy, and when that was last checked.

Comes in: nothing. Goes out: one value a check, and the rule by which it is healthy: it was looked at, it was right, and
that was not too long ago. No page, answer or metric calls anything healthy by another rule.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from detector.schema.detection.findings import Reason


class CheckedPart(StrEnum):
    """What is checked: a closed list, the same in ``nabat_health_checked_timestamp_seconds`` and on pages."""

    LOOP = "loop"
    SOURCE = "source"
    MAP = "map"
    RULES = "rules"
    MODEL = "model"
    TARGET = "target"
    SENDER = "sender"
    DATABASE = "database"
    STATE = "state"
    JOURNAL = "journal"


class Health(StrEnum):
    """What a check says at a moment."""

    GOOD = "good"
    BAD = "bad"
    NEVER = "never"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """One check.

    Attributes:
        name: Of the source or target; empty for parts of which there is one.
        checked_at: When it was last seen to work; None: never.
        allowed: How long that holds; None: for ever.
        failed: It was seen not to work after that.
        said: Why it was never checked, or what is wrong, where there are words for it.
    """

    part: CheckedPart
    name: str = ""
    checked_at: datetime | None = None
    allowed: timedelta | None = None
    failed: bool = False
    said: Reason | None = None

    def at(self, now: datetime) -> Health:
        """Return what it says at a moment."""
        if self.failed:
            return Health.BAD
        if self.checked_at is None:
            return Health.NEVER
        stale = self.allowed is not None and now - self.checked_at > self.allowed
        return Health.STALE if stale else Health.GOOD
