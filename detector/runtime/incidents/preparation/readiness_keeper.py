"""Counting by itself how ready the company is: some times a day as a figure, once a month as a message.

Comes in: the store, the settings, the playbooks, the time. Goes out: gauges, the score of the day, and what those are
told who answer for the plan when a month has begun. The month that was told lies in the database.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from detector.clock import passed
from detector.errors import UnreadableRowError
from detector.incident import Playbook
from detector.incident.preparation import LATE, Readiness, ReadinessArea, ReadinessFacts, assess_readiness
from detector.notify import tell_readiness
from detector.runtime.incidents.preparation.gather_readiness import gather_readiness
from detector.runtime.incidents.preparation.readiness_scores import keep_score, score_before
from detector.runtime.visibility.visibility_report import EVERY
from detector.schema.team.delivery import Message
from detector.settings import Settings
from detector.store import Store, UnitOfWork
from detector.telemetry import Logger
from detector.telemetry.metrics import Metrics

log = Logger("readiness")

_AGAIN: Final = timedelta(hours=6)
_FIRST: Final = 2 * EVERY
"""So long after the start the service has said what it sees."""
_DEAREST: Final = 3
_TOLD: Final = "readiness-month"


class ReadinessKeeper:
    """Counts, keeps and tells.

    Args:
        store: Where scores are kept.
        metrics: Gauges of the score, of what each area loses, of overdue training and silent channels.
        started_at: Since when the service runs.
    """

    def __init__(self, store: Store, metrics: Metrics, started_at: datetime) -> None:
        self._store, self._metrics = store, metrics
        self._counted_at = started_at + _FIRST - _AGAIN

    def beat(self, settings: Settings, playbooks: Mapping[str, Playbook], now: datetime) -> tuple[Message, ...]:
        """Count anew if it is time; return what is told of it, which is in the outbox."""
        if not passed(now, self._counted_at, _AGAIN):
            return ()
        try:
            with self._store.begin() as unit:
                facts = gather_readiness(unit, settings, playbooks, now)
                found = assess_readiness(facts, now)
                keep_score(unit, settings, found, now)
                said = _month(unit, found, settings, now)
                unit.outbox.add(said)
        except UnreadableRowError as error:  # the ladder and the health of the service must not hang on this
            log.error("readiness_unreadable", why=str(error))
            self._counted_at = now
            return ()
        self._counted_at = now
        self._measure(facts, found, now)
        return said

    def _measure(self, facts: ReadinessFacts, found: Readiness, now: datetime) -> None:
        self._metrics.readiness.set(found.score)
        for area in ReadinessArea:
            self._metrics.readiness_lost.labels(area.value).set(found.lost.get(area, 0))
        late = math.nan if facts.training is None else len(facts.training.people(*LATE))
        self._metrics.training_overdue.set(late)
        silent = math.nan if facts.channels is None else len(facts.silent_channels(now))
        self._metrics.channels_unanswered.set(silent)


def _month(unit: UnitOfWork, found: Readiness, settings: Settings, now: datetime) -> tuple[Message, ...]:
    local = now.astimezone(ZoneInfo(settings.timezone))
    month, told = local.strftime("%Y-%m"), unit.kv.get(_TOLD)
    if told == month or (told is not None and local.time() < settings.notify.digest):
        return ()
    unit.kv.set(_TOLD, month)
    if told is None:  # the service is new here: no month is over
        return ()
    before = score_before(unit, settings, now)
    dearest = [each.reason for each in found.shortfalls[:_DEAREST]]
    score = before.score if before is not None else None
    return tell_readiness(found.score, score, dearest, month, settings, now)
