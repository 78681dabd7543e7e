"""A connection over IMAP that a server can neither hold for ever nor fill the memory with.

Comes in: where, until when, how much. Goes out: a connection whose reads end with an error where that is over. The
standard library bounds the wait for each piece of an answer alone, and takes as much as a server announces: one that
sends a byte now and then is never done.
"""

import imaplib
import ssl
from io import BufferedReader
from typing import Any, Final, cast

from detector.clock import monotonic

_LONGEST_LINE: Final = 8 << 20
"""Bytes: the list of a million mails stands in one line."""


class BoundedImap(imaplib.IMAP4):
    """A connection that is not encrypted yet; its methods are those that the library lets be overridden.

    Attributes:
        until: When the connection has to be done, on the monotonic clock.
        left: So many bytes may come until ``allow`` is called again.
    """

    def __init__(self, host: str, port: int, *, seconds: float, timeout: float, **more: Any) -> None:
        self._wait, self.until, self.left = timeout, monotonic() + seconds, _LONGEST_LINE
        super().__init__(host, port, timeout=min(timeout, seconds), **more)

    def allow(self, count: int) -> None:
        """Let so many bytes come with the answers that follow."""
        self.left = count

    def read(self, size: int) -> bytes:
        """Return so many bytes of an answer."""
        parts = list[bytes]()
        self._count(size)
        while size > 0 and (part := self._come(size)):
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def readline(self) -> bytes:
        """Return one line of an answer."""
        line = bytearray()
        while not line.endswith(b"\n"):
            self._in_time()
            known = self._stream.peek(1)
            if not known:
                break
            line += self._stream.read(known.find(b"\n") + 1 or len(known))
            if len(line) > _LONGEST_LINE:
                raise imaplib.IMAP4.abort("too long a line")
        self._count(len(line))
        return bytes(line)

    @property
    def _stream(self) -> BufferedReader:
        return cast(BufferedReader, self.file)

    def _come(self, size: int) -> bytes:
        self._in_time()
        return self._stream.read1(size)

    def _count(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise imaplib.IMAP4.abort("more than was asked for")

    def _in_time(self) -> None:
        """Let the next piece take no longer than is left.

        Raises:
            TimeoutError: Nothing is.
        """
        left = self.until - monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(min(self._wait, left))


class BoundedImapTls(BoundedImap, imaplib.IMAP4_SSL):
    """A connection by TLS from its beginning."""


def connect(scheme: str, host: str, port: int | None, *, seconds: float, timeout: float) -> BoundedImap:
    """Return a connection, encrypted where the scheme says so.

    Args:
        scheme: ``imaps``, ``imap+starttls`` or ``imap``.
        host: Where.
        port: None: the usual one.
        seconds: After so long it is over.
        timeout: So long a piece of an answer may take.

    Raises:
        OSError: There is none, or no certificate that can be trusted.
        imaplib.IMAP4.error: What answers speaks no IMAP.
    """
    safe = ssl.create_default_context()
    if scheme == "imaps":
        return BoundedImapTls(host, port or 993, ssl_context=safe, seconds=seconds, timeout=timeout)
    box = BoundedImap(host, port or 143, seconds=seconds, timeout=timeout)
    if scheme == "imap+starttls":
        try:
            box.starttls(ssl_context=safe)
        except BaseException:
            box.shutdown()
            raise
    return box
