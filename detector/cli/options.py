"""Options that several commands share."""

import os
import pwd
from collections.abc import Collection
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, overload
from zoneinfo import ZoneInfo

import click

from detector.errors import Problem

if TYPE_CHECKING:  # `nabat COMMAND --help` needs none of it
    from detector.schema.team.grants import Identity
    from detector.settings import Settings

config_option = click.option(
    "-c",
    "--config",
    metavar="FILE",
    help="Configuration; default $NABAT_CONFIG, ./nabat.yml or /etc/nabat/nabat.yml.",
)
replay_option = click.option(
    "--replay", metavar="DIR", help="Read the folder that `nabat replay --out DIR` wrote instead of the service."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


_GENERATIONS = 64
# What the kernel says of a process that nobody logged in for.
_NO_LOGIN = 2**32 - 1

for_option = click.option(
    "--by",
    metavar="NAME",
    envvar="NABAT_PERSON",
    help="In whose name you act, where it is not your own; it is recorded as 'you for NAME'. Default $NABAT_PERSON.",
)


def login_name(state: Path | None = None) -> str:
    """Return who is logged in to the machine; behind root and the service's account, whoever took it.

    What the environment says of that (``SUDO_USER``) is never asked: who has the account can write it.

    Args:
        state: The state folder, which the service's account owns: people read it by `sudo -u`.
    """
    uid = os.getuid()
    owner = state.stat().st_uid if state is not None and state.exists() else 0
    if uid in (0, owner):
        # What the kernel noted at the login cannot be changed by who it is about. Where it noted nothing (no
        # pam_loginuid), the shell from which the account was taken still runs, as theirs.
        noted = _noted_login()
        took = noted if noted is not None else who_took(os.getppid(), {0, uid})
        if took not in (None, 0, uid):
            return _name_of(took)
    return _name_of(uid)


def who_took(process: int, taken: Collection[int], proc: Path = Path("/proc")) -> int | None:
    """Return whose the nearest process above is that does not run as a taken account; None: there is none.

    Args:
        process: Where to begin, by its number.
        taken: User ids of root and the service's account.
        proc: What the kernel says of processes.
    """
    for _ in range(_GENERATIONS):
        try:
            lines = (proc / str(process) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
            said = dict(line.split(":\t", 1) for line in lines if line.startswith(("PPid:", "Uid:")))
            real, process = int(said["Uid"].split()[0]), int(said["PPid"])
        except (OSError, ValueError, LookupError):
            return None
        if real not in taken:
            return real
        if not process:
            return None
    return None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _noted_login() -> int | None:
    try:
        noted = int(Path("/proc/self/loginuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return None if noted == _NO_LOGIN else noted


def identity(settings: "Settings", acts_for: str | None = None) -> "Identity":
    """Return who is at this command line: the person of the team whose login it is.

    Args:
        settings: The team.
        acts_for: In whose name they act, where that is said.

    Raises:
        DeniedError: The login is nobody's on the team, or of several.
    """
    from detector.errors import DeniedError
    from detector.schema.events.columns import ACCOUNT
    from detector.schema.team.grants import Identity

    login = login_name(settings.state)
    account = f"{ACCOUNT}{settings.actors.form(login)}"
    name = settings.team_member(login) if settings.team.people else login
    if not name:
        sharing = [each.name for each in settings.team.people if account in each.accounts]
        if sharing:
            what = f"the login {login!r} is of several people ({', '.join(sharing)}): it says not who you are"
            raise DeniedError(Problem(what=what, fix="log in with an account of your own"))
        names = ", ".join(each.name for each in settings.team.people)
        fix = f"add {account} to `accounts` of one of: {names}; or use sudo from a login of your own"
        raise DeniedError(Problem(what=f"the login {login!r} is nobody's on the team", fix=fix))
    other = "" if not acts_for or acts_for == name else settings.team_member(acts_for) or acts_for
    address = os.environ.get("SSH_CONNECTION", "").partition(" ")[0]
    return Identity(
        name=name,
        # As it is, too: the configuration given says how names are written, and may say it wrongly.
        accounts=tuple(dict.fromkeys((account, f"{ACCOUNT}{login}"))),
        address=address if is_address(address) else "",
        acts_for="" if other == name else other,
    )


def is_address(text: str) -> bool:
    """Tell whether a text is a network address."""
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


@overload
def in_zone(given: datetime, settings: "Settings") -> datetime: ...


@overload
def in_zone(given: datetime | None, settings: "Settings") -> datetime | None: ...


def in_zone(given: datetime | None, settings: "Settings") -> datetime | None:
    """Return a moment as UTC; one without a zone is in the configured one, and none is none."""
    if given is None:
        return None
    return (given if given.tzinfo else given.replace(tzinfo=ZoneInfo(settings.timezone))).astimezone(UTC)


class CsvFile(click.ParamType[str]):
    """A file that becomes CSV: a name that says it is something else is refused."""

    name = "file"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name as it is."""
        ending = Path(str(value)).suffix
        if ending.lower() not in ("", ".csv", ".txt"):
            self.fail(f"what is written is CSV, and no {ending} file: name it {Path(str(value)).stem}.csv", param, ctx)
        return str(value)


class Moment(click.ParamType[datetime]):
    """A moment as people write it: a date, or date and time, with a zone; without one it is UTC.

    Args:
        bare: Leave a moment without a zone without one: the command knows which zone people are shown times in.
    """

    name = "T"

    def __init__(self, *, bare: bool = False) -> None:
        self._bare = bare

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, UTC, or as it was written."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2026-03-02 or 2026-03-02T09:30:00+03:00", param, ctx)
        if moment.tzinfo is None and self._bare:
            return moment
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
