"""A form that is sent twice acts once, and is answered alike."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from detector.runtime.incidents.console.sent_forms import SentForms
from detector.schema.case.incidents import CloseReason
from detector.store.repos.sent_form_repo import KEPT_OF_PERSON
from detector.web.entry.signed_in import SESSION_COOKIE
from tests.web.conftest import World


def fields(world: World, page: str, person: str = "lev") -> tuple[httpx.Cookies, dict[str, str]]:
    """Return the cookies of a browser that shows a page, and what each form on it brings along."""
    browser = world.browser(person)
    shown = browser.get(page).text
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', shown) for name in ("form_token", "form_key")}
    return browser.cookies, {name: value[1] for name, value in found.items() if value}


def sent(world: World, cookies: httpx.Cookies, path: str, form: dict[str, str], times: int = 2) -> list[httpx.Response]:
    """Send a form several times at once."""

    async def send() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=world.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8470", cookies=cookies) as client:
            return await asyncio.gather(*(client.post(path, data=form) for _ in range(times)))

    return asyncio.run(send())


def notes(world: World, ref: str) -> list[str]:
    return [each.text for each in world.detail(ref).entries if each.kind == "note"]


def test_a_double_press_acts_once_and_is_answered_alike(world: World) -> None:
    incident = world.found()
    cookies, form = fields(world, f"/incidents/{incident.number}")
    path = f"/incidents/{incident.id}/note"
    answers = sent(world, cookies, path, {**form, "text": "called the bank"}, times=3)
    assert [(each.status_code, each.headers["location"]) for each in answers] == [
        (303, f"/incidents/{incident.number}")
    ] * 3
    assert notes(world, incident.id) == ["called the bank"]
    assert sent(world, cookies, path, {**form, "text": "and the owner"}, times=1)[0].status_code == 303
    assert notes(world, incident.id) == ["called the bank", "and the owner"], "other words are another note"
    _, new = fields(world, f"/incidents/{incident.number}")
    assert new["form_key"] != form["form_key"]
    world.browser().fill(f"/incidents/{incident.number}", path, text="called the bank")
    assert len(notes(world, incident.id)) == 3, "the same words on a page shown since are meant again"


@pytest.mark.parametrize(
    ("page", "path", "form"),
    [
        ("/open", "/open", {"title": "A call", "severity": "high", "playbook": "leak", "reason": "a customer said so"}),
        ("/silences", "/silences", {"matchers": "rule=odd*", "until": "2026-03-04T00:00", "reason": "a test"}),
        ("/documents", "/documents/standing/done", {"standing": "", "body": "done"}),
    ],
)
def test_every_form_acts_once(world: World, page: str, path: str, form: dict[str, str]) -> None:
    if page == "/open":
        form = {**form, "playbook": next(iter(world.consoles.of(identity(world)).openable()))}
    if page == "/documents":
        form = {**form, "standing": world.consoles.of(identity(world)).documents.standing()[0].item.what}
    cookies, own = fields(world, page)
    first, second = sent(world, cookies, path, {**own, **form})
    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"])
    assert first.status_code == 303
    made = {
        "/open": len(world.console.incidents()),
        "/silences": len(world.consoles.of(identity(world)).silences()),
        "/documents": len(world.consoles.of(identity(world)).documents.all(9)),
    }
    assert made[page] == 1


def identity(world: World, person: str = "lev"):  # type: ignore[no-untyped-def]
    found = world.people.identity(world.session(person))
    assert found is not None
    return found


def test_what_was_sent_is_known_after_a_restart_and_of_one_person_only(
    world: World, make_world: Callable[..., World]
) -> None:
    incident = world.found()
    cookies, form = fields(world, f"/incidents/{incident.number}")
    path, form = f"/incidents/{incident.id}/note", {**form, "text": "once"}
    sent(world, cookies, path, form, times=1)
    again = World(world.settings, world.store, world.clock)
    assert sent(again, cookies, path, form, times=1)[0].headers["location"] == f"/incidents/{incident.number}"
    assert notes(world, incident.id) == ["once"]
    cookies.delete(SESSION_COOKIE)
    cookies.set(SESSION_COOKIE, world.session("dina"))
    assert sent(again, cookies, path, form, times=1)[0].status_code == 303
    assert notes(world, incident.id) == ["once", "once"], "another's press is another's"


def test_a_form_that_was_not_taken_did_nothing_and_is_looked_at_again(world: World) -> None:
    incident = world.found()
    cookies, form = fields(world, f"/incidents/{incident.number}")
    path, form = f"/incidents/{incident.id}/open-again", {**form, "reason": "it goes on"}
    refused = sent(world, cookies, path, form, times=2)
    assert {each.status_code for each in refused} == {409}
    world.closes(incident.id, CloseReason.AUTHORISED, by="anna", note="agreed")
    assert sent(world, cookies, path, form, times=1)[0].status_code == 303


def test_an_answer_that_was_lost_is_said_and_nothing_is_done_twice(world: World) -> None:
    incident = world.found()
    cookies, form = fields(world, f"/incidents/{incident.number}")
    path, form = f"/incidents/{incident.id}/note", {**form, "text": "once"}

    class Lost(SentForms):
        def end(self, person: str, form: str, answer: str) -> None:
            raise KeyboardInterrupt

    consoles = type("Consoles", (), {"of": world.consoles.of, "sent_forms": Lost(world.store, world.clock)})()
    world.house.consoles, kept = consoles, world.consoles
    with pytest.raises(KeyboardInterrupt):
        sent(world, cookies, path, form, times=1)
    world.house.consoles = kept
    answer = sent(world, cookies, path, form, times=1)[0]
    assert (answer.status_code, "its answer was lost" in answer.text) == (409, True)
    assert notes(world, incident.id) == ["once"]


def test_what_is_kept_of_forms_is_bounded_and_holds_nothing_that_was_typed(world: World) -> None:
    forms = world.console.sent_forms
    for number in range(KEPT_OF_PERSON + 5):
        assert forms.begin("lev", f"{number}") is None
        world.clock.advance(timedelta(seconds=1))
    forms.begin("dina", "0")
    assert [forms.begin("lev", f"{number}") for number in (KEPT_OF_PERSON + 4, 5)] == ["", ""]
    assert forms.begin("lev", "0") is None, "the oldest make room"
    world.clock.advance(timedelta(days=2))
    forms.begin("anna", "0")
    assert forms.begin("dina", "0") is None, "forgotten after a day"
    incident = world.found()
    cookies, form = fields(world, f"/incidents/{incident.number}")
    sent(world, cookies, f"/incidents/{incident.id}/note", {**form, "text": "clandestine"}, times=1)
    with world.store.read() as unit:
        kept = unit.session.connection.exec_driver_sql("SELECT key || value FROM meta WHERE key LIKE 'form:%'").all()
    assert kept
    assert not [row for row in kept if "clandestine" in row[0] or "lev" in row[0]]
