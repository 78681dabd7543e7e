"""Options that several commands share."""

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import click

from detector.errors import InputError, Problem

if TYPE_CHECKING:  # `nabat COMMAND --help` needs none of it
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


Decorated = TypeVar("Decorated", bound=Callable[..., object] | click.Command)


by_option = click.option(
    "--by",
    metavar="NAME",
    envvar="NABAT_PERSON",
    help="Who acts, a name on the team; default $NABAT_PERSON, else your login name.",
)


def by_options(command: Decorated) -> Decorated:
    """Add the options that say who acts."""
    outsider = click.option(
        "--outsider", is_flag=True, help="Take a name that is not on the team; the timeline says so."
    )
    return by_option(outsider(command))


def person(settings: "Settings", given: str | None, *, outsider: bool) -> str:
    """Return who acts, by the name of ``team.people``: as given or the login name, or whose account is called so.

    Without a team every name does.

    Raises:
        InputError: Nobody of the team is called so, and it was not said that somebody else acts.
    """
    from detector.messages import messages
    from detector.schema.columns import ACCOUNT

    name = given or getpass.getuser()
    people = settings.team.people
    if not people or name in {each.name for each in people}:
        return name
    known = next((each.name for each in people if f"{ACCOUNT}{settings.actors.form(name)}" in each.accounts), None)
    if known is not None:
        return known
    if outsider:
        return messages(settings.language).text("incident-outsider", name=name)
    names = ", ".join(each.name for each in people)
    raise InputError(
        Problem(
            what=f"{name!r} is not on the team",
            fix=f"--by one of: {names}; or --outsider, and the timeline will say that it was somebody else",
        )
    )


def in_zone(given: datetime, settings: "Settings") -> datetime:
    """Return a moment as UTC; one without a zone is in the configured one."""
    return (given if given.tzinfo else given.replace(tzinfo=ZoneInfo(settings.timezone))).astimezone(UTC)


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
