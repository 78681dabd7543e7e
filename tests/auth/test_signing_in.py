"""Signing in: what fits, what is refused and for how long, and when a browser is signed out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from detector.auth import SignIns, Suspected, address_of, current_code, new_seed, seed_of
from detector.auth.failed_tries import ANYWHERE, FORGOTTEN, after_failure, has_to_wait, places_of
from detector.clock import ManualClock
from detector.errors import ConfigError, DeniedError, InputError, NotFoundError
from detector.schema.team.grants import ProvenBy
from detector.schema.team.people import AccessKind, FailedTries, InvitationUse
from detector.settings import Settings
from detector.store import Store

NOW = datetime(2026, 3, 3, tzinfo=UTC)
Asks = Callable[[str, str, str], None]
RIGHT, WRONG = "four plain words here", "five other words there"


@dataclass
class House:
    store: Store
    clock: ManualClock
    folder: Path
    suspected: Suspected = field(default_factory=Suspected)

    def sign_ins(self, asks: Asks = lambda person, by, token: None, **auth: Any) -> SignIns:
        people = [{"name": name, "accounts": [f"user:{name}.k", "user:desk"], "targets": ["desk"]} for name in "ab"]
        settings = Settings.model_validate({"state": self.folder, "team": {"people": people}, "auth": auth})
        return SignIns(self.store, settings, self.clock, suspected=lambda: self.suspected, asks=asks)


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


def fail(who: SignIns, times: int, **where: str) -> None:
    for _ in range(times):
        with pytest.raises(DeniedError):
            who.sign_in("a", WRONG, "", **where)


def signed_in(who: SignIns, **where: str) -> bool:
    try:
        return bool(who.sign_in("a", RIGHT, "", **where))
    except DeniedError:
        return False


def test_whoever_guesses_elsewhere_locks_nobody_out_of_a_browser_or_network_she_signed_in_from(house: House) -> None:
    who = house.sign_ins(tries=3, wait="15m")
    who.set_password("a", RIGHT, by="lead")
    home = {"address": "192.0.2.7"}
    known = who.remember_browser(who.sign_in("a", RIGHT, "", **home), **home)
    for net in range(1, 10):
        fail(who, 4, address=f"198.51.100.{net}")
    fail(who, 4, address="2001:db8:1:2::1")
    assert not signed_in(who, address="2001:db8:1:2::77"), "a network of IPv6 is one place"
    assert not signed_in(who, address="203.0.113.9"), "what is not known waits together"
    assert signed_in(who, browser=known, address="198.51.100.1"), "her browser, wherever it is"
    assert signed_in(who, **home), "another browser at home"
    fail(who, 3, **home)
    assert not signed_in(who, **home), "somebody at her own address guesses"
    assert signed_in(who, browser=known, **home)
    fail(who, 3, browser=known, **home)
    assert not signed_in(who, browser=known, **home), "her browser in other hands guesses no faster"


def test_a_browser_is_known_by_a_new_token_each_time_and_for_whom_it_signed_in_alone(house: House) -> None:
    who = house.sign_ins(tries=1, wait="15m")
    for name in "ab":
        who.set_password(name, RIGHT, by="lead")
    first = who.remember_browser(who.sign_in("b", RIGHT, ""))
    fail(who, 1, browser=first)
    assert not signed_in(who, browser=first), "what b signed in is not known for a"
    house.clock.advance(timedelta(minutes=16))
    second = who.remember_browser(who.sign_in("a", RIGHT, "", browser=first), browser=first)
    third = who.remember_browser(who.sign_in("a", RIGHT, "", browser=second), browser=second)
    fail(who, 1)
    assert [signed_in(who, browser=each) for each in ("", second, third)] == [False, False, True]
    assert who.sign_in("b", RIGHT, "", browser=third)
    assert not signed_in(who, browser="invented"), "nobody makes a browser known by naming it"
    who.revoke("a", by="lead")
    assert not signed_in(who, browser=third)


def test_guessing_slows_down_however_many_addresses_it_comes_from() -> None:
    counts: dict[str, FailedTries] = {}
    guesses = [0, 0, 0]
    for quarter in range(3 * 24 * 4):
        now = NOW + timedelta(minutes=15 * quarter)
        for net in range(100):
            places = places_of((), "", f"198.51.{quarter % 250}.{net}")
            if has_to_wait(counts.values(), places, now):
                continue
            guesses[quarter // 96] += 1
            for place in places:
                counts[place] = after_failure(
                    counts.get(place), "a", place, allowed=5, wait=timedelta(minutes=15), now=now
                )
    assert guesses[0] < 100, "NIST SP 800-63B, 5.2.2: no more than 100 failed tries"
    assert guesses[1:] == [5, 5]
    quiet = now + 3 * FORGOTTEN
    anew = after_failure(counts[ANYWHERE], "a", ANYWHERE, allowed=5, wait=timedelta(minutes=15), now=quiet)
    assert (anew.failures, anew.waits) == (1, 0), "a place without tries for a day begins anew"


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


def test_a_password_that_the_suspect_invited_to_set_opens_nothing_until_a_second_person_stands_for_it(
    house: House,
) -> None:
    who = house.sign_ins()
    before = who.accept(who.invite("b", by="a"), RIGHT)
    token = who.sign_in("b", RIGHT, "")
    house.suspected = Suspected(people=frozenset({"a"}), accounts=frozenset({"user:a.k"}))
    assert (who.identity(before), who.identity(token)) == (None, None)
    with pytest.raises(DeniedError, match="did not fit"):
        who.sign_in("b", RIGHT, "")
    assert [each.unconfirmed for each in who.accounts()] == ["", "a"]
    with pytest.raises(DeniedError, match="needs the word of a second person"):
        who.confirm_password("b", by="a")
    with pytest.raises(InputError, match="a has no password that somebody else set"):
        who.confirm_password("a", by="lead")
    who.confirm_password("b", by="lead")
    assert who.identity(who.sign_in("b", RIGHT, "")) is not None
    assert who.identity(token) is not None
    assert who.accounts()[1].unconfirmed == ""
    who.set_password("b", RIGHT + " more", by="a")
    assert who.accounts()[1].unconfirmed == "a", "another password is another matter"
    who.set_password("b", RIGHT, by="b")
    assert who.identity(who.sign_in("b", RIGHT, "")) is not None
    assert kinds(house).count(AccessKind.PASSWORD_CONFIRMED) == 1


def test_whoever_signs_in_on_a_colleagues_word_is_asked_where_they_alone_read_it_whether_it_was_they(
    house: House,
) -> None:
    asked: list[tuple[str, str, str]] = []
    who = house.sign_ins(asks=lambda *question: asked.append(question))
    session = who.accept(who.invite("b", by="a.k"), RIGHT)  # the login of a's, by which the first password is set
    who.sign_in("b", RIGHT, "")
    assert [each[:2] for each in asked] == [("b", "a")], "not again at once"
    assert who.identity(session).rests_on == ("a.k",)
    house.clock.advance(timedelta(minutes=6))
    who.sign_in("b", RIGHT, "")
    first, second = (token for _, _, token in asked)
    for refused in (lambda: who.invitation(first), lambda: who.accept(first, RIGHT), lambda: who.say_own("x")):
        with pytest.raises(InputError, match="not ours"):
            refused()
    assert who.own_password_question(second) == ("b", "a.k")
    assert who.accounts()[1].rests_on == "a"
    who.say_own(second)
    assert (who.identity(session).rests_on, who.accounts()[1].rests_on) == ((), "")
    for used in (first, second):
        with pytest.raises(InputError, match=r"was used|too old"):
            who.disown(used)
    who.sign_in("b", RIGHT, "")
    assert len(asked) == 2
    who.set_password("b", RIGHT + " more", by="a")
    session = who.sign_in("b", RIGHT + " more", "")
    who.invite("b", by="a")
    who.revoke("b", by="a")
    own = who.disown(asked[-1][2])
    assert who.identity(session) is None
    with pytest.raises(DeniedError):
        who.sign_in("b", RIGHT + " more", "")
    assert who.identity(who.accept(own, RIGHT)).rests_on == ()
    assert len(asked) == 3
    who.set_password("b", RIGHT + " more", by="root")
    assert who.identity(who.sign_in("b", RIGHT + " more", "")).rests_on == ("root",)
    assert who.accounts()[1].rests_on == ""
    assert len(asked) == 3, "who is nobody of the team gives no word beside theirs"


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
