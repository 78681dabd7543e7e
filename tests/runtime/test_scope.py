"""Whose data was touched: everything that says it says the same."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from detector.clock import ManualClock
from detector.runtime.incidents.console import open_console
from detector.runtime.replay.log_sources import logs_of
from detector.runtime.replay.plan import ReplayPlan
from detector.runtime.replay.replay import Replay
from detector.schema.findings import Detector
from detector.settings import Settings
from detector.settings.load_settings import load_settings
from detector.simulate import simulate


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path]:
    folder = tmp_path_factory.mktemp("company")
    simulate(folder, 3, 3, datetime(2026, 3, 2, tzinfo=UTC), staff=10, leaks=8)
    settings, out = load_settings(folder / "nabat.yml"), folder / "out"
    Replay(ReplayPlan(settings=settings, logs=logs_of(settings, []), out=out)).run()
    return settings.model_copy(update={"state": out}), out


def test_show_scope_their_list_and_the_file_of_a_replay_give_the_same_numbers(
    replayed: tuple[Settings, Path], tmp_path: Path
) -> None:
    settings, out = replayed
    told = [json.loads(line) for line in (out / "incidents.jsonl").read_text().splitlines()]
    behind = set()
    with open_console(settings, ManualClock(datetime(2026, 4, 1, tzinfo=UTC))) as console:
        for each in told:
            detail = console.detail(each["id"], look_up=True)
            behind |= {finding.detector for finding in detail.findings}
            shown, kept = detail.incident.scope, console.detail(each["id"]).incident
            _, computed = console.scope(each["id"])
            assert shown == kept.scope == computed
            assert (shown.subjects, shown.record_low, shown.record_high) == (
                each["subjects"],
                each["records"]["low"],
                each["records"]["high"],
            )
            assert console.write_subjects(each["id"], tmp_path / "clients.csv") == shown.subjects
            assert (each["kind"], each["title"], each["severity"]) == (kept.kind, kept.title, kept.severity)
            assert console.detail(each["id"]).entries == detail.entries
    assert len(told) > 2
    assert {Detector.BEHAVIOUR, Detector.CORRELATION, Detector.RULE} <= behind
