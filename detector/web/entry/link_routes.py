"""Links of messages: they say for whom they are; that person may see, acknowledge or pass it on, or answer for a role.

Comes in: a token. Goes out: what it is about, and the answer. Nobody has to sign in: at three in the morning a
page must be answered within seconds, and whoever holds the link was sent it. Who is signed in acts in their own name.
A button under a message acts at once, as whom it was sent to, and shows nothing: it has no form, because its token is
the proof, and only a POST presses it.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.web.context import PageContext
from detector.web.entry.signed_in import address_of_visitor, who_is
from detector.web.forms import Form, Typed
from detector.web.ports import Detail
from detector.web.texts.problems import status_of
from detector.web.views.case_view import case_view
from detector.web.views.page_views import urgent


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/ack/{token}", methods=["GET", "HEAD"])
    def link(request: Request, token: str) -> Response:
        try:
            detail, person = house.consoles.link_detail(
                token, by=who_is(house, request), address=address_of_visitor(request)
            )
        except InputError as error:
            return _bad(house, request, error)
        view = case_view(detail, house.clock.now())
        return house.page(
            request,
            "entry/ack.html",
            bare=True,
            strip=False,
            incident=detail.incident,
            passed=_has_passed(detail, person),
            person=person,
            first=detail.first,
            step=next(iter(urgent(detail.steps)), None),
            told=view.told,
            clock=view.next_clock,
            laws=detail.laws,
        )

    @router.post("/ack/{token}")
    def by_link(request: Request, token: str, form: Form) -> Response:
        return _answered(house, request, token, form)

    @router.api_route("/ack/role/{token}", methods=["GET", "HEAD"])
    def role(request: Request, token: str) -> Response:
        return _role_page(house, request, token)

    @router.post("/ack/role/{token}")
    def answer_role(request: Request, token: str, form: Form) -> Response:
        return _role_answered(house, request, token, form)

    @router.post("/press/{token}")
    def button(request: Request, token: str) -> Response:
        """Do what a button under a message says; whatever comes of it, nothing of the case is shown."""
        try:
            house.consoles.press(token, address=address_of_visitor(request))
        except InputError as error:
            return Response(status_code=status_of(error))
        return Response(status_code=204)

    return router


def _answered(house: PageContext, request: Request, token: str, form: Typed) -> Response:
    """Acknowledge, or have the next ones called, by a link."""
    if not house.forms.good(request, form):
        return house.stale(request, form)
    who, address = who_is(house, request), address_of_visitor(request)
    try:
        if "pass" in form:
            house.consoles.pass_on_by_link(token, by=who, address=address)
            return RedirectResponse(f"/ack/{token}", status_code=303)
        incident = house.consoles.acknowledge_by_link(token, by=who, address=address)
    except InputError as error:
        return _bad(house, request, error)
    return RedirectResponse(f"/incidents/{incident.number}" if who else f"/ack/{token}", status_code=303)


def _role_page(house: PageContext, request: Request, token: str, *, status: int = 200, problem: str = "") -> Response:
    """Return the page on which somebody answers for a role."""
    try:
        found = house.consoles.role_link_detail(token, by=who_is(house, request), address=address_of_visitor(request))
    except InputError as error:
        return _bad(house, request, error)
    return house.page(
        request,
        "entry/role.html",
        status=status,
        bare=True,
        strip=False,
        incident=found.incident,
        asked=found.asked,
        person=found.person,
        problems=[problem] if problem else [],
    )


def _role_answered(house: PageContext, request: Request, token: str, form: Typed) -> Response:
    """Accept a role by a link, or decline it."""
    if not house.forms.good(request, form):
        return house.stale(request, form)
    declines, why_not = "decline" in form, form.get("reason", "").strip()
    if declines and not why_not:
        return _role_page(house, request, token, status=400, problem=house.words(request).t("web-missing-reason"))
    who, address = who_is(house, request), address_of_visitor(request)
    try:
        house.consoles.answer_role_by_link(token, by=who, address=address, why_not=why_not if declines else None)
    except InputError as error:
        return _bad(house, request, error)
    return RedirectResponse(f"/ack/role/{token}", status_code=303)


def _has_passed(detail: Detail, person: str) -> bool:
    """Tell whether a person has had the next ones called, since the team was called last."""
    said = (each for each in detail.entries if each.kind == "passed_on" and each.by == person)
    return any(each.at >= detail.incident.called_since for each in said)


def _bad(house: PageContext, request: Request, error: InputError) -> Response:
    return house.said(request, 400, "web-link-bad", error.problems, title="web-link-bad-title")
