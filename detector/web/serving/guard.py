"""What every request passes before a page sees it, and every answer before it leaves.

Comes in: requests. Goes out: refusals in words of what another site could have sent (a foreign Host after DNS
rebinding, a form from elsewhere), of what is too large, too slow or one too many, and the headers that keep an answer
from being framed, cached, leaked or scripted. A place is held while an answer is made, never while a form is
on its way or an answer is being taken.
"""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.errors import Cause
from detector.settings import Settings
from detector.telemetry import FaultLog
from detector.web.serving.admission import Admission, BusyError, visitor_of

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-content-type-options": "nosniff",
    # Acknowledgement tokens stand in URLs: no other place may learn where a reader came from.
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex",
}
_RAW = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_READING = frozenset({"GET", "HEAD"})
BODY_LIMIT = 64 * 1024
BODY_SECONDS = 10.0

Refuse = Callable[[Request, int, str], Response]


class Guard:
    """The doorkeeper.

    Args:
        app: The pages.
        settings: Returns the settings in force.
        refuse: Makes the page that says why, from a status and a message id.
        busy: Called when a request is refused because there are too many.
        body_seconds: For the whole of a body.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Callable[[], Settings],
        refuse: Refuse,
        busy: Callable[[], None],
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._app = app
        self._settings = settings
        self._refuse = refuse
        self._busy = busy
        self._body_seconds = body_seconds
        self._admission = Admission()
        self._faults = FaultLog("web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        for message in await self._answer(request):
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_RAW]
            await send(message)

    async def _answer(self, request: Request) -> list[Message]:
        """Return the whole answer: pages are small enough, and none holds a place while it is taken."""
        why = self._why_not(request)
        if why:
            return await self._refused(request, *why)
        answer: list[Message] = []
        try:
            given = request.receive
            if request.method not in _READING:
                given = await _received(given, self._body_seconds)
            async with self._admission.place(request.url.path, visitor_of(request)):
                await self._app(request.scope, given, _into(answer))
        except _UnfitError as error:
            return await self._refused(request, error.status, f"web-error-{error.status}")
        except _GoneError:
            return []  # a page for nobody costs as much as one that is read
        except BusyError:
            self._busy()
            return await self._refused(request, 503, "web-error-busy")
        except Exception as error:  # noqa: BLE001 - a page that fails must not take the others along
            # Neither the path (it may hold a token) nor the error's text (it may hold what was typed) is written.
            self._faults.report("page_failed", Cause.of(error), method=request.method)
            return answer or await self._refused(request, 500, "web-error-500")
        return answer

    async def _refused(self, request: Request, status: int, message: str) -> list[Message]:
        answer: list[Message] = []
        await self._refuse(request, status, message)(request.scope, request.receive, _into(answer))
        return answer

    def _why_not(self, request: Request) -> tuple[int, str] | None:
        public = urlsplit(self._settings().web.public_url)
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or _hostname(hosts[0]) not in _LOCAL | {(public.hostname or "").lower()} - {""}:
            return 400, "web-error-host"
        if request.method not in _READING and not _same_site(request, {hosts[0].lower(), public.netloc.lower()}):
            return 403, "web-error-origin"
        return None


class _UnfitError(Exception):
    """A body that is not taken."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _GoneError(Exception):
    """Whoever sent a body is not there any more."""


async def _received(receive: Receive, seconds: float) -> Receive:
    """Wait for a body and return what gives it whole.

    Raises:
        _UnfitError: It is too large or too slow.
        _GoneError: It was broken off.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    raise _GoneError
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > BODY_LIMIT:
                    raise _UnfitError(413)
    except TimeoutError:
        raise _UnfitError(408) from None
    whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return whole.pop() if whole else await receive()

    return again


def _into(answer: list[Message]) -> Send:
    async def send(message: Message) -> None:
        answer.append(message)

    return send


def _hostname(netloc: str) -> str:
    try:
        parts = urlsplit(f"//{netloc}")
        strange = parts.username is not None or parts.path or parts.query or parts.fragment
        return "" if strange else (parts.hostname or "").lower()
    except ValueError:
        return ""


def _same_site(request: Request, places: set[str]) -> bool:
    """Tell whether the browser, as far as it says, sends this from a page of ours.

    Our own pages ask for no referrer, so browsers call their origin ``null``; that says nothing, and the form's token
    decides.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    said = [request.headers.get("origin", "null"), request.headers.get("referer", "null")]
    return all(_netloc(place) in places - {""} for place in said if place != "null")


def _netloc(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""
