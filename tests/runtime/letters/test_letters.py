"""Each client of a case is told what of theirs was touched, once, after two people have approved every letter."""

import sqlite3
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from detector.errors import ConfigError, ConflictError, DeniedError, NotFoundError, StoreError
from detector.messages import messages
from detector.resources import shipped
from detector.runtime.incidents.letters.letter_plan import plan_lines
from detector.runtime.incidents.letters.sending.send_letters import only_sender
from detector.schema.letters.mailings import LetterState, MailingKind
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.mailroom import FIRST, Mailroom, body_of

__all__ = ["smtp_server"]

HOSTILE = "{{ 7*7 }}<b>=cmd()"


@pytest.fixture
def room(tmp_path: Path, smtp_server: Mails) -> Mailroom:
    return Mailroom(tmp_path, smtp_server.port)


def test_no_letter_holds_what_is_another_clients(room: Mailroom, smtp_server: Mails) -> None:
    """Every set of classes has a client of its own; each letter names its own classes, name and code, no other."""
    classes = ("contact", "card")
    sets = [some for size in (1, 2) for some in combinations(classes, size)]
    clients = {f"c{n}": some for n, some in enumerate(sets * 2)}
    codes = [f"CODE-{n:03}" for n in range(len(clients))]
    (room.folder / "codes.txt").write_text("\n".join(codes))
    room.configure(offers=[{"id": "watch", "title": "Credit watch.", "codes": str(room.folder / "codes.txt")}])
    names = {client: f"Name{n:03}x" for n, client in enumerate(clients)}
    room.contacts(
        "".join(
            f"{client},{name},mail,{client}@example.org,{'ru' if n % 2 else 'en'},,\n"
            for n, (client, name) in enumerate(names.items())
        )
    )
    room.concern(clients)
    room.file()
    progress, stopped = room.send()
    assert (progress.count(LetterState.SENT), stopped) == (len(clients), "")
    titles = {"contact": ("contact data", "контакты"), "card": ("bank cards", "банковские карты")}
    received = {str(mail["To"]): body_of(mail) for mail in smtp_server.received}
    assert sorted(received) == sorted(f"{client}@example.org" for client in clients)
    given = set()
    for client, own in clients.items():
        text = received[f"{client}@example.org"]
        for name in classes:
            assert any(title in text for title in titles[name]) == (name in own), (client, name)
        assert [name for name in names.values() if name in text] == [names[client]]
        assert not any(f"{other}@" in text for other in clients)
        (code,) = [each for each in codes if each in text]
        given.add(code)
    assert len(given) == len(clients), "a code is one client's"


def test_a_letter_waits_for_two_people_beside_its_author_and_reads_as_they_approved(room: Mailroom) -> None:
    room.contacts("1,Anna,mail,anna@example.org,en,,\n")
    room.concern({"1": ["contact"]})
    mailing = room.desk().file(room.ref, room.plan())
    with pytest.raises(ConflictError, match="two people beside lev"):
        room.send()
    with pytest.raises(ConflictError, match="no second word"):
        room.desk("lev").approve(room.ref, FIRST)
    room.desk("anna").approve(room.ref, FIRST)
    with pytest.raises(ConflictError, match="anna has approved them"):
        room.send()
    with pytest.raises(ConflictError, match="has approved"):
        room.desk("anna").approve(room.ref, FIRST)
    assert room.desk("olga").approve(room.ref, FIRST).approvals == ("anna", "olga")
    with pytest.raises(DeniedError):
        room.send(by="anna")
    with pytest.raises(DeniedError):
        room.plan(by="karl")
    file = room.folder / "mailings" / mailing.path
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + b"?")
    with pytest.raises(StoreError, match="not the file that was written"):
        room.send()
    file.write_bytes(whole)
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.execute("UPDATE mailings SET texts_sha256 = 'other'")
    with pytest.raises(ConflictError, match="read otherwise"):
        room.send()
    assert room.states() == ["planned"]


def test_letters_that_contradict_the_case_are_approved_and_begun_for_a_reason_alone(
    room: Mailroom, smtp_server: Mails
) -> None:
    texts = room.folder / "texts" / "en"
    texts.mkdir(parents=True)
    shipped_text = shipped("config", "templates", "en").joinpath("letter-first.txt").read_text(encoding="utf-8")
    (texts / "letter-first.txt").write_text(f"{shipped_text}\nIt has been stopped.\n", encoding="utf-8")
    room.configure(templates=str(texts.parent))
    room.contacts("1,Anna,mail,anna@example.org,en,,\n")
    room.concern({"1": ["contact"]})
    room.desk().file(room.ref, room.plan())
    for name in ("anna", "olga"):
        with pytest.raises(ConflictError, match="contradicts the case"):
            room.desk(name).approve(room.ref, FIRST)
        room.desk(name).approve(room.ref, FIRST, reason="the owner says so")
    with pytest.raises(ConflictError, match="contradicts the case"):
        room.send()
    assert (room.states(), smtp_server.received) == (["planned"], [])
    room.desk().send(room.ref, FIRST, patience=0, progress=lambda _: None, reason="the owner says so")
    assert room.states() == ["sent"]
    told = [each for each in room.house.console.detail(room.ref).entries if each.kind == "letters_contradicted"]
    assert ["the owner says so" in each.text for each in told] == [True]


def test_clients_who_cannot_be_written_to_are_counted_apart(room: Mailroom, smtp_server: Mails) -> None:
    room.contacts(
        "1,Anna,mail,anna@example.org,xx,,\n"
        "2,Child,,,,yes,1\n"
        "3,Child,mail,child@example.org,,yes,\n"
        "4,Dora,,,,,\n"
        "5,Emil,post,1 Long Street,en,,\n"
    )
    room.concern({each: ["contact"] for each in ("1", "2", "3", "4", "5", "6")})
    plan = room.plan(samples=5)
    assert plan.by_why == {"no_representative": 1, "no_address": 1, "no_contact": 1}
    assert {each.client: each.why.value for each in plan.not_reached} == {
        "3": "no_representative",
        "4": "no_address",
        "6": "no_contact",
    }
    assert (plan.by_channel, plan.by_language) == ({"mail": 2, "post": 1}, {"en": 3})
    assert plan.foreign == {("xx", "en", ""): 2}
    (said,) = (line for line in plan_lines(plan, messages("en")) if "than theirs" in line)
    assert said == (
        "In another language than theirs: 2 clients speak xx and get the letter in en. "
        "A text of your own: xx/letter-first.txt under letters.templates."
    )
    room.file()
    room.send()
    assert [str(mail["To"]) for mail in smtp_server.received] == ["anna@example.org", "anna@example.org"]
    assert "You act for" not in body_of(smtp_server.received[0])
    assert "because you act for Child" in body_of(smtp_server.received[1])
    assert room.states() == ["sent", "sent", "post", "unrepresented", "not-reached", "not-reached"]
    (posted,) = room.desk().post(room.ref, FIRST)
    assert (posted.address, posted.recipient.client) == ("1 Long Street", "5")


def test_a_hostile_name_is_words_and_nothing_else(room: Mailroom, smtp_server: Mails) -> None:
    room.contacts(f'1,"{HOSTILE}",mail,anna@example.org,en,,\n')
    room.configure(hotline="Call 8\u00a0800\x1b[2J.\r\nOr \u202ewrite.")
    room.concern({"1": ["contact", "{{ 8*8 }}"]})
    room.file()
    room.send()
    (mail,) = smtp_server.received
    text = body_of(mail)
    assert f"Dear {HOSTILE}," in text
    assert "Call 8\u00a0800 [2J.\r\nOr  write." in text, "a number is held together"
    assert "{{ 8*8 }}: seen" in text
    assert (mail.get_content_type(), "49" in text, "64" in text) == ("text/plain", False, False)
    assert HOSTILE not in str(mail.items())


def test_nobody_is_told_twice_and_who_comes_later_is_told_then(room: Mailroom, smtp_server: Mails) -> None:
    room.contacts("".join(f"{n},,mail,c{n}@example.org,en,,\n" for n in range(1, 6)))
    room.concern({"1": ["contact"], "2": ["contact"]})
    with pytest.raises(ConflictError, match="nobody was sent a first letter"):
        room.plan(MailingKind.WEEK)
    with pytest.raises(NotFoundError, match="no letters were filed"):
        room.send()
    room.file()
    waiting = room.file()
    assert waiting.replaces == 1, "what nobody got yet is planned anew"
    room.send()
    room.concern({"3": ["card"]})
    later = room.plan()
    assert [each.client for each in later.recipients] == ["3"]
    room.file()
    room.send()
    assert [str(mail["To"]) for mail in smtp_server.received] == [f"c{n}@example.org" for n in (1, 2, 3)]
    assert not room.plan().recipients
    with pytest.raises(ConflictError, match="nobody to write to"):
        room.desk().file(room.ref, room.plan())
    follow = room.plan(MailingKind.WEEK)
    assert [each.client for each in follow.recipients] == ["1", "2", "3"]
    assert follow.texts_sha256 != later.texts_sha256
    room.file(MailingKind.WEEK)
    with pytest.raises(ConflictError, match="speak of them as longer ago"):
        room.send(MailingKind.WEEK)
    room.house.clock.advance(timedelta(days=6))
    room.send(MailingKind.WEEK)
    assert len(smtp_server.received) == 6


def test_a_code_is_one_clients_for_ever_and_too_few_are_told(room: Mailroom) -> None:
    codes = room.folder / "codes.txt"
    codes.write_text("A\nB\n")
    room.configure(offers=[{"id": "watch", "title": "Watch.", "codes": str(codes), "classes": ["card"]}])
    room.contacts("".join(f"{n},,mail,c{n}@example.org,en,,\n" for n in range(1, 5)))
    room.concern({"1": ["card"], "2": ["contact"]})
    assert [each.codes for each in room.plan().recipients] == [(("watch", "A"),), ()]
    room.file()
    room.concern({"3": ["card"]})
    again = room.plan()
    assert [each.codes for each in again.recipients] == [(("watch", "A"),), (), (("watch", "B"),)]
    room.file()
    room.concern({"4": ["card"]})
    with pytest.raises(ConfigError, match="1 codes too few"):
        room.plan()
    codes.write_text("B\nC\nD\n")
    with pytest.raises(ConfigError, match="1 codes that clients were given are not there"):
        room.plan()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        rows = database.execute("SELECT code, client FROM given_codes").fetchall()
    assert len({code for code, _ in rows}) == len({client for _, client in rows}) == 2
    assert not {each for row in rows for each in row} & {"A", "B", "1", "3"}


def test_a_letter_that_came_back_goes_another_way_or_to_the_post(room: Mailroom, smtp_server: Mails) -> None:
    room.contacts(
        "1,Anna,mail,anna@example.org,en,,\n1,Anna,mail,second@example.org,en,,\n"
        '2,Ben,mail,ben@example.org,en,,\n2,Ben,post,"1 Long Street",en,,\n'
        "3,Cora,mail,cora@example.org,en,,\n"
        "4,Dora,mail,dora@example.org,en,,\n"
    )
    room.concern({each: ["contact"] for each in ("1", "2", "3", "4")})
    room.file()
    room.send()
    box = room.folder / "box"
    box.mkdir()
    ids = {str(mail["To"]): str(mail["Message-ID"]) for mail in smtp_server.received}
    for name in ("anna", "ben", "cora"):
        (box / name).write_bytes(report(ids[f"{name}@example.org"]))
    (box / "delayed").write_bytes(report(ids["dora@example.org"], action="delayed"))
    (box / "forged").write_bytes(report("<" + "0" * 32 + "@example.org>"))
    (box / "note").write_bytes(b"Subject: I am away\n\nhello")
    (box / "rubbish").write_bytes(b"\xff\x00")
    back = room.desk().bounces(room.ref, box)
    assert (back.back, back.again, back.rest, back.mails, back.others) == (3, 2, 1, 7, 4)
    assert room.states() == ["planned", "post", "bounced", "sent"]
    again = room.desk().bounces(room.ref, box)
    assert (again.back, again.known, again.others) == (0, 3, 4), "what was taken in counts once"
    room.send()
    assert str(smtp_server.received[-1]["To"]) == "second@example.org"
    assert len({str(mail["Message-ID"]) for mail in smtp_server.received}) == 5
    assert {each.recipient.client: each.address for each in room.desk().post(room.ref, FIRST)} == {
        "2": "1 Long Street",
        "3": "",
    }


@pytest.mark.parametrize(
    ("now", "writes"),
    [
        ("mail,ben@example.org", False),
        ("mail,BEN@example.org", False),
        ("mail,new@example.org", True),
        ("post,1 Long Street", True),
        ("", False),
    ],
)
@pytest.mark.parametrize("lost", ["bounced", "failed"])
def test_an_address_put_right_is_written_to_by_the_next_plan_and_by_it_alone(
    room: Mailroom, smtp_server: Mails, lost: str, now: str, writes: bool
) -> None:
    others = "1,Anna,mail,anna@example.org,en,,\n"
    room.contacts(others + "2,Ben,mail,ben@example.org,en,,\n")
    room.concern({each: ["contact"] for each in ("1", "2")})
    room.file()
    if lost == "failed":
        smtp_server.unknown = {"ben@example.org"}
    room.send()
    if lost == "bounced":
        sent = {str(mail["To"]): str(mail["Message-ID"]) for mail in smtp_server.received}
        room.desk().take_in_mail(room.ref, report(sent["ben@example.org"]))
    assert room.states() == ["sent", lost]
    smtp_server.received.clear()
    room.contacts(others + (f"2,Ben,{now},en,,\n" if now else ""))
    plan = room.plan()
    assert [each.client for each in plan.recipients] == (["2"] if writes else [])
    assert plan.another == writes
    if not writes:
        return
    assert not plan.recipients[0].again, "they were told nothing before"
    room.file()
    assert room.states()[:2] == ["sent", "replaced"], "each client stands once"
    room.send()
    post = now.startswith("post")
    assert [str(mail["To"]) for mail in smtp_server.received] == ([] if post else ["new@example.org"])
    if post:
        room.desk().settle_clients(room.ref, LetterState.POSTED, words="no. 1", client="2")
    assert not room.plan().recipients, "nobody is written to again"


def test_what_comes_back_or_was_unknown_goes_on_when_a_later_plan_was_sent(room: Mailroom, smtp_server: Mails) -> None:
    """A later plan holds those who came later alone; who is of the earlier one must not be left out."""
    room.contacts(
        "1,Anna,mail,anna@example.org,en,,\n1,Anna,mail,second@example.org,en,,\n"
        "2,Ben,mail,ben@example.org,en,,\n2,Ben,post,1 Long Street,en,,\n"
        "3,Cora,mail,cora@example.org,en,,\n4,Dora,mail,dora@example.org,en,,\n5,Emil,mail,emil@example.org,en,,\n"
    )
    room.concern({each: ["contact"] for each in ("1", "2", "3", "4")})
    replaced = room.file()
    room.file()
    room.send()
    ids = {str(mail["To"]): str(mail["Message-ID"]) for mail in smtp_server.received}
    room.concern({"5": ["contact"]})
    room.file()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.execute("UPDATE letters SET state = 'sending' WHERE mailing = 2 AND number = 4")
    box = room.folder / "box"
    box.mkdir()
    for name in ("anna", "ben", "cora"):
        (box / name).write_bytes(report(ids[f"{name}@example.org"]))
    assert room.desk().bounces(room.ref, box).again == 2
    assert [each.letters for each in (replaced, room.send()[0].mailing)] == [4, 1]
    assert room.states() == ["replaced"] * 4 + ["sent", "post", "bounced", "unknown"] + ["sent"]
    assert [str(mail["To"]) for mail in smtp_server.received[4:]] == ["second@example.org", "emil@example.org"]
    assert [each.recipient.client for each in room.desk().post(room.ref, FIRST)] == ["2", "3"]
    (unknown,) = room.desk().unknown(room.ref, FIRST)
    assert f"<{unknown.message_id}>" == ids["dora@example.org"]
    assert room.desk().settle(room.ref, FIRST, accepted="", rest="again") == (0, 1)
    room.send()
    assert str(smtp_server.received[-1]["To"]) == "dora@example.org"
    assert not room.plan().recipients, "nobody is written to again"


def test_what_a_killed_sender_had_in_its_hands_is_unknown_at_once_and_what_is_being_sent_is_not(room: Mailroom) -> None:
    room.contacts("".join(f"{n},,mail,c{n}@example.org,en,,\n" for n in range(3)))
    room.concern({str(n): ["contact"] for n in range(3)})
    room.file()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        database.execute("UPDATE letters SET state = 'sending' WHERE number = 2")
    assert [each.number for each in room.desk().unknown(room.ref, FIRST)] == [2]
    with only_sender(room.house.settings.state, room.ref):
        assert room.desk().unknown(room.ref, FIRST) == []


def test_a_refused_address_goes_on_and_a_server_that_refuses_all_ends_it(room: Mailroom, smtp_server: Mails) -> None:
    room.contacts("".join(f"{n},,mail,c{n}@example.org,en,,\n" for n in range(30)))
    room.concern({str(n): ["contact"] for n in range(30)})
    room.file()
    smtp_server.refuse = "550 no such user"
    _, stopped = room.send()
    assert stopped == "smtp-550"
    assert (room.states().count("failed"), room.states().count("planned")) == (19, 11)
    smtp_server.refuse = ""
    progress, _ = room.send()
    assert (progress.count(LetterState.SENT), progress.count(LetterState.FAILED)) == (11, 19)


def test_what_is_kept_and_said_beside_the_files_names_no_client(room: Mailroom) -> None:
    room.contacts("4711x,Anna Petrova,mail,anna.petrova@example.org,en,,\n")
    room.concern({"4711x": ["contact"]})
    room.file()
    room.send()
    with sqlite3.connect(room.folder / "nabat.db") as database:
        dumped = "\n".join(database.iterdump()).lower()
    for secret in ("4711x", "petrova"):
        assert secret not in dumped
    filed = room.house.by("lev").documents.of(room.ref)
    assert [each.document.names_clients for each in filed] == [True]


def report(message_id: str, *, action: str = "failed") -> bytes:
    """Return what a mail server sends back."""
    return (
        "From: MAILER-DAEMON@example.org\nSubject: Undelivered\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n'
        "--x\nContent-Type: text/plain\n\nIt could not be delivered.\n\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        f"Final-Recipient: rfc822; someone@example.org\nAction: {action}\nStatus: 5.1.1\n\n"
        f"--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\nSubject: x\n\n--x--\n"
    ).encode()
