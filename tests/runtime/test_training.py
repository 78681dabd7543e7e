"""A model trained at the command line, and one the daemon trains by itself, are those the daemon judges with."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from detector.clock import ManualClock
from detector.runtime.app import App
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import NIGHT, eventually, line, nabat, write_plan

BEHAVIOUR = {"enabled": True, "retrain": "2h"}
_DAYS = 40


def usual(days: int = _DAYS) -> str:
    """Return the lines of a dozen people who look at a few clients an hour of so many days."""
    rows = [
        (
            NIGHT + timedelta(days=day, hours=hour, minutes=4 * who + step),
            1000 + 97 * who + 11 * step + day,
            f"staff{who}",
        )
        for day in range(days)
        for hour in range(5, 11)
        for who in range(12)
        for step in range(2 + (who + hour + day) % 3)
    ]
    return "".join(line(at, client, by) for at, client, by in sorted(rows))


def test_the_model_of_nabat_train_is_the_one_the_daemon_judges_with(tmp_path: Path) -> None:
    config = write_plan(tmp_path, behaviour=BEHAVIOUR)
    log = tmp_path / "access.log"
    log.write_text(usual())
    done = nabat("train", str(log), "-c", str(config))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    (version,) = re.findall(r"model (\S+): \d+ windows of 12 actors", done.stderr)
    with App(load_settings(config), ManualClock(NIGHT + timedelta(days=_DAYS))) as app:
        assert app.parts.model is not None
        assert (app.parts.model.version, app.parts.starter) == (version, False)
        assert app.pipeline.parts.model is app.parts.model


@pytest.mark.share(2)
@pytest.mark.timeout(300)  # the other process is the nicest there is: on a busy machine it waits
def test_the_daemon_trains_from_its_journal_when_it_is_time_and_judges_with_what_came_of_it(tmp_path: Path) -> None:
    config = write_plan(tmp_path, behaviour=BEHAVIOUR)
    log = tmp_path / "access.log"
    log.write_text(usual())
    clock = ManualClock(NIGHT + timedelta(days=_DAYS))
    with App(load_settings(config), clock) as app:
        assert app.parts.starter
        drained(app)
        clock.advance(timedelta(minutes=2))
        app.turn()
        assert app.parts.starter, "the first minutes after a start are no time to train"
        clock.advance(timedelta(hours=2))

        promoted = {"outcome": "promoted"}

        def trained() -> bool:
            """Tell whether the model is taken up, and the other process has said so too: it writes the model first."""
            clock.advance(timedelta(seconds=2))
            app.turn()
            told = app.metrics.registry.get_sample_value("nabat_model_retrains_total", promoted)
            return told is not None and not app.parts.starter

        eventually(trained, 240)
        assert app.parts.model is not None
        assert app.parts.model.manifest.actors == 12
        assert app.pipeline.parts.model is app.parts.model
        assert (app.settings.state / "model").is_dir()
        assert app.metrics.registry.get_sample_value("nabat_model_retrains_total", promoted) == 1
        with app.store.read() as unit:
            (change,) = unit.model_changes.newest()
        assert (change.version, change.previous, change.by) == (app.parts.model.version, "starter", "nabat")


def drained(app: App) -> None:
    """Let the service take in all there is and keep it."""
    before = -1
    while before != (before := sum(app.pipeline.freshness.lines.values())):
        app.turn()
    app.pipeline.save(force=True)
