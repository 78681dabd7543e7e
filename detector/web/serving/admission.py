"""Admission of requests: what machines and acknowledgements ask for never waits behind pages.

Comes in: a request that was received whole, and whose it is. Goes out: a place to be answered in, or a refusal. Each
kind of request has places of its own, a bounded queue, and a bounded share of both for one visitor. Machines need no
place: health is told in no time, and metrics are made once for all who ask.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from fastapi import Request

from detector.auth import network_of
from detector.web.entry.signed_in import address_of_visitor

_QUEUE = 64
_WAIT_SECONDS = 5.0
_VISITOR = 8
_FORMS = 2
"""A visitor's share of the open form, to which anybody comes: so many visitors find a place in its queue."""
# Without an address of a visitor: this machine itself, or a proxy that does not say whom it speaks for.
_NOBODY = 32


class BusyError(Exception):
    """There is no place, and there will be none soon."""


class RequestSlots:
    """Places for requests of one kind.

    Args:
        places: How many are answered at once.
        share: How many of one visitor wait or are answered.
    """

    def __init__(self, places: int, share: int = _VISITOR) -> None:
        self._places, self._share = asyncio.Semaphore(places), share
        self._waiting = 0
        self._visitors: Counter[str] = Counter()

    @asynccontextmanager
    async def place(self, visitor: str) -> AsyncIterator[None]:
        """Hold a place.

        Raises:
            BusyError: The queue, or the visitor's share of it, is full, or none came free in time.
        """
        share = self._share if visitor else _NOBODY
        if self._waiting >= _QUEUE or self._visitors[visitor] >= share:
            raise BusyError
        self._visitors[visitor] += 1
        try:
            await self._wait()
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._visitors[visitor] -= 1
            if not self._visitors[visitor]:
                del self._visitors[visitor]

    async def _wait(self) -> None:
        self._waiting += 1
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._places.acquire()
        except TimeoutError:
            raise BusyError from None
        finally:
            self._waiting -= 1


class Admission:
    """The places of one server, by kind of request."""

    def __init__(self) -> None:
        self._pages, self._acknowledgements, self._reports = RequestSlots(4), RequestSlots(4), RequestSlots(1, _FORMS)

    def place(self, path: str, visitor: str) -> AbstractAsyncContextManager[None]:
        """Return a place to be held for a request to an address."""
        if path in ("/healthz", "/readyz", "/metrics"):
            return nullcontext()
        if path == "/report":  # open to everybody: whoever floods it keeps nobody from the pages
            return self._reports.place(visitor)
        return (self._acknowledgements if path.startswith(("/ack/", "/press/")) else self._pages).place(visitor)


def visitor_of(request: Request) -> str:
    """Return whom a proxy of this machine speaks for, an IPv6 address by its /64; empty when nobody is named.

    Only this machine reaches the port, so the last address in X-Forwarded-For is what its proxy wrote.
    """
    return network_of(address_of_visitor(request))
