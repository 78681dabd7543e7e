from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.notify.links import ButtonAct, LinkExpiredError, Links, LinkTamperedError
from detector.schema.team.delivery import Message, MessageKind

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
LINKS = Links(b"k" * 32, "https://nabat.example.org/", timedelta(days=7))


def token(**changes: str) -> str:
    said = {"incident_id": "i" * 32, "person": "anna", "message_id": "m" * 32} | changes
    return LINKS.make(**said, now=NOW).removeprefix("https://nabat.example.org/ack/")


def test_a_link_says_which_incident_person_and_message_it_is_for() -> None:
    claim = LINKS.read(token(), NOW)
    assert (claim.incident_id, claim.person, claim.message_id) == ("i" * 32, "anna", "m" * 32)
    assert claim.expires_at == NOW + timedelta(days=7)


def test_a_link_works_until_its_time_is_over() -> None:
    assert LINKS.read(token(), NOW + timedelta(days=7) - timedelta(seconds=1)).person == "anna"
    with pytest.raises(LinkExpiredError):
        LINKS.read(token(), NOW + timedelta(days=7))


def test_links_of_two_people_are_used_up_separately() -> None:
    assert LINKS.read(token(), NOW).token_id != LINKS.read(token(person="boris"), NOW).token_id


def test_another_key_does_not_open_the_door() -> None:
    foreign = Links(b"x" * 32, "https://nabat.example.org", timedelta(days=7))
    with pytest.raises(LinkTamperedError):
        foreign.read(token(), NOW)


@given(st.text(max_size=300))
def test_any_text_that_is_not_a_token_is_refused(text: str) -> None:
    with pytest.raises(LinkTamperedError):
        LINKS.read(text, NOW)


@given(place=st.integers(min_value=0), letter=st.sampled_from("abcXYZ019-_."))
def test_a_token_with_one_changed_letter_never_reads_as_something_else(place: int, letter: str) -> None:
    good = token()
    place %= len(good)
    changed = good[:place] + letter + good[place + 1 :]
    try:
        assert LINKS.read(changed, NOW) == LINKS.read(good, NOW)  # base64 can write the same bytes in two ways
    except LinkTamperedError:
        assert changed != good


def buttons(kind: MessageKind = MessageKind.PAGE) -> list[str]:
    page = Message(
        id="m" * 32, incident_id="i" * 32, kind=kind, person="anna", target="phone", title="", body="",
        created_at=NOW, due_at=NOW, next_attempt_at=NOW,
    )  # fmt: skip
    return [url.removeprefix("https://nabat.example.org/press/") for _, url in LINKS.buttons(page)]


def test_a_button_is_for_one_act_of_one_person_and_used_up_apart_from_the_others_and_from_the_link() -> None:
    claims = [LINKS.read_button(each, NOW) for each in buttons()]
    assert [each.act for each in claims] == [ButtonAct.ACKNOWLEDGE, ButtonAct.HAND_OVER]
    (accepts,) = buttons(MessageKind.ROLE_ASKED)
    assert LINKS.read_button(accepts, NOW).act is ButtonAct.ACCEPT_ROLE
    assert buttons(MessageKind.REMINDER) == []
    assert {(each.incident_id, each.person, each.message_id) for each in claims} == {("i" * 32, "anna", "m" * 32)}
    assert len({each.token_id for each in claims} | {LINKS.read(token(), NOW).token_id}) == 3
    assert LINKS.read_button(buttons()[0], NOW + timedelta(days=7) - timedelta(seconds=1)).person == "anna"
    with pytest.raises(LinkExpiredError):
        LINKS.read_button(buttons()[0], NOW + timedelta(days=7))


def test_a_link_presses_no_button_and_a_button_opens_no_page() -> None:
    with pytest.raises(LinkTamperedError):
        LINKS.read_button(token(), NOW)
    with pytest.raises(LinkTamperedError):
        LINKS.read(buttons()[0], NOW)


def test_a_link_that_answers_for_a_role_acknowledges_nothing_and_the_other_way_round() -> None:
    said = {"incident_id": "i" * 32, "person": "anna", "message_id": "m" * 32}
    role = LINKS.make_role(**said, now=NOW).removeprefix("https://nabat.example.org/ack/role/")
    claim = LINKS.read_role(role, NOW)
    assert (claim.person, claim.token_id == LINKS.read(token(), NOW).token_id) == ("anna", False)
    for read, wrong in ((LINKS.read, role), (LINKS.read_role, token()), (LINKS.read_button, role)):
        with pytest.raises(LinkTamperedError):
            read(wrong, NOW)
