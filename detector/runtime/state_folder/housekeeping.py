"""House-keeping of the state folder: joins small journal parts, forgets what has outlived its retention.

Comes in: the time. Goes out: nothing but a smaller folder. Runs on the slow beat, each task at its own pace. How old
something is counts by the time that is proven (``store.repos.proven_time``), not by a clock that may stand ahead.
"""

from datetime import datetime, timedelta

from detector.clock import passed
from detector.settings import Settings
from detector.store import Journal, Store

_COMPACT_EVERY = timedelta(minutes=5)
# The journal is looked at soon after the start, and not before the first lines are read.
_FIRST_CHECK = timedelta(seconds=10)
_EXPIRE_EVERY = timedelta(days=1)
# A file rotated away and read to its end can come back under another name for some days (compression, a late copy).
_POSITIONS_KEPT = timedelta(days=30)
_AT_A_TIME, _TIMES_A_DAY = 500, 40


class Housekeeping:
    """What is done when.

    Attributes:
        problems: Parts of the journal that cannot be read.
        checked_at: When they were last looked for.
    """

    def __init__(self, store: Store, journal: Journal, now: datetime) -> None:
        self._store, self._journal = store, journal
        self._compacted_at, self._expired_at = now - _COMPACT_EVERY + _FIRST_CHECK, now - _EXPIRE_EVERY
        self.checked_at: datetime | None = None
        self.problems: tuple[str, ...] = ()

    def beat(self, settings: Settings, now: datetime) -> None:
        """Do what is due."""
        if passed(now, self._compacted_at, _COMPACT_EVERY):
            self._compacted_at = now
            with self._store.begin() as unit:
                self._journal.compact(unit)
            self.problems = tuple(self._journal.problems())
            self.checked_at = now
        if passed(now, self._expired_at, _EXPIRE_EVERY):
            self._expired_at = now
            with self._store.begin() as unit:
                proven = unit.proven_time.until(now)
                self._journal.expire(unit, proven - settings.journal.retention)
                unit.source_hours.expire(proven - settings.journal.retention)
                unit.positions.forget(proven - _POSITIONS_KEPT)
            self._forget_records(proven - settings.auth.retention)

    def _forget_records(self, before: datetime) -> None:
        """Forget old records of access, some in each transaction: others write meanwhile. What is left waits a day."""
        for _ in range(_TIMES_A_DAY):
            with self._store.begin() as unit:
                if unit.people.forget_records(before, _AT_A_TIME) < _AT_A_TIME:
                    return
