"""When each target last took a message, and whether it took the last one.

Comes in: an open unit of work; trials that people made. Goes out: what is known of each target, and its check.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from detector.runtime.kept_text import moments_from, moments_text
from detector.schema.detection.findings import Reason
from detector.schema.detection.health import CheckedPart, HealthCheck
from detector.settings import Settings
from detector.store import Store, UnitOfWork

_TRIALS = "trials"
_ALLOWED = timedelta(days=30)


@dataclass(slots=True)
class TargetTrial:
    """What became of the messages to one target.

    Attributes:
        ok_at: When it last took one. failed_at: when it last did not.
    """

    ok_at: datetime | None = None
    failed_at: datetime | None = None

    @property
    def failing(self) -> bool:
        """Whether the last try failed."""
        return self.failed_at is not None and (self.ok_at is None or self.ok_at < self.failed_at)


def target_check(name: str, tried: TargetTrial | None) -> HealthCheck:
    """Return the check of a target."""
    return HealthCheck(
        part=CheckedPart.TARGET,
        name=name,
        checked_at=tried.ok_at if tried else None,
        allowed=_ALLOWED,
        failed=tried is not None and tried.failing,
        said=Reason(message="health-never-tried" if tried is None else "health-last-try-failed"),
    )


def targets_tried(unit: UnitOfWork, without: Collection[str] = ()) -> dict[str, TargetTrial]:
    """Return what became of the messages to each target, those of some incidents aside, and of trials."""
    results = {name: TargetTrial(*both) for name, both in unit.outbox.target_results(without).items()}
    for name, moment in moments_from(_TRIALS, unit.kv.get(_TRIALS)).items():
        one = results.setdefault(name, TargetTrial())
        one.ok_at = max(one.ok_at or moment, moment)
    return results


def note_trials(settings: Settings, taken: Mapping[str, datetime]) -> bool:
    """Remember which targets took a trial message, and when; return whether that could be.

    A database that is not there is not made: a trial before the first start would make it in the wrong account's name.

    Raises:
        NabatError: The database cannot be used.
    """
    if settings.never_ran:
        return False
    store = Store.open(settings.database_url, make=False)
    try:
        with store.begin() as unit:
            known = moments_from(_TRIALS, unit.kv.get(_TRIALS)) | dict(taken)
            unit.kv.set(_TRIALS, moments_text(known))
    finally:
        store.close()
    return True
