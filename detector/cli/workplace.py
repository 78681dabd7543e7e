"""Open the store beside a running (or stopped) daemon, for the commands that act on incidents."""

from collections.abc import Iterator
from contextlib import contextmanager

from detector.cli.output import settings_required
from detector.clock import SystemClock
from detector.errors import InputError, Problem
from detector.runtime.console import Console, open_console
from detector.settings import Settings


@contextmanager
def workplace(config: str | None) -> Iterator[tuple[Console, Settings]]:
    """Open the configured store; the daemon may run or not.

    Raises:
        InputError: Nothing has ever run there.
    """
    settings = settings_required(config, spare=(("notify", "targets"),))
    if settings.database.url is None and not (settings.state / "nabat.db").exists():
        raise InputError(
            Problem(
                file=str(settings.state),
                what="there is no database: Nabat has not run with this configuration yet",
                fix="start it with `nabat run`, or name another configuration with -c",
            )
        )
    with open_console(settings, SystemClock()) as console:
        yield console, settings
