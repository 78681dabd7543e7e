"""Retrain the behaviour model on a schedule, beside the running service.

Comes in: the access journal. Goes out: a model on disk, and once whether there is another one to take up. A candidate
is compared with the model in force and taken up if it is not worse (``promotions``); what people take up or put back
by a command is noticed as well. Training runs in a process of its own with lower priority: it must not slow the lines
down, and it cannot take the service with it.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from multiprocessing import get_context

from detector.clock import Clock, ManualClock, passed
from detector.errors import Cause, InputError
from detector.runtime.components import Components
from detector.runtime.training.learn import learn_from_journal
from detector.runtime.training.model_registry import STARTER, ModelRegistry
from detector.runtime.training.promotions import Promotions
from detector.schema.detection.model_changes import ModelChange
from detector.settings import Settings
from detector.store import Store
from detector.telemetry import FaultLog, Logger

log = Logger("retrain")

# How long after a start the first training may come.
_FIRST = timedelta(minutes=15)
# After a training that had too little history, the next try comes this much later.
_RETRY = timedelta(hours=1)


def train(settings: Settings, now: datetime) -> str | ModelChange | Cause:
    """Train, compare, and take the model up if it is not worse; returns what came of it, or why nothing did.

    Runs in the other process.
    """
    os.nice(10)
    try:
        model = learn_from_journal(settings, now)
        with closing(Store.open(settings.database_url, make=False)) as store:
            return Promotions(store, settings, ManualClock(now)).offer(model)
    except InputError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - raised there, it would have lost the place it was raised at
        return Cause.of(error)


class Retrainer:
    """The schedule.

    Args:
        clock: Tells the time.
        count: Told what came of each training: ``promoted``, ``kept_back``, ``too_little`` or ``failed``.
    """

    def __init__(self, clock: Clock, count: Callable[[str], None] = lambda outcome: None) -> None:
        self._clock, self._count = clock, count
        self._stamp: tuple[int, int] | None = None
        self._faults = FaultLog("retrain")
        self._pool: ProcessPoolExecutor | None = None
        self.running: Future[str | ModelChange | Cause] | None = None
        self._tried_at: datetime | None = None

    def due(self, parts: Components, now: datetime) -> bool:
        """Start a training when it is time, and say once that there is another model on disk to take up."""
        if self.running is not None and self.running.done():
            self._collect()
        return self._start(parts, now) if self.running is None else self._changed(parts)

    def _start(self, parts: Components, now: datetime) -> bool:
        settings = parts.settings
        if not settings.behaviour.enabled or settings.behaviour.model:
            return False
        if not self._time(parts, now):
            return self._changed(parts)
        self._tried_at = now
        # A fresh process, not a copy of this one with its threads and connections.
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self.running = self._pool.submit(train, settings, now)
        return False

    def _changed(self, parts: Components) -> bool:
        """Tell once whether the model on disk is another one than that in force."""
        if not parts.settings.behaviour.enabled or parts.settings.behaviour.model:
            return False
        registry = ModelRegistry(parts.settings.state)
        stamp, self._stamp = self._stamp, registry.stamp()
        if stamp == self._stamp:
            return False
        in_force = "" if parts.model is None else STARTER if parts.starter else parts.model.version
        return registry.version() not in ("", in_force)

    def _time(self, parts: Components, now: datetime) -> bool:
        if self._tried_at is None:
            # Not in the first minutes: a service that restarts again and again must not train again and again.
            self._tried_at = (
                now - min(_RETRY, parts.settings.behaviour.retrain) + min(_FIRST, parts.settings.behaviour.retrain)
            )
        every = parts.settings.behaviour.retrain
        if not passed(now, self._tried_at, min(_RETRY, every)) or (
            parts.model is not None and parts.model.age(now) < every
        ):
            return False
        # A candidate that was kept back is as recent as one that was taken.
        kept = ModelRegistry(parts.settings.state).models()
        recent = bool(kept) and kept[0].age(now) < every
        self._tried_at = now if recent else self._tried_at
        return not recent

    def _collect(self) -> None:
        running, self.running = self.running, None
        self.stop()
        try:
            came = running.result() if running else "there was none"
        except Exception as error:  # noqa: BLE001 - whatever killed the other process, this one goes on with its model
            self._faults.report("retraining_failed", error)
            self._count("failed")
            return
        if isinstance(came, Cause):
            self._faults.report("retraining_failed", came)
            self._count("failed")
        elif isinstance(came, ModelChange):
            log.info("retrained", act=came.act.value, version=came.version, why=came.reason, **dict(came.figures))
            self._count(came.act.value)
        else:
            log.info("not_retrained", why=came)
            self._count("too_little")

    def stop(self) -> None:
        """End the other process, whatever it is doing."""
        if self._pool is not None:
            # Taken before the shutdown, which forgets them; the pool has no public way to end a running task.
            processes = list((getattr(self._pool, "_processes", None) or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            self._pool = None
