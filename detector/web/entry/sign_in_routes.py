"""Signing in and out.

Comes in: forms. Goes out: a session's cookie and the way on, or the page again with what did not fit. Nothing here says
anything about incidents, or which names there are.
"""

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.web.context import PageContext
from detector.web.entry.signed_in import BROWSER_COOKIE, SESSION_COOKIE, address_of_visitor, who_is
from detector.web.forms import Form
from detector.web.texts.problems import all_in_words, status_of

_READ = ["GET", "HEAD"]
_LONGEST = 200


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/signin", methods=_READ)
    def ask(request: Request) -> Response:
        onward = local_path(request.query_params.get("next", ""))
        if who_is(house, request) is not None:
            return RedirectResponse(onward, status_code=303)
        return sign_in_page(house, request, onward)

    @router.post("/signin")
    def sign_in(request: Request, form: Form) -> Response:
        onward = local_path(form.get("next", ""))
        if not house.forms.good(request, form):
            return sign_in_page(
                house, request, onward, status=403, problems=["web-error-token"], name=form.get("name", "")
            )
        try:
            token = house.people.sign_in(
                form.get("name", ""),
                form.get("password", ""),
                form.get("code", ""),
                address=address_of_visitor(request),
                browser=request.cookies.get(BROWSER_COOKIE, ""),
            )
        except InputError as error:
            return sign_in_page(house, request, onward, status=401, error=error, name=form.get("name", ""))
        return signed_in_answer(house, request, token, onward)

    _sign_out_routes(router, house)
    return router


def _sign_out_routes(router: APIRouter, house: PageContext) -> None:
    @router.api_route("/signout", methods=_READ)
    def ask_out(request: Request) -> Response:
        if who_is(house, request) is None:
            return RedirectResponse("/signin", status_code=303)
        return house.page(request, "entry/signout.html")

    @router.post("/signout")
    def sign_out(request: Request, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.stale(request, form)
        house.people.sign_out(request.cookies.get(SESSION_COOKIE, ""))
        answer = RedirectResponse("/signin", status_code=303)
        answer.delete_cookie(SESSION_COOKIE)
        return answer


def sign_in_page(
    house: PageContext,
    request: Request,
    onward: str,
    *,
    status: int = 200,
    error: InputError | None = None,
    problems: Sequence[str] = (),
    name: str = "",
) -> Response:
    """Return the page to sign in on, which says how the first password is made where nobody has one."""
    words = house.words(request)
    told = [words.t(each) for each in problems]
    if error is not None:
        status = 403 if status not in (401, 503) and status_of(error) == 403 else status
        told += all_in_words(error.problems, words)
    auth = house.settings.auth
    provider = auth.oidc.title or urlsplit(auth.oidc.issuer).hostname or ""
    return house.page(
        request,
        "entry/signin.html",
        status=status,
        problems=told,
        onward=onward,
        provider=provider,
        provider_way=f"/signin/provider?next={quote(onward)}",
        name=name[:_LONGEST],
        possible=house.people.is_possible(),
        someone=next((person.name for person in house.settings.team.people), ""),
        codes=auth.codes,
        idle=auth.idle,
        longest=auth.longest,
        tries=auth.tries,
        wait=auth.wait,
        here="/signin",
    )


def sign_in_address(path: str) -> str:
    """Return where to sign in, so that one comes back to a page."""
    return f"/signin?next={quote(local_path(path))}"


def local_path(text: str) -> str:
    """Return a path of our own pages; the first page for anything else."""
    fine = text.startswith("/") and not text.startswith("//") and len(text) <= _LONGEST and text.isprintable()
    return text if fine and "\\" not in text and not text.startswith(("/signin", "/signout")) else "/"


def signed_in_answer(house: PageContext, request: Request, token: str, onward: str) -> Response:
    """Return the way on with the cookie of a new session, in a browser that is known from now on."""
    answer = RedirectResponse(onward, status_code=303)
    house.remember(request, answer, SESSION_COOKIE, token, session=True, across_sites=True)
    known = house.people.remember_browser(
        token, browser=request.cookies.get(BROWSER_COOKIE, ""), address=address_of_visitor(request)
    )
    house.remember(request, answer, BROWSER_COOKIE, known, across_sites=True)
    return answer
