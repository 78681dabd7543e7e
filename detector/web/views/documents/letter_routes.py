"""Letters to clients on the page of whose data it was: counted, and filed for two people to approve.

Comes in: forms. Goes out: that page, or the document that was filed. Sending is left to the command line: it takes as
long as the mail server does.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.schema.letters.mailings import MailingKind
from detector.web.context import PageContext
from detector.web.forms import Form, Typed
from detector.web.texts.problems import all_in_words, status_of
from detector.web.views.case_view import Tab
from detector.web.views.incident_routes import incident_page


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.post("/incidents/{ref}/letters/count")
    def count(request: Request, ref: str, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.said(request, 403, "web-error-token")
        kind, language = _kind(form), house.words(request).language
        try:
            counted = house.console(request).letters.counted(ref, kind, language)
        except InputError as error:
            return _again(house, request, ref, kind, error)
        return _page(house, request, ref, kind, letters_counted=counted)

    @router.post("/incidents/{ref}/letters/file")
    def file(request: Request, ref: str, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.said(request, 403, "web-error-token")
        try:
            mailing = house.console(request).letters.plan_and_file(ref, _kind(form))
        except InputError as error:
            return _again(house, request, ref, _kind(form), error)
        return RedirectResponse(f"/documents/{mailing.document_id}", status_code=303)

    return router


def _kind(form: Typed) -> MailingKind:
    asked = form.get("kind", "")
    return MailingKind(asked) if asked in frozenset(MailingKind) else MailingKind.FIRST


def _again(house: PageContext, request: Request, ref: str, kind: MailingKind, error: InputError) -> Response:
    problems = all_in_words(error.problems, house.words(request))
    return _page(house, request, ref, kind, status=status_of(error), problems=problems)


def _page(house: PageContext, request: Request, ref: str, kind: MailingKind, **values: Any) -> Response:
    detail = house.console(request).detail(ref)
    return incident_page(house, request, detail, tab=Tab.CLIENTS, letters_kind=kind.value, **values)
