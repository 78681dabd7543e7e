"""``nabat year``: what a year was like, on two pages for whoever leads the company."""

from pathlib import Path

import click

from detector.cli.casework.documents import say_filed, write_private
from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option
from detector.cli.output import emit_pretty, say, show
from detector.errors import InputError, Problem

FORMATS = ("md", "txt", "html", "docx", "pdf")


@click.command(
    epilog="""\b
Examples:
  nabat year 2026
  nabat year 2026 --language ru --format pdf --out report-2026.pdf
  nabat year 2026 --file                  file it as a document of the company
"""
)
@config_option
@json_option
@click.option("--language", default="", metavar="XX", help="en or ru; default the configured language.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="md", help="What to write; default md.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there (0600).")
@click.option("--file", "filed", is_flag=True, help="File it as a document of the company, for somebody to approve.")
@click.argument("year", type=click.IntRange(min=2000, max=9998))
def year(config: str | None, as_json: bool, language: str, form: str, out: Path | None, filed: bool, year: int) -> None:
    """Report what YEAR was like beside the year before: cases, people, times, duties, causes, actions, drills, costs.

    Cases belong to the year in which they were noticed. Those you may not look at are not in it. It names no client,
    no account and nobody of the team. The pictures are in html and pdf; the other formats have their numbers in words.
    """
    import msgspec

    from detector.clock import SystemClock
    from detector.rendering import TextFormat, our_letterhead, write_text

    if out is None and form in ("docx", "pdf"):
        raise InputError(Problem(what=f"{form} is no text", fix="write it to a file: --out"))
    with workplace(config) as (console, settings):
        if as_json:
            emit_pretty(msgspec.to_builtins(console.year.figures(year), str_keys=True))
            return
        if filed:
            say_filed(console.year.file(year, language))
            return
        text = console.year.text(year, language)
        body = write_text(text, TextFormat(form), our_letterhead(settings.organization), at=SystemClock().now())
        if out is None:
            show(body.decode())
            return
        write_private(out, body)
        say(f"{len(body)} bytes to {out}")
