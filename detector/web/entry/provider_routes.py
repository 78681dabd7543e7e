"""Signing in at the company's OpenID Connect provider: the way there and back.

Comes in: a press on the sign-in page; later the same browser with a code. Goes out: the way to the provider with a
visit that the browser remembers, in a signed cookie for ten minutes; then a session, or the sign-in page with what did
not fit. What others put into the address of the way back is repeated nowhere.
"""

import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer

from detector.auth import ProviderVisit
from detector.errors import DeniedError, InputError, Problem
from detector.web.context import PageContext
from detector.web.entry.sign_in_routes import local_path, sign_in_page, signed_in_answer
from detector.web.entry.signed_in import address_of_visitor, who_is

VISIT_COOKIE = "nabat_visit"
BACK = "/signin/provider/back"
"""Where the provider sends a browser back to: to be registered there, behind the pages' own address."""
_SECONDS = 600


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router, signer = APIRouter(), URLSafeTimedSerializer(house.code_key, salt="nabat.visit.1")

    @router.get("/signin/provider")
    def away(request: Request) -> Response:
        onward = local_path(request.query_params.get("next", ""))
        if who_is(house, request) is not None:
            return RedirectResponse(onward, status_code=303)
        visit = ProviderVisit.new()
        try:
            there = house.people.provider_address(visit, _back(house))
        except InputError as error:
            return sign_in_page(house, request, onward, status=503, error=error)
        answer = RedirectResponse(there, status_code=303)
        remembered = signer.dumps([visit.state, visit.nonce, visit.verifier, onward])
        house.remember(request, answer, VISIT_COOKIE, str(remembered), session=True, across_sites=True)
        return answer

    @router.get(BACK)
    def back(request: Request) -> Response:
        onward = "/"
        try:
            visit, onward = _visit(signer, request)
            _must_be_of(house, visit, request)
            code, address = request.query_params.get("code", ""), address_of_visitor(request)
            token = house.people.sign_in_by_provider(code, visit, _back(house), address=address)
        except InputError as error:
            answer = sign_in_page(house, request, onward, status=401, error=error)
        else:
            answer = signed_in_answer(house, request, token, onward)
        answer.delete_cookie(VISIT_COOKIE)
        return answer

    return router


def _back(house: PageContext) -> str:
    return f"{house.settings.base_url}{BACK}"


def _visit(signer: URLSafeTimedSerializer, request: Request) -> tuple[ProviderVisit, str]:
    """Return the visit that a browser remembers, and where it was to go then."""
    try:
        state, nonce, verifier, onward = signer.loads(request.cookies.get(VISIT_COOKIE, ""), max_age=_SECONDS)
    except (BadSignature, ValueError, TypeError):
        raise DeniedError(_ELSEWHERE) from None
    return ProviderVisit(state=state, nonce=nonce, verifier=verifier), local_path(onward)


def _must_be_of(house: PageContext, visit: ProviderVisit, request: Request) -> None:
    """Refuse a way back that is of another visit, of another provider, or that brings no code."""
    asked = request.query_params
    if not secrets.compare_digest(asked.get("state", "").encode(), visit.state.encode()):
        raise DeniedError(_ELSEWHERE)
    # Of two providers one must not be able to pass the other's answer off as its own (RFC 9207).
    if asked.get("iss", house.settings.auth.oidc.issuer) != house.settings.auth.oidc.issuer:
        raise DeniedError(_ELSEWHERE)
    if not asked.get("code"):
        raise DeniedError(Problem(what="the provider did not sign you in", fix="sign in again, or by password"))


_ELSEWHERE = Problem(
    what="this signing in at the provider was begun in another browser, or too long ago", fix="begin again"
)
