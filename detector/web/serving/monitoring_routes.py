"""What machines ask: /metrics, /healthz, /readyz.

Comes in: nothing but the request. Goes out: the metrics in the form the scraper asked for, those that tell of cases to
whoever has the token; whether the main loop turns;
whether the service reads and can commit, as checked
within the last minutes.
"""

import asyncio
import hmac
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from detector.clock import monotonic
from detector.web.context import PageContext
from detector.web.views.health_summary import why_not_ready

# The main loop makes a new picture once a second; one this old means that it is stuck.
STUCK_AFTER = timedelta(seconds=30)
_READ = ["GET", "HEAD"]


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    shown = {
        (openmetrics, cases): _Exposition(partial(house.metrics.exposition, openmetrics=openmetrics, cases=cases))
        for openmetrics in (False, True)
        for cases in (False, True)
    }

    @router.api_route("/metrics", methods=_READ)
    async def metrics(request: Request) -> Response:
        openmetrics = _wants_openmetrics(request.headers.get("accept", ""))
        # Anybody of this machine may ask, whoever a case is about too: that there is one takes the scraper's token.
        cases = _has_token(request, house.settings.web.metrics_token.get_secret_value())
        text, kind = await shown[openmetrics, cases].fresh()
        return Response(text, headers={"content-type": kind, "vary": "accept, authorization"})

    @router.api_route("/healthz", methods=_READ)
    async def healthz() -> Response:
        age = house.clock.now() - house.service().beat_at
        if age > STUCK_AFTER:
            return _line(503, f"stuck: the main loop has not turned for {int(age.total_seconds())} s")
        return _line(200, "ok")

    @router.api_route("/readyz", methods=_READ)
    async def readyz() -> Response:
        now, view = house.clock.now(), house.service()
        if now - view.beat_at > STUCK_AFTER:
            return _line(503, f"not ready: last looked {int((now - view.beat_at).total_seconds())} s ago")
        why_not = why_not_ready(view, now)
        blind = ", ".join(text.partition(":")[0] for text in view.blind_spots)
        return (
            _line(503, f"not ready: {why_not}")
            if why_not
            else _line(200, "ready" + (f"; blind: {blind}" * bool(blind)))
        )

    return router


class _Exposition:
    """The metrics as text, made once for all who ask at the same time."""

    def __init__(self, make: Callable[[], tuple[bytes, str]]) -> None:
        self._make = make
        self._lock = asyncio.Lock()
        self._made: tuple[bytes, str] = (b"", "")
        self._begun = 0.0

    async def fresh(self) -> tuple[bytes, str]:
        """Return what was made since this was called, and its content type."""
        asked = monotonic()
        async with self._lock:
            if self._begun <= asked:
                self._begun = monotonic()
                self._made = await run_in_threadpool(self._make)
            return self._made


def _has_token(request: Request, token: str) -> bool:
    """Tell whether a scraper shows the token that is configured."""
    kind, _, shown = request.headers.get("authorization", "").partition(" ")
    return bool(token) and kind.lower() == "bearer" and hmac.compare_digest(shown.strip().encode(), token.encode())


def _line(status: int, text: str) -> Response:
    return PlainTextResponse(" ".join(text.split()) + "\n", status_code=status)


def _wants_openmetrics(accept: str) -> bool:
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        if kind == "application/openmetrics-text" and not any(p in ("q=0", "q=0.0") for p in parameters):
            return True
    return False
