"""The mailbox that letters come back to, read over IMAP: what came since the last look, and how far that was.

Comes in: where it is, a password, how far it was read. Goes out: bounces, and how far it is read now. Nothing there is
changed: mails are looked at without being marked, so that people can use the same mailbox. What a server says may hold
an address or a secret: a failure is told as a code.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from detector.clock import monotonic
from detector.errors import InputError, Problem
from detector.notify.letters.bounces import MOST_BYTES, Bounce, ReadBounces, bounce_of
from detector.notify.letters.bounded_imap import BoundedImap, connect

_AT_ONCE: Final = 50
_ANSWER_BYTES: Final = 16 << 20
"""So much an answer may have: what is asked for at once, and what stands around it."""
_PATIENCE: Final = 3
"""So many times as long as for a piece of an answer is waited for all of a look."""
_UID: Final = re.compile(rb"\bUID (\d+)\b")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHERE: Final = ("letters", "bounces", "imap")


class MailboxError(InputError):
    """A mailbox cannot be read.

    Attributes:
        code: Why, from a closed list: ``connect``, ``tls``, ``timeout``, ``login``, ``folder``, ``answer``.
    """

    def __init__(self, code: str) -> None:
        what = f"the mailbox that letters come back to cannot be read: {code}"
        fix = "see that host, account, password and folder are right"
        super().__init__(Problem(where=_WHERE, what=what, fix=fix))
        self.code = code


class BoxPosition(NamedTuple):
    """How far a mailbox was read: the highest UID, which holds while the mailbox is the same (RFC 3501, "UID")."""

    validity: int = 0
    uid: int = 0

    @classmethod
    def of(cls, text: str) -> "BoxPosition":
        """Return a position that was written down; of none the beginning."""
        numbers = [int(each) for each in text.split()]
        return cls(*numbers) if len(numbers) == len(cls._fields) else cls()

    def __str__(self) -> str:
        return f"{self.validity} {self.uid}"


class BoxLook(NamedTuple):
    """What a look found; ``more``: there is more to be read from its position on."""

    read: ReadBounces
    position: BoxPosition
    more: bool


def sign_in(url: str, password: str, *, timeout: float) -> None:
    """Sign in to a mailbox and open its folder, and read nothing.

    Raises:
        MailboxError: That cannot be done.
    """
    with _opened(url, password, timeout):
        pass


def read_box(url: str, password: str, position: BoxPosition, *, since: date, most: int, timeout: float) -> BoxLook:
    """Return which letters came back, by the mails that came since a position.

    Args:
        url: ``imaps://account@host/FOLDER``, ``imap+starttls://…`` or, on this machine, ``imap://…``.
        password: Of the account.
        position: How far it was read before.
        since: No mail from before that day is looked at.
        most: So many mails at most.
        timeout: Seconds that a piece of an answer may take; after so long no more mails are asked for in this look.

    Raises:
        MailboxError: It cannot be read.
    """
    soon = monotonic() + timeout
    with _opened(url, password, timeout) as box:
        validity = int((box.response("UIDVALIDITY")[1] or [b"0"])[0] or 0)
        after = position.uid if position.validity == validity else 0
        day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        found = sorted(int(each) for each in _answer(box.uid("SEARCH", f"UID {after + 1}:* SINCE {day}"))[0].split())
        new = [each for each in found if each > after]  # where there is none, the last one of all is named
        bounces, others, looked = list[Bounce](), 0, 0
        while looked < len(new[:most]) and (not looked or monotonic() < soon):
            some = new[looked : min(looked + _AT_ONCE, most)]
            for raw in _fetched(box, some):
                bounce = bounce_of(raw)
                if bounce is None:
                    others += 1
                else:
                    bounces.append(bounce)
            looked += len(some)
        last = new[looked - 1] if looked else after
        return BoxLook(ReadBounces(tuple(bounces), looked, others), BoxPosition(validity, last), len(new) > looked)


def _fetched(box: BoundedImap, uids: Sequence[int]) -> Iterator[bytes]:
    wanted = ",".join(map(str, uids))
    box.allow(_ANSWER_BYTES)
    for part in _answer(box.uid("FETCH", wanted, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")):
        if isinstance(part, tuple) and _UID.search(part[0]):
            yield part[1]


def _answer(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error("refused")
    return [each for each in answer[1] if each is not None] or [b""]


@contextmanager
def _opened(url: str, password: str, timeout: float) -> Iterator[BoundedImap]:
    """Open the folder for reading, and close the connection whatever happens."""
    parts, step = urlsplit(url), "connect"
    box: BoundedImap | None = None
    try:
        box = connect(parts.scheme, parts.hostname or "", parts.port, seconds=_PATIENCE * timeout, timeout=timeout)
        step = "login"
        box.login(unquote(parts.username or ""), password)
        step = "folder"
        folder = unquote(parts.path.lstrip("/")) or "INBOX"
        _answer(box.select('"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"', readonly=True))
        step = "answer"
        yield box
    except ssl.SSLError:
        raise MailboxError("tls") from None
    except TimeoutError:
        raise MailboxError("timeout") from None
    except (OSError, imaplib.IMAP4.error, ValueError):
        raise MailboxError(step) from None
    finally:
        if box is not None:
            box.shutdown()
