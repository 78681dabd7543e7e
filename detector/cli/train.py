"""``nabat train``: learn what is usual."""

from pathlib import Path

import click

from detector.cli.decode import session_key
from detector.cli.options import config_option
from detector.cli.output import TALKING, counted, progress, say, settings_required
from detector.clock import SystemClock
from detector.detect.behaviour import save_model
from detector.runtime.feedback.confirmed_spans import ConfirmedSpans
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.training.learn import SEED, backfill, learn_from_journal, learn_from_logs


@click.command(
    epilog="""\b
Examples:
  nabat train                              from the access journal the daemon keeps
  nabat train access.log.*.gz              from old logs
  nabat train --backfill                   before the first start: model and baselines from the sources' files
"""
)
@config_option
@click.option("--out", metavar="DIR", help="Folder for the model.  [default: STATE/model, where the daemon looks]")
@click.option("--seed", type=int, default=SEED, show_default=True, help="Same lines and seed, same model.")
@click.option("--backfill", "first", is_flag=True, help="Also save the baselines for a daemon that has not run yet.")
@click.argument("logs", nargs=-1, metavar="[LOG ...]")
def train(config: str | None, out: str | None, seed: int, first: bool, logs: tuple[str, ...]) -> None:
    """Train the behaviour model on the access journal, or on LOG files.

    What the actors of confirmed incidents did while these went on is left out; false alarms are learned from.

    The daemon also retrains by itself (behaviour.retrain). A running daemon takes a new model up at the next reload.
    """
    kept_elsewhere = () if first or not logs else (("database",),)
    settings, clock = settings_required(config, spare=(*kept_elsewhere, *TALKING)), SystemClock()
    if first:
        with progress("Learning") as advance:
            model = backfill(settings, clock, on_progress=advance)
        said = f"model of {model.manifest.rows} windows" if model else "too little history for a model; baselines kept"
        say(f"{said}; the daemon begins with it")
        return
    if logs:
        chosen = logs_of(settings, logs)
        total = sum(Path(log.path).stat().st_size for log in chosen if log.path != "-")
        confirmed = ConfirmedSpans.of_database(settings)
        with progress("Learning", total) as advance:
            _, trainer, _ = learn_from_logs(
                settings,
                chosen,
                session_key=session_key(settings),
                seed=seed,
                on_progress=advance,
                confirmed=confirmed,
            )
        if confirmed.left_out:
            say(f"left out: {counted(confirmed.left_out, 'event')} of confirmed incidents")
        model, _ = trainer.finish(clock.now())
    else:
        model = learn_from_journal(settings, clock.now(), seed=seed)
    folder = Path(out) if out else settings.state / "model"
    save_model(model, folder)
    say(f"model {model.version}: {model.manifest.rows} windows of {model.manifest.actors} actors, in {folder}")
