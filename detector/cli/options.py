"""Options that several commands share."""

import getpass
from datetime import UTC, datetime

import click

config_option = click.option(
    "-c",
    "--config",
    metavar="FILE",
    help="Configuration; default $NABAT_CONFIG, ./nabat.yml or /etc/nabat/nabat.yml.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
by_option = click.option(
    "--by", metavar="NAME", envvar="NABAT_PERSON", help="Who does it; default $NABAT_PERSON, else your login name."
)


def person(given: str | None) -> str:
    """Return who acts: as given, or the login name."""
    return given or getpass.getuser()


class Moment(click.ParamType[datetime]):
    """A moment as people write it: a date, or date and time, with a zone or UTC."""

    name = "T"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the moment, UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time; write 2026-03-02 or 2026-03-02T09:30:00+03:00", param, ctx)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
