import re

import httpx
import pytest

from detector.errors import StoreError
from detector.web.forms import BODY_LIMIT
from tests.web.conftest import World

SAME = "http://127.0.0.1:8470"


@pytest.mark.parametrize("host", ["127.0.0.1:8470", "localhost", "LOCALHOST:1", "[::1]:8470"])
def test_names_of_this_machine_are_served(world: World, host: str) -> None:
    assert world.browser(host=host).get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.org",
        "127.0.0.1.example.org",
        "localhost@example.org",
        "example.org:localhost",
        "",
        "[::1",
        "10.0.0.1",
    ],
)
def test_a_foreign_host_is_refused_everywhere(world: World, host: str) -> None:
    browser = world.browser(host=host)
    for address in ("/", "/metrics", "/healthz", "/readyz", "/console.css"):
        answer = browser.get(address)
        assert answer.status_code == 400
        assert "nabat_lines" not in answer.text


def test_the_public_name_is_served(world: World) -> None:
    assert world.browser(host="nabat.example.org").get("/").status_code == 400
    web = world.settings.web.model_copy(update={"public_url": "https://nabat.example.org/"})
    world.house.settings = world.settings.model_copy(update={"web": web})
    answer = world.browser(host="nabat.example.org").get("/")
    assert answer.status_code == 200
    assert "Secure" in answer.headers["set-cookie"]
    assert "Secure" not in world.browser().get("/").headers["set-cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example.org"},
        {"origin": "http://127.0.0.1:9999"},
        {"referer": "https://evil.example.org/x"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": "null"},
        {"origin": SAME, "referer": "https://evil.example.org/"},
        {"origin": "http://[::1"},
        {"origin": ""},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_a_good_token(world: World, headers: dict[str, str]) -> None:
    incident = world.found()
    browser = world.browser()
    token = browser.form_token(f"/incidents/{incident.number}")
    answer = browser.post(f"/incidents/{incident.id}/acknowledge", {"form_token": token}, headers=headers)
    assert answer.status_code == 403
    assert world.detail(incident.id).incident.acknowledged_at is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": SAME, "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
        {"origin": "null"},
        {"referer": f"{SAME}/x"},
    ],
)
def test_a_form_of_ours_is_taken(world: World, headers: dict[str, str]) -> None:
    incident = world.found()
    browser = world.browser()
    token = browser.form_token(f"/incidents/{incident.number}")
    answer = browser.post(f"/incidents/{incident.id}/acknowledge", {"form_token": token}, headers=headers)
    assert answer.status_code == 303


def test_a_form_without_its_token_or_cookie_is_refused(world: World) -> None:
    incident = world.found()
    action = f"/incidents/{incident.id}/acknowledge"
    before = world.state()
    browser, other = world.browser(), world.browser()
    good = browser.form_token(f"/incidents/{incident.number}")
    foreign = other.form_token(f"/incidents/{incident.number}")
    for token in ("", "x", good[:-1], foreign, f"{good}\x00", "é"):
        assert browser.post(action, {"form_token": token}).status_code == 403
    browser.cookies = httpx.Cookies()
    assert browser.post(action, {"form_token": good}).status_code == 401
    browser.sign_in("anna")
    assert browser.post(action, {"form_token": good}).status_code == 403
    assert browser.post("/ack/" + world.token(incident), {"form_token": good}).status_code == 403
    assert world.state() == before


def test_a_stale_form_of_ours_comes_back_with_its_text(world: World) -> None:
    incident = world.found()
    answer = world.browser().post(
        f"/incidents/{incident.id}/note",
        {"form_token": "old", "text": "a long note"},
        headers={"sec-fetch-site": "same-origin", "origin": "null"},
    )
    assert answer.status_code == 403
    assert '<input type="hidden" name="text" value="a long note">' in answer.text
    assert '<dd class="kept">a long note</dd>' in answer.text
    assert len(world.detail(incident.id).entries) == 2


OURS = {"sec-fetch-site": "same-origin", "origin": "null"}
ACTS = [
    "/silences", "/silences/ff/end", "/open", "/incidents/{}/note", "/incidents/{}/steps/C2/skip",
    "/incidents/{}/duties/eu-gdpr-33/gdpr-72h/decide", "/incidents/{}/documents/add", "/documents/x-d1/approve",
    "/incidents/{}/letters/approve", "/incidents/{}/notice-write/site", "/incidents/{}/notice-draft/site",
    "/incidents/{}/lessons/add-cost", "/incidents/{}/lessons/remove-cost/1", "/drills/run", "/drills/1/answer",
    "/drills/1/file", "/readiness/channel-tests", "/expected/ff/review", "/reports/ff/link", "/reports/ff/file",
    "/documents/standing/done",
]  # fmt: skip


@pytest.mark.parametrize("path", ACTS)
def test_whatever_the_act_a_form_that_is_too_old_or_whose_sender_is_signed_out_is_given_back(
    world: World, path: str
) -> None:
    incident, browser = world.found(), world.browser()
    action, before = path.format(incident.number), world.state()
    for person, status in (("anna", 403), ("", 401)):
        browser.sign_in(person)
        typed = {"form_token": "old", "form_key": "k", "reason": '"><script>a</script> long\nwords'}
        answer = browser.post(f"{action}?lang=ru", typed, headers=OURS)
        if answer.status_code == 404:
            pytest.fail(f"there is no act {action}")
        assert answer.status_code == status
        assert f'action="{action}?lang=ru"' in answer.text
        assert "&#34;&gt;&lt;script&gt;a&lt;/script&gt; long\nwords" in answer.text
        assert ('href="/signin" target="_blank"' in answer.text) is (not person)
        assert 'value="old"' not in answer.text
        foreign = browser.post(action, typed).text
        assert "script&gt;a" not in foreign, "somebody else may have written it"
    assert world.state() == before


def test_what_is_given_back_can_be_sent_after_signing_in_again(world: World) -> None:
    incident, browser = world.found(), world.browser()
    action = f"/incidents/{incident.number}/note"
    token = browser.form_token(f"/incidents/{incident.number}")
    browser.sign_in("")
    again = browser.post(action, {"form_token": token, "text": "a long note"}, headers=OURS).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', again))
    browser.sign_in("anna")
    assert browser.post(action, fields, headers=OURS).status_code == 303
    assert any("a long note" in each.text for each in world.detail(incident.id).entries)
    assert browser.post("/invite/x", {"password": "secret words", "again": "x"}, headers=OURS).status_code == 403
    assert "secret words" not in browser.post("/invite/x", {"password": "secret words"}, headers=OURS).text


def test_nothing_is_said_to_stand_below_where_a_form_could_not_be_read(world: World) -> None:
    incident, browser = world.found(), world.browser("")
    action = f"/incidents/{incident.number}/note"
    answer = browser.post(action, {f"text{n}": "words" for n in range(100)}, headers=OURS)
    assert (answer.status_code, "words" in answer.text) == (401, False)
    assert "Sign in, and send it again from the page it stands on." in answer.text


def test_the_cookie_is_for_our_pages_only(world: World) -> None:
    cookie = world.browser().get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


def test_bodies_are_limited_whether_they_say_their_length_or_not(world: World) -> None:
    incident = world.found()
    browser = world.browser()
    token = browser.form_token(f"/incidents/{incident.number}")
    action = f"/incidents/{incident.id}/note"
    large = {"form_token": token, "text": "x" * BODY_LIMIT}
    assert browser.post(action, large).status_code == 413

    async def endless():  # type: ignore[no-untyped-def]
        for _ in range(100):
            yield b"text=" + b"x" * 10_000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.send("POST", action, content=endless(), headers=kind).status_code == 413
    fields = {f"f{number}": "x" for number in range(100)}
    assert browser.post(action, fields).status_code == 400
    assert browser.send("POST", action, content=b"\xff\xfe=1", headers=kind).status_code == 400
    assert browser.send("POST", action, json={"text": "x"}).status_code == 415
    assert len(world.detail(incident.id).entries) == 2


def test_every_answer_carries_the_headers_that_protect_it(world: World) -> None:
    browser = world.browser()
    for address in ("/", "/nowhere", "/metrics", "/healthz", "/console.css", "/ack/x"):
        headers = browser.get(address).headers
        assert headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(world: World, method: str) -> None:
    assert world.browser().send(method, "/").status_code == 405


def test_there_is_no_api_description(world: World) -> None:
    for address in ("/docs", "/redoc", "/openapi.json"):
        assert world.browser().get(address).status_code == 404


def test_a_database_that_cannot_be_used_is_said_in_words(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    class Broken:
        def incidents(self, **_: object) -> object:
            raise StoreError("postgresql://secret")

        def detail(self, ref: str) -> object:
            raise RuntimeError(f"secret {ref}")

    class Consoles:
        def of(self, who: object) -> object:
            return Broken()

    world.house.consoles = Consoles()  # type: ignore[assignment]
    answer = world.browser().get("/")
    assert answer.status_code == 503
    assert "secret" not in answer.text
    failed = world.browser().get("/incidents/clandestine")
    assert failed.status_code == 500
    assert "Something failed inside Nabat" in failed.text
    said = capsys.readouterr()
    assert "page_failed" in said.out + said.err
    assert "clandestine" not in said.out + said.err + failed.text
