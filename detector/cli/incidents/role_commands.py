"""``nabat incidents assign``, ``accept``, ``decline`` and ``withdraw``: who holds which role in a case."""

import click

from detector.cli.incidents.commands import incidents
from detector.cli.incidents.workplace import workplace
from detector.cli.options import config_option, for_option
from detector.cli.output import say
from detector.settings.sections.response import ROLES


@incidents.command(
    short_help="Ask somebody to hold a role in an incident.",
    epilog='\b\nExamples:\n  nabat incidents assign amber-otter dpo dina --reason "Pavel is on leave"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why they are asked.")
@click.argument("incident")
@click.argument("role", type=click.Choice(ROLES), metavar="ROLE")
@click.argument("person")
def assign(config: str | None, by: str | None, reason: str, incident: str, role: str, person: str) -> None:
    """Ask PERSON to hold ROLE in this incident: lead, dep, scr, soc, own, dpo, com, care, hr, exe, fin or ext.

    They are written to and may see the incident at once; the role is theirs when they accept. Whoever was asked for it
    before, or holds it by that, does not any more.
    """
    with workplace(config, acts_for=by) as (console, settings):
        to = settings.team_member(person) or person
        done = console.assign_role(incident, role, to, reason=reason)
        say(f"{done.number}: {to} is asked to be {role} (nabat incidents accept {done.number} {role})")


@incidents.command(
    short_help="Hold a role you were asked for.",
    epilog="\b\nExamples:\n  nabat incidents accept amber-otter dpo\n",
)
@config_option
@click.argument("incident")
@click.argument("role")
def accept(config: str | None, incident: str, role: str) -> None:
    """Accept ROLE in this incident: its steps and duties are yours first. `nabat incidents ack` accepts as well."""
    with workplace(config) as (console, _):
        done = console.accept_role(incident, role)
        say(f"{done.number}: you are {role} here")


@incidents.command(
    short_help="Decline a role, or give it back.",
    epilog='\b\nExamples:\n  nabat incidents decline amber-otter dpo --reason "on leave from tomorrow"\n',
)
@config_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.argument("incident")
@click.argument("role")
def decline(config: str | None, reason: str, incident: str, role: str) -> None:
    """Decline ROLE in this incident, or give it back: the team's order counts again, and the lead is told."""
    with workplace(config) as (console, _):
        done = console.decline_role(incident, role, reason=reason)
        say(f"{done.number}: declined; the team's order counts for {role}")


@incidents.command(
    short_help="Take back that somebody was asked for a role.",
    epilog='\b\nExamples:\n  nabat incidents withdraw amber-otter dpo --reason "asked the wrong Pavel"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.argument("incident")
@click.argument("role")
def withdraw(config: str | None, by: str | None, reason: str, incident: str, role: str) -> None:
    """Take back that somebody was asked for ROLE in this incident; the team's order counts again.

    Whoever asked takes back what nobody has accepted yet; the lead and the deputy anything. Whose it was is told.
    """
    with workplace(config, acts_for=by) as (console, _):
        done = console.withdraw_role(incident, role, reason=reason)
        say(f"{done.number}: taken back; the team's order counts for {role}")
