"""That letters which can go still do not, and count as told or given up, is no one person's word in a grave case."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import ConflictError, DeniedError
from detector.incident import load_regulations
from detector.schema.case.incidents import CloseReason
from detector.schema.letters.mailings import SETTLED, LetterState, MailingKind
from detector.schema.levels import Severity
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.mailroom import Mailroom

__all__ = ["smtp_server"]

ROWS = "".join(f"{number},Client {number},mail,client-{number}@example.org,en,,\n" for number in range(1, 6))
PLANNED, HELD, FAILED = LetterState.PLANNED, LetterState.HELD, LetterState.FAILED


@pytest.fixture
def room(tmp_path: Path, smtp_server: Mails) -> Mailroom:
    """A grave case of five clients, one of them refused by the mail server."""
    smtp_server.unknown.add("client-5@example.org")
    room = Mailroom(tmp_path, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts(ROWS)
    room.concern({str(each): ["contact"] for each in range(1, 6)})
    return room


def stand(room: Mailroom) -> dict[str, int]:
    return {state.value: count for state, count in room.desk().standing_of(room.ref).counts}


def waiting(room: Mailroom) -> list[tuple[str, str]]:
    return [(each.step_id, each.author) for each in room.house.by("anna").detail(room.ref).approvals]


def all_planned(room: Mailroom) -> tuple[str, dict[str, object]]:
    return "planned", {"states": [PLANNED]}


def some_planned(room: Mailroom) -> tuple[str, dict[str, object]]:
    return "planned", {"states": [FAILED, PLANNED]}


def one_planned(room: Mailroom) -> tuple[str, dict[str, object]]:
    return "planned", {"client": "2"}


def one_held(room: Mailroom) -> tuple[str, dict[str, object]]:
    room.desk().hold_client(room.ref, "2", reason="objects")
    return "held", {"client": "2"}


def all_held(room: Mailroom) -> tuple[str, dict[str, object]]:
    for each in ("2", "3"):
        room.desk().hold_client(room.ref, each, reason="objects")
    return "held", {"states": [HELD]}


@pytest.mark.parametrize("how", sorted(SETTLED))
@pytest.mark.parametrize("which", [all_planned, some_planned, one_planned, one_held, all_held])
def test_one_person_does_not_say_that_letters_which_can_go_were_told_otherwise(
    room: Mailroom, which: Callable[[Mailroom], tuple[str, dict[str, object]]], how: LetterState
) -> None:
    room.file()
    state, chosen = which(room)
    before = stand(room)
    count, waits = room.desk().settle_clients(room.ref, how, words="on the site", **chosen)  # type: ignore[arg-type]
    assert waits
    assert stand(room) == before
    assert waiting(room) == [("letters", "lev")]
    with pytest.raises(ConflictError, match="two persons"):
        room.house.by("lev").approve(room.ref, "letters")
    assert stand(room) == before
    room.house.by("anna").approve(room.ref, "letters")
    after = stand(room)
    assert after[how.value] == count
    assert after.get(state, 0) == before[state] - count
    assert waiting(room) == []
    entry = room.house.by("anna").detail(room.ref).entries[-1]
    assert entry.kind == "letters_told"
    assert "on the site" in entry.text
    assert entry.text.endswith("(approved by anna)")
    assert entry.by == "lev"


def test_letters_go_on_until_another_agrees_and_what_has_gone_stays_sent(room: Mailroom, smtp_server: Mails) -> None:
    room.file()
    assert room.desk().settle_clients(room.ref, LetterState.TOLD, states=[PLANNED], words="by phone") == (5, True)
    room.send()
    assert stand(room) == {"sent": 4, "failed": 1}
    with pytest.raises(ConflictError, match="no client of"):
        room.house.by("anna").approve(room.ref, "letters")
    room.house.by("anna").decline(room.ref, "letters", reason="they have gone")
    assert waiting(room) == []
    assert len(smtp_server.received) == 4


def test_it_is_not_agreed_to_for_more_clients_than_it_was_asked_of(room: Mailroom) -> None:
    room.contacts(ROWS.splitlines(keepends=True)[0])
    room.file()
    assert stand(room) == {"planned": 1, "not-reached": 4}
    assert room.desk().settle_clients(room.ref, LetterState.TOLD, states=[PLANNED], words="by phone") == (1, True)
    room.contacts(ROWS)
    room.file()
    with pytest.raises(ConflictError, match=r"5 clients of .* stand so by now, and it was asked of 1"):
        room.house.by("anna").approve(room.ref, "letters")
    assert stand(room) == {"planned": 5}


def test_the_letter_of_one_client_that_was_replaced_since_is_asked_about_anew(room: Mailroom) -> None:
    room.file()
    room.desk().settle_clients(room.ref, LetterState.TOLD, client="2", words="by phone")
    room.file()
    with pytest.raises(ConflictError, match="does not stand any more"):
        room.house.by("anna").approve(room.ref, "letters")
    assert stand(room) == {"planned": 5}


def test_what_no_sender_brings_any_further_is_one_persons_word_and_so_is_a_slight_case(room: Mailroom) -> None:
    room.file()
    room.send()
    assert room.desk().settle_clients(room.ref, LetterState.TOLD, states=[FAILED], words="by phone") == (1, False)
    assert waiting(room) == []


def test_in_a_slight_case_one_word_suffices(tmp_path: Path) -> None:
    room = Mailroom(tmp_path, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts(ROWS)
    room.concern({"1": ["contact"]}, severity=Severity.MEDIUM)
    room.file()
    assert room.house.incident().severity is Severity.MEDIUM
    assert room.desk().settle_clients(room.ref, LetterState.TOLD, states=[PLANNED], words="by phone") == (1, False)


def test_a_case_that_turns_out_to_be_none_or_one_who_may_not_send_says_nothing_of_letters(room: Mailroom) -> None:
    room.file()
    room.desk().settle_clients(room.ref, LetterState.TOLD, states=[PLANNED], words="by phone")
    room.house.by("lev").close(room.ref, CloseReason.FALSE_POSITIVE, note="a test", correction="none was told")
    room.house.by("anna").approve(room.ref, "close")
    with pytest.raises(ConflictError):
        room.house.by("anna").approve(room.ref, "letters")
    with pytest.raises(DeniedError):
        room.desk("anna").settle_clients(room.ref, LetterState.TOLD, states=[PLANNED], words="by phone")


@pytest.mark.parametrize("which", [{"states": [PLANNED]}, {"client": "2"}])
def test_what_follows_the_first_letter_is_no_one_persons_word_either(room: Mailroom, which: dict[str, object]) -> None:
    room.file()
    room.send()
    room.house.clock.advance(timedelta(days=8))
    room.file(MailingKind.WEEK)
    said = {"words": "by phone", "kind": MailingKind.WEEK, **which}
    assert room.desk().settle_clients(room.ref, LetterState.TOLD, **said)[1]  # type: ignore[arg-type]
    assert waiting(room) == [("letters", "lev")]
    room.house.by("anna").approve(room.ref, "letters")
    assert "told-otherwise" in room.states()
