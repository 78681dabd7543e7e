"""The page of all documents, and of what comes round by the calendar: there it is recorded as done.

Comes in: addresses and a form. Goes out: the page, and the act through the console.
"""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from detector.errors import InputError
from detector.web.context import PageContext
from detector.web.forms import Form, Typed, moment_typed
from detector.web.texts.problems import all_in_words, status_of

_PLACE = "/documents"
_OF_INCIDENTS, _LISTED = 200, 500
"""Of so many incidents, the newest, documents are listed, and so many of them."""
_NEEDED = ("standing", "body")


def routes(house: PageContext) -> APIRouter:
    """Return the routes; they come before those of one document."""
    router = APIRouter()

    @router.api_route(_PLACE, methods=["GET", "HEAD"])
    def listed(request: Request) -> Response:
        return _page(house, request)

    @router.post(_PLACE + "/standing/done")
    def done(request: Request, form: Form) -> Response:
        return _done(house, request, form)

    return router


def _page(
    house: PageContext,
    request: Request,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    form: Typed | None = None,
) -> Response:
    desk = house.console(request).documents
    found = desk.all(_OF_INCIDENTS)
    return house.page(
        request,
        "all-documents.html",
        status=status,
        problems=problems or (),
        found=found[:_LISTED],
        more=len(found) > _LISTED,
        standing=desk.standing(),
        may={each.value for each in desk.may()},
        kept={name: (form or {}).get(name, "") for name in (*_NEEDED, "at")},
        here=_PLACE,
    )


def _done(house: PageContext, request: Request, form: Typed) -> Response:
    words, desk = house.words(request), house.console(request).documents
    if not house.forms.good(request, form):
        return house.stale(request, form)
    problems, status = [words.t(f"web-missing-{name}") for name in _NEEDED if not form.get(name)], 400
    at = moment_typed(form.get("at", ""), words.zone)
    if form.get("at") and at is None:
        problems.append(words.t("web-bad-moment"))
    if not problems:
        try:
            filed = desk.record_done(form["standing"], media_type="text/markdown", body=form["body"].encode(), at=at)
        except InputError as error:
            status, problems = status_of(error), all_in_words(error.problems, words)
        else:
            return RedirectResponse(f"{_PLACE}/{filed.id}", status_code=303)
    return _page(house, request, status=status, problems=problems, form=form)
