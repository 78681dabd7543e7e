"""``nabat year``: what a year was like, on two pages for whoever leads the company."""

from pathlib import Path

import click

from detector.cli.casework.documents import TEXT_FORMATS, must_have_file, out_option, say_filed, show_text
from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option
from detector.cli.output import emit_pretty


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
@click.option("--format", "form", type=click.Choice(TEXT_FORMATS), default="md", help="What to write; default md.")
@out_option
@click.option("--file", "filed", is_flag=True, help="File it as a document of the company, for somebody to approve.")
@click.argument("year", type=click.IntRange(min=2000, max=9998))
def year(config: str | None, as_json: bool, language: str, form: str, out: Path | None, filed: bool, year: int) -> None:
    """Report what YEAR was like beside the year before: cases, people, times, duties, causes, actions, drills, costs.

    Cases belong to the year in which they were noticed. Those you may not look at are not in it. It names no client,
    no account and nobody of the team. The pictures are in html and pdf; the other formats have their numbers in words.
    """
    import msgspec

    must_have_file(form, out)
    with workplace(config) as (console, settings):
        if as_json:
            emit_pretty(msgspec.to_builtins(console.year.figures(year), str_keys=True))
            return
        if filed:
            say_filed(console.year.file(year, language))
            return
        show_text(console.year.text(year, language), form, out, settings)
