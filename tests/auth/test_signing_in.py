"""Signing in: what fits, what is refused and for how long, and when a browser is signed out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from detector.auth import SignIns, Suspected, address_of, current_code, new_seed, seed_of
from detector.clock import ManualClock
from detector.errors import ConfigError, DeniedError, InputError, NotFoundError
from detector.schema.grants import ProvenBy
from detector.schema.people import AccessKind, InvitationUse
from detector.settings import Settings
from detector.store import Store

NOW = datetime(2026, 3, 3, tzinfo=UTC)
RIGHT, WRONG = "four plain words here", "five other words there"


@dataclass
class House:
    store: Store
    clock: ManualClock
    folder: Path
    suspected: Suspected = field(default_factory=Suspected)

    def sign_ins(self, **auth: Any) -> SignIns:
        people = [{"name": name, "accounts": [f"user:{name}.k", "user:desk"], "targets": ["desk"]} for name in "ab"]
        settings = {"state": self.folder, "team": {"people": people}, "auth": auth}
        return SignIns(self.store, Settings.model_validate(settings), self.clock, suspected=lambda: self.suspected)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    store = Store.open(f"sqlite:///{tmp_path / 'nabat.db'}")
    yield House(store, ManualClock(NOW), tmp_path)
    store.close()


def kinds(house: House) -> list[AccessKind]:
    with house.store.read() as unit:
        return [each.kind for each in unit.people.records(NOW)]


def test_a_password_opens_a_session_that_ends_by_itself_or_by_hand(house: House) -> None:
    who = house.sign_ins(idle="30m", longest="2h")
    assert not who.is_possible()
    who.set_password("a", RIGHT, by="lead")
    assert who.is_possible()
    token = who.sign_in("a", RIGHT, "", address="198.51.100.7")
    found = who.identity(token)
    assert found is not None
    assert (found.name, found.proven_by, found.address, found.second_factor) == (
        ("a", ProvenBy.PASSWORD, "198.51.100.7", False)
    )
    for _ in range(5):
        house.clock.advance(timedelta(minutes=20))
        assert who.identity(token) is not None
    house.clock.advance(timedelta(minutes=20))
    assert who.identity(token) is None, "two hours are over, whatever was pressed"

    token = who.sign_in("a", RIGHT, "")
    house.clock.advance(timedelta(minutes=29))
    assert who.identity(token, pressed=False) is not None
    house.clock.advance(timedelta(minutes=2))
    assert who.identity(token) is None, "a page that reloads by itself keeps nobody signed in"

    token, other = who.sign_in("a", RIGHT, ""), who.sign_in("a", RIGHT, "")
    who.sign_out(token)
    assert (who.identity(token), who.identity(other) is not None) == (None, True)
    assert who.revoke("a", by="lead") == 1
    assert who.identity(other) is None
    assert who.identity("") is who.identity("x" * 500) is None


def test_a_session_ends_with_the_password_and_with_the_place_on_the_team(house: House) -> None:
    who = house.sign_ins()
    who.set_password("a", RIGHT, by="lead")
    token = who.sign_in("a", RIGHT, "")
    who.set_password("a", RIGHT + " more", by="a")
    assert who.identity(token) is None
    token = who.sign_in("a", RIGHT + " more", "")
    who.reconfigure(Settings.model_validate({"state": house.folder}))
    assert who.identity(token) is None
    with pytest.raises(DeniedError):
        who.sign_in("a", RIGHT + " more", "")


def test_after_failed_tries_a_name_waits_and_nothing_tells_which_part_was_wrong(house: House) -> None:
    who = house.sign_ins(tries=3, wait="15m")
    who.set_password("a", RIGHT, by="lead")
    said = set()
    for name, password in (("a", WRONG), ("nobody", RIGHT), ("a", ""), ("a", WRONG), ("a", RIGHT), ("b", RIGHT)):
        with pytest.raises(DeniedError) as refused:
            who.sign_in(name, password, "")
        said.add(str(refused.value))
    assert len(said) == 1
    assert kinds(house).count(AccessKind.REFUSED) == 3
    house.clock.advance(timedelta(minutes=15, seconds=1))
    assert who.sign_in("a", RIGHT, "")


def test_a_code_is_good_once_and_a_recovery_code_too(house: House) -> None:
    who, seed = house.sign_ins(), new_seed()
    who.set_password("a", RIGHT, by="lead")
    with pytest.raises(InputError, match="not of this seed"):
        who.set_codes("a", seed, "000000" if current_code(seed, NOW) != "000000" else "111111", by="a")
    left = who.set_codes("a", seed, current_code(seed, NOW), by="a")
    assert len(set(left)) == 8
    for code in ("", current_code(seed, NOW), "12", "½" * 6):
        with pytest.raises(DeniedError):
            who.sign_in("a", RIGHT, code)
    house.clock.advance(timedelta(seconds=30))
    code = current_code(seed, house.clock.now())
    found = who.identity(who.sign_in("a", RIGHT, f"{code[:3]} {code[3:]}"))
    assert found is not None
    assert found.second_factor
    with pytest.raises(DeniedError):
        who.sign_in("a", RIGHT, code)
    assert who.sign_in("a", RIGHT, left[3].upper())
    with pytest.raises(DeniedError):
        who.sign_in("a", RIGHT, left[3])
    who.drop_codes("a", by="lead")
    assert who.sign_in("a", RIGHT, "")
    assert address_of(seed, "a", "Example Bank").startswith("otpauth://totp/Example%20Bank:a?secret=")


def test_codes_can_be_asked_of_everybody(house: House) -> None:
    who = house.sign_ins(codes="required")
    who.set_password("a", RIGHT, by="lead")
    with pytest.raises(DeniedError, match="has to set up one-time codes"):
        who.sign_in("a", RIGHT, "")
    token, seed = who.invite("a", by="lead"), seed_of(b"key", "token")
    signed_in = who.accept(token, RIGHT, seed=seed, code=current_code(seed, NOW))
    found = who.identity(signed_in)
    assert found is not None
    assert found.second_factor


def test_an_invitation_is_good_once_until_it_is_too_old_or_another_is_made(house: House) -> None:
    who = house.sign_ins(invitation_valid="1d")
    first, token = who.invite("a", by="lead"), who.invite("a", by="lead")
    with pytest.raises(InputError, match="too old"):
        who.invitation(first)
    assert who.invitation(token).person == "a"
    with pytest.raises(InputError, match="fewer than 12 characters"):
        who.accept(token, "short")
    found = who.identity(who.accept(token, RIGHT))
    assert found is not None
    assert (found.name, found.proven_by) == ("a", ProvenBy.INVITATION)
    for bad in (token, "", "guessed", "x" * 500):
        with pytest.raises(InputError, match=r"this invitation (was used|is not ours)"):
            who.accept(bad, RIGHT)
    late = who.invite("b", by="lead", use=InvitationUse.SIGN_IN)
    house.clock.advance(timedelta(days=1))
    with pytest.raises(InputError, match="too old"):
        who.accept(late, "")
    with pytest.raises(NotFoundError, match="'mallory' is not on the team"):
        who.invite("mallory", by="lead")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "fewer than 12"),
        ("a" * 20, "different characters"),
        ("annakarlsson123456", "little more than"),
        ("Password123456", "little more than"),
        ("x y" * 400, "more than 1024"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(house: House, password: str, why: str) -> None:
    assert any(why in each.what for each in house.sign_ins().problems_of(password, "annakarlsson"))
    assert house.sign_ins().problems_of(RIGHT, "annakarlsson") == ()


def test_a_proxy_names_people_by_name_or_by_an_account_of_theirs_alone(house: House) -> None:
    who = house.sign_ins()
    assert [who.of_proxy(name) and who.of_proxy(name).name for name in ("a", "B.k", "desk", "mallory", "")] == (  # type: ignore[union-attr]
        ["a", "b", None, None, None]
    )


@pytest.mark.parametrize(
    "proxy", [{"header": "X-User"}, {"header": "X-User", "secret": "s" * 16}, {"header": "a b", "secret": "s" * 16}]
)
def test_a_proxy_is_believed_only_with_a_secret_and_addresses(proxy: dict[str, str]) -> None:
    with pytest.raises((ValueError, ConfigError)):
        Settings.model_validate({"auth": {"proxy": proxy}})


def test_no_password_token_or_code_is_kept(house: House) -> None:
    who, seed = house.sign_ins(), new_seed()
    who.set_password("a", RIGHT, by="lead")
    left = who.set_codes("a", seed, current_code(seed, NOW), by="a")
    token, invitation = who.sign_in("a", RIGHT, left[0]), who.invite("b", by="a")
    kept = b"".join(path.read_bytes() for path in house.folder.glob("nabat.db*"))
    assert not [each for each in (RIGHT, *left, token, invitation) if each.encode() in kept]
    assert who.accounts()[0].has_codes
    assert who.accounts()[1].has_password is False


@pytest.mark.parametrize("whom", [{"people": {"a"}}, {"accounts": {"user:a"}}], ids=["a name", "a login"])
def test_an_invitation_that_the_suspect_made_lets_nobody_in_nor_does_the_session_it_opened(
    house: House, whom: dict[str, set[str]]
) -> None:
    who = house.sign_ins()
    opened = who.accept(who.invite("b", by="a", use=InvitationUse.SIGN_IN), "")
    house.clock.advance(timedelta(seconds=1))
    others = who.accept(who.invite("b", by="lead", use=InvitationUse.SIGN_IN), "")
    kept = who.invite("b", by="a")
    assert who.identity(opened) is not None
    assert who.invitation(kept).person == "b"
    house.suspected = Suspected(**{name: frozenset(each) for name, each in whom.items()})
    assert who.identity(opened) is None
    assert who.identity(others) is not None
    for use in (who.invitation, lambda token: who.accept(token, RIGHT)):
        with pytest.raises(InputError, match="this invitation is too old"):
            use(kept)
    house.suspected = Suspected()
    assert who.identity(who.accept(kept, RIGHT)) is not None, "nothing was used up"
