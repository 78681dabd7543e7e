"""Signing in on the pages: nothing is open without it, and nothing but the right person comes in."""

import re
from collections.abc import Callable

import pytest

from detector.auth import current_code, seed_of
from detector.schema.case.incidents import CloseReason
from detector.schema.team.people import InvitationUse
from detector.web.entry.signed_in import BROWSER_COOKIE, SESSION_COOKIE
from tests.fakes.people import me
from tests.web.conftest import Browser, World

RIGHT = "four plain words here"
SECRET = "s3cret-of-the-proxy"
PROXY = {"proxy": {"header": "X-User", "secret": SECRET, "addresses": ["127.0.0.0/8"]}}


def test_every_page_needs_somebody_signed_in_but_what_machines_links_and_strangers_ask_for(world: World) -> None:
    incident, browser = world.found(), world.browser("")
    for path in ("/", "/incidents", f"/incidents/{incident.number}", "/expected", "/precision", "/signout"):
        answer = browser.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/signin"), path
        assert incident.number not in answer.text
    before, token = world.state(), browser.form_token("/signin") if world.people.is_possible() else ""
    for path in (f"/incidents/{incident.id}/note", f"/incidents/{incident.id}/steps/A4/done", "/expected/x/end"):
        assert browser.post(path, {"form_token": token, "text": "x", "by": "lev"}).status_code == 401
    assert world.state() == before
    for path in ("/healthz", "/readyz", "/metrics", "/console.css", f"/ack/{world.token(incident)}"):
        assert browser.get(path).status_code == 200, path


@pytest.mark.parametrize(("language", "said"), [("en", "Nobody can sign in yet"), ("ru", "Войти пока никто не может")])
def test_where_nobody_has_a_password_the_page_says_how_the_first_is_made(
    world: World, language: str, said: str
) -> None:
    shown = world.browser("").get(f"/signin?lang={language}").text
    assert said in shown
    assert "nabat people passwd anna" in shown
    assert 'name="password"' not in shown


def test_wrong_passwords_elsewhere_do_not_keep_a_browser_out_that_signed_in_before(
    make_world: Callable[..., World],
) -> None:
    world = make_world(auth={"tries": 1})
    world.people.set_password("anna", RIGHT, by="lev")

    def sign_in(browser: Browser, password: str = RIGHT) -> int:
        return browser.fill("/signin", "/signin", name="anna", password=password).status_code

    hers = world.browser("", **{"x-forwarded-for": "192.0.2.7"})
    assert sign_in(hers) == 303
    known = hers.cookies[BROWSER_COOKIE]
    hers.fill("/signout", "/signout")
    others = [world.browser("", **{"x-forwarded-for": f"198.51.100.{address}"}) for address in range(11)]
    assert {sign_in(other, "no") for other in others[:10]} == {401}
    assert sign_in(others[10]) == 401, "whatever is not known waits"
    away = world.browser("", **{"x-forwarded-for": "203.0.113.5"})
    away.cookies = hers.cookies
    assert sign_in(away) == 303
    assert away.cookies[BROWSER_COOKIE] != known


def test_a_password_opens_the_page_that_was_asked_for_and_signing_out_closes_it(world: World) -> None:
    world.people.set_password("anna", RIGHT, by="lev")
    browser = world.browser("")
    place = browser.get("/incidents").headers["location"]
    wrong = browser.fill(place, "/signin", name="anna", password="not hers at all", next="/incidents")
    assert wrong.status_code == 401
    assert "Name, password or code did not fit" in wrong.text
    assert "not hers at all" not in wrong.text
    answer = browser.fill(place, "/signin", name="anna", password=RIGHT, next="/incidents")
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents")
    assert re.search(rf"{SESSION_COOKIE}=[^;]+; HttpOnly; Path=/; SameSite=lax", answer.headers["set-cookie"])
    assert "Anna (security)" in browser.get("/").text
    assert browser.get("/signin").status_code == 303
    cookie = browser.cookies[SESSION_COOKIE]
    assert browser.fill("/signout", "/signout").status_code == 303
    browser.cookies.set(SESSION_COOKIE, cookie)
    assert browser.get("/").status_code == 303, "the session is over, not only the cookie"


@pytest.mark.parametrize("onward", ["//evil.example.org/", "https://evil.example.org", "/\\evil", "/signout", "x"])
def test_signing_in_leads_to_pages_of_ours_alone(world: World, onward: str) -> None:
    world.people.set_password("anna", RIGHT, by="lev")
    answer = world.browser("").fill("/signin", "/signin", name="anna", password=RIGHT, next=onward)
    assert answer.headers["location"] == "/"


def test_a_form_from_elsewhere_signs_nobody_in_or_out(world: World) -> None:
    world.people.set_password("anna", RIGHT, by="lev")
    answer = world.browser("").post("/signin", {"name": "anna", "password": RIGHT})
    assert (answer.status_code, SESSION_COOKIE in str(answer.headers)) == (403, False)
    browser = world.browser("anna")
    assert browser.post("/signout", {"x": "y"}).status_code == 403
    assert browser.get("/").status_code == 200


def test_an_invitation_sets_a_password_once_with_a_code_where_codes_are_asked_of_all(
    make_world: Callable[..., World],
) -> None:
    world = make_world(auth={"codes": "required"})
    token = world.people.invite("anna", by="lev")
    page, browser = f"/invite/{token}", world.browser("")
    seed = seed_of(world.keys.csrf, token)
    assert seed in browser.get(page).text
    code = current_code(seed, world.clock.now())
    assert browser.fill(page, page, password=RIGHT, again="another", code=code).status_code == 400
    assert browser.fill(page, page, password="short", again="short", code=code).status_code == 400
    assert browser.fill(page, page, password=RIGHT, again=RIGHT, code="000").status_code == 400
    assert browser.fill(page, page, password=RIGHT, again=RIGHT, code=code).status_code == 303
    assert browser.get("/").status_code == 200
    again = world.browser("").get(page)
    assert (again.status_code, "Ask for a new one" in again.text) == (400, True)


def test_whoever_uses_the_invitation_made_for_a_colleague_gives_no_second_word_in_their_place(world: World) -> None:
    incident, page = world.found(), f"/invite/{world.people.invite('dina', by='lev')}"
    browser, agree = world.browser(""), f"/incidents/{incident.id}/steps/close/approve"
    assert browser.fill(page, page, password=RIGHT, again=RIGHT).status_code == 303
    world.console.close(incident.number, CloseReason.FALSE_POSITIVE, by=me("lev"), note="an order")
    browser.sign_in("")
    browser.fill("/signin", "/signin", name="dina", password=RIGHT)
    for language, refused in (("en", "no second word beside"), ("ru", "рядом со словом lev это не второй голос")):
        answer = browser.fill(f"/signout?lang={language}", agree)
        assert (answer.status_code, refused in answer.text) == (409, True)
    ((person, by, token),) = world.asked
    link, phone = f"/ack/own/{token}", world.browser("")
    assert (person, by) == ("dina", "lev")
    assert "Lev" in phone.get(link).text
    assert phone.post(link, {"x": "y"}).status_code == 403
    assert phone.fill(link, link).status_code == 200
    assert phone.get(link).status_code == 400
    assert browser.fill("/signout", agree).status_code == 303


def test_whoever_did_not_sign_in_ends_the_password_by_the_link_and_chooses_one(world: World) -> None:
    theirs = world.people.accept(world.people.invite("dina", by="lev"), RIGHT)
    link, phone = f"/ack/own/{world.asked[0][2]}", world.browser("")
    answer = phone.fill(link, link, another="yes")
    assert world.people.identity(theirs) is None
    page = answer.headers["location"]
    assert phone.fill(page, page, password=RIGHT + " x", again=RIGHT + " x").status_code == 303
    assert len(world.asked) == 1, "it is nobody else's word"


def test_an_invitation_of_the_demonstration_signs_in_by_one_press_and_not_by_being_fetched(world: World) -> None:
    page = f"/invite/{world.people.invite('anna', by='demo', use=InvitationUse.SIGN_IN)}"
    browser = world.browser("")
    for _ in range(2):
        assert "Sign in as Anna (security)" in browser.get(page).text
    assert browser.get("/").status_code == 303
    assert browser.fill(page, page).status_code == 303
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("headers", "opens"),
    [
        ({"X-User": "anna", "X-Nabat-Proxy": SECRET}, True),
        ({"X-User": "o.petrova", "X-Nabat-Proxy": SECRET}, True),
        ({"X-User": "anna", "X-Nabat-Proxy": "guessed"}, False),
        ({"X-User": "anna"}, False),
        ({"X-User": "mallory", "X-Nabat-Proxy": SECRET}, False),
        ({"X-Nabat-Proxy": SECRET}, False),
    ],
)
def test_a_proxy_names_people_only_with_its_secret(
    make_world: Callable[..., World], headers: dict[str, str], opens: bool
) -> None:
    world = make_world(auth=PROXY)
    assert (world.browser("", **headers).get("/").status_code == 200) is opens


def test_a_proxy_speaks_from_where_it_is_expected(make_world: Callable[..., World]) -> None:
    elsewhere = {"proxy": {**PROXY["proxy"], "addresses": ["192.0.2.0/24"]}}
    world = make_world(auth=elsewhere)
    assert world.browser("", **{"X-User": "anna", "X-Nabat-Proxy": SECRET}).get("/").status_code == 303


@pytest.mark.parametrize("then", [False, True])
def test_who_comes_from_an_address_of_the_case_looks_and_does_nothing_without_a_code(world: World, then: bool) -> None:
    """They signed in there, or elsewhere and come from there now."""
    incident = world.found()
    there = incident.source_ips[0]
    page, action = f"/incidents/{incident.number}", f"/incidents/{incident.id}/note"
    token = world.people.accept(
        world.people.invite("boris", by="lev", use=InvitationUse.SIGN_IN), "", address="192.0.2.99" if then else there
    )
    browser = world.browser("", **({"X-Forwarded-For": there} if then else {}))
    browser.cookies.set(SESSION_COOKIE, token)
    assert browser.get(page).status_code == 200
    shown = browser.get(page).text
    assert f"You come from {incident.source_ips[0]}, an address of this case." in shown
    assert f'action="{action}"' not in shown
    refused = browser.fill("/signout", action, text="all fine")
    assert refused.status_code == 403
    assert f"You come from {incident.source_ips[0]}, an address of this case." in refused.text
    assert "all fine" not in [each.text for each in world.detail(incident.id).entries]
