"""The page of one notice: what is filled, estimated, missing; its text; forms to write into it and to draft it.

Comes in: addresses and forms. Goes out: pages. What is drafted is a document, and has a page of its own.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.messages import LANGUAGES
from detector.rendering import TextFormat, write_text
from detector.web.context import PageContext
from detector.web.forms import Form, Typed
from detector.web.texts.notice_texts import filled_in_words
from detector.web.texts.problems import all_in_words, status_of

_READ = ["GET", "HEAD"]


def routes(house: PageContext) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.api_route("/incidents/{ref}/notices/{name:path}", methods=_READ)
    def one(request: Request, ref: str, name: str) -> Response:
        return notice_page(house, request, ref, name, language=request.query_params.get("in", ""))

    @router.post("/incidents/{ref}/notice-draft/{name:path}")
    def draft(request: Request, ref: str, name: str, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.stale(request, form)
        try:
            filed = house.console(request).notices.draft(ref, name, _language(form.get("language", ""), house, request))
        except InputError as error:
            return _again(house, request, ref, name, form, error)
        return RedirectResponse(f"/documents/{filed.id}", status_code=303)

    @router.post("/incidents/{ref}/notice-write/{name:path}")
    def write(request: Request, ref: str, name: str, form: Form) -> Response:
        if not house.forms.good(request, form):
            return house.stale(request, form)
        field, language = form.get("field", ""), _language(form.get("language", ""), house, request)
        try:
            house.console(request).notices.write(ref, name, field, form.get("value", ""), reason=form.get("reason", ""))
        except InputError as error:
            return _again(house, request, ref, name, form, error)
        return RedirectResponse(f"/incidents/{ref}/notices/{name}?in={language}#field-{field}", status_code=303)

    return router


def notice_page(
    house: PageContext,
    request: Request,
    ref: str,
    name: str,
    *,
    language: str,
    status: int = 200,
    problems: tuple[str, ...] = (),
    typed: Typed | None = None,
) -> Response:
    """Return the page of a notice, again with what is wrong and what was typed after a form that was not taken."""
    console = house.console(request)
    standing = console.notices.one(ref, name, _language(language, house, request))
    detail = console.detail(ref)
    made = standing.made
    text = write_text(console.notices.text(made), TextFormat.PLAIN, at=made.facts.now).decode()
    return house.page(
        request,
        "notice.html",
        status=status,
        problems=problems,
        incident=detail.incident,
        may={act.value for act in detail.may},
        standing=standing,
        made=made,
        counted=filled_in_words(standing, house.words(request)),
        text=text,
        typed=typed or {},
        languages=LANGUAGES,
        here=f"/incidents/{detail.incident.number}/notices/{made.subject.name}",
    )


def _again(house: PageContext, request: Request, ref: str, name: str, form: Typed, error: InputError) -> Response:
    problems = tuple(all_in_words(error.problems, house.words(request)))
    language = form.get("language", "")
    return notice_page(
        house, request, ref, name, language=language, status=status_of(error), problems=problems, typed=form
    )


def _language(asked: str, house: PageContext, request: Request) -> str:
    return asked if asked in LANGUAGES else house.words(request).language
