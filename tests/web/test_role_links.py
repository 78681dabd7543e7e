"""A request for a role is answered from the phone: by a button, or a link that shows first; once, by whom it is for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from detector.incident import IncidentChanges
from detector.notify import ButtonAct
from detector.notify.delivery.sender import OutboxSender
from detector.notify.render import link_of
from detector.notify.telegram import BotApi, PressPoller
from detector.runtime.incidents.telegram_presses import TelegramPresses
from detector.schema.case.incidents import Incident, IncidentStatus
from detector.schema.team.delivery import Message, MessageKind
from detector.telemetry.metrics import Metrics
from tests.fakes.bot_api import TOKEN, running_bot_api
from tests.fakes.people import me
from tests.web.conftest import World


def asked(world: World, incident: Incident, person: str = "boris", role: str = "com") -> Message:
    """Ask somebody for a role, and return what was written to them."""
    world.console.assign_role(incident.id, role, person, by=me("lev"), reason="client 4711 knows him")
    found = [each for each in world.detail(incident.id).messages if each.kind is MessageKind.ROLE_ASKED]
    return max(found, key=lambda each: each.created_at)


def link(message: Message) -> str:
    return "/ack/role/" + link_of(message.body).rpartition("/")[2]


def press(world: World, message: Message) -> httpx.Response:
    ((act, address),) = world.links.buttons(message)
    assert act is ButtonAct.ACCEPT_ROLE
    return world.browser("").post("/press/" + address.rpartition("/")[2])


def held(world: World, incident: Incident) -> dict[str, str]:
    return {each.role: each.person for each in world.detail(incident.id).assignments if each.holds}


def test_the_link_shows_what_is_asked_and_its_press_accepts_once(world: World) -> None:
    incident = world.found()
    address, browser, before = link(asked(world, incident)), world.browser(""), world.state()
    for method in ("GET", "HEAD", "GET"):
        shown = browser.send(method, address)
    assert (shown.status_code, world.state()) == (200, before), "a preview answers nothing"
    for text in (incident.code_name, "Will you be communications?", "You are Boris (security)."):
        assert text in shown.text
    for text in ("4711", "o.petrova"):
        assert text not in shown.text
    assert browser.post(address, {"preview": "1"}).status_code == 403
    token = browser.form_token(address)
    done = browser.post(address, {"form_token": token})
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert held(world, incident) == {"com": "boris"}
    assert "The role is yours: communications." in browser.get(address).text
    before = world.state()
    assert "This link has been used." in browser.post(address, {"form_token": token}).text
    assert world.state() == before


def test_the_link_declines_with_a_reason(world: World) -> None:
    incident = world.found()
    address, browser = link(asked(world, incident)), world.browser("")
    token = browser.form_token(address)
    refused = browser.post(address, {"form_token": token, "decline": "yes", "reason": " "})
    assert (refused.status_code, "Give a reason." in refused.text) == (400, True)
    assert browser.post(address, {"form_token": token, "decline": "yes", "reason": "on leave"}).status_code == 303
    assert world.detail(incident.id).assignments == ()
    assert "boris is not communications" in world.detail(incident.id).entries[-1].text


def test_the_button_accepts_once_and_shows_nothing(world: World) -> None:
    incident = world.found()
    message = asked(world, incident)
    done = press(world, message)
    assert (done.status_code, done.content) == (204, b"")
    assert held(world, incident) == {"com": "boris"}
    assert press(world, message).status_code == 400
    assert world.browser("").get("/ack/" + link(message).rpartition("/")[2]).status_code == 400, "it acknowledges not"


@pytest.mark.parametrize("over", ["taken back", "asked anew", "closed", "suspected"])
def test_a_request_that_is_over_is_answered_by_nothing(world: World, over: str) -> None:
    incident = world.found()
    message, known, browser = asked(world, incident), world.detail(incident.id).incident, world.browser("")
    token = browser.form_token(link(message))
    if over == "taken back":
        world.console.withdraw_role(incident.id, "com", by=me("lev"), reason="r")
    elif over == "asked anew":
        world.console.withdraw_role(incident.id, "com", by=me("lev"), reason="r")
        world.clock.advance(timedelta(minutes=11))
        asked(world, incident)
    elif over == "closed":
        with world.store.begin() as unit:
            closed = replace(known, status=IncidentStatus.CLOSED, version=known.version + 1)
            unit.incidents.save(IncidentChanges(incidents=(closed,)))
    else:
        with world.store.begin() as unit:
            about = replace(known, actor_id="user:boris", version=known.version + 1)
            unit.incidents.save(IncidentChanges(incidents=(about,)))
    before = world.state()
    assert press(world, message).status_code in (403, 404, 409)
    assert browser.post(link(message), {"form_token": token}).status_code == 400
    assert world.state() == before
    if over == "suspected":
        assert incident.code_name not in browser.get(link(message)).text


def test_in_telegram_the_press_of_whoever_was_asked_accepts(make_world: Callable[..., World]) -> None:
    with running_bot_api() as api:
        targets = {"desk": {"url": api.target()}}
        world = make_world(notify={"targets": targets, "telegram_users": {"boris": 12, "anna": 11}})
        incident = world.found()
        message = asked(world, incident)
        OutboxSender(world.store, world.settings, world.clock, Metrics(), links=world.links).run_once(world.clock.now())
        rows = [each["reply_markup"]["inline_keyboard"] for each in api.sent if message.title in each["text"]]
        assert [[(key["text"], key["callback_data"]) for key in row] for (row,) in rows] == [
            [("Accept", f"accept_role:{message.id}")]
        ]
        poller = PressPoller(BotApi(TOKEN, api.url), TelegramPresses(world.console, world.settings, Metrics()), wait=0)
        for user in (11, 12):
            api.press(user, f"accept_role:{message.id}")
            poller.poll()
        assert held(world, incident) == {"com": "boris"}
        assert api.told[1] == f"The role is yours in incident {incident.number}."
        api.press(12, f"acknowledge:{message.id}")
        poller.poll()
        assert "was used" in api.told[2], "a request is no page"
