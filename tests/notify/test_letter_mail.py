"""How a letter stands in a mail."""

import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from time import process_time

import pytest

from detector.clock import monotonic
from detector.notify.letters.bounces import bounce_of
from detector.notify.letters.letter_mail import HandOverError, MailParts, MailServer, as_mail, ascii_address


@pytest.mark.parametrize(
    "subject",
    [
        "Nordlicht <Bank> & Co: ваши данные и что делать",
        "Северный примерный банк: ваши данные, новости за неделю, и что делать, если вы ещё не сделали этого",
        "Example Ltd: your data and what you can do",
        "Ваши данные Example Ltd и Partner Ltd",
    ],
)
def test_a_reader_sees_the_subject_as_it_was_approved(subject: str) -> None:
    mail = as_mail(
        MailParts(
            sender="a@example.org", reply_to="", to="b@example.org", subject=subject, body="Text", language="ru",
            message_id="1@example.org", at=datetime(2026, 3, 2, tzinfo=UTC),
        )
    )  # fmt: skip
    raw = message_from_bytes(mail)["Subject"]
    assert str(make_header(decode_header(raw))) == subject
    assert message_from_bytes(mail, policy=policy.default)["Subject"] == subject
    assert max(map(len, mail.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    ("domain", "written"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("Faß.STRASSE.example", "xn--fa-hia.STRASSE.example"),
        ("ПРИМЕР.example", "xn--e1afmkfd.example"),
    ],
)
def test_a_letter_goes_to_the_domain_that_stands_there_and_to_no_other_one(domain: str, written: str) -> None:
    assert ascii_address(f"a@{domain}") == f"a@{written}"


def test_a_mail_server_that_is_never_done_is_given_up_and_has_no_letter() -> None:
    def run() -> None:
        with suppress(OSError):
            client, _ = listening.accept()
            with client:
                client.sendall(b"220 hello\r\n")
                while True:  # a tarpit
                    client.sendall(b"250-wait\r\n")
                    threading.Event().wait(0.02)

    began = monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        tarpit = threading.Thread(target=run, daemon=True)
        tarpit.start()
        server = MailServer(f"smtp://127.0.0.1:{listening.getsockname()[1]}", 0.2)
        with pytest.raises(HandOverError) as failed:
            server.hand_over("a@example.org", "b@example.org", b"Subject: x\r\n\r\ny", "1@example.org", pytest.fail)
        tarpit.join(5)
    assert (failed.value.lost, failed.value.perhaps, monotonic() - began < 5) == (True, False, True)


LETTER = "a" * 32 + "@example.org"
REPORT = (
    'Content-Type: multipart/report; boundary="B"\n\n{before}--B\nContent-Type: message/{status}\n\n'
    "Reporting-MTA: dns; mx\n\nAction: failed (no such account)\nStatus: 5.1.1\n\n"
    "--B\nContent-Type: message/{letter}\n\nMessage-ID: <" + LETTER + ">\n\ntext\n--B--\n"
)


@pytest.mark.parametrize(
    ("status", "letter"),
    [("delivery-status", "rfc822"), ("global-delivery-status", "global"), ("global-delivery-status", "global-headers")],
)
def test_a_report_on_a_letter_is_read_whatever_the_alphabet_of_its_address(status: str, letter: str) -> None:
    assert bounce_of(REPORT.format(before="", status=status, letter=letter).encode()) == (LETTER, "5.1.1")


def test_a_mail_that_is_made_to_be_read_for_ever_says_nothing_and_keeps_nobody() -> None:
    nested = "".join(f'--{each}\nContent-Type: multipart/mixed; boundary="{each + 1}"\n\n' for each in range(2_000))
    whole = REPORT.format(before="--B\n" + "Content-Type: message/rfc822\n\n" * 9_000, status="x", letter="x")
    began = process_time()
    assert bounce_of(REPORT.format(before=nested, status="delivery-status", letter="rfc822").encode()) is None
    assert bounce_of(whole.encode()) is None
    assert bounce_of(b"Content-Type: multipart/report; " + b"a=b;" * 500_000 + b"\n\nx") is None
    # Five hundred of these were looked at at once, a second or more each.
    empty = REPORT.format(
        before="--B\nContent-Type: message/delivery-status\n\n" + "\r\n" * 120_000, status="x", letter="x"
    )
    cut = REPORT.replace("multipart/report;", "multipart/report" + ";" * 200_000)
    cut = cut.format(before="", status="delivery-status", letter="rfc822")
    for long in (empty, cut):
        began = process_time()
        assert all(bounce_of(long.encode()) is None for _ in range(20))
        assert process_time() - began < 5
    assert process_time() - began < 5
