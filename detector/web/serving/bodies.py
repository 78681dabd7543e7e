"""The bodies of requests, received whole before a page sees them: bounded in size, in time, and in how many are large.

Comes in: what a connection brings. Goes out: what gives the body again, or why it is not taken. Forms are small; a form
that may bring a file along has a larger bound, and few of these are held at once: text is taken all the same.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.types import Receive

from detector.web.forms import BODY_LIMIT, FILE_LIMIT
from detector.web.serving.whole_messages import body_again

_LARGE_SECONDS: Final = 30.0
_LARGE_AT_ONCE: Final = 2


class UnfitError(Exception):
    """A body that is not taken."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class GoneError(Exception):
    """Whoever sent a body is not there any more."""


class Bodies:
    """Receives bodies.

    Args:
        seconds: For the whole of a small one.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._large = 0

    @asynccontextmanager
    async def received(self, receive: Receive, *, with_file: bool) -> AsyncIterator[Receive]:
        """Wait for a body and yield what gives it whole; a large one counts until it was dealt with.

        Raises:
            UnfitError: It is too large, too slow, or one large one too many.
            GoneError: It was broken off.
        """
        held = False
        body, most = bytearray(), BODY_LIMIT + (FILE_LIMIT if with_file else 0)
        try:
            async with asyncio.timeout(_LARGE_SECONDS if with_file else self._seconds):
                more = True
                while more:
                    message = await receive()
                    if message["type"] != "http.request":
                        raise GoneError
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
                    if len(body) > most:
                        raise UnfitError(413)
                    if len(body) > BODY_LIMIT and not held:
                        if self._large >= _LARGE_AT_ONCE:
                            raise UnfitError(503)
                        held, self._large = True, self._large + 1
            yield body_again(bytes(body), receive)
        except TimeoutError:
            raise UnfitError(408) from None
        finally:
            self._large -= held
