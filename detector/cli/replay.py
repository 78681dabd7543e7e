"""``nabat replay``: what would have been seen, over old lines."""

import shlex
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from detector.cli.options import Moment, config_option
from detector.cli.output import TALKING, counted, progress, say, settings_or_default
from detector.runtime import collector
from detector.runtime.replay import BATCH_LINES, forks
from detector.schema.lines import RejectReason
from detector.settings import SourceSettings


@click.command(
    epilog="""\b
Examples:
  nabat replay -c nabat.yml --out last-week access.log.2.gz access.log.1
  nabat replay -c nabat.yml --out march --from 2026-03-01 --to 2026-04-01
  nabat replay --out try access.log                     without a configuration: rules only, no record map
"""
)
@config_option
@click.option("--out", required=True, metavar="DIR", help="Folder for findings.jsonl, alerts.jsonl, incidents.jsonl.")
@click.option(
    "--from", "since", type=Moment(), help="Only events at or after this time (UTC unless it says otherwise)."
)
@click.option("--to", "until", type=Moment(), help="Only events before this time.")
@click.option(
    "--batch-lines",
    type=click.IntRange(min=1),
    default=BATCH_LINES,
    show_default=True,
    help="Lines a batch. No finding depends on it; how many events a count of a day names may, where lines lag.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="1: one process. 2 or more: three, which read, judge and keep side by side and share the cores. Default: "
    f"three where there are two cores and {forks.LARGE >> 20} MB of logs. The answer does not depend on it.",
)
@click.argument("logs", nargs=-1, metavar="[LOG ...]")
def replay(
    config: str | None,
    out: str,
    since: datetime | None,
    until: datetime | None,
    batch_lines: int,
    workers: int | None,
    logs: tuple[str, ...],
) -> None:
    """Run the pipeline over old lines in event time and write what it would have found.

    It has its own database in DIR and pages nobody. Without LOG, the files of the configured sources are read. The same
    input gives the same bytes.
    """
    if forks.wanted(workers, logs):
        forks.prepare()
    settings = settings_or_default(config, spare=(("database",), *TALKING))
    if not settings.sources and logs:
        settings = settings.model_copy(update={"sources": (SourceSettings(name="log", paths=logs, service="log"),)})
    # Only now: all this takes a second to load, in which workers load theirs.
    chosen = _module("log_sources").logs_of(settings, logs)
    plan = _module("plan").ReplayPlan(
        settings=settings, logs=chosen, out=Path(out), since=since, until=until, batch_lines=batch_lines
    )
    if forks.wanted(workers, [log.path for log in chosen]):
        work = _module("workers").ReplayWithWorkers(plan, on_loss=lambda what: say(f"nabat: {what}"))
    else:
        work = _module("single_process").Replay(plan)
    for what in work.left_out:
        say(f"nabat: warning: {what}")
    collector.settle()
    total = sum(Path(log.path).stat().st_size for log in chosen if log.path != "-")
    with progress("Replaying", total) as advance:
        done = work.run(advance)
    _tell(done, out)


def _module(name: str) -> Any:
    return import_module(f"detector.runtime.replay.{name}")


def _tell(done: Any, out: str) -> None:
    rejects = ", ".join(f"{count} {reason}" for reason, count in sorted(done.rejects.items()))
    read = f"{counted(done.lines, 'line')}, {counted(done.events, 'event')}"
    say(f"{read}, rejects: {rejects or 'none'}; {done.late} late")
    if done.rejects.get(RejectReason.DAMAGED):
        say("nabat: warning: parts of a binary event log could not be read: nabat decode FILE says which")
    found = (counted(done.findings, "finding"), counted(done.alerts, "alert"), counted(done.incidents, "incident"))
    say(f"{', '.join(found)} in {out}")
    if done.lost:
        say(f"{counted(done.lost, 'worker')} lost on the way, the part done again; the answers are whole")
    if done.incidents and sys.stderr.isatty():
        say(f"see them: {shlex.join(('nabat', 'incidents', 'list', '--replay', out))}")
