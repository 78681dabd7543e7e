"""Invitations: a link that is good once, to set a password or (in the demonstration) to sign in.

Comes in: a token and a form. Goes out: the page of the invitation, or a browser that is signed in.
"""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from detector.auth import address_of, seed_of
from detector.errors import InputError
from detector.schema.team.people import Invitation, InvitationUse
from detector.web.context import PageContext
from detector.web.entry.sign_in_routes import signed_in_answer
from detector.web.entry.signed_in import address_of_visitor
from detector.web.forms import Form, Typed
from detector.web.texts.problems import all_in_words


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/invite/{token}", methods=["GET", "HEAD"])
    def invited(request: Request, token: str) -> Response:
        try:
            found = house.people.invitation(token)
        except InputError as error:
            return house.said(request, 400, "", error.problems, title="web-invite-bad")
        return _page(house, request, found, token)

    @router.post("/invite/{token}")
    def accept(request: Request, token: str, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.stale(request, form)
        try:
            found = house.people.invitation(token)
        except InputError as error:
            return house.said(request, 400, "", error.problems, title="web-invite-bad")
        return _accepted(house, request, found, token, form)

    return router


def _accepted(house: PageContext, request: Request, found: Invitation, token: str, form: Typed) -> Response:
    """Use an invitation, or show it again with what does not fit."""
    words, password = house.words(request), form.get("password", "")
    if found.use is InvitationUse.PASSWORD and password != form.get("again", ""):
        return _page(house, request, found, token, status=400, problems=[words.t("web-invite-differ")])
    seed, address = _seed(house, found, token), address_of_visitor(request)
    try:
        opened = house.people.accept(token, password, seed=seed, code=form.get("code", ""), address=address)
    except InputError as error:
        return _page(house, request, found, token, status=400, problems=all_in_words(error.problems, words))
    return signed_in_answer(house, request, opened, "/")


def _seed(house: PageContext, found: Invitation, token: str) -> str:
    """Return the seed of codes that an invitation sets up, where codes are asked of everybody."""
    needed = house.settings.auth.codes == "required" and found.use is InvitationUse.PASSWORD
    return seed_of(house.code_key, token) if needed else ""


def _page(
    house: PageContext,
    request: Request,
    found: Invitation,
    token: str,
    *,
    status: int = 200,
    problems: Sequence[str] = (),
) -> Response:
    seed = _seed(house, found, token)
    return house.page(
        request,
        "entry/invite.html",
        status=status,
        problems=problems,
        person=found.person,
        by_password=found.use is InvitationUse.PASSWORD,
        shortest=house.settings.auth.password_length,
        seed=seed,
        address=address_of(seed, found.person, house.organization or "Nabat") if seed else "",
        here=f"/invite/{token}",
    )
