"""``nabat incidents import-ids`` and ``remove-import``: lists of clients whom the log does not name."""

from pathlib import Path

import click

from detector.cli.incidents.commands import incidents
from detector.cli.incidents.view import touched
from detector.cli.incidents.workplace import workplace
from detector.cli.options import config_option, for_option
from detector.cli.output import say
from detector.errors import InputError, Problem
from detector.incident import IMPORT


@incidents.command(
    "import-ids",
    short_help="Bring a list of clients whom the log does not name.",
    epilog="""\b
Examples:
  nabat incidents import-ids 20260302-7f3a1c export.csv --column client_id \\
      --source "the export itself, found on the laptop" --reason "the log does not name whom it held"
  nabat incidents import-ids amber-otter ids.txt --source "CRM, report 4711" --reason "rows of the export of 03:07"
""",
)
@config_option
@for_option
@click.option(
    "--column", default="", metavar="NAME", help="Of the ids in a CSV file; default subject_id, client_id, client, id."
)
@click.option("--source", required=True, metavar="TEXT", help="Where the list comes from.")
@click.option("--reason", required=True, metavar="TEXT", help="Why these clients are concerned.")
@click.argument("incident")
@click.argument("file", type=click.Path(path_type=Path))
def import_ids(
    config: str | None, by: str | None, column: str, source: str, reason: str, incident: str, file: Path
) -> None:
    """Count the clients in FILE beside those whom the log names: one id a line, or CSV.

    They are marked by their source wherever clients are listed, and count for the duties of the laws. FILE's SHA-256,
    who brought it and when are kept; a list is taken back by `nabat incidents remove-import`.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise InputError(Problem(file=str(file), what=what, fix="name a list of clients")) from None
    with workplace(config, acts_for=by) as (console, settings):
        done = console.import_clients(incident, raw, name=str(file), source=source, reason=reason, column=column)
        say(f"{done.number}: {touched(done.scope, settings)}")


@incidents.command(
    "remove-import",
    short_help="Take such a list back.",
    epilog="""\b
Examples:
  nabat incidents remove-import 20260302-7f3a1c 1 --reason "it was the report of another day"
""",
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it does not count.")
@click.argument("incident")
@click.argument("number", type=int)
def remove_import(config: str | None, by: str | None, reason: str, incident: str, number: int) -> None:
    """Take list NUMBER back: its clients count no more for its sake. The list itself stays known.

    Where fewer people are concerned without it, or a duty asks for less or later, another person has to agree
    (`nabat incidents approve`).

    `nabat scope INCIDENT --versions` names the lists.
    """
    with workplace(config, acts_for=by) as (console, settings):
        done = console.remove_import(incident, number, reason=reason)
        if any(each.step_id == f"{IMPORT}{number}" for each in console.detail(done.id).approvals):
            say(f"another person has to agree: nabat incidents approve {done.number} {IMPORT}{number}")
        say(f"{done.number}: {touched(done.scope, settings)}")
