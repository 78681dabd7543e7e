"""The application: routes joined, errors in words, the guard before everything.

Comes in: what the pages need. Goes out: an ASGI application that any server or test can call.
"""

from contextlib import suppress
from functools import partial

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from detector.errors import InputError, NabatError
from detector.web.context import STATIC, PageContext
from detector.web.entry import (
    channel_routes,
    invitation_routes,
    link_routes,
    own_password_routes,
    provider_routes,
    sign_in_routes,
)
from detector.web.entry.signed_in import SignInNeededError, must_be_signed_in, who_is
from detector.web.forms import Typed, typed
from detector.web.learning import drill_routes, lesson_routes
from detector.web.reports import form_routes, report_routes
from detector.web.serving import monitoring_routes
from detector.web.serving.guard import BODY_SECONDS, Guard
from detector.web.serving.live_streams import StreamLimits
from detector.web.serving.sent_once import SentOnce
from detector.web.texts.problems import status_of
from detector.web.views import (
    actions,
    expected_routes,
    incident_routes,
    now_routes,
    people_routes,
    readiness_routes,
    silence_routes,
)
from detector.web.views.documents import document_routes, letter_routes, notice_routes, standing_routes

STYLE, SCRIPT = STATIC / "console.css", STATIC / "console.js"
_WORDED = frozenset({400, 403, 404, 405, 408, 413, 415, 500})


def make_app(house: PageContext, *, body_seconds: float = BODY_SECONDS, streams: StreamLimits | None = None) -> Guard:
    """Return the application, behind its guard.

    Args:
        house: Shared parts.
        body_seconds: So many has whoever sends a body.
        streams: What streams of events may take.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    signed_in = [Depends(must_be_signed_in(house))]
    for part in (
        now_routes,
        incident_routes,
        expected_routes,
        standing_routes,
        notice_routes,
        letter_routes,
        document_routes,
        people_routes,
        readiness_routes,
        silence_routes,
        report_routes,
        lesson_routes,
        drill_routes,
        actions,
    ):
        app.include_router(part.routes(house), dependencies=signed_in)
    for part in (
        sign_in_routes,
        provider_routes,
        invitation_routes,
        own_password_routes,
        link_routes,
        channel_routes,
        form_routes,
        monitoring_routes,
    ):
        app.include_router(part.routes(house))
    style, script = (path.read_text(encoding="utf-8") for path in (STYLE, SCRIPT))

    @app.api_route("/console.css", methods=["GET", "HEAD"])
    def stylesheet() -> Response:
        return Response(style, media_type="text/css")

    @app.api_route("/console.js", methods=["GET", "HEAD"])
    def console_script() -> Response:
        return Response(script, media_type="text/javascript")

    _say_what_failed(app, house)
    busy = house.metrics.web_refused.labels("busy").inc
    return Guard(
        SentOnce(app, house),
        lambda: house.settings,
        house.said,
        busy,
        reader=partial(who_is, house),
        written=house.consoles.written,
        body_seconds=body_seconds,
        streams=streams or StreamLimits(),
    )


def _say_what_failed(app: FastAPI, house: PageContext) -> None:
    """Let every error become a page in words."""

    @app.exception_handler(SignInNeededError)
    async def unknown(request: Request, error: SignInNeededError) -> Response:
        return await _signed_out(request, house)

    @app.exception_handler(InputError)
    def refused(request: Request, error: InputError) -> Response:
        return house.said(request, status_of(error), "", error.problems)

    @app.exception_handler(NabatError)
    def unable(request: Request, error: NabatError) -> Response:
        return house.said(request, 503, "web-error-503")

    @app.exception_handler(StarletteHTTPException)
    @app.exception_handler(HTTPException)
    def worded(request: Request, error: StarletteHTTPException) -> Response:
        status = error.status_code
        return house.said(request, status, f"web-error-{status if status in _WORDED else 500}")

    @app.exception_handler(RequestValidationError)
    def strange(request: Request, error: RequestValidationError) -> Response:
        return house.said(request, 400, "web-error-400")

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        return house.said(request, 500, "web-error-500")  # the error goes on to the guard, which writes where it was


async def _signed_out(request: Request, house: PageContext) -> Response:
    """Return the way to sign in; whoever sent a form gets it back."""
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(sign_in_routes.sign_in_address(request.url.path), status_code=303)
    form: Typed = {}
    with suppress(HTTPException):  # it is no form: nothing of it is given back
        form = await typed(request)
    return await run_in_threadpool(house.stale, request, form, signed_out=True)
