"""``nabat replay``: what would have been seen, over old lines."""

import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detector.cli.options import Moment, config_option
from detector.cli.output import TALKING, counted, progress, say, settings_or_default
from detector.runtime import process_tuning
from detector.runtime.replay.batch_lines import BATCH_LINES

if TYPE_CHECKING:
    from detector.runtime.replay.replay import Replayed
    from detector.schema.detection.work_exceptions import WorkException


@click.command(
    epilog="""\b
Examples:
  nabat replay -c nabat.yml --out last-week access.log.2.gz access.log.1
  nabat replay -c nabat.yml --out march --from 2026-03-01 --to 2026-04-01
  nabat replay -c nabat.yml --out sunday --expected     what planned work covers pages nobody, as in the service
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
    "--expected", is_flag=True, help="Take the exceptions of the configured database into account (`nabat expect`)."
)
@click.argument("logs", nargs=-1, metavar="[LOG ...]")
def replay(
    config: str | None,
    out: str,
    since: datetime | None,
    until: datetime | None,
    batch_lines: int,
    expected: bool,
    logs: tuple[str, ...],
) -> None:
    """Run the pipeline over old lines in event time and write what it would have found.

    It has its own database in DIR and pages nobody. Without LOG, the files of the configured sources are read. The same
    input gives the same bytes.

    Exceptions for planned work count only with --expected.
    """
    settings = settings_or_default(config, spare=TALKING if expected else (("database",), *TALKING))
    # Only now: a mistake in the configuration is told, and help given, without a second of libraries.
    from detector.runtime.replay.log_sources import logs_of
    from detector.runtime.replay.plan import ReplayPlan
    from detector.runtime.replay.replay import Replay
    from detector.settings import SourceSettings

    exceptions: tuple[WorkException, ...] = ()
    if expected:
        from detector.runtime.expected.planned_work import exceptions_of

        exceptions = exceptions_of(settings)
    if not settings.sources and logs:
        settings = settings.model_copy(update={"sources": (SourceSettings(name="log", paths=logs, service="log"),)})
    chosen = logs_of(settings, logs)
    work = Replay(
        ReplayPlan(
            settings=settings,
            logs=chosen,
            out=Path(out),
            since=since,
            until=until,
            exceptions=exceptions,
            batch_lines=batch_lines,
        )
    )
    for what in work.left_out:
        say(f"nabat: warning: {what}")
    process_tuning.freeze_objects()
    total = sum(Path(log.path).stat().st_size for log in chosen if log.path != "-")
    with progress("Replaying", total) as advance:
        done = work.run(advance)
    _tell(done, out)
    none = "no exceptions taken into account (--expected takes those of the service's database)"
    say(f"{counted(len(exceptions), 'exception')} taken into account" if expected else none)


def _tell(done: "Replayed", out: str) -> None:
    rejects = ", ".join(f"{count} {reason}" for reason, count in sorted(done.rejects.items()))
    read = f"{counted(done.lines, 'line')}, {counted(done.events, 'event')}"
    say(f"{read}, rejects: {rejects or 'none'}; {done.late} late")
    for source, many in sorted(done.behind.items()):
        say(
            f"nabat: warning: {source}: {counted(many, 'event')} over an hour behind others of the same log: judged "
            "one by one and among themselves, not counted with others. Sort the log by time"
        )
    for source, many in sorted(done.ahead.items()):
        say(
            f"nabat: warning: {source}: {counted(many, 'event')} dated over a day ahead of now: judged one by one, "
            "counted with nothing. Correct the dates"
        )
    for rule, many in sorted(done.rule_errors.items()):
        why = done.rule_causes[rule]
        say(
            f"nabat: warning: the rule {rule} failed {counted(many, 'time')}, last with {why.kind} at {why.place}: "
            "what it would have found there is not known. Correct or disable it"
        )
    if done.rejects.get("damaged"):
        say("nabat: warning: parts of a binary event log could not be read: nabat decode FILE says which")
    found = (counted(done.findings, "finding"), counted(done.alerts, "alert"), counted(done.incidents, "incident"))
    say(f"{', '.join(found)} in {out}")
    if done.incidents and sys.stderr.isatty():
        say(f"see them: {shlex.join(('nabat', 'incidents', 'list', '--replay', out))}")
