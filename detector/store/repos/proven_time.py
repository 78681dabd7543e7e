"""Until when time is proven to have gone by: the one rule by which what is too old may be deleted.

Comes in: what the machine's clock says. Goes out: a moment that is not later than any that is proven. A clock that
stands ahead must delete nothing: what is deleted cannot be got back, and what is kept too long can still be deleted.
The service moves the moment on while it runs (``detector.runtime.health.machine_clock``).
"""

from datetime import datetime
from typing import Final

from detector.store.repos.kv import KeyValues

_NAME: Final = "proven-time"


class ProvenTime:
    """The moment, inside one transaction."""

    def __init__(self, kv: KeyValues) -> None:
        self._kv = kv

    def get(self) -> datetime | None:
        """Return the moment; None: the service has not run yet."""
        found = self._kv.get(_NAME)
        return datetime.fromisoformat(found) if found else None

    def set(self, moment: datetime) -> None:
        """Say that it is this moment by now."""
        self._kv.set(_NAME, moment.isoformat())

    def until(self, now: datetime) -> datetime:
        """Return by which moment the age of what is to be deleted is counted."""
        proven = self.get()
        return now if proven is None else min(now, proven)
