"""``nabat training``: who is trained, who is overdue, by the company's register."""

import click

from detector.cli.incidents import workplace
from detector.cli.options import config_option, json_option
from detector.cli.output import emit_pretty, say, show, words_of


@click.group()
def training() -> None:
    """See who of the staff is trained, from the register (preparation.training.register_file)."""


@training.command(
    "list",
    short_help="Each course of each person: done, due, overdue.",
    epilog="""\b
Examples:
  nabat training list
  nabat training list --late             who is overdue
  nabat training list --role cashier --json
""",
)
@config_option
@json_option
@click.option("--late", is_flag=True, help="Only what is overdue.")
@click.option("--role", default="", metavar="ROLE", help="Only people of this role, as the register has it.")
def list_(config: str | None, as_json: bool, late: bool, role: str) -> None:
    """List the courses by person. Exit status 0, whoever is overdue."""
    from detector.incident.preparation import LATE
    from detector.web.texts.readiness_texts import course_in_words

    with workplace(config) as (console, settings):
        found, words = console.readiness.training(), words_of(settings)
        lines = [each for each in found.lines if (not late or each.state in LATE) and role in ("", each.role)]
        if as_json:
            emit_pretty(
                {
                    "lines": [
                        {
                            "person": each.person,
                            "role": each.role,
                            "course": each.course,
                            "state": each.state.value,
                            "done": each.done.isoformat() if each.done else None,
                            "due": each.due.isoformat() if each.due else None,
                        }
                        for each in lines
                    ],
                    "unlisted": list(found.unlisted),
                }
            )
            return
        for each in lines:
            mark, due = "!" if each.state in LATE else " ", each.due.isoformat() if each.due else "-"
            state = words.named("training-state", each.state.value)
            show(f"{mark} {due:10} {each.person:20} {each.role or '-':14} {course_in_words(each, words)}: {state}")
        overdue = len(found.people(*LATE))
        say(f"{overdue} of {len(found.people())} people overdue")
        if found.unlisted:
            say(f"of the crisis team not in the register: {', '.join(found.unlisted)}")
