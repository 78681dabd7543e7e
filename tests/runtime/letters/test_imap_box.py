"""What comes back to a mailbox is read over IMAP from a real server, once, and nothing there is changed."""

from datetime import timedelta
from pathlib import Path

import pytest

from detector.errors import ConfigError, InputError, NotFoundError
from detector.messages import LANGUAGES, messages
from detector.runtime.incidents.mailbox_watch import MailboxWatch
from detector.runtime.visibility.blind_spots import Blind, BlindSpot
from detector.schema.letters.mailbox_look import MailboxLook
from detector.telemetry.metrics import Metrics
from tests.receivers import Mails, smtp_server
from tests.runtime.letters.imap_server import PASSWORD, ImapServer, imap_server
from tests.runtime.letters.joined_room import JoinedRoom
from tests.runtime.letters.mailroom import Mailroom
from tests.runtime.letters.test_letters import report
from tests.servers import free_port

__all__ = ["imap_server", "smtp_server"]


def test_what_came_back_to_the_mailbox_is_taken_in_once_and_nothing_there_is_changed(
    tmp_path: Path, smtp_server: Mails, imap_server: ImapServer
) -> None:
    room = Mailroom(tmp_path, smtp_server.port)
    room.contacts(
        "1,Anna,mail,anna@example.org,en,,\n1,Anna,mail,second@example.org,en,,\n2,Ben,mail,ben@example.org,en,,\n"
    )
    room.concern({"1": ["contact"], "2": ["contact"]})
    secret = tmp_path / "password"
    with pytest.raises(NotFoundError, match="nothing can come back"):
        room.desk().box_bounces(room.ref)
    room.file()
    with pytest.raises(ConfigError, match="no mailbox is named"):
        room.desk().box_bounces(room.ref)
    room.configure(bounces={"imap": imap_server.url, "password_file": str(secret)})
    with pytest.raises(ConfigError, match="FileNotFoundError"):
        room.desk().box_bounces(room.ref)
    secret.write_text("wrong\n")
    with pytest.raises(InputError, match="cannot be read: login"):
        room.desk().box_bounces(room.ref)
    secret.write_text(f"{PASSWORD}\n")
    assert room.desk().box_bounces(room.ref).mails == 0
    room.send()
    ids = {str(mail["To"]): str(mail["Message-ID"]) for mail in smtp_server.received}
    imap_server.append(b"Subject: I am away\r\n\r\nhello", report(ids["anna@example.org"]), b"\xff\x00")
    found = room.desk().box_bounces(room.ref)
    assert (found.back, found.again, found.mails, found.others, found.more) == (1, 1, 3, 2, False)
    assert room.states() == ["planned", "sent"]
    assert room.desk().box_bounces(room.ref).mails == 0, "each is read once"
    assert imap_server.unseen() == 3, "people may read the same mailbox"
    imap_server.append(report(ids["ben@example.org"]))
    assert room.desk().box_bounces(room.ref)[:3] == (1, 0, 1)
    for url, code in (
        (f"{imap_server.url}/Elsewhere", "folder"),
        (f"imap://letters@127.0.0.1:{free_port()}", "connect"),
        (f"imaps://letters@127.0.0.1:{imap_server.port}", "tls"),
    ):
        room.configure(bounces={"imap": url, "password_file": str(secret)})
        with pytest.raises(InputError, match=f"cannot be read: {code}$|cannot be read: {code} "):
            room.desk().box_bounces(room.ref)


def test_the_service_looks_by_itself_while_letters_may_come_back_and_says_where_it_cannot(
    tmp_path: Path, smtp_server: Mails, imap_server: ImapServer
) -> None:
    room = Mailroom(tmp_path, smtp_server.port)
    room.contacts("1,Anna,mail,anna@example.org,en,,\n1,Anna,mail,second@example.org,en,,\n")
    room.concern({"1": ["contact"]})
    secret = tmp_path / "password"
    room.configure(bounces={"imap": imap_server.url, "password_file": str(secret)})
    metrics = Metrics()
    watch = MailboxWatch(room.house.console, room.house.settings, room.house.clock, metrics)
    watch.look_if_due()
    assert (watch.problem, looked(room)) == ("", None), "nothing can come back"
    room.file()
    room.send()
    watch.look_if_due()
    assert looked(room) is None, "a quarter of an hour is not over"

    def look_again() -> MailboxLook | None:
        every = room.letters["bounces"].get("every", "1h")
        room.configure(bounces=room.letters["bounces"] | {"every": "1h" if every != "1h" else "2h"})
        watch.reconfigure(room.house.settings)  # another mailbox is looked at without waiting
        watch.look_if_due()
        return looked(room)

    assert look_again() == (room.house.clock.now(), "password")
    secret.write_text("wrong")
    look_again()
    assert watch.problem == "login"
    for code in ("connect", "tls", "timeout", "login", "folder", "answer", "password", "other"):
        spot = BlindSpot(kind=Blind.MAILBOX, name="letters", why=f"mailbox-{code}", passing=True)
        for language in LANGUAGES:
            assert spot.why not in messages(language).reason(spot.reason), "it is said in words"
    secret.write_text(PASSWORD)
    imap_server.append(report(str(smtp_server.received[0]["Message-ID"])))
    assert look_again() == (room.house.clock.now(), "")
    assert (watch.problem, room.states()) == ("", ["planned"])
    assert b"nabat_mailbox_looked_timestamp_seconds 1" in metrics.exposition()[0]
    detail = room.house.console.detail(room.ref)
    (entry,) = [each for each in detail.entries if each.kind == "letters_bounced"]
    assert entry.by == "nabat"
    assert told(room) == [("lev", "came back: 1. Next by another channel: 1. Next by post: 0. No other way: 0.")]
    room.send()
    room.house.clock.advance(timedelta(minutes=15))
    imap_server.append(report(str(smtp_server.received[1]["Message-ID"])))
    for _ in range(2):
        look_again()
        assert {text.partition("channel: ")[2] for _, text in told(room)} == {
            "1. Next by post: 0. No other way: 0.",
            "0. Next by post: 0. No other way: 1.",
        }
    assert len(told(room)) == 2, "each is told once"


def test_what_came_back_of_one_case_is_taken_in_though_the_recipients_of_another_cannot_be_read(
    tmp_path: Path, smtp_server: Mails, imap_server: ImapServer
) -> None:
    cases = JoinedRoom.open(tmp_path, smtp_server.port, ["1"], ["2"], rate=1000)
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    cases.room.configure(bounces={"imap": imap_server.url, "password_file": str(secret)})
    first, second = sorted([cases.one, cases.other])
    for ref in (first, second):
        cases.file(ref)
        cases.send(ref)
        imap_server.append(report(str(smtp_server.received[-1]["Message-ID"])))
    with cases.room.house.store.read() as unit:
        (mailing,) = unit.letters.mailings(first)
    (tmp_path / "mailings" / mailing.path).unlink()
    house = cases.room.house
    watch = MailboxWatch(house.console, house.settings, house.clock, Metrics())
    watch.look_if_due()
    assert watch.problem == "other"
    assert (cases.stand(first), cases.stand(second)) == ({"sent": 1}, {"bounced": 1})


def told(room: Mailroom) -> list[tuple[str, str]]:
    with room.house.store.read() as unit:
        found = [each for each in unit.outbox.messages(room.ref) if "came back" in each.title]
    said = [(each.person, "came back" + each.body.partition("came back")[2]) for each in found]
    return [(person, text.partition(" Unless")[0]) for person, text in said]


def looked(room: Mailroom) -> MailboxLook | None:
    return room.desk().view(room.ref).looked
