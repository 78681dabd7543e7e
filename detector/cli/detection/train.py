"""``nabat train``: learn what is usual."""

from contextlib import closing
from pathlib import Path

import click

from detector.cli.detection.decode import session_key
from detector.cli.detection.models import about_me, granted_to_change
from detector.cli.options import config_option, for_option
from detector.cli.output import TALKING, counted, progress, say, settings_required
from detector.clock import SystemClock
from detector.detect.behaviour import Model, save_model
from detector.errors import InputError, Problem
from detector.runtime.feedback.confirmed_spans import ConfirmedSpans
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.training.learn import SEED, backfill, learn_from_journal, learn_from_logs
from detector.runtime.training.model_registry import ModelRegistry
from detector.runtime.training.promotions import Promotions
from detector.schema.detection.model_changes import ModelAct
from detector.settings import Settings
from detector.store import Store


@click.command(
    epilog="""\b
Examples:
  nabat train                              from the access journal the daemon keeps
  nabat train access.log.*.gz              from old logs
  nabat train --backfill                   before the first start: model and baselines from the sources' files
"""
)
@config_option
@for_option
@click.option("--out", metavar="DIR", help="Only write the model to this folder.")
@click.option("--seed", type=int, default=SEED, show_default=True, help="Same lines and seed, same model.")
@click.option("--backfill", "first", is_flag=True, help="Also save the baselines for a daemon that has not run yet.")
@click.argument("logs", nargs=-1, metavar="[LOG ...]")
def train(config: str | None, by: str | None, out: str | None, seed: int, first: bool, logs: tuple[str, ...]) -> None:
    """Train the behaviour model on the access journal, or on LOG files.

    What the actors of confirmed incidents did while these went on is left out; false alarms are learned from.

    The model is compared with the one in force as `nabat models promote` does, and taken up if it is not worse; a
    running daemon notices. The daemon also retrains by itself (behaviour.retrain), in the same way.

    Once the service has run, lead, deputy and analyst do it, each in their own name, and nobody whom an open incident
    is about. With --out everybody on the team may: nothing takes that model up, and it leaves out no incident about
    whoever trains it.
    """
    if out and Path(out).exists() and not Path(out).is_dir():
        raise InputError(Problem(file=out, what="is not a folder", fix="name another --out"))
    kept_elsewhere = (("database",),) if logs and out and not first else ()
    settings, clock = settings_required(config, spare=(*kept_elsewhere, *TALKING)), SystemClock()
    who = "" if settings.never_ran or (out and not first) else _granted(settings, by)
    # Whoever changes the model is told nothing by it: no open incident is about them.
    hidden = None if who or settings.never_ran else about_me(settings)
    if first:
        with progress("Learning") as advance:
            model = backfill(settings, clock, on_progress=advance)
        said = f"model of {model.manifest.rows} windows" if model else "too little history for a model; baselines kept"
        say(f"{said}; the daemon begins with it")
        return
    if logs:
        chosen = logs_of(settings, logs)
        total = sum(Path(log.path).stat().st_size for log in chosen if log.path != "-")
        confirmed = ConfirmedSpans.of_database(settings, hidden)
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
    elif settings.never_ran:
        what = "there is no access journal to learn from: Nabat has not run with this configuration yet"
        fix = "name old logs: nabat train LOG ...; or --backfill, for the files of the sources"
        raise InputError(Problem(file=str(settings.state), what=what, fix=fix))
    else:
        model = learn_from_journal(settings, clock.now(), seed=seed, hidden=hidden)
    size = f"model {model.version}: {model.manifest.rows} windows of {model.manifest.actors} actors"
    if out:
        save_model(model, Path(out))
        say(f"{size}, in {out}")
    elif settings.never_ran:  # nothing is known that it could be compared by
        registry = ModelRegistry(settings.state)
        registry.add(model)
        registry.take_up(model.version)
        say(f"{size}, in {settings.state / 'model'}")
    else:
        say(f"{size}; {_offered(settings, model, who)}")


def _granted(settings: Settings, acts_for: str | None) -> str:
    with closing(Store.open(settings.database_url, make=False)) as store:
        return granted_to_change(store, settings, acts_for)


def _offered(settings: Settings, model: Model, who: str) -> str:
    """Compare a model with the one in force, take it up if it is not worse, and return what came of it."""
    with closing(Store.open(settings.database_url, make=False)) as store, progress("Comparing"):
        done = Promotions(store, settings, SystemClock()).offer(model, by=who)
    if done.act is ModelAct.PROMOTED:
        return f"taken up in place of {done.previous}"
    return f"kept, not taken up: {done.reason}. Look: nabat models compare {model.version}"
