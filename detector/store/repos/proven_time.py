"""Until when time is proven to have gone by: the one rule by which what is too old may be deleted.

Comes in: what the machine's clock says. Goes out: a moment that is not later than any that is proven. A clock that
stands ahead must delete nothing: what is deleted cannot be got back, and what is kept too long can still be deleted.
The service moves the moment on while it runs (``detector.runtime.health.machine_clock``).
"""

from datetime import datetime, timedelta
from typing import Final

from detector.store.repos.kv import KeyValues

_NAME: Final = "proven-time"


class ProvenTime:
    """The moment, inside one transaction."""

    def __init__(self, kv: KeyValues) -> None:
        self._kv = kv

    def get(self) -> datetime | None:
        """Return the moment; None: the service has not run yet."""
        moment, *_ = self._kept()
        return datetime.fromisoformat(moment) if moment else None

    def goes_on(self, steady: float, since: str) -> timedelta | None:
        """Return how much time went by since the moment was kept; None: the machine was started anew, or is another.

        Args:
            steady: What the seconds stand at that go by whatever the clock is set to.
            since: What these count from.
        """
        _, counted_from, stood_at = self._kept()
        if not counted_from or counted_from != since or float(stood_at) > steady:
            return None
        return timedelta(seconds=steady - float(stood_at))

    def set(self, moment: datetime, steady: float = 0, since: str = "") -> None:
        """Say that it is this moment by now, while the seconds that go by stood there."""
        self._kv.set(_NAME, f"{moment.isoformat()} {since} {steady}" if since else moment.isoformat())

    def _kept(self) -> tuple[str, str, str]:
        """Return the moment, what the seconds counted from then, and where they stood; empty: it was not kept."""
        moment, since, steady, *_ = *(self._kv.get(_NAME) or "").split(), "", "", ""
        return moment, since, steady

    def until(self, now: datetime) -> datetime:
        """Return by which moment the age of what is to be deleted is counted."""
        proven = self.get()
        return now if proven is None else min(now, proven)
