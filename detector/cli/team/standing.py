"""``nabat standing``: what comes round by the calendar, and the record that it was done."""

from datetime import datetime
from pathlib import Path

import click

from detector.cli.casework.documents import read_document, say_filed
from detector.cli.incidents import workplace
from detector.cli.options import Moment, config_option, for_option, in_zone, json_option
from detector.cli.output import emit_pretty, moment, show, words_of
from detector.errors import InputError, Problem
from detector.incident import rfc3339
from detector.schema.case.documents import STANDING_KINDS


@click.group()
def standing() -> None:
    """See what comes round by the calendar (standing in the configuration), and record that it was done.

    It speaks to whose it is two weeks before it is due, when it is due, and each week until it is recorded as done.
    """


@standing.command(
    "list",
    short_help="When each of it is due, whose it is, when it was done last.",
    epilog="\b\nExamples:\n  nabat standing list\n  nabat standing list --json\n",
)
@config_option
@json_option
def list_(config: str | None, as_json: bool) -> None:
    """List what comes round by the calendar, the first due first."""
    with workplace(config) as (console, settings):
        found = console.documents.standing()
        if as_json:
            emit_pretty(
                [
                    {
                        "what": each.item.what,
                        "title": {"en": each.item.title, "ru": each.item.title_ru},
                        "owner": each.owner,
                        "roles": list(each.item.roles),
                        "due_at": rfc3339(each.item.due_at),
                        "done_at": rfc3339(each.done_at) if each.done_at else None,
                    }
                    for each in found
                ]
            )
            return
        words = words_of(settings)
        for each in found:
            late = "!" if words.late(each.item.due_at) else " "
            last = moment(each.done_at, settings) if each.done_at else words.t("web-standing-never")
            title = words.either(each.item.title, each.item.title_ru)
            due = moment(each.item.due_at, settings)
            show(f"{late} {due:24} {each.item.what:14} {each.owner or '-':12} {title}  ({last})")


@standing.command(
    "done",
    short_help="Record that it was done.",
    epilog="""\b
Examples:
  nabat standing done roster_check --note "all roles have two people, all targets answered"
  nabat standing done drill --file drill.md --at "2026-09-01 11:00"
""",
)
@config_option
@for_option
@click.option("--note", default="", metavar="TEXT", help="What was done, with what result.")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="The same, or the record, as a file.")
@click.option("--at", type=Moment(bare=True), help="When it was done; default now.")
@click.argument("what", type=click.Choice(list(STANDING_KINDS)))
def done(config: str | None, by: str | None, note: str, file: Path | None, at: datetime | None, what: str) -> None:
    """Record that WHAT was done: the record is filed as a document of the company, and WHAT is due anew from then."""
    if bool(note) is bool(file):
        raise InputError(Problem(what="the record is missing, or given twice", fix="--note TEXT or --file FILE"))
    with workplace(config, acts_for=by) as (console, settings):
        media_type, body = read_document(file) if file is not None else ("text/markdown", note.encode())
        at = in_zone(at, settings)
        say_filed(console.documents.record_done(what, media_type=media_type, body=body, at=at))
