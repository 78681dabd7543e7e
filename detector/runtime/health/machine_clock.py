"""The clock of the machine: whether it may be believed, and until when time is proven to have gone by.

Comes in: the clock, the seconds that went by whatever it was set to, what sources last gave. Goes out: the proven time
in the database, by which everything that is too old is deleted, and a blind spot while the clock is in doubt.

The proven time begins with the clock, or with what was kept at the last end, and goes on by the seconds that went by.
While the clock is within a day of it, it is the clock. A clock further off proves nothing: then the proven time goes on
without it, so that deletions wait for as long as the clock is ahead, until the clock is back or a person says what time
it is (``nabat clock confirm``). Logs prove nothing here: those of this machine are dated by the same clock.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from detector.auth import access_record
from detector.clock import Clock
from detector.errors import InputError, Problem
from detector.incident import rfc3339
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.sources.clock_skew import TOLERANCE, span_args
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.runtime.visibility.visibility_report import EVERY, NAME, read_sight
from detector.schema.team.grants import Identity, PersonAct
from detector.schema.team.people import AccessKind
from detector.settings import Settings
from detector.store import Store, UnitOfWork
from detector.telemetry import Logger

log = Logger("clock")

MACHINE: Final = "this machine"
"""No source can have this name: it has a space."""
DOUBTED: Final = timedelta(days=1)
_SHOWN: Final = timedelta(hours=1)
_LATELY: Final = timedelta(minutes=15)
_FEWEST: Final = 2
_SAME: Final = timedelta(hours=1)
"""What people read off another clock and type is this near."""


class MachineClock:
    """What is known of it.

    Args:
        store: Where the proven time lies.
        clock: The clock.

    Attributes:
        off: How far it is off, while it is in doubt: more than zero when it is ahead.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        now, self._went_by = clock.now(), clock.steady()
        with store.read() as unit:
            self._saved = unit.proven_time.get()
            before = read_sight(unit.kv.get(NAME))  # a former version kept when it last looked, and nothing else
        kept = self._saved or (before.at if before is not None else None)
        self.off: timedelta | None = None
        self._saved_at = self._went_by - EVERY.total_seconds()
        self._jump: tuple[float, timedelta] | None = None
        self._proven = kept or now
        # That time went by while nothing ran cannot be told from a clock that was set ahead by as much.
        self._compare(now, allowed=DOUBTED)

    def beat(self, now: datetime) -> None:
        """Compare the clock with the seconds that went by, and keep what is proven.

        Raises:
            StoreError: The database cannot be used.
        """
        before, self._went_by = self._went_by, self._clock.steady()
        self._proven += timedelta(seconds=self._went_by - before)
        self._compare(now)
        if self._went_by - self._saved_at >= EVERY.total_seconds():
            self._save(now)
        elif self.off is not None:
            with self._store.read() as unit:
                self._heed(unit, now)

    def spots(
        self,
        now: datetime,
        events: Mapping[str, datetime],
        read_at: Mapping[str, datetime],
        of_sources: Collection[BlindSpot],
    ) -> list[BlindSpot]:
        """Return the blind spot while the clock is in doubt, has jumped lately, or most sources contradict it.

        Args:
            now: What it says.
            events: When the newest event of each source was.
            read_at: When the newest line of each was read that gave an event.
            of_sources: Blind spots of the clocks of sources.
        """
        if self.off is not None:
            return [_spot("machine-ahead" if self.off > timedelta(0) else "machine-behind", abs(self.off))]
        if self._jump is not None and self._went_by - self._jump[0] < _SHOWN.total_seconds():
            by = self._jump[1]
            return [_spot("machine-set-ahead" if by > timedelta(0) else "machine-set-back", abs(by))]
        late = {name: at - events[name] for name, at in read_at.items() if name in events and now - at <= _LATELY}
        old = sorted(each for each in late.values() if each > DOUBTED)
        if _are_most(len(old), len(late)):
            return [_spot("machine-ahead-of-lines", old[len(old) // 2], len(old))]
        ahead = {each.name for each in of_sources if each.why == "clock-runs-ahead" and not each.quiet} & late.keys()
        if _are_most(len(ahead), len(late)):
            return [_spot("machine-behind-lines", timedelta(0), len(ahead))]
        return []

    def _compare(self, now: datetime, allowed: timedelta = TOLERANCE) -> None:
        off = now - self._proven
        if abs(off) > DOUBTED:
            if self.off is None:
                log.error("clock_doubted", seconds=int(off.total_seconds()), proven=rfc3339(self._proven))
            self.off = off
            return
        if self.off is not None:
            log.info("clock_believed", seconds=int(off.total_seconds()))
        elif off > allowed or off < -TOLERANCE:
            log.warning("clock_jumped", seconds=int(off.total_seconds()))
            self._jump = (self._went_by, off)
        self.off, self._proven = None, now

    def _heed(self, unit: UnitOfWork, now: datetime) -> None:
        """Take over what a person said meanwhile."""
        said = unit.proven_time.get()
        if said is not None and said != self._saved:
            self._saved = self._proven = said
            self._compare(now)

    def _save(self, now: datetime) -> None:
        with self._store.begin() as unit:
            self._heed(unit, now)
            unit.proven_time.set(self._proven)
        self._saved, self._saved_at = self._proven, self._went_by


def confirm_clock(store: Store, settings: Settings, by: Identity, said: datetime, now: datetime) -> None:
    """Believe the clock again, because a person says that it is right; that they said so is recorded.

    Args:
        store: Where the proven time lies.
        settings: The team.
        by: Who says it.
        said: What another clock shows.
        now: What this one shows.

    Raises:
        DeniedError: They may not, or an open incident is about them.
        InputError: The clocks disagree.
    """
    with store.begin() as unit:
        person = CaseDoor(settings).general(unit, by, PersonAct.PEOPLE).person
        if abs(now - said) > _SAME:
            shows = rfc3339(now.replace(microsecond=0))
            what = f"the clock of this machine shows {shows}, not {rfc3339(said)}"
            raise InputError(Problem(what=what, fix="set it by NTP, or correct what you said"))
        unit.proven_time.set(now)
        unit.people.record(access_record(AccessKind.CLOCK_CONFIRMED, person, now, address=by.address))


def _are_most(some: int, of: int) -> bool:
    return some >= _FEWEST and 2 * some > of


def _spot(why: str, off: timedelta, count: int = 0) -> BlindSpot:
    return BlindSpot(kind=Blind.CLOCK, name=MACHINE, why=why, count=count, args=span_args(off))
