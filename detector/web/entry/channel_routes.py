"""Links of tests of channels: whoever reads the message says so, without signing in.

Comes in: a token. Goes out: a page with one button. The link shows whose it is and over what it came, and nothing else.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.web.context import PageContext
from detector.web.entry.signed_in import who_is
from detector.web.forms import Form

_PLACE = "/ack/test/{token}"


def routes(house: PageContext) -> APIRouter:
    """Return the routes; they lie below the acknowledgements: proxies treat those with care already."""
    router = APIRouter()

    @router.api_route(_PLACE, methods=["GET", "HEAD"])
    def asked(request: Request, token: str) -> Response:
        try:
            test = house.consoles.channel_test(token, by=who_is(house, request))
        except InputError as error:
            return _bad(house, request, error)
        return house.page(request, "entry/channel.html", bare=True, strip=False, test=test)

    @router.post(_PLACE)
    def came(request: Request, token: str, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.stale(request, form)
        try:
            house.consoles.answer_channel_test(token, by=who_is(house, request))
        except InputError as error:
            return _bad(house, request, error)
        return RedirectResponse(f"/ack/test/{token}", status_code=303)

    return router


def _bad(house: PageContext, request: Request, error: InputError) -> Response:
    return house.said(request, 400, "web-channel-bad", error.problems, title="web-link-bad-title")
