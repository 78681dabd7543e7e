"""What every request passes before a page sees it, and every answer before it leaves.

Comes in: requests. Goes out: refusals in words of what another site could have sent (a foreign Host after DNS
rebinding, a form from elsewhere), of what is too large, too slow or one too many, and the headers that keep an answer
from being framed, cached, leaked or scripted. A place is held while an answer is made, never while a form is
on its way or an answer is being taken.
"""

from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from detector.errors import Cause
from detector.schema.team.grants import Identity
from detector.settings import Settings
from detector.telemetry import FaultLog
from detector.web.forms import OPEN_FORM, WITH_FILE, media_type
from detector.web.serving.admission import Admission, BusyError, visitor_of
from detector.web.serving.bodies import Bodies, GoneError, UnfitError
from detector.web.serving.live_streams import EVENTS, LiveStreams, StreamLimits
from detector.web.serving.whole_messages import into

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
BODY_SECONDS = 10.0

Refuse = Callable[[Request, int, str], Response]


class Guard:
    """The doorkeeper.

    Args:
        app: The pages.
        settings: Returns the settings in force.
        refuse: Makes the page that says why, from a status and a message id.
        busy: Called when a request is refused because there are too many.
        reader: Returns who a request is from.
        written: Returns something else whenever a case was written.
        body_seconds: For the whole of a body.
        streams: What streams of events may take.

    Attributes:
        streams: The streams of events; they end when they are told to.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Callable[[], Settings],
        refuse: Refuse,
        busy: Callable[[], None],
        *,
        reader: Callable[[Request], Identity | None],
        written: Callable[[], Hashable],
        body_seconds: float = BODY_SECONDS,
        streams: StreamLimits,
    ) -> None:
        self._app = app
        self._settings = settings
        self._refuse = refuse
        self._busy = busy
        self._bodies = Bodies(body_seconds)
        self._admission = Admission()
        self._faults = FaultLog("web")
        self.streams = LiveStreams(self._placed, reader=reader, place=self._place, written=written, limits=streams)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request, guarded = Request(scope, receive), _guarded(send)
        if request.url.path == EVENTS and request.method == "GET":
            await self._stream(request, guarded)
            return
        for message in await self._answer(request):
            await guarded(message)

    async def _stream(self, request: Request, send: Send) -> None:
        """Answer with events as they come: a stream holds a place only while a page is made for it."""
        why = self._why_not(request)
        try:
            status = 0 if why else await self.streams.serve(request, send)
        except Exception as error:  # noqa: BLE001 - the browser asks anew; what failed is said
            self._faults.report("stream_failed", Cause.of(error), method=request.method)
            return
        refusal = why or ((status, "web-error-busy" if status == 503 else f"web-error-{status}") if status else None)
        for message in await self._refused(request, *refusal) if refusal else ():
            await send(message)

    def _place(self, request: Request) -> AbstractAsyncContextManager[None]:
        return self._admission.place(request.url.path, visitor_of(request))

    @asynccontextmanager
    async def _given(self, request: Request) -> AsyncIterator[Receive]:
        """Yield what gives the body of a request; only the open form may bring a file along, where it is open."""
        if request.method in _READING:
            yield request.receive
            return
        with_file = request.url.path == OPEN_FORM and media_type(request) == WITH_FILE
        with_file = with_file and self._settings().web.report_form
        async with self._bodies.received(request.receive, with_file=with_file) as given:
            yield given

    async def _placed(self, request: Request) -> list[Message]:
        """Return what the pages answer when there is a place for it."""
        answer: list[Message] = []
        async with self._place(request):
            await self._app(request.scope, request.receive, into(answer))
        return answer

    async def _answer(self, request: Request) -> list[Message]:
        """Return the whole answer: pages are small enough, and none holds a place while it is taken."""
        why = self._why_not(request)
        if why:
            return await self._refused(request, *why)
        answer: list[Message] = []
        try:
            async with self._given(request) as given, self._place(request):
                await self._app(request.scope, given, into(answer))
        except UnfitError as error:
            if error.status == 503:
                self._busy()
            return await self._refused(
                request, error.status, "web-error-busy" if error.status == 503 else f"web-error-{error.status}"
            )
        except GoneError:
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
        await self._refuse(request, status, message)(request.scope, request.receive, into(answer))
        return answer

    def _why_not(self, request: Request) -> tuple[int, str] | None:
        public = urlsplit(self._settings().web.public_url)
        hosts = request.headers.getlist("host")
        if len(hosts) != 1 or _hostname(hosts[0]) not in _LOCAL | {(public.hostname or "").lower()} - {""}:
            return 400, "web-error-host"
        acts = request.method not in _READING or request.url.path == EVENTS  # a stream is held, in its reader's name
        if acts and not _same_site(request, {hosts[0].lower(), public.netloc.lower()}):
            return 403, "web-error-origin"
        return None


def _guarded(send: Send) -> Send:
    """Return what sends an answer with the headers that guard it."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *_RAW]
        await send(message)

    return guarded


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
