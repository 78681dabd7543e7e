"""``nabat readiness``: how ready the company is, what lacks, how it is mended."""

from pathlib import Path

import click

from detector.cli.casework.documents import TEXT_FORMATS, must_have_file, out_option, say_filed, show_text
from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option
from detector.cli.output import counted, emit_pretty, say, show, words_of


@click.group()
def readiness() -> None:
    """See how ready the company is: a hundred points, less what lacks, each with its reason and its remedy.

    Points are given for what is shown. What was not checked loses them as what is missing does, and says so.
    """


@readiness.command(
    "show",
    short_help="The score, what lacks, how it is mended.",
    epilog="\b\nExamples:\n  nabat readiness show\n  nabat readiness show --json\n",
)
@config_option
@json_option
def show_(config: str | None, as_json: bool) -> None:
    """Show the score with each reason, the dearest first."""
    from detector.web.texts.readiness_texts import readiness_in_words, remedy_in_words, shortfall_in_words

    with workplace(config) as (console, settings):
        view, words = console.readiness.view(), words_of(settings)
        found = view.readiness
        if as_json:
            emit_pretty(
                {
                    "score": found.score,
                    "before": view.before.score if view.before is not None else None,
                    "lost": {area.value: points for area, points in found.lost.items()},
                    "shortfalls": [
                        {
                            "area": each.area.value,
                            "key": each.key,
                            "points": each.points,
                            "unchecked": each.unchecked,
                            "count": each.count,
                            "whole": each.whole,
                            "days": each.days,
                            "names": list(each.names),
                            "what": shortfall_in_words(each, words),
                            "remedy": remedy_in_words(each, words),
                        }
                        for each in found.shortfalls
                    ],
                }
            )
            return
        show(readiness_in_words(found, words))
        for each in found.shortfalls:
            unchecked = f" ({words.t('readiness-unchecked')})" if each.unchecked else ""
            show(f"{-each.points:>4}  {shortfall_in_words(each, words)}{unchecked}")
            show(f"      {remedy_in_words(each, words)}")


@readiness.command(
    "map",
    short_help="The data map: sources, classes of data, how long each is kept.",
    epilog="\b\nExamples:\n  nabat readiness map\n  nabat readiness map --json\n",
)
@config_option
@json_option
def map_(config: str | None, as_json: bool) -> None:
    """Show which systems are watched, which classes of client data pass through each, and how long it is kept."""
    import msgspec

    from detector.web.texts.readiness_texts import kept_in_words

    with workplace(config) as (console, settings):
        found, words = console.readiness.view().facts.mapped, words_of(settings)
        if as_json:
            emit_pretty(msgspec.to_builtins(found))
            return
        for each in found.sources:
            share = each.coverage
            covered = words.percent_of(share) if share is not None else words.t("readiness-unmeasured")
            classes = ", ".join(each.classes) or "-"
            owner, kept = each.owner or words.t("readiness-unsaid"), kept_in_words(each.retention, words)
            show(f"{each.name:16} {owner:24} {classes:32} {covered:12} {kept}")
        for one in found.classes:
            sources = ", ".join(one.sources) or "-"
            show(f"{one.name:16} {one.confidentiality:24} {sources:32} {kept_in_words(one.retention, words)}")


@readiness.command(
    "report",
    short_help="The report, for whoever leads the company.",
    epilog="""\b
Examples:
  nabat readiness report
  nabat readiness report --language ru --format pdf --out readiness.pdf
  nabat readiness report --file           file it as a document of the company
""",
)
@config_option
@click.option("--language", default="", metavar="XX", help="en or ru; default the configured language.")
@click.option("--format", "form", type=click.Choice(TEXT_FORMATS), default="md", help="What to write; default md.")
@out_option
@click.option("--file", "filed", is_flag=True, help="File it as a document of the company, for somebody to approve.")
def report(config: str | None, language: str, form: str, out: Path | None, filed: bool) -> None:
    """Report how ready the company is: points, what lacks, roster, channels, drills, training, templates, data map."""
    must_have_file(form, out)
    with workplace(config) as (console, settings):
        if filed:
            say_filed(console.readiness.file(language))
            return
        show_text(console.readiness.text(language), form, out, settings)


@readiness.command(
    "test-channels",
    short_help="Send each person a message over each of their targets, to be confirmed.",
    epilog="\b\nExamples:\n  nabat readiness test-channels\n",
)
@config_option
def test_channels(config: str | None) -> None:
    """Send a round of tests now: each person says by the link in the message that it came.

    The service sends them by itself each preparation.channel_test.every; it has to run for these, too.
    """
    with workplace(config) as (console, _):
        say(f"{counted(console.readiness.test_channels(), 'message')} in the outbox: the running service sends them")
