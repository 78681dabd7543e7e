"""The files that say who is on call and who is away: an iCalendar file of shifts, and the company's file of leave.

Comes in: the settings that name them. Goes out: the settings with the hours of people in them. A shift of whole days
turns at the handover hour of its first day, and ends at that of the day after its last.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from detector.errors import ConfigError, Problem
from detector.settings.account_form import ACCOUNT
from detector.settings.lists.absence import Absence, Leave
from detector.settings.lists.company_lists import CompanyLists
from detector.settings.lists.csv_rows import read_list
from detector.settings.sections.listed_hours import HoursOf, ListedHours

if TYPE_CHECKING:
    from detector.settings import Settings
    from detector.settings.lists.calendar_file import CalendarEntry

MOST_SHIFTS: Final = 5_000
_WHERE: Final = ("notify", "rota", "calendar")
_SHOWN: Final = 80
_MIDNIGHT: Final = time()


def read_rota(settings: "Settings", *, skip_bad: bool = False) -> "Settings":
    """Return the settings with the hours that the rota's files give.

    Args:
        settings: The configuration.
        skip_bad: Leave out a file that is wrong: an act of a person must not wait until it is mended.

    Raises:
        ConfigError: With every mistake in every file.
    """
    problems: list[Problem] = []
    shifts, away = set[HoursOf](), set[HoursOf]()
    try:
        shifts |= set(_shifts(settings, problems))
    except ConfigError as error:
        problems += error.problems
    try:
        away |= set(_away(settings))
    except ConfigError as error:
        problems += error.problems
    if problems and not skip_bad:
        raise ConfigError(problems)
    rota = settings.notify.rota.with_listed(ListedHours.of(shifts, away))
    return settings.model_copy(update={"notify": settings.notify.model_copy(update={"rota": rota})})


def rota_zone(settings: "Settings") -> ZoneInfo:
    """Return the zone of the rota."""
    return ZoneInfo(settings.notify.rota.zone or settings.timezone)


def _shifts(settings: "Settings", problems: list[Problem]) -> Iterator[HoursOf]:
    rota = settings.notify.rota
    if not rota.calendar:
        return
    from detector.settings.lists.calendar_file import CalendarFile  # noqa: PLC0415 - few have one

    file = CalendarFile(rota.calendar, read_list(Path(rota.calendar), _WHERE), rota_zone(settings))
    count = 0
    for entry in file.entries():
        people = _people(settings, entry)
        if isinstance(people, str):
            file.problem(entry.line, people)
            continue
        count += len(people) * len(entry.times)
        if count > MOST_SHIFTS:
            file.problem(entry.line, f"more than {MOST_SHIFTS} shifts; keep those of a year or two")
            break
        for when in entry.times:
            begin, end = _span(when, rota.handover, rota_zone(settings))
            yield from (HoursOf(begin, end, person) for person in people)
    problems += file.problems


def _people(settings: "Settings", entry: "CalendarEntry") -> tuple[str, ...] | str:
    """Return who is on call by an event, or what is wrong with it."""
    named, colon, _ = entry.summary.partition(":")
    names = entry.addresses or (named.strip() if colon else entry.summary,)
    found = tuple(_member(settings, name) for name in names)
    if all(found):
        return tuple(dict.fromkeys(found))
    strange = ", ".join(repr(name[:_SHOWN]) for name, known in zip(names, found, strict=True) if not known)
    return f"{strange} is nobody of team.people who can be reached: name an attendee, or begin the summary with a name"


def _member(settings: "Settings", name: str) -> str:
    """Return who of the team is meant by a name, a title, an account or an address; empty: nobody who can be paged."""
    titled = [each.name for each in settings.team.people if each.title.casefold() == name.casefold()]
    found = (settings.team_member(each) for each in (name, name.lower(), name.partition("@")[0].lower()))
    person = next(filter(None, found), titled[0] if len(titled) == 1 else "")
    return person if person in settings.team.paged else ""


def _away(settings: "Settings") -> Iterator[HoursOf]:
    """Yield when people are on leave by the company's file; other lists are not read for it."""
    leave = CompanyLists.read(settings, only=("leave",)).leave
    for person in settings.team.people:
        for account in person.known_as:
            for when in leave.get(settings.actors.form(account.removeprefix(ACCOUNT)), ()):
                begin, end = _span(when, _MIDNIGHT, rota_zone(settings))
                yield HoursOf(begin, end, person.name)


def _span(when: Absence, clock: time, zone: tzinfo) -> tuple[datetime, datetime]:
    if not isinstance(when, Leave):
        return when.begin, when.end
    begin, end = (datetime.combine(day, clock, zone) for day in (when.begin, when.until + timedelta(days=1)))
    return begin.astimezone(UTC), end.astimezone(UTC)
