"""``nabat report``: write down what somebody outside told us, before it is forgotten."""

import sys
from datetime import datetime
from pathlib import Path

import click

from detector.cli.incidents import workplace
from detector.cli.options import Moment, config_option, for_option, in_zone
from detector.cli.output import moment, say
from detector.errors import InputError, Problem
from detector.incident.reports import ReportTold
from detector.schema.case.documents import MAX_BODY
from detector.schema.outside.outside_reports import ReportKind

_KINDS = [each.value for each in ReportKind]


@click.command(
    epilog="""\b
Examples:
  nabat report                                   asks for what it needs
  nabat report --kind client --from "A. Client, +1 202 555 0101" --client 10017 --received-at "2026-03-02 08:40" \\
      --text "somebody who rang me knew my last payment"
  nabat report --kind leak-sample --from "posted on a forum, link in the file" --file sample.zip --text - < note.txt
  nabat report --kind partner --from "bank, order 88" --source crm --about user:m.petrova --text "sold on a chat"
"""
)
@config_option
@for_option
@click.option("--kind", type=click.Choice(_KINDS), help="Who or what it came from.")
@click.option("--from", "sender", metavar="TEXT", help="Who told us, and how to reach them.")
@click.option("--received-at", type=Moment(bare=True), help="When it reached us; default now.")
@click.option("--text", metavar="TEXT", help="What they say; - reads it from standard input.")
@click.option("--client", "clients", multiple=True, metavar="ID", help="A client it is about; repeatable.")
@click.option("--source", default="", metavar="NAME", help="The source or service it is about.")
@click.option(
    "--about",
    "accounts",
    multiple=True,
    metavar="ACTOR",
    help="An account it names; its holder never sees it; repeatable.",
)
@click.option("--file", "attached", type=click.Path(path_type=Path, dir_okay=False), help="What came with it.")
@click.option("--language", type=click.Choice(["en", "ru"]), help="Of the answer; default the configured language.")
def report(
    config: str | None,
    by: str | None,
    kind: str | None,
    sender: str | None,
    received_at: datetime | None,
    text: str | None,
    clients: tuple[str, ...],
    source: str,
    accounts: tuple[str, ...],
    attached: Path | None,
    language: str | None,
) -> None:
    """Write down a client's complaint, a partner's call, a journalist's question, a leak sample.

    What is missing is asked for at a terminal. The report lands on the agenda: somebody looks at it within 15 minutes
    of when it came, links it to an incident or dismisses it (nabat reports).
    """
    with workplace(config, acts_for=by) as (console, settings):
        kind, sender, text = _asked(kind, sender, text)
        told = ReportTold(
            kind=ReportKind(kind),
            text=text,
            sender=sender,
            received_at=in_zone(received_at, settings),
            language=language or settings.language,
            clients=clients,
            source=source,
            accounts=accounts,
            file_name=attached.name if attached else "",
        )
        made = console.reports.take_in(told, _read(attached) if attached else None)
        say(f"{made.id}: written down; somebody looks at it until {moment(made.due_at, settings)}")
        if made.file_sha256:
            say(f"{attached}: kept, SHA-256 {made.file_sha256}")
        say(f"next: nabat reports show {made.id}")


def _asked(kind: str | None, sender: str | None, text: str | None) -> tuple[str, str, str]:
    """Return what is needed; what is missing is asked for at a terminal.

    Raises:
        InputError: It is missing, and nobody can be asked: all of it is named.
    """
    if text == "-":
        text = sys.stdin.read()
    missing = [name for name, given in (("--kind", kind), ("--from", sender), ("--text", text)) if given is None]
    if missing and not sys.stdin.isatty():
        raise InputError(
            Problem(what=f"{each} is missing", fix="give it, or run this at a terminal") for each in missing
        )
    kind = kind or click.prompt("Who or what did it come from", type=click.Choice(_KINDS), err=True)
    sender = sender if sender is not None else click.prompt("Who told us, and how are they reached", err=True)
    text = text if text is not None else click.prompt("What do they say", err=True)
    return kind, sender, text


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BODY + 1)
    except OSError as error:
        raise InputError(Problem(file=str(path), what=f"cannot be read: {error.strerror or error}")) from None
