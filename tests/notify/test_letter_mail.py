"""How a letter stands in a mail."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest

from detector.notify.letters.letter_mail import MailParts, as_mail


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
