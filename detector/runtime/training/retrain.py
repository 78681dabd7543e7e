"""Retrain the behaviour model on a schedule, beside the running service.

Comes in: the access journal. Goes out: a model on disk and, once, the model to take up. Training runs in a process of
its own with lower priority: it must not slow the lines down, and it cannot take the service with it.
"""

import os
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context

from detector.clock import Clock
from detector.detect.behaviour import Model, load_model, save_model
from detector.errors import Cause, InputError
from detector.runtime.components import Components
from detector.runtime.training.learn import learn_from_journal
from detector.settings import Settings
from detector.telemetry import FaultLog, Logger

log = Logger("retrain")

# How long after a start the first training may come.
_FIRST = timedelta(minutes=15)
# After a training that had too little history, the next try comes this much later.
_RETRY = timedelta(hours=1)


def train(settings: Settings, now: datetime) -> str | Cause:
    """Train and save; returns why not, empty when it was done. Runs in the other process."""
    os.nice(10)
    try:
        save_model(learn_from_journal(settings, now), settings.state / "model")
    except InputError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - raised there, it would have lost the place it was raised at
        return Cause.of(error)
    return ""


class Retrainer:
    """The schedule."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._faults = FaultLog("retrain")
        self._pool: ProcessPoolExecutor | None = None
        self.running: Future[str | Cause] | None = None
        self._tried_at: datetime | None = None

    def due(self, parts: Components, now: datetime) -> Model | None:
        """Start a training when it is time, and return the new model once when one is done."""
        if self.running is not None:
            return self._collect(parts) if self.running.done() else None
        settings = parts.settings
        if not settings.behaviour.enabled or settings.behaviour.model or not self._time(parts, now):
            return None
        self._tried_at = now
        # A fresh process, not a copy of this one with its threads and connections.
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self.running = self._pool.submit(train, settings, now)
        return None

    def _time(self, parts: Components, now: datetime) -> bool:
        if self._tried_at is None:
            # Not in the first minutes: a service that restarts again and again must not train again and again.
            self._tried_at = (
                now - min(_RETRY, parts.settings.behaviour.retrain) + min(_FIRST, parts.settings.behaviour.retrain)
            )
        trained = parts.model is not None and parts.model.age(now) < parts.settings.behaviour.retrain
        return not trained and now - self._tried_at >= min(_RETRY, parts.settings.behaviour.retrain)

    def _collect(self, parts: Components) -> Model | None:
        running, self.running = self.running, None
        self.stop()
        try:
            why_not = running.result() if running else "there was none"
            if isinstance(why_not, Cause):
                self._faults.report("retraining_failed", why_not)
                return None
            if why_not:
                log.info("not_retrained", why=why_not)
                return None
            return load_model(parts.settings.state / "model")
        except Exception as error:  # noqa: BLE001 - whatever killed the other process, this one goes on with its model
            self._faults.report("retraining_failed", error)
            return None

    def stop(self) -> None:
        """End the other process, whatever it is doing."""
        if self._pool is not None:
            # Taken before the shutdown, which forgets them; the pool has no public way to end a running task.
            processes = list((getattr(self._pool, "_processes", None) or {}).values())
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
            self._pool = None
