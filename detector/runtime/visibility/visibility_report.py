"""What the running service sees and what it does not, left where ``nabat check`` finds it.

Comes in: blind spots and checks. Goes out: a text kept in the database, and the same as values again.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from detector.runtime.kept_text import SkipUnreadable
from detector.runtime.visibility.blind_spots import BlindSpot
from detector.schema.detection.findings import Reason
from detector.schema.detection.health import HealthCheck

NAME = "sight"
EVERY = timedelta(minutes=1)
"""How often it is written down, whether it changed or not."""
Said = tuple[str, tuple[tuple[str, str | int | float], ...]]


class Unchecked(msgspec.Struct, frozen=True):
    """What the service could not check: part and name, when it last worked, and why it was not checked."""

    part: str
    name: str
    checked_at: datetime | None
    said: Said | None


class VisibilityReport(msgspec.Struct, frozen=True):
    """What the service said of itself.

    Attributes:
        at: When; None: it is not written down yet.
        spots: Its blind spots, as messages with arguments.
        unchecked: What it could not check.
    """

    spots: tuple[Said, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    at: datetime | None = None

    def to_text(self, now: datetime) -> str:
        """Return it as it is kept."""
        return msgspec.json.encode(msgspec.structs.replace(self, at=now.astimezone(UTC))).decode()

    def urgent(self) -> tuple[object, ...]:
        """Return what must be written down at once when it changes; counts that grow can wait a minute."""
        return (
            tuple((message, args[:2]) for message, args in self.spots),
            tuple((one.part, one.name) for one in self.unchecked),
        )


def sight_of(spots: Iterable[BlindSpot], unchecked: Iterable[HealthCheck]) -> VisibilityReport:
    """Return what the service says of itself now."""
    return VisibilityReport(
        spots=tuple(_said(spot.reason) for spot in spots),
        unchecked=tuple(
            Unchecked(one.part, one.name, one.checked_at, _said(one.said) if one.said else None) for one in unchecked
        ),
    )


def read_sight(text: str | None) -> VisibilityReport | None:
    """Return what was kept; None where nothing was, or by another version."""
    with SkipUnreadable(NAME):
        return msgspec.json.decode(text, type=VisibilityReport) if text else None
    return None


def reason_of(said: Said) -> Reason:
    """Return a message again."""
    return Reason(message=said[0], args=said[1])


def _said(reason: Reason) -> Said:
    return (reason.message, reason.args)
