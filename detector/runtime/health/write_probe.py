"""Can the service still write what it has to keep? Tried once a minute, because a quiet service writes nothing.

Comes in: the time. Goes out: when the database last took a write and the state folder a file, and what else has to
outlive a restart: when each source last gave an event, and rules and model last judged one.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from detector.clock import passed
from detector.runtime.delivery.target_trials import TargetTrial, targets_tried
from detector.runtime.kept_text import moments_from, moments_text
from detector.runtime.visibility.visibility_report import EVERY, VisibilityReport
from detector.runtime.visibility.visibility_report import NAME as SIGHT
from detector.store import Store, UnitOfWork

RULES, MODEL = "rules", "model"
_NAME = "health"
_FILE = "probe"
REPLACED = "folder-replaced"


@dataclass
class WriteProbe:
    """Tries, and remembers.

    Attributes:
        seen: When sources (``source:NAME``), rules and model last had something to do.
        database_at / state_at: When each was last written to.
        state_problem: Why the state folder could not be written to; empty when it could. ``REPLACED``: another folder
            lies in the place of the one the service began with.
        targets: What became of messages, by target.
        sight: What the service says of itself; left for ``nabat check`` when it changes, and once a minute.
    """

    store: Store
    folder: Path
    seen: dict[str, datetime] = field(default_factory=dict)
    database_at: datetime | None = None
    state_at: datetime | None = None
    state_problem: str = ""
    targets: Mapping[str, TargetTrial] = field(default_factory=dict)
    sight: VisibilityReport = field(default_factory=VisibilityReport)
    _left: tuple[object, ...] | None = None
    _tried_at: datetime | None = None
    _began_with: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        with suppress(OSError):
            self._began_with = _identity(self.folder)
        with self.store.read() as unit:
            self.seen = moments_from(_NAME, unit.kv.get(_NAME))

    def beat(self, now: datetime) -> None:
        """Try what is due.

        Raises:
            StoreError: The database takes no write.
        """
        if self._tried_at is not None and not passed(now, self._tried_at, EVERY):
            if self.sight.urgent() != self._left:
                with self.store.begin() as unit:
                    self._leave(unit, now)
            return
        self._tried_at = now
        self._try_folder(now)
        with self.store.begin() as unit:
            self._leave(unit, now)
            unit.kv.set(_NAME, moments_text(self.seen))
            self.targets = targets_tried(unit)
        self.database_at = now

    def _leave(self, unit: UnitOfWork, now: datetime) -> None:
        unit.kv.set(SIGHT, self.sight.to_text(now))
        self._left = self.sight.urgent()

    def _try_folder(self, now: datetime) -> None:
        path = self.folder / _FILE
        try:
            self._began_with = self._began_with or _identity(self.folder)
            if _identity(self.folder) != self._began_with:
                self.state_problem = REPLACED
                return
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                os.write(descriptor, b"written once a minute to see whether the folder can be written to\n")
            finally:
                os.close(descriptor)
        except OSError as error:
            self.state_problem = error.strerror or type(error).__name__
            return
        self.state_at, self.state_problem = now, ""


def _identity(folder: Path) -> tuple[int, int]:
    found = folder.stat()
    return found.st_dev, found.st_ino
