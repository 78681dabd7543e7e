from datetime import timedelta

import pytest

from tests.web.conftest import SCOPE, World


def test_a_link_shows_what_it_is_about_and_changes_nothing(world: World) -> None:
    incident = world.found(scope=SCOPE)
    address = f"/ack/{world.token(incident)}"
    before = world.state()
    for method in ("GET", "HEAD", "GET"):
        answer = world.browser("").send(method, address)
        assert answer.status_code == 200
    assert world.state() == before
    assert incident.code_name in answer.text
    assert "You are Anna (security)." in answer.text
    assert "user:o.petrova" not in answer.text


def test_the_press_acknowledges_once(world: World) -> None:
    incident = world.found()
    address = f"/ack/{world.token(incident)}"
    browser = world.browser("")
    token = browser.form_token(address)
    answer = browser.post(address, {"form_token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert world.detail(incident.id).incident.acknowledged_by == "anna"
    before = world.state()
    again = browser.post(address, {"form_token": token})
    assert again.status_code == 400
    assert "This link has been used." in again.text
    assert "There is nothing left to acknowledge" in browser.get(address).text
    assert world.state() == before


def test_who_is_signed_in_presses_in_their_own_name_and_goes_on_to_the_incident(world: World) -> None:
    incident = world.found()
    address = f"/ack/{world.token(incident)}"
    answer = world.browser("boris").fill(address, address)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/incidents/{incident.number}")
    assert world.detail(incident.id).incident.acknowledged_by == "boris"


def test_who_cannot_take_it_has_the_next_paged_once_and_may_take_it_after_all(world: World) -> None:
    incident = world.found()
    address, browser = f"/ack/{world.token(incident)}", world.browser("")
    told = [each.person for each in world.detail(incident.id).messages]
    token = browser.form_token(address)
    assert 'name="pass"' in browser.get(f"{address}?passed").text, "nobody did: no address says that somebody did"
    passed = browser.post(address, {"form_token": token, "pass": "yes"})
    assert (passed.status_code, passed.headers["location"]) == (303, address)
    known = world.detail(incident.id)
    assert [each.person for each in known.messages][len(told) :] == ["boris"]
    assert (known.incident.acknowledged_by, known.entries[-1].kind) == ("", "passed_on")
    shown = browser.get(passed.headers["location"]).text
    assert "The next ones are paged now." in shown
    assert 'name="pass"' not in shown
    before = world.state()
    assert browser.post(address, {"form_token": token, "pass": "yes"}).status_code == 400
    assert world.state() == before
    assert browser.post(address, {"form_token": token}).status_code == 303
    assert world.detail(incident.id).incident.acknowledged_by == "anna"
    late = browser.post(f"/ack/{world.token(incident, 'boris')}", {"form_token": token, "pass": "yes"})
    assert late.status_code == 400, "taken: nobody is paged any more"


def test_a_preview_that_posts_without_the_form_does_not_acknowledge(world: World) -> None:
    incident = world.found()
    assert world.browser("").post(f"/ack/{world.token(incident)}", {"preview": "1"}).status_code == 403
    assert world.detail(incident.id).incident.acknowledged_at is None


@pytest.mark.parametrize(("language", "said"), [("en", "This link is too old."), ("ru", "Эта ссылка устарела.")])
def test_an_old_link_says_so(world: World, language: str, said: str) -> None:
    incident = world.found()
    address = f"/ack/{world.token(incident)}"
    world.clock.advance(timedelta(days=8))
    answer = world.browser("").get(f"{address}?lang={language}")
    assert answer.status_code == 400
    assert said in answer.text


def test_an_altered_link_says_so(world: World) -> None:
    incident = world.found()
    answer = world.browser("").get(f"/ack/{world.token(incident)[:-4]}")
    assert answer.status_code == 400
    assert "was not made by this service, or it was cut on the way" in answer.text


def test_a_link_press_can_t_be_blamed_on_a_link_that_was_altered_meanwhile(world: World) -> None:
    incident = world.found()
    browser = world.browser("")
    token = browser.form_token(f"/ack/{world.token(incident)}")
    assert browser.post("/ack/nonsense", {"form_token": token}).status_code == 400
    assert world.detail(incident.id).incident.acknowledged_at is None
