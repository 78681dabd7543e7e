"""Files a company keeps about its clients and people: watched clients, whose clients they are, who is on leave when.

Comes in: the settings that name them. Goes out: their rows as plain values. Columns that are not known are left alone:
a reason for each row is nobody's business here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from detector.errors import ConfigError, Problem
from detector.settings.lists.absence import Absence, Leave, in_order
from detector.settings.lists.controller_rows import controller_rows
from detector.settings.lists.csv_rows import CsvRows, read_list
from detector.settings.lists.portfolio_rows import (
    Portfolios,
    client_column_problem,
    client_of,
    read_clients,
    read_teams,
)
from detector.settings.lists.residence_rows import residence_rows

if TYPE_CHECKING:
    from detector.settings import ActorSettings, Settings
    from detector.settings.lists.calendar_file import CalendarEntry, CalendarFile

_LEAVE: Final = ("user", "from", "until")
_DAY, _UNTIL = "day", "until"
_ICS: Final = ".ics"
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class CompanyLists:
    """What the files say.

    Attributes:
        watched: Ids of watched clients as they are written, those with a tenant behind it.
        leave: Who is away when, by the one form of the account.
        holidays: When the company is closed.
        portfolios: Who is in which team, and whose clients they are.
    """

    watched: frozenset[str] = frozenset()
    leave: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)
    holidays: tuple[Absence, ...] = ()
    portfolios: Portfolios = field(default_factory=Portfolios)

    @staticmethod
    def read(settings: "Settings", only: Collection[str] | None = None) -> "CompanyLists":
        """Read what the settings name.

        Args:
            settings: The configuration.
            only: Files that are read, by the last part of their settings (``leave``); None: all.

        Raises:
            ConfigError: With every wrong row of each file.
        """
        problems: list[Problem] = []
        watched: set[str] = set()
        leave: dict[str, set[Absence]] = {}
        holidays: set[Absence] = set()
        actors, records = settings.actors, settings.records

        def read(
            name: str,
            *where: str,
            of: Callable[[CsvRows], Iterator[str]],
            calendar: "Callable[[CalendarEntry], str] | None" = None,
        ) -> None:
            if not name or (only is not None and where[-1] not in only):
                return
            path = Path(name)
            try:
                if calendar is not None and path.suffix.lower() == _ICS:
                    problems.extend(_of_calendar(_calendar(name, read_list(path, where), settings), calendar))
                    return
                rows = CsvRows(path, where)
                problems.extend(rows.problem(what) for what in of(rows))
            except ConfigError as error:
                problems.extend(error.problems)

        def away(entry: "CalendarEntry") -> str:
            return _away(entry, leave, actors.form)

        def closed(entry: "CalendarEntry") -> str:
            holidays.update(entry.times)
            return ""

        teams, owned = set[tuple[str, str]](), _Owned()
        read(records.watched, "records", "watched", of=lambda rows: _watched(rows, watched))
        read(actors.leave, "actors", "leave", of=lambda rows: _leave(rows, leave, actors.form), calendar=away)
        read(actors.holidays, "actors", "holidays", of=lambda rows: _holidays(rows, holidays), calendar=closed)
        read(actors.teams, "actors", "teams", of=lambda rows: read_teams(rows, teams, actors.form))
        there = frozenset(team for _, team in teams)
        read(records.portfolio, "records", "portfolio", of=lambda rows: owned.take_in(rows, there, actors))
        # It is looked at here; whoever counts a scope reads it then (``client_residences``).
        read(records.residence, "records", "residence", of=lambda rows: residence_rows(rows, {}))
        read(records.controllers, "records", "controllers", of=lambda rows: controller_rows(rows, {}))
        if problems:
            raise ConfigError(problems)
        return CompanyLists(
            frozenset(watched),
            {account: in_order(times) for account, times in leave.items()},
            in_order(holidays),
            Portfolios(frozenset(teams), frozenset(owned.of["user"]), frozenset(owned.of["team"])),
        )


NO_LISTS: Final = CompanyLists()


@dataclass(slots=True)
class _Owned:
    """Whose clients they are, by the column that says so."""

    of: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: {"user": set(), "team": set()})

    def take_in(self, rows: CsvRows, teams: frozenset[str], actors: "ActorSettings") -> Iterator[str]:
        """Take in the rows; yield what is wrong with the one read last."""
        for found in read_clients(rows, teams, actors.form):
            if isinstance(found, str):
                yield found
            else:
                column, owner, client = found
                self.of[column].add((owner, client))


def _watched(rows: CsvRows, found: set[str]) -> Iterator[str]:
    """Take in watched clients; yield what is wrong with the row read last."""
    if wrong := client_column_problem(rows):
        yield wrong
        return
    for row in rows:
        if client := client_of(row, rows):
            found.add(client)
        else:
            yield "a row without a client's id"


def _calendar(name: str, text: str, settings: "Settings") -> "CalendarFile":
    from detector.settings.lists.calendar_file import CalendarFile  # noqa: PLC0415 - few have one

    return CalendarFile(name, text, ZoneInfo(settings.timezone))


def _of_calendar(file: "CalendarFile", calendar: "Callable[[CalendarEntry], str]") -> Iterable[Problem]:
    """Take in the events of a calendar; return what is wrong with it."""
    for entry in file.entries():
        if wrong := calendar(entry):
            file.problem(entry.line, wrong)
    return file.problems


def _away(entry: "CalendarEntry", found: dict[str, set[Absence]], form: Callable[[str], str]) -> str:
    """Take in whose leave an event is: of whoever attends, else of whom its summary begins with."""
    named, colon, _ = entry.summary.partition(":")
    names = entry.addresses or ((named.strip(),) if colon or not any(map(str.isspace, named)) else ())
    accounts = [account for name in names if (account := form(name))]
    for account in accounts:
        found.setdefault(account, set()).update(entry.times)
    if accounts:
        return ""
    return (
        f"{entry.summary[:_SHOWN]!r} is nobody's leave: give the event an attendee, or begin its summary with the "
        "account and a colon"
    )


def _holidays(rows: CsvRows, found: set[Absence]) -> Iterator[str]:
    """Take in when the company is closed; yield what is wrong with the row read last."""
    if wrong := rows.missing(_DAY) or rows.doubled({_UNTIL}):
        yield wrong
        return
    for row in rows:
        try:
            begin, until = (date.fromisoformat(row.get(name) or row.get(_DAY, "")) for name in (_DAY, _UNTIL))
        except ValueError:
            yield "`day` and `until` must be days such as 2026-03-08"
            continue
        if until < begin:
            yield f"it ends on {until}, before it begins on {begin}"
        else:
            found.add(Leave(begin, until))


def _leave(rows: CsvRows, found: dict[str, set[Absence]], form: Callable[[str], str]) -> Iterator[str]:
    """Take in who is away when; yield what is wrong with the row read last."""
    missing = [name for name in _LEAVE if name not in rows.columns]
    if missing:
        yield f"columns missing: {', '.join(missing)}; the first line names them"
        return
    for row in rows:
        user, *days = (row.get(name, "") for name in _LEAVE)
        try:
            begin, until = map(date.fromisoformat, days)
        except ValueError:
            yield "`from` and `until` must be days such as 2026-03-02"
            continue
        if not user:
            yield "a row without a user"
        elif until < begin:
            yield f"the leave ends on {until}, before it begins on {begin}"
        else:
            found.setdefault(form(user), set()).add(Leave(begin, until))
