"""A turn that takes long makes nobody late: of what is written meanwhile the clock has said nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from detector.clock import ManualClock
from detector.runtime.app import App
from detector.settings.loading.load_settings import load_settings
from tests.runtime.places import BULK_READ, NIGHT, bulk, line, write_plan


@pytest.mark.parametrize("seconds", [2, 90, 400])
def test_lines_written_while_a_turn_went_on_are_read_in_order(tmp_path: Path, seconds: int) -> None:
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    with App(load_settings(write_plan(tmp_path)), clock) as app:
        app.turn()
        app.pipeline.on_events = lambda _: clock.advance(timedelta(seconds=seconds))
        written = bulk(150, at=NIGHT + timedelta(seconds=1)).splitlines(keepends=True)
        # Each turn reads one line, and takes its time; the next one was written right behind it.
        for text in (line(NIGHT, 999), *written[:3]):
            with log.open("a") as out:
                out.write(text)
            app.turn()
            assert app.pipeline.judged is not None
            assert (app.pipeline.judged.belated, app.pipeline.judged.late) == (0, 0)
        app.pipeline.on_events = lambda _: None
        with log.open("a") as out:
            out.write("".join(written[3:]))
        app.turn()
        with app.store.read() as unit:
            assert {each.rule_id for each in unit.incidents.all_findings()} == {BULK_READ}
