"""The link that asks whether a password is somebody's own which a colleague set, or invited to set.

Comes in: a token that only the person was sent, and a form. Goes out: the page with its two answers; or the invitation
to set another password, where it is not. Nobody has to be signed in: who holds the link was asked.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.web.context import PageContext
from detector.web.forms import Form


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/ack/own/{token}", methods=["GET", "HEAD"])
    def asked(request: Request, token: str) -> Response:
        try:
            found, by = house.people.own_password_question(token)
        except InputError as error:
            return _bad(house, request, error)
        here = f"/ack/own/{token}"
        return house.page(
            request, "entry/own.html", bare=True, strip=False, person=found, by=by, here=here, answered=False
        )

    @router.post("/ack/own/{token}")
    def answer(request: Request, token: str, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.stale(request, form)
        try:
            if "another" in form:
                return RedirectResponse(f"/invite/{house.people.disown(token)}", status_code=303)
            house.people.say_own(token)
        except InputError as error:
            return _bad(house, request, error)
        return house.page(request, "entry/own.html", bare=True, strip=False, answered=True)

    return router


def _bad(house: PageContext, request: Request, error: InputError) -> Response:
    return house.said(request, 400, "", error.problems, title="web-link-bad-title")
