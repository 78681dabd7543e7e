"""``nabat actions``: what is to be done so that a case does not come again, and what became of it."""

from datetime import datetime
from typing import Any

import click

from detector.cli.incidents import action_line, workplace
from detector.cli.options import Moment, config_option, for_option, in_zone, json_option
from detector.cli.output import counted, emit_pretty, moment, say, show
from detector.schema.case.incidents import Incident
from detector.schema.learning.corrective_actions import ActionState, CorrectiveAction

_incident = click.argument("incident")
_number = click.argument("number", type=click.IntRange(min=1))


class _DueTime(Moment):
    """A moment by which something is to be done; a day alone is its end."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from detector.incident.offsets import END_OF_DAY

        found = super().convert(value, param, ctx)
        of_day = isinstance(value, str) and len(value) == len("2026-06-01")
        return datetime.combine(found, END_OF_DAY) if of_day else found


_due = _DueTime(bare=True)


@click.group()
def actions() -> None:
    """Keep the actions that follow from cases: owner, due time, budget, effect, until they are done.

    An action stands on the agenda of its owner, also after its case is closed. Write it without names of clients.
    """


@actions.command(
    "list",
    short_help="What is to be done, and what was.",
    epilog="""\b
Examples:
  nabat actions list                    all that are open, in the cases you may look at
  nabat actions list amber-otter        those of a case, the finished ones too
""",
)
@config_option
@json_option
@click.argument("incident", required=False)
def list_(config: str | None, as_json: bool, incident: str | None) -> None:
    """List the actions of INCIDENT; without it the open ones of all cases, the first due first."""
    with workplace(config) as (console, settings):
        found = console.actions.of(incident) if incident is not None else console.actions.waiting()
        if as_json:
            emit_pretty([_json(*each) for each in found])
            return
        for case, action in found:
            show(f"{case.number:16} {action_line(action, settings)}")
        left = sum(action.state is ActionState.OPEN for _, action in found)
        say(f"{counted(len(found), 'action')}, {left} open")


def _json(case: Incident, action: CorrectiveAction) -> dict[str, Any]:
    import msgspec

    return {"case": case.number, **msgspec.to_builtins(action)}


@actions.command(
    "add",
    short_help="Add an action to a case.",
    epilog="""\b
Examples:
  nabat actions add amber-otter "Take the export right from the branch role" --owner lev --due 2026-06-01
  nabat actions add amber-otter "A second factor for the CRM" --owner anna --due 2026-07-01 \\
      --budget "40000 EUR" --effect "no sign-in without it in the log of the CRM"
""",
)
@config_option
@for_option
@click.option("--owner", required=True, metavar="NAME", help="Who answers for it.")
@click.option("--due", required=True, type=_due, help="By when; a day alone is its end.")
@click.option("--budget", metavar="AMOUNT", help="What it may cost: '40000 EUR'.")
@click.option("--effect", metavar="TEXT", help="By what it will be seen that it helped.")
@_incident
@click.argument("text")
def add(
    config: str | None,
    by: str | None,
    owner: str,
    due: datetime,
    budget: str | None,
    effect: str | None,
    incident: str,
    text: str,
) -> None:
    """Add the action TEXT to INCIDENT, open or closed. Its owner is reminded until it is done."""
    from detector.incident.learning.action_acts import WantedAction
    from detector.incident.learning.amounts import parse_amount

    with workplace(config, acts_for=by) as (console, settings):
        wanted = WantedAction(
            text=text,
            owner=settings.team_member(owner) or owner,
            due_at=in_zone(due, settings),
            budget=parse_amount(budget) if budget is not None else None,
            effect=effect,
        )
        action = console.actions.add(incident, wanted)
        say(f"action {action.number}: {action.owner}, until {moment(action.due_at, settings)}")


@actions.command(
    "change",
    short_help="Give it to somebody else, or another time.",
    epilog="""\b
Examples:
  nabat actions change amber-otter 2 --due 2026-08-01 --reason "the supplier delivers in July"
  nabat actions change amber-otter 2 --owner boris --reason "anna has left"
""",
)
@config_option
@for_option
@click.option("--text", metavar="TEXT", help="What is to be done.")
@click.option("--owner", metavar="NAME", help="Who answers for it.")
@click.option("--due", type=_due, help="By when; a day alone is its end.")
@click.option("--budget", metavar="AMOUNT", help="What it may cost: '40000 EUR'.")
@click.option("--effect", metavar="TEXT", help="By what it will be seen that it helped.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@_incident
@_number
def change(
    config: str | None,
    by: str | None,
    text: str | None,
    owner: str | None,
    due: datetime | None,
    budget: str | None,
    effect: str | None,
    reason: str,
    incident: str,
    number: int,
) -> None:
    """Change the open action NUMBER of INCIDENT; the timeline says what it was before, and why."""
    from detector.incident.learning.action_acts import WantedAction
    from detector.incident.learning.amounts import parse_amount

    with workplace(config, acts_for=by) as (console, settings):
        wanted = WantedAction(
            text=text,
            owner=(settings.team_member(owner) or owner) if owner is not None else None,
            due_at=in_zone(due, settings),
            budget=parse_amount(budget) if budget is not None else None,
            effect=effect,
        )
        action = console.actions.change(incident, number, wanted, reason=reason)
        say(f"action {action.number}: {action.owner}, until {moment(action.due_at, settings)}")


@actions.command(
    "done",
    short_help="Say that it is done, and what shows it.",
    epilog="""\b
Examples:
  nabat actions done amber-otter 1 --proof "change 4711" --effect "no export by the role since"
""",
)
@config_option
@for_option
@click.option("--proof", required=True, metavar="TEXT", help="What shows that it is done.")
@click.option("--effect", default="", metavar="TEXT", help="What was seen of its effect.")
@_incident
@_number
def done(config: str | None, by: str | None, proof: str, effect: str, incident: str, number: int) -> None:
    """Say that the action NUMBER of INCIDENT is done; nobody is reminded of it any more."""
    with workplace(config, acts_for=by) as (console, _):
        say(f"action {console.actions.finish(incident, number, proof=proof, effect=effect).number} is done")


@actions.command(
    "drop",
    short_help="Do not do it, and say why.",
    epilog='\b\nExamples:\n  nabat actions drop amber-otter 2 --reason "the system is switched off in May"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why it will not be done.")
@_incident
@_number
def drop(config: str | None, by: str | None, reason: str, incident: str, number: int) -> None:
    """Drop the action NUMBER of INCIDENT; the timeline says why."""
    with workplace(config, acts_for=by) as (console, _):
        say(f"action {console.actions.drop(incident, number, reason=reason).number} is dropped")
