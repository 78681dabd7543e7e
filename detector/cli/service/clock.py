"""``nabat clock``: by which moment what is too old is deleted, and that the clock of the machine is right."""

from datetime import datetime

import click

from detector.cli.incidents import opened_store
from detector.cli.options import Moment, config_option, for_option, identity, in_zone
from detector.cli.output import moment, say, show
from detector.clock import SystemClock


@click.group()
def clock() -> None:
    """The clock of the machine, and the time that is proven to have gone by.

    What is too old is deleted by the proven time. It stays behind a clock that jumped by more than a day.
    """


@clock.command("show", short_help="Show both.", epilog="\b\nExamples:\n  nabat clock show\n")
@config_option
def show_(config: str | None) -> None:
    """Show what the clock says, and what is proven."""
    with opened_store(config) as (store, settings):
        with store.read() as unit:
            proven = unit.proven_time.get()
        show(f"clock   {moment(SystemClock().now(), settings)}")
        show(f"proven  {moment(proven, settings) if proven is not None else '-'}")


@clock.command(
    "confirm",
    short_help="Say what time it is, so that the clock is believed again.",
    epilog="""\b
Examples:
  nabat clock confirm 2026-03-02T09:30      in the configured timezone
  nabat clock confirm 2026-03-02T06:30Z
""",
)
@config_option
@for_option
@click.argument("time", type=Moment(bare=True))
def confirm(config: str | None, by: str | None, time: datetime) -> None:
    """Say that it is TIME, as another clock than this machine's shows it.

    The service believes the clock again, and deletes by it. A clock that says otherwise is refused: set it right. Lead
    and deputy say it, each in their own name, and nobody whom an open incident is about.
    """
    from detector.runtime.health.machine_clock import confirm_clock

    with opened_store(config) as (store, settings):
        confirm_clock(store, settings, identity(settings, by), in_zone(time, settings), SystemClock().now())
        say("the clock is believed; the service takes it up within a minute")
