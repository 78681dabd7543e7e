"""A calendar (iCalendar, RFC 5545) of leave or of days the company is closed, made into days and hours.

Comes in: the text of a file. Goes out: who each event names, and when it is, every repetition by itself. Repetitions
are worked out from ``FIRST`` up to ``END``, ``MOST_TIMES`` of an event and ``MOST_ENTRIES`` of a file at most; more are
a mistake, and so are an event that never comes, and a file whose rules take more than ``MOST_DAYS`` of search: whoever
may write an event must not keep the service from its work. Events that are cancelled are none, and what moves a single
repetition (``RECURRENCE-ID``) counts in its place. No account is known here: addresses and summaries are handed on.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from dateutil.rrule import rrule, rrulestr
from icalendar import Calendar

from detector.errors import Problem
from detector.settings.lists.absence import Absence, HoursAway, Leave

FIRST: Final = date(2000, 1, 1)
END: Final = date(2100, 1, 1)
MOST_TIMES: Final = 10_000
MOST_ENTRIES: Final = 200_000
MOST_DAYS: Final = 1_000_000
MOST_TEXT: Final = 8_000_000
MOST_PROBLEMS: Final = 20
_OLDEST: Final = date(1900, 1, 1)
# What a day of search costs by each, as a share of what it costs day by day.
_OFTEN: Final = {"DAILY": 1, "WEEKLY": 2, "MONTHLY": 5, "YEARLY": 10}
# Every 400 years the calendar is the same again, weekdays included. dateutil searches up to the year 9999 for a moment
# that never comes: seen from so much later, that is 400 years instead of 8,000.
_LATER: Final = timedelta(days=19 * 146_097)
_OF_HOURS: Final = ("BYHOUR", "BYMINUTE", "BYSECOND", "BYEASTER", "RSCALE")
_NEEDED: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_NO_PERSON: Final = ("RESOURCE", "ROOM", "GROUP")
_DAY: Final = timedelta(days=1)
_SHOWN: Final = 80
_NEVER: Final = f"the event is repeated so that it never comes between {FIRST.year} and {END.year}"
_FAILURES = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One event.

    Attributes:
        line: Where it begins. addresses: Of those who attend; without those who declined, rooms and groups.
        summary: As it is written. times: When it is, each repetition.
    """

    line: int
    addresses: tuple[str, ...]
    summary: str
    times: tuple[Absence, ...]


class CalendarFile:
    """Events of a file, read one after another.

    Attributes:
        problems: What is wrong with it; complete when ``entries`` has been gone through.

    Args:
        file: Its name, for problems.
        text: What stands in it.
        zone: Of times that name none.
    """

    def __init__(self, file: str, text: str, zone: tzinfo) -> None:
        self.problems: list[Problem] = []
        self._file, self._zone, self._left, self._days = file, zone, MOST_ENTRIES, MOST_DAYS
        self._events = self._read(text)
        self._moved: dict[str, list[date | datetime]] = defaultdict(list)
        for _, event in self._events:
            if "RECURRENCE-ID" in event and not _broken(event):
                self._moved[str(event.get("UID", ""))].append(event["RECURRENCE-ID"].dt)

    def entries(self) -> Iterator[CalendarEntry]:
        """Yield the events that are not cancelled."""
        for line, event in self._events:
            if len(self.problems) >= MOST_PROBLEMS:
                self.problem(line, "there are more mistakes than these; what follows was not read")
                return
            if self._left < 0:
                self.problem(
                    line, f"more than {MOST_ENTRIES} events and repetitions; keep one calendar a company or year"
                )
                return
            if self._days < 0:
                self.problem(line, "the events before this one are repeated by rules that take too long to work out")
                return
            if str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            try:
                yield self._entry(line, event)
            except _Wrong as wrong:
                self.problem(line, str(wrong))
            except _FAILURES as error:
                self.problem(line, f"the event cannot be read: {str(error)[:_SHOWN]}")

    def problem(self, line: int, what: str) -> None:
        """Note what is wrong with the event that begins on a line."""
        self.problems.append(Problem(file=self._file, line=line, what=what))

    def _read(self, text: str) -> list[tuple[int, Any]]:
        """Return the events with the lines on which they begin."""
        if len(text) > MOST_TEXT:
            self.problem(0, f"longer than {MOST_TEXT} characters")
            return []
        try:
            calendars = Calendar.from_ical(text, multiple=True)
        except _FAILURES as error:
            self.problem(0, f"this is no iCalendar file: {str(error)[:_SHOWN]}")
            return []
        if not calendars:
            self.problem(0, "there is no whole calendar in it (BEGIN:VCALENDAR … END:VCALENDAR)")
            return []
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
        begins = [n for n, line in enumerate(text.splitlines(), 1) if line.strip().upper() == "BEGIN:VEVENT"]
        if len(begins) != len(events):
            self.problem(0, f"{len(begins)} events begin in it, and {len(events)} of them are whole")
        lines = begins if len(begins) == len(events) else [0] * len(events)
        return list(zip(lines, events, strict=True))

    def _entry(self, line: int, event: Any) -> CalendarEntry:
        if broken := _broken(event):
            raise _Wrong(f"{broken}: {str(event.get(broken, ''))[:_SHOWN]!r} cannot be read")
        if "DTSTART" not in event:
            raise _Wrong("an event without DTSTART")
        begin, length = event["DTSTART"].dt, _length(event)
        if length <= timedelta():
            raise _Wrong("the event ends when it begins, or before: a time of day needs DTEND or DURATION")
        zone = _zone(begin, self._zone)
        left_out = {_naive(moment, zone) for moment in _listed(event, "EXDATE")}
        if "RECURRENCE-ID" not in event:
            left_out |= {_naive(moment, zone) for moment in self._moved.get(str(event.get("UID", "")), ())}
        first = _naive(begin, zone)
        moments = sorted(
            {*self._repeated(event, first, zone), *(_naive(each, zone) for each in _listed(event, "RDATE"))}
        )
        times = tuple(_absence(moment, begin, length, zone) for moment in moments if moment not in left_out)
        self._left -= len(times)
        return CalendarEntry(line, tuple(_addresses(event)), str(event.get("SUMMARY", "")).strip(), times)

    def _repeated(self, event: Any, first: datetime, zone: tzinfo) -> list[datetime]:
        """Return when an event is, by the clock of its zone, within the bounds."""
        if "RRULE" not in event:
            return [first]
        how, begin = _repetition(event["RRULE"], first, zone), datetime.combine(FIRST, time())
        last, found = datetime.combine(date.max, time()) - _LATER, list[datetime]()
        for moments, later in enumerate(how.rule, 1):
            moment = later - _LATER
            if moment >= how.before or moments == how.count:
                last = moment
            if begin <= moment < how.before:
                found.append(moment)
            if moment >= how.before or len(found) > MOST_TIMES:
                break
        self._days -= (last - first).days // how.share
        if len(found) > MOST_TIMES:
            raise _Wrong(f"the event is repeated more than {MOST_TIMES} times; give it an end (UNTIL or COUNT)")
        if not found:
            raise _Wrong(_NEVER)
        return found


class _Wrong(Exception):
    """What is wrong with an event."""


def _broken(event: Any) -> str:
    """Return the first property that is needed and cannot be read; empty: none."""
    unread = {str(name) for name, _ in event.errors}
    once = ("DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID")
    unread |= {name for name in once if isinstance(event.get(name), list)}
    return next((name for name in _NEEDED if name in unread), "")


def _zone(begin: date | datetime, zone: tzinfo) -> tzinfo:
    own = begin.tzinfo if isinstance(begin, datetime) else None
    return own or zone


def _naive(moment: date | datetime, zone: tzinfo) -> datetime:
    """Return a moment, or the beginning of a day, as a clock of the zone shows it."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment


def _length(event: Any) -> timedelta:
    begin = event["DTSTART"].dt
    if "DTEND" in event:
        end = event["DTEND"].dt
        if isinstance(begin, datetime) != isinstance(end, datetime):
            raise _Wrong("DTSTART and DTEND must both be days, or both be times")
        if isinstance(begin, datetime) and (begin.tzinfo is None) != (end.tzinfo is None):
            raise _Wrong("DTSTART and DTEND must both name a time zone, or neither")
        length: timedelta = end - begin
        return length
    if "DURATION" in event:
        duration: timedelta = event["DURATION"].dt
        return duration
    return timedelta() if isinstance(begin, datetime) else _DAY


def _listed(event: Any, name: str) -> Iterator[date | datetime]:
    """Yield the moments of a property that may stand there several times."""
    values = event.get(name, [])
    for value in values if isinstance(values, list) else [values]:
        for each in value.dts:
            if isinstance(each.dt, tuple):
                raise _Wrong(f"{name} names spans; name moments")
            yield each.dt


@dataclass(frozen=True, slots=True)
class _Repetition:
    """How an event is repeated.

    Attributes:
        rule: The rule, ``_LATER`` than it counts.
        before: No repetition counts from this moment on.
        count: So many at most; 0: any number.
        share: What a day of search costs.
    """

    rule: rrule
    before: datetime
    count: int
    share: int


def _repetition(recurrence: Any, first: datetime, zone: tzinfo) -> _Repetition:
    """Return a rule of days, weeks, months or years; its end as the clock of the zone shows it."""
    parts = {str(name).upper(): values for name, values in recurrence.items()}
    if (often := str((parts.get("FREQ") or [""])[0]).upper()) not in _OFTEN:
        raise _Wrong(f"FREQ={often[:_SHOWN]}: absences are repeated by {', '.join(_OFTEN)}")
    if found := [name for name in _OF_HOURS if name in parts]:
        raise _Wrong(f"{found[0]} is not read: the time of day is that of DTSTART")
    if (interval := int((parts.get("INTERVAL") or [1])[0])) < 1:
        raise _Wrong("INTERVAL must be 1 or more")
    if first.date() < _OLDEST:
        raise _Wrong(f"a repeated event must not begin before {_OLDEST.year}")
    before = datetime.combine(END, time())
    if first >= before:
        raise _Wrong(_NEVER)
    if until := parts.get("UNTIL"):
        last = until[0] if isinstance(until[0], datetime) else datetime.combine(until[0], time.max)
        before = min(before, _naive(last, zone) + timedelta(microseconds=1))
    text = ";".join(part for part in recurrence.to_ical().decode().split(";") if not part.upper().startswith("UNTIL="))
    rule = rrulestr(text, dtstart=first + _LATER)
    if not isinstance(rule, rrule):
        raise _Wrong("RRULE cannot be read")
    return _Repetition(rule, before, int((parts.get("COUNT") or [0])[0]), interval * _OFTEN[often])


def _absence(moment: datetime, begin: date | datetime, length: timedelta, zone: tzinfo) -> Absence:
    if not isinstance(begin, datetime):
        return Leave(moment.date(), (moment + length - timedelta(microseconds=1)).date())
    start = moment.replace(tzinfo=zone).astimezone(UTC)
    return HoursAway(start, start + length)


def _addresses(event: Any) -> Iterator[str]:
    """Yield the mail addresses of the people who attend and have not declined."""
    values = event.get("ATTENDEE", [])
    for value in values if isinstance(values, list) else [values]:
        about = {str(name).upper(): str(said).upper() for name, said in getattr(value, "params", {}).items()}
        if about.get("PARTSTAT") != "DECLINED" and about.get("CUTYPE") not in _NO_PERSON:
            scheme, _, address = str(value).rpartition(":")
            if address.strip() and scheme.lower() in ("", "mailto"):
                yield address.strip()
