r"""What is known about accounts: kinds, roles and organisations, from the configuration and the roles file.

Comes in: ``ActorSettings`` and the CSV it names (columns ``user``, ``role``, optionally ``type`` and ``organization``;
an account with several roles has several rows). Goes out: answers about accounts. Behaviour never decides a kind.

An account that a machine has for itself (``\\machine\account``) is none a pattern means that names no domain: whoever
administers a machine gives its accounts any name.

``user`` may be a pattern, for customers who sign up by themselves: ``*`` is any text, ``?`` any character. An account
that a row names exactly is what its rows say; of any other the first pattern that fits it speaks, alone.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from detector.decode.columns.null_values import is_empty_word, is_null_value
from detector.decode.enrich.glob_regex import glob_regex
from detector.errors import ConfigError, Problem
from detector.schema.events.columns import ACCOUNT, ACTOR_TYPES
from detector.settings import ActorSettings
from detector.settings.account_form import MACHINE
from detector.settings.loading.load_settings import read_text

_WILD = "*?"
# What a shell or fnmatch would take for one of several characters.
_CLASS = re.compile(r"\[[!^]|\[[^\]]-[^\]][^\]]*\]|[*?].*\[[^\]]+\]|\[[^\]]+\].*[*?]")
_COLUMNS = {"user", "role", "type", "organization"}
_REMEMBERED = 100_000
_LONG = 256
_LISTS = pl.List(pl.String())
_Names = tuple[pl.Series, pl.Series]
"""Accounts in their one form, and with the domain they were written with."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """What is known about one account, or those of a pattern; ``type`` is empty when the file does not say."""

    roles: tuple[str, ...] = ()
    type: str = ""
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What is said about one account wherever it occurs.

    Attributes:
        user: The account in its one form; None when the log wrote this name for nobody.
        key: The key of the actor, None for nobody.
        kind: The type of the actor, None for nobody.
        roles: Number of its list of roles in ``AccountDirectory.roles``.
        organization: As the file says.
        listed: The roles file names it, by no pattern: whoever invents a name would be listed too.
        empty_word: It may be a word for nobody (``null``), which hangs on the format.
    """

    user: str | None
    key: str | None
    kind: str | None
    roles: int
    organization: str | None
    listed: bool
    empty_word: bool


@dataclass(frozen=True, slots=True)
class Roles:
    """What the roles file says.

    Attributes:
        accounts: By the one form of the account.
        patterns: By the pattern as it is written, in the order of the file.
    """

    accounts: dict[str, KnownAccount] = field(default_factory=dict)
    patterns: dict[str, KnownAccount] = field(default_factory=dict)

    def all(self) -> Iterator[KnownAccount]:
        """Yield what is said of each account, and by each pattern."""
        yield from self.accounts.values()
        yield from self.patterns.values()


def read_roles(path: Path, form: Callable[[str], str] = str) -> Roles:
    """Read the roles file; rows of one account are joined, however it is written there (``form``).

    Raises:
        ConfigError: With every wrong row and its line.
    """
    if not path.is_file():
        raise ConfigError(
            Problem(
                where=("actors", "roles_file"),
                what=f"there is no roles file {path}",
                fix="correct actors.roles_file; relative paths count from the configuration's folder",
            )
        )
    rows = csv.DictReader(read_text(path).removeprefix("\ufeff").splitlines())
    names = {name.strip() for name in rows.fieldnames or ()}
    problems = list(_header_problems(str(path), names))
    roles = Roles()
    for row in () if problems else rows:
        cells = {
            (key or "").strip(): (value or "").strip() for key, value in row.items() if not isinstance(value, list)
        }
        wrong = _row_problem(cells)
        if wrong:
            problems.append(Problem(file=str(path), line=rows.line_num, what=wrong))
        elif cells["user"]:
            pattern = any(letter in cells["user"] for letter in _WILD)
            known, name = (roles.patterns, cells["user"]) if pattern else (roles.accounts, form(cells["user"]))
            known[name] = _joined(known.get(name, KnownAccount()), cells)
    if problems:
        raise ConfigError(problems)
    return roles


def _header_problems(file: str, names: set[str]) -> Iterator[Problem]:
    missing = sorted({"user", "role"} - names)
    unknown = sorted(names - _COLUMNS)
    if missing:
        yield Problem(file=file, line=1, what=f"columns missing: {', '.join(missing)}", fix="the first line names them")
    if unknown:
        yield Problem(file=file, line=1, what=f"unknown columns: {', '.join(unknown)}")


def _row_problem(cells: dict[str, str]) -> str:
    if not cells.get("user") and any(cells.values()):
        return "a row without a user"
    if cells.get("type") and cells["type"] not in ACTOR_TYPES:
        return f"unknown type {cells['type']!r}; types are {', '.join(ACTOR_TYPES)}"
    return _pattern_problem(cells.get("user", ""))


def _pattern_problem(user: str) -> str:
    if _CLASS.search(user):
        return (
            f"{user!r}: a pattern knows * (any text) and ? (any character), and no sets in brackets; write a row each"
        )
    if user and not user.strip(_WILD + "@\\./-_ "):
        return f"the pattern {user!r} fits every account, so that it tells none apart: write what their names share"
    return ""


def _joined(known: KnownAccount, cells: dict[str, str]) -> KnownAccount:
    role = cells.get("role", "")
    return KnownAccount(
        roles=tuple(dict.fromkeys((*known.roles, *([role] if role else ())))),
        type=known.type or cells.get("type", ""),
        organization=known.organization or cells.get("organization") or None,
    )


class AccountDirectory:
    """Answers about accounts.

    Attributes:
        roles: The lists of roles there are; the first one is null.
        has_roles: The file tells roles. has_organizations: it tells organisations.

    Args:
        settings: Patterns and the roles file.

    Raises:
        ConfigError: The roles file is wrong.
    """

    def __init__(self, settings: ActorSettings) -> None:
        self._form, self._spelt = settings.form, settings.spelt
        said = read_roles(Path(settings.roles_file), self._form) if settings.roles_file else Roles()
        self._accounts = said.accounts
        self._groups = [(self._fits([pattern]), account) for pattern, account in said.patterns.items()]
        self._anonymous = frozenset(self._form(name).lower() for name in settings.anonymous)
        self._service = self._fits(settings.service_accounts)
        self._admins = self._fits(settings.admins)
        self._known: dict[str, AccountFacts] = {}
        lists = dict.fromkeys(account.roles for account in said.all() if account.roles)
        self._lists = {roles: number for number, roles in enumerate(lists, 1)}
        self.roles = pl.Series("user.roles", [None, *map(list, lists)], dtype=_LISTS)
        self.has_roles = bool(lists)
        self.has_organizations = any(account.organization for account in said.all())

    def look_up(self, names: Sequence[str]) -> list[AccountFacts]:
        """Return what is known about each account; it is worked out once and remembered within bounds."""
        known = self._known
        if len(known) > _REMEMBERED:
            known.clear()
        new = [name for name in names if name not in known]
        if not new:
            return [known[name] for name in names]
        learnt = dict(zip(new, self._learnt(new), strict=True))
        found = [known.get(name) or learnt[name] for name in names]
        known.update((name, one) for name, one in learnt.items() if len(name) <= _LONG)
        return found

    def _fits(self, globs: Sequence[str]) -> Callable[[_Names], pl.Series]:
        """Return what says which accounts patterns mean: with their domain or, in their one form, without ours.

        An account that a machine has for itself only a pattern means that names a domain.
        """
        forms = (self._form(glob) for glob in globs)
        some = glob_regex({*map(self._spelt, globs), *(form for form in forms if form.strip("*?"))})
        of_machines = glob_regex({self._spelt(glob) for glob in globs if "\\" in glob})

        def fits(names: _Names) -> pl.Series:
            one, spelt = names
            local = one.str.starts_with(MACHINE)
            return (~local & (one.str.contains(some) | spelt.str.contains(some))) | (
                local & spelt.str.contains(of_machines)
            )

        return fits

    def _learnt(self, names: Sequence[str]) -> Iterator[AccountFacts]:
        forms = list(map(self._form, names))
        columns = (pl.Series(forms, dtype=pl.String()), pl.Series(list(map(self._spelt, names)), dtype=pl.String()))
        service, admin = self._service(columns), self._admins(columns)
        for form, grouped, is_service, is_admin in zip(forms, self._grouped(columns), service, admin, strict=True):
            account = self._accounts.get(form, grouped)
            kind = "service" if is_service else "admin" if is_admin else account.type or "human"
            nobody = (is_null_value(form) and not is_empty_word(form)) or form.lower() in self._anonymous
            somebody = form in self._accounts or not nobody
            yield AccountFacts(
                form if somebody else None,
                f"{ACCOUNT}{form}" if somebody else None,
                kind if somebody else None,
                self._lists.get(account.roles, 0),
                account.organization,
                form in self._accounts,
                is_empty_word(form) and form not in self._accounts,
            )

    def _grouped(self, names: _Names) -> list[KnownAccount]:
        """Return what the first pattern that fits says of each account."""
        found = [_UNKNOWN] * len(names[0])
        for fits, account in reversed(self._groups):
            for place in fits(names).arg_true():
                found[place] = account
        return found


_UNKNOWN = KnownAccount()
