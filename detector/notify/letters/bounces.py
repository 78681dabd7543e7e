"""Mails that say that a letter came back: read from what a mailbox holds. Pure.

Comes in: bytes of a mail from anywhere. Goes out: the message id of the letter it is about, if it is a report on
delivery (RFC 3464) that says that it came back for good. What anybody may send counts only by a message id that nobody
can guess; nothing else of such a mail is believed, kept or shown.
"""

import mailbox
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from pathlib import Path
from typing import Final, NamedTuple

from detector.errors import InputError, Problem

MOST_BYTES: Final = 256 << 10
"""Of a mail so much is read: what a report says stands before the text of the letter that it sends back."""
_MOST: Final = {b"multipart/": 32, b"\n\n": 4_096, b";": 40_000}
"""So many of these a report has at most. Each line is held against the boundaries of all parts that are open, what says
how a delivery went is a message anew after each empty line, and a header is cut anew at each semicolon."""
_GLOBAL: Final = re.compile(rb"(?i)message/global-delivery-status")
_MESSAGE_ID: Final = re.compile(r"<?([0-9a-f]{32}@[^\s<>@]{1,255})>?")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_COMMENT: Final = re.compile(r"\([^()]*\)")


class Bounce(NamedTuple):
    """What a report says of one letter.

    Attributes:
        message_id: Of the letter.
        status: As RFC 3463 has it: ``5.1.1``; empty: it says none.
    """

    message_id: str
    status: str = ""


class ReadBounces(NamedTuple):
    """What a mailbox holds.

    Attributes:
        bounces: Letters that came back for good.
        mails: How many mails there are. others: how many say nothing of the kind.
    """

    bounces: tuple[Bounce, ...]
    mails: int
    others: int


def read_bounces(path: Path) -> ReadBounces:
    """Return what an mbox file, a maildir, or a folder of mails holds.

    Raises:
        InputError: There is no such, or it cannot be read.
    """
    found: list[Bounce] = []
    mails = others = 0
    try:
        for raw in _mails(path):
            mails += 1
            bounce = bounce_of(raw)
            if bounce is None:
                others += 1
            else:
                found.append(bounce)
    except OSError as error:
        raise InputError(Problem(file=str(path), what=f"cannot be read: {error.strerror or error}")) from None
    return ReadBounces(tuple(found), mails, others)


def bounce_of(raw: bytes) -> Bounce | None:
    """Return which letter came back for good, as a mail says; None: it says nothing of the kind."""
    # About addresses beyond ASCII a report is written under another name (RFC 6533).
    read = _GLOBAL.sub(b"message/delivery-status", raw[:MOST_BYTES])
    text = read.lower().replace(b"\r", b"")
    if any(text.count(each) > most for each, most in _MOST.items()):
        return None
    try:
        mail = message_from_bytes(read, policy=policy.compat32)
        if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
            return None
        status = _failed(mail)
        letter = _letter(mail) if status is not None else ""
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # no mail as the field knows them
    return Bounce(letter, status or "") if letter else None


def _failed(mail: "Message[str, str]") -> str | None:
    """Return the status of a delivery that failed; None: none did."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in _blocks(part):
                if _COMMENT.sub("", str(block.get("Action", ""))).strip().lower() == "failed":
                    found = _STATUS.search(str(block.get("Status", "")))
                    return found[0] if found else ""
    return None


def _blocks(part: "Message[str, str]") -> list["Message[str, str]"]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _letter(mail: "Message[str, str]") -> str:
    """Return the message id of the letter that a report is about: by its envelope, else by the headers sent back."""
    for part in mail.walk():
        for text in _named_in(part):
            if found := _MESSAGE_ID.search(text):
                return found[1]
    return ""


def _named_in(part: "Message[str, str]") -> Iterator[str]:
    """Yield what in a part of a report may hold the letter's message id."""
    kind = part.get_content_type()
    if kind == "message/delivery-status":
        yield from (str(block.get("Original-Envelope-Id", "")) for block in _blocks(part))
    elif part.get_content_maintype() == "message":
        yield from (str(inner.get("Message-ID", "")) for inner in _blocks(part))
    elif kind == "text/rfc822-headers":
        raw = part.get_payload(decode=True)
        yield str(message_from_bytes(raw if isinstance(raw, bytes) else b"").get("Message-ID", ""))


def _mails(path: Path) -> Iterator[bytes]:
    if not path.is_dir():
        if not path.is_file():
            raise InputError(
                Problem(file=str(path), what="there is no mailbox", fix="an mbox file, a maildir, a folder")
            )
        box = mailbox.mbox(path, create=False)
        try:
            for key in box.iterkeys():
                with box.get_file(key) as opened:
                    yield opened.read(MOST_BYTES)
        finally:
            box.close()
        return
    folders = [path / name for name in ("new", "cur") if (path / name).is_dir()] or [path]
    for folder in folders:
        for file in sorted(folder.iterdir()):
            if file.is_file() and not file.is_symlink():
                with file.open("rb") as opened:
                    yield opened.read(MOST_BYTES)
