"""The close names who stands in no plan, and of whom more is concerned than was told: by client, not by counts."""

import sqlite3
from pathlib import Path

import pytest

from detector.errors import ConflictError
from detector.incident import IMPORT, load_regulations
from detector.schema.case.incidents import CloseReason
from detector.schema.letters.mailings import STRANDED, LetterState
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.joined_room import JoinedRoom
from tests.runtime.letters.mailroom import Mailroom
from tests.runtime.letters.test_settled_letters import asked

__all__ = ["smtp_server"]


@pytest.fixture
def room(tmp_path: Path, smtp_server: Mails) -> Mailroom:
    """A case of three clients, two more on a list that somebody brought, all of whom got a letter."""
    room = Mailroom(tmp_path, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    ids = ("1", "2", "3", "50", "51", "60", "61", "70")
    room.contacts("".join(f"{each},N{each},mail,c{each}@example.org,en,,\n" for each in ids))
    room.concern({each: ["contact"] for each in ("1", "2", "3")})
    room.house.bring("id\n50\n51\n")
    room.file()
    room.send()
    assert asked(room) == []
    return room


def test_who_came_is_asked_about_though_as_many_left(room: Mailroom) -> None:
    person = room.house.by("lev")
    person.remove_import(room.ref, 1, reason="another export")
    room.house.by("anna").approve(room.ref, f"{IMPORT}1")
    assert asked(room) == [], "who left is asked about no more"
    room.house.bring("id\n60\n61\n")
    assert room.house.incident().scope.known_subjects == 5, "as many as before"
    (problem,) = asked(room)
    assert "waits for 2 clients in no plan of letters" in problem.what
    assert room.desk().unplanned(room.ref) == (("60", "61"), ())
    assert dict(room.desk().standing_of(room.ref).counts) == {LetterState.SENT: 5}
    assert [each.client for each in room.plan().recipients] == ["60", "61"], "the plan writes to those it asks about"
    person.remove_import(room.ref, 2, reason="wrong again")
    room.house.by("anna").approve(room.ref, f"{IMPORT}2")
    room.house.bring("id\n050\n51\n")
    assert asked(room) == [], "who came back was told, however the list spells them"
    assert not room.plan().recipients


def test_who_lost_more_is_asked_about_though_others_came(room: Mailroom) -> None:
    room.concern({"1": ["card"], "60": ["contact"], "61": ["contact"]})
    room.house.rescope(7)
    problems = [each.what.partition(" waits for ")[2] for each in asked(room)]
    assert problems == [
        "2 clients in no plan of letters",
        "1 client of whose data more is concerned than was told",
    ]
    assert room.desk().unplanned(room.ref) == (("60", "61"), ("1",))
    assert {each.client for each in room.plan().recipients} == {"1", "60", "61"}
    with pytest.raises(ConflictError, match="step N4 waits for 1 client of whose data more is concerned"):
        room.house.by("lev").complete(room.ref, "N4", proof="all told")


def test_a_case_closed_as_handled_opened_again_and_wider_asks_about_the_new_ones_alone(room: Mailroom) -> None:
    house, person = room.house, room.house.by("lev")
    person.decide_duty(room.ref, "gdpr-subjects", owed=True, reason="high risk")
    with sqlite3.connect(room.folder / "nabat.db") as database:  # all else was done
        database.execute("UPDATE steps SET status = 'done'")
        database.execute("UPDATE duties SET state = 'done', verdict = 'yes'")
    person.close(room.ref, CloseReason.HANDLED, note="all told")
    house.by("anna").approve(room.ref, "close")
    assert house.incident().close_reason is CloseReason.HANDLED
    person.reopen_case(room.ref, reason="there is more")
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.execute("UPDATE steps SET status = 'open' WHERE step_id = 'R1'")
    assert asked(room) == []
    room.concern({"70": ["contact"], "2": ["contact", "card"]})
    house.rescope(9)
    assert room.desk().unplanned(room.ref) == (("70",), ("2",))
    assert len(asked(room)) == 2
    room.desk().file(room.ref, room.plan())
    assert [each.what.partition(" waits for ")[2] for each in asked(room)] == ["2 letters not sent yet"]
    room.desk().settle_clients(room.ref, LetterState.TOLD, states=[LetterState.PLANNED], words="by telephone")
    room.house.by("anna").approve(room.ref, "letters")
    assert asked(room) == []


def test_of_cases_that_became_one_each_client_without_a_letter_is_named_once(
    tmp_path: Path, smtp_server: Mails
) -> None:
    """14 were named where 12 are: two clients of both cases had a letter in one of them."""
    ones, others = [str(n) for n in range(100, 108)], [str(n) for n in range(106, 116)]
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ones, others, rate=1000)
    smtp_server.unknown.add("c100@example.org")
    cases.file(cases.one)
    cases.send(cases.one)
    cases.join()
    # The one that goes on has no plan of its own.
    assert cases.desk().unplanned(cases.other) == (tuple(others[2:]), ())
    assert cases.stand(cases.other) == {"sent": 7, "failed": 1, "later": 8}
    cases.file(cases.other)
    cases.send(cases.other)
    assert cases.stand(cases.other) == {"sent": 15, "failed": 1}
    assert cases.desk().unplanned(cases.other) == ((), ())
    cases.desk().settle_clients(cases.other, LetterState.GIVEN_UP, states=STRANDED, words="no way")
    cases.part()
    assert cases.desk().unplanned(cases.one) == ((), ()), "each was told"
    # The one case told two of both of its own matter, before they were one: the other has told them nothing.
    assert cases.desk().unplanned(cases.other) == (tuple(others[:2]), ())
