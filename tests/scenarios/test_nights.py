"""Whole nights: who is told what and when, and what the incident allows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from detector.errors import ConflictError
from detector.schema.case.incidents import CloseReason, IncidentKind, IncidentStatus
from tests.scenarios.story import Story


def test_a_leak_at_night_climbs_the_ladder_until_somebody_has_it_and_is_closed_by_its_checklist(
    story: Callable[..., Story],
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    night.at("03:08").want([])
    night.at("03:10").want(["boris"])
    night.at("03:20").want(["lev"])
    night.at("03:35").want(["anna", "boris", "dina", "lev"])
    night.answers("dina")
    night.at("05:30").want([])
    assert (night.incident.acknowledged_by, night.incident.status) == ("dina", IncidentStatus.IN_PROGRESS)

    with pytest.raises(ConflictError):
        night.closes("dina", CloseReason.HANDLED, "done")
    night.works_through(night.incident, by="dina", approved_by="lev")
    with pytest.raises(ConflictError, match="waits for the duty ru-152fz/ru-24h"):
        night.closes("dina", CloseReason.HANDLED, "every step is ticked, nothing was sent")
    night.fulfils(night.incident, by="dina")
    night.closes("dina", CloseReason.HANDLED, "done")
    assert night.incident.status is IncidentStatus.CLOSED
    assert night.console.detail(night.incident.id).chain_sound
    night.at("09:00").want([])
    held = night.console.detail(night.incident.id).held
    assert held.lines == 150
    assert held.state is not None
    assert held.state.missing == ()
    coverage = night.console.detail(night.incident.id).coverage
    assert coverage is not None
    assert [(each.total.source, each.total.lines, each.total.rejects) for each in coverage.sources] == [("crm", 150, 0)]


def test_a_source_that_falls_silent_is_an_incident_of_its_own(story: Callable[..., Story], tmp_path: Path) -> None:
    crm = {"name": "crm", "paths": [str(tmp_path / "access.log")], "format": "combined", "service": "crm",
           "start": "beginning", "silent_after": "1h"}  # fmt: skip
    night = story(sources=[crm])
    night.reads(10, by="mallory")
    night.at("03:50")
    assert night.blind == []
    night.at("04:20")
    assert len(night.blind) == 1
    night.at("04:40")
    assert len(night.blind) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_a_close_covers_what_was_known_and_ten_thousand_more_call_the_team_again(
    story: Callable[..., Story], restart: bool
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    closed = night.incident
    night.closes("boris", CloseReason.FALSE_POSITIVE, "he may do that")
    if restart:
        night.restart()
    night.reads(100, by="mallory", first=20_000).want([])
    night.reads(200, by="mallory", first=30_000).want(["anna"])
    again, known = night.console.incidents()
    assert (known.id, again.actor_id, again.kind) == (closed.id, "user:mallory", IncidentKind.LEAK)
    assert dict(again.reasons[0].args)["number"] == closed.number
    assert again.opened_at > closed.opened_at
    assert night.console.scope(again.number)[1].subjects == 450
    night.later(minutes=5).want(["boris"])


@pytest.mark.parametrize("restart", [False, True])
def test_a_blind_spot_closed_while_it_is_blind_comes_back_in_the_morning_and_one_that_heals_when_it_is_blind_again(
    story: Callable[..., Story], tmp_path: Path, restart: bool
) -> None:
    crm = {"name": "crm", "paths": [str(tmp_path / "access.log")], "format": "combined", "service": "crm",
           "start": "beginning", "silent_after": "1h"}  # fmt: skip
    night = story(sources=[crm])
    night.reads(10, by="mallory")
    night.at("04:20").closes("boris", CloseReason.FALSE_POSITIVE, "I know", *night.blind)
    if restart:
        night.restart()
    night.at("06:00").at("07:59")
    assert len(night.blind) == 1
    night.at("08:01")
    assert len(night.blind) == 2
    night.closes("boris", CloseReason.FALSE_POSITIVE, "I know", night.blind[0])
    if restart:
        night.restart()
        night.at("09:05")
    night.reads(10, by="mallory")
    assert len(night.blind) == 2
    night.at("11:00").at("11:05")
    assert len(night.blind) == 3
