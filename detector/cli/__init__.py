"""Commands: parse the arguments, call the service's functions, print the result."""

import signal
import sys
import traceback
from importlib import import_module

import click

from detector import __version__
from detector.errors import Cause, NabatError
from detector.runtime import process_tuning

# In the order a newcomer needs them: module and help. A module is loaded when its command is called: half of them need
# seconds of libraries that `nabat --help` and `nabat incidents ack` must not wait for.
COMMANDS = {
    "init": ("service.init", "Write a first configuration from your logs, and try it on them."),
    "run": ("service.run", "The service: follow logs, judge, page people, serve pages."),
    "check": ("service.check", "Find every mistake in the configuration, with its line."),
    "decode": ("detection.decode", "What Nabat makes of a log, line by line."),
    "rules": ("detection.rules", "List, check, test and try Sigma rules."),
    "train": ("detection.train", "Learn what is usual from the journal or from logs."),
    "models": ("detection.models", "Models of behaviour: compare, take up, put back."),
    "replay": ("detection.replay", "Run old logs through and see what it would have found."),
    "incidents": ("incidents", "List incidents and work on them."),
    "evidence": ("casework.evidence", "The raw lines that are kept of cases."),
    "verify": ("casework.verify", "Find out whether anything of cases was altered."),
    "duties": ("casework.duties", "What the laws ask for in an incident, and what was sent."),
    "severity": ("casework.severity", "How grave a breach is by ENISA's method, and why."),
    "notices": ("casework.notices", "What authorities and partners are told: drafts to receipts."),
    "documents": ("casework.documents", "Notices, letters, reports: versions, approvals, receipts."),
    "register": ("casework.register", "Every breach: facts, effects, remedial action."),
    "letters": ("casework.letters", "Letters to the clients of an incident: plan, approve, send."),
    "calls": ("casework.calls", "Calls of clients: questions, answers, and what to say."),
    "actions": ("learning.actions", "What follows from cases: whose it is, by when, until done."),
    "times": ("learning.times", "How long cases took: detect, acknowledge, contain, recover."),
    "review": ("learning.review", "Why a case could happen: hypotheses, questions, the document."),
    "costs": ("learning.costs", "What a case cost, and what it may cost yet."),
    "year": ("learning.year", "What a year was like, on two pages."),
    "agenda": ("casework.agenda", "What people owe, and when they are reminded."),
    "silences": ("team.silences", "What people have muted, until when."),
    "oncall": ("team.oncall", "Who is on call, and who will be."),
    "standing": ("team.standing", "What comes round by the calendar: plan, roster, drills, training."),
    "readiness": ("team.readiness", "How ready the company is: points, what lacks, how to mend it."),
    "training": ("team.training", "Who of the staff is trained, and who is overdue."),
    "drill": ("team.drill", "Exercises: made-up lines, real pages, and what was slow."),
    "expect": ("team.expect", "Planned work: what is expected pages nobody."),
    "people": ("team.people", "Accounts of the team: passwords, codes, invitations."),
    "scope": ("casework.scope", "Whose data an incident touched."),
    "explain": ("casework.explain", "Compare an incident with other days."),
    "report": ("outside.report", "Write down what somebody outside told us."),
    "reports": ("outside.reports", "What came from outside, and what becomes of it."),
    "who": ("casework.who", "Who touched a client, and what explains it."),
    "clock": ("service.clock", "The clock of the machine, and whether it is believed."),
    "notify": ("service.notify", "Try to reach the crisis team."),
    "simulate": ("detection.simulate", "Write the logs of a made-up company, with the truth."),
    "evaluate": ("detection.evaluate", "Count what is found in made-up companies, and false pages."),
}


class _Commands(click.Group):
    """Commands loaded when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"detector.cli.{module}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="""\b
Examples:
  nabat run --demo                      watch a simulated company; pages on http://127.0.0.1:8470/
  nabat init /var/log/nginx/access.log  write nabat.yml from your log, and see what it would have found
  nabat check -c /etc/nabat/nabat.yml   find every mistake before the service does
  nabat run -c /etc/nabat/nabat.yml     watch
  nabat incidents list                  what is open
  nabat incidents ack code-name
                                        "I have it": stops the paging

\b
Without -c, the configuration is $NABAT_CONFIG, ./nabat.yml or /etc/nabat/nabat.yml.
Exit status: 0 done, 1 found or failed, 2 bad input. Data goes to stdout, messages to stderr.""",
)
@click.version_option(__version__, prog_name="nabat", message="%(prog)s %(version)s")
def nabat() -> None:
    """Nabat watches the access logs of systems that hold client data.

    When somebody takes more of it than they should, it opens an incident with a checklist and pages the crisis team
    until a person answers.
    """


def main() -> None:
    """Run the command line, and leave with its exit status without taking apart what is loaded."""
    way_out = process_tuning.quick_exit()
    try:
        run()
    except SystemExit as ended:
        if isinstance(ended.code, int):
            way_out.status = ended.code
        raise
    way_out.status = 0


def run() -> None:
    """Run the command line and leave with its exit status."""
    process_tuning.share_one_arena()
    process_tuning.map_large_blocks()
    process_tuning.load_no_plugins()
    process_tuning.collect_less_often()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `nabat decode ... | head` ends quietly
    try:
        nabat.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        click.echo("nabat: interrupted", err=True)
        sys.exit(130)
    except NabatError as error:
        sys.exit(import_module("detector.cli.output").report(error))
    except Exception as error:  # noqa: BLE001 - told apart from what a person can correct
        traceback.print_exc()
        cause = Cause.of(error)
        click.echo(f"nabat: a fault of Nabat ({cause.kind} at {cause.place}): please report it", err=True)
        sys.exit(1)
