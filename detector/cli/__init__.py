"""The commands, thin: parse arguments, call, print."""

import signal
import sys

import click

from detector import __version__
from detector.cli import check, decode, incidents, notify, replay, rules, run, scope, simulate, train
from detector.cli.output import report
from detector.errors import NabatError


class _Commands(click.Group):
    """Commands in the order a newcomer needs them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="""\b
Examples:
  nabat run --demo                      watch a simulated company; pages on http://127.0.0.1:8470/
  nabat decode /var/log/nginx/access.log | head -1
                                        see what Nabat makes of your log
  nabat check -c /etc/nabat/nabat.yml   find every mistake before the service does
  nabat run -c /etc/nabat/nabat.yml     watch
  nabat incidents list                  what is open
  nabat incidents ack CODE-NAME         "I have it": stops the paging

\b
Without -c, the configuration is $NABAT_CONFIG, ./nabat.yml or /etc/nabat/nabat.yml.
Exit status: 0 done, 1 found or failed, 2 bad input. Data goes to stdout, talk to stderr.""",
)
@click.version_option(__version__, prog_name="nabat", message="%(prog)s %(version)s")
def nabat() -> None:
    """Nabat watches the access logs of systems that hold client data.

    When somebody takes more of it than they should, it opens an incident with a checklist and pages the crisis team
    until a person answers.
    """


for command in (
    run.run,
    check.check,
    decode.decode,
    rules.rules,
    train.train,
    replay.replay,
    incidents.incidents,
    scope.scope,
    notify.notify,
    simulate.simulate,
):
    nabat.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit status."""
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
        sys.exit(report(error))
