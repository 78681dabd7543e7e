"""Who is on call at a moment, who is the deputy, and who is passed over because they are away.

Comes in: the settings, with what the rota's files hold. Goes out: ``OnCall`` values. Pure. Overrides count before the
calendar, the calendar before the turns; whoever is away is passed over, and whoever comes next in turn takes the place.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from detector.settings import Settings
from detector.settings.lists.rota_files import rota_zone
from detector.settings.sections.rota_settings import RotaOverride

_DAY = timedelta(days=1)
# Of a span longer than this the rest is not worked out.
_MOST = 4_000


class OnCallBy(StrEnum):
    """What says who is on call: a closed list."""

    OVERRIDE = "override"
    CALENDAR = "calendar"
    TURN = "turn"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """Who is on call in a span of time.

    Attributes:
        begin / end: The span, UTC.
        person: Who is on call; empty: nobody.
        deputy: Who is next; empty: nobody by the rota.
        by: What says so.
        passed: Whose turn it is who are away, the first first.
    """

    begin: datetime
    end: datetime
    person: str
    deputy: str
    by: OnCallBy
    passed: tuple[str, ...] = ()

    @property
    def who(self) -> tuple[str, ...]:
        """Those who are on call, the first first."""
        return tuple(filter(None, (self.person, self.deputy)))


class OnCallRota:
    """The rota of a configuration."""

    def __init__(self, settings: Settings) -> None:
        self._rota = settings.notify.rota
        self._zone = rota_zone(settings)
        self.used, self.plans = self._rota.used, self._rota.plans
        self._overrides = [(*self._hours(each), each) for each in self._rota.overrides]
        self._absences = [
            (self._midnight(each.starts), self._midnight(each.until + _DAY), each.person)
            for each in self._rota.absences
        ]
        own = {moment for begin, end, _ in (*self._overrides, *self._absences) for moment in (begin, end)}
        self._edges = sorted(own)

    def at(self, moment: datetime) -> OnCall:
        """Return who is on call at a moment, until when that may change."""
        away = self.away(moment)
        named, deputies, by = self._named(moment)
        turn = self._number(moment) if self._rota.people else 0
        line = list(dict.fromkeys([*named, *_rolled(self._rota.people, turn)]))
        present = [each for each in line if each not in away]
        person = present[0] if present else ""
        second = [*deputies, *_rolled(self._rota.deputies, turn), *named, *_rolled(self._rota.people, turn)]
        deputy = next((each for each in second if each not in away and each != person), "")
        before = line[: line.index(person)] if person else line
        passed = tuple(each for each in before if each in away)
        return OnCall(
            begin=moment,
            end=self.next_change(moment) or datetime.max.replace(tzinfo=UTC),
            person=person,
            deputy=deputy if person else "",
            by=by,
            passed=passed,
        )

    def away(self, moment: datetime) -> dict[str, datetime]:
        """Return who is away at a moment, and until when as far as one entry says."""
        found: dict[str, datetime] = {}
        listed = ((each.begin, each.end, each.person) for each in self._rota.listed.away)
        for begin, end, person in (*self._absences, *listed):
            if begin <= moment < end:
                found[person] = max(end, found.get(person, end))
        return found

    def next_change(self, moment: datetime) -> datetime | None:
        """Return the next moment at which somebody else may be on call; None: it never changes."""
        found: list[datetime] = []
        for edges in (self._edges, self._rota.listed.edges):
            at = bisect_right(edges, moment)
            found += edges[at : at + 1]
        if self._rota.people and self._rota.starts is not None:
            day = self._rota.starts + timedelta(days=(self._number(moment) + 1) * self._rota.days)
            found.append(self._handover(day))
        return min(found, default=None)

    def spans(self, since: datetime, until: datetime) -> Iterator[OnCall]:
        """Yield who is on call from one moment to another; what does not differ is one span."""
        if not self.used:
            return
        at, before, left = since, None, _MOST
        while at < until and left:
            found = self.at(at)
            found = replace(found, end=min(found.end, until))
            if before is not None and _same(before, found):
                before = replace(before, end=found.end)
            else:
                if before is not None:
                    yield before
                before, left = found, left - 1
            at = found.end
        if before is not None:
            yield before

    def holes(self, since: datetime, until: datetime) -> list[OnCall]:
        """Return the spans in which the rota names nobody who is there; of no rota there are none."""
        return [each for each in self.spans(since, until) if not each.person] if self.plans else []

    def _named(self, moment: datetime) -> tuple[list[str], list[str], OnCallBy]:
        """Return who is named for a moment by an exception, or whose turn it is."""
        for begin, end, override in self._overrides:
            if begin <= moment < end:
                return [override.person], [override.deputy] if override.deputy else [], OnCallBy.OVERRIDE
        there = [each for each in self._rota.listed.shifts if each.begin <= moment < each.end]
        if there:
            latest = sorted(there, key=lambda each: each.begin, reverse=True)
            return list(dict.fromkeys(each.person for each in latest)), [], OnCallBy.CALENDAR
        return [], [], OnCallBy.TURN if self._rota.people else OnCallBy.NOTHING

    def _number(self, moment: datetime) -> int:
        """Return the number of the turn a moment lies in, from the one that begins at ``starts``."""
        day = moment.astimezone(self._zone).date()
        # By the moment, not by what the clocks show: where they are put back they show the time before it again.
        while moment < self._handover(day):  # more than once where the hour that is left out holds midnight
            day -= _DAY
        starts = self._rota.starts or day
        return (day - starts).days // self._rota.days

    def _handover(self, day: date) -> datetime:
        return datetime.combine(day, self._rota.handover, self._zone).astimezone(UTC)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def _hours(self, override: RotaOverride) -> tuple[datetime, datetime]:
        begin, end = (
            each if each.tzinfo else each.replace(tzinfo=self._zone) for each in (override.starts, override.ends)
        )
        return begin.astimezone(UTC), end.astimezone(UTC)


def _same(one: OnCall, other: OnCall) -> bool:
    return (one.person, one.deputy, one.by, one.passed) == (other.person, other.deputy, other.by, other.passed)


def _rolled(people: tuple[str, ...], by: int) -> tuple[str, ...]:
    """Return people in turn, from the one whose turn it is."""
    return tuple(people[(by + each) % len(people)] for each in range(len(people)))
