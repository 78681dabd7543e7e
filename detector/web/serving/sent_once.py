"""Forms that act once: a double press, or a form that a browser sends again, is answered like the first.

Comes in: a form that was received whole, of somebody who is signed in. Goes out: the pages' answer, or the one that the
same form had before. The same is what the same person sends to the same address with the same fields, among them the
key that each page gives its forms. One that was refused, or could not be taken, did nothing and is looked at again.
"""

import asyncio
import hmac
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

from fastapi import HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.errors import Cause, NabatError
from detector.telemetry import FaultLog
from detector.web.context import PageContext
from detector.web.entry.signed_in import who_is
from detector.web.forms import KEY, typed
from detector.web.serving.whole_messages import body_again, into

_SEEN = 303
"""What an act is answered with: the page that shows what it did."""


class SentOnce:
    """What stands before the pages and knows the forms that were sent.

    Args:
        app: The pages.
        house: Shared parts.
    """

    def __init__(self, app: ASGIApp, house: PageContext) -> None:
        self._app, self._house = app, house
        self._faults = FaultLog("web")
        self._turns: dict[str, asyncio.Lock] = {}
        self._waiting: defaultdict[str, int] = defaultdict(int)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        if request.method != "POST":
            await self._app(scope, receive, send)
            return
        body = await request.body()
        again = body_again(body, receive)
        person = await self._sender(request)
        if not person:
            await self._app(scope, again, send)
            return
        # Under the service's key: what was typed cannot be found out from what is kept.
        said = b"\n".join((person.encode(), request.url.path.encode(), body))
        form = hmac.new(self._house.code_key, said, sha256).hexdigest()
        async with self._turn(form):
            for message in await self._answer(request, again, person, form):
                await send(message)

    async def _sender(self, request: Request) -> str:
        """Return who sends one of our forms; empty: it has no key, or it is not for us to know."""
        try:
            fields = await typed(request)
        except HTTPException:
            return ""  # the pages say what is wrong with it
        if not fields.get(KEY) or not self._house.forms.good(request, fields):
            return ""
        who = await run_in_threadpool(who_is, self._house, request)
        return who.name if who is not None else ""

    @asynccontextmanager
    async def _turn(self, form: str) -> AsyncIterator[None]:
        """Wait for the same form that came before."""
        self._waiting[form] += 1
        try:
            async with self._turns.setdefault(form, asyncio.Lock()):
                yield
        finally:
            self._waiting[form] -= 1
            if not self._waiting[form]:
                del self._waiting[form], self._turns[form]

    async def _answer(self, request: Request, again: Receive, person: str, form: str) -> list[Message]:
        sent = self._house.consoles.sent_forms
        answer: list[Message] = []
        known = await run_in_threadpool(self._known, request, person, form)
        if known is not None:
            await known(request.scope, again, into(answer))
            return answer
        await self._app(request.scope, again, into(answer))
        try:
            await run_in_threadpool(sent.end, person, form, _led_to(answer[0]) if answer else "")
        except NabatError as error:  # it was done: sent again, it is said that its answer was lost
            self._faults.report("form_not_kept", Cause.of(error))
        return answer

    def _known(self, request: Request, person: str, form: str) -> Response | None:
        """Return the answer of a form that was sent before, or that it cannot be acted on; None: it is to be."""
        try:
            before = self._house.consoles.sent_forms.begin(person, form)
        except NabatError:
            return self._house.said(request, 503, "web-error-503")
        if before is None:
            return None
        return (
            RedirectResponse(before, status_code=_SEEN)
            if before
            else self._house.said(request, 409, "web-error-sent-before")
        )


def _led_to(start: Message) -> str:
    headers: dict[bytes, bytes] = dict(start.get("headers", ()))
    return headers.get(b"location", b"").decode("latin-1") if start["status"] == _SEEN else ""
