"""``nabat models``: which model of behaviour is in force, which are kept, and how that changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import msgspec

from detector.cli.incidents import opened_store
from detector.cli.options import config_option, for_option, identity, json_option
from detector.cli.output import counted, emit_pretty, fail, moment, progress, say, show
from detector.clock import SystemClock
from detector.detect.behaviour import Model
from detector.messages import messages
from detector.runtime.feedback.judged_incidents import Hidden
from detector.runtime.incidents.case_door import CaseDoor
from detector.runtime.training.model_comparison import ModelComparison
from detector.runtime.training.promotions import Promotions
from detector.schema.detection.model_changes import ModelChange
from detector.schema.team.grants import PersonAct
from detector.settings import Settings
from detector.store import Store


@contextmanager
def _opened(config: str | None) -> Iterator[tuple[Promotions, Settings]]:
    with opened_store(config) as (store, settings):
        yield Promotions(store, settings, SystemClock()), settings


def about_me(settings: Settings) -> Hidden:
    """Return what tells which incidents are about whoever is at this command line: what is counted counts none of them.

    Raises:
        DeniedError: The login is nobody's on the team.
    """
    door, who = CaseDoor(settings), identity(settings)
    return lambda unit, incidents: door.ids_about(unit, incidents, who)


def granted_to_change(store: Store, settings: Settings, acts_for: str | None) -> str:
    """Return who changes the model, where the door lets them.

    Raises:
        DeniedError: They may not, or an open incident is about them.
    """
    with store.read() as unit:
        return CaseDoor(settings).general(unit, identity(settings, acts_for), PersonAct.MODEL).person


@click.group()
def models() -> None:
    """Which model of behaviour is in force, which are kept, and how that changes.

    VERSION is the beginning of a version, or `starter`, the shipped model. The service takes a change up by itself.
    Lead, deputy and analyst change it, each in their own name, and nobody whom an open incident is about.
    """


@models.command(
    "list",
    short_help="List the models that are kept.",
    epilog="\b\nExamples:\n  nabat models list\n  nabat models list --json\n",
)
@config_option
@json_option
def list_(config: str | None, as_json: bool) -> None:
    """List the models that are kept, the latest trained first, and which is in force."""
    with _opened(config) as (work, settings):
        kept, current = work.registry.models(), work.current()
        present = work.registry.current()
        if present is not None and current not in {model.version for model in kept}:
            kept = [present, *kept]
        if as_json:
            emit_pretty([_json(model, current) for model in kept])
            return
        words = messages(settings.language)
        for model in kept:
            _line(model, settings, words.text("models-in-force") if model.version == current else "")
        if current == "starter":
            show(f"starter       {words.text('models-in-force')}")
        say(counted(len(kept), "model"))


@models.command(
    "show",
    short_help="Show a model, and what became of it.",
    epilog="\b\nExamples:\n  nabat models show 3f12\n  nabat models show starter --json\n",
)
@config_option
@json_option
@click.argument("version")
def show_(config: str | None, as_json: bool, version: str) -> None:
    """Show a model: when and on what it was trained, and each change it was part of, with its figures."""
    with _opened(config) as (work, settings):
        model, current = work.registry.find(version), work.current()
        name = "starter" if version == "starter" else model.version
        changes = [each for each in work.changes() if name in (each.version, each.previous)]
        if as_json:
            emit_pretty({**_json(model, current), "changes": [msgspec.to_builtins(each) for each in changes]})
            return
        _line(model, settings, messages(settings.language).text("models-in-force") if name == current else "")
        for each in changes:
            _change(each, settings)


@models.command(
    "compare",
    short_help="Judge a model beside the one in force.",
    epilog="\b\nExamples:\n  nabat models compare 3f12\n  nabat models compare 3f12 --with starter --json\n",
)
@config_option
@json_option
@click.option("--with", "against", default="", metavar="VERSION", help="Another one than the model in force.")
@click.argument("version")
def compare(config: str | None, as_json: bool, against: str, version: str) -> None:
    """Judge a model by what people said of incidents, beside the one in force.

    Both fold the touches of the last 90 days of the access journal from nothing. What they find is folded into
    incidents together with what rules found; incidents about your own account count nowhere. The exit status is 1 when
    the model is worse: it finds fewer confirmed incidents, or raises more false alarms.
    """
    with _opened(config) as (work, settings):
        with progress("Comparing"):
            found = work.compare(version, against, hidden=about_me(settings))
        if as_json:
            emit_pretty({**msgspec.to_builtins(found), "worse_because": found.worse_because})
        else:
            _show_comparison(found, settings)
        if found.worse_because:
            fail(1)


@models.command(
    "promote",
    short_help="Take a model up if it is not worse.",
    epilog="""\b
Examples:
  nabat models promote 3f12
  nabat models promote 3f12 --force --reason "the false alarms it raises are of a script that is gone"
""",
)
@config_option
@for_option
@click.option("--force", is_flag=True, help="Take it up although it is worse; needs a reason.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@click.argument("version")
def promote(config: str | None, by: str | None, force: bool, reason: str, version: str) -> None:
    """Compare a model with the one in force, and take it up if it is not worse."""
    with _opened(config) as (work, settings):
        who = granted_to_change(work.store, settings, by)
        with progress("Comparing"):
            done = work.promote(version, by=who, force=force, reason=reason)
        _change(done, settings)


@models.command(
    "rollback",
    short_help="Put the former model back.",
    epilog='\b\nExamples:\n  nabat models rollback --reason "it says nothing of exports"\n',
)
@config_option
@for_option
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
def rollback(config: str | None, by: str | None, reason: str) -> None:
    """Put the model back that was in force before the present one was taken up."""
    with _opened(config) as (work, settings):
        _change(work.rollback(by=granted_to_change(work.store, settings, by), reason=reason), settings)


def _line(model: Model, settings: Settings, said: str) -> None:
    manifest, words = model.manifest, messages(settings.language)
    span = f"{manifest.first_window:%Y-%m-%d} - {manifest.last_window:%Y-%m-%d}"
    size = words.text("models-size", windows=manifest.windows, actors=manifest.actors, days=manifest.days)
    show(f"{model.version}  {moment(manifest.trained_at, settings)}  {span}  {size}  {said}".rstrip())


def _change(change: ModelChange, settings: Settings) -> None:
    words = messages(settings.language)
    act = words.text(f"models-act-{change.act.value.replace('_', '-')}")
    forced = " " + words.text("models-forced") if change.forced else ""
    why = f": {change.reason}" if change.reason else ""
    show(f"{moment(change.at, settings)}  {change.previous} -> {change.version}  {act}{forced} ({change.by}){why}")
    if change.figures:
        show("    " + ", ".join(f"{name} {value}" for name, value in change.figures))


def _show_comparison(found: ModelComparison, settings: Settings) -> None:
    words = messages(settings.language)
    if found.since is None or found.until is None:
        show(words.text("models-no-touches"))
        return
    first, last = f"{found.since:%Y-%m-%d}", f"{found.until:%Y-%m-%d}"
    counts = {"confirmed": found.confirmed, "false_alarms": found.false_alarms}
    show(words.text("models-span", first=first, last=last, **counts))
    show(words.text("models-head"))
    for each in (found.candidate, found.current):
        show(f"{each.version:14} {each.found:9} {each.raised:9} {each.unjudged:9}")
    show(words.text("models-worse", why=found.worse_because) if found.worse_because else words.text("models-not-worse"))


def _json(model: Model, current: str) -> dict[str, Any]:
    manifest = model.manifest
    return {
        "version": model.version,
        "in_force": model.version == current,
        "trained_at": manifest.trained_at,
        "first_window": manifest.first_window,
        "last_window": manifest.last_window,
        "windows": manifest.windows,
        "actors": manifest.actors,
        "days": manifest.days,
        "seed": manifest.seed,
        "kinds": sorted(manifest.kinds),
    }
