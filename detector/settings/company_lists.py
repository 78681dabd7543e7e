"""Files a company keeps about its clients and people: which clients are watched, and who is on leave when.

Comes in: the settings that name them. Goes out: their rows as plain values. Columns that are not known are left alone:
a reason for each row is nobody's business here.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from detector.errors import ConfigError, Problem
from detector.settings.load_settings import read_text

if TYPE_CHECKING:
    from detector.settings import Settings
    from detector.settings.yaml_nodes import Where

_TENANT: Final = "tenant"
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
    """

    watched: frozenset[str] = frozenset()
    leave: Mapping[str, tuple[Leave, ...]] = field(default_factory=dict)

    @staticmethod
    def read(settings: "Settings") -> "CompanyLists":
        """Read what the settings name.

        Raises:
            ConfigError: With every wrong row of either file.
        """
        problems: list[Problem] = []
        watched: set[str] = set()
        leave: dict[str, set[Leave]] = {}
        actors = settings.actors
        try:
            if settings.records.watched:
                rows = _Rows(Path(settings.records.watched), ("records", "watched"))
                problems += [rows.problem(what) for what in _watched(rows, watched)]
        except ConfigError as error:
            problems += error.problems
        try:
            if actors.leave:
                rows = _Rows(Path(actors.leave), ("actors", "leave"))
                problems += [rows.problem(what) for what in _leave(rows, leave, actors.form)]
        except ConfigError as error:
            problems += error.problems
        if problems:
            raise ConfigError(problems)
        return CompanyLists(frozenset(watched), {account: tuple(sorted(days)) for account, days in leave.items()})


NO_LISTS: Final = CompanyLists()


class _Rows:
    """The rows of a CSV file whose first line names the columns, ``columns``."""

    def __init__(self, path: Path, where: "Where") -> None:
        if not path.is_file():
            key = ".".join(map(str, where))
            raise ConfigError(
                Problem(
                    where=where,
                    what=f"there is no file {path}",
                    fix=f"correct {key}; relative paths count from the configuration's folder",
                )
            )
        self._reader = csv.reader(read_text(path).removeprefix("\ufeff").splitlines())
        self._file = str(path)
        self._line = 1
        self.columns = [name.strip() for name in next(self._reader, [])]

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Yield the rows that hold anything."""
        for cells in self._reader:
            self._line = self._reader.line_num
            if any(cell.strip() for cell in cells):
                yield dict(zip(self.columns, map(str.strip, cells), strict=False))

    def problem(self, what: str) -> Problem:
        """Return what is wrong with the row that was read last."""
        return Problem(file=self._file, line=self._line, what=what)


def _watched(rows: _Rows, found: set[str]) -> Iterator[str]:
    """Take in watched clients; yield what is wrong with the row read last."""
    if not rows.columns or not rows.columns[0]:
        yield "the first line must name the columns, the client's id first"
        return
    if any(letter.isdigit() for letter in rows.columns[0]):
        yield f"the first line names the columns, and {rows.columns[0]!r} looks like a client's id"
        return
    if rows.columns[0] == _TENANT:
        yield "the first column must hold the client's id, not the tenant"
        return
    for row in rows:
        client, tenant = row[rows.columns[0]], row.get(_TENANT, "")
        if not client:
            yield "a row without a client's id"
        else:
            found.add(f"{tenant}/{client}" if tenant else client)


def _leave(rows: _Rows, found: dict[str, set[Leave]], form: Callable[[str], str]) -> Iterator[str]:
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
