"""The clock of the machine: whether it may be believed, and until when time is proven to have gone by.

Comes in: the clock, the seconds that went by whatever it was set to, what sources last gave. Goes out: the proven time
in the database, by which everything that is too old is deleted, and a blind spot while the clock is in doubt.

The proven time begins with the clock, or with what was kept at the last end, and goes on by the seconds that went by,
those between two runs included while the machine was not started anew. A clock within a minute of it draws it along,
slowly: many small steps are a jump. A clock further off proves nothing: the proven time goes on without it, so that
deletions wait, until the clock is back, a person says what time it is (``nabat clock confirm``), or a clock that is off
by less than a day has been for a day. Logs prove nothing here: those of this machine are dated by the same clock.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Final

from detector.auth import access_record
from detector.clock import Clock
from detector.errors import InputError, Problem
from detector.incident import rfc3339
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.sources.clock_skew import span_args
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
"""A clock off by more is not believed by itself; one off by less is after so long."""
_TOLERANCE: Final = timedelta(minutes=1)
_DRAWN: Final = 0.01
"""Of the time that goes by a clock may draw the proven time along by this share: clocks of machines drift by less."""
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
        off: How far it is off, while it is not believed: more than zero when it is ahead.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        now, self._went_by, self._since = clock.now(), clock.steady(), clock.steady_since()
        with store.read() as unit:
            self._saved = unit.proven_time.get()
            went_by = unit.proven_time.goes_on(self._went_by, self._since)
            before = read_sight(unit.kv.get(NAME))  # a former version kept when it last looked, and nothing else
        kept = self._saved or (before.at if before is not None else None)
        self.off: timedelta | None = None
        self._off_since = self._went_by
        self._saved_at = self._went_by - EVERY.total_seconds()
        self._proven = kept + (went_by or timedelta(0)) if kept is not None else now
        if went_by is None and timedelta(0) <= now - self._proven <= DOUBTED:
            # That time went by while nothing ran cannot be told from a clock that was set ahead by as much.
            self._proven = now
        self._compare(now, 0)

    def beat(self, now: datetime) -> None:
        """Compare the clock with the seconds that went by, and keep what is proven.

        Raises:
            StoreError: The database cannot be used.
        """
        before, self._went_by = self._went_by, self._clock.steady()
        self._proven += timedelta(seconds=self._went_by - before)
        self._compare(now, self._went_by - before)
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
        """Return the blind spot while the clock is not believed, or most sources contradict it.

        Args:
            now: What it says.
            events: When the newest event of each source was.
            read_at: When the newest line of each was read that gave an event.
            of_sources: Blind spots of the clocks of sources.
        """
        if self.off is not None:
            ways = ("behind", "ahead") if abs(self.off) > DOUBTED else ("set-back", "set-ahead")
            return [_spot(f"machine-{ways[self.off > timedelta(0)]}", abs(self.off))]
        late = {name: at - events[name] for name, at in read_at.items() if name in events and now - at <= _LATELY}
        old = sorted(each for each in late.values() if each > DOUBTED)
        if _are_most(len(old), len(late)):
            return [_spot("machine-ahead-of-lines", old[len(old) // 2], len(old))]
        ahead = {each.name for each in of_sources if each.why == "clock-runs-ahead" and not each.quiet} & late.keys()
        if _are_most(len(ahead), len(late)):
            return [_spot("machine-behind-lines", timedelta(0), len(ahead))]
        return []

    def _compare(self, now: datetime, went_by: float) -> None:
        """Believe the clock or not, so many seconds after the last look."""
        off = now - self._proven
        long_off = self._went_by - self._off_since >= DOUBTED.total_seconds()
        if abs(off) <= _TOLERANCE:
            most = timedelta(seconds=went_by * _DRAWN)
            self._believe(off, self._proven + max(-most, min(off, most)))
        elif self.off is not None and abs(off) <= DOUBTED and long_off:
            self._believe(off, now)
        else:
            if self.off is None or abs(off - self.off) > _TOLERANCE:  # it jumped, again
                self._off_since = self._went_by
                say = log.error if abs(off) > DOUBTED else log.warning
                event = "clock_doubted" if abs(off) > DOUBTED else "clock_jumped"
                say(event, seconds=int(off.total_seconds()), proven=rfc3339(self._proven))
            self.off = off

    def _believe(self, off: timedelta, proven: datetime) -> None:
        if self.off is not None:
            log.info("clock_believed", seconds=int(off.total_seconds()))
        self.off, self._proven = None, proven

    def _heed(self, unit: UnitOfWork, now: datetime) -> None:
        """Take over what a person said meanwhile."""
        said = unit.proven_time.get()
        if said is not None and said != self._saved:
            self._saved = self._proven = said
            self._compare(now, 0)

    def _save(self, now: datetime) -> None:
        with self._store.begin() as unit:
            self._heed(unit, now)
            unit.proven_time.set(self._proven, self._went_by, self._since)
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
