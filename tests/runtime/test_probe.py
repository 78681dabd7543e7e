"""What has to be written is tried once a minute, and what was seen outlives a restart."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from detector.runtime.delivery.target_trials import note_trials
from detector.runtime.health.write_probe import REPLACED, WriteProbe
from detector.settings import Settings
from detector.store import Store

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield made
    made.close()


def test_database_and_folder_are_tried_once_a_minute(store: Store, tmp_path: Path) -> None:
    probe = WriteProbe(store, tmp_path)
    assert (probe.database_at, probe.state_at) == (None, None)
    for seconds in range(0, 119, 7):
        probe.beat(NOW + timedelta(seconds=seconds))
    assert NOW + MINUTE <= (probe.database_at or NOW) <= NOW + MINUTE * 1.2
    assert probe.state_at == probe.database_at
    assert store.commits == 2


def test_a_folder_that_takes_no_file_is_told_and_found_again(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    probe = WriteProbe(store, folder)
    probe.beat(NOW)
    assert (probe.state_at, probe.state_problem) == (None, os.strerror(2))
    folder.mkdir()
    probe.beat(NOW + MINUTE)
    assert (probe.state_at, probe.state_problem) == (NOW + MINUTE, "")
    assert (folder / "probe").stat().st_mode & 0o077 == 0


def test_another_folder_in_the_place_of_the_state_is_told_until_the_first_is_back(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    probe = WriteProbe(store, folder)
    folder.rename(tmp_path / "moved")
    folder.mkdir()
    probe.beat(NOW)
    assert (probe.state_at, probe.state_problem) == (None, REPLACED)
    assert not list(folder.iterdir())
    folder.rmdir()
    (tmp_path / "moved").rename(folder)
    probe.beat(NOW + MINUTE)
    assert (probe.state_at, probe.state_problem) == (NOW + MINUTE, "")


def test_what_was_seen_outlives_a_restart(store: Store, tmp_path: Path) -> None:
    probe = WriteProbe(store, tmp_path)
    probe.seen["source:crm"] = NOW
    probe.beat(NOW)
    assert WriteProbe(store, tmp_path).seen == {"source:crm": NOW}
    with store.begin() as unit:
        unit.kv.set("health", "[1]")
    assert WriteProbe(store, tmp_path).seen == {}


def test_a_trial_counts_as_a_message_that_was_taken(store: Store, tmp_path: Path) -> None:
    settings = Settings.model_validate({"state": str(tmp_path)})
    assert note_trials(settings, {"push": NOW})
    assert note_trials(settings, {"mail": NOW + MINUTE})
    probe = WriteProbe(store, tmp_path)
    probe.beat(NOW)
    assert {name: one.ok_at for name, one in probe.targets.items()} == {"push": NOW, "mail": NOW + MINUTE}
    assert not probe.targets["push"].failing


def test_a_trial_before_the_first_start_makes_no_database(tmp_path: Path) -> None:
    assert not note_trials(Settings.model_validate({"state": str(tmp_path / "none")}), {"push": NOW})
    assert not (tmp_path / "none").exists()
