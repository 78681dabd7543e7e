"""Signing in at an OpenID Connect provider: the right person comes in, by no token that is for others or elsewhere."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from detector.auth import ProviderVisit
from detector.auth.openid_provider import OpenIdProvider
from detector.errors import ConfigError, DeniedError
from detector.settings import Settings
from detector.settings.sections.sign_in import ProviderSettings
from detector.web.entry.provider_routes import BACK, VISIT_COOKIE
from detector.web.entry.signed_in import SESSION_COOKIE
from tests.web.conftest import NIGHT, Browser, World
from tests.web.openid_provider import CLIENT, SECRET, OpenIdServer, shared_secret

ALGORITHMS = "id_token_signing_alg_values_supported"
OTHER = ECKey.generate_key("P-256", {"kid": "one"})


@pytest.fixture
def provider() -> Iterator[OpenIdServer]:
    server = OpenIdServer(lambda: NIGHT)
    yield server
    server.stop()


@pytest.fixture
def at_provider(make_world: Callable[..., World], provider: OpenIdServer) -> Callable[..., World]:
    def make(auth: dict[str, Any] | None = None, **oidc: Any) -> World:
        there = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET, "title": "Staff login"}
        return make_world(auth={"oidc": there | oidc, **(auth or {})})

    return make


def way_back(browser: Browser, path: str = "/signin/provider?next=/incidents") -> str:
    """Let a browser go to the provider, and return the address at which it comes back."""
    away = browser.get(path)
    assert away.status_code == 303, away.text
    return httpx.get(away.headers["location"]).headers["location"].removeprefix("http://127.0.0.1:8470")


def signed_in(browser: Browser) -> httpx.Response:
    return browser.get(way_back(browser))


def test_who_signs_in_at_the_provider_is_signed_in_here(at_provider: Callable[..., World]) -> None:
    world = at_provider()
    browser = world.browser("")
    page = browser.get("/signin?next=/incidents")
    assert "Sign in with Staff login" in page.text
    assert 'href="/signin/provider?next=/incidents"' in page.text
    back = way_back(browser)
    world.people.set_password("anna", "four plain words here", by="lev")
    answer = browser.get(back)
    assert (answer.status_code, answer.headers["location"]) == (303, "/incidents")
    assert "Anna (security)" in browser.get("/").text
    assert browser.get("/signin/provider").status_code == 303, "who is signed in need not sign in"
    assert VISIT_COOKIE not in browser.cookies
    token = browser.cookies[SESSION_COOKIE]
    who = world.people.identity(token)
    assert who is not None
    assert (who.name, who.proven_by.value, who.second_factor, who.rests_on) == ("anna", "provider", False, ())
    assert [each[:2] for each in world.asked] == [("anna", "lev")], "her password opens the pages as well"
    stranger = world.browser("")
    assert stranger.get(back).status_code == 401, "an address that was seen opens nothing"
    world.people.revoke("anna", by="lev")
    assert world.people.identity(token) is None


def test_what_the_provider_names_is_an_account_of_the_team_and_roles_come_from_the_team(
    at_provider: Callable[..., World], provider: OpenIdServer
) -> None:
    world = at_provider(claim="login")
    for said, status in (("O.PETROVA", 303), ("mallory", 401), ("", 401), (["anna"], 401), (None, 401)):
        provider.claims = {"login": said, "roles": ["lead"]}
        assert signed_in(world.browser("")).status_code == status, said
    refused = signed_in(world.browser(""))
    assert "is not on the team" in refused.text


@pytest.mark.parametrize(
    "lie",
    [
        {"claims": {"aud": "another"}},
        {"claims": {"aud": ["another", CLIENT], "azp": "another"}},
        {"claims": {"iss": "https://login.example.org"}},
        {"claims": {"nonce": "of another visit"}},
        {"claims": {"nonce": None}},
        {"claims": {"exp": int((NIGHT - timedelta(minutes=5)).timestamp())}},
        {"claims": {"exp": None}},
        {"claims": {"iat": int((NIGHT + timedelta(hours=1)).timestamp())}},
        {"shown": OTHER},
        {"key": shared_secret(), "algorithm": "HS256", "shown": OTHER},
        {
            "key": shared_secret(),
            "algorithm": "HS256",
            "metadata": {ALGORITHMS: ["HS256"]},
        },
        {"secret": "another"},
    ],
    ids=lambda lie: ",".join(f"{name}:{str(each)[:20]}" for name, each in lie.items()),
)
def test_a_token_that_is_not_the_providers_for_us_and_this_visit_opens_nothing(
    at_provider: Callable[..., World], provider: OpenIdServer, lie: dict[str, Any]
) -> None:
    for name, value in lie.items():
        setattr(provider, name, value)
    browser = at_provider().browser("")
    answer = signed_in(browser)
    assert answer.status_code == 401
    assert "does not hold" in answer.text
    assert SESSION_COOKIE not in browser.cookies


def test_a_way_back_counts_in_the_browser_it_was_begun_in(
    at_provider: Callable[..., World], provider: OpenIdServer
) -> None:
    world = at_provider()
    mine, other = world.browser(""), world.browser("")
    back, theirs = way_back(mine), way_back(other)
    for bad in (theirs, BACK, f"{back}x", back.replace("state=", "state=x"), back.replace("code=", "error=")):
        again = world.browser("")
        again.cookies = httpx.Cookies(mine.cookies)
        assert again.get(bad).status_code == 401, bad
    wrong_issuer = back.split("&iss=")[0] + "&iss=https%3A%2F%2Fevil.example.org"
    again = world.browser("")
    again.cookies = httpx.Cookies(mine.cookies)
    assert "begun in another browser" in again.get(wrong_issuer).text
    assert mine.get(back).status_code == 303
    again.cookies = httpx.Cookies(mine.cookies)
    assert "evil" not in again.get(f"{BACK}?error=evil&error_description=evil").text


def test_groups_and_a_second_factor_can_be_asked_for(at_provider: Callable[..., World], provider: OpenIdServer) -> None:
    world = at_provider({"codes": "required"}, groups=["crisis"])
    provider.claims = {"groups": ["staff"], "amr": ["pwd"]}
    for language, said in (
        ("en", ("None of your groups", "no second factor")),
        ("ru", ("Ни одной из ваших групп", "второй фактор")),
    ):
        browser = world.browser("")
        browser.get(f"/signin?lang={language}")
        refused = signed_in(browser)
        assert refused.status_code == 401
        assert all(each in refused.text for each in said)
    provider.claims = {"groups": ["staff", "crisis"], "amr": ["pwd", "otp"]}
    browser = world.browser("")
    assert signed_in(browser).status_code == 303
    who = world.people.identity(browser.cookies[SESSION_COOKIE])
    assert who is not None
    assert who.second_factor


def test_an_email_names_nobody_until_the_provider_has_verified_it(
    at_provider: Callable[..., World], provider: OpenIdServer
) -> None:
    world = at_provider(claim="email")
    for verified, status in ((None, 401), (False, 401), ("true", 401), (True, 303)):
        provider.claims = {"email": "o.petrova", "email_verified": verified}
        assert signed_in(world.browser("")).status_code == status, verified


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://login.example.org"},
        {"token_endpoint": "http://login.example.org/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        None,
    ],
    ids=str,
)
def test_a_provider_that_is_another_or_away_is_said_to_be_so_and_passwords_go_on(
    at_provider: Callable[..., World], provider: OpenIdServer, metadata: dict[str, Any] | None
) -> None:
    if metadata is None:
        world = at_provider(issuer="http://127.0.0.1:9/realms/staff")
    else:
        world, provider.metadata = at_provider(), metadata
    world.people.set_password("anna", "four plain words here", by="lev")
    browser = world.browser("")
    answer = browser.get("/signin/provider")
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)
    assert browser.fill("/signin", "/signin", name="anna", password="four plain words here").status_code == 303


def test_new_keys_of_the_provider_are_taken_up_and_asked_for_once_a_minute(provider: OpenIdServer) -> None:
    seconds = [0.0]
    there = ProviderSettings(issuer=provider.issuer, client_id=CLIENT, client_secret=SecretStr(SECRET))
    ours = OpenIdProvider(there, timer=lambda: seconds[0])
    back = f"http://127.0.0.1:8470{BACK}"

    def named() -> str:
        visit = ProviderVisit.new()
        code = parse_qs(httpx.get(ours.address(visit, back)).headers["location"].partition("?")[2])["code"][0]
        return str(ours.claims(code, visit, back, NIGHT)["preferred_username"])

    assert named() == "anna"
    provider.key = OTHER
    for _ in range(3):
        with pytest.raises(DeniedError):
            named()
    assert sum(path.endswith("/keys") for path in provider.asked) == 1
    seconds[0] += 61
    assert named() == "anna"
    assert sum(path.endswith("/keys") for path in provider.asked) == 2


def test_what_the_provider_says_of_itself_is_remembered_and_the_secret_may_stand_in_a_file(
    at_provider: Callable[..., World], provider: OpenIdServer, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    world = at_provider(client_secret="", client_secret_file=str(tmp_path / "secret"))
    assert signed_in(world.browser("")).status_code == 303
    looked = len(provider.asked)
    assert signed_in(world.browser("")).status_code == 303
    assert len(provider.asked) == looked + 2, "what it says of itself is remembered"
    oidc = world.settings.auth.oidc.model_copy(update={"groups": ("crisis",)})
    auth = world.settings.auth.model_copy(update={"oidc": oidc})
    world.people.reconfigure(world.settings.model_copy(update={"auth": auth}))
    assert signed_in(world.browser("")).status_code == 401


def test_without_a_provider_there_is_no_way_to_one(world: World) -> None:
    world.people.set_password("anna", "four plain words here", by="lev")
    browser = world.browser("")
    assert "/signin/provider" not in browser.get("/signin").text
    for path in ("/signin/provider", f"{BACK}?code=x&state=y"):
        assert browser.get(path).status_code in (401, 404, 503)


@pytest.mark.parametrize(
    ("oidc", "why"),
    [
        ({"issuer": "http://login.example.org", "client_id": "n"}, "https"),
        ({"issuer": "https://u:p@login.example.org", "client_id": "n"}, "https"),
        ({"issuer": "https://login.example.org"}, "client_id"),
        ({"issuer": "https://login.example.org", "client_id": "n", "scopes": ["profile"]}, "openid"),
        (
            {"issuer": "https://i.example.org", "client_id": "n", "client_secret": "s", "client_secret_file": "f"},
            "either",
        ),
    ],
)
def test_a_provider_that_cannot_be_trusted_is_refused_in_the_configuration(oidc: dict[str, Any], why: str) -> None:
    with pytest.raises((ValueError, ConfigError), match=why):
        Settings.model_validate({"auth": {"oidc": oidc}})
