"""Options that several commands share."""

import getpass

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
