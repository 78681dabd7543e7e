"""``nabat review``: hypotheses and questions of a case, and the document that its review is."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.casework.documents import TEXT_FORMATS, must_have_file, out_option, say_filed, show_text
from detector.cli.incidents import workplace
from detector.cli.options import config_option, for_option, json_option
from detector.cli.output import counted, emit_pretty, say, show, words_of
from detector.errors import InputError, Problem
from detector.schema.learning.investigation_words import VERDICTS, ReviewQuestion, WordKind

if TYPE_CHECKING:
    from detector.schema.learning.investigation_words import Hypothesis
    from detector.web.texts import PageTexts


_incident = click.argument("incident")
_number = click.argument("number", type=click.IntRange(min=1))
_language = click.option("--language", default="", metavar="XX", help="en or ru; default the configured language.")


@click.group()
def review() -> None:
    """Find out why a case could happen, and write the review of it.

    What people say (hypotheses, evidence, answers) is kept with the case, and stands in the draft beside its facts,
    times, missed due times, actions and timeline. Write it without names of clients.
    """


@review.command(
    "hypothesis",
    short_help="Say what may have happened.",
    epilog='\b\nExamples:\n  nabat review hypothesis amber-otter "the export right of the branch role was misused"\n',
)
@config_option
@for_option
@_incident
@click.argument("text")
def hypothesis(config: str | None, by: str | None, incident: str, text: str) -> None:
    """Add the hypothesis TEXT to the investigation of INCIDENT."""
    with workplace(config, acts_for=by) as (console, _):
        say(f"hypothesis {console.review.say(incident, WordKind.HYPOTHESIS, text).about}")


@review.command(
    "evidence",
    short_help="Say what speaks for a hypothesis, or against it.",
    epilog="""\b
Examples:
  nabat review evidence amber-otter 1 --for "412 exports by the role in one night"
  nabat review evidence amber-otter 1 --against "the account's holder was abroad, passport seen"
""",
)
@config_option
@for_option
@click.option("--for", "speaks_for", metavar="TEXT", help="What speaks for it.")
@click.option("--against", metavar="TEXT", help="What speaks against it.")
@_incident
@_number
def evidence(
    config: str | None, by: str | None, speaks_for: str | None, against: str | None, incident: str, number: int
) -> None:
    """Say what speaks for hypothesis NUMBER of INCIDENT, or against it, or both."""
    said = [
        (kind, text) for kind, text in ((WordKind.FOR, speaks_for), (WordKind.AGAINST, against)) if text is not None
    ]
    if not said:
        raise InputError(Problem(what="no evidence is given", fix="say it with --for or --against"))
    with workplace(config, acts_for=by) as (console, _):
        for kind, text in said:
            console.review.say(incident, kind, text, about=str(number))
        say(f"hypothesis {number}: {len(said)} more")


@review.command(
    "judge",
    short_help="Say how a hypothesis stands.",
    epilog='\b\nExamples:\n  nabat review judge amber-otter 1 refuted --reason "the token was used elsewhere"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@_incident
@_number
@click.argument("verdict", type=click.Choice([each.value for each in VERDICTS]))
def judge(config: str | None, by: str | None, reason: str, incident: str, number: int, verdict: str) -> None:
    """Say that hypothesis NUMBER of INCIDENT holds, is refuted, or is open again; the newest word counts.

    The class of the cause (attack, failure, human error, insider) is a fact of the case: nabat incidents fact.
    """
    with workplace(config, acts_for=by) as (console, _):
        console.review.say(incident, WordKind(verdict), reason, about=str(number))
        say(f"hypothesis {number}: {verdict}")


@review.command(
    "answer",
    short_help="Answer a question of the review.",
    epilog="""\b
Examples:
  nabat review answer amber-otter weak_spot "every clerk could export without a reason"
  nabat review answer amber-otter helped "the on-call engineer knew the CRM"
  nabat review answer amber-otter luck ""               take it back
""",
)
@config_option
@for_option
@_incident
@click.argument("question", type=click.Choice([each.value for each in ReviewQuestion]), metavar="QUESTION")
@click.argument("text")
def answer_(config: str | None, by: str | None, incident: str, question: str, text: str) -> None:
    """Answer QUESTION of the review of INCIDENT; an answer given before is replaced, an empty TEXT takes it back.

    QUESTION is one of weak_spot, prevented, sooner, persons, helped, hindered, luck, consequences. Name no people:
    who did what belongs to HR and a lawyer.
    """
    with workplace(config, acts_for=by) as (console, _):
        console.review.say(incident, WordKind.ANSWER, text, about=question)
        say(f"{question}: {'answered' if text.strip() else 'taken back'}")


@review.command(
    "sheet",
    short_help="Hypotheses, evidence, answers.",
    epilog="\b\nExamples:\n  nabat review sheet amber-otter\n  nabat review sheet amber-otter --json\n",
)
@config_option
@json_option
@_incident
def sheet(config: str | None, as_json: bool, incident: str) -> None:
    """Show the investigation of INCIDENT: hypotheses with what speaks for and against, and the questions."""
    import msgspec

    with workplace(config) as (console, settings):
        found = console.review.investigation(incident)
        if as_json:
            emit_pretty(msgspec.to_builtins(found, str_keys=True))
            return
        words = words_of(settings)
        for each in found.hypotheses:
            _show_hypothesis(each, words)
        for question in ReviewQuestion:
            said = found.answers.get(question)
            title = words.named("review-question", question.value)
            show(f"{question.value}: {title}\n    {f'{said.text} ({said.by})' if said is not None else '-'}")
        left = len(ReviewQuestion) - len(found.answers)
        say(f"{counted(left, 'question')} without an answer")


def _show_hypothesis(each: "Hypothesis", words: "PageTexts") -> None:
    stands = each.stands.kind.value if each.stands is not None else "open"
    why = f": {each.stands.text}" if each.stands is not None else ""
    show(f"{each.number}. {each.word.text} ({each.word.by}) [{words.named('hypothesis', stands)}{why}]")
    for sign, said in (*(("+", word) for word in each.speaks_for), *(("-", word) for word in each.speaks_against)):
        show(f"    {sign} {said.text} ({said.by})")


@review.command(
    "show",
    short_help="The review as it would be drafted now.",
    epilog="""\b
Examples:
  nabat review show amber-otter
  nabat review show amber-otter --language ru --format pdf --out review.pdf
""",
)
@config_option
@_language
@click.option("--format", "form", type=click.Choice(TEXT_FORMATS), default="md", help="What to write; default md.")
@out_option
@_incident
def show_(config: str | None, language: str, form: str, out: Path | None, incident: str) -> None:
    """Show the review of INCIDENT as it would be drafted now; one that was filed: nabat documents show."""
    must_have_file(form, out)
    with workplace(config) as (console, settings):
        show_text(console.review.text(incident, language), form, out, settings)


@review.command(
    "draft",
    short_help="File the review as a document.",
    epilog="\b\nExamples:\n  nabat review draft 20260302-7f3a1c\n  nabat review draft amber-otter --language ru\n",
)
@config_option
@for_option
@_language
@click.option("--over", is_flag=True, help="Also where the newest version was written by hand.")
@_incident
def draft(config: str | None, by: str | None, language: str, over: bool, incident: str) -> None:
    """File the review of INCIDENT as a document, or its next version; another person approves it."""
    with workplace(config, acts_for=by) as (console, _):
        filed = console.review.draft(incident, language, over=over)
        say_filed(filed)
        say(f"it waits for another person: nabat review approve {incident}")


@review.command(
    "approve",
    short_help="Approve the review as a second person.",
    epilog="\b\nExamples:\n  nabat review approve 20260302-7f3a1c\n",
)
@config_option
@_language
@click.option("--version", type=click.IntRange(min=1), help="Which version it must still be; default the newest.")
@_incident
def approve(config: str | None, language: str, version: int | None, incident: str) -> None:
    """Approve the newest draft of the review, which is somebody else's: the checklist's step for it is done then."""
    with workplace(config) as (console, _):
        filed = console.review.filed(incident, language)
        say_filed(console.documents.approve(filed.id, version=version))
