"""``nabat costs``: what a case cost, and what it may cost yet, each with how it is reckoned."""

from typing import TYPE_CHECKING

import click

from detector.cli.incidents import workplace
from detector.cli.options import config_option, for_option, json_option
from detector.cli.output import emit_pretty, moment, say, show, words_of
from detector.schema.learning.case_costs import CostKind
from detector.settings import Settings

if TYPE_CHECKING:
    from detector.incident.learning.cost_sheet import CostSheet
    from detector.web.texts import PageTexts

_incident = click.argument("incident")


@click.group()
def costs() -> None:
    """Keep what a case cost, and reckon what it may cost yet."""


@costs.command(
    "add",
    short_help="Enter a cost.",
    epilog="""\b
Examples:
  nabat costs add amber-otter work "9000 EUR" --for "60 hours, timesheets of March"
  nabat costs add amber-otter experts "15000 EUR" --for "forensics, offer of 4 March" --estimate
""",
)
@config_option
@for_option
@click.option("--for", "text", required=True, metavar="TEXT", help="What for, and from where it is known.")
@click.option("--estimate", is_flag=True, help="It is an estimate.")
@_incident
@click.argument("kind", type=click.Choice([each.value for each in CostKind]), metavar="KIND")
@click.argument("amount")
def add(config: str | None, by: str | None, text: str, estimate: bool, incident: str, kind: str, amount: str) -> None:
    """Enter AMOUNT as a cost of INCIDENT, open or closed.

    KIND is work (of your own people), experts (outside experts, lawyers), telling (letters, hotline, offers), downtime,
    damages (paid to people and partners), fine (laid upon you) or other.
    """
    from detector.incident.learning.amounts import parse_amount

    with workplace(config, acts_for=by) as (console, _):
        cost = console.costs.add(incident, CostKind(kind), parse_amount(amount), text, estimated=estimate)
        say(f"cost {cost.number}: {cost.amount}")


@costs.command(
    "remove",
    short_help="Take a cost back.",
    epilog='\b\nExamples:\n  nabat costs remove amber-otter 2 --reason "entered twice"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@_incident
@click.argument("number", type=click.IntRange(min=1))
def remove(config: str | None, by: str | None, reason: str, incident: str, number: int) -> None:
    """Take cost NUMBER of INCIDENT back: it counts no more, and stays to be seen."""
    with workplace(config, acts_for=by) as (console, _):
        say(f"cost {console.costs.remove(incident, number, reason=reason).number} counts no more")


@costs.command(
    "show",
    short_help="Costs, budgets, fines, clients who leave.",
    epilog="\b\nExamples:\n  nabat costs show amber-otter\n  nabat costs show amber-otter --json\n",
)
@config_option
@json_option
@_incident
def show_(config: str | None, as_json: bool, incident: str) -> None:
    """Show what INCIDENT cost, the budgets of its actions, fines by the numbers of each law, and what churn may cost.

    Each stands with its formula and numbers. Amounts of different currencies are never added up.
    """
    import msgspec

    with workplace(config) as (console, settings):
        found = console.costs.sheet(incident)
        if as_json:
            emit_pretty(msgspec.to_builtins(found, str_keys=True))
            return
        _show(found, settings, words_of(settings))


def _show(found: "CostSheet", settings: Settings, words: "PageTexts") -> None:
    from detector.web.texts.cost_words import churn_words, fine_lines, sum_lines

    for each in found.costs:
        gone = f"  [{words.t('cost-removed', by=each.removed_by, why=each.removed_why)}]" if each.removed_at else ""
        about = f"~{each.amount}" if each.estimated else str(each.amount)
        kind = words.named("cost-kind", each.kind.value)
        show(f"{each.number:3} {moment(each.at, settings)}  {kind}: {about}  {each.text}{gone}")
    for line in (*sum_lines(found, words), *fine_lines(found.fines, words), churn_words(found, words)):
        show(line)
    say(words.t("cost-not-advice"))
