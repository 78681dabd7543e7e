"""Files a company keeps about its clients and people: watched clients, whose clients they are, who is on leave when.

Comes in: the settings that name them. Goes out: their rows as plain values. Columns that are not known are left alone:
a reason for each row is nobody's business here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from detector.errors import ConfigError, Problem
from detector.settings.lists.csv_rows import CsvRows
from detector.settings.lists.portfolio_rows import (
    Portfolios,
    client_column_problem,
    client_of,
    read_clients,
    read_teams,
)

if TYPE_CHECKING:
    from detector.settings import ActorSettings, Settings

_LEAVE: Final = ("user", "from", "until")


@dataclass(frozen=True, slots=True, order=True)
class Leave:
    """Days somebody is away, the last one included."""

    begin: date
    until: date


@dataclass(frozen=True, slots=True)
class CompanyLists:
    """What the files say.

    Attributes:
        watched: Ids of watched clients as they are written, those with a tenant behind it.
        leave: Who is away when, by the one form of the account.
        portfolios: Who is in which team, and whose clients they are.
    """

    watched: frozenset[str] = frozenset()
    leave: Mapping[str, tuple[Leave, ...]] = field(default_factory=dict)
    portfolios: Portfolios = field(default_factory=Portfolios)

    @staticmethod
    def read(settings: "Settings") -> "CompanyLists":
        """Read what the settings name.

        Raises:
            ConfigError: With every wrong row of each file.
        """
        problems: list[Problem] = []
        watched: set[str] = set()
        leave: dict[str, set[Leave]] = {}
        actors, records = settings.actors, settings.records

        def read(name: str, *where: str, of: Callable[[CsvRows], Iterator[str]]) -> None:
            if not name:
                return
            try:
                rows = CsvRows(Path(name), where)
                problems.extend(rows.problem(what) for what in of(rows))
            except ConfigError as error:
                problems.extend(error.problems)

        teams, owned = set[tuple[str, str]](), _Owned()
        read(records.watched, "records", "watched", of=lambda rows: _watched(rows, watched))
        read(actors.leave, "actors", "leave", of=lambda rows: _leave(rows, leave, actors.form))
        read(actors.teams, "actors", "teams", of=lambda rows: read_teams(rows, teams, actors.form))
        there = frozenset(team for _, team in teams)
        read(records.portfolio, "records", "portfolio", of=lambda rows: owned.take_in(rows, there, actors))
        if problems:
            raise ConfigError(problems)
        return CompanyLists(
            frozenset(watched),
            {account: tuple(sorted(days)) for account, days in leave.items()},
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


def _leave(rows: CsvRows, found: dict[str, set[Leave]], form: Callable[[str], str]) -> Iterator[str]:
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
