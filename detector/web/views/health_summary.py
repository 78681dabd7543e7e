"""What the first page may call healthy: only what was checked, and within its time.

Comes in: the service's checks and the moment. Goes out: which are good, which are not, and which nobody can say. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from detector.schema.detection.health import CheckedPart, Health, HealthCheck
from detector.web.ports import ServiceView

_NEEDED = (CheckedPart.DATABASE, CheckedPart.STATE, CheckedPart.SENDER)
"""Without these no decision is kept, or none is told."""


@dataclass(frozen=True, slots=True)
class HealthSummary:
    """All checks at one moment.

    Attributes:
        good / bad / unchecked: The checks by what they say; unchecked ones were never checked, or not in time.
    """

    good: tuple[HealthCheck, ...]
    bad: tuple[HealthCheck, ...]
    unchecked: tuple[HealthCheck, ...]

    @property
    def bad_targets(self) -> tuple[HealthCheck, ...]:
        """Targets that did not take the last message; all else that is bad is a blind spot with words of its own."""
        return tuple(check for check in self.bad if check.part is CheckedPart.TARGET)

    @property
    def good_sources(self) -> int:
        """How many sources work."""
        return sum(check.part is CheckedPart.SOURCE for check in self.good)

    @property
    def good_targets(self) -> int:
        """How many targets took the last message."""
        return sum(check.part is CheckedPart.TARGET for check in self.good)

    @property
    def good_maps(self) -> int:
        """How many sources the record map fits."""
        return sum(check.part is CheckedPart.MAP for check in self.good)

    def single(self) -> tuple[HealthCheck, ...]:
        """Return the good ones but those of each source, which are counted instead."""
        return tuple(check for check in self.good if check.part not in (CheckedPart.SOURCE, CheckedPart.MAP))


def summary(checks: Iterable[HealthCheck], now: datetime) -> HealthSummary:
    """Return what checks say at a moment."""
    known = [(check.at(now), check) for check in checks]
    return HealthSummary(
        good=tuple(check for health, check in known if health is Health.GOOD),
        bad=tuple(check for health, check in known if health is Health.BAD),
        unchecked=tuple(check for health, check in known if health in (Health.NEVER, Health.STALE)),
    )


def why_not_ready(view: ServiceView, now: datetime) -> str:
    """Return why the service is not ready; empty when it is, and that was checked in time."""
    if not view.ready:
        since = f" (since {view.failing_since:%Y-%m-%d %H:%M} UTC)" if view.failing_since else ""
        return (view.why_not or "starting") + since
    needed = [check for check in view.checks if check.part in (*_NEEDED, CheckedPart.LOOP)]
    if waiting := [check.part.value for check in needed if check.at(now) is Health.NEVER]:
        return f"starting: waits for the first check of {', '.join(waiting)}"
    for check in needed:
        health = check.at(now)
        if health is Health.STALE and check.checked_at is not None:
            return f"{check.part} last worked {int((now - check.checked_at).total_seconds())} s ago"
        if health is not Health.GOOD:
            return f"{check.part} does not work"
    return ""
