"""A connection over SMTP whose server answers in time, or is given up.

The standard library bounds the wait for each piece of an answer alone: a server that sends a byte, or one more line,
now and then is never done, and whoever waits for it can be told to stop by nobody.
"""

import smtplib
from io import BufferedReader
from typing import Any, cast

from detector.clock import monotonic


class _TimedLines:
    """Lines of a connection, as long as there is time."""

    def __init__(self, connection: Any, until: float) -> None:
        self._connection, self.until = connection, until
        self._stream = cast(BufferedReader, connection.makefile("rb"))

    def readline(self, most: int) -> bytes:
        line = bytearray()
        while not line.endswith(b"\n") and len(line) < most:
            left = self.until - monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            known = self._stream.peek(1)[: most - len(line)]
            if not known:
                break
            line += self._stream.read(known.find(b"\n") + 1 or len(known))
        return bytes(line)

    def close(self) -> None:
        self._stream.close()


class BoundedSmtp(smtplib.SMTP):
    """A connection that is not encrypted yet."""

    file: Any

    def getreply(self) -> tuple[int, bytes]:
        """Return an answer, all of its lines; ``timeout`` is for all of them."""
        until = monotonic() + self.timeout
        if self.file is None:
            self.file = _TimedLines(self.sock, until)
        self.file.until = until
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(self.timeout)


class BoundedSmtpTls(BoundedSmtp, smtplib.SMTP_SSL):
    """A connection by TLS from its beginning."""
