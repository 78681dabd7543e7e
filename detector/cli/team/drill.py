"""``nabat drill``: exercises on made-up lines and calls, through the service or at the table, and their reports."""

from pathlib import Path

import click

from detector.cli.casework.documents import say_filed, write_private
from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option
from detector.cli.output import emit_pretty, moment, say, show, words_of
from detector.errors import ConflictError, InputError, Problem
from detector.incident import rfc3339
from detector.schema.team.drills import Drill, DrillInject, DrillMode, DrillStatus
from detector.settings import Settings

_number = click.argument("number", type=click.IntRange(min=1), required=False)


@click.group(
    epilog="""\b
Examples:
  nabat drill list
  nabat drill run night-export
  nabat drill status
  nabat drill report --out drill.html
""",
)
def drill() -> None:
    """Play an exercise: made-up lines through the real rules, real pages, everything marked DRILL.

    No clock of a law runs, nothing of it counts for the behaviour of anybody or in any statistics, nothing of it can be
    sent. A real incident that opens meanwhile breaks the drill off.
    """


@drill.command(
    "list", short_help="The scenarios.", epilog="\b\nExamples:\n  nabat drill list\n  nabat drill list --json\n"
)
@config_option
@json_option
def list_(config: str | None, as_json: bool) -> None:
    """List the scenarios, the shipped ones and those of incident.drills."""
    with workplace(config) as (console, settings):
        found = console.drills.scenarios()
        if as_json:
            emit_pretty(
                [
                    {
                        "name": name,
                        "title": each.title.model_dump(),
                        "summary": each.summary.model_dump(),
                        "lasts_seconds": int(each.lasts.total_seconds()),
                        "questions": len(each.injects),
                    }
                    for name, each in sorted(found.items())
                ]
            )
            return
        for name, each in sorted(found.items()):
            show(f"{name:20} {each.title.text(settings.language)}")
            show(f"{'':20} {each.summary.text(settings.language)}")


@drill.command(
    short_help="Begin a drill.",
    epilog="""\b
Examples:
  nabat drill run night-export
  nabat drill run ransom-note --table-top
""",
)
@config_option
@click.option("--table-top", is_flag=True, help="Questions by message at their times, and nothing through the service.")
@click.argument("scenario")
def run(config: str | None, table_top: bool, scenario: str) -> None:
    """Begin the drill SCENARIO: the running service takes it up within a second.

    It is refused beside another drill, and while nobody has a real incident that people are called about.
    """
    with workplace(config) as (console, settings):
        begun = console.drills.ask(scenario, table_top=table_top)
        words = words_of(settings)
        say(f"{words.t('drill-mark')} {begun.number}: {words.either(begun.title, begun.title_ru)}")
        say("the running service takes it up; see `nabat drill status`, end it with `nabat drill stop`")


@drill.command(
    short_help="The drill that goes on, and those before it.",
    epilog="\b\nExamples:\n  nabat drill status\n  nabat drill status --json\n",
)
@config_option
@json_option
def status(config: str | None, as_json: bool) -> None:
    """Show drills, the newest first, with their times so far, and the questions of the one that goes on."""
    with workplace(config) as (console, settings):
        found = console.drills.drills()
        if as_json:
            emit_pretty([_json(each) for each in found])
            return
        words = words_of(settings)
        for each in found:
            took = [words.span(span) if span else "-" for span in (each.page_took, each.answer_took)]
            state, mode = words.named("drill-status", each.status.value), words.named("drill-mode", each.mode.value)
            title = words.either(each.title, each.title_ru)
            began = moment(each.started_at, settings)
            show(f"{each.number:>4} {state:12} {began:24} {took[0]:>10} {took[1]:>10}  {title} ({mode})")
        for one in (each for each in found[:1] if each.mode is DrillMode.TABLE_TOP):
            _show_injects(console.drills.injects(one), settings)


def _show_injects(injects: list[DrillInject], settings: Settings) -> None:
    words = words_of(settings)
    for each in injects:
        sent = moment(each.sent_at, settings) if each.sent_at else f"({moment(each.due_at, settings)})"
        show(f"     {each.number}. {sent} {words.either(each.question, each.question_ru)}")
        show(f"        {each.answer or words.t('drill-report-no-answer')}")


def _json(each: Drill) -> dict[str, object]:
    page, answer = each.page_took, each.answer_took
    moments = ("asked_at", "started_at", "ended_at", "first_at", "paged_at", "acknowledged_at", "notice_at")
    return {
        "number": each.number,
        "drill": True,
        "scenario": each.scenario,
        "mode": each.mode.value,
        "status": each.status.value,
        "asked_by": each.asked_by,
        **{name: rfc3339(at) if (at := getattr(each, name)) else None for name in moments},
        "seconds_to_page": page.total_seconds() if page else None,
        "seconds_to_answer": answer.total_seconds() if answer else None,
        "steps": {"with_due_time": each.steps, "done": each.steps_done, "late": each.steps_late},
        "ended_by": each.ended_by,
        "ended_why": each.ended_why,
    }


@drill.command(
    short_help="End the drill that goes on.",
    epilog='\b\nExamples:\n  nabat drill stop --reason "enough for today"\n',
)
@config_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
def stop(config: str | None, reason: str) -> None:
    """End the drill that goes on: its incidents are closed, and everybody who was told of it hears so."""
    with workplace(config) as (console, settings):
        ended = console.drills.stop(reason)
        say(f"{words_of(settings).t('drill-mark')} {ended.number}: stopped")


@drill.command(
    short_help="Write down an answer at the table.",
    epilog="""\b
Examples:
  nabat drill answer 1 --text "whoever is on call blocks the account, without asking"
  nabat drill answer 2 --text "the press office, with the holding statement" --drill 4
""",
)
@config_option
@click.option("--text", required=True, metavar="TEXT", help="What was answered.")
@click.option("--drill", "of", type=click.IntRange(min=1), help="Of which drill; default the newest.")
@click.argument("question", type=click.IntRange(min=1))
def answer(config: str | None, text: str, of: int | None, question: int) -> None:
    """Write down what the team answered to QUESTION."""
    with workplace(config) as (console, _):
        done = console.drills.answer(question, text, of)
        say(f"question {done.number} of drill {done.drill}: written down")


@drill.command(
    short_help="Times, gaps, questions and answers, earlier drills.",
    epilog="""\b
Examples:
  nabat drill report
  nabat drill report 3 --out drill-3.html
  nabat drill report --file
""",
)
@config_option
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it there: .md or .html."
)
@click.option("--file", "filed", is_flag=True, help="File it as a document of the company: the record of the drill.")
@_number
def report(config: str | None, out: Path | None, filed: bool, number: int | None) -> None:
    """Report drill NUMBER, the newest unless told which: in Markdown, or as a page with a chart where FILE is .html."""
    from detector.web.learning.drill_report import html_page, markdown

    if out is not None and out.suffix.lower() not in (".md", ".html"):
        raise InputError(Problem(what=f"{out.name!r} is neither .md nor .html", fix="give it one of these endings"))
    with workplace(config) as (console, settings):
        found, words = console.drills.report(number), words_of(settings)
        if filed:
            done = found.drill
            if done.status is not DrillStatus.FINISHED:
                what = f"drill {done.number} was not played to its end, and is no record of one"
                raise ConflictError(Problem(what=what, fix="leave out --file to read its report"))
            page = html_page(found, words).encode()
            say_filed(console.documents.record_done("drill", media_type="text/html", body=page, at=done.ended_at))
        if out is None:
            if not filed:
                show(markdown(found, words).rstrip("\n"))
            return
        text = html_page(found, words) if out.suffix.lower() == ".html" else markdown(found, words)
        write_private(out, text.encode())
        say(f"drill {found.drill.number}: to {out}")
