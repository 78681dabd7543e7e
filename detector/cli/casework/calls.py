"""``nabat calls``: what clients ask the hotline, what they are answered, and what to say."""

import click
import msgspec

from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show
from detector.messages import LANGUAGES, Language, messages

_incident = click.argument("incident")


@click.group()
def calls() -> None:
    """Keep the questions of clients of an incident; those without an answer go onto the agenda.

    Write questions down without who asked.
    """


@calls.command(
    "add",
    short_help="Write down the question of a client.",
    epilog="""\b
Examples:
  nabat calls add amber-otter --question "Do I need a new passport?"
  nabat calls add amber-otter --question "Was my card seen?" --answered "It says so in your letter."
""",
)
@config_option
@click.option("--question", required=True, metavar="TEXT", help="What was asked, without who asked.")
@click.option("--answered", default="", metavar="TEXT", help="What was answered; left out: it waits for an answer.")
@_incident
def add(config: str | None, question: str, answered: str, incident: str) -> None:
    """Count a call about INCIDENT with its question."""
    with workplace(config) as (console, _):
        call = console.calls.add(incident, question, answered)
        waits = "" if answered else f" waits for an answer: nabat calls answer {incident} {call.number}"
        say(f"call {call.number}{waits}")


@calls.command(
    "answer",
    short_help="Say what a client was answered.",
    epilog="""\b
Examples:
  nabat calls answer amber-otter 3 --answer "No, its number was not seen."
""",
)
@config_option
@click.option("--answer", required=True, metavar="TEXT", help="What was answered.")
@_incident
@click.argument("number", type=click.IntRange(min=1))
def answer_(config: str | None, answer: str, incident: str, number: int) -> None:
    """Answer the question of call NUMBER about INCIDENT; it is among the answers for the hotline from then on."""
    with workplace(config) as (console, _):
        say(f"call {console.calls.answer(incident, number, answer).number} is answered")


@calls.command(
    "list",
    short_help="What was asked.",
    epilog="\b\nExamples:\n  nabat calls list amber-otter --open\n",
)
@config_option
@json_option
@click.option("--open", "waiting", is_flag=True, help="Only those without an answer.")
@_incident
def list_(config: str | None, as_json: bool, waiting: bool, incident: str) -> None:
    """List the calls about INCIDENT, with questions and answers."""
    with workplace(config) as (console, settings):
        found = console.calls.of(incident)
        shown = [each for each in found if not waiting or each.answered_at is None]
        if as_json:
            emit_pretty([msgspec.to_builtins(each) for each in shown])
            return
        words = messages(settings.language)
        for each in shown:
            state = words.text("calls-answered" if each.answered_at else "calls-waits")
            show(f"{each.number:>5}  {moment(each.at, settings)}  {state}  {each.question}")
            if each.answer:
                show(f"       {each.answer}")
        left = sum(each.answered_at is None for each in found)
        say(f"{counted(len(found), 'call')}, {left} without an answer")


@calls.command(
    "script",
    short_help="What to say to clients who call.",
    epilog="""\b
Examples:
  nabat calls script amber-otter
  nabat calls script amber-otter --language ru --file      file it, so that somebody else can approve it
""",
)
@config_option
@click.option("--language", type=click.Choice(LANGUAGES), help="Default the configured one.")
@click.option("--file", "filed", is_flag=True, help="File it as a document of the incident.")
@_incident
def script(config: str | None, language: Language | None, filed: bool, incident: str) -> None:
    """Write the answers for the hotline of INCIDENT, and how a call goes: from its facts, and answers given so far."""
    with workplace(config) as (console, settings):
        spoken = language or settings.language
        if filed:
            document = console.calls.file_script(incident, spoken)
            say(f"filed as {document.id}; it waits for another person: nabat documents approve {document.id}")
            return
        for line in console.calls.script(incident, spoken).splitlines():
            show(line)
