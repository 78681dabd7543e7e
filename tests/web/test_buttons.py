"""The buttons under a page: each acts once as whom it was sent to, shows nothing, and no preview presses it."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from detector.errors import ConflictError
from detector.notify import ButtonAct
from detector.schema.case.incidents import Incident
from detector.schema.team.delivery import Message, MessageKind
from tests.fakes.people import me
from tests.web.conftest import World, make_finding

ACK, PASS = ButtonAct.ACKNOWLEDGE, ButtonAct.HAND_OVER


def pages(world: World, incident: Incident) -> list[Message]:
    found = world.detail(incident.id).messages
    return sorted((each for each in found if each.kind is MessageKind.PAGE), key=lambda each: each.created_at)


def press(world: World, page: Message, act: ButtonAct, method: str = "POST") -> httpx.Response:
    address = dict(world.links.buttons(page))[act]
    return world.browser("").send(method, "/press/" + address.rpartition("/")[2])


def test_the_button_acknowledges_once_and_shows_nothing(world: World) -> None:
    incident = world.found()
    (page,) = pages(world, incident)
    before = world.state()
    for method in ("GET", "HEAD"):
        answer = press(world, page, ACK, method)
        assert answer.status_code == 405
        assert incident.number not in answer.text
    assert world.state() == before
    done = press(world, page, ACK)
    assert (done.status_code, done.content) == (204, b"")
    known = world.detail(incident.id).incident
    assert known.acknowledged_by == "anna"
    assert "via button under the page" in world.detail(incident.id).entries[-1].text
    before = world.state()
    again = press(world, page, ACK)
    assert (again.status_code, again.content) == (400, b"")
    assert world.state() == before
    assert world.browser("").post("/press/" + world.token(incident)).status_code == 400, "a link is no button"


def test_who_cannot_take_it_has_the_next_ones_called_now_and_the_paging_goes_on(world: World) -> None:
    incident = world.found()
    assert press(world, pages(world, incident)[0], PASS).status_code == 204
    assert [each.person for each in pages(world, incident)] == ["anna", "boris"]
    known = world.detail(incident.id)
    assert known.incident.acknowledged_at is None
    assert known.entries[-1].text == "anna cannot take it. Called at once: boris."
    assert press(world, pages(world, incident)[1], PASS).status_code == 204
    assert [each.person for each in pages(world, incident)][2:] == ["lev"]
    assert press(world, pages(world, incident)[0], ACK).status_code == 204, "she may take it all the same"


def test_who_has_it_hands_it_to_whoever_is_on_call_next(world: World) -> None:
    incident = world.found()
    (page,) = pages(world, incident)
    press(world, page, ACK)
    assert press(world, page, PASS).status_code == 204
    known = world.detail(incident.id)
    assert known.incident.acknowledged_by == "boris"
    assert any(each.kind is MessageKind.REMINDER and each.person == "boris" for each in known.messages)
    other = world.found(make_finding(by="user:eve"))
    assert press(world, pages(world, other)[0], PASS).status_code == 204
    world.console.acknowledge(other.number, by=me("dina"), via="cli")
    refused = press(world, pages(world, other)[1], PASS)
    assert (refused.status_code, refused.content) == (409, b""), "dina has it"


def test_an_old_page_answers_for_nothing_that_it_did_not_say(world: World) -> None:
    incident = world.found()
    (page,) = pages(world, incident)
    world.console.acknowledge(incident.number, by=me("boris"), via="cli")
    world.clock.advance(timedelta(minutes=1))
    until = world.clock.now() + timedelta(minutes=5)
    world.console.snooze(incident.number, by=me("boris"), until=until, reason="the branch opens at seven")
    world.clock.advance(timedelta(minutes=6))
    assert press(world, page, ACK).status_code == 409, "the team is called again, and for this she was not"
    assert world.detail(incident.id).incident.acknowledged_at is None
    world.clock.advance(timedelta(days=8))
    assert press(world, page, ACK).status_code == 400, "and none is good for ever"


def test_for_whom_the_case_is_about_a_button_does_nothing(world: World) -> None:
    incident = world.found()
    (page,) = pages(world, incident)
    hers = Message(**{name: getattr(page, name) for name in Message.__dataclass_fields__} | {"person": "olga"})
    before = world.state()
    answer = press(world, hers, ACK)
    assert (answer.status_code, answer.content) == (404, b"")
    assert world.state() == before


def test_where_nobody_else_can_take_it_it_stays_where_it_is(make_world: Callable[..., World]) -> None:
    person = {"name": "anna", "title": "Anna", "targets": ["desk"]}
    world = make_world(team={"people": [person], "roles": {"soc": ["anna"]}})
    incident = world.found()
    (page,) = pages(world, incident)
    assert press(world, page, PASS).status_code == 409, "nobody is left to be called"
    assert press(world, page, ACK).status_code == 204
    with pytest.raises(ConflictError, match="nobody else can take"):
        world.console.pass_on(incident.number, by=me("anna"))
    assert world.detail(incident.id).incident.acknowledged_by == "anna"
