"""``nabat verify``: whether anything of cases was altered, with the service or without it."""

from pathlib import Path

import click

from detector.cli.incidents import opened_store
from detector.cli.options import config_option, json_option
from detector.cli.output import counted, emit_pretty, progress, say, show
from detector.errors import FoundError
from detector.messages import messages
from detector.runtime.evidence.verify_all import in_words, verify_everything


@click.command(
    short_help="Find out whether anything of cases was altered.",
    epilog="""\b
Examples:
  nabat verify
  nabat verify --heads /mnt/other/nabat-heads       a copy of the heads, kept on another machine
  nabat verify --seal 9f86d081884c7d65              the seal that stands on a page
""",
)
@config_option
@json_option
@click.option("--seal", "seals", multiple=True, metavar="SEAL", help="A seal from a page; more than one may be given.")
@click.option(
    "--heads",
    type=click.Path(path_type=Path),
    help="File of heads; default evidence.heads of the configuration.",
)
def verify(config: str | None, as_json: bool, seals: tuple[str, ...], heads: Path | None) -> None:
    """Rebuild the state of all cases from the chain and compare it with the database.

    Every difference is told: a value that was altered, a row put in or removed, records altered, removed or exchanged,
    and newest records that a head kept elsewhere knows of. Exit status 1 when there is any. How much was compared is
    not said: it would grow with cases that are not for everybody to know of.
    """
    with opened_store(config) as (store, settings), progress("Comparing"):
        found = verify_everything(settings, store, seals, heads)
        words = messages(settings.language)
    told = [in_words(each, words, found.numbers) for each in found.differences]
    if as_json:
        emit_pretty(
            {
                "whole": not told,
                "differences": [
                    {"flaw": each.flaw.value, "incident_id": each.incident_id, **dict(each.args), "text": text}
                    for each, text in zip(found.differences, told, strict=True)
                ],
            }
        )
    else:
        for text in told:
            show(text)
        say(counted(len(told), "difference"))
    if told:
        raise FoundError("")
