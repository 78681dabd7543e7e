"""Whoever was told of what turned out to be no breach is told so, once, the way they were told; and nobody else."""

from pathlib import Path

import pytest

from detector.errors import ConflictError
from detector.incident import load_regulations
from detector.runtime.incidents.letters.post_list import post_table
from detector.schema.case.incidents import CloseReason
from detector.schema.letters.mailings import Letter, LetterState, MailingKind
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.joined_room import JoinedRoom
from tests.runtime.letters.mailroom import FIRST, Mailroom, body_of
from tests.runtime.letters.test_letters import report
from tests.runtime.scopes.house import later

__all__ = ["smtp_server"]

WITHDRAWAL = MailingKind.WITHDRAWAL
CONTACTS = (
    "1,Anna,mail,anna@example.org,en,,\n"
    "2,Ben,mail,ben@example.org,en,,\n"
    "3,Cora,mail,cora@example.org,en,,\n"
    "4,Dan,mail,dan@example.org,en,yes,\n"
    '5,Emil,post,"1 Long Street",en,,\n'
    "7,Фаина,mail,faina@example.org,ru,,\n"
)


@pytest.fixture
def room(tmp_path: Path, smtp_server: Mails) -> Mailroom:
    """A case: two get a letter, one of them in Russian; others refuse it, send it back, go by post, have no way."""
    room = Mailroom(tmp_path, smtp_server.port, laws=load_regulations(["eu-gdpr-34"]))
    room.contacts(CONTACTS)
    room.concern({each: ["contact"] for each in ("1", "2", "3", "4", "5", "6", "7")})
    return room


def told(room: Mailroom, smtp_server: Mails) -> None:
    """Send first letters; one is posted, one told by telephone, one given up, one told in public."""
    smtp_server.unknown.add("ben@example.org")
    room.file()
    room.send()
    (back,) = (mail for mail in smtp_server.received if mail["To"] == "cora@example.org")
    room.desk().take_in_mail(room.ref, report(str(back["Message-ID"])))
    desk = room.desk()
    desk.settle_clients(room.ref, LetterState.POSTED, states=[LetterState.POST], words="list 12")
    desk.settle_clients(room.ref, LetterState.TOLD, states=[LetterState.FAILED], words="by telephone")
    desk.settle_clients(room.ref, LetterState.GIVEN_UP, states=[LetterState.BOUNCED], words="moved, unknown where")
    desk.settle_clients(room.ref, LetterState.PUBLIC, states=[LetterState.UNREPRESENTED], words="on the site")
    smtp_server.received.clear()


def closed(room: Mailroom, reason: CloseReason = CloseReason.FALSE_POSITIVE) -> None:
    person = room.house.by("lev")
    person.close(room.ref, reason, note="the yearly audit read the cards", correction="a letter each")
    room.house.by("anna").approve(room.ref, "close")
    assert room.house.incident().close_reason is reason


def withdrawn(room: Mailroom, mailing: int = 2) -> dict[int, Letter]:
    return {each.number: each for each in room.ledger() if each.mailing == mailing}


def test_those_who_were_told_and_nobody_else_are_told_that_it_was_a_mistake(
    room: Mailroom, smtp_server: Mails, tmp_path: Path
) -> None:
    told(room, smtp_server)
    closed(room)
    plan = room.plan(WITHDRAWAL)
    assert [(each.client, each.ways[0].channel, each.language) for each in plan.recipients] == [
        ("1", "mail", "en"),
        ("5", "post", "en"),
        ("7", "mail", "ru"),
    ]
    assert [(each.client, each.why.value) for each in plan.not_reached] == [("2", "told_otherwise")]
    assert (plan.in_public, plan.unknown) == (1, 0)
    room.file(WITHDRAWAL)
    room.send(WITHDRAWAL)
    assert sorted(str(mail["To"]) for mail in smtp_server.received) == ["anna@example.org", "faina@example.org"]
    english, russian = sorted(smtp_server.received, key=lambda mail: str(mail["To"]))
    assert str(english["Subject"]).endswith(": what we told you on 1 March 2026 was mistaken"), english["Subject"]
    assert "By what we found, nobody got at your data" in body_of(english)
    assert "1 марта 2026 года мы сообщили вам" in body_of(russian), body_of(russian)
    (row,) = post_table(room.desk().post(room.ref, WITHDRAWAL)).rows(named=True)
    assert (row["name"], row["address"]) == ("Emil", "1 Long Street")
    desk = room.desk()
    said = {"kind": WITHDRAWAL, "words": "list 13"}
    assert desk.settle_clients(room.ref, LetterState.POSTED, states=[LetterState.POST], **said) == (1, False)
    said = {"kind": WITHDRAWAL, "words": "by telephone again"}
    assert desk.settle_clients(room.ref, LetterState.TOLD, states=[LetterState.NOT_REACHED], **said) == (1, False)
    again = room.plan(WITHDRAWAL)
    assert (again.recipients, again.not_reached) == ((), ()), "nobody is told twice"
    room.send(WITHDRAWAL)
    assert len(smtp_server.received) == 2


@pytest.mark.parametrize("reason", CloseReason)
def test_letters_withdraw_where_the_case_was_closed_as_no_breach(
    room: Mailroom, smtp_server: Mails, reason: CloseReason
) -> None:
    told(room, smtp_server)
    with pytest.raises(ConflictError, match="is not closed as no breach; nothing is withdrawn"):
        room.plan(WITHDRAWAL)
    if reason is CloseReason.HANDLED:
        return
    closed(room, reason)
    if reason is CloseReason.DUPLICATE:
        with pytest.raises(ConflictError, match="is not closed as no breach; nothing is withdrawn"):
            room.plan(WITHDRAWAL)
        return
    (_, text), *_ = room.plan(WITHDRAWAL).samples
    assert ("had the right to do so" in text.body) is (reason is CloseReason.AUTHORISED)


def test_where_nobody_was_told_there_is_nobody_to_write_to(room: Mailroom) -> None:
    room.file()
    room.house.by("lev").close(room.ref, CloseReason.FALSE_POSITIVE, note="none")
    room.house.by("anna").approve(room.ref, "close")
    with pytest.raises(ConflictError, match="nobody to write to"):
        room.desk().file(room.ref, room.plan(WITHDRAWAL))


def test_a_letter_of_which_nobody_knows_whether_it_went_is_settled_first(room: Mailroom, smtp_server: Mails) -> None:
    told(room, smtp_server)
    with room.house.store.begin() as unit:
        (mailing,) = unit.letters.mailings(room.ref)
        (first,) = unit.letters.in_state(mailing, LetterState.SENT, limit=1)
        unit.letters.save([Letter(**{**{n: getattr(first, n) for n in first.__slots__}, "state": LetterState.UNKNOWN})])
    closed(room)
    plan = room.plan(WITHDRAWAL)
    assert (plan.unknown, [each.client for each in plan.recipients]) == (1, ["5", "7"])
    room.house.clock.advance(later(60 * 24 * 3) - later(0))
    assert room.desk().settle(room.ref, FIRST, accepted="", rest="sent") == (1, 0)
    (anna, *_) = room.plan(WITHDRAWAL).recipients
    assert anna.client == "1"
    assert anna.told_at == first.changed_at, "told when it went, not when somebody found out"


def test_a_case_opened_again_is_told_of_anew_and_its_letters_of_withdrawal_stop(
    room: Mailroom, smtp_server: Mails
) -> None:
    told(room, smtp_server)
    closed(room)
    room.file(WITHDRAWAL)
    room.send(WITHDRAWAL)
    smtp_server.received.clear()
    house = room.house
    house.clock.advance(later(60) - later(0))
    house.by("lev").reopen_case(room.ref, reason="it was a theft after all")
    with pytest.raises(ConflictError, match="no letter that withdraws is sent"):
        room.send(WITHDRAWAL)
    stands = room.desk().standing_of(room.ref)
    assert stands.informed == 2, "the one by post and the one by telephone were not set right yet: they know"
    assert stands.later == 2, "those who were told that it was a mistake do not"
    plan = room.plan(FIRST)
    assert [(each.client, each.mistaken, each.again) for each in plan.recipients] == [
        ("1", True, False),
        ("7", True, False),
    ]
    room.file(FIRST)
    room.send(FIRST)
    mails = {str(mail["To"]): body_of(mail) for mail in smtp_server.received}
    assert sorted(mails) == ["anna@example.org", "faina@example.org"]
    assert "That does not hold any more: please go by this letter." in mails["anna@example.org"]
    assert room.desk().standing_of(room.ref).later == 0
    house.clock.advance(later(60) - later(0))
    closed(room)
    assert {each.client for each in room.plan(WITHDRAWAL).recipients} == {"1", "5", "7"}


def test_clients_told_by_a_case_that_went_into_this_one_are_told_once(tmp_path: Path, smtp_server: Mails) -> None:
    joined = JoinedRoom.open(tmp_path, smtp_server.port, ("1", "2"), ("2", "3"), rate=1000)
    for ref in (joined.one, joined.other):
        joined.file(ref)
        joined.send(ref)
    joined.join()
    smtp_server.received.clear()
    house = joined.room.house
    house.by("lev").close(joined.other, CloseReason.FALSE_POSITIVE, note="none", correction="letters")
    house.by("anna").approve(joined.other, "close")
    joined.desk().file(joined.other, joined.desk().plan(joined.other, WITHDRAWAL, samples=0))
    for name in ("anna", "olga"):
        joined.desk(name).approve(joined.other, WITHDRAWAL)
    joined.desk().send(joined.other, WITHDRAWAL, patience=0, progress=lambda _: None)
    assert sorted(str(mail["To"]) for mail in smtp_server.received) == [f"c{n}@example.org" for n in (1, 2, 3)]
    assert not joined.desk().plan(joined.other, WITHDRAWAL, samples=0).recipients


@pytest.mark.parametrize("then", ["planned", "refused", "sent"])
def test_who_was_told_of_less_is_told_that_it_was_a_mistake_whatever_became_of_the_next_letter(
    room: Mailroom, smtp_server: Mails, then: str
) -> None:
    room.file()
    room.send()
    room.concern({"1": ["health"]})
    room.file()
    if then == "refused":
        smtp_server.unknown.add("anna@example.org")
    if then != "planned":
        room.send()
    smtp_server.unknown.clear()
    closed(room)
    clients = [each.client for each in room.plan(WITHDRAWAL).recipients]
    assert clients == sorted(set(clients))
    assert "1" in clients
    (owed,) = (each for each in room.house.console.detail(room.ref).withdrawals if each.clients)
    assert owed.clients == len(clients)
    room.file(WITHDRAWAL)
    smtp_server.received.clear()
    room.send(WITHDRAWAL)
    assert [str(mail["To"]) for mail in smtp_server.received].count("anna@example.org") == 1


def test_letters_that_say_why_an_earlier_close_was_none_are_planned_anew(room: Mailroom, smtp_server: Mails) -> None:
    told(room, smtp_server)
    closed(room, CloseReason.AUTHORISED)
    room.file(WITHDRAWAL)
    room.house.clock.advance(later(60) - later(0))
    room.house.by("lev").reopen_case(room.ref, reason="it was a theft after all")
    room.house.clock.advance(later(60) - later(0))
    closed(room)
    (one,) = room.house.console.detail(room.ref).withdrawals
    assert one.command("X") == "nabat letters plan X --kind withdrawal --file"
    for act in (lambda: room.send(WITHDRAWAL), lambda: room.desk().order(room.ref, WITHDRAWAL)):
        with pytest.raises(ConflictError, match=r"was filed before .* was closed as it is now"):
            act()
    assert not smtp_server.received
    room.house.clock.advance(later(60) - later(0))
    room.file(WITHDRAWAL)
    room.send(WITHDRAWAL)
    mails = {str(mail["To"]): body_of(mail) for mail in smtp_server.received}
    assert sorted(mails) == ["anna@example.org", "faina@example.org"], "each once"
    assert "had the right to do so" not in mails["anna@example.org"]


def test_what_is_next_is_said_by_where_the_letters_that_withdraw_stand(room: Mailroom, smtp_server: Mails) -> None:
    told(room, smtp_server)
    closed(room)
    room.desk().file(room.ref, room.plan(WITHDRAWAL))
    with pytest.raises(ConflictError) as refused:
        room.send(WITHDRAWAL)
    assert refused.value.problems[0].fix.endswith("--kind withdrawal"), "else the first letters are approved"
    for name in ("anna", "olga"):
        room.desk(name).approve(room.ref, WITHDRAWAL)
    assert next_step(room) == "nabat letters send X --kind withdrawal"
    room.send(WITHDRAWAL)
    assert next_step(room) == "nabat letters settle X --kind withdrawal --state not-reached --state post"
    (mail,) = (each for each in smtp_server.received if each["To"] == "anna@example.org")
    room.desk().take_in_mail(room.ref, report(str(mail["Message-ID"])))
    assert "--state bounced" in next_step(room)
    states = [LetterState.BOUNCED, LetterState.POST, LetterState.NOT_REACHED]
    room.desk().settle_clients(room.ref, LetterState.TOLD, states=states, words="by telephone", kind=WITHDRAWAL)
    (one,) = room.house.console.detail(room.ref).withdrawals
    assert not one.outstanding


def next_step(room: Mailroom) -> str:
    (one,) = room.house.console.detail(room.ref).withdrawals
    return one.command("X")


def test_of_a_case_that_was_no_breach_nobody_stands_in_no_plan(room: Mailroom, smtp_server: Mails) -> None:
    told(room, smtp_server)
    closed(room)
    room.file(WITHDRAWAL)
    room.send(WITHDRAWAL)
    assert room.desk().unplanned(room.ref) == ((), ())
    assert (room.desk().standing_of(room.ref).later, room.desk().standing_of(room.ref).wider) == (0, 0)
    assert not any("version 0" in line for line in room.desk().counted(room.ref, WITHDRAWAL, "en"))


def test_a_letter_of_withdrawal_that_was_lost_goes_to_the_address_that_was_put_right(
    room: Mailroom, smtp_server: Mails
) -> None:
    told(room, smtp_server)
    closed(room)
    smtp_server.unknown.add("anna@example.org")
    room.file(WITHDRAWAL)
    room.send(WITHDRAWAL)
    said = {"kind": WITHDRAWAL, "words": "list 13"}
    room.desk().settle_clients(room.ref, LetterState.POSTED, states=[LetterState.POST], **said)
    assert room.plan(WITHDRAWAL).recipients == (), "it is the address that refused it"
    room.contacts(CONTACTS.replace("anna@", "anna.new@"))
    (again,) = room.plan(WITHDRAWAL).recipients
    assert (again.client, [each.address for each in again.ways]) == ("1", ["anna.new@example.org"])
    room.file(WITHDRAWAL)
    smtp_server.received.clear()
    room.send(WITHDRAWAL)
    assert [str(mail["To"]) for mail in smtp_server.received] == ["anna.new@example.org"]
    assert room.plan(WITHDRAWAL).recipients == (), "nobody is told twice"
