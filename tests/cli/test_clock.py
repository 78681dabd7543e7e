"""`nabat clock` at the command line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from detector.store import Store
from tests.runtime.places import answer, write_plan


def _in_hours(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%MZ")  # noqa: TID251


def test_a_lead_confirms_the_clock_and_a_time_that_it_does_not_show_is_refused(tmp_path: Path) -> None:
    config = write_plan(tmp_path, login="lev")
    (tmp_path / "state").mkdir()
    Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}").close()
    assert "proven  -" in answer(config, "clock", "show")[1]
    status, _, said = answer(config, "clock", "confirm", _in_hours(-30))
    assert status == 2, said
    assert "set it by NTP" in said
    status, _, said = answer(config, "clock", "confirm", _in_hours(0))
    assert status == 0, said
    assert "proven  2" in answer(config, "clock", "show")[1]


def test_nobody_but_lead_and_deputy_confirms_the_clock(tmp_path: Path) -> None:
    config = write_plan(tmp_path, login="anna")
    (tmp_path / "state").mkdir()
    Store.open(f"sqlite:///{tmp_path / 'state' / 'nabat.db'}").close()
    status, _, said = answer(config, "clock", "confirm", _in_hours(0))
    assert status != 0, said
    assert "proven  -" in answer(config, "clock", "show")[1]
