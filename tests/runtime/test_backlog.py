"""What is written faster than it can be judged is told, not only measured."""

from datetime import timedelta
from pathlib import Path

from detector.clock import ManualClock
from detector.messages import messages
from detector.runtime.app import App
from detector.schema.incidents import Incident, IncidentKind
from detector.settings.load_settings import load_settings
from tests.runtime.places import NIGHT, line, plan, write_plan


def blind(app: App) -> list[Incident]:
    with app.store.read() as unit:
        return [each for each in unit.incidents.open_incidents() if each.kind is IncidentKind.BLIND_SPOT]


def test_a_source_of_which_more_waits_than_a_turn_reads_is_blind_after_a_minute(tmp_path: Path) -> None:
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    source = {**plan(tmp_path)["sources"][0], "budget": "64KiB"}
    with App(load_settings(write_plan(tmp_path, sources=[source])), clock) as app:
        app.turn()
        written = [line(NIGHT + timedelta(seconds=1), n % 50, f"guest{n % 7}") for n in range(40_000)]
        log.write_text("".join(written))
        for seconds in (1, 30, 31):
            assert not blind(app)
            clock.advance(timedelta(seconds=seconds))
            app.turn()
        (incident,) = blind(app)
        said = "; ".join(map(messages("en").reason, incident.reasons))
        assert "Lines of the source crm come too late" in said
        assert "MB of it wait to be read" in said
