"""``nabat run``: the service."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from detector.cli.options import config_option
from detector.cli.output import config_path, progress, say, settings_required
from detector.clock import SystemClock
from detector.errors import InputError, Problem
from detector.runtime import process_tuning

if TYPE_CHECKING:
    from detector.runtime.app import App


def _obey_signals(app: "App") -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        app.ask_to_stop()

    def reload(_number: int, _frame: FrameType | None) -> None:
        app.request_reload()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, reload)


@click.command(
    epilog="""\b
Examples:
  nabat run --demo                        a simulated company, a leak within a minute
  nabat run --demo --port 9000            its pages on http://127.0.0.1:9000/
  nabat run -c /etc/nabat/nabat.yml       watch your own logs
  systemctl reload nabat                  read the configuration again (an edit is noticed by itself, too)
"""
)
@config_option
@click.option("--demo", is_flag=True, help="Watch a simulated company that writes living logs into a state folder.")
@click.option("--state", metavar="DIR", help="With --demo: folder for logs and state.  [default: state/demo]")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="With --demo: port of the pages.  [default: 8470, or a free one where that is taken]",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="Lowest level of the service's own log, on stderr.  [default: info; with --demo: error]",
)
def run(config: str | None, demo: bool, state: str | None, port: int | None, log_level: str | None) -> None:
    """Run the service: follow the logs, judge, open incidents, page people, serve pages and metrics.

    SIGHUP and edited files (configuration, roles, rules) reload all or nothing; SIGTERM stops cleanly. Under systemd it
    reports READY, RELOADING, STOPPING and WATCHDOG.
    """
    from detector.telemetry.structured_log import configure_logs

    # Under a service manager stderr goes to the journal, where programs read it; at a terminal a person does.
    configure_logs(json=not sys.stderr.isatty(), level=log_level or ("error" if demo else "info"))
    # Commands end with their reader; the service goes on when a visitor or a training is gone before its answer.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    clock = SystemClock()
    if demo:
        from detector.cli.service.demo import Demo  # a service has nothing to simulate

        if config:
            raise InputError(Problem(what="--demo brings its own configuration", fix="leave one of -c and --demo out"))
        Demo(Path(state or "state/demo"), clock, say=say, obey=_obey_signals, progress=progress, port=port).run()
        return
    if port:
        raise InputError(Problem(what="--port belongs to --demo", fix="set `web.port` in the configuration"))
    if state:
        raise InputError(Problem(what="--state belongs to --demo", fix="set `state` in the configuration"))
    os.umask(0o077)
    settings = settings_required(config)
    from detector.runtime.app import App  # a mistake in the configuration is told without it

    app = App(settings, clock, config=config_path(config))
    _obey_signals(app)
    with app:
        process_tuning.freeze_objects()
        app.run()
