"""Sources that are silent for too long: by a fixed limit, or by their habit.

Comes in: when each source last gave a line. Goes out: blind spots. Habits are kept in the database, so that a restart
does not forget them; what was seen since the last keeping is learnt again.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from detector.clock import passed
from detector.runtime.blindspots import Blind, BlindSpot
from detector.runtime.habit import Habits
from detector.settings import SourceSettings
from detector.store import Store

_NAME = "habits"
_KEEP_EVERY = timedelta(minutes=10)


class Silence:
    """Watches for silence; habits are read when it is made."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store, self._kept_at = store, now
        with store.read() as unit:
            self._habits = Habits.from_text(unit.meta(_NAME))

    def spots(
        self, sources: Iterable[SourceSettings], last_line: Mapping[str, datetime], started: datetime, now: datetime
    ) -> list[BlindSpot]:
        """Return the sources that have been silent for too long, and learn."""
        found = []
        for source in sources:
            last = last_line.get(source.name, started)
            unusual = self._habits.watch(source.name, source.zone, last, now)
            limit = source.silent_after if isinstance(source.silent_after, timedelta) else None
            too_long = (
                unusual is not None if source.silent_after == "habit" else limit is not None and now - last > limit
            )
            if too_long:
                minutes = int((now - last).total_seconds() // 60)
                found.append(BlindSpot(kind=Blind.SOURCE, name=source.name, why="no-line", count=minutes))
        return found

    def usual(self, source: SourceSettings, now: datetime) -> timedelta:
        """Return how long a source may well be silent now, by its limit or its habit; nothing while none is known."""
        if source.silent_after == "habit":
            limit = self._habits.limit(source.name, now.astimezone(source.zone))
        else:
            limit = source.silent_after
        return limit or timedelta(0)

    def keep(self, sources: Iterable[SourceSettings], now: datetime) -> None:
        """Write the habits down, now and then."""
        if not passed(now, self._kept_at, _KEEP_EVERY):
            return
        self._kept_at = now
        self._habits.keep({source.name: source for source in sources})
        with self._store.begin() as unit:
            unit.set_meta(_NAME, self._habits.to_text())
