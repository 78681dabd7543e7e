"""The score of each day, kept so that it can be seen whether it gets better.

Comes in: a transaction, the settings, how ready the company is, the time. Goes out: its row of the day.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from detector.incident.preparation import Readiness
from detector.schema.team.preparation import ReadinessScore
from detector.settings import Settings
from detector.store import UnitOfWork

_KEPT: Final = timedelta(days=800)
_MONTH: Final = timedelta(days=30)


def keep_score(unit: UnitOfWork, settings: Settings, found: Readiness, now: datetime) -> None:
    """Keep what it comes to now as that of the day."""
    zone = ZoneInfo(settings.timezone)
    day, proven = now.astimezone(zone).date(), unit.proven_time.until(now).astimezone(zone).date()
    lost = tuple((area.value, points) for area, points in found.lost.items())
    unit.preparation.save_score(ReadinessScore(day=day.isoformat(), at=now, score=found.score, lost=lost))
    unit.preparation.expire_scores((proven - _KEPT).isoformat())


def score_before(unit: UnitOfWork, settings: Settings, now: datetime) -> ReadinessScore | None:
    """Return the newest score that is a month old or older; where none is, the oldest of another day; None: none."""
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    found = [each for each in unit.preparation.scores() if each.day < today.isoformat()]
    old = [each for each in found if each.day <= (today - _MONTH).isoformat()]
    return old[-1] if old else next(iter(found), None)
