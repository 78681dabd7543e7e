"""Nights on which something else happens: an edited configuration, a restart, a dead target, a log gone quiet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from detector.schema.case.incidents import IncidentStatus
from detector.schema.team.delivery import MessageKind
from tests.scenarios.story import Story


def test_a_configuration_edited_in_the_middle_of_an_escalation_leaves_the_case_the_ladder_it_opened_under(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    night = story()
    people = [{"name": name, "targets": [name]} for name in ("anna", "boris", "lev", "dina")]
    night.reads(150, by="mallory").want(["anna"])
    night.edit(team={"people": people, "roles": {"soc": ["anna", "dina"], "lead": ["lev"]}}).later(seconds=2)
    night.later(minutes=5).want(["boris"])  # the deputy it opened under, not the new file's
    known = night.incident

    (tmp_path / "nabat.yml").write_text("team: {people: [")
    night.at("03:15").at("03:19").want(["lev"])  # the file is refused whole, the ladder goes on by the one before
    reloads = night.app.metrics.registry.get_sample_value
    assert [reloads("nabat_config_reloads_total", {"result": each}) for each in ("done", "refused")] == [1, 1]
    night.reads(150, by="mallory", first=20_000)
    assert night.incident.id == known.id
    assert night.console.scope(known.number)[1].subjects == 300


@pytest.mark.parametrize("answered", [False, True])
def test_a_restart_in_the_middle_of_an_escalation_forgets_nobody_and_pages_nobody_twice(
    story: Callable[..., Story], answered: bool
) -> None:
    night = story()
    night.reads(150, by="mallory").want(["anna"])
    if answered:
        night.answers("anna")
    known = night.incident
    night.stop()
    # While it is down the deputy's time passes, and the lead's comes; the theft goes on.
    night.pass_to("03:18").log_of(150, by="mallory", first=20_000)
    night.pass_to("03:20").start()
    night.later(seconds=1).want(["anna"] if answered else ["boris", "lev"])
    assert (night.incident.id, night.incident.opened_at) == (known.id, known.opened_at)
    assert night.console.scope(known.number)[1].subjects == 300
    # Whoever had answered is called again for what came since: twice as many clients.
    night.at("03:34").want(["boris"] if answered else ["anna", "boris", "dina", "lev"])
    assert len(night.arrived("anna")) == 2
    assert night.console.detail(known.id).chain_sound


def test_a_target_that_is_down_sends_the_ladder_on_and_what_it_missed_is_brought_when_it_is_back(
    story: Callable[..., Story],
) -> None:
    night = story(notify={"attempts": 2, "backoff": "5s"})
    night.receivers["anna"].otherwise = 503
    night.reads(150, by="mallory").want(["anna"])
    night.later(seconds=6).want(["boris"])  # both tries failed: the deputy does not wait for his five minutes
    assert night.arrived("anna") == []
    assert night.told(MessageKind.DELIVERY_FAILED) == ["lev"]  # whom to telephone; boris has not got his page yet
    with night.app.store.read() as unit:
        pages = [each for each in unit.outbox.messages(night.incident.id) if each.kind is MessageKind.PAGE]
    first = {each.person: [line for line in each.body.splitlines() if line.startswith("First: ")] for each in pages}
    assert first["boris"] == first["anna"] != [], "what follows a failure says as much as what the ladder asks for"

    night.receivers["anna"].otherwise = 200
    night.later(minutes=1).want([])
    about_leak = [title for title in night.arrived("anna") if night.incident.number in title]
    assert len(about_leak) == 1
    assert [each.rules for each in night.blind] == [("blind-spot.role",)]
    night.answers("anna")
    night.at("03:40").want([])


def test_a_log_that_falls_silent_during_a_leak_is_told_beside_it_and_what_comes_later_belongs_to_the_leak(
    story: Callable[..., Story], tmp_path: Path
) -> None:
    other: dict[str, Any] = {"format": "combined", "service": "crm", "start": "beginning", "silent_after": "1h"}
    night = story(
        sources=[
            {"name": "crm", "paths": [str(tmp_path / "access.log")], **other},
            {"name": "branch", "paths": [str(tmp_path / "branch.log")], **other},
        ]
    )
    night.reads(150, by="mallory").answers("anna")
    leak = night.incident
    night.at("04:10").want(["anna"], about=night.blind[0])
    assert len(night.blind) == 2
    assert night.incident.status is IncidentStatus.IN_PROGRESS

    night.pass_to("05:00").reads(150, by="mallory", first=20_000)
    assert night.incident.id == leak.id
    assert night.console.scope(leak.number)[1].subjects == 300
