"""A letter as a mail, and a connection that hands mails over so that it is known how far each came.

Comes in: who a letter is from and to, what it says. Goes out: that the server took it, or a ``HandOverError`` that says
whether the server may have taken it all the same. A server delivers nothing before it has seen the end of the data
(RFC 5321, 4.2.5 and 6.1): what fails before that point was surely not sent; what fails after it, nobody here knows.
What a server says may hold the address: only its code leaves this module.
"""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from detector.notify.letters.bounded_smtp import BoundedSmtp, BoundedSmtpTls
from detector.settings.lists.mail_domains import ascii_domain

_LINE: Final = 78
_REFUSED_RECIPIENT: Final = frozenset({501, 550, 551, 552, 553, 554, 555})
_GONE: Final = (smtplib.SMTPServerDisconnected, OSError)


class _LetterPolicy(EmailPolicy):
    """How a letter is written: a subject that is not ASCII is encoded as a whole.

    Where only its words beyond ASCII are, readers join neighbouring encoded words and drop the space between them
    (RFC 2047, 6.2).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        if name != "Subject" or value.isascii():
            return super().fold_binary(name, value)
        whole = Header(value, "utf-8", maxlinelen=_LINE - 2, header_name=name)
        return f"{name}: {whole.encode(linesep=self.linesep)}{self.linesep}".encode("ascii")


_FULL: Final = _LetterPolicy(linesep="\r\n", max_line_length=_LINE)


class HandOverError(Exception):
    """A letter was not handed over.

    Attributes:
        code: Of the failure, from a closed list; no address, no secret.
        final: Another try with this address will not help.
        perhaps: The server may have taken it.
        lost: The connection is gone, or of no use.
    """

    def __init__(self, code: str, *, final: bool = False, perhaps: bool = False, lost: bool = False) -> None:
        super().__init__(code)
        self.code, self.final, self.perhaps, self.lost = code, final, perhaps, lost


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParts:
    """What a mail is made of."""

    sender: str
    reply_to: str
    to: str
    subject: str
    body: str
    language: str
    message_id: str
    at: datetime


def ascii_address(address: str) -> str:
    """Return a mail address with its domain as it stands in the protocol.

    Raises:
        ValueError: There is no such domain.
    """
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{ascii_domain(domain)}"
    except UnicodeError:
        raise ValueError("the domain cannot be written in the protocol") from None


def as_mail(parts: MailParts) -> bytes:
    """Return a letter as the bytes of a mail."""
    mail = EmailMessage(policy=_FULL)
    mail["From"] = parts.sender
    mail["To"] = ascii_address(parts.to)
    if parts.reply_to:
        mail["Reply-To"] = parts.reply_to
    mail["Subject"] = parts.subject
    mail["Date"] = format_datetime(parts.at)
    mail["Message-ID"] = f"<{parts.message_id}>"
    mail["Content-Language"] = parts.language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(parts.body, cte="quoted-printable")
    return mail.as_bytes()


class MailServer:
    """A connection to the mail server, made when it is first needed and after it was lost.

    Args:
        url: ``smtp://``, ``smtps://`` or ``smtp+starttls://``.
        timeout: Seconds that an answer may take.
    """

    def __init__(self, url: str, timeout: float) -> None:
        self._parts, self._timeout = urlsplit(url), timeout
        self._open: BoundedSmtp | None = None

    def hand_over(self, sender: str, to: str, mail: bytes, message_id: str, before_data: Callable[[], None]) -> None:
        """Hand a mail over.

        Args:
            sender: Where it is from, and where it comes back to.
            to: The address.
            mail: All of it.
            message_id: What a mail that comes back can name it by (RFC 3461), where the server knows that.
            before_data: Called when the server has agreed to take it, and nothing of it was sent: what is written down
                in there is true before the server can have it.

        Raises:
            HandOverError: The server did not take it, or nobody knows.
        """
        server = self._connected()
        options = [f"ENVID={message_id}", "RET=HDRS"] if server.has_extn("dsn") else []
        notify = ["NOTIFY=FAILURE"] if server.has_extn("dsn") else []
        try:
            self._asked(server.mail(sender, options), at_sender=True)
            self._asked(server.rcpt(ascii_address(to), notify))
            self._asked(server.docmd("DATA"), wanted=354)
        except _GONE as error:
            self.close()
            raise HandOverError(_code(error), lost=True) from None
        try:
            before_data()
        except BaseException:
            self.close()  # the server waits for data: without its end it delivers nothing
            raise
        try:
            server.send(_quoted(mail))
            code, _ = server.getreply()
        except _GONE as error:
            self.close()
            raise HandOverError(_code(error), perhaps=True, lost=True) from None
        if 400 <= code < 600:
            self._reset(server)
            raise HandOverError(f"smtp-{code}", final=code in _REFUSED_RECIPIENT, lost=code == 421)
        if code != 250:  # no answer of the protocol: whatever this is, it may have the letter
            self.close()
            raise HandOverError("answer", perhaps=True, lost=True)

    def close(self) -> None:
        """End the connection, however it stands."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _asked(self, answer: tuple[int, bytes], *, at_sender: bool = False, wanted: int = 250) -> None:
        code = answer[0]
        if code == wanted or (wanted == 250 and code == 251):
            return
        if self._open is not None:
            self._reset(self._open)
        final = code in _REFUSED_RECIPIENT and not at_sender and wanted == 250
        raise HandOverError(f"smtp-{code}", final=final, lost=code == 421 or at_sender)

    def _reset(self, server: BoundedSmtp) -> None:
        try:
            if server.rset()[0] == 250:
                return
        except _GONE:
            pass
        self.close()

    def _connected(self) -> BoundedSmtp:
        if self._open is None:
            try:
                self._open = self._connect()
            except (*_GONE, smtplib.SMTPException) as error:
                raise HandOverError(_code(error), lost=True) from None
        return self._open

    def _connect(self) -> BoundedSmtp:
        host, port, safe = self._parts.hostname or "", self._parts.port, ssl.create_default_context()
        if self._parts.scheme == "smtps":
            server: BoundedSmtp = BoundedSmtpTls(host, port or 465, timeout=self._timeout, context=safe)
        else:
            server = BoundedSmtp(host, port or (587 if "+" in self._parts.scheme else 25), timeout=self._timeout)
        try:
            if self._parts.scheme == "smtp+starttls":
                server.starttls(context=safe)
            if self._parts.username:
                server.login(unquote(self._parts.username), unquote(self._parts.password or ""))
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server


def _quoted(mail: bytes) -> bytes:
    """Return a mail as it goes over the line: dots doubled where a line begins with one, its end behind it."""
    lines = mail.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n").split(b"\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def _code(error: Exception) -> str:
    """Return the code of a connection that failed."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"smtp-{error.smtp_code}"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return "tls"
    return "connect" if isinstance(error, (*_GONE, smtplib.SMTPException)) else "other"
