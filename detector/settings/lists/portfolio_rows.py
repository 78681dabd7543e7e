"""Who is in which team, and whose clients the company says they are.

Comes in: rows of ``actors.teams`` and of ``records.portfolio``. Goes out: ``Portfolios``. Accounts are in their one
form, clients as they are written, those with a tenant behind it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from detector.settings.lists.csv_rows import CsvRows

TENANT: Final = "tenant"
_USER, _TEAM = "user", "team"
_WILD: Final = frozenset("*?")
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Portfolios:
    """What the files say of teams and of their clients.

    Attributes:
        teams: Accounts and the team each is in; one may be in several.
        of_accounts: Accounts and the clients of each.
        of_teams: Teams and the clients of each.
    """

    teams: frozenset[tuple[str, str]] = frozenset()
    of_accounts: frozenset[tuple[str, str]] = frozenset()
    of_teams: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        """Return whether they say anything."""
        return bool(self.teams or self.of_accounts)


def read_teams(rows: CsvRows, found: set[tuple[str, str]], form: Callable[[str], str]) -> Iterator[str]:
    """Take in who is in which team; yield what is wrong with the row read last."""
    if wrong := rows.missing(_USER, _TEAM):
        yield wrong
        return
    for row in rows:
        user, team = (row.get(name, "") for name in (_USER, _TEAM))
        if wrong := _account_problem(user, form):
            yield wrong
        elif not team:
            yield "a row without a team"
        else:
            found.add((form(user), team))


def read_clients(rows: CsvRows, teams: frozenset[str], form: Callable[[str], str]) -> Iterator[str | tuple[str, ...]]:
    """Yield what is wrong with the row read last, or whose client it says one is: column, account or team, client.

    Args:
        rows: Of the file.
        teams: Those there are.
        form: Returns the one form of an account.
    """
    if wrong := _columns_problem(rows):
        yield wrong
        return
    for row in rows:
        client, user, team = client_of(row, rows), row.get(_USER, ""), row.get(_TEAM, "")
        if wrong := _row_problem(client, user, team, teams) or (_account_problem(user, form) if user else ""):
            yield wrong
            continue
        if user:
            yield _USER, form(user), client
        if team:
            yield _TEAM, team, client


def _columns_problem(rows: CsvRows) -> str:
    if _USER not in rows.columns and _TEAM not in rows.columns:
        neither = "there is neither a column user nor a column team; the first line names them"
        return client_column_problem(rows) or neither
    return client_column_problem(rows) or rows.doubled({_USER, _TEAM, TENANT})


def _row_problem(client: str, user: str, team: str, teams: frozenset[str]) -> str:
    if not client:
        return "a row without a client's id"
    if not user and not team:
        return "a row with neither a user nor a team"
    if team and team not in teams:
        return f"nobody is in the team {team[:_SHOWN]!r}; actors.teams names {len(teams)} others"
    return ""


def client_column_problem(rows: CsvRows) -> str:
    """Return why the first column cannot hold clients' ids; empty: it can."""
    if not rows.columns or not rows.columns[0]:
        return "the first line must name the columns, the client's id first"
    if any(letter.isdigit() for letter in rows.columns[0]):
        return f"the first line names the columns, and {rows.columns[0]!r} looks like a client's id"
    if rows.columns[0] == TENANT:
        return "the first column must hold the client's id, not the tenant"
    return ""


def client_of(row: dict[str, str], rows: CsvRows) -> str:
    """Return a row's client as events name it, with its tenant; empty: none."""
    client, tenant = row[rows.columns[0]], row.get(TENANT, "")
    return f"{tenant}/{client}" if tenant and client else client


def _account_problem(user: str, form: Callable[[str], str]) -> str:
    if not user or not form(user):
        return "a row without a user"
    if not _WILD.isdisjoint(user):
        return f"{user[:_SHOWN]!r} is a pattern: here each account has a row of its own"
    return ""
