"""A rule that fails says with what and where, once in the service's log and in its blind spot; never a log's text."""

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from detector.clock import ManualClock
from detector.detect.rules import detector as detector_module
from detector.detect.rules.columns.frame_view import FrameView
from detector.messages import messages
from detector.runtime.app import App
from detector.schema.incidents import IncidentKind
from detector.settings.load_settings import load_settings
from tests.runtime.places import NIGHT, bulk, write_plan


def broken(_rule: object, _state: object, view: FrameView, *_: object) -> None:
    raise ValueError(f"what is this: {view.frame.item(0, 'user.name')}")


def test_a_rule_that_fails_keeps_its_cause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detector_module, "correlate", broken)
    log, clock = tmp_path / "access.log", ManualClock(NIGHT)
    log.touch()
    with capture_logs() as said_in_log, App(load_settings(write_plan(tmp_path)), clock) as app:
        app.turn()
        for at in range(3):
            with log.open("a") as out:
                out.write(bulk(20, at=NIGHT + timedelta(seconds=1 + 20 * at), first=1_000 + 20 * at))
            clock.advance(timedelta(seconds=30))
            app.turn()
            app.turn()
        with app.store.read() as unit:
            (incident,) = [each for each in unit.incidents.open_incidents() if each.kind is IncidentKind.BLIND_SPOT]
    said = "; ".join(map(messages("en").reason, incident.reasons))
    assert "since the start, last with ValueError at test_rule_failures.py:" in said
    (told,) = [each for each in said_in_log if each["event"] == "rule_failed"]
    assert told["error"] == "ValueError"
    assert "in broken" in told["trace"]
    assert "mallory" not in str(told)
